"""Which moment of which leads, in SQL: one for all leads or one of its own for each."""

from __future__ import annotations

from typing import NamedTuple


class Half(NamedTuple):
    """The leads up to the one in the middle, with what belongs to none, or those above it."""

    middle: int
    above: bool

    def has(self, lead: str, *, or_none: bool = False) -> str:
        """Return whether a lead is one of them, as SQL; `or_none` if it may be blank."""
        if self.above:
            return f"{lead} > {self.middle}"
        # With OR, rows would be looked up one by one in two indexes.
        return f"{f'coalesce({lead}, 0)' if or_none else lead} <= {self.middle}"


def among(half: Half | None, lead: str, *, or_none: bool = False) -> str:
    """Return whether a lead is one of a half, or of all, as SQL; `or_none` if it may be blank."""
    return "1" if half is None else half.has(lead, or_none=or_none)


class When(NamedTuple):
    """The moment of a lead in SQL: its time, its day, and the join that they need, if any.

    Of `half` of the leads there is a past, without one of all.
    """

    at: str
    day: str
    join: str = ""
    half: Half | None = None

    def among(self, lead: str, *, or_none: bool = False) -> str:
        """Return whether there is a past of a lead, as SQL; `or_none` if it may be blank."""
        return among(self.half, lead, or_none=or_none)

    def of(self, lead: str) -> str:
        """Return the join for the column that has the lead's id."""
        return self.join.format(lead)

    @property
    def shift(self) -> str:
        """How many days the days of a lead are moved where each has a moment of its own."""
        return f"((SELECT day FROM temp.clock) - {self.day})"
