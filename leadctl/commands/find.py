"""leadctl find: leads by the beginnings of their words, whatever their status."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from leadctl import options, record_table, searching
from leadctl.commands.list import PAGE, TABLES, asked_columns
from leadctl.fields import KINDS
from leadctl.lead_view import RecordFilter
from leadctl.results import Listing
from leadctl.wording import count_of

app = typer.Typer(**options.PLAIN)

Text = Annotated[
    list[str], typer.Argument(metavar="TEXT…", help="Words, or parts of an email or a telephone.")
]


@app.command()
@options.beside("json", "format", "quiet")
def find(
    context: typer.Context,
    text: Text,
    columns: options.Columns = None,
    limit: options.Limit = None,
) -> Any:
    """Find leads by words of name, company, email, telephone: `leadctl find zoe kiln`."""
    return found(context, "lead", text, columns, limit, elsewhere=True)


def found(
    context: typer.Context,
    kind: str,
    text: Sequence[str],
    columns: str | None,
    limit: int | None,
    *,
    elsewhere: bool = False,
) -> Listing:
    """Return the records of a kind that have all the words, the newest first.

    With `elsewhere` a person is told of other kinds of records that have them too.
    """
    leadctl = options.app_of(context)
    output, table = leadctl.output, TABLES[kind]
    if limit is None and output.for_people:
        limit = PAGE
    chosen, fields = asked_columns(leadctl, kind, columns)
    words = " ".join(text)
    ids = searching.find(leadctl.store, kind, words, limit)
    rows = leadctl.store.page(kind, RecordFilter(ids=tuple(ids)), columns=fields) if ids else []
    others = _elsewhere(leadctl, kind, words) if elsewhere and output.for_people else []
    full = limit is not None and len(rows) >= limit > 0
    said = f"the {limit} newest; --limit {limit * 10} for more" if full and limit else None
    here = said or count_of(len(rows), kind, KINDS[kind])
    return Listing(
        rows=rows,
        columns=record_table.chosen(kind, chosen) if chosen else table.columns(leadctl),
        columns_in_pipe=fields,
        footer=" · ".join([here, *others]) if output.for_people else None,
        empty=" · ".join([f"no {kind} found", *(others or [f"all: {_all_of(kind)}"])]),
        first_line=() if chosen else table.first_line,
    )


def _all_of(kind: str) -> str:
    return "leadctl list --all" if kind == "lead" else f"leadctl {kind} list"


def _elsewhere(leadctl: Any, kind: str, words: str) -> list[str]:
    """Return what was found among the other kinds of records, and how to see it."""
    said = []
    for other in searching.SEARCHED:
        number = len(searching.find(leadctl.store, other, words, 10)) if other != kind else 0
        if number:
            many = f"{'10 or more ' if number == 10 else f'{number} '}{other}{'s' * (number > 1)}"
            said.append(f"{many}: leadctl {other} find {shlex.quote(words)}")
    return said
