"""leadctl import: rows of files become leads, nothing twice."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from leadctl import options
from leadctl.errors import UsageError
from leadctl.importing import report, run
from leadctl.importing.choices import POLICIES, Choices

app = typer.Typer(**options.PLAIN)
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "pipe": "|"}


@app.command("import")
def import_(
    context: typer.Context,
    files: Annotated[list[str], typer.Argument(metavar="FILE…")],
    map_: Annotated[
        list[str] | None,
        typer.Option(
            "--map", help='"Header=field"; repeat. extra keeps it aside, a blank drops it.'
        ),
    ] = None,
    on_duplicate: Annotated[
        str, typer.Option("--on-duplicate", help="fill blanks, skip, overwrite, or create anyway.")
    ] = "fill",
    source: Annotated[
        str | None, typer.Option("--source", help="Source of rows that name none.")
    ] = None,
    system: Annotated[
        str | None, typer.Option("--system", help="The system that external ids belong to.")
    ] = None,
    delimiter: Annotated[
        str | None, typer.Option("--delimiter", help="comma, semicolon, tab or pipe.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option("--encoding", help="Such as cp1252 or utf-16.")
    ] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", help="Sheet of a workbook.")] = None,
    format_: Annotated[
        str | None,
        typer.Option("--format", help="csv, tsv, json, jsonl, form, vcard or xlsx, if in doubt."),
    ] = None,
    rejects: Annotated[
        Path | None, typer.Option("--rejects", help="Where rejected rows go, to be mended.")
    ] = None,
    rejects_ok: Annotated[
        bool, typer.Option("--rejects-ok", help="Exit 0 although rows are rejected.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Import nothing if one row is rejected.")
    ] = False,
    dry_run: options.DryRun = False,
    json: options.Json = False,
    quiet: options.Quiet = False,
    no_input: options.NoInput = False,
) -> Any:
    """Read leads from files: CSV, XLSX, JSON, vCards, forms; `-` is standard input.

    Every row ends created, updated, unchanged, skipped or rejected.
    """
    leadctl = options.app_of(context)
    choices = Choices(
        map=chosen_fields(map_ or []),
        policy=policy(on_duplicate),
        source=source,
        system=system,
        delimiter=DELIMITERS.get(delimiter.lower(), delimiter) if delimiter else None,
        encoding=encoding,
        format=format_,
        sheet=sheet,
        rejects=rejects,
        strict=strict,
        rejects_ok=rejects_ok,
        dry_run=dry_run,
    )
    done = run.import_files(leadctl, files, choices)
    return report.answer(done, for_people=leadctl.output.for_people)


def chosen_fields(words: Iterable[str]) -> dict[str, str]:
    """Return header -> field of the `--map` words; UsageError for one without `=`."""
    chosen = {}
    for word in words:
        header, equals, field = word.rpartition("=")
        if not equals or not header.strip():
            raise UsageError(f"--map {word!r} has no =", 'write --map "Header=field"')
        chosen[header.strip()] = field.strip().lower()
    return chosen


def policy(name: str) -> str:
    """Return the name of a policy for duplicates; UsageError if there is none of that name."""
    if name not in POLICIES:
        known = ", ".join(POLICIES)
        raise UsageError(f"--on-duplicate {name!r} is unknown", f"one of: {known}")
    return name
