"""leadctl edit: change fields of leads, by id, from a pipe, or by a condition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from leadctl import options
from leadctl.editing import IDENTITY, split_words, stored_values
from leadctl.errors import ConflictError, UsageError
from leadctl.lead_view import COLUMNS, FLAGS, MONEY, LeadFilter, Order
from leadctl.results import Answer, Column, Listing
from leadctl.selecting import lead_filter, lead_ids
from leadctl.values import whole_units
from leadctl.wording import count_of, name_of, plain

app = typer.Typer(**options.PLAIN)
PREVIEW = 5


@app.command()
def edit(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="[ID…] field=value…")],
    where: options.Where = None,
    everything: options.All = False,
    yes: options.Yes = False,
    dry_run: options.DryRun = False,
    json: options.Json = False,
    format: options.Format = None,
    quiet: options.Quiet = False,
    no_input: options.NoInput = False,
) -> Any:
    """Change fields: `edit 42 43 status=Contacted phone=`; with --where it previews and asks."""
    leadctl = options.app_of(context)
    names, fields = split_words(words)
    if not fields:
        raise UsageError("nothing to change", "leadctl edit 42 field=value")
    if bool(names) == (where is not None):
        raise UsageError("edit needs ids or --where", "leadctl edit 42 field=value")
    values = stored_values(leadctl, fields)
    wanted = lead_filter(leadctl, options.Filters(where=where), everything=everything)
    seen = {} if names else versions(leadctl, wanted)
    ids = lead_ids(leadctl, names) if names else list(seen)
    if not ids:
        return Answer(counts(None, dry_run, []), notes=["no lead to change; nothing done"])
    if where is not None and not (yes or dry_run):
        preview(leadctl, ids, values)
        question = f"Change {', '.join(fields)} of {count_of(len(ids), 'lead')}?"
        if not leadctl.prompts.confirm(question, default=False):
            return Answer(counts(None, dry_run, []), ["left as they are"])
    command = "edit " + (" ".join(map(str, ids[:5])) if names else "--where …")
    with leadctl.store.operation(f"{command} {' '.join(fields)}", dry_run=dry_run) as op:
        if where is not None and versions(leadctl, wanted) != seen:
            raise ConflictError(
                "the leads that this condition means changed meanwhile", "look again"
            )
        open_ids, converted = without_converted(leadctl, ids, values)
        changed = op.update("lead", [(lead, values) for lead in open_ids])
        op.count("updated", changed)
    would = "would be changed" if dry_run else "changed"
    unchanged = len(open_ids) - changed
    text = f"{count_of(changed, 'lead')} {would}"
    text += f", {unchanged:,} had it already" if unchanged else ""
    return Answer(
        {**counts(op.saved, dry_run, ids), "changed": changed, "unchanged": unchanged,
         "skipped": len(converted)},
        [text],
        notes=[f"lead {lead} is converted: read-only" for lead in converted[:PREVIEW]],
        next=[f"undo: leadctl undo {op.saved}"] if op.saved else [],
        exit_code=3 if converted else 0,
    )  # fmt: skip


def versions(leadctl: Any, wanted: LeadFilter) -> dict[int, int]:
    """Return the leads that a filter means, oldest first -> how often each has changed."""
    oldest_first = Order(descending=False)
    rows = leadctl.store.leads(wanted, oldest_first, columns=("id", "version"))
    return {row["id"]: row["version"] for row in rows}


def without_converted(leadctl: Any, ids: list[int], values: dict[str, Any]) -> tuple[Any, Any]:
    """Return the ids that can be changed, and those that are converted.

    Raises ConflictError if that leaves none, UsageError if a lead would lose its last identity.
    """
    rows = leadctl.store.records("lead", ids)
    converted = [row["id"] for row in rows if row["converted_at"]]
    if len(converted) == len(ids):
        row = rows[0]
        raise ConflictError(
            f"lead {row['id']} is converted and read-only",
            f"it lives on as contact c{row['contact_id']}",
        )
    for row in rows:
        if not any({**row, **values}[field] for field in IDENTITY):
            raise UsageError(
                f"lead {row['id']} would have no name, company, email, phone or external id left"
            )
    return [row["id"] for row in rows if not row["converted_at"]], converted


def preview(leadctl: Any, ids: Sequence[int], values: dict[str, Any]) -> None:
    """Show the first leads that would change, and under each what was and what would be."""
    if not leadctl.output.for_people:
        return
    new = readable(leadctl, values)
    names = dict.fromkeys(("id", "first_name", "last_name", "company", "email", *new))
    first = LeadFilter(ids=tuple(ids[:PREVIEW]))
    leads = leadctl.store.leads(first, Order(descending=False), columns=tuple(names))
    rows = [
        {
            "id": lead["id"],
            "lead": name_of(lead) or lead["company"],
            "field": field,
            "change": f"{said(lead[field])} → {to}",
        }
        for lead in leads
        for field, to in new.items()
        if said(lead[field]) != to
    ]
    columns = [
        Column("id", "id", right=True, keep=9),
        Column("lead", "lead", keep=8, wraps=True),
        Column("field", "field", keep=9, style=lambda *_: "dim"),
        Column("change", "change", keep=9, wraps=True),
    ]
    more = f"and {len(ids) - PREVIEW:,} more" if len(ids) > PREVIEW else None
    leadctl.output.show(Listing(rows, columns, footer=more, empty="they have it already"))


def readable(leadctl: Any, values: dict[str, Any]) -> dict[str, str]:
    """Return the new values as people read them, by the field's name."""
    reps = {rep["id"]: rep["name"] for rep in leadctl.store.reps(everyone=True)}
    new = {}
    for name, value in values.items():
        if name == "owner_id":
            new["owner"] = said(reps.get(value))
        elif name in MONEY:
            new[name] = said(whole_units(value))
        elif name in FLAGS:
            new[name] = said(None if value is None else bool(value))
        elif name in COLUMNS:
            new[name] = said(value)
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
