"""The options that commands share: same name, same help, same meaning everywhere."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Annotated, Any, NamedTuple, get_type_hints

import typer
from typer.core import TyperGroup

from leadctl.app import App
from leadctl.errors import UsageError

PLAIN: dict[str, Any] = {
    "add_completion": False,
    "pretty_exceptions_enable": False,
    "rich_markup_mode": None,
    "no_args_is_help": False,
}
"""What every command's `typer.Typer` is made with."""
BIGGEST = 2**63 - 1
"""What SQLite can count to."""
FORMATS = ("table", "tsv", "csv", "json", "jsonl", "ids")


class DefaultCommand(TyperGroup):
    """A group whose first sub-command is meant where the first word names none of them."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        asks_help = args[:1] in (["-h"], ["--help"])
        if not asks_help and args[:1] != [] and args[0] in self.commands:
            return super().parse_args(ctx, args)
        return super().parse_args(ctx, args if asks_help else [next(iter(self.commands)), *args])

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help of the default sub-command, and below it the names of all of them."""
        default = next(iter(self.commands.values()))
        default.format_help(type(ctx)(default, ctx.parent, ctx.info_name), formatter)
        self.format_commands(ctx, formatter)


def app_of(context: typer.Context) -> App:
    """Return the App of this invocation."""
    app = context.obj
    assert isinstance(app, App)
    return app


def as_written(context: typer.Context, *left_out: str) -> str:
    """Return the command with its options as one writes it in a shell, save those left out."""
    import shlex

    words = [context.command_path]
    for parameter in context.command.params:
        value = context.params.get(parameter.name or "")
        if parameter.name in left_out or value in (None, False, [], ()):
            continue
        named = parameter.opts[:1] if parameter.param_type_name == "option" else []
        if parameter.param_type_name == "argument":
            words.append(shlex.quote(str(value)))
            continue
        for each in value if isinstance(value, (list, tuple)) else [value]:
            words += [*named, *([] if each is True else [shlex.quote(str(each))])]
    return " ".join(words)


def _set_json(context: typer.Context, value: bool) -> bool:
    if value and isinstance(context.obj, App):
        context.obj.output.format = "json"
    return value


def _set_quiet(context: typer.Context, value: bool) -> bool:
    if value and isinstance(context.obj, App):
        context.obj.output.quiet = True
    return value


def _set_no_input(context: typer.Context, value: bool) -> bool:
    if value and isinstance(context.obj, App):
        context.obj.no_input = True
    return value


def _bare_id(written: str) -> int:
    """Return the number of an id, which may have its letter."""
    digits = written.strip().lstrip("acd")
    if not (digits.isascii() and digits.isdecimal()) or int(digits) > BIGGEST:
        raise typer.BadParameter(f"{written!r} is no id")
    return int(digits)


def _number(written: str) -> int:
    """Return a number of records; one beyond what can be counted is all of them."""
    if not (written.isascii() and written.isdecimal()):
        raise typer.BadParameter(f"{written!r} is no number from 0 up")
    return min(int(written), BIGGEST)


def _option(*names: str, help: str, **more: Any) -> Any:
    return typer.Option(*names, help=help, **more)


def _format(*formats: str) -> Any:
    """Return the option `--format` of these formats."""

    def choose(context: typer.Context, value: str | None) -> str | None:
        if value is not None:
            if value not in formats:
                raise UsageError(f"unknown format {value!r}", f"one of: {', '.join(formats)}")
            if isinstance(context.obj, App):
                context.obj.output.format = value
        return value

    said = f"{', '.join(formats[:-1])} or {formats[-1]}."
    return Annotated[str | None, _option("--format", help=said, callback=choose)]


Json = Annotated[bool, _option("--json", help="One JSON object or array.", callback=_set_json)]
Format = _format(*FORMATS)
PageFormat = _format(*FORMATS, "md", "html", "text", "mail")
Quiet = Annotated[bool, _option("--quiet", help="No messages, only data.", callback=_set_quiet)]
NoInput = Annotated[bool, _option("--no-input", help="Never ask.", callback=_set_no_input)]
Yes = Annotated[bool, _option("--yes", help="Go ahead without asking, with the defaults.")]
DryRun = Annotated[bool, _option("--dry-run", help="Show what would change; change nothing.")]

Status = Annotated[list[str] | None, _option("--status", help="Status; repeat, or use commas.")]
Owner = Annotated[list[str] | None, _option("--owner", help="Rep, me, or none.")]
Source = Annotated[list[str] | None, _option("--source", help="Source, or none.")]
Campaign = Annotated[list[str] | None, _option("--campaign", help="Campaign, or none.")]
Country = Annotated[list[str] | None, _option("--country", help="Country code, or none.")]
Grade = Annotated[list[str] | None, _option("--grade", help="Grade, or none.")]
Tag = Annotated[list[str] | None, _option("--tag", help="Tag, or none.")]
Since = Annotated[str | None, _option("--since", help="Created since: 7d, today, 2026-11-01.")]
Untouched = Annotated[bool, _option("--untouched", help="Nobody has called or written yet.")]
Mine = Annotated[bool, _option("--mine", help="Owned by me.")]
Where = Annotated[
    str | None, _option("--where", help="A condition: \"country = 'DE' and score > 50\".")
]
All = Annotated[bool, _option("--all", help="Converted, lost and junk too.")]
Sort = Annotated[
    str | None, _option("--sort", help="Field; highest, newest or A first; -FIELD turns it.")
]
Columns = Annotated[str | None, _option("--columns", help="Fields, separated by commas.")]
Limit = Annotated[
    int | None, _option("--limit", help="At most this many.", parser=_number, metavar="N")
]
After = Annotated[
    int | None, _option("--after", help="The page behind this id.", parser=_bare_id, metavar="ID")
]
Account = Annotated[list[str] | None, _option("--account", help="Account (a7, a name), or none.")]
Stage = Annotated[list[str] | None, _option("--stage", help="Stage; repeat, or use commas.")]
Open = Annotated[bool, _option("--open", help="Neither won nor lost.")]


View = Annotated[
    str | None, typer.Argument(metavar="[@VIEW]", help="A saved view: leadctl view list.")
]


class Filters(NamedTuple):
    """The options that say which records are meant; each has the name of its field here."""

    view: View = None
    stage: Stage = None
    open_: Open = False
    account: Account = None
    status: Status = None
    owner: Owner = None
    source: Source = None
    campaign: Campaign = None
    country: Country = None
    grade: Grade = None
    tag: Tag = None
    since: Since = None
    untouched: Untouched = False
    mine: Mine = False
    where: Where = None


_OF_ANY = ("owner", "tag", "since", "untouched", "mine", "where")
FILTERS: Mapping[str, frozenset[str]] = {
    "lead": frozenset((*_OF_ANY, "view", "status", "source", "campaign", "country", "grade")),
    "contact": frozenset((*_OF_ANY, "account", "source", "campaign", "country")),
    "account": frozenset((*_OF_ANY, "country")),
    "deal": frozenset((*_OF_ANY, "stage", "open_", "account", "source", "campaign")),
}
"""Kind of record -> the options that filter it."""


def filtered(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that filter leads, where it has a parameter `filters`."""
    return filtered_as("lead")(command)


def filtered_as(kind: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command the options that filter a kind, where it has a parameter `filters`.

    An option that the command has itself, such as a `--since` of another meaning, is no filter.
    """

    def decorated(command: Callable[..., Any]) -> Callable[..., Any]:
        signature = inspect.signature(command, eval_str=True)
        offered = FILTERS[kind] - signature.parameters.keys()
        options = [
            _parameter(name, option, Filters._field_defaults[name])
            for name, option in get_type_hints(Filters, include_extras=True).items()
            if name in offered
        ]
        parameters: list[inspect.Parameter] = []
        for parameter in signature.parameters.values():
            parameters += options if parameter.name == "filters" else [parameter]

        @wraps(command)
        def with_filters(*args: Any, **given: Any) -> Any:
            filters = Filters(**{name: given.pop(name) for name in offered})
            return command(*args, filters=filters, **given)

        return _as_declared(with_filters, signature, parameters)

    return decorated


_BESIDE = {"json": Json, "format": Format, "quiet": Quiet, "no_input": NoInput}


def beside(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command options that say how its answer is printed and whether it may ask.

    They are `json`, `format`, `quiet` and `no_input`; App acts on them, the command never sees them.
    """

    def decorated(command: Callable[..., Any]) -> Callable[..., Any]:
        signature = inspect.signature(command, eval_str=True)
        defaults = {name: None if name == "format" else False for name in names}
        options = [_parameter(name, _BESIDE[name], defaults[name]) for name in names]

        @wraps(command)
        def without_them(*args: Any, **given: Any) -> Any:
            for name in names:
                given.pop(name, None)
            return command(*args, **given)

        return _as_declared(without_them, signature, [*signature.parameters.values(), *options])

    return decorated


def _parameter(name: str, option: Any, default: Any) -> inspect.Parameter:
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    return inspect.Parameter(name, kind, default=default, annotation=option)


def _as_declared(
    command: Callable[..., Any], like: inspect.Signature, parameters: list[inspect.Parameter]
) -> Callable[..., Any]:
    """Return a command that Typer sees with these parameters."""
    command.__signature__ = like.replace(parameters=parameters)  # type: ignore[attr-defined]
    return command
