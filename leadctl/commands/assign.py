"""leadctl assign: give leads their owners; explain why a lead has the owner it has."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from leadctl import assigning, options
from leadctl.assigning import Assigned, Request
from leadctl.commands.rep import day_in_words, on_leave
from leadctl.errors import UsageError
from leadctl.results import Answer, Screen
from leadctl.selecting import lead_ids
from leadctl.wording import count_of, name_of

app = typer.Typer(cls=options.DefaultCommand, **options.PLAIN)
NAMED = 10


@app.command()
def run(
    context: typer.Context,
    ids: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ID…]", help="42, an email, or - for a pipe; else all without owner."
        ),
    ] = None,
    round_robin: Annotated[
        bool, typer.Option("--round-robin", help="Deal to all active reps, exactly even.")
    ] = False,
    pool: Annotated[
        str | None, typer.Option("--pool", metavar="NAME", help="Deal to the reps of a pool.")
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="REP", help="Give these leads to one rep.")
    ] = None,
    reassign: Annotated[
        bool, typer.Option("--reassign", help="Those of these leads that have an owner, too.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 3 if leads are left without an owner.")
    ] = False,
    dry_run: options.DryRun = False,
    json: options.Json = False,
    quiet: options.Quiet = False,
    no_input: options.NoInput = False,
) -> Any:
    """Give leads their owners: by default those to work without one, oldest first.

    Leads that are named are dealt in the order given. Who is on leave is passed over.
    """
    leadctl = options.app_of(context)
    check_way(ids, round_robin, pool, to, reassign)
    # Whom a broken file would pass over is not known: nothing is dealt by other rules than yours.
    leadctl.rule_settings()
    leads = lead_ids(leadctl, ids or [])
    if leads == []:
        return Answer(counts(Assigned([]), dry_run), notes=["no lead in the pipe; nothing done"])
    request = Request(
        today=leadctl.today(), closed=leadctl.settings.closed, pool=pool or "everyone", to=to,
        leads=leads, reassign=reassign,
    )  # fmt: skip
    result = assigning.assign(leadctl.store, request, dry_run=dry_run)
    return Answer(
        counts(result, dry_run),
        [answer(leadctl, result, to, dry_run)],
        notes=[*left_over(leadctl, result, pool), *leave_of(leadctl, to)],
        next=[f"undo: leadctl undo {result.operation}"] if result.operation else [],
        exit_code=3 if strict and result.unassigned else 0,
    )


def check_way(
    ids: Sequence[str] | None, round_robin: bool, pool: str | None, to: str | None, reassign: bool
) -> None:
    """Raise UsageError unless one way is asked for, and leads are named where they have to be."""
    if to is not None and (round_robin or pool is not None):
        raise UsageError("--to gives leads to one rep, --round-robin and --pool deal them to many")
    if to is not None and not ids:
        raise UsageError("--to needs leads", "leadctl assign 42 43 --to REP, or - from a pipe")
    if reassign and not ids:
        raise UsageError("--reassign needs leads", "leadctl assign 42 43 --reassign …")
    if to is None and pool is None and not round_robin:
        raise UsageError(
            "there are no assignment rules yet: they will stand in leadctl.toml",
            "leadctl assign --round-robin, --pool NAME or --to REP",
        )


def counts(result: Assigned, dry_run: bool) -> dict[str, Any]:
    """Return the object for scripts: `reasons` says why leads are unassigned or were skipped."""
    skipped = {why: len(leads) for why, leads in result.skipped.items()}
    return {
        "operation": result.operation,
        "dry_run": dry_run,
        "assigned": result.assigned,
        "unassigned": sum(result.unassigned.values()),
        "skipped": sum(skipped.values()),
        "by_rep": result.by_rep,
        "reasons": {**result.unassigned, **skipped},
    }


def answer(leadctl: Any, result: Assigned, to: str | None, dry_run: bool) -> str:
    """Return the spread as `57 leads dealt: ana 29  ben 28  (differ by 1) · ida on leave`."""
    by_rep = result.by_rep
    if not by_rep:
        return "no lead was assigned" if result.unassigned else "nothing to assign"
    number = count_of(result.assigned, "lead")
    if to is not None:
        return f"{number} {'would go' if dry_run else 'assigned'} to {next(iter(by_rep))}"
    shares = "  ".join(f"{rep} {dealt:,}" for rep, dealt in by_rep.items())
    differ = max(by_rep.values()) - min(by_rep.values())
    line = f"{number} {'would be ' if dry_run else ''}dealt: {shares}  (differ by {differ})"
    return " · ".join([line, *absences(leadctl, result)])


def absences(leadctl: Any, result: Assigned) -> list[str]:
    """Return who was passed over, as `ida on leave until 1 Dec`."""
    return [
        f"{seat.name} {seat.reason(lambda day: day_in_words(leadctl, day))}"
        for seat in result.passed_over
    ]


def left_over(leadctl: Any, result: Assigned, pool: str | None) -> list[str]:
    """Return what was not done and why, a line a reason, with the next step."""
    members = f"pool add {shlex.quote(pool)}" if pool else "rep add"
    lines = []
    for why, number in result.unassigned.items():
        stay = "stays" if number == 1 else "stay"
        who = absences(leadctl, result) or [f"leadctl {members} ana ben"]
        lines.append(" · ".join([f"{count_of(number, 'lead')} {stay} without owner: {why}", *who]))
    for why, leads in result.skipped.items():
        some = ", ".join(map(str, leads[:NAMED])) + (", …" if len(leads) > NAMED else "")
        step = " · --reassign deals them too" if why == assigning.OWNED else ""
        lines.append(f"{count_of(len(leads), 'lead')} skipped, {why}: {some}{step}")
    return lines


def leave_of(leadctl: Any, to: str | None) -> list[str]:
    """Return a line about the rep whom a person chose, if that one is on leave."""
    if to is None:
        return []
    rep = leadctl.store.rep(to)
    return [f"{rep['name']} is {leave}"] if (leave := on_leave(leadctl, rep)) else []


@app.command()
def explain(
    context: typer.Context,
    lead: Annotated[str, typer.Argument(metavar="ID")],
    json: options.Json = False,
    quiet: options.Quiet = False,
) -> Any:
    """Why a lead has the owner it has, and who was passed over."""
    leadctl = options.app_of(context)
    store = leadctl.store
    record = store.resolve(lead)
    row = store.lead(record)
    found = store.assignment(record)
    if found is None or found["rep"] != row["owner"]:
        found = UNEXPLAINED | (newest_change(leadctl, record) if row["owner"] else {})
    data = {
        "lead": record,
        "owner": row["owner"],
        **{key: found[key] for key in UNEXPLAINED},
    }
    return Screen(data, in_words(leadctl, row, found))


UNEXPLAINED: dict[str, Any] = {
    "rule": None, "pool": None, "passed_over": [], "at": None, "operation": None,
}  # fmt: skip
"""What is known of an owner who came without an assignment."""


def newest_change(leadctl: Any, lead: int) -> dict[str, Any]:
    """Return the operation, time and command that wrote the present owner of a lead."""
    for change in leadctl.store.history("lead", lead):
        created = change["field"] is None and change["new"] == "created"
        if created or (change["field"] == "owner_id" and change["undone_by"] is None):
            return dict(change)
    return {}


def in_words(leadctl: Any, lead: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """Return the lines that a person reads: the owner, why, and who was passed over."""
    owner = lead["owner"]
    who = " ".join(filter(None, (str(lead["id"]), name_of(lead))))
    lines = [f"{who}: {owner or 'no owner'}"]
    by = f"{leadctl.output.human(found['at'])}, op{found['operation']}"
    if found["rule"]:
        pool = f" of {found['pool']}" if found["pool"] else ""
        lines.append(f"{found['rule']}{pool}, {by}")
        lines += [f"passed over: {each['rep']}, {each['reason']}" for each in found["passed_over"]]
    elif owner:
        came = "set by" if found.get("field") else "came with the lead:"
        lines.append(f"no rule or pool, {came} {found.get('command')}, {by}")
    else:
        lines.append(f"not assigned: leadctl assign {lead['id']} --round-robin, --pool or --to")
    return lines
