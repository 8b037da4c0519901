"""leadctl tag: words of your own on leads, contacts, accounts and deals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadctl import options
from leadctl.commands.edit import counts, to_change
from leadctl.errors import UsageError
from leadctl.ids import kind_of_all, names_and_rest, record_ids, typed
from leadctl.results import Answer, next_steps
from leadctl.values import tags
from leadctl.wording import count_of, label

if TYPE_CHECKING:
    from leadctl.app import App

app = typer.Typer(**options.PLAIN)

Words = Annotated[list[str], typer.Argument(metavar="ID… TAG…", help="42 c12 … vip, hot")]


@app.command()
@options.beside("json", "format", "quiet")
def tag(
    context: typer.Context,
    words: Words,
    dry_run: options.DryRun = False,
) -> Any:
    """Put tags on records: `leadctl tag 42 43 vip`, several with commas: `vip, hot`."""
    return tagged(options.app_of(context), words, adding=True, dry_run=dry_run)


def tagged(leadctl: App, words: Sequence[str], *, adding: bool, dry_run: bool) -> Answer:
    """Put tags on records of one kind, or take them off, and say on how many."""
    verb = "tag" if adding else "untag"
    names, text = names_and_rest(words)
    wanted = (tags(text) or "").split(", ")
    if not names or not wanted[0]:
        raise UsageError(f"{verb} needs ids, then a tag", f"leadctl {verb} 42 vip")
    written = typed(leadctl, names)
    kind = kind_of_all(written)
    ids = record_ids(leadctl, kind, written)
    if not ids:
        return Answer(counts(None, dry_run, []), notes=[f"no {kind} to {verb}; nothing done"])
    named = " ".join(label(kind, record) for record in ids[:5])
    command = f"{verb} {named} …"
    with leadctl.store.operation(command, dry_run=dry_run, records=len(ids)) as op:
        rows, left = to_change(kind, ids, leadctl.store.records(kind, ids))
        changed = op.update(
            kind, [(row["id"], {"tags": _after(row["tags"], wanted, adding)}) for row in rows]
        )
        op.count("updated", changed)
    said = f"{count_of(changed, kind)} {'would be ' * dry_run}{verb}ged: {', '.join(wanted)}"
    unchanged = len(rows) - changed
    return Answer(
        {**counts(op.saved, dry_run, ids), "changed": changed, "unchanged": unchanged,
         "skipped": len(left)},
        [said + (f", {unchanged:,} as before" if unchanged else "")],
        notes=left[:5],
        next=next_steps(op.saved),
        exit_code=3 if left else 0,
    )  # fmt: skip


def _after(present: str | None, wanted: Sequence[str], adding: bool) -> str | None:
    """Return the tags of a record afterwards; case does not tell them apart."""
    there = present.split(", ") if present else []
    meant = {word.casefold() for word in wanted}
    if adding:
        known = {word.casefold() for word in there}
        return ", ".join([*there, *(word for word in wanted if word.casefold() not in known)])
    return ", ".join(word for word in there if word.casefold() not in meant) or None
