"""leadctl show: one record with everything that is known about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadctl import options, record_screen
from leadctl.fields import kind_of
from leadctl.ids import kind_of_all
from leadctl.lead_table import GRADE_STYLES
from leadctl.lead_view import RecordFilter
from leadctl.results import Column, Listing, Screen
from leadctl.selecting import condition
from leadctl.stored import day_of_number, read_json
from leadctl.values import tags
from leadctl.wording import in_money, label, name_of, plain

if TYPE_CHECKING:
    from leadctl.app import App

app = typer.Typer(**options.PLAIN)
RECENT = 10
GROUPS: Mapping[str, Sequence[str]] = {
    "who": ("name", "title", "email", "email_opt_out", "phone", "mobile"),
    "company": ("company", "domain", "website", "industry", "employees", "annual_revenue"),
    "where": ("address",),
    "task": ("due", "done_at", "note"),
    "about": ("product", "amount", "probability", "description", "tags", "rating"),
    "origin": ("source", "campaign", "external_id", "created_at"),
    "standing": (
        *("status", "stage", "lost_reason", "owner", "score", "last_touch_at", "closed_at"),
        *("converted_at", "lead_id", "leads", "contact_id", "account_id", "parent_id", "deal_id"),
    ),
}
"""What a person reads together; columns that stand in another line of it are in ELSEWHERE."""
ELSEWHERE = frozenset(
    (
        *("id", "uid", "version", "created_day", "updated_at", "extra", "currency", "salutation"),
        *("account", "contact", "lead", "parent", "stage_since", "days_in_stage"),
        *("first_name", "last_name", "external_system", "street", "postal_code", "city", "state"),
        *("country", "fit", "engagement", "grade", "rank", "last_activity_at"),
    )
)
LINKS = {
    "lead_id": "", "leads": "", "contact_id": "c", "account_id": "a", "parent_id": "a",
    "deal_id": "d",
}  # fmt: skip
CALLED = {
    "email_opt_out": "wants no email", "annual_revenue": "revenue", "external_id": "external id",
    "created_at": "created", "lost_reason": "lost reason", "last_touch_at": "last touch",
    "closed_at": "closed", "done_at": "done",
    "converted_at": "converted", "lead_id": "from lead", "leads": "leads",
    "contact_id": "contact", "account_id": "account", "parent_id": "parent", "deal_id": "deal",
}  # fmt: skip


@app.command()
@options.beside("json", "format", "quiet")
def show(
    context: typer.Context,
    record: Annotated[str, typer.Argument(metavar="ID", help="42, c12, a7, d4, an email, +49…")],
) -> Any:
    """One lead, contact, account or deal with its fields, links and activities; or a task."""
    leadctl = options.app_of(context)
    if kind_of(record) == "task":
        return of_task(leadctl, leadctl.store.resolve(record, "task"))
    return shown(leadctl, kind_of_all([record]), record)


def shown(leadctl: App, kind: str, record: str) -> Screen:
    """Return the record of a kind that is so named, with its links and activities."""
    store = leadctl.store
    number = store.resolve(record, kind)
    columns = store.view(kind).in_json
    if leadctl.output.for_people:
        columns = (*columns, "last_touch_at")
    row = store.one(kind, number, columns)
    if kind != "lead":
        return of_record(leadctl, kind, row)
    activities = store.activities(of=kind, record=number)
    if not leadctl.output.for_people:
        data = {**row, "activities": [plain_activity(activity) for activity in activities]}
        return Screen(data, [every_field(row)])
    return Screen(row, [facts(leadctl, kind, row), timeline(leadctl, number, activities)])


def of_record(leadctl: App, kind: str, row: dict[str, Any]) -> Screen:
    """Return the screen of a contact, account or deal: its fields, what belongs to it, its past."""
    store, number = leadctl.store, row["id"]
    of_leads = store.tags_of_leads(kind, number)
    if not leadctl.output.for_people:
        activities = store.activities(of=kind, record=number)
        data = {
            **row,
            "lead_tags": of_leads,
            "activities": [plain_activity(activity) for activity in activities],
            **(record_screen.beside(leadctl, kind, number) if leadctl.output.as_json else {}),
        }
        return Screen(data, [every_field(row)])
    row["tags"] = tags(", ".join(filter(None, (row.get("tags"), *of_leads))))
    if kind in ("contact", "account"):
        became = condition(leadctl, f"{kind}_id = {number}")
        row["leads"] = store.lead_ids(RecordFilter(where=became))
    return Screen(row, [facts(leadctl, kind, row), *record_screen.parts(leadctl, kind, number)])


def of_task(leadctl: App, task: int) -> Screen:
    """Return the screen of a task: what is to be done, when, by whom and about what."""
    store = leadctl.store
    found = store.record("task", task) or {}
    day, owner = found.pop("due_day"), found.pop("owner_id")
    row = {
        **{name: value for name, value in found.items() if name != "created_day"},
        "due": found["due_at"] or (day and day_of_number(day).isoformat()),
        "owner": next(
            (rep["name"] for rep in store.records("rep", [owner] if owner else [])), None
        ),
        "extra": read_json(found["extra"]),
    }
    del row["due_at"]
    if not leadctl.output.for_people:
        return Screen(row, [every_field(row)])
    about = {name: value for name, value in row.items() if name != "title"}
    return Screen(row, [facts(leadctl, "task", about)._replace(title=f"t{task} {row['title']}")])


def title(kind: str, row: Mapping[str, Any]) -> str:
    """Return `812 Zoë Núñez · Crème & Fils · New · 80 A`."""
    name = row.get("name") or name_of(row)
    score = f"{row['score']} {row['grade']}" if row.get("score") is not None else None
    parts = [
        f"{label(kind, row['id'])} {name}",
        row.get("company") or row.get("account"),
        row.get("status"),
    ]
    parts += [row.get("stage"), score]
    return " · ".join(str(part) for part in parts if part)


def every_field(row: Mapping[str, Any]) -> Listing:
    """Return all fields that have a value, as scripts read them, and what is kept in `extra`."""
    known = {name: value for name, value in row.items() if value is not None and name != "extra"}
    extra = {f"extra: {name}": value for name, value in row.get("extra", {}).items()}
    rows = [{"field": name, "value": value} for name, value in {**known, **extra}.items()]
    return Listing(rows, [Column("field", "field"), Column("value", "value")])


def facts(leadctl: Any, kind: str, row: dict[str, Any]) -> Listing:
    """Return the fields in the groups that a person reads together, each group named once."""
    lines = {**row, **in_one_line(row)}
    known = {name for names in GROUPS.values() for name in names}
    own = [field.name for field in leadctl.fields.own.get(kind, ())]
    others = [name for name in row if name not in known | ELSEWHERE and name not in own]
    beside = {"yours": own, "other": others, "extra": row.get("extra", {})}
    called = CALLED | {"lead_id": "lead"} if kind == "task" else CALLED
    rows = []
    for group, names in {**GROUPS, **beside}.items():
        values = row.get("extra", {}) if group == "extra" else lines
        said = [name for name in names if values.get(name) not in (None, "", [])]
        rows += [
            {
                **row,
                "group": group if position == 0 else "",
                "field": name if group == "extra" else called.get(name, name.replace("_", " ")),
                "value": values[name],
                "name": "" if group == "extra" else name,
            }
            for position, name in enumerate(said)
        ]
    columns = [
        Column("group", "", keep=5, show=lambda group, _: group or " "),
        Column("field", "", keep=9, style=lambda *_: "dim"),
        Column("value", "", keep=9, wraps=True, show=in_words(leadctl), style=style),
    ]
    return Listing(rows, columns, title=title(kind, row))


def in_one_line(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what several fields say together: the name and the address."""
    said: dict[str, Any] = {}
    if "last_name" in row:
        parts = (row.get("salutation"), row.get("first_name"), row.get("last_name"))
        said["name"] = " ".join(filter(None, parts))
    town = " ".join(filter(None, (row.get("postal_code"), row.get("city"))))
    address = (row.get("street"), town, row.get("state"), row.get("country"))
    return {**said, "address": ", ".join(filter(None, address))}


def in_words(leadctl: Any) -> Callable[[Any, Mapping[str, Any]], str]:
    """Return the function that says a field's value as a person reads it."""
    own = {kind: leadctl.fields.typed(kind, "money") for kind in leadctl.fields.own}
    amounts = frozenset(("amount", "annual_revenue")).union(*own.values())

    def say(value: Any, line: Mapping[str, Any]) -> str:
        name = line["name"]
        if name in LINKS:
            ids = value if isinstance(value, list) else [value]
            called = line.get(name.removesuffix("_id")) if name.endswith("_id") else None
            named = ", ".join(f"{LINKS[name]}{number}" for number in ids)
            return f"{named} {called}" if called else named
        if name in amounts:
            return in_money(value, line)
        if name == "employees":
            return f"{value:,}"
        if name == "probability":
            return f"{value} %"
        if name in ("created_at", "converted_at", "closed_at", "done_at", "last_touch_at"):
            return f"{leadctl.output.human(value)} ({leadctl.date_of(value)})"
        if name == "score":
            parts = f"{line['score']} {line['grade'] or ''}".strip()
            ranked = f", rank {line['rank']}" if line.get("rank") else ""
            return f"{parts} (fit {line['fit']}, engagement {line['engagement']}{ranked})"
        if name == "external_id" and line.get("external_system"):
            return f"{value} in {line['external_system']}"
        return "yes" if value is True else "no" if value is False else plain(value)

    return say


def style(_: Any, line: Mapping[str, Any]) -> str:
    """Return the colour of a value that has a meaning: the grade, and who wants no email."""
    if line["name"] == "score":
        return GRADE_STYLES.get(line["grade"] or "", "")
    return "yellow" if line["name"] == "email_opt_out" and line["value"] else ""


def timeline(leadctl: Any, lead: int, activities: list[dict[str, Any]]) -> Listing | str:
    """Return the newest activities of a lead, and where to read on."""
    if not activities:
        return f"\nno activity yet: leadctl log {lead} call …"
    human = leadctl.output.human
    columns = [
        Column("at", "when", keep=9, show=lambda at, _: human(at)),
        Column("kind", "activity", keep=9, show=lambda kind, a: with_direction(kind, a)),
        Column("outcome", "outcome", keep=5, cut=True),
        Column("duration", "length", right=True, keep=4, show=in_minutes),
        Column("note", "note", keep=8, wraps=True),
    ]
    used = [
        column for column in columns
        if column.name in ("at", "kind") or any(a[column.name] is not None for a in activities)
    ]  # fmt: skip
    hidden = len(activities) - RECENT
    footer = [f"{hidden} older: leadctl show {lead} --json"] if hidden > 0 else []
    footer += [f"why this score: leadctl score explain {lead}", f"past: leadctl history {lead}"]
    return Listing(activities[:RECENT], used, footer=" · ".join(footer))


def in_minutes(minutes: int | None, _: Mapping[str, Any]) -> str:
    """Return `15 min`."""
    return "" if minutes is None else f"{minutes} min"


def with_direction(kind: str, activity: Mapping[str, Any]) -> str:
    """Return `call in` or `email out`, or the kind alone."""
    return " ".join(filter(None, (kind, activity.get("direction"))))


def plain_activity(activity: dict[str, Any]) -> dict[str, Any]:
    """Return an activity as scripts read it."""
    left_out = ("uid", "version", "updated_at", "day")
    return {name: value for name, value in activity.items() if name not in left_out}
