"""Looking at leads and at who they may be, and making their conversions so."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from leadctl.converting.desk import Desk
from leadctl.converting.parts import Choices, Found, Plan, Terms
from leadctl.converting.planning import plan
from leadctl.errors import ConflictError, LeadctlError

if TYPE_CHECKING:
    from leadctl.journal import Operation
    from leadctl.store import Store

TOGETHER = 1_000
"""How many leads are looked up and written at once."""


def look(store: Store, lead: int, choices: Choices) -> Found:
    """Return a lead, and the records that it may be or that were chosen.

    Raises NotFoundError if the lead or a chosen record does not exist.
    """
    return _Some(store, [lead], choices).look(lead)


@dataclass(frozen=True)
class Converted:
    """What a conversion did: its plan, and the ids of what the lead became."""

    plan: Plan
    contact: int
    account: int | None
    deal: int | None

    @property
    def ids(self) -> dict[str, int | None]:
        """Kind -> the id of what the lead became."""
        return {"contact": self.contact, "account": self.account, "deal": self.deal}

    def as_json(self, *, dry_run: bool) -> dict[str, Any]:
        """Return the object for scripts; a dry run has no ids of new records."""
        made = self.plan.created if dry_run else []
        return {
            "lead": self.plan.lead,
            **{kind: None if kind in made else record for kind, record in self.ids.items()},
            "created": self.plan.created,
            "filled": self.plan.filled,
            "kept": self.plan.kept,
            "carried": list(self.plan.carried),
            "plan": [part.as_json for part in self.plan.parts],
        }


class Failed(NamedTuple):
    """A lead that stays as it was, and why."""

    lead: int
    error: LeadctlError


class Outcome(NamedTuple):
    """What became of several leads."""

    converted: list[Converted]
    failed: list[Failed]


def convert(
    store: Store,
    op: Operation,
    lead: int,
    choices: Choices,
    terms: Terms,
    *,
    agreed: Plan | None = None,
) -> Converted:
    """Convert one lead inside an operation; `agreed` is the plan that a person said yes to.

    Everything is looked up again under the lock. Raises ConflictError, before anything is written,
    if it would no longer become what was agreed, or if nobody agreed to what stands against it.
    """
    some = _Some(store, [lead], choices)
    done = some.convert(op, lead, terms, agreed)
    some.desk.write(op)
    return done


def convert_several(
    store: Store,
    op: Operation,
    leads: Sequence[int],
    choices: Choices,
    terms: Terms,
    agreed: Mapping[int, Plan],
) -> Outcome:
    """Convert leads one after another inside an operation, each all or nothing.

    Many are written together; where that cannot be, each by itself.
    """

    def converted(some: Sequence[int]) -> Outcome:
        try:
            with op.savepoint():
                return _Some(store, some, choices).convert_each(op, terms, agreed)
        except sqlite3.IntegrityError:
            if len(some) > 1:
                return _joined(converted([lead]) for lead in some)
            what = f"what lead {some[0]} would become cannot stand beside what is there"
            return Outcome([], [Failed(some[0], ConflictError(what))])

    batches = range(0, len(leads), TOGETHER)
    return _joined(converted(leads[start : start + TOGETHER]) for start in batches)


def _joined(outcomes: Iterable[Outcome]) -> Outcome:
    whole = Outcome([], [])
    for each in outcomes:
        whole.converted.extend(each.converted)
        whole.failed.extend(each.failed)
    return whole


class _Some:
    """Some leads that are converted together, each as if those before it were written already."""

    def __init__(self, store: Store, leads: Sequence[int], choices: Choices) -> None:
        self.leads = leads
        self.choices = choices
        self.desk = Desk(store, leads)
        self.activities = store.count_activities(leads)

    def look(self, lead: int) -> Found:
        """Return a lead, and the records that it may be or that were chosen."""
        choices = self.choices
        chosen = {"account": choices.account, "contact": choices.contact, "deal": choices.deal}
        return self.desk.found(
            self.desk.record("lead", lead),
            self.desk.accounts(lead),
            self.desk.contacts(lead),
            [(kind, choice) for kind, choice in chosen.items() if isinstance(choice, int)],
            self.activities.get(lead, 0),
        )

    def convert_each(self, op: Operation, terms: Terms, agreed: Mapping[int, Plan]) -> Outcome:
        """Convert the leads and write what they become; one that cannot be changes nothing."""
        outcome = Outcome([], [])
        for lead in self.leads:
            try:
                outcome.converted.append(self.convert(op, lead, terms, agreed.get(lead)))
            except LeadctlError as error:
                outcome.failed.append(Failed(lead, error))
        self.desk.write(op)
        return outcome

    def convert(self, op: Operation, lead: int, terms: Terms, agreed: Plan | None) -> Converted:
        """Convert one lead on the desk, where nothing is written yet.

        Raises what `plan` raises, and ConflictError if it is not what was agreed.
        """
        now = plan(self.look(lead), self.choices, terms)
        _check(now, agreed, self.choices)
        ids: dict[str, int] = {"lead_id": lead}
        for part in now.parts:
            values = {
                **part.values,
                **{column: ids[column] for column in part.links},
                **dict.fromkeys(part.stamps, op.now),
            }
            if part.id is None:
                created = {"created_at": op.now, "created_day": terms.day(op.now)}
                ids[f"{part.kind}_id"] = self.desk.create(op, part.kind, values | created)
            else:
                self.desk.update(part.kind, part.id, values)
                ids[f"{part.kind}_id"] = part.id
        del ids["lead_id"]
        self.desk.update("lead", lead, {"status": terms.converted, "converted_at": op.now, **ids})
        return Converted(now, ids["contact_id"], ids.get("account_id"), ids.get("deal_id"))


def _check(now: Plan, agreed: Plan | None, choices: Choices) -> None:
    """Raise ConflictError unless this is what was agreed, or nothing stands against it."""
    if agreed is None and now.problems and not choices.anyway:
        raise ConflictError(
            "; ".join(now.problems), "--anyway leaves that so; --account, --contact, --deal choose"
        )
    if agreed is not None and agreed != now:
        same = agreed.version == now.version
        what = f"what lead {now.lead} would become" if same else f"lead {now.lead}"
        raise ConflictError(
            f"{what} changed meanwhile; nothing was written",
            f"look again: leadctl convert {now.lead}",
        )
