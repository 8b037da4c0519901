"""Who can take a lead now: reps with leave, hours and caps, and why the others cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from leadctl.stored import day_of_number

ON_LEAVE, AT_CAP, OFF, LEFT = "on leave", "at a cap", "off work", "removed"
HANDS_OVER = "hands over"
"""The kinds of absence."""

DayInWords = Callable[[int], str]


class Absence(NamedTuple):
    """Why a rep cannot take a lead now: one of four kinds, until which day, or which cap."""

    kind: str
    until: int | None = None
    detail: str = ""

    def reason(self, in_words: DayInWords = lambda day: day_of_number(day).isoformat()) -> str:
        """Return it in words, such as `on leave until 2026-12-01` or `at a cap: 10 a day`."""
        until = "" if self.until is None else f" until {in_words(self.until)}"
        return f"{self.kind}{until}" + (f": {self.detail}" if self.detail else "")


class Passed(NamedTuple):
    """A rep who was passed over, and why."""

    rep: int
    name: str
    absence: Absence

    def reason(self, in_words: DayInWords = lambda day: day_of_number(day).isoformat()) -> str:
        """Return why in words."""
        return self.absence.reason(in_words)


class Rep(NamedTuple):
    """A rep as the run finds them; `caps` are words for each cap -> how many leads it leaves."""

    id: int
    name: str
    absence: Absence | None = None
    caps: Mapping[str, int] = {}
    open: int = 0


class Team:
    """All reps while leads are dealt: who can take one now, and why the others cannot.

    `changes` grows whenever somebody comes to a cap.
    """

    def __init__(self, reps: Iterable[Rep]) -> None:
        self.changes = 0
        self.begin(reps)

    def begin(self, reps: Iterable[Rep]) -> None:
        """Take the reps as they are now, such as on another day."""
        reps = list(reps)
        self.names = {rep.id: rep.name for rep in reps}
        self.open = {rep.id: rep.open for rep in reps}
        self.absent = {rep.id: rep.absence for rep in reps if rep.absence}
        self._left = {rep.id: dict(rep.caps) for rep in reps if rep.caps}
        self.changes += 1
        for rep in self._left.keys() - self.absent.keys():
            self._look_at_caps(rep)

    def took(self, rep: int, leads: int = 1) -> None:
        """Note that a rep got one lead more, or so many."""
        self.open[rep] += leads
        if rep in self._left:
            for cap in self._left[rep]:
                self._left[rep][cap] -= leads
            self._look_at_caps(rep)

    def left(self, rep: int) -> int | None:
        """Return how many leads the caps of a rep leave, None without a cap."""
        return min(self._left[rep].values()) if rep in self._left else None

    def passed(self, reps: Iterable[int]) -> tuple[Passed, ...]:
        """Return those of the reps who cannot take a lead now."""
        return tuple(
            Passed(rep, self.names[rep], self.absent[rep]) for rep in reps if rep in self.absent
        )

    def _look_at_caps(self, rep: int) -> None:
        full = [cap for cap, left in self._left.get(rep, {}).items() if left <= 0]
        if full:
            self.absent[rep] = Absence(AT_CAP, detail=full[0])
            self.changes += 1


def is_on_leave(rep: Mapping[str, Any], today: int) -> bool:
    """Return whether a rep is away on a day; the last day of a leave belongs to it."""
    start, end = rep["away_from"], rep["away_until"]
    return start is not None and start <= today and (end is None or today <= end)


def is_off(rep: Mapping[str, Any], weekday: int, minute: int) -> bool:
    """Return whether a rep does not work on a weekday (1 is Monday) at a minute of the day."""
    days, start, end = rep["work_days"], rep["work_from"], rep["work_until"]
    if days is not None and str(weekday) not in days:
        return True
    return start is not None and not start <= minute < end


def absence(rep: Mapping[str, Any], today: int, weekday: int, minute: int) -> Absence | None:
    """Return why a rep cannot take any lead at a time, None if only caps may hinder them."""
    if not rep["active"]:
        return Absence(LEFT)
    if is_on_leave(rep, today):
        return Absence(ON_LEAVE, rep["away_until"])
    return Absence(OFF) if is_off(rep, weekday, minute) else None
