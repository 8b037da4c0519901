"""What a contact, account or deal takes from a lead: a new one all, one that is there its blanks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from leadctl import matching
from leadctl.converting.parts import Choices, Links, Part, Row
from leadctl.fields import FieldSet
from leadctl.rules import mapping
from leadctl.stored import stored_json
from leadctl.wording import label


def new(offered: Row) -> dict[str, Any]:
    """Return the columns of a new record."""
    values = {name: value for name, value in offered.items() if not _is_blank(value)}
    extra = _pop_extra(values)
    return {**values, "extra": stored_json(extra)} if extra else values


def filled(
    kind: str, row: Row, offered: Row, choices: Choices, fields: FieldSet
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the columns that an existing record takes, and the fields that differ and stay."""
    money = fields.typed(kind, "money") if "currency" in row else frozenset()
    values, kept = _filled_money(kind, row, offered, choices, money)
    present = {**row, **{mapping.EXTRA + name: value for name, value in row["extra"].items()}}
    for name, value in offered.items():
        there = present.get(name)
        if name in money or (money and name == "currency"):
            continue
        if _is_blank(value) or _same(name, there, value):
            continue
        if _is_blank(there) or (name == "email_opt_out" and value) or _asked(kind, name, choices):
            values[name] = value
        else:
            kept.append(name.removesuffix("_id"))
    added = _pop_extra(values)
    return {**values, "extra": stored_json(row["extra"] | added)} if added else values, tuple(kept)


def _filled_money(
    kind: str, row: Row, offered: Row, choices: Choices, money: Collection[str]
) -> tuple[dict[str, Any], list[str]]:
    """Return what `_filled` does for amounts and their currency: they come together or stay."""
    currency = offered.get("currency")
    comparable = currency is None or row.get("currency") in (None, currency)
    taken: dict[str, Any] = {}
    kept = []
    for name in sorted(money):
        amount = offered.get(name)
        if amount is None:
            continue
        if (comparable and row[name] in (None, amount)) or _asked(kind, name, choices):
            taken |= {name: amount, "currency": currency or row["currency"]}
        else:
            kept.append(name)
    return {column: value for column, value in taken.items() if row[column] != value}, kept


def linked(part: Part, row: Row, links: Links, choices: Choices) -> Part:
    """Return the part with the links that it takes; one to another record stays as it is."""
    taken, others = [], []
    for column, target in links.items():
        kind, present = column.removesuffix("_id"), row.get(column)
        if present is None or (present != target and _asked(part.kind, kind, choices)):
            taken.append(column)
        elif present != target:
            others.append(kind)
    problems = tuple(
        f"{part.kind} {label(part.kind, row['id'])} belongs to"
        f" {kind} {label(kind, row[kind + '_id'])}"
        for kind in others
        if kind != "contact"
    )
    return replace(part, links=tuple(taken), kept=(*part.kept, *others), problems=problems)


def _is_blank(value: Any) -> bool:
    return value is None or value == ""


def _asked(kind: str, name: str, choices: Choices) -> bool:
    name = name.removesuffix("_id")
    return not choices.overwrite.isdisjoint((name, f"{kind}.{name}"))


def _same(name: str, there: Any, value: Any) -> bool:
    """Return whether two values of a field say the same, so that nothing has to be kept or taken."""
    if there == value or there is None:
        return bool(there == value)
    if name in ("first_name", "last_name"):
        return matching.name_key(there) == matching.name_key(value)
    if name in ("phone", "mobile"):
        return matching.phone_key(there) == matching.phone_key(value)
    if name == "name":
        return matching.company_key(there) == matching.company_key(value)
    if name == "website":
        return matching.domain_of(there, None) == matching.domain_of(value, None)
    return str(there).casefold() == str(value).casefold()


def _pop_extra(values: dict[str, Any]) -> dict[str, Any]:
    names = [name for name in values if name.startswith(mapping.EXTRA)]
    return {name.removeprefix(mapping.EXTRA): values.pop(name) for name in names}
