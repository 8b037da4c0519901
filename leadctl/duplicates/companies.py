"""How alike two accounts are: the same measure as for people, of what tells companies apart."""

from __future__ import annotations

from leadctl.duplicates.comparing import (
    Comparison,
    Record,
    address_levels,
    closeness,
    phone_level,
)

BITS = {
    "name same": 11.0,
    "name near": 8.0,
    "name differs": -5.0,
    "domain same": 9.0,
    "domain differs": -4.0,
    "phone same": 7.0,
    "phone differs": -1.0,
    "street same": 6.0,
    "street near": 4.0,
    "street alike": 1.0,
    "street differs": -2.0,
    "postal same": 4.0,
    "postal near": 1.0,
    "postal differs": -2.0,
    "city same": 3.0,
    "city near": 2.0,
    "city differs": -3.0,
    "identifying same": 13.0,
    "identifying near": 6.0,
    "identifying differs": -4.0,
}
"""Level -> its weight in bits, as in `comparing`."""

_TIES = frozenset(("name same", "name near", "domain same", "identifying same"))


def compare(one: Record, other: Record) -> Comparison:
    """Return how alike two accounts are; `company` of a record is the name without legal form."""
    levels = (
        _name(one.company, other.company),
        one.domain and other.domain and f"domain {_same(one.domain, other.domain)}",
        phone_level(one.phones, other.phones),
        *address_levels(one, other),
        *(
            f"identifying {_same(a, b)}"
            for a, b in zip(one.identifying, other.identifying, strict=True)
            if a and b
        ),
    )
    found = tuple([level for level in levels if level])
    bits = sum([BITS[level] for level in found])
    return Comparison(found, bits if _TIES.intersection(found) else min(bits, 0.0))


def _same(one: str, other: str) -> str:
    return "same" if one == other else "differs"


def _name(one: str | None, other: str | None) -> str | None:
    if not one or not other:
        return None
    if one == other or one.replace(" ", "") == other.replace(" ", ""):
        return "name same"
    return "name near" if closeness(one, other) == "near" else "name differs"
