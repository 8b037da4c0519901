"""Names of people: whether two of them can be one person's, before all else is compared."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from leadctl.duplicates import nicknames
from leadctl.duplicates.comparing import ALIKE, Record, similarity

Name = tuple[str | None, str | None]
"""First and last name, as they are compared."""
_WHOLE = 0.78


def name_of(record: Record) -> Name:
    """Return the name of a person; a company has but a last name."""
    return record.first, record.company if record.kind == "account" else record.last


def names_of(records: Sequence[Record]) -> list[Name]:
    """Return the names of many records of one kind, quicker than one by one."""
    of_account = any(record.kind == "account" for record in records[:1])
    return list(map(attrgetter("first", "company" if of_account else "last"), records))


def parted(name: str | None) -> Name:
    """Return a whole name as first and last, of which the last is one word."""
    first, _, last = (name or "").rpartition(" ")
    return first or None, last or None


def whole(name: Name) -> str:
    """Return both names with a space between."""
    first, last = name
    return f"{first} {last}" if first and last else first or last or ""


def last_name_first(name: Name) -> str:
    """Return both names as a telephone book has them."""
    first, last = name
    return whole((last, first))


def may_be_one(one: Name, other: Name) -> bool:
    """Whether no name differs, be they turned about; whoever has no name may be anybody."""
    if one == other:
        return True
    first, last = one
    other_first, other_last = other
    if first and last and other_first and other_last:
        if _alike(last, other_last):
            return _first_alike(first, other_first)
        return _alike(last, other_first) and _first_alike(first, other_last)
    # One of them has a single name: the first or the last.
    words, others = {first, last} - _NONE, {other_first, other_last} - _NONE
    return words <= others or others <= words or _whole_alike(one, other)


_NONE = frozenset((None,))


def roughly_one(one: Name, other: Name) -> bool:
    """Whether two names as a whole are alike, though one of them may have many typing errors."""
    return may_be_one(one, other) or _whole_alike(one, other)


def _whole_alike(one: Name, other: Name) -> bool:
    return similarity()(whole(one), whole(other), score_cutoff=_WHOLE) > 0


def _alike(one: str, other: str) -> bool:
    if one == other or similarity()(one, other, score_cutoff=ALIKE):
        return True
    if " " in one or " " in other:
        words, others = set(one.split()), set(other.split())
        return words <= others or others <= words
    return False


def _first_alike(one: str, other: str) -> bool:
    if _alike(one, other):
        return True
    is_initial = one[0] == other[0] and min(len(one), len(other)) == 1
    return is_initial or nicknames.same_person(one, other)
