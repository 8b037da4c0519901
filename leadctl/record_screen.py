"""What the screen of a contact, an account or a deal has below its fields, and its JSON beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from leadctl import record_table, timeline
from leadctl.lead_view import RecordFilter, Words
from leadctl.results import Column, Listing
from leadctl.stored import day_of_number
from leadctl.wording import count_of, in_money, label

if TYPE_CHECKING:
    from leadctl.app import App
    from leadctl.store import Row

RECENT = 10
_LINKED = {"contact": ("deal",), "account": ("contact", "deal"), "deal": ()}
"""Kind -> the kinds of records that stand below it."""


def beside(app: App, kind: str, record: int) -> dict[str, Any]:
    """Return what JSON has of a record beside its fields: what belongs to it, and its timeline."""
    store = app.store
    data: dict[str, Any] = {}
    for other in _LINKED[kind]:
        data[f"{other}s"] = _below(app, kind, record, other, store.view(other).in_json)
    if kind == "account":
        family = timeline.family(store, record)
        data["family"] = family if len(family) > 1 else []
        data["transactions"] = timeline.transactions(store, record)
        data["totals"] = timeline.totals(store, record)
    if kind == "deal":
        data["stages"] = timeline.stages(store, record)
    data["timeline"] = [_said(event) for event in timeline.timeline(store, kind, record)]
    return data


def _said(event: Row) -> Row:
    """Return an event without what it has nothing of."""
    day = event.pop("due_day")
    event["due"] = None if day is None else day_of_number(day).isoformat()
    return {name: value for name, value in event.items() if value is not None}


def _belonging(kind: str, record: int) -> RecordFilter:
    """Return the filter on records of another kind that belong to this one."""
    return RecordFilter(words={f"{kind}_id": Words((record,))})


def _below(
    app: App,
    kind: str,
    record: int,
    other: str,
    columns: Sequence[str],
    limit: int | None = None,
) -> list[Row]:
    return app.store.page(other, _belonging(kind, record), limit=limit, columns=columns)


def parts(app: App, kind: str, record: int) -> list[Listing | str]:
    """Return what stands below the fields for a person, each with its own heading."""
    below: list[Listing | str] = []
    if kind == "account":
        below += _family(app, record)
    if kind == "deal":
        below.append(_stages(app, record))
    for other in _LINKED[kind]:
        below += _linked(app, kind, record, other)
    if kind == "account":
        below += _totals(app, record)
    below.append(_timeline(app, kind, record))
    return below


def _family(app: App, record: int) -> list[Listing | str]:
    tree = timeline.family(app.store, record)
    if len(tree) < 2:
        return []
    columns = [
        Column(
            "name", "", keep=9, wraps=True,
            show=lambda name, row: f"{'   ' * row['depth']}{label('account', row['id'])} {name}",
            style=lambda _, row: "bold" if row["id"] == record else "",
        )
    ]  # fmt: skip
    return [Listing(tree, columns, title="family")]


def _linked(app: App, kind: str, record: int, other: str) -> list[Listing | str]:
    table = record_table.TABLES[other]
    rows = _below(app, kind, record, other, table.fields, limit=RECENT)
    if not rows:
        return []
    total = app.store.count(other, _belonging(kind, record))
    more = None
    if total > len(rows) and kind == "account":
        verb = f"leadctl {other} list --account {label(kind, record)}"
        more = f"{total - len(rows):,} more: {verb}"
    columns = [column for column in table.columns(app) if column.name != kind]
    return [
        Listing(
            rows,
            columns,
            title=count_of(total, other),
            footer=more,
            first_line=table.first_line,
        )
    ]


def _totals(app: App, record: int) -> list[Listing | str]:
    rows = timeline.totals(app.store, record)
    if not rows:
        return []
    columns = [
        Column("kind", "transactions", keep=9),
        Column("transactions", "number", right=True, keep=8),
        Column("amount", "sum", right=True, keep=9, show=in_money),
    ]
    return [Listing(rows, columns)]


def _stages(app: App, record: int) -> Listing:
    rows = timeline.stages(app.store, record)
    human = app.output.human
    columns = [
        Column("stage", "stage", keep=9, wraps=True),
        Column("since", "since", keep=7, show=lambda at, _: human(at)),
        Column("until", "until", keep=6, show=lambda at, _: human(at) if at else "now"),
        Column("days", "days", right=True, keep=9),
    ]
    return Listing(rows, columns)


def _timeline(app: App, kind: str, record: int) -> Listing | str:
    named = label(kind, record)
    events = timeline.timeline(app.store, kind, record, limit=RECENT + 1)
    if not events:
        return f"\nnothing has happened yet: leadctl log {named} call …"
    more, events = len(events) > RECENT, events[:RECENT]
    timeline.with_whom(app.store, events)
    human = app.output.human
    columns = [
        Column("at", "when", keep=9, show=lambda at, _: human(at)),
        Column("event", "what", keep=9, show=_what),
        Column("who", "with", keep=6, cut=True),
        Column("id", "of", keep=5, show=_of),
        Column("words", "", keep=8, wraps=True, show=lambda _, event: _words(event)),
    ]
    footer = [f"older: leadctl show {named} --json"] if more else []
    footer += [f"past: leadctl history {named}"]
    return Listing(events, columns, footer=" · ".join(footer), first_line=("at", "event"))


def _what(event: str, row: Mapping[str, Any]) -> str:
    """Return `call out`, `invoice`, `task done`, `stage`."""
    if event in ("activity", "transaction"):
        return " ".join(filter(None, (row["kind"], row["direction"]))) or event
    return {"lead": "lead came", "deal": "deal opened"}.get(event, event)


def _of(_: Any, event: Mapping[str, Any]) -> str:
    """Return the record that an event was with, the deal or lead before the company."""
    for kind in ("deal", "contact", "lead", "account"):
        if event[f"{kind}_id"] and (kind != "contact" or event["event"] != "converted"):
            written = label(kind, event[f"{kind}_id"])
            return f"lead {written}" if kind == "lead" else written
    return ""


def _words(event: Mapping[str, Any]) -> str:
    """Return what else is known of an event, in one line."""
    if event["event"] == "converted":
        named = (
            label(kind, event[f"{kind}_id"])
            for kind in ("contact", "account", "deal")
            if event[f"{kind}_id"]
        )
        return f"lead {event['lead_id']} → {', '.join(named)}"
    said = [event["outcome"], event["words"], in_money(event["amount"], event)]
    if event["duration"] is not None:
        said.append(f"{event['duration']} min")
    if event["due_day"] is not None:
        said.append(f"due {day_of_number(event['due_day']).isoformat()}")
    if event["actor"]:
        said.append(f"by {event['actor']}")
    return " · ".join(filter(None, said))
