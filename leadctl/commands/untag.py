"""leadctl untag: take tags off leads, contacts, accounts and deals."""

from __future__ import annotations

from typing import Any

import typer

from leadctl import options
from leadctl.commands.tag import Words, tagged

app = typer.Typer(**options.PLAIN)


@app.command()
@options.beside("json", "format", "quiet")
def untag(
    context: typer.Context,
    words: Words,
    dry_run: options.DryRun = False,
) -> Any:
    """Take tags off records: `leadctl untag 42 vip`."""
    return tagged(options.app_of(context), words, adding=False, dry_run=dry_run)
