"""The records as pydantic models: what a person types is checked by them, field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, ValidationInfo
from pydantic import create_model as make_model

from leadctl.errors import UsageError
from leadctl.fields import DOCUMENTED, KINDS, LEAD_FIELDS, Field, FieldSet
from leadctl.values import choice
from leadctl.words import PARSERS

if TYPE_CHECKING:
    from leadctl.values import Normaliser


class Record(BaseModel):
    """What all records share: no unknown fields, and no personal data in an error's text."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


def _typed(field: Field) -> Any:
    """Return the annotation of a field: written text in, the stored value out."""

    def parse(value: str, info: ValidationInfo) -> Any:
        if field.choices:
            return choice(field.choices)(value)
        context: Mapping[str, Any] = info.context or {}
        normaliser: Normaliser = context["normaliser"]
        if field.type in PARSERS:
            return PARSERS[field.type](normaliser.settings)(value)
        return normaliser.parse(field.type, value, context["country"])

    return Annotated[str | int | float | None, BeforeValidator(parse)]


def _model(name: str, fields: Sequence[Field]) -> type[Record]:
    columns: dict[str, Any] = {field.name: (_typed(field), None) for field in fields}
    return make_model(name, __base__=Record, **columns)


Lead = _model("Lead", LEAD_FIELDS)


def model_of(kind: str, fields: FieldSet = DOCUMENTED) -> type[Record]:
    """Return the model of a kind of record that has these fields."""
    if kind == "lead" and not fields.own.get(kind):
        return Lead
    return _model(kind.title(), fields.settable(kind))


def checked(
    written: Mapping[str, str],
    normaliser: Normaliser,
    kind: str = "lead",
    fields: FieldSet = DOCUMENTED,
) -> dict[str, Any]:
    """Return the stored values of a record's fields as written, blanks as None.

    An owner, an account and other records stay as they are named. Raises UsageError that names
    every field that cannot be, without values.
    """
    model = model_of(kind, fields)
    context = {
        "normaliser": normaliser,
        "country": normaliser.parse("country", written.get("country", "")),
    }
    try:
        record = model.model_validate(dict(written), context=context)
    except ValidationError as error:
        raise UsageError(*_in_words(error, kind, model)) from None
    return record.model_dump(include=set(written))


def _in_words(error: ValidationError, kind: str, model: type[Record]) -> tuple[str, str | None]:
    problems, hint = [], None
    for problem in error.errors(include_input=False, include_url=False):
        field = str(problem["loc"][0])
        if problem["type"] == "extra_forbidden":
            from difflib import get_close_matches

            known = model.model_fields
            near = get_close_matches(field, known, 1)
            problems.append(f"{KINDS[kind]} have no field {field!r}")
            hint = f"did you mean {near[0]}?" if near else "fields: " + ", ".join(known)
        else:
            problems.append(f"{field} {problem['msg'].removeprefix('Value error, ')}")
    return "; ".join(problems), hint
