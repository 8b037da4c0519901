"""Which records may be the same: blocks of those that share a key, and the pairs in them.

Blocks are bounded: in one of many records those are paired that stand near each other by name
(sorted neighbourhoods, Hernández and Stolfo 1995).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, count

from leadctl.duplicates.comparing import Record
from leadctl.duplicates.names import Name, last_name_first, whole
from leadctl.duplicates.ways import BIGGEST, Part, Way

NEIGHBOURS = 8
"""How many of those that follow by name a record of a bigger block is paired with."""


class Blocks:
    """Takes in the records of a store, part by part, and tells which pairs of them may be one.

    Of a key no more than its hash is kept: 8 bytes a record and way. Two keys of one hash, one in
    a hundred thousand stores, only bring a pair too much together.
    """

    def __init__(self, ways: Sequence[Way]) -> None:
        self._ways = ways
        self._keys = [[array("q") for _ in way.keys] for way in ways]
        self._nodes = array("q")
        self._names: list[Name] = []

    def add(self, nodes: Iterable[int], records: Sequence[Record]) -> None:
        """Take in records, each with the node that stands for it in a pair."""
        part = Part(records)
        self._nodes.extend(nodes)
        self._names += part.names
        for way, columns in zip(self._ways, self._keys, strict=True):
            for keys, column in zip(way.keys, columns, strict=True):
                column.extend(map(hash, keys(part)))

    def pairs(self) -> set[int]:
        """Return the pairs of nodes that one of the ways brings together, each as one number.

        `parted` tells the two nodes of such a number; a million of them are a tenth of a gigabyte.
        """
        found: set[int] = set()
        nodes, names = self._nodes, self._names
        for way, columns in zip(self._ways, self._keys, strict=True):
            may_be_one = way.may_be_one
            for block in _of_one_key(columns):
                anyone = len(block) <= way.few
                small = len(block) <= BIGGEST
                for one, other in combinations(block, 2) if small else _neighbours(block, names):
                    pair = one << _HALF | other if one < other else other << _HALF | one
                    if pair in found:
                        continue
                    if anyone or may_be_one(names[one], names[other]):
                        found.add(pair)
        return {paired(nodes[one], nodes[other]) for one, other in map(parted, found)}


_BLANK = (hash(None), hash(""))
_NOBODY = -1


def _of_one_key(columns: Sequence[array[int]]) -> Iterable[set[int]]:
    """Return the places in columns of hashes that have the same one, two or more of them."""
    first = dict.fromkeys(_BLANK, _NOBODY)
    blocks: dict[int, set[int]] = {}
    for column in columns:
        for place, other in enumerate(map(first.setdefault, column, count())):
            if place != other and other != _NOBODY:
                blocks.setdefault(column[place], {other}).add(place)
    return blocks.values()


def _neighbours(block: set[int], names: Sequence[Name]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of a big block that stand near each other by name."""
    for name_as_sorted in (whole, last_name_first):
        order = sorted(block, key=lambda place: name_as_sorted(names[place]))
        for position, place in enumerate(order):
            for other in order[position + 1 : position + 1 + NEIGHBOURS]:
                yield place, other


# Pairs as numbers.

_HALF = 40
_LOWER = (1 << _HALF) - 1


def paired(one: int, other: int) -> int:
    """Return the number of a pair of nodes."""
    return one << _HALF | other if one < other else other << _HALF | one


def parted(pair: int) -> tuple[int, int]:
    """Return the nodes of a pair, the lower one first."""
    return pair >> _HALF, pair & _LOWER
