"""leadctl export: leads and other records for spreadsheets, phones, scripts and other CRMs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadctl import exporting, options
from leadctl.fields import KINDS
from leadctl.lead_table import empty
from leadctl.results import Answer
from leadctl.selecting import chosen_view, lead_filter
from leadctl.wording import count_of

if TYPE_CHECKING:
    from leadctl.app import App

app = typer.Typer(**options.PLAIN)


@app.command()
@options.filtered
@options.beside("quiet")
def export(
    context: typer.Context,
    filters: options.Filters,
    as_: Annotated[
        str, typer.Option("--as", help="leads, contacts, accounts, deals or activities.")
    ] = "leads",
    sort: options.Sort = None,
    columns: options.Columns = None,
    preset: Annotated[
        str | None, typer.Option("--preset", help="Columns of zoho, salesforce or hubspot.")
    ] = None,
    format: Annotated[
        str | None,
        typer.Option(
            "--format", help="csv, tsv, xlsx, json, jsonl or vcard; else by the file's ending."
        ),
    ] = None,
    output: Annotated[
        str | None, typer.Option("--output", help="The file to write; it replaces one there.")
    ] = None,
    raw: Annotated[
        bool, typer.Option("--raw", help="Leave cells as they are that look like formulas.")
    ] = False,
    json: options.Json = False,
) -> Any:
    """All leads, converted, lost and junk too, or those of a filter; CSV unless said otherwise."""
    leadctl = options.app_of(context)
    file = Path(output).expanduser() if output and output != "-" else None
    records = exporting.chosen_records(as_, leadctl.fields, beside=filters.view)
    if (view := chosen_view(leadctl, filters)) and records.kind == "lead":
        sort, columns = sort or view.sort, columns or (None if preset else view.columns)
    shape = exporting.chosen_format(format, file, json=json)
    choices = exporting.Choices(
        records,
        lead_filter(leadctl, filters, everything=True),
        records.order(sort),
        shape,
        exporting.chosen_columns(records, shape, columns=columns, preset=preset),
        raw,
        leadctl.settings.zone,
        exporting.required(records, preset),
    )
    if file is None:
        made = exporting.Export(leadctl.store, choices)
        exporting.to_stdout(made, leadctl.output)
        for note in notes(leadctl, made):
            leadctl.output.note(note)
        return None
    leadctl.keep_our_own(file, "--output")
    kind = KINDS[records.kind]
    with leadctl.output.progress(file.name, unit=kind) as progress:
        made = exporting.Export(leadctl.store, choices, progress.at)
        exporting.to_file(made, file)
    return Answer(
        {"file": str(file), "format": shape, kind: made.rows},
        [f"{count_of(made.rows, records.kind, kind)} → {file}"],
        notes=notes(leadctl, made),
    )


def notes(leadctl: App, made: exporting.Export) -> list[str]:
    """Return what a person should know about an export."""
    if not made.rows and made.choices.format not in exporting.JSON:
        kind = made.choices.records.kind
        return [empty(leadctl, made.choices.wanted) if kind == "lead" else f"no such {kind}"]
    said = []
    if made.formulas:
        cells = count_of(made.formulas, "cell looks", "cells look")
        said.append(f"{cells} like a formula and got an apostrophe in front (--raw leaves it out)")
    for header, number in made.lacking.items():
        kind = made.choices.records.kind
        rows = count_of(number, f"{kind} has", f"{KINDS[kind]} have")
        said.append(f"{rows} no {header}, without which it is refused there")
    return said
