"""Where each field of a lead goes at conversion: to the contact, the account, the deal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from leadctl.errors import BadDataError
from leadctl.fields import LEAD_FIELDS
from leadctl.values import whole_units

EXTRA = "extra."
"""What stands before the name of a field that has no column of its own."""

_PERSON = ("salutation", "first_name", "last_name", "title", "email", "mobile", "email_opt_out")
_COMPANY = ("website", "industry", "employees", "annual_revenue")
_ADDRESS = ("street", "city", "state", "postal_code", "country")
_ORIGIN = ("source", "campaign")

TARGETS: Mapping[str, tuple[str, ...]] = {
    "contact": (*_PERSON, "phone", *_ADDRESS, *_ORIGIN, "description", "tags"),
    "account": ("name", "phone", *_COMPANY, "currency", *_ADDRESS, "description", "tags"),
    "deal": ("name", "amount", "currency", "product", *_ORIGIN, "description", "tags"),
}
"""Kind -> the fields that a mapping may write, beside `extra.NAME`."""

STANDARD: Mapping[str, str | Sequence[str]] = {
    **{name: f"contact.{name}" for name in _PERSON},
    "company": "account.name",
    "phone": ["contact.phone", "account.phone"],
    **{name: f"account.{name}" for name in _COMPANY},
    **{name: [f"contact.{name}", f"account.{name}"] for name in _ADDRESS},
    **{name: [f"contact.{name}", f"deal.{name}"] for name in _ORIGIN},
    "rating": "deal.extra.rating",
    "product": "deal.product",
    "amount": "deal.amount",
    "currency": ["account.currency", "deal.currency"],
}
"""Zoho's mapping, in the words of `[convert] map`. Owners go to all, a status nowhere."""

_TYPES = {field.name: field.type for field in LEAD_FIELDS}
_NOT_MAPPED = frozenset(("owner", "created_at"))


class Target(NamedTuple):
    """A field of a new record: `field` is a column of its kind, or `extra.NAME`."""

    kind: str
    field: str


Mapped = Mapping[str, tuple[Target, ...]]
"""A lead's field, or `extra.NAME` -> where it goes; of two for one target the first wins."""


def load(document: Mapping[str, Any]) -> Mapped:
    """Return the mapping of a parsed leadctl.toml: its own entries first, then the standard ones.

    An entry replaces the standard one of its field; an empty list keeps the field on the lead.
    Raises BadDataError that names the entry.
    """
    table = document.get("convert", {}).get("map", {})
    if not isinstance(table, Mapping):
        raise _broken("map", "is a table", 'write map = { "product" = "deal.name" }')
    own = {name: _targets(name, written) for name, written in table.items()}
    standard = {name: _targets(name, written) for name, written in STANDARD.items()}
    return {**own, **{name: targets for name, targets in standard.items() if name not in own}}


def values(mapped: Mapped, kind: str, lead: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a record of this kind takes from a lead: field -> stored value, without blanks.

    `lead` has the facts as stored, but `extra` as a dictionary.
    """
    taken: dict[str, Any] = {}
    for name, targets in mapped.items():
        value = _value(lead, name)
        for target in targets:
            if target.kind == kind and value is not None:
                taken.setdefault(target.field, _as_type(name, value, target.field))
    return taken


def carried(mapped: Mapped, lead: Mapping[str, Any]) -> dict[str, Any]:
    """Return the lead's own extra fields that no entry maps; `extra` is a dictionary."""
    return {name: value for name, value in lead["extra"].items() if EXTRA + name not in mapped}


def _value(lead: Mapping[str, Any], name: str) -> Any:
    if name.startswith(EXTRA):
        return lead["extra"].get(name.removeprefix(EXTRA))
    return lead.get(name)


def _as_type(name: str, value: Any, target: str) -> Any:
    """Return a stored value as its target stores it: `extra` and texts hold what people read."""
    type_ = _TYPES.get(name, "text")
    if type_ == _TYPES.get(target, "text"):
        return value
    if type_ == "money":
        value = whole_units(value)
    elif type_ == "flag":
        value = bool(value)
    return value if target.startswith(EXTRA) else str(value)


def _targets(name: str, written: Any) -> tuple[Target, ...]:
    """Return the targets of one entry; BadDataError that names it if they cannot be."""
    if name in _NOT_MAPPED or (name not in _TYPES and not _is_extra(name)):
        raise _broken(
            f"map.{name}", "is no field of a lead that can be mapped", 'write "extra.NAME" for one'
        )
    words = [written] if isinstance(written, str) else written
    if not isinstance(words, Sequence) or not all(isinstance(word, str) for word in words):
        raise _broken(f"map.{name}", "is a field or a list of fields", 'such as "deal.name"')
    return tuple(_target(name, word) for word in words)


def _target(name: str, word: str) -> Target:
    kind, _, field = word.partition(".")
    if kind not in TARGETS or (field not in TARGETS[kind] and not _is_extra(field)):
        raise _broken(f"map.{name}", f"goes to {word!r}, which is not there", _offered(kind))
    present, wanted = _TYPES.get(name, "text"), _TYPES.get(field, "text")
    if wanted not in ("text", present):
        raise _broken(f"map.{name}", f"cannot go to {word}, which is a {wanted}", _offered(kind))
    return Target(kind, field)


def _is_extra(name: str) -> bool:
    return name.startswith(EXTRA) and name != EXTRA


def _offered(kind: str) -> str:
    if kind not in TARGETS:
        return "contact.FIELD, account.FIELD or deal.FIELD"
    return f"fields of a {kind}: {', '.join(TARGETS[kind])}, extra.NAME"


def _broken(key: str, wrong: str, hint: str) -> BadDataError:
    return BadDataError(f"leadctl.toml: convert.{key} {wrong}", hint)
