"""leadctl rules test: the cases that stand beside the rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer

from leadctl import options
from leadctl.fields import DOCUMENTED
from leadctl.proof.cases import OF_ASSIGNMENT, Rules, Tried, try_all
from leadctl.results import Answer
from leadctl.wording import count_of


def run(
    context: typer.Context,
    json: options.Json = False,
    quiet: options.Quiet = False,
) -> Any:
    """Try the [[case]] tables of leadctl.toml; exit 6 if one is not as expected. Needs no database."""
    leadctl = options.app_of(context)
    rules = Rules(leadctl.score_rules, leadctl.assign_rules)
    # Fields of your own stand in the database only.
    own = leadctl.fields != DOCUMENTED
    store = leadctl.store if own else leadctl.scratch_store()
    tried = try_all(leadctl, store, rules, leadctl.rule_cases)
    failed = [each for each in tried if not each.ok]
    return Answer(
        {
            "operation": None,
            "dry_run": True,
            "cases": len(tried),
            "passed": len(tried) - len(failed),
            "failed": len(failed),
            "items": [outcome(each) for each in tried],
        },
        [line for each in tried for line in said(each)] if tried else [],
        notes=[summary(len(tried), len(failed))],
        exit_code=6 if failed else 0,
    )


def outcome(tried: Tried) -> dict[str, Any]:
    """Return a case as scripts read it."""
    return {
        "name": tried.case.name,
        "where": tried.case.where,
        "ok": tried.ok,
        "mismatches": [mismatch._asdict() for mismatch in tried.mismatches],
        "lines": [line.as_json() for line in tried.lines],
    }


def said(tried: Tried) -> Iterator[str]:
    """Yield the lines of a case: its name, and of one that failed what was wrong.

    Where that is a figure of the score, the ledger follows.
    """
    yield f"{'ok  ' if tried.ok else 'FAIL'}  {tried.case.name}"
    for wrong in tried.mismatches:
        if wrong.reason:
            yield f"      {wrong.key}: expected {wrong.expected}, cannot be told: {wrong.reason}"
        else:
            got = "none" if wrong.got is None else wrong.got
            yield f"      {wrong.key}: expected {wrong.expected}, got {got}"
    of_score = any(wrong.key not in OF_ASSIGNMENT for wrong in tried.mismatches)
    for line in tried.lines if of_score else ():
        if line.points:
            yield f"        {line.points:+4d}  {line.rule}: {line.evidence}"


def summary(cases: int, failed: int) -> str:
    """Return `12 cases, all as expected`."""
    if not cases:
        return (
            'no cases yet: write [[case]], lead = { country = "DE" }, score = 15 into leadctl.toml'
        )
    return f"{count_of(cases, 'case')}, {f'{failed} failed' if failed else 'all as expected'}"
