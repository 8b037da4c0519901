"""Why two records look like one, in words."""

from __future__ import annotations

from collections.abc import Sequence

from leadctl.duplicates.comparing import (
    Comparison,
    Record,
    identifying_level,
    similar,
)
from leadctl.matching import folded

_SAME = {
    "email same": "same email",
    "email near": "email nearly the same",
    "email name": "same name in the email",
    "email shared": "same email, which several may use",
    "email differs": "another email",
    "phone same": "same phone",
    "phone differs": "another phone",
    "company alike": "company alike",
    "company differs": "another company",
    "domain same": "same domain",
    "domain differs": "another domain",
    "street same": "same street",
    "street near": "street nearly the same",
    "postal same": "same postal code",
    "city same": "same city",
    "city differs": "another city",
    "name same": "same name",
    "name differs": "another name",
}
"""Level -> its words; what is left out goes without saying."""
_NAMES = ("last", "first")


def reasons(
    one: Record, other: Record, found: Comparison, identifying: Sequence[str] = ()
) -> tuple[str, ...]:
    """Return why, the weightiest first: `same phone`, `name 0.94`, `company equal without gmbh`."""
    levels = [level for level in found.levels if level.partition(" ")[0] not in _NAMES]
    words = [_SAME[level] for level in levels if level in _SAME]
    if "company same" in levels:
        words.append(_company(one, other))
    words += _of_fields(one, other, identifying)
    name = _name(one, other, found.levels)
    own = [said for said in words if said.startswith(("same email", "same phone"))]
    against = [said for said in words if said.startswith("another")]
    rest = [said for said in words if said not in own and said not in against]
    return (*own, *([name] if name else []), *rest, *against)


def _name(one: Record, other: Record, levels: Sequence[str]) -> str | None:
    names = [level for level in levels if level.partition(" ")[0] in _NAMES]
    if not names:
        return _company_name(one, other, levels)
    if names == ["last same", "first same"]:
        return "same name"
    if names == ["last same"]:
        return "same last name"
    if names == ["first same"]:
        return "same first name"
    if "first short" in names:
        short, name = sorted(((one.first or ""), (other.first or "")), key=len)
        return f"{short.title()} is short for {name.title()}"
    whole, others = (" ".join(filter(None, (r.first, r.last))) for r in (one, other))
    turned = " ".join(filter(None, (other.last, other.first)))
    return f"name {max(similar(whole, others), similar(whole, turned)):.2f}"


def _company_name(one: Record, other: Record, levels: Sequence[str]) -> str | None:
    if "name near" in levels and one.company and other.company:
        return f"name {similar(one.company, other.company):.2f}"
    return None


def _company(one: Record, other: Record) -> str:
    """Return in which way the names of two companies are equal."""
    first, second = one.written or "", other.written or ""
    if first.casefold() == second.casefold():
        return "same company"
    words, others = ({folded(word): word for word in text.split()} for text in (first, second))
    if words.keys() <= others.keys() or others.keys() <= words.keys():
        both = words.keys() & others.keys()
        without = [word for key, word in {**words, **others}.items() if key not in both]
        return f"company equal without {' '.join(without)}" if without else "same company"
    return "company equal but for its writing"


def _of_fields(one: Record, other: Record, names: Sequence[str]) -> list[str]:
    """Return what is said of the identifying fields that both have."""
    words = {"same": "same {}", "differs": "another {}"}
    return [
        words.get(level.partition(" ")[2], "{} nearly the same").format(name)
        for name, value, of in zip(names, one.identifying, other.identifying, strict=True)
        if (level := identifying_level(value, of))
    ]
