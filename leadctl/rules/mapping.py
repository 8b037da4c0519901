"""Where each field of a lead goes at conversion: to the contact, the account, the deal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from leadctl.errors import BadDataError
from leadctl.fields import DOCUMENTED, Field, FieldSet
from leadctl.stored import as_read
from leadctl.wording import a_or_an

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
"""Kind -> the documented fields that a mapping may write, beside `extra.NAME`."""

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

_HOW = 'leadctl field add NAME makes one; "extra.NAME" is what files bring beside the fields'
_NOT_MAPPED = frozenset(("owner", "created_at"))


class Target(NamedTuple):
    """A field of a new record: `field` is a column of its kind, or `extra.NAME`."""

    kind: str
    field: str


class _Way(NamedTuple):
    """How a field, or what `extra` has of it, goes to a field, and what makes its value fit."""

    name: str
    extra: str | None
    to: str
    fit: Callable[[Any], Any] | None


class Mapped(dict[str, tuple[Target, ...]]):
    """A lead's field, or `extra.NAME` -> where it goes; of two for one target the first wins.

    `fields` are those that records have.
    """

    def __init__(self, entries: Mapping[str, tuple[Target, ...]], fields: FieldSet) -> None:
        super().__init__(entries)
        self.fields = fields
        self.types = {kind: fields.types(kind) for kind in ("lead", *TARGETS)}
        self.of_kind = {
            kind: [
                self._way(name, to)
                for name, targets in self.items()
                for to in targets
                if to.kind == kind
            ]
            for kind in TARGETS
        }
        """Kind -> how each field goes to it."""
        own = (field.name for field in fields.own.get("lead", ()))
        self.without_target = [name for name in own if self.get(name) == _to_extra(name)]
        """The lead's own fields that go nowhere but to the contact's `extra`."""

    def _way(self, name: str, target: Target) -> _Way:
        """Return how a field goes to a target; `extra` and texts hold what people read."""
        extra = name.removeprefix(EXTRA) if name.startswith(EXTRA) else None
        type_ = self.types["lead"].get(name, "text")
        wanted = self.types[target.kind].get(target.field, "text")
        if type_ == wanted:
            return _Way(name, extra, target.field, None)
        if wanted == "number":
            return _Way(name, extra, target.field, float)
        if target.field.startswith(EXTRA):
            return _Way(name, extra, target.field, lambda value: as_read(type_, value))
        return _Way(name, extra, target.field, lambda value: str(as_read(type_, value)))


def load(document: Mapping[str, Any], fields: FieldSet = DOCUMENTED) -> Mapped:
    """Return the mapping of a parsed leadctl.toml: its own entries first, then the standard ones.

    An entry replaces the standard one of its field; an empty list keeps the field on the lead. A
    field of one's own goes to those of the same name and type, else to the contact's `extra`.
    Raises BadDataError that names the entry.
    """
    table = document.get("convert", {}).get("map", {})
    if not isinstance(table, Mapping):
        raise _broken("map", "is a table", 'write map = { "product" = "deal.name" }')
    own = {name: _targets(name, written, fields) for name, written in table.items()}
    standard = {name: _targets(name, written, fields) for name, written in STANDARD.items()}
    standard |= {of.name: _alike(of, fields) for of in fields.own.get("lead", ())}
    rest = {name: targets for name, targets in standard.items() if name not in own}
    return Mapped({**own, **rest}, fields)


def offered(kind: str, fields: FieldSet) -> tuple[str, ...]:
    """Return the fields of a kind that a mapping may write, beside `extra.NAME`."""
    return (*TARGETS[kind], *(field.name for field in fields.own.get(kind, ())))


def values(mapped: Mapped, kind: str, lead: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a record of this kind takes from a lead: field -> stored value, without blanks.

    `lead` has the facts as stored, but `extra` as a dictionary.
    """
    taken: dict[str, Any] = {}
    for name, extra, to, fit in mapped.of_kind[kind]:
        value = lead.get(name) if extra is None else lead["extra"].get(extra)
        if value is not None and to not in taken:
            taken[to] = value if fit is None else fit(value)
    return taken


def carried(mapped: Mapped, lead: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a lead has no field to go to: name -> value as people read it.

    That is what its `extra`, a dictionary, has and no entry maps, and fields of one's own.
    """
    own = {
        name: as_read(mapped.types["lead"][name], lead[name])
        for name in mapped.without_target
        if lead.get(name) is not None
    }
    return own | {name: of for name, of in lead["extra"].items() if EXTRA + name not in mapped}


def _alike(field: Field, fields: FieldSet) -> tuple[Target, ...]:
    """Return the fields of one's own that a lead's goes to by itself."""
    alike = tuple(
        Target(kind, field.name)
        for kind in TARGETS
        for other in fields.own.get(kind, ())
        if other.name == field.name and _holds(other, field)
    )
    return alike or _to_extra(field.name)


def _holds(target: Field, field: Field) -> bool:
    """Whether a field can have every value of another, in its type."""
    return target.type == field.type and set(field.choices) <= set(target.choices)


def _to_extra(name: str) -> tuple[Target, ...]:
    return (Target("contact", EXTRA + name),)


def _targets(name: str, written: Any, fields: FieldSet) -> tuple[Target, ...]:
    """Return the targets of one entry; BadDataError that names it if they cannot be."""
    if name in _NOT_MAPPED or (name not in fields.types("lead") and not _is_extra(name)):
        raise _broken(f"map.{name}", "is no field of a lead that can be mapped", _HOW)
    words = [written] if isinstance(written, str) else written
    if not isinstance(words, Sequence) or not all(isinstance(word, str) for word in words):
        raise _broken(f"map.{name}", "is a field or a list of fields", 'such as "deal.name"')
    return tuple(_target(name, word, fields) for word in words)


def _target(name: str, word: str, fields: FieldSet) -> Target:
    kind, _, field = word.partition(".")
    if kind not in TARGETS or (field not in offered(kind, fields) and not _is_extra(field)):
        raise _broken(
            f"map.{name}", f"goes to {word!r}, which is not there", _offered(kind, fields)
        )
    if not _fits(_field(name, "lead", fields), _field(field, kind, fields)):
        wanted = _field(field, kind, fields).type
        raise _broken(
            f"map.{name}",
            f"cannot go to {word}, which is {a_or_an(wanted)}",
            _offered(kind, fields),
        )
    return Target(kind, field)


def _field(name: str, kind: str, fields: FieldSet) -> Field:
    """Return a field by name; what is in `extra` is a text."""
    return next((of for of in fields.of(kind) if of.name == name), Field(name, "text", ""))


def _fits(present: Field, wanted: Field) -> bool:
    """Whether the values of one field can stand in another."""
    if wanted.type == "text" or (present.type, wanted.type) == ("integer", "number"):
        return True
    return _holds(wanted, present)


def _is_extra(name: str) -> bool:
    return name.startswith(EXTRA) and name != EXTRA


def _offered(kind: str, fields: FieldSet) -> str:
    if kind not in TARGETS:
        return "contact.FIELD, account.FIELD or deal.FIELD"
    return f"fields of {a_or_an(kind)}: {', '.join(offered(kind, fields))}, extra.NAME"


def _broken(key: str, wrong: str, hint: str) -> BadDataError:
    return BadDataError(f"leadctl.toml: convert.{key} {wrong}", hint)
