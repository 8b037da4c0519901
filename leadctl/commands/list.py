"""leadctl list: the leads to be worked, newest first."""

from __future__ import annotations

from typing import Any

import typer

from leadctl import lead_table, options
from leadctl.lead_view import JSON_COLUMNS, check_column, order_by
from leadctl.results import Listing
from leadctl.selecting import lead_filter

app = typer.Typer(**options.PLAIN)
PAGE = 50
NONE_WANTED = "--limit 0 shows no lead; leave it out for all of them"


@app.command()
@options.filtered
def list_(
    context: typer.Context,
    filters: options.Filters,
    everything: options.All = False,
    sort: options.Sort = None,
    columns: options.Columns = None,
    limit: options.Limit = None,
    after: options.After = None,
    json: options.Json = False,
    format: options.Format = None,
    quiet: options.Quiet = False,
) -> Any:
    """Leads to be worked, newest first: 50 on a terminal, all of them in a pipe."""
    leadctl = options.app_of(context)
    wanted = lead_filter(leadctl, filters, everything=everything)
    output = leadctl.output
    if limit is None and output.for_people:
        limit = PAGE
    chosen = [name.strip().lower() for name in columns.split(",")] if columns else None
    for name in chosen or []:
        check_column(name)
    if output.as_json or output.format == "ids":
        fields = JSON_COLUMNS if chosen is None else ("id", *(n for n in chosen if n != "id"))
    else:
        fields = tuple(chosen or (lead_table.TABLE if output.for_people else lead_table.PIPE))
    rows = leadctl.store.leads(wanted, order_by(sort), limit=limit, after=after, columns=fields)
    below = None
    if output.for_people and rows:
        again = options.as_written(context, "after", "format")
        below = lead_table.footer(
            leadctl, wanted, rows, limit, first_page=after is None, command=again
        )
    return Listing(
        rows=rows,
        columns=lead_table.for_people(leadctl, chosen),
        columns_in_pipe=fields,
        footer=below,
        empty="" if rows else NONE_WANTED if limit == 0 else lead_table.empty(leadctl, wanted),
        first_line=() if chosen else lead_table.FIRST_LINE,
    )
