"""What limits a rep: caps, working days and hours, as people write them and as they are stored."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from leadctl.errors import UsageError

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAYS = tuple(day[:3] for day in WEEK)
MOST = 1_000_000
CAPS = {"max_open": "open", "max_day": "a day", "max_week": "a week"}
"""Column of a rep -> how its cap is called."""

LIMITS = (*CAPS, "work_days", "work_from", "work_until")
"""The columns of a rep that limit what they get."""

_TIME = re.compile(r"(\d{1,2})(?::(\d\d))?")


def cap(written: str, flag: str) -> int | None:
    """Return a cap, None for `none`; UsageError names the option."""
    word = written.strip().casefold()
    if word == "none":
        return None
    if not (word.isascii() and word.isdecimal()) or not 1 <= int(word) <= MOST:
        raise UsageError(
            f"{flag} {written!r} is a cap that nobody can meet",
            "a whole number from 1, or none; rep away passes a rep over",
        )
    return int(word)


def days(written: str) -> str | None:
    """Return working days as digits, `12345` for mon-fri; None for `none`, every day."""
    found: set[int] = set()
    if written.strip().casefold() == "none":
        return None
    for part in written.casefold().split(","):
        first, dash, last = (end.strip() for end in part.partition("-"))
        start, end = map(_day, (first, last if dash else first))
        if start is None or end is None:
            raise UsageError(f"--days {written!r} is no day", "mon-fri, or mon,wed,fri; none")
        found.update(range(start, end + 1) if start <= end else {*range(start, 7), *range(end + 1)})
    return "".join(str(day + 1) for day in sorted(found))


def _day(word: str) -> int | None:
    """Return the place of a day in the week; its name may be cut after three letters."""
    if len(word) < 3:
        return None
    return next((place for place, name in enumerate(WEEK) if name.startswith(word)), None)


def hours(written: str) -> tuple[int, int] | tuple[None, None]:
    """Return when work begins and ends in minutes of the day; None twice for `none`, all day."""
    if written.strip().casefold() == "none":
        return None, None
    parts = [_TIME.fullmatch(part.strip()) for part in written.split("-")]
    if len(parts) == 2 and parts[0] and parts[1]:
        start, end = (int(part[1]) * 60 + int(part[2] or 0) for part in parts if part)
        if start < end <= 24 * 60 and all(int(part[2] or 0) < 60 for part in parts if part):
            return start, end
    raise UsageError(f"--hours {written!r} is no time of work", "9-17, or 8:30-16:00; none")


def check(rep: Mapping[str, Any]) -> None:
    """Raise UsageError if caps of a rep contradict each other."""
    day, week = rep["max_day"], rep["max_week"]
    if day is not None and week is not None and day > week:
        raise UsageError(
            f"nobody can meet a cap of {day:,} a day: {week:,} a week are less",
            "--max-week is at least --max-day",
        )


def in_words(rep: Mapping[str, Any]) -> list[str]:
    """Return a rep's limits as `50 open`, `10 a day`, `mon-fri`, `9:00-17:00`."""
    words = [f"{rep[cap]:,} {what}" for cap, what in CAPS.items() if rep[cap] is not None]
    return words + [each for each in (days_in_words(rep), hours_in_words(rep)) if each]


def days_in_words(rep: Mapping[str, Any]) -> str | None:
    """Return working days as `mon-fri` or `mon,wed,fri`, None for every day."""
    digits = rep["work_days"]
    if digits is None:
        return None
    names = [DAYS[int(digit) - 1] for digit in digits]
    if len(digits) > 2 and digits in "1234567":
        return f"{names[0]}-{names[-1]}"
    return ",".join(names)


def hours_in_words(rep: Mapping[str, Any]) -> str | None:
    """Return hours as `9:00-17:00`, None for all day."""
    if rep["work_from"] is None:
        return None
    ends = (rep["work_from"], rep["work_until"])
    return "-".join(f"{minute // 60}:{minute % 60:02}" for minute in ends)
