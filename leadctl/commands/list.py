"""leadctl list: the leads to be worked, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from leadctl import lead_table, options, record_table
from leadctl.lead_view import RecordFilter
from leadctl.record_table import Page
from leadctl.results import Listing
from leadctl.selecting import chosen_view, lead_filter

if TYPE_CHECKING:
    from leadctl.app import App

app = typer.Typer(**options.PLAIN)
PAGE = 50
NONE_WANTED = "--limit 0 shows no {}; leave it out for all of them"
TABLES = {"lead": lead_table.LEADS, **record_table.TABLES}


@app.command()
@options.filtered
@options.beside("json", "format", "quiet")
def list_(
    context: typer.Context,
    filters: options.Filters,
    everything: options.All = False,
    sort: options.Sort = None,
    columns: options.Columns = None,
    limit: options.Limit = None,
    after: options.After = None,
) -> Any:
    """Leads to be worked, newest first: 50 on a terminal, all of them in a pipe."""
    leadctl = options.app_of(context)
    wanted = lead_filter(leadctl, filters, everything=everything)
    if saved := chosen_view(leadctl, filters):
        sort, columns = sort or saved.sort, columns or saved.columns
    return listed(context, "lead", wanted, sort, columns, limit, after)


def listed(
    context: typer.Context,
    kind: str,
    wanted: RecordFilter,
    sort: str | None,
    columns: str | None,
    limit: int | None,
    after: int | None,
) -> Listing:
    """Return a page of records: 50 on a terminal, all of them in a pipe."""
    leadctl = options.app_of(context)
    output, table = leadctl.output, TABLES[kind]
    if limit is None and output.for_people:
        limit = PAGE
    chosen, fields = asked_columns(leadctl, kind, columns)
    order = leadctl.store.view(kind).order(sort)
    rows = leadctl.store.page(kind, wanted, order, limit=limit, after=after, columns=fields)
    below = None
    if output.for_people and rows:
        again = options.as_written(context, "after", "format")
        below = table.footer(leadctl, Page(wanted, rows, limit, after is None, again))
    return Listing(
        rows=rows,
        columns=record_table.chosen(kind, chosen) if chosen else table.columns(leadctl),
        columns_in_pipe=fields,
        footer=below,
        empty=""
        if rows
        else NONE_WANTED.format(kind)
        if limit == 0
        else table.empty(leadctl, wanted),
        first_line=() if chosen else table.first_line,
    )


def asked_columns(
    leadctl: App, kind: str, columns: str | None
) -> tuple[list[str] | None, tuple[str, ...]]:
    """Return the columns that somebody chose, None if nobody did, and the fields that are read.

    Raises UsageError for a column that there is not.
    """
    output, view, table = leadctl.output, leadctl.store.view(kind), TABLES[kind]
    chosen = [name.strip().lower() for name in columns.split(",")] if columns else None
    for name in chosen or []:
        view.check(name)
    if output.as_json or output.format == "ids":
        fields = view.in_json if chosen is None else ("id", *(n for n in chosen if n != "id"))
    else:
        fields = tuple(chosen or (table.fields if output.for_people else table.in_pipe))
    return chosen, fields
