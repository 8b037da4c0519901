"""Several whole numbers counted as one: to gather one number a row takes a third of what rows take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from leadctl.reports.grouping import NONE

if TYPE_CHECKING:
    from leadctl.store import Store


class Number(NamedTuple):
    """The SQL of a whole number or blank, how many bits it takes, and one less than its lowest."""

    sql: str
    bits: int
    below: int


def flag(sql: str) -> Number:
    """Return a number that is 0 or 1."""
    return Number(sql, 2, -1)


def day(sql: str) -> Number:
    """Return a day number, or the days between two, of the years 1 to 9999."""
    return Number(sql, 24, -(1 << 23))


def record(sql: str) -> Number:
    """Return the id of a record of which there are few, such as a rep."""
    return Number(sql, 32, 0)


def tallied(
    store: Store, numbers: Sequence[Number], part: str, source: str, bound: Mapping[str, Any]
) -> Iterator[tuple[Any, ...]]:
    """Yield each combination of numbers and a further field of a source, and how many have it."""
    columns = [column for column in (_packed(numbers), part) if column != NONE]
    for (packed, *others), leads in store.tally(columns, source, bound).items():
        yield (*_unpacked(packed, numbers), others[0] if others else None, leads)


def _packed(numbers: Sequence[Number]) -> str:
    """Return the SQL of one number of several, in which a blank is 0."""
    assert sum(number.bits for number in numbers) < 64
    packed = "0"
    for number in numbers:
        packed = f"({packed} << {number.bits} | ifnull(({number.sql}) - {number.below}, 0))"
    return packed


def _unpacked(packed: int, numbers: Sequence[Number]) -> tuple[int | None, ...]:
    found: list[int | None] = []
    for number in reversed(numbers):
        value = packed & ((1 << number.bits) - 1)
        found.append(value + number.below if value else None)
        packed >>= number.bits
    return tuple(reversed(found))
