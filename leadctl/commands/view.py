"""leadctl view: filters under a name, to be used as @name wherever leads are chosen."""

from __future__ import annotations

import shlex
from typing import Annotated, Any

import typer

from leadctl import options
from leadctl import saved_views as views
from leadctl.errors import NotFoundError, UsageError
from leadctl.lead_view import check_column, order_by
from leadctl.results import Answer, Column, Listing, next_steps
from leadctl.saved_views import View
from leadctl.selecting import lead_filter

app = typer.Typer(**options.PLAIN)

Name = Annotated[str, typer.Argument(metavar="NAME")]


@app.command()
@options.filtered
@options.beside("json", "quiet")
def save(
    context: typer.Context,
    name: Name,
    filters: options.Filters,
    everything: options.All = False,
    sort: options.Sort = None,
    columns: options.Columns = None,
    dry_run: options.DryRun = False,
) -> Any:
    """Give filters, an order and columns a name: `leadctl list @name` has them all."""
    leadctl = options.app_of(context)
    store = leadctl.store
    name = views.checked_name(name)
    written = {key: value for key, value in filters._asdict().items() if value}
    if based_on := written.pop("view", None):
        joined = [based_on, f"({filters.where})"] if filters.where else [based_on]
        written["where"] = " and ".join(joined)
    if everything:
        written["all"] = True
    if not (written or sort or columns):
        raise UsageError("a view needs a filter", f'leadctl view save {name} --where "score > 70"')
    views.refuse_circle(store, name, written.get("where"))
    wanted = lead_filter(leadctl, filters, everything=True)
    order_by(sort, leadctl.fields)
    for column in columns.split(",") if columns else []:
        check_column(column.strip().lower(), leadctl.fields)
    there = view_or_none(store, name)
    view = View(0, there.name if there else name, written, sort, columns)
    with store.operation(f"view save {name}", dry_run=dry_run) as op:
        changed = views.save(op, there, view)
        op.count("updated" if there else "created", int(changed))
    leads = store.count_leads(wanted)
    return Answer(
        {
            "operation": op.saved,
            "dry_run": dry_run,
            "created": int(there is None),
            "updated": int(changed and there is not None),
            "unchanged": int(not changed),
            "name": view.name,
            "leads": leads,
        },
        [f"@{view.name} {said(there is None, changed, dry_run)}: {leads:,} leads now"],
        next=[
            *next_steps(op.saved),
            f"use: leadctl list @{view.name}",
        ],
    )


def said(new: bool, changed: bool, dry_run: bool) -> str:
    """Return what was done with a view."""
    if not changed:
        return "stays as it is"
    done = "saved" if new else "changed"
    return f"would be {done}" if dry_run else done


def view_or_none(store: Any, name: str) -> View | None:
    """Return the view of this name, None if there is none."""
    try:
        return views.find(store, name)
    except NotFoundError:
        return None


@app.command(name="list")
@options.beside("json", "format", "quiet")
def list_(
    context: typer.Context,
) -> Any:
    """The views, and what each was saved with."""
    leadctl = options.app_of(context)
    return Listing(
        [
            {
                "id": view.id,
                "name": view.name,
                "options": as_options(view),
                "filters": view.filters,
                "sort": view.sort,
                "columns": view.columns,
            }
            for view in views.every(leadctl.store)
        ],
        [
            Column("name", "view", keep=9, show=lambda name, _: f"@{name}"),
            Column("options", "stands for", keep=9, wraps=True),
        ],
        columns_in_pipe=("name", "options"),
        empty='no views yet: leadctl view save hot --where "score > 70"',
    )


def as_options(view: View) -> str:
    """Return what a view was saved with, as one writes it in a shell."""
    words: list[str] = []
    for name, value in {**view.filters, "sort": view.sort, "columns": view.columns}.items():
        for each in value if isinstance(value, list) else [value] if value else []:
            words += [f"--{name}"] if each is True else [f"--{name}", shlex.quote(str(each))]
    return " ".join(words)


@app.command()
@options.beside("json", "quiet")
def remove(
    context: typer.Context,
    name: Name,
    dry_run: options.DryRun = False,
) -> Any:
    """Remove a view; the leads stay as they are."""
    store = options.app_of(context).store
    view = views.find(store, name)
    users = [
        f"@{each.name}"
        for each in views.every(store)
        if view.name.casefold() in map(str.casefold, views.used_in(each.filters.get("where") or ""))
    ]
    with store.operation(f"view remove {view.name}", dry_run=dry_run) as op:
        views.remove(op, view)
        op.count("removed")
    return Answer(
        {"operation": op.saved, "dry_run": dry_run, "removed": 1, "name": view.name},
        [f"@{view.name} {'would be removed' if dry_run else 'removed'}"],
        notes=[f"{', '.join(users)} used it, and cannot do without"] if users else [],
        next=next_steps(op.saved),
    )
