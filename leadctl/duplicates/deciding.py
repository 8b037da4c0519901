"""Going through groups of duplicates with a person, who decides of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from leadctl.duplicates import remembered
from leadctl.duplicates.search import Found, rounded_down
from leadctl.errors import ConflictError
from leadctl.merging.asking import Request
from leadctl.merging.comparing import side_by_side
from leadctl.merging.planning import MergePlan, plan
from leadctl.merging.writing import look, merge
from leadctl.prompts import Choice
from leadctl.wording import count_of, label

if TYPE_CHECKING:
    from leadctl.app import App


class Decided(NamedTuple):
    """How many groups were merged, parted and left, and the operations that did it."""

    merged: int
    parted: int
    left: int
    operations: tuple[int, ...]


class Session:
    """Goes through groups with a person; each answer that writes is an operation of its own."""

    def __init__(self, app: App, groups: Sequence[Found]) -> None:
        self.app = app
        self.groups = groups
        self.operations: list[int] = []
        self.merged = 0
        self.parted = 0

    def run(self) -> Decided:
        """Ask about each group until all are decided or the person has had enough."""
        for number, group in enumerate(self.groups, 1):
            place = f"{number} of {len(self.groups)}"
            why = f"{shown_score(group.score)}: {'; '.join(group.reasons)}"
            self.app.output.say(f"{place} · {why}")
            if not self._decide(group):
                break
        left = len(self.groups) - self.merged - self.parted
        return Decided(self.merged, self.parted, left, tuple(self.operations))

    def _decide(self, group: Found) -> bool:
        """Ask about a group, again where somebody else has changed it; return whether to go on."""
        while True:
            rows = look(self.app.store, group.kind, group.ids)
            if len(rows) < len(group.ids):
                self.app.output.note("merged or removed meanwhile")
                return True
            records = {id: rows[id] for id in group.ids}
            answer = self._ask(group, records)
            try:
                return self._done(group, records, answer)
            except ConflictError as error:
                self.app.output.note(f"{error.message}; look again")

    def _ask(self, group: Found, records: dict[int, dict[str, object]]) -> str | int:
        if len(records) > 1:
            made = plan(group.kind, list(records.values()))
            self.app.output.show(side_by_side(self.app, made, records))
        for kind, id in group.also:
            which = " ".join(label(group.kind, one) for one in group.ids)
            convert = f" (leadctl convert {which} --contact {label(kind, id)})"
            self.app.output.say(f"{which} is {label(kind, id)} too{convert}")
        answer: str | int = self.app.prompts.choose(
            "Are they one?", _offers(group), flag="--no-input"
        )
        return answer

    def _done(self, group: Found, records: dict[int, dict[str, object]], answer: str | int) -> bool:
        if answer == "quit":
            return False
        if answer == "not":
            self._part(group)
        elif answer != "later":
            request = Request(group.kind, records, None, "fill")
            if answer == "ask":
                request = replace(request, policy="ask")
                if request.plan.undecided:
                    request = request.decided(self.app)
            else:
                request = replace(request, keep=int(answer))
            self._merge(request.plan)
        return True

    def _merge(self, made: MergePlan) -> None:
        which = " ".join(label(made.kind, id) for id in (made.survivor, *made.merged))
        with self.app.store.operation(f"merge {which}") as op:
            merge(op, made)
        self.merged += 1
        self._said(f"merged into {label(made.kind, made.survivor)}", op.saved)

    def _part(self, group: Found) -> None:
        records = [*((group.kind, id) for id in group.ids), *group.also]
        which = " ".join(label(*record) for record in records)
        with self.app.store.operation(f"dedupe --not {which}") as op:
            op.count("parted", remembered.part(self.app.store, op, records))
        self.parted += 1
        self._said("no duplicates: never proposed again", op.saved)

    def _said(self, what: str, operation: int | None) -> None:
        if operation is not None:
            self.operations.append(operation)
            self.app.output.say(f"{what} · undo: leadctl undo {operation}")


_MOST_OFFERED = 5


def _offers(group: Found) -> list[Choice]:
    """Return the answers that make sense: of two records, left and right."""
    survivors: list[Choice] = []
    if len(group.ids) > 1:
        keys = "lr" if len(group.ids) == 2 else "123456789"
        survivors = [
            Choice(f"merge, keep {label(group.kind, id)}", id, key)
            for id, key in zip(group.ids[:_MOST_OFFERED], keys, strict=False)
        ]
        survivors.append(Choice("merge field by field", "ask", "f"))
    return [
        *survivors,
        Choice("not a duplicate", "not", "n"),
        Choice("later", "later", "s"),
        Choice("quit", "quit", "q"),
    ]


def shown_score(score: float) -> str:
    """Return a score with two digits, never rounded up to certainty."""
    return f"{rounded_down(score, 2):.2f}"


def in_words(done: Decided) -> str:
    """Return what was decided as `2 groups merged, 1 group parted, 3 left for later`."""
    said = [f"{count_of(done.merged, 'group')} merged"]
    said += [f"{count_of(done.parted, 'group')} parted"] if done.parted else []
    said += [f"{done.left} left for later"] if done.left else []
    return ", ".join(said)
