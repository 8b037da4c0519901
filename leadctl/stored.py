"""Values as they stand in the tables, and back to what people and scripts read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, tzinfo
from functools import cache
from typing import Any

EPOCH = date(1970, 1, 1).toordinal()
MINOR_UNITS = 100
"""Money is stored in hundredths of its currency's unit, whatever the currency."""


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


def days_in(zone: tzinfo) -> Callable[[str | None], int | None]:
    """Return the function from a stored time to its day number in a zone; None for what is none."""

    @cache
    def day_of_minute(minute: str) -> int | None:
        try:
            return day_number(from_stamp(f"{minute}:00Z").astimezone(zone).date())
        except (ValueError, OverflowError):
            return None

    # A minute is as fine as a zone's midnight can be, and there are few of them.
    return lambda at: None if at is None else day_of_minute(at[:16])


def day_of_number(number: int) -> date:
    """Return the date of a stored day."""
    return date.fromordinal(number + EPOCH)


def whole_units(hundredths: int | None) -> int | float | None:
    """Return stored money in the currency's units: a whole number where it is one."""
    if hundredths is None:
        return None
    return hundredths // MINOR_UNITS if hundredths % MINOR_UNITS == 0 else hundredths / MINOR_UNITS


def whole_number(value: float | None) -> int | float | None:
    """Return a stored number as people read it: without decimals where it is whole."""
    return int(value) if value is not None and value == int(value) else value


AS_READ: Mapping[str, Callable[[Any], Any]] = {
    "money": whole_units,
    "number": whole_number,
    "flag": lambda value: None if value is None else bool(value),
}
"""Type of a field -> what makes of its stored value what people and scripts read."""


def as_read(type_: str | None, stored: Any) -> Any:
    """Return a stored value of a type as people and scripts read it."""
    return AS_READ[type_](stored) if type_ is not None and type_ in AS_READ else stored


def stored_json(value: Any) -> str:
    """Return compact JSON of a value that is stored as text, such as `extra`."""
    import json

    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def read_json(stored: str | None) -> Any:
    """Return what `stored_json` made; {} where nothing is stored."""
    import json

    return json.loads(stored) if stored else {}


def id_fingerprint(external_id: str, system: str | None) -> int:
    """Return by what an imported row is found that brought a further id of a lead.

    `system` is the one that the id belongs to, "" for none; None finds it whatever that is.
    """
    from hashlib import blake2b

    said = f"\0id={external_id}" if system is None else f"\0id={external_id}\0of={system.lower()}"
    digest = blake2b(said.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def among(name: str, words: Iterable[str]) -> tuple[str, dict[str, str]]:
    """Return words as they stand within IN (…), and what they are bound to: `name0`, `name1` …

    Without a word it is the empty text, which no stored value is, so that NOT IN holds for all.
    """
    bound = {f"{name}{number}": word for number, word in enumerate(words)}
    return ", ".join(f":{each}" for each in bound) or "''", bound
