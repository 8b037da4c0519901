"""Scores of an earlier moment, and who moved since."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from conftest import NOW, Leadctl

RULES = """
[[score]]
name = "large"
when = "employees >= 50"
points = 20
[[score]]
name = "call"
activity = "call"
points = 5
half_life = "10 days"
"""


@pytest.fixture
def told(leadctl: Leadctl) -> Leadctl:
    """A lead of three weeks: small and called, then large; and one that stayed as it was."""
    leadctl.configure(RULES)
    leadctl.now = NOW - timedelta(days=21)
    leadctl.ok("add", "Jo Li", "company=Kiln AG", "employees=10")
    leadctl.ok("add", "Zoë Núñez", "employees=10")
    leadctl.ok("log", 1, "call", "rang")
    leadctl.ok("score")
    leadctl.now = NOW - timedelta(days=11)
    leadctl.ok("edit", 1, "employees=200")
    leadctl.now = NOW
    return leadctl


def test_the_ledger_of_a_day(told: Leadctl) -> None:
    found = told.ok("score", "explain", 1, "--at", "2026-11-01")
    assert (found["total"], [line["points"] for line in found["lines"]]) == (5, [0, 5])
    assert found["at"] == "2026-11-01T23:59:59Z"
    later = told.ok("score", "explain", 1, "--at", "2026-11-11")
    assert (later["total"], [line["points"] for line in later["lines"]]) == (23, [20, 3])
    assert "10 d ago" in later["lines"][1]["evidence"]
    assert "employees = 10" in found["lines"][0]["evidence"]
    screen = told("score", "explain", 1, "--at", "2026-11-01", terminal=True).screen
    assert "by today's rules, which were those of the run then" in screen


def test_what_is_only_known_of_today_is_said(told: Leadctl) -> None:
    rule = '[[score]]\nname = "known customer"\nwhen = "account_owner is not null"\npoints = 9\n'
    told.configure(RULES + rule)
    found = told.ok("score", "explain", 1, "--at", "2026-11-05")
    assert "account_owner by the accounts of today" not in found["reasons"]
    told.ok("score")
    found = told.ok("score", "explain", 1, "--at", "2026-11-22")
    assert "account_owner by the accounts of today" in found["reasons"]


def test_the_evidence_is_of_the_facts_that_the_run_found(told: Leadctl) -> None:
    told.ok("log", 1, "call", "rang again")
    for _ in range(2):
        found = told.ok("score", "explain", 1)
        large, call = found["lines"]
        assert (large["points"], large["evidence"]) == (
            0,
            "employees = 10; asks for employees >= 50",
        )
        assert (call["points"], call["evidence"][:12]) == (5, "1 call today")
        assert found["stale"]
        told.configure(RULES.replace("points = 20", "points = 30"))
    told.ok("score")
    assert told.ok("score", "explain", 1)["lines"][0]["evidence"] == "employees = 200"


def test_the_rules_are_those_of_the_run_then(told: Leadctl) -> None:
    told.configure(RULES.replace("points = 5", "points = 50"))
    then = told("score", "explain", 1, "--at", "2026-11-01", terminal=True)
    assert "by the rules of the run then; today's are others" in then.screen
    assert told.ok("score", "explain", 1, "--at", "2026-11-01")["total"] == 5
    assert told.ok("score", "explain", 1)["now_total"] == 32


@pytest.mark.parametrize(
    ("at", "code", "said"),
    [
        ("2026-10-01", 4, "lead 1 was not there yet"),
        ("soon", 2, "--at 'soon'"),
        ("2027-01-01", 2, "is still to come"),
    ],
)
def test_what_is_wrong_is_said(told: Leadctl, at: str, code: int, said: str) -> None:
    outcome = told("score", "explain", 1, "--at", at)
    assert (outcome.code, said in outcome.err) == (code, True)


def test_who_moved_since_the_last_run(told: Leadctl) -> None:
    (move,) = told.ok("score", "diff")
    assert (move["id"], move["before"], move["after"], move["points"]) == (1, 5, 21, 16)
    assert move["lines"] == [
        {"rule": "large", "before": 0, "after": 20},
        {"rule": "call", "before": 5, "after": 1},
    ]
    screen = told("score", "diff", terminal=True).screen
    assert "large 0 → 20, call 5 → 1" in screen
    assert "1 of 2 leads moved since the last run: 1 up, 0 down" in screen
    told.ok("score")
    assert told.ok("score", "diff") == []
    assert "none of 2 leads moved since the last run" in told("score", "diff").err


def test_who_moved_since_a_date(told: Leadctl) -> None:
    told.ok("score")
    assert moved(told, "2026-11-01") == [(1, 5, 21)]
    assert moved(told, "2026-11-11") == [(1, 23, 21)]
    assert moved(told, "2026-11-01", "--where", "id = 2") == []
    assert moved(told, "2026-11-01", "--limit", 0) == []
    _, line = told("score", "diff", "--since", "2026-11-01").out.splitlines()
    assert line.split("\t")[0] == "1"
    assert told("score", "diff", "--since", "never").code == 2


def moved(leadctl: Leadctl, since: str, *words: object) -> list[tuple[Any, ...]]:
    rows = leadctl.ok("score", "diff", "--since", since, *words)
    return [(row["id"], row["before"], row["after"]) for row in rows]
