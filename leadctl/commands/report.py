"""leadctl report: what leads and deals add up to, each report under the same options."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, NamedTuple, get_type_hints

import typer
from typer.core import TyperGroup

from leadctl import lead_table, mail, options, pages, report_table, reports, selecting, when
from leadctl.app import App
from leadctl.errors import UsageError
from leadctl.formats.writing import NewFile
from leadctl.reports import comparing, period
from leadctl.reports.shape import Question, Report
from leadctl.results import Answer, Listing, Result, Screen
from leadctl.wording import count_of

PREVIOUS = "previous"


class Reports(TyperGroup):
    """The reports; a name that is none of them is told which there are."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and args[0] not in self.commands:
            near = get_close_matches(args[0].lower(), self.commands, 1)
            hint = f"did you mean {near[0]}?" if near else _there_are()
            raise UsageError(f"there is no report {args[0]!r}", hint)
        return super().resolve_command(ctx, args)


class Choices(NamedTuple):
    """The options of reports beside the filters of leads."""

    start: Annotated[
        str | None, typer.Option("--from", help="The first day: 2026-10-01, 30d, today.")
    ] = None
    end: Annotated[str | None, typer.Option("--to", help="The last day.")] = None
    period: Annotated[
        str | None, typer.Option("--period", help="2026, 2026-Q3, 2026-10, last-30d, this-month.")
    ] = None
    compare: Annotated[
        str | None, typer.Option("--compare", help="previous: beside the period before.")
    ] = None
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="As it stood at the end of this day.")
    ] = None
    by: Annotated[str | None, typer.Option("--by", help="A further field to group by.")] = None
    each: Annotated[
        str, typer.Option("--each", help="Step of time: day, week, month, quarter, year.")
    ] = "month"
    cumulative: Annotated[
        bool, typer.Option("--cumulative", help="Each step with those before it.")
    ] = False
    save: Annotated[
        str | None, typer.Option("--save", metavar="FILE", help="A page: .html, .svg, .md or .csv.")
    ] = None
    mail_to: Annotated[
        list[str] | None,
        typer.Option("--mail-to", metavar="ADDRESS", help="To whom --format mail is; repeatable."),
    ] = None
    mail_from: Annotated[
        str | None,
        typer.Option("--mail-from", metavar="ADDRESS", help="From whom; else the first of them."),
    ] = None


PAGES = ("md", "html", "text", "mail")
"""Formats in which a whole report stands on stdout, for people and not for scripts."""
OF_SOME = ("each", "cumulative")
"""Choices that only the reports have that name them."""

app = typer.Typer(cls=Reports, **options.PLAIN)


@app.callback(invoke_without_command=True)
def report(context: typer.Context) -> None:
    """What leads and deals add up to, one report at a time or all of them."""
    if context.invoked_subcommand is None:
        raise UsageError("say which report", _there_are())


def answer(leadctl: App, name: str, filters: options.Filters, choices: Choices) -> Result | None:
    """Return one report as it is shown: for people with its parts, else its rows alone."""
    if leadctl.output.format == "ids":
        raise UsageError("a report has no ids", "leadctl list --format ids")
    if (choices.mail_to or choices.mail_from) and leadctl.output.format != "mail":
        raise UsageError("--mail-to and --mail-from are of a mail", "--format mail")
    rows_alone = not (choices.save or leadctl.output.for_people or leadctl.output.format in PAGES)
    question = asked(leadctl, filters, choices)._replace(alone=rows_alone)
    with standing(leadctl, name, question, choices):
        made = counted(leadctl, name, question, choices)
    if choices.save:
        return saved(leadctl, made, choices.save)
    if leadctl.output.format in PAGES:
        leadctl.output.write_bytes([page(leadctl, made, choices)])
        return None
    if not leadctl.output.for_people and made.rows:
        for note in made.notes:
            leadctl.output.note(note)
    return shown(leadctl, made, question)


def day_of(leadctl: App, choices: Choices) -> int:
    """Return the day of `--as-of`, else today; UsageError for one to come."""
    if choices.as_of is None:
        return leadctl.today()
    day = when.day(leadctl, choices.as_of, "--as-of")
    if day > leadctl.today():
        raise UsageError("--as-of is in the future", "a day that is over, or today")
    return day


@contextmanager
def standing(leadctl: App, name: str, question: Question, choices: Choices) -> Iterator[None]:
    """Let the block make a report on the day of `--as-of`, else on today."""
    if choices.as_of is None:
        yield
        return
    from leadctl import halves

    with halves.past_for(leadctl, name, question) as was:
        if was.imported:
            later = count_of(was.imported, "lead")
            leadctl.output.note(f"{later} came in later: what counts is the first known state")
        yield


def counted(leadctl: App, name: str, question: Question, choices: Choices) -> Report:
    """Return the report, beside that of the period before where it is asked for."""
    question = reports.in_period(name, question)
    made = reports.make(name, leadctl.store, question)
    if choices.compare:
        if choices.compare != PREVIOUS:
            raise UsageError(
                f"--compare {choices.compare!r} is nothing known", "--compare previous --period …"
            )
        before = question.period.previous()
        if before is None:
            raise UsageError(
                "--compare previous needs a period with a first and a last day",
                "--period this-month",
            )
        # A row that there was only before says the period in the words of the rows beside it.
        before = before._replace(name=question.period.name)
        made = comparing.beside(
            made, reports.make(name, leadctl.store, question._replace(period=before, alone=True))
        )
    return of_period(made, question.period)


def of_period(made: Report, asked: period.Period) -> Report:
    """Return a report whose title, and those of its parts, say which period was asked for."""
    if (asked.first is None and asked.last is None) or asked.name in made.title:
        return made
    parts = [of_period(part, asked) for part in made.parts]
    return made._replace(title=f"{made.title} · {asked.name}", parts=parts)


def saved(leadctl: App, made: Report, name: str) -> Answer:
    """Write a report to a page, whole or not at all, and say where it is."""
    path = Path(name).expanduser()
    format = pages.format_of(path)
    leadctl.keep_our_own(path, "--save")
    if format == "csv" and not made.columns:
        raise UsageError("a CSV file holds one report", "save it as .html, .svg or .md")
    whole = listings(made) if format != "csv" else listings(made._replace(parts=[]))
    with NewFile(path) as file:
        file.write_text([pages.page(whole, format)])
    return Answer(
        {"file": str(path), "format": format, "report": made.name, "rows": len(made.rows)},
        [f"{made.title} → {path}"],
    )


def page(leadctl: App, made: Report, choices: Choices) -> bytes:
    """Return a whole report as Markdown, HTML, text, or as a mail that has the last two."""
    whole, format = listings(made), leadctl.output.format or ""
    if format not in ("text", "mail"):
        return pages.page(whole, format).encode()
    parts = [part if part.rows else f"{part.title}: {part.empty}" for part in whole]
    text = leadctl.output.in_text(parts, mail.WIDTH)
    if format == "text":
        return text.encode()
    if not choices.mail_to:
        raise UsageError("a mail needs to know to whom", "--mail-to ana@example.org")
    to = mail.addresses(choices.mail_to, "--mail-to")
    sender = mail.addresses([choices.mail_from], "--mail-from")[0] if choices.mail_from else to[0]
    subject = made.subject or made.title
    html = pages.page(whole, "html")
    return mail.message(mail.Letter(sender, to, subject, text, html, leadctl.now()))


def listings(made: Report) -> list[Listing]:
    """Return a report and its parts, each under its title; a report of parts alone is a heading."""
    whole = [made, *made.parts]
    return [report_table.listing(part, title=True) for part in whole]


def asked(leadctl: App, filters: options.Filters, choices: Choices) -> Question:
    """Return what the options ask; UsageError for a time or a step that means nothing."""
    today = day_of(leadctl, choices)
    if choices.each not in period.STEPS:
        raise UsageError(f"--each {choices.each!r} is no step", ", ".join(period.STEPS))
    return Question(
        selecting.lead_filter(leadctl, filters, everything=True),
        leadctl.settings,
        today,
        asked_period(leadctl, choices, today),
        choices.by.strip().lower() if choices.by else None,
        choices.each,
        choices.cumulative,
    )


def asked_period(leadctl: App, choices: Choices, today: int) -> period.Period:
    """Return the days of `--period`, or from `--from` to `--to`, both inside."""
    if choices.period is None:
        first = when.day(leadctl, choices.start, "--from") if choices.start else None
        last = when.day(leadctl, choices.end, "--to") if choices.end else None
        if first is not None and last is not None and last < first:
            raise UsageError("--to is before --from", "both days are inside")
        return period.between(first, last)
    if choices.start or choices.end:
        raise UsageError("--period says all of --from and --to", "leave one of them out")
    try:
        return period.parse(choices.period, today)
    except ValueError:
        raise UsageError(f"--period {choices.period!r} is no period", period.HINT) from None


def shown(leadctl: App, made: Report, question: Question) -> Result:
    """Return a report as a listing, for people followed by its parts."""
    if reports.nothing_there(leadctl.store):
        nothing = made._replace(rows=[], empty=lead_table.empty(leadctl, question.leads))
        return report_table.listing(nothing)
    parts = [part for part in made.parts if part.rows]
    if not made.columns:
        several = [report_table.listing(part, title=True) for part in parts]
        return Screen({part.name: [*part.rows] for part in made.parts}, several)
    if not leadctl.output.for_people or not parts:
        return report_table.listing(made, title=question.period.first is not None)
    several = [report_table.listing(part, title=True) for part in (made, *parts)]
    return Screen([*made.rows], several)


def _command(name: str, entry: reports.Entry) -> Callable[..., Any]:
    """Return the command of a report, with the options that it takes."""

    def command(context: typer.Context, filters: options.Filters, **given: Any) -> Any:
        choices = Choices(**{key: value for key, value in given.items() if key in Choices._fields})
        return answer(options.app_of(context), name, filters, choices)

    hints = get_type_hints(Choices, include_extras=True)
    kinds = inspect.Parameter
    parameters = [
        kinds("context", kinds.POSITIONAL_OR_KEYWORD, annotation=typer.Context),
        kinds("filters", kinds.POSITIONAL_OR_KEYWORD, annotation=options.Filters),
        *(
            kinds(option, kinds.POSITIONAL_OR_KEYWORD, default=default, annotation=hints[option])
            for option, default in Choices._field_defaults.items()
            if option not in OF_SOME or option in entry.options
        ),
        kinds("json", kinds.POSITIONAL_OR_KEYWORD, default=False, annotation=options.Json),
        kinds(
            "format",
            kinds.POSITIONAL_OR_KEYWORD,
            default=None,
            annotation=options.PageFormat,
        ),
        kinds("quiet", kinds.POSITIONAL_OR_KEYWORD, default=False, annotation=options.Quiet),
    ]
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__doc__ = entry.help
    return options.filtered(command)


def _there_are() -> str:
    return "reports: " + ", ".join(reports.REPORTS)


for _name, _entry in reports.REPORTS.items():
    app.command(name=_name)(_command(_name, _entry))
