"""leadctl add: one record, with a word about duplicates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadctl import matching, options
from leadctl.changing import check_identity, whole_change
from leadctl.commands.edit import verb_of
from leadctl.editing import split_words, stored_values
from leadctl.errors import ConflictError
from leadctl.finding import find
from leadctl.results import Answer, next_steps
from leadctl.wording import a_or_an, label, name_of

if TYPE_CHECKING:
    from leadctl.app import App
    from leadctl.store import Store

app = typer.Typer(**options.PLAIN)


@app.command()
@options.beside("json", "format", "quiet", "no_input")
def add(
    context: typer.Context,
    words: Annotated[
        list[str], typer.Argument(metavar="[NAME] field=value…", help="Zoë Núñez company='Kiln AG'")
    ],
    yes: options.Yes = False,
    dry_run: options.DryRun = False,
) -> Any:
    """Add one lead: `leadctl add Zoë Núñez email=zoe@creme.example company="Crème & Fils"`."""
    return added(options.app_of(context), "lead", words, yes=yes, dry_run=dry_run)


def added(
    leadctl: App, kind: str, words: Sequence[str], *, yes: bool = False, dry_run: bool = False
) -> Answer:
    """Add one record of a kind; at a terminal it asks first where one looks alike."""
    store = leadctl.store
    name, fields = split_words(words)
    if name:
        fields = {"name": " ".join(name), **fields}
    values = {k: v for k, v in stored_values(leadctl, fields, kind).items() if v is not None}
    check_identity(kind, values)
    asked = look_alike(store, kind, values) if leadctl.asking and store.exists() else {}
    if asked and not (yes or dry_run):
        leadctl.output.say(in_words(kind, asked))
        if not leadctl.prompts.confirm("Add it all the same?", default=False):
            return Answer({"operation": None, "dry_run": False, "id": None}, ["left out"])
    with store.operation(verb_of(kind, "add").removeprefix("leadctl "), dry_run=dry_run) as op:
        duplicates = look_alike(store, kind, values)
        if leadctl.asking and duplicates.keys() - asked.keys():
            raise ConflictError(
                f"{a_or_an(kind)} that looks like this one was added meanwhile", "try again"
            )
        born = {"created_at": op.now, "created_day": leadctl.today()}
        whole = {**born, **new_record(leadctl, kind, values, op.now)}
        record = op.create(kind, [whole])[0]
        op.count("created")
        row = store.one(kind, record, store.view(kind).in_json)
    done = "would be added" if dry_run else "added"
    what = f"{kind} {label(kind, record)}"
    called = (row.get("name") or name_of(row), row.get("company") or row.get("account"))
    return Answer(
        {"operation": op.saved, "dry_run": dry_run, **row, "duplicates": list(duplicates)},
        [f"{what} {done}: " + " · ".join(filter(None, called))],
        notes=[in_words(kind, duplicates)] if duplicates and not leadctl.asking else [],
        next=next_steps(op.saved, f"look: leadctl show {label(kind, record)}"),
    )


def new_record(leadctl: App, kind: str, values: dict[str, Any], now: str) -> dict[str, Any]:
    """Return what a new record says, with what it takes where nobody says it."""
    if kind == "lead":
        return {"status": leadctl.settings.first_status, **values}
    if kind == "deal":
        values = {"stage": next(iter(leadctl.settings.stages)), **values}
    values = whole_change(leadctl, kind, {}, values, now)
    if kind == "deal" and not values.get("name"):
        # As with deals of a file: it is called like whom it is with.
        for column, of in (("account_id", "account"), ("contact_id", "contact")):
            whose = leadctl.store.record(of, values[column]) if values.get(column) else None
            if whose and (called := whose.get("name") or name_of(whose)):
                return {**values, "name": called}
    return values


def look_alike(store: Store, kind: str, values: dict[str, Any]) -> dict[int, str]:
    """Return the records that share a key with these values -> which key, in words.

    Raises ConflictError where the external id is taken.
    """
    if kind != "lead":
        return _others_alike(store, kind, values)
    found: dict[int, str] = {}
    for _, key, lead, _ in matching.candidates(
        store, [matching.wanted(values, matching.keys("lead", values))]
    ):
        if matching.MATCHED_BY[key] == "external id":
            raise ConflictError(f"lead {lead} has this external id", f"leadctl edit {lead} …")
        found.setdefault(lead, matching.MATCHED_BY[key])
    return found


_IN_WORDS = {
    "person": "name and account", "phone": "phone and name", "company": "name",
    "company of domain": "name and domain", "name of lead": "name and lead",
    "name of account": "name and account",
}  # fmt: skip


def _others_alike(store: Store, kind: str, values: dict[str, Any]) -> dict[int, str]:
    """Return what `look_alike` does of a contact, account or deal: by what an import knows it by."""
    from leadctl.importing.kinds import SPECS

    if external := matching.external_key(values):
        taken = find(store, kind, "external", [external])[0]
        if taken:
            named = label(kind, taken[0])
            raise ConflictError(f"{kind} {named} has this external id", f"leadctl edit {named} …")
    found: dict[int, str] = {}
    for how, wanted, within in SPECS[kind].keys(values):
        for record in find(store, kind, how, [(wanted, within)])[0]:
            found.setdefault(record, _IN_WORDS.get(how, how))
    return found


def in_words(kind: str, duplicates: dict[int, str]) -> str:
    """Return `looks like lead 42 (same email)`."""
    each = [f"{kind} {label(kind, of)} (same {key})" for of, key in list(duplicates.items())[:5]]
    return "looks like " + ", ".join(each)
