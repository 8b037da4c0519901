"""What limits reps: caps, working days and hours, weights in pools."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from conftest import Leadctl, SeedLeads, Store, facts

DEAL = ("assign", "--round-robin")


def owners(store: Store) -> Counter[int | None]:
    return Counter(row["owner_id"] for row in store.query("SELECT owner_id FROM leads"))


def test_caps_and_hours_are_listed_and_changed(leadctl: Leadctl) -> None:
    leadctl.ok("rep", "add", "ana", "--max-open", 50, "--max-day", 10, "--max-week", 30)
    outcome = leadctl("rep", "edit", "ana", "--days", "mon-fri", "--hours", "9-17:30")
    assert outcome.out == "ana: 50 open, 10 a day, 30 a week, mon-fri, 9:00-17:30\n"
    rep = leadctl.ok("rep", "list")[0]
    assert (rep["max_open"], rep["max_day"], rep["max_week"]) == (50, 10, 30)
    assert (rep["days"], rep["hours"]) == ("mon-fri", "9:00-17:30")
    assert "50 open, 10 a day" in leadctl("rep", "list", terminal=True).out
    none = ("--max-open", "none", "--max-day", "none", "--max-week", "none")
    assert leadctl.ok("rep", "edit", "ana", *none, "--hours", "none", "--days", "none")["updated"]
    assert leadctl("rep", "edit", "ana", "--max-open", "none").out == "ana: no limits\n"
    leadctl.ok("undo", 3)
    assert leadctl.ok("rep", "list")[0]["max_open"] == 50


def test_the_cap_of_open_leads_holds_over_runs(
    leadctl: Leadctl, leads: SeedLeads, store: Store
) -> None:
    leadctl.ok("rep", "add", "ana", "--max-open", 3)
    leadctl.ok("rep", "add", "ben")
    leads({"last_name": "A", "owner_id": 1})
    for _ in range(3):
        leads(3)
        leadctl.ok(*DEAL)
    assert owners(store) == {1: 3, 2: 7}
    assert leadctl.ok("assign", "explain", 10)["passed_over"] == [
        {"rep": "ana", "reason": "at a cap: 3 open"}
    ]
    leadctl.ok("edit", 1, "status=Lost")
    leads(2)
    leadctl.ok(*DEAL)
    assert owners(store) == {1: 4, 2: 8}


def test_the_cap_of_a_day_ends_with_the_day_and_that_of_a_week_on_monday(
    leadctl: Leadctl, leads: SeedLeads, store: Store
) -> None:
    # 2026-11-22 is a Sunday.
    leadctl.ok("rep", "add", "ana", "--max-day", 2, "--max-week", 3)
    per_day = []
    for _ in range(3):
        leads(4)
        leadctl.ok(*DEAL)
        leadctl.ok(*DEAL)
        per_day.append(owners(store)[1])
        leadctl.now += timedelta(days=1)
    assert per_day == [2, 4, 5]
    outcome = leadctl("assign", "--round-robin", "--strict")
    assert outcome.code == 3
    assert "all at a cap (" in outcome.err
    assert "· ana at a cap: 3 a week" in outcome.err


def test_who_was_at_a_cap_is_not_made_up_to(
    leadctl: Leadctl, leads: SeedLeads, store: Store
) -> None:
    leadctl.ok("rep", "add", "ana", "--max-open", 1)
    leadctl.ok("rep", "add", "ben")
    leads(9)
    leadctl.ok(*DEAL)
    leadctl.ok("rep", "edit", "ana", "--max-open", "none")
    leads(4)
    assert leadctl.ok(*DEAL)["by_rep"] == {"ana": 2, "ben": 2}


def test_days_are_written_in_whole_or_cut(leadctl: Leadctl) -> None:
    leadctl.ok("rep", "add", "ana", "--days", "Monday-Thurs, SUN")
    assert leadctl.ok("rep", "list")[0]["days"] == "mon,tue,wed,thu,sun"


def test_working_days_and_hours(leadctl: Leadctl, leads: SeedLeads) -> None:
    leadctl.ok("rep", "add", "ana", "--days", "mon-fri", "--hours", "9-17")
    leads(1)
    assert leadctl.ok(*DEAL)["reasons"] == {"all off work": 1}
    leadctl.now += timedelta(days=1, hours=8)
    assert leadctl.ok(*DEAL)["reasons"] == {"all off work": 1}
    leadctl.now += timedelta(hours=-1)
    assert leadctl.ok(*DEAL)["by_rep"] == {"ana": 1}


def test_undo_gives_a_cap_its_room_back(leadctl: Leadctl, leads: SeedLeads) -> None:
    leadctl.ok("rep", "add", "ana", "--max-day", 2)
    leads(2)
    operation = leadctl.ok(*DEAL)["operation"]
    leadctl.ok("undo", operation)
    assert leadctl.ok(*DEAL)["by_rep"] == {"ana": 2}


@pytest.mark.parametrize(
    "words",
    [
        ("rep", "edit", "ana", "--max-open", "0"),
        ("rep", "edit", "ana", "--max-day", "-1"),
        ("rep", "edit", "ana", "--max-week", "many"),
        ("rep", "edit", "ana", "--max-day", "10", "--max-week", "5"),
        ("rep", "edit", "ana", "--days", "mon-fra"),
        ("rep", "edit", "ana", "--days", "mon-"),
        ("rep", "edit", "ana", "--days", "monkey,satisfied"),
        ("rep", "edit", "ana", "--hours", "17-9"),
        ("rep", "edit", "ana", "--hours", "9-25"),
        ("rep", "edit", "ana"),
        ("rep", "add", "eve", "--max-open", "0"),
        ("rep", "away", "ana", "--from", "2026-12-02", "--until", "2026-12-01"),
        ("pool", "add", "eu", "ana", "ana"),
        ("pool", "add", "eu", "ana", "--weight", "ana=0"),
        ("pool", "add", "eu", "ana", "--weight", "ana=-1"),
        ("pool", "add", "eu", "ana", "--weight", "ana=1.5"),
        ("pool", "add", "eu", "ana", "--weight", "ben=2"),
        ("pool", "add", "eu", "ana", "--weight", "ana=2", "--weight", "ana=3"),
        ("pool", "add", "eu", "ana", "--weight", "2"),
    ],
)
def test_what_cannot_be_is_refused_in_a_line_and_changes_nothing(
    leadctl: Leadctl, store: Store, words: tuple[str, ...]
) -> None:
    leadctl.ok("rep", "add", "ana", "ben")
    before = facts(store)
    outcome = leadctl(*words)
    assert outcome.code == 2, outcome
    assert outcome.err.count("\n") == 1
    assert facts(store) == before


# Weights.


def test_a_weighted_pool(leadctl: Leadctl, leads: SeedLeads, store: Store) -> None:
    leadctl.ok("rep", "add", "ana", "ben", "eve")
    leadctl.ok("pool", "add", "eu", "ana", "ben", "eve", "--weight", "ana=3", "--weight", "ben=2")
    assert leadctl.ok("pool", "list")[1]["weights"] == {"ana": 3, "ben": 2, "eve": 1}
    assert "ana ×3, ben ×2, eve" in leadctl("pool", "list", terminal=True).out
    for number in (1, 2, 3, 5, 7):
        leads(number)
        assert leadctl.ok("assign", "--pool", "eu")["assigned"] == number
        counts = owners(store)
        dealt = sum(counts.values())
        for rep, weight in ((1, 3), (2, 2), (3, 1)):
            assert abs(counts[rep] - dealt * weight / 6) < 1
    assert owners(store) == {1: 9, 2: 6, 3: 3}
    assert leadctl.ok("assign", "explain", 1)["rule"] == "weighted"


def test_undo_of_the_newest_deal_takes_back_the_count(
    leadctl: Leadctl, leads: SeedLeads, store: Store
) -> None:
    leadctl.ok("rep", "add", "ana", "ben")
    leadctl.ok("pool", "add", "eu", "ana", "ben", "--weight", "ana=2")
    leads(4)
    leadctl.ok("assign", 1, "--pool", "eu")
    before = facts(store)
    operation = leadctl.ok("assign", "--pool", "eu")["operation"]
    leadctl.ok("undo", operation)
    assert facts(store) == before


def test_an_explicit_round_robin_ignores_weights(leadctl: Leadctl, leads: SeedLeads) -> None:
    leadctl.ok("rep", "add", "ana", "ben")
    leadctl.ok("pool", "add", "eu", "ana", "ben", "--weight", "ana=9")
    leads(4)
    answer = leadctl.ok("assign", "--pool", "eu", "--round-robin")
    assert answer["by_rep"] == {"ana": 2, "ben": 2}
