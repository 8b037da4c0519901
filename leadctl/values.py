"""From the text that people write to the value that is stored, and back to what they read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from leadctl.config import Settings

EPOCH = date(1970, 1, 1).toordinal()
MINOR_UNITS = 100
"""Money is stored in hundredths of its currency's unit, whatever the currency."""

FREE_MAIL_DOMAINS = tuple(
    "aol.com bluewin.ch btinternet.com comcast.net fastmail.com free.fr freenet.de gmail.com gmx.at "
    "gmx.ch gmx.com gmx.de gmx.net googlemail.com hotmail.co.uk hotmail.com hotmail.de hotmail.fr "
    "hotmail.it icloud.com laposte.net libero.it live.com live.de live.nl mac.com mail.com mail.ru "
    "me.com msn.com naver.com o2.pl orange.fr outlook.com outlook.de outlook.es outlook.fr "
    "pm.me proton.me protonmail.com qq.com rediffmail.com rocketmail.com seznam.cz sfr.fr "
    "sina.com t-online.de terra.com.br tutanota.com uol.com.br verizon.net virgilio.it wanadoo.fr "
    "web.de wp.pl yahoo.co.in yahoo.co.jp yahoo.co.uk yahoo.com yahoo.com.br yahoo.de yahoo.es "
    "yahoo.fr yahoo.it yandex.ru ymail.com ziggo.nl zoho.com 126.com 163.com".split()
)
"""Providers whose addresses say nothing about a company."""

_EMAIL = re.compile(
    r"[^\s@\"(),:;<>\[\\\]\x00-\x1f\x7f]{1,64}@"
    r"(?:[^\W_](?:[^\W_]|-){0,62}\.)+[^\W_](?:[^\W_]|-){1,62}"
)
_RANGE = re.compile(r"(\d[\d.,' ]*)\s*(?:[-–]|to)\s*\d[\d.,' ]*")
_MONEY = re.compile(r"(-?)(\d[\d.,'’\s]*)")
_THOUSANDS = re.compile(r"\d{1,3}([.,'’ \u00a0\u202f]?)\d{3}(?:\1\d{3})*")
_DOTTED_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(.*)")
_AGO = re.compile(r"(\d{1,5})\s*(d|w|m|y|h)[a-z]*(?: ago)?")
_SYMBOLS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "₹": "INR"}
_YES = frozenset(("1", "true", "yes", "y", "on", "x", "ja", "oui", "si", "sí"))
_NO = frozenset(("0", "false", "no", "n", "off", "nein", "non"))
_BIGGEST = 2**62


class Normaliser:
    """Turns written text into stored values, one method a field type.

    Every method takes text and returns the stored value, `None` for a blank. A `ValueError` says
    in words what is wrong, without the value. Owners stay names; who stores them looks them up.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.zone = settings.zone
        self.parsers: Mapping[str, Callable[[str], Any]] = {
            "text": text,
            "email": email,
            "phone": text,
            "integer": integer,
            "money": money,
            "currency": currency,
            "country": country,
            "flag": flag,
            "time": self.time,
            "tags": tags,
            "status": settings.status,
            "source": settings.source,
            "owner": text,
        }

    def parse(self, type_: str, value: str) -> Any:
        """Return the stored value of `value` as a field of `type_`; ValueError if it is none."""
        return self.parsers[type_](value)

    def time(self, value: str) -> str | None:
        """Return UTC as `YYYY-MM-DDTHH:MM:SSZ`; a time without a zone is in the settings' zone."""
        written = value.strip()
        return stamp(parse_time(written, self.zone)) if written else None

    def day(self, stamped: str) -> int:
        """Return the day of a stored UTC time in the settings' zone, counted from 1970-01-01."""
        return day_number(from_stamp(stamped).astimezone(self.zone).date())


def text(value: str) -> str | None:
    """Return the text without outer white space, `None` for nothing."""
    return value.strip() or None


def email(value: str) -> str | None:
    """Return an address as written, without `mailto:`; ValueError unless it is one address."""
    written = value.strip()
    if written[:7].lower() == "mailto:":
        written = written[7:]
    if not written:
        return None
    if not _EMAIL.fullmatch(written) or ".." in written or len(written) > 254:
        raise ValueError("is no email address")
    return written


def integer(value: str) -> int | None:
    """Return a whole number; `1,200` is 1200, of a range such as `51-200` the lower end."""
    written = value.strip()
    if not written:
        return None
    if written.isdecimal():
        number = int(written)
    else:
        found = _RANGE.fullmatch(written)
        digits = (found.group(1) if found else written.rstrip("+")).strip()
        if digits.endswith(".0"):
            digits = digits[:-2]
        if not digits.isdecimal() and not _THOUSANDS.fullmatch(digits):
            raise ValueError("is no whole number")
        number = int(re.sub(r"\D", "", digits))
    if number > _BIGGEST:
        raise ValueError("is too large a number")
    return number


def money(value: str) -> int | None:
    """Return an amount in hundredths of `12,000.50`, `12.000,50 EUR` or `€ 12 000`."""
    written = value.strip()
    if not written:
        return None
    found = _MONEY.fullmatch(_without_currency(written))
    if not found:
        raise ValueError("is no amount of money")
    sign, digits = found.groups()
    whole, decimals = _split_decimals(digits.strip())
    number = int(whole) * MINOR_UNITS + int(decimals.ljust(2, "0"))
    if number > _BIGGEST:
        raise ValueError("is too large an amount")
    return -number if sign else number


def _without_currency(written: str) -> str:
    """Return the amount without its currency's symbol or three letters."""
    for symbol in _SYMBOLS:
        written = written.replace(symbol, "")
    return re.sub(r"^[A-Za-z]{3}\s*(?=[-\d])|(?<=\d)\s*[A-Za-z]{3}$", "", written.strip()).strip()


def _split_decimals(digits: str) -> tuple[str, str]:
    """Return the digits before and after the decimal mark: the last mark with one or two behind."""
    found = re.fullmatch(r"(.*?)[.,](\d{1,2})", digits)
    whole, decimals = found.groups() if found else (digits, "")
    if whole.isdecimal() or _THOUSANDS.fullmatch(whole):
        return re.sub(r"\D", "", whole), decimals
    raise ValueError("is no amount of money with at most two decimals")


def money_currency(value: str) -> str | None:
    """Return the currency that stands in an amount such as `12,000 EUR` or `€12`, else `None`."""
    for symbol, code in _SYMBOLS.items():
        if symbol in value:
            return code
    found = re.search(r"(?<![A-Za-z])[A-Za-z]{3}(?![A-Za-z])", value)
    return found.group().upper() if found else None


def currency(value: str) -> str | None:
    """Return a currency's three letters in capitals; ValueError if they are not three letters."""
    written = value.strip()
    if not written:
        return None
    code = _SYMBOLS.get(written, written.upper())
    if len(code) != 3 or not code.isascii() or not code.isalpha():
        raise ValueError("is no currency (three letters, such as EUR)")
    return code


def country(value: str) -> str | None:
    """Return a two-letter code in capitals, any other spelling as written."""
    written = value.strip()
    return (written.upper() if len(written) == 2 and written.isascii() else written) or None


def flag(value: str) -> int | None:
    """Return 1 or 0; ValueError unless it is a word for yes or no."""
    written = value.strip().casefold()
    if not written:
        return None
    if written not in _YES and written not in _NO:
        raise ValueError("is neither yes nor no")
    return int(written in _YES)


def tags(value: str) -> str | None:
    """Return tags separated by comma and space, each once, in their order."""
    words = (word.strip() for word in re.split(r"[,;\n]", value))
    return ", ".join(dict.fromkeys(word for word in words if word)) or None


def parse_time(written: str, zone: tzinfo) -> datetime:
    """Return the moment that an ISO 8601 or `22.11.2026 14:30` text means, in UTC."""
    found = _DOTTED_DATE.fullmatch(written)
    if found:
        day, month, year, rest = found.groups()
        written = f"{year}-{month:0>2}-{day:0>2}{rest}"
    try:
        moment = datetime.fromisoformat(written)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("is no date or time (write 2026-11-22 or 2026-11-22 14:30)") from None


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
        return parse_time(written.strip(), zone)
    number, unit = int(found.group(1)), found.group(2)
    if unit == "h":
        return (now - timedelta(hours=number)).astimezone(UTC)
    days = {"d": 1, "w": 7, "m": 30, "y": 365}[unit]
    try:
        return (midnight - timedelta(days=number * days)).astimezone(UTC)
    except OverflowError:
        raise ValueError("is too long ago") from None


def stamp(moment: datetime) -> str:
    """Return a moment as stored: UTC, whole seconds, `YYYY-MM-DDTHH:MM:SSZ`."""
    utc = moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    return utc.isoformat() + "Z"


def from_stamp(stamped: str) -> datetime:
    """Return the moment of a stored time."""
    return datetime.fromisoformat(stamped)


def day_number(day: date) -> int:
    """Return a day as stored: days since 1970-01-01."""
    return day.toordinal() - EPOCH


def day_of_number(number: int) -> date:
    """Return the date of a stored day."""
    return date.fromordinal(number + EPOCH)


def whole_units(hundredths: int | None) -> int | float | None:
    """Return stored money in the currency's units: a whole number where it is one."""
    if hundredths is None:
        return None
    return hundredths // MINOR_UNITS if hundredths % MINOR_UNITS == 0 else hundredths / MINOR_UNITS


def stored_json(value: Any) -> str:
    """Return compact JSON of a value that is stored as text, such as `extra`."""
    import json

    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def read_json(stored: str | None) -> Any:
    """Return what `stored_json` made; {} where nothing is stored."""
    import json

    return json.loads(stored) if stored else {}


def split_name(written: str) -> tuple[str | None, str]:
    """Return first and last name of a whole name: `Last, First`, particles with the last name."""
    name = " ".join(written.split())
    if name.count(",") == 1:
        last, first = (part.strip() for part in name.split(","))
        if last and first:
            return first, last
    words = name.split(" ")
    cut = len(words) - 1
    while cut > 1 and words[cut - 1].casefold() in _PARTICLES:
        cut -= 1
    return " ".join(words[:cut]) or None, " ".join(words[cut:])


_PARTICLES = frozenset(
    "van von der den de del della di da dos das du la le ten ter bin al zu zur".split()
)
