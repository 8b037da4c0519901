"""The ways to find candidates: the keys that two records of one person, or company, may share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from operator import attrgetter
from typing import NamedTuple

from leadctl.duplicates.comparing import Record
from leadctl.duplicates.names import Name, may_be_one, roughly_one

BIGGEST = 30
"""The most records of a block that are all paired with each other."""
FEW = 6
"""Up to how many people may share an identifying value without being asked for their names."""

Key = str | None
Keys = Callable[[Sequence[Record], Sequence[Name]], Iterable[Key]]
"""Makes of records and their whole names a key each, None where there is none."""


class Way(NamedTuple):
    """One way to find candidates: those who have one of these keys in common are a block.

    In a block of more than `few` only those are a pair of whose names one says that they may be
    one person's.
    """

    keys: tuple[Keys, ...]
    few: int = 1
    may_be_one: Callable[[Name, Name], bool] = may_be_one


def of_people(identifying: int) -> list[Way]:
    """Return the ways to find the same people, who have so many identifying fields."""
    fields = range(identifying)
    return [
        Way((_emails,), few=BIGGEST),
        Way((partial(_phones, 0), partial(_phones, 1))),
        Way((_letters_of_emails,)),
        Way((_companies,)),
        Way((_domains,)),
        Way((_streets_in_town,)),
        Way((_streets_in_area,)),
        *(Way((partial(_values, field),), FEW, roughly_one) for field in fields),
        *(
            Way(_each_name(field, part), may_be_one=roughly_one)
            for field in fields
            for part in (_START, _END)
        ),
    ]


def of_accounts(identifying: int) -> list[Way]:
    """Return the ways to find the same accounts, which have so many identifying fields."""
    return [
        Way((_companies,), few=BIGGEST),
        Way((_domains,), few=BIGGEST),
        Way((_whole_phones,), few=BIGGEST),
        Way((_starts_of_companies,)),
        *(Way((partial(_values, field),), few=BIGGEST) for field in range(identifying)),
    ]


# What of a person stands in a column of its own.


def _emails(records: Sequence[Record], _: Sequence[Name]) -> list[Key]:
    return [record.email for record in records]


def _phones(which: int, records: Sequence[Record], _: Sequence[Name]) -> list[Key]:
    """Return the last digits of the first or the second number: some write no country."""
    return [record.phones[which][-9:] if len(record.phones) > which else None for record in records]


def _companies(records: Sequence[Record], _: Sequence[Name]) -> list[Key]:
    return [record.company for record in records]


def _domains(records: Sequence[Record], _: Sequence[Name]) -> list[Key]:
    return [record.domain for record in records]


def _values(field: int, records: Sequence[Record], _: Sequence[Name]) -> list[Key]:
    return [record.identifying[field] for record in records]


def _whole_phones(records: Sequence[Record], _: Sequence[Name]) -> list[Key]:
    return [record.phones[0] if record.phones else None for record in records]


def _starts_of_companies(records: Sequence[Record], _: Sequence[Name]) -> list[Key]:
    return [record.company and record.company[:5] for record in records]


# What is put together.


def _letters_of_emails(records: Sequence[Record], _: Sequence[Name]) -> list[Key]:
    return [record.email and _letters(record.email, record.domain) for record in records]


def _letters(email: str, domain: Key) -> Key:
    """Return an email as somebody else may write it: a dot more, the domain's end another."""
    name, _, host = email.partition("@")
    name = name.replace(".", "").replace("_", "")
    if len(name) < _FEWEST_LETTERS:
        return None
    # Free mail has a number where the name was taken, so that it tells two people apart.
    return f"{name if domain is None else name.rstrip(_DIGITS)}@{host[:8]}"


_FEWEST_LETTERS = 5
_DIGITS = "0123456789"


def _streets_in_town(records: Sequence[Record], names: Sequence[Name]) -> list[Key]:
    return [
        street and f"{street} {city[:2] if city else ''} {_initials(*name)}"
        for (street, _, city), name in zip(map(_ADDRESS, records), names, strict=True)
    ]


def _streets_in_area(records: Sequence[Record], names: Sequence[Name]) -> list[Key]:
    return [
        street and postal and f"{postal} {street[0]} {_initials(*name)}"
        for (street, postal, _), name in zip(map(_ADDRESS, records), names, strict=True)
    ]


_ADDRESS = attrgetter("street", "postal", "city")


def _initials(first: Key, last: Key) -> str:
    """Return the first letters of two names, whichever stands first."""
    one, other = (first or last or "")[:1], (last or first or "")[:1]
    return one + other if one < other else other + one


_START, _END = slice(None, 4), slice(-4, None)
_LETTERS = 3


def _each_name(field: int, part: slice) -> tuple[Keys, Keys]:
    """Return the keys of a part of an identifying value, with the first and with the last name."""
    return partial(_with_name, field, part, 0), partial(_with_name, field, part, 1)


def _with_name(
    field: int, part: slice, which: int, records: Sequence[Record], names: Sequence[Name]
) -> list[Key]:
    return [
        f"{value[part]} {word[:_LETTERS]}"
        if (value := record.identifying[field]) and (word := name[which])
        else None
        for record, name in zip(records, names, strict=True)
    ]
