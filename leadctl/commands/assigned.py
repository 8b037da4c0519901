"""What a deal answers: the object for scripts, and the lines that a person reads."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from leadctl import assigning
from leadctl.assigning import Assigned, Request
from leadctl.commands.rep_state import day_in_words, on_leave
from leadctl.rules.assignment import NO_REPS, NO_RULE
from leadctl.wording import count_of

NAMED = 10
"""So many leads are named by their ids."""
STEPS = {
    assigning.OWNED: " · --reassign deals them too",
    assigning.PERSONS: " · --pool, --round-robin or --to takes them",
}
"""Why leads are skipped -> what would deal them."""


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
        "by_rule": result.by_rule,
        "left": result.left,
        "done_by": result.done_by,
    }


def answer(leadctl: Any, result: Assigned, request: Request, dry_run: bool) -> list[str]:
    """Return the spread as `57 leads dealt: ana 29  ben 28  (differ by 1) · ida on leave`."""
    by_rep = result.by_rep
    if result.done_by is not None:
        by = f"op{result.done_by}" if result.done_by else "an operation before"
        return [f"the run {request.run_key} was done by {by}; nothing done"]
    if not by_rep:
        none = f"no lead {'would be' if dry_run else 'was'} assigned"
        said = none if result.unassigned else "nothing to assign"
        return [" · ".join([said, *(absences(leadctl, result) if request.rules else ())])]
    number = count_of(result.assigned, "lead")
    if request.to is not None:
        return [f"{number} {'would go' if dry_run else 'assigned'} to {next(iter(by_rep))}"]
    would = "would be " if dry_run else ""
    if request.rules is None:
        even = request.by or any(why.rule == "round robin" for why in result.plan.whys)
        line = f"{number} {would}dealt: {shares(by_rep, even=bool(even))}"
        return [" · ".join([line, *absences(leadctl, result)])]
    line = f"{number} {would}assigned: {shares(by_rep)}"
    return [" · ".join([line, *absences(leadctl, result)]), *map(of_rule, result.by_rule)]


def of_rule(row: dict[str, Any]) -> str:
    """Return what a rule did as `east, pool eu: 12 leads: ana 6  ben 6`."""
    where = ", ".join(
        filter(None, (row["rule"] or "no rule", row["pool"] and f"pool {row['pool']}"))
    )
    parts = [shares(row["by_rep"])] if row["by_rep"] else []
    parts += [f"{number:,} left, {why}" for why, number in row["reasons"].items()]
    return f"  {where}: {' · '.join(parts)}"


def shares(by_rep: Mapping[str, int], *, even: bool = False) -> str:
    """Return how many each got, with how far they differ where they are to be even."""
    line = "  ".join(f"{rep} {dealt:,}" for rep, dealt in by_rep.items())
    differ = max(by_rep.values()) - min(by_rep.values())
    return f"{line}  (differ by {differ})" if even else line


def absences(leadctl: Any, result: Assigned) -> list[str]:
    """Return who was passed over, as `ida on leave until 1 Dec`."""
    return [
        f"{passed.name} {passed.reason(lambda day: day_in_words(leadctl, day))}"
        for passed in result.passed_over
    ]


def left_over(
    leadctl: Any, result: Assigned, pool: str | None, *, by_rules: bool = False
) -> list[str]:
    """Return what was not done and why, a line a reason, with the next step."""
    members = f"pool add {shlex.quote(pool)}" if pool else "rep add"
    lines = []
    for why, number in result.unassigned.items():
        stay = "stays" if number == 1 else "stay"
        # Beside rules, who was passed over stands in the first line.
        who = [] if by_rules else absences(leadctl, result)
        if why == NO_RULE:
            who = ["leadctl rules check"]
        elif why == NO_REPS:
            # A rule may send to a pool without reps while there are some.
            lacks = by_rules and leadctl.store.reps()
            who = ["leadctl rules check" if lacks else f"leadctl {members} ana ben"]
        ids = [
            lead for (_, said), leads in result.plan.nobody.items() if said == why for lead in leads
        ]
        without = f"{count_of(number, 'lead')} {stay} without owner: {why} ({named(ids)})"
        lines.append(" · ".join([without, *who]))
    for why, leads in result.skipped.items():
        step = STEPS.get(why, "")
        lines.append(f"{count_of(len(leads), 'lead')} skipped, {why}: {named(leads)}{step}")
    return lines


def named(leads: Sequence[int]) -> str:
    """Return the first of some leads by their ids."""
    return ", ".join(map(str, leads[:NAMED])) + (", …" if len(leads) > NAMED else "")


def oddities(leadctl: Any, rules: Any) -> list[str]:
    """Return what is odd about the entries and their territories, where it is to be mended."""
    from leadctl.proof import check_assign

    found = check_assign.findings(leadctl.store, rules, leadctl.settings.closed)
    return [
        f"{odd.where}: {odd.problem} · {odd.hint}" for odd in found if odd.severity == "warning"
    ]


def leave_of(leadctl: Any, to: str | None) -> list[str]:
    """Return a line about the rep whom a person chose, if that one is on leave."""
    if to is None:
        return []
    rep = leadctl.store.rep(to)
    return [f"{rep['name']} is {leave}"] if (leave := on_leave(leadctl, rep)) else []
