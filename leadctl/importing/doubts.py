"""Columns about which a person should be asked: what they may be, and why."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from leadctl.fields import header_key

ALIKE = 0.85
"""How alike a header and a word for a field must be (Ratcliff and Metzener, as difflib has it)."""
_SHORTEST = 5
_EMAIL = re.compile(r"\S+@\S+\.\S+")
_PHONE = re.compile(r"(?:\+|0|\()(?:[ ()./-]*\d){7,15}")
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}.*")
_SITE = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_LOOKS = ((_EMAIL, "email addresses", ("email",)), (_SITE, "web sites", ("website",)),
          (_PHONE, "telephone numbers", ("phone", "mobile")))  # fmt: skip
_A_DAY = frozenset(("date", "datum", "fecha"))
_DAYS = {"created_at": "when they came", "last_contacted": "when you last spoke"}
_SALUTATIONS = frozenset(
    "mr mrs ms miss mx dr prof herr frau hr fr mme mlle m madame monsieur sr sra sig dott".split()
)
_OF_PERSON = frozenset("first_name last_name salutation title email mobile company account".split())


class Doubt(NamedTuple):
    """A column in doubt: the fields that it may fill, without the one that it does now, and why."""

    position: int
    header: str
    candidates: tuple[str, ...]
    why: str


class Header(NamedTuple):
    """What is known of the columns before anybody is asked.

    `fields` has the field of each column (None: extra, "": left out), `wanted` the field that its
    header means even if another column has it, `settled` whether somebody has said so. `words` are
    the words for the fields, `samples` the first rows.
    """

    names: Sequence[str]
    fields: Sequence[str | None]
    wanted: Sequence[tuple[str | None, tuple[int, int]]]
    settled: Sequence[bool]
    words: Mapping[str, str]
    samples: Sequence[Sequence[str]]

    def cells(self, position: int) -> list[str]:
        """Return what a column says in the first rows."""
        of = (row[position].strip() for row in self.samples if position < len(row))
        return [cell for cell in of if cell]


def found(header: Header) -> Iterator[Doubt]:
    """Yield the columns in doubt, in their order."""
    taken = {field for field in header.fields if field}
    alike = _alike(header)
    for at, name in enumerate(header.names):
        if header.settled[at]:
            continue
        field = header.fields[at]
        if at in alike:
            yield Doubt(at, name, (alike[at],), f"another column is {alike[at]} as well")
        elif field is None and header.wanted[at][0] is None:
            yield from _unknown(header, at, taken)
        elif field == "full_name" and _may_be_of_a_company(header, at, taken):
            company = "company" if "company" in header.words.values() else "account"
            yield Doubt(at, name, (company,), "of a person or of a company?")
        elif field == "title" and header_key(name) == "title" and "salutation" not in taken:
            cells = {cell.casefold().rstrip(".") for cell in header.cells(at)}
            if cells and cells <= _SALUTATIONS:
                yield Doubt(at, name, ("salutation",), "its cells are Mr., Ms. and the like")


def _may_be_of_a_company(header: Header, at: int, taken: set[str]) -> bool:
    """Whether a column of names is alone, or beside the parts of a name says none of them."""
    if header_key(header.names[at]) == "name" and not taken & _OF_PERSON:
        return True
    if "last_name" not in taken or taken & {"company", "account"}:
        return False
    parts = [header.fields.index(part) for part in ("first_name", "last_name") if part in taken]
    people = [
        (_words(row[at]), set().union(*(_words(row[part]) for part in parts)))
        for row in header.samples
        if at < len(row) and all(part < len(row) for part in parts)
    ]
    both = [(whole, said) for whole, said in people if whole and said]
    return bool(both) and not any(whole & said for whole, said in both)


def _words(cell: str) -> set[str]:
    return set(cell.casefold().replace(",", " ").split())


def _alike(header: Header) -> dict[int, str]:
    """Return the columns that mean a field just as well as the one that has it."""
    rivals = defaultdict(list)
    for at, (field, rank) in enumerate(header.wanted):
        if field and not header.settled[at]:
            rivals[field, rank].append(at)
    return {at: field for (field, _), each in rivals.items() for at in each[1:]}


def _unknown(header: Header, at: int, taken: set[str]) -> Iterator[Doubt]:
    """Yield a doubt if an unknown header nearly names a field, or its cells look like one."""
    from difflib import get_close_matches

    key = header_key(header.names[at])
    known = set(header.words.values())
    if key in _A_DAY and known.issuperset(_DAYS) and any(header.cells(at)):
        days = {field: words for field, words in _DAYS.items() if field not in taken}
        if days:
            yield Doubt(
                at, header.names[at], tuple(days), f"it may say {' or '.join(days.values())}"
            )
        return
    numbered = key.rstrip("0123456789") != key
    if len(key) >= _SHORTEST and not numbered:
        for word in get_close_matches(key, header.words, 1, ALIKE):
            field = header.words[word]
            if field not in taken:
                yield Doubt(at, header.names[at], (field,), f"its name is nearly {field}")
                return
    cells = header.cells(at)
    for pattern, what, fields in _LOOKS:
        free = tuple(field for field in fields if field not in taken and field in known)
        fit = [pattern.fullmatch(cell) and not _DATE.fullmatch(cell) for cell in cells]
        if free and cells and sum(map(bool, fit)) >= 0.9 * len(cells):
            yield Doubt(at, header.names[at], free, f"its cells look like {what}")
            return
