"""Records side by side: what they say, where they differ, and what a merge would make of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from leadctl.merging.planning import MergePlan, choosable
from leadctl.results import Column, Listing
from leadctl.stored import as_read, read_json
from leadctl.wording import label, name_of, plain

if TYPE_CHECKING:
    from leadctl.app import App

_SHOWN_LAST = ("tags", "description")
_DIFFERS = "≠"


def side_by_side(app: App, plan: MergePlan, records: Mapping[int, Mapping[str, Any]]) -> Listing:
    """Return every field that a record of the group has, a column each, and what would be.

    Where they differ the field is marked.
    """
    survivor = records[plan.survivor]
    changed = dict(plan.values)
    extra = changed.get("extra")
    would_be = {**survivor, **changed}
    would_be["extra"] = read_json(extra) if "extra" in changed else survivor["extra"]
    every = [*((f"{record}", records[record]) for record in sorted(records)), ("merged", would_be)]
    say = _sayer(app, plan.kind)
    rows = []
    for name, columns in choosable(plan.kind, survivor).items():
        cells = {head: say(row, columns) for head, row in every}
        if any(cells.values()):
            rows.append({"differs": name in plan.differing, "field": _called(name), **cells})
    for name in _SHOWN_LAST:
        cells = {head: plain(row[name]) for head, row in every}
        if any(cells.values()):
            rows.append({"differs": False, "field": name, **cells})
    for name in dict.fromkeys(key for _, row in every for key in row["extra"]):
        cells = {head: plain(row["extra"].get(name)) for head, row in every}
        rows.append({"differs": False, "field": name, **cells})
    heads = [
        Column(f"{record}", label(plan.kind, record), keep=9, wraps=True, show=_or_dash)
        for record in sorted(records)
    ]
    return Listing(
        rows,
        [
            Column("field", "field", keep=9, show=_marked, style=_yellow_or_dim),
            *heads,
            Column("merged", "merged", keep=9, wraps=True, show=_or_dash, style=_bold),
        ],
        first_line=("field", "merged"),
        title=f"merge into {label(plan.kind, plan.survivor)} {called(survivor)}",
    )


def called(record: Mapping[str, Any]) -> str:
    """Return what a lead, contact or account is called."""
    return str(record.get("name") or name_of(record))


def _sayer(app: App, kind: str) -> Callable[[Mapping[str, Any], Sequence[str]], str]:
    types = app.fields.types(kind)
    reps = {rep["id"]: rep["name"] for rep in app.store.reps(everyone=True)}

    def say(row: Mapping[str, Any], columns: Sequence[str]) -> str:
        if "street" in columns:
            town = " ".join(filter(None, (row["postal_code"], row["city"])))
            return ", ".join(filter(None, (row["street"], town, row["state"], row["country"])))
        return " ".join(filter(None, (one(column, row[column]) for column in columns)))

    def one(column: str, value: Any) -> str:
        if column == "created_day" or value is None:
            return ""
        if column == "owner_id":
            return str(reps.get(value, ""))
        if column in ("account_id", "parent_id"):
            return label("account", value)
        if column == "created_at":
            return app.date_of(value).isoformat()
        if types.get(column) == "money":
            amount = f"{as_read('money', value):,}"
            return f"revenue {amount}" if column == "annual_revenue" else amount
        return plain(as_read(types[column], value) if column in types else value)

    return say


def _called(name: str) -> str:
    return {"created_at": "created"}.get(name, name.replace("_", " "))


def _marked(field: Any, row: Mapping[str, Any]) -> str:
    return f"{_DIFFERS if row['differs'] else ' '} {field}"


def _yellow_or_dim(_: Any, row: Mapping[str, Any]) -> str:
    return "yellow" if row["differs"] else "dim"


def _or_dash(value: Any, _: Any) -> str:
    return plain(value) or "–"


def _bold(*_: Any) -> str:
    return "bold"
