"""leadctl assign --from: hand over all of a rep's open work."""

from __future__ import annotations

import shlex
from typing import Any

from leadctl.assigning import Request, handing
from leadctl.assigning.handing import Closed
from leadctl.commands.assigned import leave_of, shares
from leadctl.commands.rep_state import iso
from leadctl.errors import UsageError
from leadctl.results import Answer, next_steps
from leadctl.rules.attendance import is_on_leave
from leadctl.when import day
from leadctl.wording import count_of


def check(giver: str | None, until: str | None, ids: Any, way: Any, run_key: str | None) -> None:
    """Raise UsageError unless a hand-over says to whom, and is one of all that a rep has."""
    if giver is None:
        if until is not None:
            raise UsageError(
                "--until needs --from", "leadctl assign --from dan --pool DACH --until …"
            )
        return
    if ids:
        raise UsageError("--from hands over all of a rep's work", "leave out the ids, or --from")
    if not way:
        raise UsageError(
            "--from needs somebody to take over", "--pool NAME, --round-robin, --to REP"
        )
    if run_key is not None:
        raise UsageError("--run-key is for runs that deal new leads", "leave it out with --from")


def run(
    leadctl: Any, giver: str, until: str | None, request: Request, strict: bool, dry_run: bool
) -> Answer:
    """Hand over all of a rep's open work and answer with what went to whom."""
    last = day(leadctl, until, "--until") if until else None
    if last is not None and last < leadctl.today():
        raise UsageError("the stand-in ends before it begins", "--until is its last day")
    rep = leadctl.store.rep(giver)
    if request.to is not None and leadctl.store.rep(request.to)["id"] == rep["id"]:
        raise UsageError(f"{rep['name']} cannot take over from {rep['name']}")
    closed = Closed.of(leadctl.settings)
    result = handing.hand_over(leadctl.store, giver, request, closed, until=last, dry_run=dry_run)
    left = sum(result.left.values())
    would = "would go" if dry_run else "handed over"
    lines = [
        f"{count_of(sum(reps.values()), kind)} {would}: {shares(reps)}"
        for kind, reps in result.by_kind.items()
        if reps
    ]
    nothing = f"nothing {'would go' if dry_run else 'was handed over'}"
    notes = [f"{left:,} left with {rep['name']}: {result.why}"] if left else []
    notes += leave_of(leadctl, request.to)
    name = shlex.quote(rep["name"])
    following = next_steps(result.operation)
    if result.total and last is not None:
        following.append(f"back: leadctl rep back {name} --return")
    if result.operation is not None and not is_on_leave(rep, leadctl.today()):
        until_day = "" if last is None else f" --until {iso(last)}"
        following.append(f"new leads come as before: leadctl rep away {name}{until_day}")
    return Answer(
        {
            "operation": result.operation,
            "dry_run": dry_run,
            "from": rep["name"],
            "until": iso(last),
            **{f"{kind}s": result.by_kind[kind] for kind in result.by_kind},
            "left": left,
        },
        lines or [nothing if left else f"{rep['name']} has no open work"],
        notes=notes,
        next=following,
        exit_code=3 if strict and left else 0,
    )
