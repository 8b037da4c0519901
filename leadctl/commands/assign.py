"""leadctl assign: give leads their owners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

import typer

from leadctl import assigning, options
from leadctl.assigning import Assigned, Request
from leadctl.commands import assign_explain, assign_simulate, hand_over
from leadctl.commands.assigned import answer, counts, leave_of, left_over, oddities
from leadctl.errors import UsageError
from leadctl.ids import lead_ids
from leadctl.results import Answer, next_steps

app = typer.Typer(cls=options.DefaultCommand, **options.PLAIN)


@app.command()
@options.beside("json", "quiet", "no_input")
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
    giver: Annotated[
        str | None,
        typer.Option("--from", metavar="REP", help="Hand over this rep's leads, tasks and deals."),
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", help="With --from: the last day of the stand-in.")
    ] = None,
    reassign: Annotated[
        bool, typer.Option("--reassign", help="Those of these leads that have an owner, too.")
    ] = False,
    by: Annotated[
        str | None, typer.Option("--by", metavar="score", help="Best lead first; else the oldest.")
    ] = None,
    run_key: Annotated[
        str | None,
        typer.Option("--run-key", metavar="KEY", help="Do nothing if a run had this key before."),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 3 if leads are left without an owner.")
    ] = False,
    dry_run: options.DryRun = False,
) -> Any:
    """Give leads their owners: by default those to work without one, oldest first.

    Without --round-robin, --pool or --to the [[assign]] rules of leadctl.toml say who gets which.
    Leads that are named are dealt in the order given. Who is on leave, off work or at a cap is
    passed over.
    """
    leadctl = options.app_of(context)
    check_way(ids or giver, round_robin, pool, to, reassign, by, run_key)
    hand_over.check(giver, until, ids, round_robin or pool or to, run_key)
    # Whom a broken file would pass over is not known: nothing is dealt by other rules than yours.
    rules = leadctl.assign_rules
    by_rules = not (round_robin or pool or to)
    request = Request.of(
        leadctl.now(), leadctl.settings, pool=pool or "everyone",
        by="round_robin" if round_robin else None, to=to, by_score=by is not None,
    )  # fmt: skip
    if giver is not None:
        return hand_over.run(leadctl, giver, until, request, strict, dry_run)
    if by_rules and not rules.entries:
        raise UsageError(
            "there are no [[assign]] rules yet",
            "write some into leadctl.toml, or leadctl assign --round-robin, --pool NAME or --to REP",
        )
    leads = lead_ids(leadctl, ids or [])
    if leads == []:
        return Answer(counts(Assigned(), dry_run), notes=["no lead in the pipe; nothing done"])
    request = replace(
        request, leads=leads, reassign=reassign, rules=rules if by_rules else None, run_key=run_key
    )
    result = assigning.assign(leadctl.store, request, dry_run=dry_run)
    return Answer(
        counts(result, dry_run),
        answer(leadctl, result, request, dry_run),
        notes=[
            *left_over(leadctl, result, pool, by_rules=by_rules),
            *leave_of(leadctl, to),
            *(oddities(leadctl, rules) if by_rules and dry_run else ()),
        ],
        next=next_steps(result.operation),
        exit_code=3 if strict and result.unassigned else 0,
    )


app.command("explain")(assign_explain.run)
app.command("simulate")(assign_simulate.run)


def check_way(
    ids: Sequence[str] | str | None,
    round_robin: bool,
    pool: str | None,
    to: str | None,
    reassign: bool,
    by: str | None,
    run_key: str | None,
) -> None:
    """Raise UsageError unless one way is asked for, and leads are named where they have to be."""
    if to is not None and (round_robin or pool is not None):
        raise UsageError("--to gives leads to one rep, --round-robin and --pool deal them to many")
    if to is not None and not ids:
        raise UsageError("--to needs leads", "leadctl assign 42 43 --to REP, or - from a pipe")
    if reassign and not ids:
        raise UsageError("--reassign needs leads", "leadctl assign 42 43 --reassign …")
    if by not in (None, "score"):
        raise UsageError(f"--by {by!r} is no order", "--by score deals the best lead first")
    if run_key is not None and not (run_key.strip() and run_key.isprintable()):
        raise UsageError("--run-key needs a word", "--run-key 2026-11-22T09")
