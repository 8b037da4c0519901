"""leadctl move: leads, or deals, to another status or stage."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from leadctl import options
from leadctl.commands.edit import Asked, edited
from leadctl.errors import UsageError
from leadctl.ids import kind_of_all, names_and_rest, typed

app = typer.Typer(**options.PLAIN)


@app.command()
@options.beside("json", "format", "quiet", "no_input")
def move(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="ID… STATUS", help="42 contacted")],
    reason: Annotated[str | None, typer.Option("--reason", help="Why it was lost.")] = None,
    dry_run: options.DryRun = False,
) -> Any:
    """Move leads to a status: `leadctl move 42 43 contacted`; `move d4 won` is `deal move d4 won`."""
    leadctl = options.app_of(context)
    names, status = names_and_rest(words)
    if not names or not status:
        raise UsageError("move needs leads, then a status", "leadctl move 42 Contacted")
    if names[0].startswith("d"):
        from leadctl.commands.deal import moved

        return moved(leadctl, words, reason=reason, dry_run=dry_run)
    settings = leadctl.settings
    known = settings.status(status) or status
    lost = settings.role(known) == "lost"
    if reason is not None and not lost:
        raise UsageError("--reason is of a lead that is lost", "leave it out")
    fields = {"status": known, **({"lost_reason": reason} if reason is not None else {})}
    written = typed(leadctl, names)
    # A word that is in no list may be anything, and the history is read by everybody.
    listed = any(known == status.name for status in settings.statuses)
    told = ("move", known if listed else "status")
    asked = Asked(names, written, fields, None, True, True, dry_run, told=told)
    return edited(leadctl, kind_of_all(written), asked)
