"""leadctl add: one lead, with a word about duplicates."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from leadctl import matching, options
from leadctl.editing import IDENTITY, split_words, stored_values
from leadctl.errors import ConflictError, UsageError
from leadctl.lead_view import JSON_COLUMNS
from leadctl.results import Answer
from leadctl.wording import name_of

app = typer.Typer(**options.PLAIN)


@app.command()
def add(
    context: typer.Context,
    words: Annotated[
        list[str], typer.Argument(metavar="[NAME] field=value…", help="Zoë Núñez company='Kiln AG'")
    ],
    yes: options.Yes = False,
    dry_run: options.DryRun = False,
    json: options.Json = False,
    format: options.Format = None,
    quiet: options.Quiet = False,
    no_input: options.NoInput = False,
) -> Any:
    """Add one lead: `leadctl add Zoë Núñez email=zoe@creme.example company="Crème & Fils"`."""
    leadctl = options.app_of(context)
    store = leadctl.store
    name, fields = split_words(words)
    if name:
        fields = {"name": " ".join(name), **fields}
    values = {k: v for k, v in stored_values(leadctl, fields).items() if v is not None}
    if not any(field in values for field in IDENTITY):
        raise UsageError(
            "a lead needs a name, a company, an email, a phone or an external id",
            "leadctl add NAME field=value",
        )
    asked = look_alike(store, values) if leadctl.asking and store.exists() else {}
    if asked and not (yes or dry_run):
        leadctl.output.say(in_words(asked))
        if not leadctl.prompts.confirm("Add it all the same?", default=False):
            return Answer({"operation": None, "dry_run": False, "id": None}, ["left out"])
    with store.operation("add", dry_run=dry_run) as op:
        duplicates = look_alike(store, values)
        if leadctl.asking and duplicates.keys() - asked.keys():
            raise ConflictError("a lead that looks like this one was added meanwhile", "try again")
        values = {
            "status": leadctl.settings.first_status,
            "created_at": op.now,
            "created_day": leadctl.today(),
            **values,
        }
        lead = op.create("lead", [values])[0]
        op.count("created")
        row = store.lead(lead, JSON_COLUMNS)
    done = "would be added" if dry_run else "added"
    return Answer(
        {"operation": op.saved, "dry_run": dry_run, **row, "duplicates": list(duplicates)},
        [f"lead {lead} {done}: " + " · ".join(filter(None, (name_of(row), row["company"])))],
        notes=[in_words(duplicates)] if duplicates and not leadctl.asking else [],
        next=[f"undo: leadctl undo {op.saved}", f"look: leadctl show {lead}"] if op.saved else [],
    )


def look_alike(store: Any, values: dict[str, Any]) -> dict[int, str]:
    """Return the leads that share a key with these values -> which key, in words.

    Raises ConflictError where the external id is taken.
    """
    found: dict[int, str] = {}
    for _, key, lead in matching.candidates(
        store, [matching.wanted(values, matching.keys("lead", values))]
    ):
        if matching.MATCHED_BY[key] == "external id":
            raise ConflictError(f"lead {lead} has this external id", f"leadctl edit {lead} …")
        found.setdefault(lead, matching.MATCHED_BY[key])
    return found


def in_words(duplicates: dict[int, str]) -> str:
    """Return `looks like lead 42 (same email)`."""
    each = [f"lead {lead} (same {key})" for lead, key in list(duplicates.items())[:5]]
    return "looks like " + ", ".join(each)
