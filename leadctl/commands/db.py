"""leadctl db: is the database sound, and a copy of it."""

from __future__ import annotations

import shlex
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadctl import doctor as doctors
from leadctl import options
from leadctl.errors import BadDataError, NotFoundError
from leadctl.results import Answer
from leadctl.wording import count_of, file_size

if TYPE_CHECKING:
    from leadctl.app import App

app = typer.Typer(**options.PLAIN)


@app.callback()
def db() -> None:
    """The database file: is it sound, and a copy of it."""


@app.command()
@options.beside("json", "quiet")
def doctor(
    context: typer.Context,
    fix: Annotated[
        bool, typer.Option("--fix", help="Rebuild what is derived; facts stay as they are.")
    ] = False,
) -> Any:
    """Check that the database is sound: each finding with its next step, and exit code 6."""
    leadctl = options.app_of(context)
    store = leadctl.store
    notes = cut_off(leadctl)
    if not store.exists():
        notes.append(f"there is no database yet: {store.path}")
    zone, findings = examine(leadctl)
    mended, saved = doctors.Mended(0, 0), None
    if fix and any(finding.next == doctors.FIX for finding in findings):
        with store.operation("db doctor --fix", decided_by="machine", undoable=False) as op:
            mended = doctors.mend(store, op, zone)
            op.count("match keys", mended.match_keys)
            op.count("scores", mended.scores)
            op.count("unowned", mended.unowned)
            op.count("days", mended.days)
            op.count("moves", mended.moves)
            op.wrote = True
        saved = op.saved
        notes.append(f"made again from the facts: {mended_in_words(mended)}")
        _, findings = examine(leadctl)
    there = None if findings else doctors.figures(store)
    return Answer(
        {
            "operation": saved,
            "dry_run": False,
            "sound": not findings,
            "findings": [finding._asdict() for finding in findings],
            "mended": mended._asdict(),
            **(there._asdict() if there else {}),
        },
        [in_words(there)] if there else [f"{found.message} · {found.next}" for found in findings],
        notes=notes,
        exit_code=6 if findings else 0,
    )


@app.command()
@options.beside("json", "quiet")
def backup(
    context: typer.Context,
    file: Annotated[
        str | None, typer.Argument(metavar="[FILE]", help="Default: beside the database.")
    ] = None,
) -> Any:
    """Copy the whole database as of this moment, also while another command writes."""
    leadctl = options.app_of(context)
    store = leadctl.store
    if not store.exists():
        raise NotFoundError(f"there is no database yet: {store.path}", "leadctl where")
    now = leadctl.now().astimezone(leadctl.settings.zone)
    named = f"{store.path.stem}-{now:%Y-%m-%dT%H%M%S}.db"
    target = Path(file).expanduser() if file else store.path.with_name(named)
    store.backup(target)
    copied = target.stat().st_size
    return Answer(
        {"file": str(target), "bytes": copied},
        [f"backup: {target} ({file_size(copied)})"],
        next=[f"look: leadctl --db {shlex.quote(str(target))} list"],
    )


def examine(leadctl: App) -> tuple[tzinfo | None, list[doctors.Finding]]:
    """Return the zone, and what is wrong with the database and with leadctl.toml.

    There is no zone where the configuration cannot be read.
    """
    findings = []
    zone: tzinfo | None = None
    try:
        zone = leadctl.strict_settings.zone
    except BadDataError as error:
        findings.append(doctors.Finding("configuration", error.message, error.hint or ""))
    return zone, [*findings, *doctors.examine(leadctl.store, zone)]


def cut_off(leadctl: App) -> list[str]:
    """Open the database and say so if a command had died while it wrote."""
    if leadctl.store.was_cut_off():
        return ["a command was cut off while it wrote: what it had not finished is taken back"]
    return []


def in_words(there: doctors.Figures) -> str:
    """Return that a database is sound, and how much there is in it."""
    leads, operations = count_of(there.leads, "lead"), count_of(there.operations, "operation")
    return f"the database is sound: {leads}, {operations}, schema {there.schema}"


def mended_in_words(mended: doctors.Mended) -> str:
    """Return what was rebuilt."""
    return ", ".join(
        (
            count_of(mended.match_keys, "match key"),
            count_of(mended.scores, "score row"),
            count_of(mended.unowned, "lead of nobody", "leads of nobody"),
            count_of(mended.days, "day"),
            count_of(mended.moves, "log of moves", "logs of moves"),
        )
    )
