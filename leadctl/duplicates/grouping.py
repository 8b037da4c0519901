"""Groups of duplicates from pairs: no chain of likenesses may swallow a stranger."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

MOST = 50
"""The most members of a group."""
FLOOR = -4.0
"""The bits below which a pair in a group says that its members are two."""
MEAN = 5.0
"""The bits that all pairs between two parts of a group must have on average."""


class Limits(NamedTuple):
    """When two parts of a group become one: by their best pair, their worst, and all on average."""

    link: float
    floor: float = FLOOR
    mean: float = MEAN

    @classmethod
    def beyond_doubt(cls, bits: float) -> Limits:
        """Return limits that each pair of a group must pass by itself (complete linkage)."""
        return cls(bits, bits, bits)


class Group(NamedTuple):
    """Members that are one, and the weakest pair that holds them together with its bits."""

    members: tuple[int, ...]
    weakest: tuple[int, int]
    bits: float


def groups(
    pairs: Mapping[tuple[int, int], float], weigh: Callable[[int, int], float], limits: Limits
) -> list[Group]:
    """Return the groups that pairs of (one, other) -> bits make, by their lowest member.

    `weigh` tells the bits of any pair. The strongest pairs are joined first, as in agglomerative
    clustering by average linkage.
    """
    parts: dict[int, list[int]] = {}
    weakest: dict[int, tuple[int, int]] = {}
    for one, other in sorted(pairs, key=lambda pair: (-pairs[pair], pair)):
        if pairs[one, other] < limits.link:
            break
        left, right = parts.setdefault(one, [one]), parts.setdefault(other, [other])
        if left is right or len(left) + len(right) > MOST:
            continue
        if _belong((weigh(a, b) for a in left for b in right), limits):
            left += right
            parts.update(dict.fromkeys(right, left))
            weakest[left[0]] = one, other
    whole = (part for first, part in parts.items() if part[0] == first and len(part) > 1)
    found = ((tuple(sorted(part)), weakest[part[0]]) for part in whole)
    return sorted(Group(members, pair, pairs[pair]) for members, pair in found)


def _belong(across: Iterable[float], limits: Limits) -> bool:
    total, count = 0.0, 0
    for bits in across:
        if bits < limits.floor:
            return False
        total, count = total + bits, count + 1
    return total >= limits.mean * count
