"""How alike two records are: levels of agreement, what each is worth, and both in words.

The weights are those of Fellegi and Sunter (1969, "A theory for record linkage"): the logarithm to
base 2 of how much oftener a level is seen between two records of one person than between two
strangers. They are fixed, so that a pair has one score in every database.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from math import inf, log2
from typing import NamedTuple

from leadctl.duplicates import nicknames
from leadctl.emails import ROLES
from leadctl.matching import FREE_MAIL

BITS: dict[str, float] = {
    # The person.
    "last same": 7.5,
    "last near": 6.5,
    "last alike": 2.5,
    "last differs": -4.0,
    "first same": 6.5,
    "first short": 5.0,
    "first near": 5.0,
    "first initial": 2.0,
    "first alike": 0.5,
    "first differs": -4.0,
    "email same": 14.0,
    "email near": 8.0,
    "email name": 2.0,
    "email shared": 5.0,
    "email differs": -2.0,
    "phone same": 11.0,
    "phone differs": -1.0,
    # Where they are found: what colleagues and neighbours have in common too.
    "company same": 8.0,
    "company alike": 6.0,
    "company differs": -6.0,
    "domain same": 7.5,
    "street same": 10.0,
    "street near": 8.5,
    "street alike": 3.0,
    "street differs": -2.5,
    "postal same": 6.0,
    "postal near": 3.0,
    "postal differs": -3.0,
    "city same": 3.5,
    "city near": 3.0,
    "city differs": -3.0,
    # What a custom field that is declared identifying says.
    "identifying same": 13.0,
    "identifying near": 10.0,
    "identifying date": 4.0,
    "identifying differs": -4.0,
}
"""Level -> its weight in bits."""

_OF_ANOTHER_NAME = frozenset(
    level
    for level, bits in BITS.items()
    if bits < 0
    or level.partition(" ")[0] in ("last", "first", "identifying")
    or level == "email same"
)
"""What counts between people of different names: the rest a colleague or somebody of the same house
has too."""
_TIES = frozenset(
    level
    for level, bits in BITS.items()
    if bits > 3 and level.partition(" ")[0] not in ("last", "first", "postal", "city")
)
"""Levels that tie two records to one person; many people have the same name in the same town."""

PRIOR = 10.0
"""The bits that it takes to make two records as likely one as two."""
UNTIED = 8.0
"""The most that names and a town can weigh."""
ANOTHER_NAME = 11.5
"""The most that people of different names can weigh: several may use one email."""
DOUBTFUL = 14.5
"""The most where neither the whole name nor anything of the person's own is the same."""


class Record(NamedTuple):
    """What is compared of a record, normalised; None where it is blank."""

    kind: str
    id: int
    first: str | None
    last: str | None
    email: str | None
    phones: tuple[str, ...]
    company: str | None
    domain: str | None
    street: str | None
    postal: str | None
    city: str | None
    identifying: tuple[str | None, ...] = ()
    written: str | None = None
    """The company as somebody wrote it."""


class Comparison(NamedTuple):
    """What two records have in common, level by level, and the sum of its weights in bits."""

    levels: tuple[str, ...]
    bits: float

    @property
    def score(self) -> float:
        """From 0, certainly two, to 1, certainly one."""
        return score_of(self.bits)


def bits_of(score: float) -> float:
    """Return the sum of weights that stands for a probability."""
    if 0 < score < 1:
        return PRIOR + log2(score / (1 - score))
    return 60.0 if score else -60.0


def score_of(bits: float) -> float:
    """Return the probability that a sum of weights stands for."""
    return float(1.0 / (1.0 + 2.0 ** (PRIOR - max(min(bits, 60.0), -60.0))))


def compare(one: Record, other: Record, least: float = -inf) -> Comparison:
    """Return how alike two records of people are.

    Names are left out where the two weigh less than `least` whatever they are called.
    """
    rest = (
        email_level(one.email, other.email),
        phone_level(one.phones, other.phones),
        _company(one, other),
        *address_levels(one, other),
        *map(identifying_level, one.identifying, other.identifying),
    )
    names = _names(one, other) if _most(rest) >= least else (None, None)
    return _weighed((*names, *rest))


@lru_cache(10_000)
def _most(rest: tuple[str | None, ...]) -> float:
    """Return the most that two records of one name can weigh: what limits evidence takes away."""
    return _sum(("last same", "first same", *rest))


@lru_cache(10_000)
def _weighed(levels: tuple[str | None, ...]) -> Comparison:
    """Return the levels of fields that both have, and their weight: many pairs have the same."""
    found = tuple([level for level in levels if level])
    return Comparison(found, _weight(found))


def _weight(levels: Sequence[str]) -> float:
    """Return the sum of the weights, within what the kind of evidence can prove at all."""
    has_own = "identifying same" in levels
    if "first differs" in levels or "last differs" in levels:
        bits = sum([BITS[level] for level in levels if level in _OF_ANOTHER_NAME])
        return min(bits, DOUBTFUL if has_own else ANOTHER_NAME)
    bits = sum([BITS[level] for level in levels])
    if _TIES.isdisjoint(levels):
        return min(bits, UNTIED)
    whole_name = "last same" in levels and ("first same" in levels or "first short" in levels)
    sure = (
        has_own
        or "email same" in levels
        or (whole_name and ("company differs" not in levels or "phone same" in levels))
    )
    return bits if sure else min(bits, DOUBTFUL)


# One field each.


def _names(one: Record, other: Record) -> tuple[str | None, str | None]:
    """Return the levels of last and first name; first and last may have changed places."""
    straight = _last(one.last, other.last), _first(one.first, other.first)
    if "last differs" not in straight and "first differs" not in straight:
        return straight
    if (one.last or "", one.first or "") > (other.last or "", other.first or ""):
        one, other = other, one
    turned = _last(one.last, other.first), _first(one.first, other.last)
    if None in turned:
        return straight
    return max(straight, turned, key=_sum)


def _sum(levels: Sequence[str | None]) -> float:
    return sum([BITS[level] for level in levels if level])


def _last(one: str | None, other: str | None) -> str | None:
    if not one or not other:
        return None
    if one == other:
        return "last same"
    return f"last {closeness(one, other)}"


def _first(one: str | None, other: str | None) -> str | None:
    if not one or not other:
        return None
    if one == other:
        return "first same"
    if one[0] == other[0] and (len(one) == 1 or len(other) == 1):
        return "first initial"
    if nicknames.same_person(one, other):
        return "first short"
    if _of_other_sex(one, other):
        return "first differs"
    return f"first {closeness(one, other)}"


_ENDINGS = frozenset(
    frozenset(pair.split("/"))
    for pair in """/a /e /ie /ina /ine /la /lle /ette o/a o/e as/a us/a er/ra an/na an/ne y/ia io/ia
    in/ina is/isa""".split()
)
"""What follows the same letters in the name of a man and in that of a woman."""


def _of_other_sex(one: str, other: str) -> bool:
    """Whether two first names differ as Martin and Martina do, or Andreas and Andrea."""
    if one[:3] != other[:3]:
        return False
    common = _letters_in_common()(one, other)
    return frozenset((one[common:], other[common:])) in _ENDINGS


NEAR = 0.9
ALIKE = 0.8


def closeness(one: str, other: str) -> str:
    """Return near, alike or differs; a part of several words is near the whole."""
    similarity = similar(one, other)
    may_be_numbered = similarity >= ALIKE and not (one.isalpha() and other.isalpha())
    if may_be_numbered and _NUMBER.findall(one) != _NUMBER.findall(other):
        return "differs"
    if similarity >= NEAR:
        return "near"
    if " " in one or " " in other:
        words, others = set(one.split(" ")), set(other.split(" "))
        if words <= others or others <= words:
            return "near"
    return "alike" if similarity >= ALIKE else "differs"


def similar(one: str, other: str) -> float:
    """Return how alike two texts are, from 0 to 1: Jaro's measure in the form of Winkler (1990)."""
    # Matching letters are sought from the left, so that the order of the texts may matter.
    return similarity()(one, other) if one < other else similarity()(other, one)


@cache
def similarity() -> Callable[..., float]:
    """Return the function that `similar` calls, for loops over many."""
    # Loaded with the first comparison: no other command needs it.
    from rapidfuzz.distance import JaroWinkler

    return JaroWinkler.similarity


@cache
def _typing_errors() -> Callable[..., int]:
    from rapidfuzz.distance import OSA

    return OSA.distance


@cache
def _letters_in_common() -> Callable[..., int]:
    from rapidfuzz.distance import Prefix

    return Prefix.similarity


def email_level(one: str | None, other: str | None) -> str | None:
    if not one or not other:
        return None
    name, _, domain = one.rpartition("@")
    if one == other:
        return "email shared" if name in ROLES else "email same"
    other_name, _, other_domain = other.rpartition("@")
    if name in ROLES or other_name in ROLES:
        return None
    if domain != other_domain and domain in FREE_MAIL and other_domain in FREE_MAIL:
        return "email name" if name == other_name else "email differs"
    if name == other_name and len(name) > 4:
        return "email near" if similar(domain, other_domain) >= NEAR else "email name"
    if (domain in FREE_MAIL or other_domain in FREE_MAIL) and _NUMBER.findall(
        name
    ) != _NUMBER.findall(other_name):
        # A number is what namesakes are told apart by.
        return "email differs"
    errors, longest = _typing_errors(), max(len(name), len(other_name))
    if domain == other_domain:
        near = longest > 5 and errors(name, other_name, score_cutoff=2) <= 2
    else:
        near = longest > 4 and errors(one, other, score_cutoff=4) <= 4
    return "email near" if near else "email differs"


def phone_level(ones: Sequence[str], others: Sequence[str]) -> str | None:
    if not ones or not others:
        return None
    for one in ones:
        for other in others:
            if one == other or (len(one) > 8 and len(other) > 8 and one[-9:] == other[-9:]):
                return "phone same"
    return "phone differs"


def _company(one: Record, other: Record) -> str | None:
    """Return the level of company and domain, of which one says most of what the other does."""
    if one.company and one.company == other.company:
        return "company same"
    if one.domain and one.domain == other.domain:
        return "domain same"
    if not one.company or not other.company:
        return None
    return f"company {'alike' if similar(one.company, other.company) >= NEAR else 'differs'}"


def text_level(field: str, one: str | None, other: str | None) -> str | None:
    """Return whether two texts, such as cities, are the same or nearly so."""
    if not one or not other:
        return None
    if one == other:
        return f"{field} same"
    return f"{field} near" if similar(one, other) >= NEAR else f"{field} differs"


def address_levels(one: Record, other: Record) -> tuple[str | None, str | None, str | None]:
    """Return the levels of street, postal code and city."""
    street, postal = _street(one.street, other.street), postal_level(one.postal, other.postal)
    city = text_level("city", one.city, other.city)
    if street in ("street same", "street near") and city == "city differs":
        # Each town has a High Street.
        street = street if postal == "postal same" else "street alike"
    return street, postal, city


def _street(one: str | None, other: str | None) -> str | None:
    """Return how alike two streets are; the next house of a street is only alike."""
    level = text_level("street", one, other)
    if level != "street near" or not one or not other:
        return level
    numbers, others = _NUMBER.findall(one), _NUMBER.findall(other)
    return level if numbers == others or not numbers or not others else "street alike"


_NUMBER = re.compile(r"\d+")


def postal_level(one: str | None, other: str | None) -> str | None:
    if not one or not other:
        return None
    if one == other:
        return "postal same"
    near = _typing_errors()(one, other, score_cutoff=1) <= 1
    return "postal near" if near else "postal differs"


def identifying_level(one: str | None, other: str | None) -> str | None:
    if not one or not other:
        return None
    if one == other:
        return "identifying same"
    if _typing_errors()(one, other, score_cutoff=2) > 2:
        return "identifying differs"
    return "identifying date" if _DATE.fullmatch(one) else "identifying near"


_DATE = re.compile(r"(?:19|20)\d\d(?:0\d|1[0-2])[0-3]\d")
"""A day: two strangers often differ in no more than two of its digits."""
