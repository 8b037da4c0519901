"""From `field=value` words to the values that add and edit store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from leadctl.errors import UsageError
from leadctl.models import checked
from leadctl.values import money_currency, split_full_name

if TYPE_CHECKING:
    from leadctl.app import App

IDENTITY = (
    *("first_name", "last_name", "company", "email", "phone", "mobile", "external_id"),
)  # fmt: skip
"""A lead has at least one of these."""


def split_words(words: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Return the words without `=`, and field -> value of the others.

    Raises UsageError where a field is given twice or with halves of characters in it.
    """
    plain: list[str] = []
    fields: dict[str, str] = {}
    for word in words:
        field, equals, value = word.partition("=")
        field = field.strip().lower()
        if not equals or not field.replace("_", "").isalnum():
            plain.append(word)
            continue
        if field in fields:
            raise UsageError(f"{field} is given twice")
        if not value.isprintable() and any("\ud800" <= c <= "\udfff" for c in value):
            raise UsageError(f"{field} is not valid text", "the terminal should speak UTF-8")
        fields[field] = value
    return plain, fields


def stored_values(app: App, fields: Mapping[str, str]) -> dict[str, Any]:
    """Return the columns and values that these written fields mean; a blank is None.

    Raises UsageError for a bad field or value, NotFoundError for an unknown rep.
    """
    written = dict(fields)
    for name in ("name", "full_name"):
        if name in written:
            salutation, first, last = split_full_name(written.pop(name))
            said = {"salutation": salutation, "first_name": first or "", "last_name": last}
            written = {key: value for key, value in said.items() if value is not None} | written
    values = checked(written, app.normaliser)
    if values.get("amount") is not None and "currency" not in values:
        code = money_currency(written["amount"])
        if code:
            values["currency"] = code
    if "owner" in values:
        owner = values.pop("owner")
        nobody = owner is None or owner.casefold() == "none"
        values["owner_id"] = None if nobody else app.store.rep(owner)["id"]
    if values.get("created_at"):
        values["created_day"] = app.normaliser.day(values["created_at"])
    elif "created_at" in values:
        raise UsageError("created_at cannot be blank")
    if "status" in values:
        _check_status(app, values)
    return values


def _check_status(app: App, values: dict[str, Any]) -> None:
    settings = app.settings
    if values["status"] is None:
        raise UsageError("status cannot be blank", f"the first is {settings.first_status}")
    if settings.role(values["status"]) == "converted":
        raise UsageError("a lead becomes converted by leadctl convert", "leadctl convert ID")
    names = [status.name for status in settings.statuses]
    if values["status"] not in names:
        from difflib import get_close_matches

        near = get_close_matches(values["status"], names, 1)
        hint = f"; did you mean {near[0]}?" if near else f" ({', '.join(names)})"
        app.output.note(
            f"status {values['status']!r} is in no list: kept as written, counts as working{hint}"
        )
