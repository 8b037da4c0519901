"""Handing over: a rep's open leads, tasks and deals go to others, and come back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from conftest import Leadctl, SeedLeads, Store, facts


@pytest.fixture(autouse=True)
def dans_work(leadctl: Leadctl, leads: SeedLeads, store: Store) -> None:
    """Five leads of dan, of which one is lost; a task of his first lead, one of none; a deal."""
    leadctl.ok("rep", "add", "dan", "ana", "ben")
    leadctl.ok("pool", "add", "DACH", "ana", "ben")
    leads(*({"last_name": f"L{n}", "owner_id": 1} for n in range(4)))
    leads({"last_name": "L5", "owner_id": 1, "status": "Lost"})
    made = {"created_at": "2026-11-20T09:00:00Z", "created_day": 20777, "owner_id": 1}
    with store.operation("seed") as op:
        op.create("task", [{**made, "title": "call", "lead_id": 2}, {**made, "title": "tidy"}])
        op.create("task", [{**made, "title": "done", "done_at": "2026-11-20T10:00:00Z"}])
        op.create("deal", [{**made, "name": "open", "stage": "Qualification"}])
        op.create("deal", [{**made, "name": "won", "stage": "Closed Won"}])


def owners(store: Store, table: str) -> list[str | None]:
    rows = store.query(
        f"""SELECT (SELECT name FROM reps WHERE id = owner_id) AS owner FROM {table} ORDER BY id"""
    )
    return [row["owner"] for row in rows]


def work(store: Store) -> dict[str, list[str | None]]:
    return {table: owners(store, table) for table in ("leads", "tasks", "deals")}


def test_open_work_goes_and_what_is_done_stays(leadctl: Leadctl, store: Store) -> None:
    before = facts(store)
    outcome = leadctl("assign", "--from", "dan", "--pool", "DACH")
    assert outcome.out.splitlines() == [
        "4 leads handed over: ana 2  ben 2",
        "2 tasks handed over: ben 2",
        "1 deal handed over: ana 1",
    ]
    assert work(store) == {
        "leads": ["ana", "ben", "ana", "ben", "dan"],
        "tasks": ["ben", "ben", "dan"],
        "deals": ["ana", "dan"],
    }
    # The pointer counts leads only.
    assert leadctl.ok("pool", "list")[1]["last"] == "ben"
    leadctl.ok("undo", store.newest_operation())
    assert facts(store) == before


def test_json_and_a_dry_run(leadctl: Leadctl, store: Store) -> None:
    before = facts(store)
    words = ("assign", "--from", "dan", "--to", "ana", "--dry-run")
    assert leadctl.ok(*words) == {
        "operation": None, "dry_run": True, "from": "dan", "until": None,
        "leads": {"ana": 4}, "tasks": {"ana": 2}, "deals": {"ana": 1}, "left": 0,
    }  # fmt: skip
    assert facts(store) == before


def test_the_rep_who_hands_over_gets_nothing_back(leadctl: Leadctl, store: Store) -> None:
    leadctl.ok("assign", "--from", "dan", "--round-robin")
    assert "dan" not in work(store)["leads"][:4]
    assert leadctl("assign", "explain", 1).code == 0


def test_nobody_there_leaves_it(leadctl: Leadctl, store: Store) -> None:
    for name in ("ana", "ben"):
        leadctl.ok("rep", "away", name)
    before = facts(store)
    outcome = leadctl("assign", "--from", "dan", "--pool", "DACH", "--strict")
    assert outcome.code == 3
    assert "7 left with dan: all on leave" in outcome.err
    assert facts(store) == before


def test_why_something_stays_is_the_reason_of_the_others(leadctl: Leadctl, store: Store) -> None:
    leadctl.ok("rep", "away", "ana")
    leadctl.ok("rep", "edit", "ben", "--max-open", 1)
    outcome = leadctl("assign", "--from", "dan", "--round-robin", "--dry-run")
    assert "3 left with dan: all others on leave or at a cap" in outcome.err
    leadctl.ok("pool", "add", "solo", "dan")
    assert leadctl("assign", "--from", "dan", "--pool", "solo", "--dry-run").out == (
        "nothing would go\n"
    )
    outcome = leadctl("assign", "--from", "dan", "--pool", "solo")
    assert "7 left with dan: nobody else there" in outcome.err
    leadctl.ok("rep", "away", "ben")
    leadctl.ok("edit", *range(1, 5), "status=Lost")
    outcome = leadctl("assign", "--from", "dan", "--pool", "DACH")
    assert "3 left with dan: all on leave" in outcome.err


def test_handing_over_to_somebody_on_leave_says_so(leadctl: Leadctl) -> None:
    leadctl.ok("rep", "away", "ana", "--until", "2026-12-01")
    outcome = leadctl("assign", "--from", "dan", "--to", "ana", "--dry-run")
    assert "ana is on leave until 1 Dec" in outcome.err


def test_what_is_still_with_the_stand_in_comes_back(leadctl: Leadctl, store: Store) -> None:
    leadctl.ok("rep", "away", "dan", "--until", "2026-12-01")
    outcome = leadctl("assign", "--from", "dan", "--pool", "DACH", "--until", "2026-12-01")
    assert "back: leadctl rep back dan --return" in outcome.err
    leadctl.ok("edit", 1, "owner=ben")
    leadctl.ok("edit", 2, "status=Lost")
    leadctl.now += timedelta(days=20)
    before = facts(store)
    answer = leadctl.ok("rep", "back", "dan", "--return")
    assert answer["returned"] == {"leads": 2, "tasks": 2, "deals": 1}
    assert work(store) == {
        "leads": ["ben", "ben", "dan", "dan", "dan"],
        "tasks": ["dan", "dan", "dan"],
        "deals": ["dan", "dan"],
    }
    assert leadctl.ok("assign", "explain", 3)["rule"] == "given back"
    again = leadctl.ok("rep", "back", "dan", "--return")
    assert (again["operation"], again["returned"]) == (None, {"leads": 0, "tasks": 0, "deals": 0})
    leadctl.ok("undo", answer["operation"])
    assert facts(store) == before


def test_who_hands_over_and_stays_is_told_that_new_leads_come(leadctl: Leadctl) -> None:
    outcome = leadctl("assign", "--from", "dan", "--pool", "DACH", "--until", "2026-12-01")
    assert "new leads come as before: leadctl rep away dan --until 2026-12-01" in outcome.err
    leadctl.ok("undo", "--yes")
    leadctl.ok("rep", "away", "dan")
    assert "new leads" not in leadctl("assign", "--from", "dan", "--pool", "DACH").err


def test_removing_names_the_command(leadctl: Leadctl, store: Store) -> None:
    outcome = leadctl("rep", "remove", "dan", "--yes")
    assert outcome.code == 5
    assert "dan has open work: 4 leads, 2 tasks, 1 deal" in outcome.err
    assert "leadctl assign --from dan --pool NAME, or --to REP" in outcome.err
    leadctl.ok("assign", "--from", "dan", "--pool", "DACH")
    leadctl.ok("rep", "remove", "dan", "--yes")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--from", "dan"), 2),
        (("--from", "dan", "--to", "dan"), 2),
        (("1", "--from", "dan", "--to", "ana"), 2),
        (("--until", "2026-12-01", "--round-robin"), 2),
        (("--from", "dan", "--to", "ana", "--until", "2026-01-01"), 2),
        (("--from", "dan", "--to", "ana", "--run-key", "x"), 2),
        (("--from", "bob", "--to", "ana"), 4),
        (("--from", "dan", "--pool", "nowhere"), 4),
    ],
)
def test_what_cannot_be_done(
    leadctl: Leadctl, store: Store, words: tuple[Any, ...], code: int
) -> None:
    before = facts(store)
    outcome = leadctl("assign", *words)
    assert (outcome.code, outcome.err.count("\n")) == (code, 1), outcome
    assert facts(store) == before


def test_what_is_due_back_is_said(leadctl: Leadctl) -> None:
    words = ("assign", "--from", "dan", "--pool", "DACH", "--until", "2026-12-01")
    assert leadctl(*words).code == 0

    def said() -> list[bool]:
        line = "7 records of dan are due back: leadctl rep back dan --return"
        return [line in leadctl(*words, terminal=True).out for words in (("rep", "list"), ())]

    leadctl.now += timedelta(days=9)
    assert said() == [False, False]
    leadctl.now += timedelta(days=1)
    assert said() == [True, True]
    assert leadctl("rep", "back", "dan", "--return").code == 0
    assert said() == [False, False]


def test_what_was_handed_over_twice_comes_back_once(leadctl: Leadctl, store: Store) -> None:
    before = owners(store, "leads")
    leadctl.ok("assign", "--from", "dan", "--to", "ana", "--until", "2026-12-01")
    leadctl.ok("assign", 1, "--to", "dan", "--reassign")
    leadctl.ok("assign", "--from", "dan", "--to", "ben", "--until", "2026-12-01")
    leadctl.now += timedelta(days=20)
    assert "7 records of dan are due back" in leadctl("rep", "list", terminal=True).out
    returned = leadctl("rep", "back", "dan", "--return", "--json")
    assert (returned.code, returned.json["returned"]["leads"]) == (0, 4)
    assert "with somebody else" not in returned.err
    assert owners(store, "leads") == before
