"""The verbs that contacts, accounts and deals share: list, show, find, add, edit, log, of one kind."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from leadctl import options
from leadctl.commands.add import added
from leadctl.commands.edit import Asked, edited
from leadctl.commands.find import Text, found
from leadctl.commands.list import listed
from leadctl.commands.log import Told, Words, logged
from leadctl.commands.show import shown
from leadctl.editing import split_words
from leadctl.fields import KINDS
from leadctl.ids import typed
from leadctl.selecting import record_filter
from leadctl.wording import label

Name = Annotated[str, typer.Argument(metavar="ID")]


def group(kind: str, help: str) -> typer.Typer:
    """Return the command group of a kind of record, with the verbs that all kinds have."""
    app = typer.Typer(**options.PLAIN, help=help)
    example, many = label(kind, 7), KINDS[kind]

    @app.command(name="list", help=f"The {many}, newest first: 50 on a terminal, all in a pipe.")
    @options.filtered_as(kind)
    @options.beside("json", "format", "quiet")
    def list_(
        context: typer.Context,
        filters: Any,
        sort: options.Sort = None,
        columns: options.Columns = None,
        limit: options.Limit = None,
        after: options.After = None,
    ) -> Any:
        wanted = record_filter(options.app_of(context), kind, filters)
        return listed(context, kind, wanted, sort, columns, limit, after)

    @app.command(help=f"One {kind} with everything known about it: leadctl {kind} show {example}.")
    @options.beside("json", "format", "quiet")
    def show(
        context: typer.Context,
        record: Name,
    ) -> Any:
        return shown(options.app_of(context), kind, record)

    @app.command(help=f"Add one {kind}; what looks alike is named.")
    @options.beside("json", "format", "quiet", "no_input")
    def add(
        context: typer.Context,
        words: Annotated[list[str], typer.Argument(metavar="[NAME] field=value…")],
        yes: options.Yes = False,
        dry_run: options.DryRun = False,
    ) -> Any:
        return added(options.app_of(context), kind, words, yes=yes, dry_run=dry_run)

    @app.command(
        help=f"Change fields: leadctl {kind} edit {example} field=value; with --where many."
    )
    @options.beside("json", "format", "quiet", "no_input")
    def edit(
        context: typer.Context,
        words: Annotated[list[str], typer.Argument(metavar="[ID…] field=value…")],
        where: options.Where = None,
        yes: options.Yes = False,
        dry_run: options.DryRun = False,
    ) -> Any:
        leadctl = options.app_of(context)
        names, fields = split_words(words)
        written = typed(leadctl, names, kind)
        return edited(leadctl, kind, Asked(names, written, fields, where, True, yes, dry_run))

    @app.command(help=f"Find {many} by the beginnings of their words: leadctl {kind} find kiln.")
    @options.beside("json", "format", "quiet")
    def find(
        context: typer.Context,
        text: Text,
        columns: options.Columns = None,
        limit: options.Limit = None,
    ) -> Any:
        return found(context, kind, text, columns, limit)

    @app.command(cls=Words, help=f"Note an activity: leadctl {kind} log {example} call …")
    @options.beside("json", "format", "quiet")
    def log(
        context: typer.Context,
        record: Name,
        of: Annotated[str, typer.Argument(metavar="KIND", help="call, email, meeting, note, …")],
        words: Annotated[list[str] | None, typer.Argument(metavar="[WORDS…]")] = None,
        direction: Annotated[str | None, typer.Option("--direction", help="in or out.")] = None,
        outcome: Annotated[str | None, typer.Option("--outcome", help="What came of it.")] = None,
        at: Annotated[str | None, typer.Option("--at", help="When: 2026-11-22 14:30.")] = None,
        duration: Annotated[int | None, typer.Option("--duration", help="Minutes.", min=0)] = None,
        dry_run: options.DryRun = False,
    ) -> Any:
        told = Told(of, words or [], direction, outcome, at, duration)
        return logged(options.app_of(context), kind, record, told, dry_run=dry_run)

    return app
