"""What an export reads of each kind of record: its columns, where they come from, in which order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from leadctl.errors import UsageError
from leadctl.fields import COMPUTED, DOCUMENTED, KINDS, LEAD_FIELDS, Field, FieldSet
from leadctl.lead_view import Order, RecordFilter, json_columns, order_by

if TYPE_CHECKING:
    from leadctl.store import Store

EXTRA = "extra"
BESIDE_OWNER = "CASE WHEN owner IS NULL THEN json_remove(extra, '$.owner') ELSE extra END"
"""`extra` without what `OWNER` shows."""
OWNER = "coalesce(owner, json_extract(extra, '$.owner'))"
"""The rep, else the name that a file gave and that is no rep: import takes both from one column."""


class Column(NamedTuple):
    """A column of an export: its name, and the type of its values as in `leadctl.fields`.

    `ours` says that it is worked out or kept by leadctl, so that an import has no use for it.
    """

    name: str
    type: str
    ours: bool = False


class Records(NamedTuple):
    """One kind of record: its columns, those that are exported by default, and where they are.

    `source` stands behind FROM; `of_leads` is the condition of those that belong to some leads.
    """

    kind: str
    columns: Mapping[str, Column]
    default: Sequence[str]
    in_json: Sequence[str]
    source: str
    of_leads: str
    fields: FieldSet = DOCUMENTED

    def check(self, name: str) -> None:
        """Raise UsageError, with the nearest name, unless the records have this column."""
        if name not in self.columns:
            from difflib import get_close_matches

            near = get_close_matches(name, self.columns, 1)
            hint = f"did you mean {near[0]}?" if near else f"they have {', '.join(self.columns)}"
            raise UsageError(f"{KINDS[self.kind]} have no field {name!r}", hint)

    def order(self, sort: str | None) -> Order:
        """Return the order that `--sort` names, oldest first without one: as they were made."""
        if sort is None:
            return Order(descending=False)
        if self.kind == "lead":
            return order_by(sort, self.fields)
        turned, field = sort.startswith("-"), sort.lstrip("-").lower()
        self.check(field)
        number = self.columns[field].type in ("integer", "number", "money", "time", "date")
        return Order(None if field == "id" else field, number is not turned)

    def query(
        self, columns: Sequence[str], wanted: RecordFilter, order: Order
    ) -> tuple[str, dict[str, Any]]:
        """Return a query of these expressions over the records that belong to the leads wanted."""
        where, bound = self._where(wanted)
        source = order.from_sql if self.kind == "lead" else self.source
        what = ", ".join(columns)
        return f"SELECT {what} FROM {source} WHERE {where} ORDER BY {order.order_sql}", bound

    def stored(self, name: str) -> str:
        """Return the expression of a column's stored value: money in hundredths."""
        if self.kind == "lead" and self.columns[name].type == "money":
            return f"{name}_hundredths"
        return name

    def blanks(self, store: Store, wanted: RecordFilter, names: Sequence[str]) -> dict[str, int]:
        """Return column -> how many of these records have nothing there, of those that lack it."""
        if not names:
            return {}
        where, bound = self._where(wanted)
        counts = ", ".join(f"sum({name} IS NULL) AS {name}" for name in names)
        [found] = store.query(f"SELECT {counts} FROM {self.source} WHERE {where}", bound)
        return {name: number for name, number in found.items() if number}

    def extra_keys(self, store: Store, wanted: RecordFilter) -> list[str]:
        """Return the keys of `extra` in these records, in the order in which they first came."""
        where, bound = self._where(wanted)
        found = store.query(
            f"""SELECT key, min(record) AS first, min(place) AS place FROM (
                SELECT record.id AS record, each.key AS key, each.id AS place
                FROM (SELECT id, {BESIDE_OWNER} AS extra FROM {self.source}
                    WHERE extra IS NOT NULL AND ({where})) AS record,
                json_each(record.extra) AS each)
            GROUP BY key ORDER BY first, place""",
            bound,
        )
        return [row["key"] for row in found]

    def _where(self, wanted: RecordFilter) -> tuple[str, dict[str, Any]]:
        where, bound = wanted.sql()
        if self.kind == "lead" or where == "1":
            return where, bound
        return self.of_leads.format(f"FROM lead WHERE {where}"), bound


def _records(
    kind: str, fields: str, ours: str, derived: Mapping[str, str], *, of_leads: str
) -> Records:
    """Return a kind by the words of its columns, such as `amount:money`; without a type a text.

    `derived` are the expressions of columns that do not stand in the table, which is `r`.
    """
    words = [(word.partition(":"), False) for word in fields.split()]
    words += [(word.partition(":"), True) for word in ours.split()]
    columns = {name: Column(name, type_ or "text", our) for (name, _, type_), our in words}
    expressions = (f"{derived.get(name, f'r.{name}')} AS {name}" for name in columns)
    source = f"(SELECT {', '.join(expressions)} FROM {KINDS[kind]} AS r) AS record"
    return Records(kind, columns, tuple(columns), tuple(columns), source, of_leads)


_OWNER = {"owner": "(SELECT name FROM reps WHERE reps.id = r.owner_id)"}
_ACCOUNT = {"account": "(SELECT name FROM accounts WHERE accounts.id = r.account_id)"}
_CONTACT = {
    "contact": """(SELECT coalesce(email, trim(coalesce(first_name, '') || ' '
        || coalesce(last_name, ''))) FROM contacts WHERE contacts.id = r.contact_id)"""
}
_LEAD = {
    "lead": """(SELECT coalesce('ext:' || external_id, email, CAST(id AS TEXT)) FROM leads
        WHERE leads.id = r.lead_id)"""
}
_DEAL = {
    "deal": """(SELECT coalesce('ext:' || external_id, name) FROM deals
        WHERE deals.id = r.deal_id)"""
}
_NOBODY = {"owner": "NULL"}
"""Activities have no rep of their own: whom a file names is in `extra`."""
_PARENT = {"parent": "(SELECT name FROM accounts WHERE accounts.id = r.parent_id)"}
_ADDRESS = "street city state postal_code country"
_COMMON = "description tags owner external_id external_system created_at:time extra:extra"
_OURS = "id:integer uid:time updated_at:time version:integer"
_TYPES = {"INTEGER": "integer", "REAL": "integer", "TEXT": "text"}
_EXACT = ("uid", "last_activity_at", "last_touch_at", "updated_at", "converted_at")
_OF_A_LEAD = (
    *("id", "uid", "score", "grade", "last_activity_at", "converted_at"),
    *("contact_id", "account_id", "deal_id"),
)
"""What leadctl knows of a lead beside its fields, and a spreadsheet may want to see."""

_LEAD_COLUMNS = (
    *(Column(field.name, field.type) for field in LEAD_FIELDS),
    *(
        Column(name, "time" if name in _EXACT else _TYPES[type_], ours=name != "converted_at")
        for name, type_, *_ in COMPUTED
    ),
    Column(EXTRA, EXTRA),
)

RECORDS = {
    "leads": Records(
        "lead",
        {column.name: column for column in _LEAD_COLUMNS},
        (*(field.name for field in LEAD_FIELDS), *_OF_A_LEAD, EXTRA),
        json_columns(DOCUMENTED),
        source="lead",
        of_leads="",
    ),
    "contacts": _records(
        "contact",
        f"first_name last_name salutation title email phone mobile account {_ADDRESS} source"
        f" campaign email_opt_out:flag {_COMMON}",
        f"{_OURS} account_id:integer",
        _OWNER | _ACCOUNT,
        of_leads="id IN (SELECT contact_id {})",
    ),
    "accounts": _records(
        "account",
        "name domain phone website industry employees:integer annual_revenue:money currency"
        f" {_ADDRESS} parent {_COMMON}",
        f"{_OURS} parent_id:integer",
        _OWNER | _PARENT,
        of_leads="id IN (SELECT account_id {})",
    ),
    "deals": _records(
        "deal",
        "name account contact lead stage amount:money currency probability:integer closed_at:time"
        f" converted_at:time product source campaign lost_reason {_COMMON}",
        f"{_OURS} account_id:integer contact_id:integer lead_id:integer",
        _OWNER | _ACCOUNT | _CONTACT | _LEAD,
        of_leads="id IN (SELECT deal_id {})",
    ),
    "activities": _records(
        "activity",
        "lead kind at:time direction outcome duration:integer note contact account deal owner"
        " external_id external_system extra:extra",
        f"{_OURS} lead_id:integer contact_id:integer account_id:integer deal_id:integer",
        _LEAD | _CONTACT | _ACCOUNT | _DEAL | _NOBODY,
        of_leads="lead_id IN (SELECT id {})",
    ),
}
"""The records that can be exported, by the word that says so, with their documented columns."""


def records_of(fields: FieldSet) -> Mapping[str, Records]:
    """Return `RECORDS` with the columns that a database has of its own."""
    return {word: _with_own(records, fields) for word, records in RECORDS.items()}


def _with_own(records: Records, fields: FieldSet) -> Records:
    own = fields.own.get(records.kind, ())
    columns = {**records.columns, **{field.name: Column(field.name, field.type) for field in own}}
    is_lead = records.kind == "lead"
    return records._replace(
        columns=columns,
        default=_before_extra(records.default, own),
        in_json=json_columns(fields) if is_lead else _before_extra(records.in_json, own),
        source=records.source
        if is_lead
        else records.source.replace(
            "(SELECT ", "(SELECT " + "".join(f"r.{f.name}, " for f in own), 1
        ),
        fields=fields,
    )


def _before_extra(names: Sequence[str], own: Sequence[Field]) -> tuple[str, ...]:
    at = names.index(EXTRA)
    return (*names[:at], *(field.name for field in own), *names[at:])
