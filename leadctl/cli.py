"""The Typer app: root options, the table of commands, and where an error becomes an exit code."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import MutableMapping, Sequence
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from leadctl import __version__, options
from leadctl.app import App
from leadctl.errors import LeadctlError, UsageError
from leadctl.interrupts import Interrupts
from leadctl.output import Output, give_up

COMMANDS = {
    "import": ("import_", "Read leads from a file: created, updated, nothing twice."),
    "list": ("list", "Leads to be worked, newest first."),
    "show": ("show", "One record with everything known about it: 42, c12, a7, d4, t5."),
    "find": ("find", "Leads by the beginnings of their words."),
    "add": ("add", "Add one lead; duplicates are named."),
    "edit": ("edit", "Change fields of leads and other records."),
    "move": ("move", "Move leads to a status, deals to a stage."),
    "tag": ("tag", "Put tags, words of your own, on records."),
    "untag": ("untag", "Take tags off."),
    "log": ("log", "Note a call, an email, a meeting in one line."),
    "why": ("why", "One screen: score, owner, duplicates, conversion of a lead."),
    "score": ("score", "Compute scores by the rules; explain one; say who moved."),
    "assign": ("assign", "Deal leads to reps, by rules or exactly even; explain one."),
    "convert": ("convert", "Turn a lead into contact, account and deal."),
    "dedupe": ("dedupe", "Records that are probably one, and why."),
    "merge": ("merge", "Make one of several records of a person or company."),
    "contact": ("contact", "The people you know: list, find, show, add, edit, log."),
    "account": (
        "account",
        "The companies you work with: list, find, show, add, edit, log, record.",
    ),
    "deal": ("deal", "What you sell: list, find, show, add, edit, move, log."),
    "export": ("export", "Leads and other records as CSV, XLSX, JSON or vCards."),
    "history": ("history", "What happened: to everything, or to one record."),
    "undo": ("undo", "Take an operation back."),
    "rep": ("rep", "The people who work leads: add, edit, list, away, back, remove."),
    "pool": ("pool", "Reps who share a rotation: add, list, remove."),
    "field": ("field", "Fields of your own: add, list, remove."),
    "source": ("source", "Where leads come from: list, add, rename, retire, cost."),
    "campaign": ("campaign", "What brings leads in for a time: list, show, add, edit."),
    "report": ("report", "What leads and deals add up to: pipeline, funnel, sources, …"),
    "view": ("view", "Filters under a name, to be used as @name: save, list, remove."),
    "rules": ("rules", "Are the rules right: check, test, backtest, suggest, fields."),
    "db": ("db", "The database file: doctor, backup."),
    "where": ("where", "Where the database and the rules are, and why."),
    "init": ("init", "Write a commented leadctl.toml."),
    "demo": ("demo", "1,000 made-up leads in a scratch database, and a walk."),
}
"""Command -> (its module in leadctl.commands, its line of help).

A command's module is imported when it is invoked: help, completion and "did you mean" work on
stubs, so that a start does not pay for what it does not use.
"""
INTERRUPTED = 130
METAVARS = {"str": "TEXT", "int range": "N", "float range": "N"}
"""Type of an option -> what stands for its value in the help, where the option does not say."""
CONTEXT = {"help_option_names": ["-h", "--help"]}


class Commands(TyperGroup):
    """The root group: commands imported on demand, errors turned into a line and an exit code."""

    def __init__(self, **attributes: Any) -> None:
        attributes["commands"] = {
            name: TyperCommand(name, help=help, short_help=help)
            for name, (_, help) in COMMANDS.items()
        }
        super().__init__(**attributes)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, command, rest = super().resolve_command(ctx, args)
        return name, load(name) if name in COMMANDS else command, rest

    def invoke(self, ctx: Any) -> Any:
        try:
            result = super().invoke(ctx)
            return 0 if result is None else ctx.obj.output.show(result)
        except BrokenPipeError as error:
            # Typer would make it exit code 1.
            return exit_code(error, ctx.obj.output, json=False)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        args = list(sys.argv[1:] if args is None else args)
        app = extra.setdefault("obj", None) or App(interrupts=Interrupts(ours=True))
        extra["obj"] = app
        try:
            code = super().main(
                args, prog_name or "leadctl", complete_var, standalone_mode=False, **extra
            )
            if code == INTERRUPTED:
                # Typer turns Ctrl-C into this code without a word.
                raise KeyboardInterrupt
            app.output.flush()
        except BaseException as error:
            # Of what one of our functions raises SQLite hears only that it did.
            if app.interrupts.came and getattr(error, "exit_code", 1) == 1:
                error = KeyboardInterrupt()
            code = exit_code(error, app.output, wants_json(args))
        finally:
            app.close()
        sys.exit(code if isinstance(code, int) else 0)


def load(name: str) -> Any:
    """Return the command of this name from its module; its name and help come from the table."""
    module, help = COMMANDS[name]
    group: typer.Typer = import_module(f"leadctl.commands.{module}").app
    command = typer.main.get_command(group)
    command.name = name
    command.help = command.help or help
    _in_our_style(command)
    return command


def _in_our_style(command: Any) -> None:
    command.context_settings = {**CONTEXT, **command.context_settings}
    # A list of commands has their first sentences whole, not as much as fits in a line.
    command.short_help = (command.help or "").strip().partition("\n\n")[0]
    for parameter in command.params:
        if parameter.metavar is None and parameter.param_type_name == "option":
            parameter.metavar = METAVARS.get(parameter.type.name)
    subcommands: MutableMapping[str, Any] = getattr(command, "commands", {})
    for subcommand in subcommands.values():
        _in_our_style(subcommand)


def exit_code(error: BaseException, output: Output, json: bool) -> int:
    """Say an error in one line, as JSON too where asked for, and return its exit code."""
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else 1
    if isinstance(error, BrokenPipeError):
        # The reader has gone: nothing more can be said, and Python must not try at exit.
        give_up(sys.stdout)
        return 0
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        give_up(sys.stdout)
        error = LeadctlError("no room left for the output", "free some space")
    if isinstance(error, (KeyboardInterrupt, typer.Abort)):
        output.error("interrupted", None, code="interrupted", json=json)
        return INTERRUPTED
    if isinstance(error, typer.Exit):
        return error.exit_code
    if isinstance(error, TyperException):
        message = error.format_message().strip()
        if not message:
            context = getattr(error, "ctx", None)
            output.note(context.get_help() if context else "see --help")
            return 2
        error = UsageError(" ".join(message.split()), _help_line(error))
    if _is_of_sqlite(error):
        # What SQLite says may repeat what is stored.
        error = _explained(error)
    if isinstance(error, LeadctlError):
        output.error(error.message, error.hint, code=error.code, json=json)
        return error.exit_code
    if os.environ.get("LEADCTL_DEBUG"):
        raise error
    name = type(error).__name__
    output.error(
        f"unexpected: {name}", "LEADCTL_DEBUG=1 shows where; please report it", "unexpected", json
    )
    return 1


def _is_of_sqlite(error: BaseException) -> bool:
    # A command that opened no database, such as --help, has not loaded the module either.
    sqlite3 = sys.modules.get("sqlite3")
    return sqlite3 is not None and isinstance(error, sqlite3.Error)


def _explained(error: Any) -> LeadctlError:
    from leadctl.database import explain

    return explain(error, Path("the database"))


def _help_line(error: Any) -> str:
    context = getattr(error, "ctx", None)
    return f"{context.command_path if context else 'leadctl'} --help"


def wants_json(args: Sequence[str]) -> bool:
    """Return whether the words of the command ask for JSON, even where they cannot be parsed."""
    return "--json" in args or "--format=json" in args or ("--format", "json") in pairwise(args)


app = typer.Typer(
    cls=Commands,
    name="leadctl",
    help="Lead management in a terminal, on a file that you own.",
    context_settings=CONTEXT,
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(value: bool) -> None:
    if value:
        sys.stdout.write(f"leadctl {__version__}\n")
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    db: Annotated[
        str | None, typer.Option("--db", metavar="FILE", help="The database file.")
    ] = None,
    config: Annotated[
        str | None, typer.Option("--config", metavar="FILE", help="The leadctl.toml.")
    ] = None,
    json: options.Json = False,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> Any:
    """Set what every command shares; alone, show the day."""
    context.obj.db, context.obj.config = db, config
    if context.invoked_subcommand is None:
        return import_module("leadctl.commands.day").day(context.obj)
    return None


def main() -> None:
    """Run leadctl on the words of the command line; the program's entry point."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            # Closed by who called: else the next file that is opened would be taken for it.
            setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        # cron's locale is ASCII: what it cannot write is spelt out instead of failing.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    app()
