"""From the text that people write to the value that is stored."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property
from typing import TYPE_CHECKING, Any

from leadctl.stored import day_number, day_of_number, from_stamp, stamp

if TYPE_CHECKING:
    from types import ModuleType

    from leadctl.config import Settings
    from leadctl.fields import Field

PLACEHOLDERS = frozenset(
    (
        "-none-|--none--|-- none --|- none -|(none)|[none]|<none>|(null)|[null]|<null>|\\n|-|--"
        "|---|–|—|.|…|?|??|???|n/a|n.a.|n.a|n/v|k.a.|k. a.|keine angabe|nicht angegeben|#n/a|#na"
        "|#null!|#value!|#ref!|#name?|#div/0!|(blank)|[blank]|<blank>|(empty)|[empty]|<empty>"
        "|-select-|--select--|- select -|-- select --|(select)|[select]|<select>|please select"
        "|please select...|please select…|select...|select…|select one|please choose|choose..."
        "|bitte wählen|bitte auswählen|not available|not applicable|not provided|not specified"
        "|non renseigné|0000-00-00|0000-00-00 00:00:00"
    ).split("|")
)
"""What exports write into a cell that has nothing, without case: blank in every field.

`unknown` says something, `NA` is Namibia, and Na a name: they stay.
"""

PLACEHOLDERS_BUT_NAMES = PLACEHOLDERS | {"none", "null", "nil", "nan", "undefined", "select"}
"""The same for fields that are no names: people are called Null and Nil, companies Select."""

_NAMES = frozenset("first_name last_name full_name name company account contact".split())
_FREE_TEXT = frozenset(("description", "note"))
_EMAIL = re.compile(
    r"(?!\.)[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}(?<!\.)@"
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+"
    r"[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])"
)
_LONGEST_EMAIL = 254
_STAMP = re.compile(
    r"[12]\d{3}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)"
    r"|(?:0[13578]|1[02])-31)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ",
    re.ASCII,
)
_PLAIN_NUMBER = re.compile(r"(\d{1,15}|\d{1,3}(?:,\d{3}){1,4})(?:\.(\d\d?))?", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][+-]?\d{1,3})?", re.ASCII)
_NUMBER_WITH_COMMA = re.compile(
    r"[+-]?(?:\d{1,3}(?:[.' \u00a0\u202f]\d{3})+|\d+)(?:,\d+)?", re.ASCII
)
_AGO = re.compile(r"(\d{1,5})\s*(d|w|m|y|h)[a-z]*(?: ago)?")
_SYMBOLS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "₹": "INR"}
_YES = frozenset(
    """1 1.0 true yes y t on x ok ✓ ✔ ☑ ✅ checked ja j wahr oui o vrai si sí s verdadero sim
    verdadeiro vero da tak да evet はい 是 opted-out""".split()
) | {"opted out"}
_NO = frozenset(
    """0 0.0 false no n f off ✗ ✘ ☐ ❌ unchecked nein falsch non faux falso não nao nee nej nie нет
    hayır いいえ 否 opted-in""".split()
) | {"opted in"}
_BETWEEN_TAGS = re.compile(r"[,;|\n]| ::: ")
_BIGGEST = 2**62
_BIGGEST_EXACT = 10**15
_A_DAY = timedelta(days=1)


class Normaliser:
    """Turns written text into stored values, one method a field type.

    Every method takes text and returns the stored value, `None` for a blank. A `ValueError` says
    in words what is wrong, without the value. Owners stay names; who stores them looks them up.
    `dates` is the order of dates such as 03/04/2026: `dmy`, `mdy`, or `iso` for none of them.

    `plain` are quick methods for what is mostly written in one way: None is what has to be parsed.
    """

    def __init__(self, settings: Settings, *, dates: str | None = None) -> None:
        self.settings = settings
        self.zone = settings.zone
        self.dates = dates
        self._ahead: dict[int, timedelta | None] = {}
        self._turns: dict[str, tuple[int, str] | None] = {}
        self.parsers: Mapping[str, Callable[[str], Any]] = {
            "text": text,
            "email": email,
            "phone": self.phone,
            "integer": integer,
            "number": number,
            "money": money,
            "currency": currency,
            "country": country,
            "state": state,
            "flag": flag,
            "time": self.time,
            "date": self.iso_date,
            "tags": tags,
            "status": settings.status,
            "source": settings.source,
            "owner": text,
        }
        self.plain: Mapping[str, Callable[..., Any]] = {
            "email": plain_email,
            "phone": self.plain_phone,
            "time": plain_time,
        }

    def parse(self, type_: str, value: str, country: str | None = None) -> Any:
        """Return the stored value of `value` as a field of `type_`; ValueError if it is none.

        `country` is that of the record, where it is known: phones and states depend on it.
        """
        if type_ == "phone":
            return self.phone(value, country)
        if type_ == "state":
            return state(value, country)
        return self.parsers[type_](value)

    def phone(self, value: str, country: str | None = None) -> str | None:
        """Return a number as E.164, any other text as written.

        A number without `+` is one of `country`, the stored country of its record, or of the
        settings' country where that is no code.
        """
        written = value.strip()
        return (self._phones.e164(written, self._home(country)) or written) if written else None

    def plain_phone(self, value: str, country: str | None = None) -> str | None:
        """Return a number that is plainly one, None for anything that `phone` has to look at."""
        if not value:
            return None
        home = None if value[0] == "+" else self._home(country)
        found: str | None = self._phones.plain(value, home)
        return found

    def _home(self, country: str | None) -> str | None:
        return country if country and country in self._codes else self.settings.country

    @cached_property
    def _codes(self) -> frozenset[str]:
        from leadctl import countries

        return countries.CODES

    @cached_property
    def _phones(self) -> ModuleType:
        from leadctl import phones

        return phones

    def state(self, value: str, country: str | None = None) -> str | None:
        """Return a state's usual code in a country of which it is known, else as written."""
        return state(value, country)

    def time(self, value: str) -> str | None:
        """Return UTC as `YYYY-MM-DDTHH:MM:SSZ`; a time without a zone is in the settings' zone."""
        if plain_time(value):
            return value
        written = value.strip()
        if not written:
            return None
        moment = _moment(written, self.dates)
        if moment.tzinfo is None:
            ahead = self._ahead_of_utc(moment.toordinal())
            if ahead is not None:
                try:
                    return (moment - ahead).isoformat(timespec="seconds") + "Z"
                except OverflowError:
                    raise ValueError("is no date or time that can be stored") from None
        return stamp(_in_utc(moment, self.zone))

    def date(self, value: str) -> int | None:
        """Return the day in the settings' zone, counted from 1970-01-01."""
        written = value.strip()
        if not written:
            return None
        moment = _moment(written, self.dates)
        if moment.tzinfo is not None:
            moment = _in_utc(moment, self.zone).astimezone(self.zone)
        return day_number(moment)

    def iso_date(self, value: str) -> str | None:
        """Return the day in the settings' zone as `YYYY-MM-DD`."""
        day = self.date(value)
        return None if day is None else day_of_number(day).isoformat()

    def day(self, stamped: str) -> int:
        """Return the day of a stored UTC time in the settings' zone, counted from 1970-01-01."""
        day = stamped[:10]
        if day not in self._turns:
            self._turns[day] = self._turn_of(day)
        turn = self._turns[day]
        if turn is None:
            return day_number(from_stamp(stamped).astimezone(self.zone).date())
        number, midnight = turn
        return number + (stamped[11:19] >= midnight)

    def _ahead_of_utc(self, ordinal: int) -> timedelta | None:
        """Return how far the zone is ahead of UTC all day long, None where that changes."""
        if ordinal not in self._ahead:
            start = datetime.fromordinal(ordinal)
            try:
                ends = [day.replace(tzinfo=self.zone) for day in (start, start + _A_DAY)]
                first, last = (end.utcoffset() for end in ends)
            except OverflowError:
                first = last = None
            self._ahead[ordinal] = first if first == last else None
        return self._ahead[ordinal]

    def _turn_of(self, day: str) -> tuple[int, str] | None:
        """Return the day number in the zone at 00:00 UTC of a day, and when in UTC the next begins."""
        start = datetime.fromisoformat(day).replace(tzinfo=UTC)
        try:
            first, last = (moment.astimezone(self.zone) for moment in (start, start + _A_DAY))
        except OverflowError:
            return None
        if first.utcoffset() != last.utcoffset():
            return None
        since_midnight = timedelta(hours=first.hour, minutes=first.minute, seconds=first.second)
        left = int((_A_DAY - since_midnight).total_seconds())
        turn = f"{left // 3600:02}:{left // 60 % 60:02}:{left % 60:02}"
        return day_number(first), turn


def placeholders(field: str) -> frozenset[str]:
    """Return the trimmed, casefolded cells that are blank in a field; none where people write."""
    if field in _FREE_TEXT:
        return frozenset()
    return PLACEHOLDERS if field in _NAMES else PLACEHOLDERS_BUT_NAMES


def several(type_: str, cell: str) -> list[str]:
    """Return the single emails or phones of a cell, the first one first; other cells as they are.

    Labels such as `work:` go; a cell is cut only where each part can stand for itself.
    """
    if type_ == "phone":
        from leadctl import phones

        return phones.several(cell)
    if type_ == "email" and cell.count("@") > 1:
        from leadctl import emails

        return emails.several(cell)
    return [cell]


def text(value: str) -> str | None:
    """Return the text without outer white space, `None` for nothing."""
    return value.strip() or None


def email(value: str) -> str | None:
    """Return an address as written, without `mailto:`; ValueError unless it is one address."""
    if plain_email(value):
        return value
    if not value.strip():
        return None
    from leadctl import emails

    written = emails.cleaned(value)
    if written and (problem := emails.problem_of(written)):
        raise ValueError(f"is no email address: {problem}")
    return written or None


def plain_email(value: str) -> str | None:
    """Return an address that is plainly one, None for anything that `email` has to look at."""
    if _EMAIL.fullmatch(value) and ".." not in value and len(value) <= _LONGEST_EMAIL:
        return value
    return None


def plain_time(value: str) -> str | None:
    """Return a time that is written as it is stored, None for anything else."""
    return value if len(value) == 20 and _STAMP.fullmatch(value) else None


def integer(value: str) -> int | None:
    """Return a whole number; `1,200` is 1200, of a range such as `51-200` the lower end."""
    written = value.strip()
    if not written:
        return None
    if (plain := _PLAIN_NUMBER.fullmatch(written)) and not plain[2]:
        number = int(plain[1].replace(",", ""))
    else:
        from leadctl import amounts

        number = amounts.whole_number(written)
    if number > _BIGGEST:
        raise ValueError("is too large a number")
    return number


def number(value: str) -> float | None:
    """Return a number of `4.5`, `1,200.50` or `1.200,50`, exact to 15 digits as `float` is.

    A lone dot is the decimal mark, a lone comma too unless three digits follow it.
    """
    written = value.strip().replace("−", "-")
    if not written:
        return None
    if _NUMBER.fullmatch(written):
        plain = written.replace(",", "")
    elif _NUMBER_WITH_COMMA.fullmatch(written):
        plain = re.sub(r"[.' \u00a0\u202f]", "", written).replace(",", ".")
    else:
        raise ValueError("is no number")
    parsed = float(f"{float(plain):.15g}")
    if abs(parsed) > _BIGGEST_EXACT:
        raise ValueError("is too large a number")
    return parsed + 0.0


def choice(choices: Sequence[str]) -> Callable[[str], str | None]:
    """Return a parser of a field that has one of these values, whatever their case."""
    known = {word.casefold(): word for word in choices}

    def parse(value: str) -> str | None:
        written = value.strip()
        if written and written.casefold() not in known:
            raise ValueError(f"is none of: {', '.join(choices)}")
        return known.get(written.casefold())

    return parse


def parser_of(field: Field, parsers: Mapping[str, Callable[..., Any]]) -> Callable[..., Any]:
    """Return what reads the values of a field; `parsers` are those of its type."""
    return choice(field.choices) if field.choices else parsers.get(field.type, parsers["text"])


def money(value: str) -> int | None:
    """Return an amount in hundredths of `12,000.50`, `12.000,50 EUR`, `(500)` or `1,5 Mio`."""
    written = value.strip()
    if not written:
        return None
    if plain := _PLAIN_NUMBER.fullmatch(written):
        number = int(plain[1].replace(",", "") + (plain[2] or "").ljust(2, "0"))
    else:
        from leadctl import amounts

        number = amounts.hundredths(written)
    if abs(number) > _BIGGEST:
        raise ValueError("is too large an amount")
    return number


def money_currency(value: str) -> str | None:
    """Return the currency that stands in an amount such as `12,000 EUR` or `€12`, else `None`."""
    return currency_in(value) or None


def currency_in(value: str) -> str | None:
    """Return the currency that stands in an amount, "" for one of several (`500 kr`), else `None`."""
    if _PLAIN_NUMBER.fullmatch(value):
        return None
    from leadctl import amounts

    return amounts.currency_of(value)


def currency(value: str) -> str | None:
    """Return a currency's three letters in capitals; ValueError if they are not three letters."""
    written = value.strip()
    if not written:
        return None
    code = _SYMBOLS.get(written) or ("EUR" if written.casefold() == "euro" else written.upper())
    if len(code) != 3 or not code.isascii() or not code.isalpha():
        raise ValueError("is no currency (three letters, such as EUR)")
    return code


def country(value: str) -> str | None:
    """Return the two-letter code of a country's name or code, any other spelling as written."""
    from leadctl import countries

    if value in countries.CODES:
        return value
    written = value.strip()
    return countries.code_of(written) or written or None


def state(value: str, country: str | None = None) -> str | None:
    """Return a state's usual code, else as written; without a country only what is unambiguous."""
    from leadctl import countries

    written = value.strip()
    return countries.state_of(written, country) or written or None


def flag(value: str) -> int | None:
    """Return 1 or 0; ValueError unless it is a word for yes or no, or the day of a yes."""
    written = value.strip().casefold()
    if not written:
        return None
    if written not in _YES and written not in _NO and not is_time(written):
        raise ValueError("is neither yes nor no")
    return int(written not in _NO)


def is_time(written: str) -> bool:
    """Whether a text is a day or a time, in whatever order of day and month."""
    try:
        _moment(written.upper(), "dmy")
    except ValueError:
        return False
    return True


def tags(value: str) -> str | None:
    """Return tags separated by comma and space, each once, in their order.

    Groups that an address book makes by itself, `* myContacts`, are no tags.
    """
    written = value.strip()
    if written[:1] == "[" and written[-1:] == "]":
        written = written[1:-1]
    words = (word.strip(" \t\r\"'") for word in _BETWEEN_TAGS.split(written))
    return ", ".join(dict.fromkeys(word for word in words if word and word[:2] != "* ")) or None


def parse_time(written: str, zone: tzinfo) -> datetime:
    """Return the moment that a text means, in UTC; without a zone of its own it is in `zone`.

    Raises AmbiguousDate for 03/04/2026, ValueError for no time.
    """
    return _in_utc(_moment(written, None), zone)


def _moment(written: str, dates: str | None) -> datetime:
    """Return what a text means, without a zone where it has none."""
    if written[4:5] == "-":
        try:
            return datetime.fromisoformat(written)
        except ValueError:
            pass
    from leadctl import moments

    return moments.read(written, dates)


def _in_utc(moment: datetime, zone: tzinfo) -> datetime:
    """Return a moment that has a day in the zone too; a moment without a zone is in this one."""
    try:
        here = moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)
        return here.astimezone(UTC)
    except OverflowError:
        raise ValueError("is no date or time that can be stored") from None


def parse_when(written: str, now: datetime, zone: tzinfo) -> datetime:
    """Return a moment in UTC: ISO 8601, `now`, `today`, `yesterday`, `tomorrow`, `7d` or `2w` ago."""
    word = written.strip().casefold()
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    near = {"today": 0, "yesterday": -1, "tomorrow": 1}
    if word == "now":
        return now.astimezone(UTC)
    if word in near:
        return (midnight + timedelta(days=near[word])).astimezone(UTC)
    found = _AGO.fullmatch(word)
    if not found:
        from leadctl.moments import AmbiguousDate

        try:
            return parse_time(written.strip(), zone)
        except AmbiguousDate:
            raise ValueError("may be day/month or month/day (write 2026-11-22)") from None
    number, unit = int(found.group(1)), found.group(2)
    if unit == "h":
        return (now - timedelta(hours=number)).astimezone(UTC)
    days = {"d": 1, "w": 7, "m": 30, "y": 365}[unit]
    try:
        return (midnight - timedelta(days=number * days)).astimezone(UTC)
    except OverflowError:
        raise ValueError("is too long ago") from None


def split_full_name(written: str) -> tuple[str | None, str | None, str]:
    """Return salutation, first and last name of a whole name; `leadctl.names` says how."""
    from leadctl import names

    return names.split(written)
