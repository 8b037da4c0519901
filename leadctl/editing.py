"""From `field=value` words to the values that add and edit store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from leadctl.errors import UsageError
from leadctl.fields import as_columns
from leadctl.finding import referred
from leadctl.matching import domain_of
from leadctl.models import checked
from leadctl.rules import stages
from leadctl.values import money_currency, split_full_name

if TYPE_CHECKING:
    from leadctl.app import App

_OF_A_PERSON = ("first_name", "last_name", "email", "phone", "mobile", "external_id")
IDENTITY: Mapping[str, tuple[str, Sequence[str]]] = {
    "lead": ("name, company, email, phone or external id", (*_OF_A_PERSON, "company")),
    "contact": ("name, email, phone or external id", _OF_A_PERSON),
    "account": ("name, domain or external id", ("name", "domain", "website", "external_id")),
    "deal": (
        "name, account, contact or external id",
        ("name", "account_id", "contact_id", "external_id"),
    ),
    "campaign": ("name or external id", ("name", "external_id")),
}
"""Kind -> what every record of it has at least one of, in words and as columns."""


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


def stored_values(app: App, fields: Mapping[str, str], kind: str = "lead") -> dict[str, Any]:
    """Return the columns and values that these written fields mean; a blank is None.

    Raises UsageError for a bad field or value, NotFoundError for an unknown rep, account, contact
    or lead, ConflictError where a name fits several or the rep was removed.
    """
    written = _with_split_name(fields) if kind in ("lead", "contact") else dict(fields)
    values = checked(written, app.normaliser, kind, app.fields)
    if (
        kind != "contact"
        and "currency" not in values
        and (code := _currency_in(app, written, kind))
    ):
        values["currency"] = code
    if kind == "account" and (values.get("domain") or values.get("website")):
        values["domain"] = domain_of(values.get("domain") or values["website"], None)
    if "owner" in values:
        owner = values.pop("owner")
        nobody = owner is None or owner.casefold() == "none"
        values["owner_id"] = None if nobody else app.store.active_rep(owner)["id"]
    for field, target in _REFERENCES.items():
        if field in values:
            named = values.pop(field)
            values[f"{field}_id"] = None if named is None else referred(app.store, target, named)
    values = as_columns(kind, values)
    if values.get("created_at"):
        values["created_day"] = app.normaliser.day(values["created_at"])
    elif "created_at" in values:
        raise UsageError("created_at cannot be blank")
    if "status" in values:
        _check_status(app, values)
    if "stage" in values:
        stages.check(app.settings.stages, values["stage"])
    if values.get("lost_reason"):
        values["lost_reason"] = listed_reason(app, values["lost_reason"])
    return values


def stored_transaction(app: App, fields: Mapping[str, str]) -> dict[str, Any]:
    """Return the columns of a transaction as written; UsageError for a bad value."""
    values = {
        k: v for k, v in checked(fields, app.normaliser, "transaction").items() if v is not None
    }
    if "currency" not in values and (code := _currency_in(app, fields, "transaction")):
        values["currency"] = code
    for needed in ("kind", "number"):
        if needed not in values:
            raise UsageError(f"{needed} cannot be blank", "leadctl account record a7 invoice INV-9")
    if "at" in values:
        values["day"] = app.normaliser.day(values["at"])
    return values


_REFERENCES = {"account": "account", "parent": "account", "contact": "contact", "lead": "lead"}
"""Field -> the kind of record that it names."""


def _currency_in(app: App, written: Mapping[str, str], kind: str) -> str | None:
    """Return the currency that stands in the record's amount, else in another of its amounts."""
    types = app.fields.types(kind)
    money = [name for name in ("amount", *written) if types.get(name) == "money"]
    return next(filter(None, (money_currency(written.get(name, "")) for name in money)), None)


def _with_split_name(fields: Mapping[str, str]) -> dict[str, str]:
    """Return the fields with a whole name as its parts; a part that is given by itself wins."""
    written = dict(fields)
    for name in ("name", "full_name"):
        if name in written:
            salutation, first, last = split_full_name(written.pop(name))
            said = {"salutation": salutation, "first_name": first or "", "last_name": last}
            written = {key: value for key, value in said.items() if value is not None} | written
    return written


def listed_reason(app: App, written: str) -> str:
    """Return the list's spelling of a lost reason; one that is in no list is kept, and said."""
    reasons = {reason.casefold(): reason for reason in app.settings.lost_reasons}
    if written.casefold() in reasons:
        return reasons[written.casefold()]
    near = get_close_matches(written.casefold(), reasons, 1)
    hint = f"; did you mean {reasons[near[0]]}?" if near else f" ({', '.join(reasons.values())})"
    app.output.note(f"lost_reason {written!r} is in no list: kept as written{hint}")
    return written


def _check_status(app: App, values: dict[str, Any]) -> None:
    settings = app.settings
    if values["status"] is None:
        raise UsageError("status cannot be blank", f"the first is {settings.first_status}")
    if settings.role(values["status"]) == "converted":
        raise UsageError("a lead becomes converted by leadctl convert", "leadctl convert ID")
    names = [status.name for status in settings.statuses]
    if values["status"] not in names:
        near = get_close_matches(values["status"], names, 1)
        hint = f"; did you mean {near[0]}?" if near else f" ({', '.join(names)})"
        app.output.note(
            f"status {values['status']!r} is in no list: kept as written, counts as working{hint}"
        )
