"""leadctl log: an activity in one line, without quotes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer
from typer.core import TyperCommand

from leadctl import ids, options, when
from leadctl.editing import stored_values
from leadctl.errors import ConflictError, UsageError
from leadctl.fields import KINDS
from leadctl.results import Answer, next_steps
from leadctl.stored import stamp
from leadctl.wording import label

if TYPE_CHECKING:
    from leadctl.app import App

app = typer.Typer(**options.PLAIN)
A_YEAR = 366 * 24 * 60
DIRECTIONS = {
    **dict.fromkeys(("in", "inbound", "incoming", "received"), "in"),
    **dict.fromkeys(("out", "outbound", "outgoing", "sent"), "out"),
}


class Words(TyperCommand):
    """A command whose words may begin with a hyphen; `--option` stays an option, known or not."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        flags = {
            name for param in self.get_params(ctx) if getattr(param, "is_flag", False)
            for name in param.opts
        }  # fmt: skip
        chosen: list[str] = []
        words: list[str] = []
        left = iter(args)
        for arg in left:
            if arg == "--":
                words += left
            elif arg in ("-h", "--help") or (arg.startswith("--") and arg.strip("-")):
                chosen.append(arg)
                if "=" in arg or arg in flags:
                    continue
                value = next(left, None)
                if value is None:
                    return super().parse_args(ctx, chosen)
                chosen.append(value)
            else:
                words.append(arg)
        return super().parse_args(ctx, [*chosen, "--", *words])


@app.command(cls=Words)
@options.beside("json", "format", "quiet")
def log(
    context: typer.Context,
    record: Annotated[str, typer.Argument(metavar="ID", help="42, c12, a7, d4.")],
    kind: Annotated[str, typer.Argument(metavar="KIND", help="call, email, meeting, note, …")],
    words: Annotated[list[str] | None, typer.Argument(metavar="[WORDS…]")] = None,
    direction: Annotated[str | None, typer.Option("--direction", help="in or out.")] = None,
    outcome: Annotated[str | None, typer.Option("--outcome", help="What came of it.")] = None,
    at: Annotated[str | None, typer.Option("--at", help="When: 2026-11-22 14:30; now.")] = None,
    duration: Annotated[
        int | None, typer.Option("--duration", help="Minutes.", min=0, max=A_YEAR)
    ] = None,
    status: Annotated[str | None, typer.Option("--status", help="The lead's new status.")] = None,
    dry_run: options.DryRun = False,
) -> Any:
    """Note an activity: `leadctl log 42 call wants a quote --outcome reached --status Contacted`.

    `log c12 …`, `a7` and `d4` note it with a contact, an account, a deal.
    """
    leadctl = options.app_of(context)
    told = Told(kind, words or [], direction, outcome, at, duration, status)
    return logged(leadctl, ids.kind_of_all([record]), record, told, dry_run=dry_run)


class Told(NamedTuple):
    """What is said of an activity, as it is written."""

    kind: str
    words: Sequence[str]
    direction: str | None
    outcome: str | None
    at: str | None
    duration: int | None
    status: str | None = None


def logged(leadctl: App, of: str, name: str, told: Told, *, dry_run: bool) -> Answer:
    """Note an activity with the record of a kind that is so named, and answer with it."""
    store = leadctl.store
    if told.status and of != "lead":
        raise UsageError(f"--status is of leads, not of {KINDS[of]}", "leave --status out")
    record = store.resolve(name, of)
    at, direction, outcome, status = told.at, told.direction, told.outcome, told.status
    stamped = when.moment(leadctl, at, "--at") if at else stamp(leadctl.now())
    activity = {
        f"{of}_id": record,
        "kind": known_kind(leadctl, told.kind),
        "at": stamped,
        "day": leadctl.normaliser.day(stamped),
        "direction": known_direction(direction),
        "outcome": outcome.strip() or None if outcome else None,
        "duration": told.duration,
        "note": " ".join(told.words).strip() or None,
    }
    moves = stored_values(leadctl, {"status": status}) if status else {}
    with store.operation(f"log {label(of, record)} {activity['kind']} …", dry_run=dry_run) as op:
        if moves and store.lead(record, ("converted_at",))["converted_at"]:
            raise ConflictError(f"lead {record} is converted and read-only", "leave --status out")
        number = op.create("activity", [activity])[0]
        if moves:
            op.update("lead", [(record, moves)])
        op.count("logged")
    done = "would be noted" if dry_run else "noted"
    return Answer(
        {"operation": op.saved, "dry_run": dry_run, "id": number, of: record,
         "kind": activity["kind"], "at": stamped},
        [f"{activity['kind']} with {of} {label(of, record)} {done}"],
        notes=unsaid_direction(told),
        next=next_steps(op.saved),
    )  # fmt: skip


def unsaid_direction(told: Told) -> list[str]:
    """Return a note if the words begin like a direction; `call in sick` is none, so nobody guesses."""
    first = told.words[0] if told.words else ""
    meant = DIRECTIONS.get(first.casefold())
    if meant is None or told.direction is not None:
        return []
    return [f"“{first}” stands in the note; as the direction it is --direction {meant}"]


def known_kind(leadctl: Any, kind: str) -> str:
    """Return the list's spelling of a kind of activity; UsageError names those there are."""
    kinds: dict[str, str] = {known.casefold(): known for known in leadctl.settings.kinds}
    if kind.casefold() not in kinds:
        raise UsageError(f"{kind!r} is no kind of activity", f"one of: {', '.join(kinds.values())}")
    return kinds[kind.casefold()]


def known_direction(direction: str | None) -> str | None:
    """Return in or out; UsageError for any other word."""
    if direction is None:
        return None
    if direction.casefold() not in DIRECTIONS:
        raise UsageError(f"--direction {direction!r} is neither in nor out")
    return DIRECTIONS[direction.casefold()]
