"""What a change of some fields means for the rest of a record, and what it must not be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from leadctl.editing import IDENTITY
from leadctl.errors import ConflictError, UsageError
from leadctl.rules import stages
from leadctl.wording import a_or_an, label

if TYPE_CHECKING:
    from leadctl.app import App
    from leadctl.store import Row, Store

Values = Mapping[str, Any]


def planned(
    app: App, kind: str, rows: Sequence[Row], values: Values, now: str
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield id and columns of what changes where these records get these values.

    `rows` are their facts; `now` is the time of the operation. Raises ConflictError for a contact
    of another account and an account below itself, UsageError for a record without identity and a
    campaign that ends before it starts.
    """
    for row in rows:
        yield row["id"], whole_change(app, kind, row, values, now)


def whole_change(app: App, kind: str, row: Row, values: Values, now: str) -> dict[str, Any]:
    """Return what changes in one record, whose facts are `row`, beside what is asked for too."""
    change = dict(values)
    if kind == "deal":
        change = _of_deal(app, row, values, now)
    elif kind == "account" and values.get("parent_id") is not None:
        _check_parent(app.store, row, values["parent_id"])
    elif kind == "campaign":
        _check_days_and_cost({**row, **values})
    check_identity(kind, {**row, **change})
    return change


def check_identity(kind: str, row: Values) -> None:
    """Raise UsageError if a record would have nothing left that tells who or what it is."""
    said, columns = IDENTITY[kind]
    if any(row.get(column) for column in columns):
        return
    if row.get("id"):
        raise UsageError(f"{kind} {label(kind, row['id'])} would have no {said} left")
    verb = "leadctl add" if kind == "lead" else f"leadctl {kind} add"
    raise UsageError(f"{a_or_an(kind)} needs a {said}", f"{verb} NAME field=value")


def _of_deal(app: App, row: Row, values: Values, now: str) -> dict[str, Any]:
    listed = app.settings.stages
    change = dict(values)
    if values.get("stage", row.get("stage")) != row.get("stage"):
        change = stages.moved(row, values["stage"], listed, now) | change
    if "probability" in values and values["probability"] is None:
        change["probability"] = listed.get(change.get("stage") or row.get("stage") or "")
    if change.keys() & {"account_id", "contact_id"}:
        change |= _of_one_account(app.store, row, change)
    return change


def _of_one_account(store: Store, row: Row, change: Values) -> dict[str, Any]:
    """Return the account that a deal takes from its contact; ConflictError if it has another."""
    after = {**row, **change}
    contact, account = after.get("contact_id"), after.get("account_id")
    theirs = None if contact is None else (store.record("contact", contact) or {})["account_id"]
    if theirs is None or theirs == account:
        return {}
    if account is None and "account_id" not in change:
        return {"account_id": theirs}
    if account is None:
        return {}
    raise ConflictError(
        f"contact {label('contact', contact or 0)} belongs to account {label('account', theirs)},"
        f" not to {label('account', account)}",
        "name one of its own, or leave contact= or account= blank",
    )


def _check_days_and_cost(row: Values) -> None:
    """Raise UsageError if a campaign would end before it starts, or cost less than nothing."""
    first, last = row.get("starts_day"), row.get("ends_day")
    if first is not None and last is not None and last < first:
        raise UsageError("ends is before starts", "both days are inside")
    for amount in ("budget", "cost"):
        if (row.get(amount) or 0) < 0:
            raise UsageError(f"{amount} cannot be below 0", "an amount such as 1200, or 0")


def _check_parent(store: Store, row: Row, parent: int) -> None:
    """Raise ConflictError if an account would stand above itself."""
    if row.get("id") in store.accounts_above(parent):
        raise ConflictError(
            f"account {label('account', parent)} is below {label('account', row['id'])}"
            if parent != row["id"]
            else f"account {label('account', parent)} cannot be its own parent",
            f"leadctl account edit {label('account', parent)} parent=",
        )
