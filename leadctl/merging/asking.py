"""The questions before a merge: whose value stays, who survives, and whether to merge at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from leadctl.errors import NeedsInputError
from leadctl.fields import KINDS
from leadctl.merging.comparing import called, side_by_side
from leadctl.merging.planning import MergePlan, plan
from leadctl.prompts import Choice
from leadctl.wording import label

if TYPE_CHECKING:
    from leadctl.app import App


@dataclass(frozen=True)
class Request:
    """What is to be merged: the records by id, in the order given, and what was chosen so far."""

    kind: str
    records: Mapping[int, Mapping[str, Any]]
    keep: int | None
    policy: str
    chosen: Mapping[str, int] = field(default_factory=dict)

    @property
    def plan(self) -> MergePlan:
        """What would be."""
        return plan(
            self.kind, list(self.records.values()), survivor=self.keep, policy=self.policy,
            chosen=self.chosen,
        )  # fmt: skip

    def decided(self, app: App) -> Request:
        """Ask for each field that is undecided; NeedsInputError without a terminal."""
        undecided = self.plan.undecided
        if not app.asking:
            first = undecided[0]
            raise NeedsInputError(
                f"the {KINDS[self.kind]} differ in {', '.join(undecided)}; there is no terminal to"
                " ask at",
                f"--field {first}={label(self.kind, self.plan.differing[first])}, or --policy fill",
            )
        app.output.show(side_by_side(app, self.plan, self.records))
        request = self
        for name in undecided:
            request = request.chose(app, name)
        return request

    def chose(self, app: App, name: str) -> Request:
        """Ask whose value of a field stays."""
        rows = side_by_side(app, self.plan, self.records).rows
        words = {row["field"]: row for row in rows}.get(name.replace("_", " "), {})
        first = self.plan.differing[name]
        offered = [
            Choice(f"{label(self.kind, record)}: {words.get(str(record)) or '–'}", record)
            for record in sorted(self.records, key=lambda record: record != first)
        ]
        picked = app.prompts.choose(f"Which {name.replace('_', ' ')}?", offered, flag="--field")
        return replace(self, chosen={**self.chosen, name: picked})

    def agreed(self, app: App) -> Request | None:
        """Show what would be, and ask; return the request that a person agrees to, or None."""
        request = self
        while True:
            if app.asking:
                app.output.show(side_by_side(app, request.plan, self.records))
            answer = app.prompts.choose("Merge?", offers(request), flag="--yes")
            if answer == "field":
                differing = [
                    Choice(name.replace("_", " "), name) for name in request.plan.differing
                ]
                name = app.prompts.choose("Of which field?", differing, flag="--field")
                request = request.chose(app, name)
            elif answer == "keep":
                others = [Choice(self.words(record), record) for record in request.plan.merged]
                survivor = app.prompts.choose("Which one survives?", others, flag="--keep")
                request = replace(request, keep=survivor)
            else:
                return request if answer == "yes" else None

    def words(self, record: int) -> str:
        """Return a record as `57 Zoë Núñez`."""
        return f"{label(self.kind, record)} {called(self.records[record])}"


def offers(request: Request) -> list[Choice]:
    """Return the answers that make sense."""
    converted = any(record.get("converted_at") for record in request.records.values())
    return [
        Choice("yes", "yes", "y"),
        *([Choice("another value", "field", "f")] if request.plan.differing else []),
        *([] if converted else [Choice("another survivor", "keep", "k")]),
        Choice("no", "no", "n"),
    ]
