"""The moment of a lead in SQL: one for all leads, or one of its own for each."""

from __future__ import annotations

from typing import NamedTuple


class When(NamedTuple):
    """The moment of a lead in SQL: its time, its day, and the join that they need, if any."""

    at: str
    day: str
    join: str = ""

    def of(self, lead: str) -> str:
        """Return the join for the column that has the lead's id."""
        return self.join.format(lead)

    @property
    def shift(self) -> str:
        """How many days the days of a lead are moved where each has a moment of its own."""
        return f"((SELECT day FROM temp.clock) - {self.day})"
