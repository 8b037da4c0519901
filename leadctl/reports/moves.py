"""Moves of leads from status to status, as the journal has them: what was undone never happened.

They are read from the journal through the index `changes_of_status`, which holds nothing else, so
that there is no second log that could say something else.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leadctl.config import Settings

DECIDED = """decided AS MATERIALIZED (
    SELECT id, day_of(at) AS day FROM operations WHERE undoes IS NULL)"""
"""Behind WITH: the operations that are no undo, with their day."""

MOVES = """changes AS c INDEXED BY changes_of_status JOIN decided AS o ON o.id = c.operation
    WHERE c.kind = 'lead' AND c.field = 'status' AND c.undone_by IS NULL"""
"""Behind FROM: each move `c` of a lead (`record`, `before`, `after`) and its operation `o`."""

DEAL, WON = "Deal", "Deal won"


def ever(statuses: Iterable[str]) -> str:
    """Return the condition of leads that are or ever were in one of these statuses.

    A lead that was converted counts as one; the statuses are bound by `bound`.
    """
    words = ", ".join(f":ever{number}" for number, _ in enumerate(statuses)) or "NULL"
    return f"""(converted_at IS NOT NULL OR status IN ({words}) OR id IN (
        WITH {DECIDED} SELECT c.record FROM {MOVES}
        AND (c.before COLLATE NOCASE IN ({words}) OR c.after COLLATE NOCASE IN ({words}))))"""


def bound(statuses: Iterable[str]) -> dict[str, str]:
    """Return what `ever` binds."""
    return {f"ever{number}": status for number, status in enumerate(statuses)}


class Ladder:
    """The steps of a lead on its way up: the statuses of the list, then a deal, then a deal won.

    Lost and junk are no steps: who is in them stands on the first. A word that is in no list counts
    as working.
    """

    def __init__(self, settings: Settings) -> None:
        on_the_way = settings.of_role("open", "working", "qualified")
        self.converted = len(on_the_way)
        statuses = (*on_the_way, *settings.of_role("converted"))
        self.steps = (*statuses, DEAL, WON)
        self.deal, self.won = len(statuses), len(statuses) + 1
        working = settings.of_role("working")
        places = {status: place for place, status in enumerate(statuses)}
        places |= dict.fromkeys(settings.of_role("lost", "junk"), 0)
        self._else = places[working[0]] if working else 0
        self.bound = {f"step{number}": status for number, status in enumerate(places)}
        self._cases = " ".join(
            f"WHEN :step{number} THEN {place}" for number, place in enumerate(places.values())
        )

    def place(self, status: str) -> str:
        """Return the SQL of the place of a status on the ladder, the first being 0."""
        return f"CASE {status} COLLATE NOCASE {self._cases} ELSE {self._else} END"
