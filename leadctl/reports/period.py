"""Periods as people write them: 2026, 2026-Q3, 2026-10, 2026-W45, last-30d, this-month."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple

from leadctl.stored import day_number, day_of_number

HINT = "2026, 2026-Q3, 2026-10, 2026-W45, 2026-10-31, last-30d, this-month, last-month, today"
STEPS = ("day", "week", "month", "quarter", "year")

_WRITTEN = re.compile(r"(\d{4})(?:-(?:q([1-4])|w(\d\d)|(\d\d)(?:-(\d\d))?))?")
_LAST = re.compile(r"last-(\d{1,4})([dwmy])")
_UNITS = {"d": "day", "w": "week", "m": "month", "y": "year"}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


class Period(NamedTuple):
    """Days from `first` to `last`, both inside, as day numbers; None is without end.

    `step` is how long it is where it is a whole number of weeks, months, quarters or years.
    """

    first: int | None
    last: int | None
    name: str
    step: tuple[str, int] | None = None

    def previous(self) -> Period | None:
        """Return the period of the same length before this one, None if it has no such."""
        if self.first is None or self.last is None:
            return None
        if self.step:
            unit, number = self.step
            first = moved(day_of_number(self.first), unit, -number)
        else:
            first = day_of_number(2 * self.first - self.last - 1)
        return between(day_number(first), self.first - 1)._replace(step=self.step)

    def has(self, day: int) -> bool:
        """Whether a day is inside."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


EVERYTHING = Period(None, None, "everything")


def between(first: int | None, last: int | None) -> Period:
    """Return the period between two days, named by them."""
    if first is None and last is None:
        return EVERYTHING
    words = [
        "" if day is None else f"{word} {day_of_number(day)}"
        for word, day in (("from", first), ("to", last))
    ]
    return Period(first, last, " ".join(filter(None, words)))


def parse(written: str, today: int) -> Period:
    """Return the period that a word means; ValueError if it means none.

    `last-30d` are the thirty days that end today; `last-3m` the three whole months before this one.
    """
    word = written.strip().lower()
    this = day_of_number(today)
    if word in ("all", "everything"):
        return EVERYTHING
    if word in ("today", "yesterday"):
        return _of("day", this - timedelta(days=word == "yesterday"), 1, word)
    for unit in ("week", "month", "quarter", "year"):
        if word == f"this-{unit}":
            return _of(unit, start_of(unit, this), 1, word)
        if word == f"last-{unit}":
            return _of(unit, moved(start_of(unit, this), unit, -1), 1, word)
    if found := _LAST.fullmatch(word):
        number, unit = int(found[1]), _UNITS[found[2]]
        if not number:
            raise ValueError
        if unit == "day":
            return Period(today - number + 1, today, word)
        return _of(unit, moved(start_of(unit, this), unit, -number), number, word)
    if found := _WRITTEN.fullmatch(word):
        year, quarter, week, month, day = (int(part) if part else None for part in found.groups())
        assert year is not None
        if quarter:
            return _of("quarter", date(year, 3 * quarter - 2, 1), 1, written.upper())
        if week:
            return _of("week", date.fromisocalendar(year, week, 1), 1, written.upper())
        if day and month:
            return _of("day", date(year, month, day), 1, word)
        return _of("month" if month else "year", date(year, month or 1, 1), 1, word)
    raise ValueError


def _of(unit: str, first: date, number: int, name: str) -> Period:
    last = moved(first, unit, number) - timedelta(days=1)
    return Period(day_number(first), day_number(last), name, (unit, number))


def start_of(unit: str, day: date) -> date:
    """Return the first day of the day's week (Monday), month, quarter or year."""
    if unit == "day":
        return day
    if unit == "week":
        return day - timedelta(days=day.weekday())
    months = _MONTHS[unit]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def moved(day: date, unit: str, number: int) -> date:
    """Return the first day of a step, so many steps later; ValueError beyond the calendar."""
    try:
        if unit in ("day", "week"):
            return day + timedelta(days=number * (7 if unit == "week" else 1))
        months = day.year * 12 + day.month - 1 + number * _MONTHS[unit]
        return date(months // 12, months % 12 + 1, 1)
    except OverflowError:
        raise ValueError("is beyond the calendar") from None


def step_of(unit: str, day: int) -> str:
    """Return the name of the step that a day is in: 2026-11-22, 2026-W47, 2026-11, 2026-Q4, 2026."""
    on = day_of_number(day)
    if unit == "week":
        year, week, _ = on.isocalendar()
        return f"{year}-W{week:02}"
    if unit == "quarter":
        return f"{on.year}-Q{(on.month + 2) // 3}"
    return on.isoformat()[: {"day": 10, "month": 7, "year": 4}[unit]]


def steps_between(unit: str, first: int, last: int) -> list[str]:
    """Return the names of the steps from one day to another, both inside, none left out."""
    names = []
    start = start_of(unit, day_of_number(first))
    while day_number(start) <= last:
        names.append(step_of(unit, day_number(start)))
        start = moved(start, unit, 1)
    return names
