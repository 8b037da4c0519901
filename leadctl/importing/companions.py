"""What a row of leads says of other records: its note, when it was last touched, the next step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from leadctl.values import Normaliser

LAST_CONTACTED = "last contacted"
FOLLOW_UP = "follow up"


class Companion(NamedTuple):
    """A record that comes along with a lead; two of one lead with the same `key` are the same."""

    kind: str
    key: tuple[str, str]
    values: Mapping[str, Any]


def companions(
    beside: Mapping[str, Any], lead: Mapping[str, Any], normaliser: Normaliser, now: str
) -> Iterator[Companion]:
    """Yield what a row says of activities and tasks; `lead` are the values of the lead in the row.

    A note is of the day of the last contact, else of when the lead was created, else of now. When
    somebody was last contacted is a touch of ours: which kind, nobody knows.
    """
    touched = beside.get("last_contacted")
    if note := beside.get("note"):
        at = touched or lead.get("created_at") or now
        values = {"kind": "note", "at": at, "day": normaliser.day(at), "note": note}
        yield Companion("activity", ("note", note), values)
    if touched:
        said = {"kind": "note", "at": touched, "day": normaliser.day(touched)}
        values = {**said, "direction": "out", "note": LAST_CONTACTED}
        yield Companion("activity", ("touched", touched), values)
    step, due = beside.get("next_step"), beside.get("next_step_at")
    if step or due:
        title = step or FOLLOW_UP
        values = {
            "title": title,
            "due_day": normaliser.day(due) if due else None,
            "owner_id": lead.get("owner_id"),
            "created_at": now,
            "created_day": normaliser.day(now),
        }
        yield Companion("task", ("task", title), values)


def key_of(row: Mapping[str, Any]) -> tuple[str, str]:
    """Return the key of a note or task that is there, a row of `Store.notes_and_tasks`."""
    if row["direction"] == "out" and row["words"] == LAST_CONTACTED:
        return "touched", row["at"]
    return row["kind"], row["words"] or ""
