"""Names made of a lead's fields, such as "{company} – {product}" for the deal it becomes."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import Any

from leadctl.errors import UsageError
from leadctl.fields import DOCUMENTED, FieldSet
from leadctl.stored import as_read
from leadctl.wording import name_of, plain

NAME = "name"
"""Stands for the first and last name of the lead."""
_NOT_NAMED = frozenset(("owner",))
_CLOSING = {"(": ")", "[": "]"}
_EXAMPLE = '"{company} – {product}"'


def check(template: str, fields: FieldSet) -> None:
    """Raise UsageError unless a text with fields in braces names fields of leads only."""
    known = {*fields.types("lead"), NAME} - _NOT_NAMED
    try:
        parts = list(Formatter().parse(template))
    except ValueError:
        raise UsageError(f"{template!r} has a brace that is not closed", _EXAMPLE) from None
    for _, field, form, conversion in parts:
        if field is not None and (field not in known or form or conversion):
            from difflib import get_close_matches

            near = get_close_matches(field, known, 1)
            hint = f"did you mean {{{near[0]}}}?" if near else f"such as {_EXAMPLE}"
            raise UsageError(f"leads have no field {{{field}}}", hint)


def filled(template: str, lead: Mapping[str, Any], fields: FieldSet = DOCUMENTED) -> str | None:
    """Return a checked text with the lead's values for its fields, None if all of them are blank.

    What stands between two fields goes with the second one where that is blank, and with it the
    bracket around it.
    """
    types = fields.types("lead")
    name, values, seen, opened = "", 0, 0, ""
    for before, field, _, _ in Formatter().parse(template):
        if opened and before[:1] == _CLOSING[opened]:
            before = before[1:]
        opened = ""
        value = "" if field is None else _value(field, lead, types)
        if field is None or not seen or (value and values):
            name += before
        elif not value and before[-1:] in _CLOSING:
            opened = before[-1]
        name += value
        values += bool(value)
        seen += field is not None
    return name.strip() if values or not seen else None


def _value(field: str, lead: Mapping[str, Any], types: Mapping[str, str]) -> str:
    if field == NAME:
        return name_of(lead)
    return plain(as_read(types.get(field), lead.get(field)))
