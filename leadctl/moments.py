"""Written dates and times: ISO, numbers in the order of a country, names of months, Unix time."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

_LONGEST = 100
_CENTURY_TURN = 70
"""Years of two digits below this one are of the 21st century."""

_NUMBERS = re.compile(r"(\d{1,4})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{1,4})\.?")
_DAY_AND_MONTH = re.compile(r"\s*(\d{1,2})\s?([./-])\s?(\d{1,2})\s?\2\s?(?:\d{4}|\d{2})(?!\d)")
_PLAIN = re.compile(
    r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d\d)"
    r"(?:,?\s(\d{1,2}):(\d\d)(?::(\d\d))?(?:\s?([ap])m)?)?",
    re.ASCII | re.IGNORECASE,
)
_CLOCK = re.compile(
    r"""(?P<date>.+?)(?:\s*T\s*|,?\s+(?:at\s+|um\s+)?)
    (?P<hour>\d{1,2})(?=\s*[:.hapu])(?:[:.h](?P<minute>\d{2}))?
    (?:[:.](?P<second>\d{2})(?:[.,]\d{1,9})?)?
    \s*(?P<half>[ap]\.?\s?m\.?)?(?:\s*(?:Uhr|hrs|h))?
    \s*(?P<zone>(?:UTC|GMT)?\s?[+-]\d{1,2}(?::?\d{2})?|[A-Z]{3,4}|Z)?
    (?:\s*\([^()]*\))?(?P<year>\s\d{4})?""",
    re.VERBOSE | re.IGNORECASE,
)
_OFFSET = re.compile(r"(?:UTC|GMT)?\s?([+-])(\d{1,2}):?(\d{2})?", re.IGNORECASE)
_WORDS = re.compile(r"[^\W\d_]+|\d+")

_ZONES = {
    zone: hours
    for hours, zones in {
        0: "Z UTC GMT WET",
        1: "CET MEZ BST WEST",
        2: "CEST MESZ EET",
        3: "EEST MSK",
        9: "JST",
        -4: "EDT",
        -5: "EST CDT",
        -6: "CST MDT",
        -7: "MST PDT",
        -8: "PST",
    }.items()
    for zone in zones.split()
}
"""Abbreviation of a zone -> hours ahead of UTC, for those that mean one zone nearly everywhere."""

_MONTHS = {
    word: number
    for number, words in enumerate(
        (
            "jan january januar janvier janv enero ene jaenner janner gennaio gen janeiro januari",
            "feb february februar fevrier fevr fev febrero febbraio fevereiro februari",
            "mar march mrz marz maerz mars marzo marco maart mrt",
            "apr april avril avr abril abr aprile",
            "may mai mayo maggio mag maio mei",
            "jun june juni juin junio giugno giu junho",
            "jul july juli juillet juil julio luglio lug julho",
            "aug august aout agosto ago augustus",
            "sep sept september septembre septiembre settembre set setembro",
            "oct october okt oktober octobre octubre ottobre ott outubro out",
            "nov november novembre noviembre novembro",
            "dec december dez dezember decembre diciembre dic dicembre dezembro",
        ),
        start=1,
    )
    for word in words.split()
}
_OTHER_WORDS = frozenset(
    """mon monday tue tues tuesday wed wednesday thu thur thurs thursday fri friday sat saturday
    sun sunday mo montag di dienstag mi mittwoch do donnerstag fr freitag sa samstag sonnabend so
    sonntag lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miercoles jueves
    viernes sabado domingo st nd rd th er of the de del den der le""".split()
)
"""Days of the week and what else stands in a date without saying anything."""


class AmbiguousDate(ValueError):
    """A date such as 03/04/2026 that is read differently in different countries."""

    def __init__(self) -> None:
        super().__init__(
            "may be day/month or month/day: say which with --dates dmy or mdy, or write 2026-11-22"
        )


def read(written: str, order: str | None = None) -> datetime:
    """Return the moment that a text means, without a zone where none is written.

    `order` is that of dates such as 03/04/2026: dmy, mdy, or iso, which takes none of them; with
    dots it is dmy unless another is given. Raises AmbiguousDate where only an order would tell,
    ValueError for what is no date.
    """
    try:
        return _read(" ".join(written.split()), order)
    except AmbiguousDate:
        raise
    except (ValueError, OverflowError):
        raise ValueError("is no date or time (write 2026-11-22 or 2026-11-22 14:30)") from None


def _read(written: str, order: str | None) -> datetime:
    if len(written) > _LONGEST:
        raise ValueError
    if found := _PLAIN.fullmatch(written):
        return _of_plain_numbers(found, order)
    if written.isdecimal():
        return _of_digits(written)
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        found = _CLOCK.fullmatch(written)
    if not found:
        return datetime.combine(_date(written, order), time())
    day = _date(found["date"] + (found["year"] or ""), order)
    hour = _hour(int(found["hour"]), found["half"])
    clock = time(hour, int(found["minute"] or 0), int(found["second"] or 0))
    return datetime.combine(day, clock, _zone(found["zone"]))


def _of_digits(digits: str) -> datetime:
    """Return the moment of `20261122`, `20261122143000`, Unix seconds or milliseconds."""
    if len(digits) in (10, 13):
        return datetime.fromtimestamp(int(digits[:10]), UTC)
    if len(digits) in (8, 14):
        return datetime.fromisoformat(f"{digits[:8]}T{digits[8:] or '00'}")
    raise ValueError


def _of_plain_numbers(found: re.Match[str], order: str | None) -> datetime:
    """Return the moment of `22.11.2026`, `11/22/2026 9:00 AM` and the like."""
    first, mark, second, year, hour, minute, seconds, half = found.groups()
    day = _in_order(first, mark, second, year, order)
    if hour is None:
        return datetime(day.year, day.month, day.day)
    return datetime(
        day.year, day.month, day.day, _hour(int(hour), half), int(minute), int(seconds or 0)
    )


def _hour(hour: int, half: str | None) -> int:
    """Return the hour of a day from one of its half, `a…` or `p…`."""
    if not half:
        return hour
    if hour > 12:
        # People write 14:30 PM too.
        return hour if half[0] in "pP" else 24
    return hour % 12 + 12 * (half[0] in "pP")


def _zone(written: str | None) -> tzinfo | None:
    if not written:
        return None
    if found := _OFFSET.fullmatch(written):
        sign, hours, minutes = found.groups()
        ahead = timedelta(hours=int(hours), minutes=int(minutes or 0))
        return timezone(-ahead if sign == "-" else ahead)
    hours_ahead = _ZONES.get(written.upper())
    if hours_ahead is None:
        raise ValueError
    return timezone(timedelta(hours=hours_ahead))


def _date(written: str, order: str | None) -> date:
    found = _NUMBERS.fullmatch(written.strip(" ,"))
    if not found:
        return _date_in_words(written)
    first, mark, second, third = found.groups()
    if len(first) == 4:
        return date(int(first), int(second), int(third))
    if len(first) > 2 or len(third) not in (2, 4):
        raise ValueError
    return _in_order(first, mark, second, third, order)


def _in_order(first: str, mark: str, second: str, year: str, order: str | None) -> date:
    one, two = int(first), int(second)
    if _is_day_first(one, two, order or ("dmy" if mark == "." else None)):
        return date(_year(year), two, one)
    return date(_year(year), one, two)


def _is_day_first(one: int, two: int, order: str | None) -> bool:
    """Whether the day stands before the month; a number above 12 is no month."""
    if order == "iso":
        raise ValueError
    if order is None:
        if one <= 12 and two <= 12 and one != two:
            raise AmbiguousDate
        return two <= 12
    return order == "dmy"


def _date_in_words(written: str) -> date:
    """Return the date of `22 Nov 2026`, `Sun, Nov 22nd, 2026`, `22. November 26`, `2026-Nov-22`."""
    months: list[int] = []
    numbers: list[str] = []
    for word in _WORDS.findall(_without_accents(written)):
        if word.isdecimal():
            numbers.append(word)
        elif word in _MONTHS:
            months.append(_MONTHS[word])
        elif word not in _OTHER_WORDS:
            raise ValueError
    if len(months) != 1 or len(numbers) != 2:
        raise ValueError
    if len(numbers[0]) == 4:
        numbers.reverse()
    day, year = numbers
    if len(day) > 2 or len(year) not in (2, 4):
        raise ValueError
    return date(_year(year), months[0], int(day))


def _without_accents(written: str) -> str:
    if written.isascii():
        return written.lower()
    decomposed = unicodedata.normalize("NFKD", written.casefold())
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark))


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (2000 if year < _CENTURY_TURN else 1900)


def orders(cells: Iterable[str]) -> frozenset[str]:
    """Return which of dmy and mdy a column's cells leave possible, none if they contradict.

    13/02/2026 is no mdy, 02/13/2026 no dmy. Dots speak for dmy where nothing else decides.
    """
    possible = {"dmy", "mdy"}
    has_dots = False
    for cell in cells:
        found = _DAY_AND_MONTH.match(cell)
        if found:
            first, mark, second = found.groups()
            has_dots = has_dots or mark == "."
            if int(first) > 12:
                possible.discard("mdy")
            if int(second) > 12:
                possible.discard("dmy")
    if has_dots and len(possible) == 2:
        possible.discard("mdy")
    return frozenset(possible)
