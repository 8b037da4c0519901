"""The ways to find candidates: the keys that two records of one person, or company, may share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, partial
from operator import attrgetter
from typing import NamedTuple

from leadctl.duplicates.comparing import Record
from leadctl.duplicates.names import Name, may_be_one, names_of, roughly_one

BIGGEST = 30
"""The most records of a block that are all paired with each other."""
FEW = 6
"""Up to how many people may share an identifying value without being asked for their names."""

Key = str | None


class Part:
    """Some of the records, and what several ways look at of each."""

    def __init__(self, records: Sequence[Record]) -> None:
        self.records = records
        self.names = names_of(records)

    @cached_property
    def initials(self) -> list[str]:
        """The first letters of the two names of each."""
        return [_initials(*name) for name in self.names]

    @cached_property
    def starts(self) -> list[list[Key]]:
        """What each first name begins with, and what each last name does."""
        return [[name and name[:_LETTERS] for name in names] for names in _columns(self.names)]

    @cached_property
    def identifying(self) -> list[tuple[Key, ...]]:
        """The values of each identifying field."""
        return _columns([record.identifying for record in self.records])


def _columns(rows: Sequence[tuple[Key, ...]]) -> list[tuple[Key, ...]]:
    return list(zip(*rows, strict=True))


Keys = Callable[[Part], Iterable[Key]]
"""Makes of some records a key each, None where there is none."""


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
            Way(_each_name(field, letters), may_be_one=roughly_one)
            for field in fields
            for letters in (_START, _END)
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


def _emails(part: Part) -> list[Key]:
    return [record.email for record in part.records]


def _phones(which: int, part: Part) -> list[Key]:
    """Return the last digits of the first or the second number: some write no country."""
    return [
        record.phones[which][-9:] if len(record.phones) > which else None for record in part.records
    ]


def _companies(part: Part) -> list[Key]:
    return [record.company for record in part.records]


def _domains(part: Part) -> list[Key]:
    return [record.domain for record in part.records]


def _values(field: int, part: Part) -> Sequence[Key]:
    return part.identifying[field]


def _whole_phones(part: Part) -> list[Key]:
    return [record.phones[0] if record.phones else None for record in part.records]


def _starts_of_companies(part: Part) -> list[Key]:
    return [record.company and record.company[:5] for record in part.records]


# What is put together.


def _letters_of_emails(part: Part) -> list[Key]:
    return [record.email and _letters(record.email, record.domain) for record in part.records]


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


def _streets_in_town(part: Part) -> list[Key]:
    return [
        street and f"{street} {city[:2] if city else ''} {initials}"
        for (street, _, city), initials in zip(
            map(_ADDRESS, part.records), part.initials, strict=True
        )
    ]


def _streets_in_area(part: Part) -> list[Key]:
    return [
        street and postal and f"{postal} {street[0]} {initials}"
        for (street, postal, _), initials in zip(
            map(_ADDRESS, part.records), part.initials, strict=True
        )
    ]


_ADDRESS = attrgetter("street", "postal", "city")


def _initials(first: Key, last: Key) -> str:
    """Return the first letters of two names, whichever stands first."""
    one, other = (first or last or "")[:1], (last or first or "")[:1]
    return one + other if one < other else other + one


_START, _END = slice(None, 4), slice(-4, None)
_LETTERS = 3


def _each_name(field: int, letters: slice) -> tuple[Keys, Keys]:
    """Return the keys of some letters of a value, with the first and with the last name."""
    return partial(_with_name, field, letters, 0), partial(_with_name, field, letters, 1)


def _with_name(field: int, letters: slice, which: int, part: Part) -> list[Key]:
    return [
        f"{value[letters]} {start}" if value and start else None
        for value, start in zip(part.identifying[field], part.starts[which], strict=True)
    ]
