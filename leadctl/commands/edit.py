"""leadctl edit: change fields of records, by id, from a pipe, or by a condition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from leadctl import options
from leadctl.changing import planned
from leadctl.editing import split_words, stored_values
from leadctl.errors import ConflictError, UsageError
from leadctl.fields import KINDS
from leadctl.ids import kind_of_all, record_ids, typed
from leadctl.lead_view import Order, RecordFilter
from leadctl.results import Answer, Column, Listing, next_steps
from leadctl.selecting import record_filter
from leadctl.stored import as_read
from leadctl.wording import count_of, label, name_of, plain

if TYPE_CHECKING:
    from leadctl.app import App
    from leadctl.store import Row

app = typer.Typer(**options.PLAIN)
PREVIEW = 5


@app.command()
@options.beside("json", "format", "quiet", "no_input")
def edit(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="[ID…] field=value…")],
    where: options.Where = None,
    everything: options.All = False,
    yes: options.Yes = False,
    dry_run: options.DryRun = False,
) -> Any:
    """Change fields: `edit 42 43 status=Contacted phone=`; with --where it previews and asks.

    `edit c12 title=CEO` does the same with a contact, a7 with an account, d4 with a deal.
    """
    leadctl = options.app_of(context)
    names, fields = split_words(words)
    written = typed(leadctl, names)
    asked = Asked(names, written, fields, where, everything, yes, dry_run)
    return edited(leadctl, kind_of_all(written), asked)


class Asked(NamedTuple):
    """What an edit was asked to do: with ids, or with a condition.

    `told` is what the history says before and behind the ids where the command is no edit.
    """

    names: Sequence[str]
    written: Sequence[str]
    fields: Mapping[str, str]
    where: str | None
    everything: bool
    yes: bool
    dry_run: bool
    told: tuple[str, str] | None = None


def edited(leadctl: App, kind: str, asked: Asked) -> Answer:
    """Change fields of records of a kind, by id or by a condition, and say what changed."""
    names, fields, where, dry_run = asked.names, asked.fields, asked.where, asked.dry_run
    verb = verb_of(kind)
    if not fields:
        raise UsageError("nothing to change", f"{verb} {label(kind, 42)} field=value")
    if bool(names) == (where is not None):
        raise UsageError("edit needs ids or --where", f"{verb} {label(kind, 42)} field=value")
    values = stored_values(leadctl, fields, kind)
    wanted = record_filter(leadctl, kind, options.Filters(where=where))
    if kind == "lead" and not asked.everything:
        wanted = wanted._replace(hidden_statuses=leadctl.settings.closed)
    seen = {} if names else versions(leadctl, kind, wanted)
    ids = record_ids(leadctl, kind, asked.written) if names else list(seen)
    if not ids:
        return Answer(counts(None, dry_run, []), notes=[f"no {kind} to change; nothing done"])
    if where is not None and not (asked.yes or dry_run):
        preview(leadctl, kind, ids, values)
        question = f"Change {', '.join(fields)} of {count_of(len(ids), kind)}?"
        if not leadctl.prompts.confirm(question, default=False):
            return Answer(counts(None, dry_run, []), ["left as they are"])
    which = " ".join(label(kind, record) for record in ids[:5]) if names else "--where …"
    before, behind = asked.told or (verb.removeprefix("leadctl "), " ".join(fields))
    command = f"{before} {which} {behind}"
    with leadctl.store.operation(command, dry_run=dry_run, records=len(ids)) as op:
        if where is not None and versions(leadctl, kind, wanted) != seen:
            raise ConflictError(
                f"the {KINDS[kind]} that this condition means changed meanwhile", "look again"
            )
        rows, left = to_change(kind, ids, leadctl.store.records(kind, ids))
        changed = op.update(kind, planned(leadctl, kind, rows, values, op.now))
        op.count("updated", changed)
    would = "would be changed" if dry_run else "changed"
    unchanged = len(rows) - changed
    text = f"{count_of(changed, kind)} {would}"
    text += f", {unchanged:,} had it already" if unchanged else ""
    return Answer(
        {**counts(op.saved, dry_run, ids), "changed": changed, "unchanged": unchanged,
         "skipped": len(left)},
        [text],
        notes=left[:PREVIEW],
        next=next_steps(op.saved),
        exit_code=3 if left else 0,
    )  # fmt: skip


def verb_of(kind: str, verb: str = "edit") -> str:
    """Return the command of a verb on records of a kind; plain verbs act on leads."""
    return f"leadctl {verb}" if kind == "lead" else f"leadctl {kind} {verb}"


def versions(leadctl: App, kind: str, wanted: RecordFilter) -> dict[int, int]:
    """Return the records that a filter means, oldest first -> how often each has changed."""
    oldest_first = Order(descending=False, view=kind)
    rows = leadctl.store.page(kind, wanted, oldest_first, columns=("id", "version"))
    return {row["id"]: row["version"] for row in rows}


def to_change(kind: str, ids: Sequence[int], rows: Sequence[Row]) -> tuple[list[Row], list[str]]:
    """Return the records of these ids that can be changed, and why the others cannot.

    Raises ConflictError if that leaves none. Deals have the time too, but are not closed by it.
    """
    converted = [row for row in rows if "status" in row and row["converted_at"]]
    if converted and len(converted) == len(rows):
        row = rows[0]
        raise ConflictError(
            f"lead {row['id']} is converted and read-only",
            f"it lives on as contact c{row['contact_id']}",
        )
    closed, there = (dict.fromkeys(row["id"] for row in some) for some in (converted, rows))
    gone = [
        f"{kind} {label(kind, record)} is gone meanwhile" for record in ids if record not in there
    ]
    if gone and not rows:
        raise ConflictError(gone[0], "look again")
    left = [f"lead {lead} is converted: read-only" for lead in closed]
    return [row for row in rows if row["id"] not in closed], left + gone


def preview(leadctl: App, kind: str, ids: Sequence[int], values: Mapping[str, Any]) -> None:
    """Show the first records that would change, and under each what was and what would be."""
    if not leadctl.output.for_people:
        return
    new = readable(leadctl, kind, values)
    who = ("name",) if kind in ("account", "deal") else ("first_name", "last_name", "email")
    names = dict.fromkeys(("id", *who, *(("company",) if kind == "lead" else ()), *new))
    first = RecordFilter(ids=tuple(ids[:PREVIEW]))
    oldest_first = Order(descending=False, view=kind)
    rows = [
        {
            "id": record["id"],
            "lead": record.get("name") or name_of(record) or record.get("company"),
            "field": field,
            "change": f"{said(record[field])} → {to}",
        }
        for record in leadctl.store.page(kind, first, oldest_first, columns=tuple(names))
        for field, to in new.items()
        if said(record[field]) != to
    ]
    columns = [
        Column("id", "id", right=True, keep=9, show=lambda record, _: label(kind, record)),
        Column("lead", kind, keep=8, wraps=True),
        Column("field", "field", keep=9, style=lambda *_: "dim"),
        Column("change", "change", keep=9, wraps=True),
    ]
    more = f"and {len(ids) - PREVIEW:,} more" if len(ids) > PREVIEW else None
    leadctl.output.show(Listing(rows, columns, footer=more, empty="they have it already"))


def readable(leadctl: App, kind: str, values: Mapping[str, Any]) -> dict[str, str]:
    """Return the new values as people read them, by the field's name."""
    reps = {rep["id"]: rep["name"] for rep in leadctl.store.reps(everyone=True)}
    types, columns = leadctl.fields.types(kind), leadctl.store.view(kind).columns
    new = {}
    for name, value in values.items():
        if name == "owner_id":
            new["owner"] = said(reps.get(value))
        elif name in columns:
            new[name] = said(as_read(types.get(name), value))
    return new


def said(value: Any) -> str:
    """Return a value in words, `–` where there is none."""
    return plain(value) or "–"


def counts(operation: int | None, dry_run: bool, ids: Sequence[int]) -> dict[str, Any]:
    """Return the object for scripts, with nothing changed so far."""
    return {
        "operation": operation, "dry_run": dry_run, "changed": 0, "unchanged": 0, "skipped": 0,
        "ids": list(ids),
    }  # fmt: skip
