"""The views `contact`, `account` and `deal` beside `lead`: what lists and conditions may read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from leadctl import lead_view
from leadctl.errors import UsageError
from leadctl.fields import DOCUMENTED, KINDS, FieldSet
from leadctl.lead_view import TOUCH, Order, untouched
from leadctl.stored import MINOR_UNITS

_HIDDEN = ("owner_id", "extra", "created_day")
_EXACT = frozenset(
    (
        *("uid", "phone", "mobile", "currency", "external_id"),
        *("created_at", "updated_at", "converted_at", "closed_at"),
    )
)
"""Texts that are stored with their case."""
_LATEST_FIRST = frozenset(
    (
        *("last_activity_at", "last_touch_at"),
        *("updated_at", "created_at", "converted_at", "closed_at"),
    )
)
_COUNTED = frozenset(
    (
        *("age_days", "days_since_activity", "activities", "touches", "last_touch_at"),
        *("contacts", "deals"),
        *("has_phone", "has_email", "email_domain"),
    )
)
"""What JSON has not unless it is asked for: it can be worked out, and takes its time."""


class View(NamedTuple):
    """What may be read of one kind of record: `columns` are name -> SQL type, `sql` is the DDL.

    `in_json` are the columns of JSON; `descending` those whose highest or newest comes first.
    """

    kind: str
    columns: Mapping[str, str]
    in_json: tuple[str, ...]
    descending: frozenset[str]
    sql: str
    fields: FieldSet = DOCUMENTED

    def check(self, name: str) -> None:
        """Raise UsageError, with the nearest name, unless the records have this column."""
        if name not in self.columns:
            from difflib import get_close_matches

            near = get_close_matches(name, self.columns, 1)
            fields = "leadctl rules fields" + (f" {self.kind}" if self.kind != "lead" else "")
            hint = f"did you mean {near[0]}?" if near else f"fields: {fields}"
            raise UsageError(f"{KINDS[self.kind]} have no field {name!r}", hint)

    def order(self, sort: str | None) -> Order:
        """Return the order that `--sort` names; a leading hyphen turns it round."""
        if self.kind == "lead":
            return lead_view.order_by(sort, self.fields)
        if sort is None:
            return Order(view=self.kind)
        turned, field = sort.startswith("-"), sort.lstrip("-").lower()
        self.check(field)
        descending = (field in self.descending) is not turned
        return Order(None if field == "id" else field, descending, self.kind)


def _seen(*ways: str) -> str:
    """Return what follows SELECT … for the activities that one of these conditions means."""
    return (
        f"FROM activities AS a WHERE ({' OR '.join(ways)})"
        " AND a.day <= (SELECT day FROM temp.clock)"
    )


_PERSON = """nullif(trim(coalesce(first_name, '') || ' ' || coalesce(last_name, '')), '')"""
_CALLED = f"coalesce({_PERSON}, email, phone, mobile, external_id)"
_ACTIVITIES = {
    "contact": _seen(
        "a.contact_id = r.id", "a.lead_id IN (SELECT id FROM leads WHERE contact_id = r.id)"
    ),
    "account": _seen(
        "a.account_id = r.id",
        "a.contact_id IN (SELECT id FROM contacts WHERE account_id = r.id)",
        "a.deal_id IN (SELECT id FROM deals WHERE account_id = r.id)",
        "a.lead_id IN (SELECT id FROM leads WHERE account_id = r.id)",
    ),
    "deal": _seen(
        "a.deal_id = r.id",
        "a.lead_id = r.lead_id",
        "a.lead_id IN (SELECT id FROM leads WHERE deal_id = r.id)",
    ),
}
_CAN_BE_DIALLED = " OR ".join(
    f"coalesce(ltrim(r.{column}, '+(0123456789') <> r.{column}, 0)"
    for column in ("phone", "mobile")
)
# What was undone never happened, and an undo of it neither.
STAGE_SINCE = """coalesce((SELECT o.at FROM changes AS c JOIN operations AS o ON o.id = c.operation
    WHERE c.kind = 'deal' AND c.record = r.id AND c.field = 'stage' AND c.undone_by IS NULL
    AND o.undoes IS NULL ORDER BY c.operation DESC LIMIT 1), r.created_at)"""

_EVERYWHERE = {
    "owner": "(SELECT name FROM reps WHERE reps.id = r.owner_id)",
    "age_days": "(SELECT day FROM temp.clock) - r.created_day",
}
_WORKED_OUT: Mapping[str, Mapping[str, str]] = {
    "contact": {
        "account": "(SELECT name FROM accounts WHERE accounts.id = r.account_id)",
        "deals": "(SELECT count(*) FROM deals WHERE deals.contact_id = r.id)",
        "has_phone": f"({_CAN_BE_DIALLED})",
        "has_email": "(r.email IS NOT NULL)",
        "email_domain": """CASE WHEN r.email IS NOT NULL
            THEN lower(substr(r.email, instr(r.email, '@') + 1)) END""",
    },
    "account": {
        "parent": "(SELECT name FROM accounts AS p WHERE p.id = r.parent_id)",
        "contacts": "(SELECT count(*) FROM contacts WHERE contacts.account_id = r.id)",
        "deals": "(SELECT count(*) FROM deals WHERE deals.account_id = r.id)",
    },
    "deal": {
        "account": "(SELECT name FROM accounts WHERE accounts.id = r.account_id)",
        "contact": f"(SELECT {_CALLED} FROM contacts WHERE contacts.id = r.contact_id)",
        "lead": f"(SELECT coalesce({_CALLED}, company) FROM leads WHERE leads.id = r.lead_id)",
        "stage_since": STAGE_SINCE,
        "days_in_stage": f"(SELECT day FROM temp.clock) - day_of({STAGE_SINCE})",
    },
}


def view_of(kind: str, fields: FieldSet) -> View:
    """Return what may be read of a kind of record that has these fields."""
    if kind == "lead":
        return View(
            kind,
            dict.fromkeys(lead_view.columns_of(fields), "TEXT") | fields.conditions(),
            lead_view.json_columns(fields),
            frozenset(),
            lead_view.view_sql(fields),
            fields,
        )
    columns = fields.conditions(kind)
    seen = _ACTIVITIES[kind]
    expressions = {
        **_EVERYWHERE,
        "last_activity_at": f"(SELECT max(a.at) {seen})",
        "days_since_activity": f"""(SELECT day FROM temp.clock)
            - coalesce((SELECT max(a.day) {seen}), r.created_day)""",
        "activities": f"(SELECT count(*) {seen})",
        "touches": f"(SELECT count(*) {seen} AND {TOUCH})",
        "last_touch_at": f"(SELECT max(a.at) {seen} AND {TOUCH})",
        **_WORKED_OUT[kind],
    }
    money = fields.typed(kind, "money") & columns.keys()
    expressions |= {name: f"r.{name} / {MINOR_UNITS}.0" for name in money}
    parts = [
        f"{_typed(expressions[name], type_)} AS {name}"
        if name in expressions
        else f"r.{name}" + " COLLATE NOCASE" * (name in _EXACT) + f" AS {name}"
        for name, type_ in columns.items()
    ]
    parts += [*(f"r.{name}" for name in _HIDDEN), f"{untouched(seen)} AS untouched"]
    numbers = {name for name, type_ in columns.items() if type_ != "TEXT"}
    return View(
        kind,
        {**columns, "extra": "TEXT"},
        ("id", *(name for name in columns if name not in _COUNTED and name != "id"), "extra"),
        (_LATEST_FIRST & columns.keys()) | numbers,
        f"CREATE TEMP VIEW IF NOT EXISTS {kind} AS SELECT {', '.join(parts)}"
        f" FROM {KINDS[kind]} AS r",
        fields,
    )


def _typed(expression: str, type_: str) -> str:
    """Return a worked out column that compares as one of its type: texts without case."""
    return (
        f"CAST({expression} AS TEXT) COLLATE NOCASE"
        if type_ == "TEXT"
        else f"CAST({expression} AS {type_})"
    )
