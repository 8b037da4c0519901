"""leadctl import: rows of files become leads, nothing twice."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from leadctl import options
from leadctl.errors import UsageError
from leadctl.importing import report, run
from leadctl.importing.choices import DATES, ON_CONTACT, POLICIES, RECORDS, Choices

app = typer.Typer(**options.PLAIN)
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "pipe": "|"}


@app.command("import")
@options.beside("json", "quiet", "no_input")
def import_(
    context: typer.Context,
    files: Annotated[list[str], typer.Argument(metavar="FILE…")],
    map_: Annotated[
        list[str] | None,
        typer.Option(
            "--map", help='"Header=field"; repeat. extra keeps it aside, a blank drops it.'
        ),
    ] = None,
    map_value: Annotated[
        list[str] | None,
        typer.Option("--map-value", help='"status:hot=Qualified" reads a word as another; repeat.'),
    ] = None,
    preset: Annotated[
        str | None,
        typer.Option("--preset", help="Whose export it is, such as hubspot; none for nobody's."),
    ] = None,
    save_mapping: Annotated[
        bool, typer.Option("--save-mapping", help="Remember the mapping for files like this.")
    ] = False,
    as_: Annotated[
        str, typer.Option("--as", help="leads, contacts, accounts, deals, activities, tasks, …")
    ] = "leads",
    on_duplicate: Annotated[
        str,
        typer.Option("--on-duplicate", help="fill blanks, skip, overwrite, create anyway, or ask."),
    ] = "fill",
    on_contact: Annotated[
        str,
        typer.Option(
            "--on-contact", help="Of people who are contacts: skip, note an activity, or create."
        ),
    ] = "skip",
    source: Annotated[
        str | None, typer.Option("--source", help="Source of rows that name none.")
    ] = None,
    system: Annotated[
        str | None, typer.Option("--system", help="The system that external ids belong to.")
    ] = None,
    dates: Annotated[
        str | None, typer.Option("--dates", help="What 03/04/2026 is: dmy, mdy; or iso only.")
    ] = None,
    country: Annotated[
        str | None, typer.Option("--country", help="Country of phone numbers without one: DE.")
    ] = None,
    delimiter: Annotated[
        str | None, typer.Option("--delimiter", help="comma, semicolon, tab or pipe.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option("--encoding", help="Such as cp1252 or utf-16.")
    ] = None,
    quotes: Annotated[
        str | None,
        typer.Option("--quotes", help="How a quote stands inside quotes: doubled or backslash."),
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
    archive: Annotated[
        Path | None, typer.Option("--archive", help="Folder that a file goes to when it is done.")
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Import nothing if one row is rejected.")
    ] = False,
    dry_run: options.DryRun = False,
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
        quotes=quotes,
        format=format_,
        sheet=sheet,
        rejects=rejects,
        strict=strict,
        rejects_ok=rejects_ok,
        dry_run=dry_run,
        preset=preset_name(preset),
        values=chosen_words(map_value or []),
        save_mapping=save_mapping,
        dates=one_of(dates, DATES, "--dates"),
        kind=RECORDS[one_of(as_, RECORDS, "--as") or "leads"],
        archive=archive,
        country=country_code(country),
        on_contact=one_of(on_contact, ON_CONTACT, "--on-contact") or "skip",
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


def chosen_words(written: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return field -> word of the file -> word to read instead of the `--map-value` words.

    A word is without case; instead of it may stand nothing. UsageError for one of another form.
    """
    chosen: dict[str, dict[str, str]] = {}
    for each in written:
        field, colon, words = each.partition(":")
        word, equals, ours = words.rpartition("=")
        if not colon or not equals or not field.strip() or not word.strip():
            raise UsageError(
                f"--map-value {each!r} is not field:word=our word",
                'write --map-value "status:hot=Qualified"',
            )
        chosen.setdefault(field.strip().lower(), {})[word.strip().casefold()] = ours.strip()
    return chosen


def preset_name(written: str | None) -> str | None:
    """Return the name of a preset; UsageError if there is none of that name."""
    from leadctl.importing import presets

    return one_of(written, presets.names(), "--preset")


def one_of(written: str | None, known: Collection[str], option: str) -> str | None:
    """Return a word of an option in lower case, None if it is not given; UsageError if unknown."""
    if written is None or written.lower() in known:
        return written.lower() if written else None
    raise UsageError(f"{option} {written!r} is unknown", f"one of: {', '.join(known)}")


def country_code(written: str | None) -> str | None:
    """Return a country's two letters; UsageError for anything else."""
    code = written.strip().upper() if written is not None else None
    if code is not None and not (len(code) == 2 and code.isascii() and code.isalpha()):
        raise UsageError(f"--country {written!r} is no country", "two letters, such as DE")
    return code


def policy(name: str) -> str:
    """Return the name of a policy for duplicates; UsageError if there is none of that name."""
    if name not in POLICIES:
        known = ", ".join(POLICIES)
        raise UsageError(f"--on-duplicate {name!r} is unknown", f"one of: {known}")
    return name
