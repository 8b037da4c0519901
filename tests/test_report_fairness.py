"""leadctl report fairness: what pools dealt, beside what would have been even."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from conftest import Leadctl, SeedLeads


@pytest.fixture(autouse=True)
def a_pool(leadctl: Leadctl) -> None:
    leadctl.ok("rep", "add", "ana", "ben", "eve")
    leadctl.ok("pool", "add", "eu", "ana", "ben")


def shares(leadctl: Leadctl, *words: object) -> list[tuple[Any, ...]]:
    rows = leadctl.ok("report", "fairness", *words)
    return [tuple(row.values())[:-1] for row in rows]


def test_a_pool_in_turn_is_even(leadctl: Leadctl, leads: SeedLeads) -> None:
    leads(5)
    leadctl.ok("assign", "--pool", "eu")
    assert shares(leadctl) == [("eu", "ana", 3, 2.5, 0.5), ("eu", "ben", 2, 2.5, -0.5)]


def test_leave_weights_and_undone_deals(leadctl: Leadctl, leads: SeedLeads) -> None:
    leadctl.ok("pool", "add", "eu", "ana", "--weight", "ana=3")
    leads(4)
    leadctl.ok("assign", "--pool", "eu")
    leadctl.ok("rep", "away", "ana")
    leads(2)
    leadctl.ok("assign", "--pool", "eu")
    leads(1)
    leadctl.ok("undo", leadctl.ok("assign", "--pool", "eu")["operation"])
    assert shares(leadctl) == [("eu", "ana", 3, 3.0, 0.0), ("eu", "ben", 3, 3.0, 0.0)]


def test_who_gets_the_bad_leads(leadctl: Leadctl, leads: SeedLeads) -> None:
    leads({"last_name": "A", "source": "Website"}, {"last_name": "B", "source": "Other"})
    leads({"last_name": "C", "source": "Website"}, {"last_name": "D", "source": "Other"})
    leadctl.ok("assign", "--pool", "eu")
    assert shares(leadctl, "--by", "source") == [
        ("eu", "ana", "Other", 0, 1.0, -1.0),
        ("eu", "ben", "Other", 2, 1.0, 1.0),
        ("eu", "ana", "Website", 2, 1.0, 1.0),
        ("eu", "ben", "Website", 0, 1.0, -1.0),
    ]


def test_it_stands_below_the_reps(leadctl: Leadctl, leads: SeedLeads) -> None:
    leads(2)
    assert "What pools dealt" not in leadctl("report", "reps", terminal=True).out
    leadctl.ok("assign", "--round-robin")
    assert "What pools dealt" in leadctl("report", "reps", terminal=True).out


def test_nothing_dealt(leadctl: Leadctl, leads: SeedLeads) -> None:
    leads(1)
    assert leadctl("report", "fairness", "--json").err == ""
    assert leadctl.ok("report", "fairness") == []
    assert "no pool dealt any" in leadctl("report", "fairness").err


def test_who_left_or_weighs_otherwise_since_changes_nothing(
    leadctl: Leadctl, leads: SeedLeads
) -> None:
    leadctl.ok("pool", "add", "eu", "eve")
    leads(6)
    leadctl.ok("assign", "--pool", "eu")
    even = [("eu", rep, 2, 2.0, 0.0) for rep in ("ana", "ben", "eve")]
    assert shares(leadctl) == even
    leadctl.ok("pool", "remove", "eu", "eve", "--yes")
    assert shares(leadctl) == even
    leadctl.ok("undo", "--yes")
    leadctl.ok("pool", "add", "eu", "ana", "--weight", "ana=4")
    assert shares(leadctl) == even
    leadctl.now += timedelta(hours=1)
    leads(6)
    leadctl.ok("assign", "--pool", "eu")
    assert shares(leadctl) == [
        ("eu", "ana", 6, 6.0, 0.0), ("eu", "ben", 3, 3.0, 0.0), ("eu", "eve", 3, 3.0, 0.0),
    ]  # fmt: skip


def test_who_was_removed_is_no_member_of_everyone_from_then_on(
    leadctl: Leadctl, leads: SeedLeads
) -> None:
    leads(3)
    leadctl.ok("assign", "--round-robin")
    leadctl.ok("move", 3, "Junk")
    leadctl.ok("rep", "remove", "eve", "--yes")
    leadctl.now += timedelta(hours=1)
    leads(2)
    leadctl.ok("assign", "--round-robin")
    assert shares(leadctl) == [
        ("everyone", "ana", 2, 2.0, 0.0), ("everyone", "ben", 2, 2.0, 0.0),
        ("everyone", "eve", 1, 1.0, 0.0),
    ]  # fmt: skip


def test_the_period_is_that_of_the_dealing(leadctl: Leadctl, leads: SeedLeads) -> None:
    leads({"created_at": "2026-01-05T09:00:00Z", "created_day": 20458}, {"last_name": "New"})
    leadctl.ok("assign", "--pool", "eu")
    assert shares(leadctl, "--period", "2026-01") == []
    even = [("eu", "ana", 1, 1.0, 0.0), ("eu", "ben", 1, 1.0, 0.0)]
    assert shares(leadctl, "--period", "today") == even
    dealt = {row["rep"]: row["dealt"] for row in leadctl.ok("report", "reps", "--period", "today")}
    assert dealt == {"ana": 1, "ben": 1}
    assert shares(leadctl, "--period", "today", "--as-of", "2026-11-22") == even


def test_two_deals_of_one_second_are_compared_with_the_members_of_each(
    leadctl: Leadctl, leads: SeedLeads
) -> None:
    leads(4)
    leadctl.ok("assign", "--pool", "eu")
    leadctl.ok("pool", "add", "eu", "eve")
    leads(6)
    leadctl.ok("assign", "--pool", "eu")
    assert shares(leadctl) == [
        ("eu", "ana", 4, 4.0, 0.0), ("eu", "ben", 4, 4.0, 0.0), ("eu", "eve", 2, 2.0, 0.0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("by", "dealt"), [("round_robin", {"ana": 4, "ben": 4}), ("weighted", {"ana": 6, "ben": 2})]
)
def test_a_pool_with_weights_is_compared_with_how_it_dealt(
    leadctl: Leadctl, leads: SeedLeads, by: str, dealt: dict[str, int]
) -> None:
    leadctl.ok("pool", "add", "eu", "ana", "--weight", "ana=3")
    entry = '[[assign]]\nname = "all"\nto = {{ pool = "eu", by = "{}" }}\n'
    leadctl.configure(entry.format(by))
    leads(8)
    leadctl.ok("assign")
    leadctl.configure(entry.format("weighted"))  # what rules say since changes nothing
    assert shares(leadctl) == [("eu", rep, n, float(n), 0.0) for rep, n in dealt.items()]
