"""leadctl assign simulate: what each rep would have had of past leads; nothing is written."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from conftest import Leadctl, SeedLeads, Store, facts

RULES = '[[assign]]\nname = "all"\nto = { pool = "eu", by = "round_robin" }\n'


@pytest.fixture(autouse=True)
def six_leads(leadctl: Leadctl, leads: SeedLeads) -> None:
    """Six leads of dan and ana in the last three days, one long ago."""
    leadctl.configure(RULES)
    leadctl.ok("rep", "add", "dan", "ana", "ben")
    leadctl.ok("pool", "add", "eu", "dan", "ana")
    days = [(20777, "2026-11-20"), (20778, "2026-11-21"), (20779, "2026-11-22")]
    leads(
        *(
            {
                "last_name": f"L{n}", "owner_id": 1 if n < 5 else 2, "created_day": number,
                "created_at": f"{day}T0{n}:00:00Z", "status": "Lost" if n == 3 else "New",
            }
            for n, (number, day) in enumerate([*days, *days])
        ),
        {"last_name": "old", "created_day": 20000, "created_at": "2024-10-04T09:00:00Z"},
    )  # fmt: skip


def play(leadctl: Leadctl, *words: object) -> dict[str | None, tuple[Any, ...]]:
    rows = leadctl.ok("assign", "simulate", *words)
    return {row.pop("rep"): tuple(row.values()) for row in rows}


def test_what_each_would_have_had(leadctl: Leadctl, store: Store) -> None:
    before = facts(store)
    assert play(leadctl) == {"ana": (1, 3), "dan": (5, 3)}
    shown = leadctl("assign", "simulate", "--days", 30, terminal=True).out
    assert "6 leads of 30 days" in shown
    assert "have now" in shown
    assert facts(store) == before


def test_a_lead_that_a_merge_made_older_counts(leadctl: Leadctl) -> None:
    leadctl.ok("add", "Ada Ash")
    leadctl.now += timedelta(days=1)
    leadctl.ok("add", "Ada Ash-Oak")
    leadctl.ok("merge", 9, 8, "--yes")
    assert leadctl.ok("show", 9)["created_at"] == "2026-11-22T09:00:00Z"
    played = play(leadctl)
    assert sum(had for had, _ in played.values()) == 7
    assert sum(now for _, now in played.values()) == 7


def test_only_the_days_asked_for(leadctl: Leadctl) -> None:
    assert play(leadctl, "--days", 1) == {"ana": (1, 1), "dan": (1, 1)}
    leadctl.ok("rep", "add", "eve")
    outcome = leadctl("assign", "simulate", "--days", 1, "--pool", "everyone")
    assert outcome.code == 0


def test_another_team(leadctl: Leadctl) -> None:
    assert play(leadctl, "--without", "dan", "--with", "eva") == {
        "ana": (1, 3, 3), "dan": (5, 3, 0), "eva": (0, 0, 3),
    }  # fmt: skip
    assert play(leadctl, "--with", "ben") == {
        "ana": (1, 3, 2), "dan": (5, 3, 2), "ben": (0, 0, 2),
    }  # fmt: skip


def test_other_rules(leadctl: Leadctl) -> None:
    other = leadctl.write("other.toml", '[[assign]]\nname = "b"\nto = { rep = "ben" }\n')
    assert play(leadctl, "--against", other) == {
        "ana": (1, 3, 0), "ben": (0, 0, 6), "dan": (5, 3, 0),
    }  # fmt: skip
    shown = leadctl("assign", "simulate", "--against", other, terminal=True).screen
    assert " other.toml" in shown
    assert str(other) not in shown
    assert leadctl("assign", "simulate", "--against", "none.toml").code == 2


def test_leave_and_caps_are_those_of_the_day(leadctl: Leadctl) -> None:
    leadctl.ok("rep", "away", "dan", "--from", "2026-11-21", "--until", "2026-11-21")
    leadctl.ok("rep", "edit", "ana", "--max-day", 1)
    # 20 Nov: both one; 21 Nov: ana one, nobody the other; 22 Nov: both one.
    assert play(leadctl) == {"ana": (1, 3), "dan": (5, 2), None: (0, 1)}


def test_no_lead_and_no_such_rep(leadctl: Leadctl) -> None:
    assert leadctl("assign", "simulate", "--without", "bob").code == 4
    assert leadctl("assign", "simulate", "--pool", "nowhere").code == 4
    assert leadctl("assign", "simulate", "--days", 0).code == 2


def test_a_cap_of_open_leads_leaves_room_when_one_is_closed(
    leadctl: Leadctl, store: Store, leads: SeedLeads
) -> None:
    leadctl.ok("rep", "edit", "dan", "--max-open", 2)
    assert play(leadctl) == {"ana": (1, 4), "dan": (5, 2)}
    # L3 was lost on 20 Nov, and makes room from the next day on.
    alone = play(leadctl, "--without", "ana")
    assert (alone["dan"], alone[None]) == ((5, 2, 3), (0, 0, 3))
    with store.operation("import") as op:
        op.update("lead", [(7, {"owner_id": 1})])
    assert play(leadctl)["dan"] == (5, 1)
    shown = leadctl("assign", "simulate", "--pool", "eu", terminal=True).out
    assert "left out: hours of the day" in " ".join(shown.split())


def test_conditions_see_leads_as_they_came(leadctl: Leadctl) -> None:
    leadctl.configure(
        """
        [[assign]]
        name = "new"
        when = "status = 'New'"
        to = { pool = "eu" }
        """
    )
    leadctl.ok("add", "Eve Example", "email=eve@x.example")
    assert play(leadctl, "--days", 1)[None] == (1, 0)
    leadctl.now += timedelta(hours=1)
    leadctl.ok("edit", "eve@x.example", "status=Contacted")
    assert play(leadctl, "--days", 1)[None] == (1, 0)
    leadctl.configure('[[assign]]\nname = "us"\ncountries = ["US"]\nto = { rep = "ana" }\n')
    shown = leadctl("assign", "simulate", "--days", 1, terminal=True).out
    assert "by the rules: 3 to nobody, no rule fits" in shown
