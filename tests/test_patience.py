"""Conditions that never end are stopped and named, and Ctrl-C is Ctrl-C."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Leadctl, facts

from leadctl import patience
from leadctl.store import Store

SLOW = " or ".join(f"description like '%a%b%c%{n}%'" for n in range(150))
RULES = f"""
[[score]]
name = "fine"
when = "company = 'Kiln'"
points = 5
[[score]]
name = "slow"
when = "{SLOW}"
points = 5
[[score]]
name = "calls"
activity = "call"
points = 1
[[assign]]
name = "fine"
when = "company = 'Other'"
to = {{ rep = "ana" }}
[[assign]]
name = "endless"
when = "{SLOW}"
to = {{ rep = "ana" }}
"""


@pytest.fixture
def many(leadctl: Leadctl, leads: Any, monkeypatch: pytest.MonkeyPatch) -> Leadctl:
    leads(*({"last_name": f"L{n}", "description": "ab" * 300} for n in range(600)))
    leadctl.ok("rep", "add", "ana")
    leadctl.configure(RULES)
    monkeypatch.setattr(patience, "LEAST", 0.0)
    monkeypatch.setattr(patience, "LEADS_A_SECOND", 1e9)
    return leadctl


@pytest.mark.parametrize("words", ["score", "score --dry-run", "rules check", "score diff"])
def test_a_score_rule_that_never_ends_is_named(many: Leadctl, words: str) -> None:
    before = facts(many.store())
    outcome = many(*words.split())
    assert outcome.code == 6
    assert 'leadctl.toml: [[score]] "slow": when: stopped after 0 seconds' in outcome.err
    assert "make it simpler" in outcome.err
    assert len(outcome.err.splitlines()) == 1
    assert facts(many.store()) == before
    assert many.store().value("SELECT count(*) FROM scores WHERE total IS NOT NULL") == 0


def test_an_assign_entry_that_never_ends_is_named(many: Leadctl) -> None:
    outcome = many("assign")
    assert outcome.code == 6
    assert '[[assign]] "endless": when: stopped' in outcome.err
    assert many.ok("list", "--owner", "ana") == []


def test_a_million_leads_have_more_time_than_a_few(store: Store, leads: Any) -> None:
    leads(1)
    assert round(patience.longest(store)) == 60
    leads({"id": 1_000_000, "last_name": "Last"})
    assert patience.longest(store) == 260


@pytest.mark.parametrize("through_store", [True, False])
def test_ctrl_c_in_a_long_statement_is_no_runaway(
    store: Store, leads: Any, through_store: bool
) -> None:
    leads(1)
    # As SQLite stops where the handler, in which Python meets the signal, raises anything.
    store.connection.create_function("stop", 1, lambda _: store.connection.interrupt())
    counting = """WITH RECURSIVE n (id) AS (
        SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < 10000000)
        SELECT max(CASE WHEN id = 1000 THEN stop(id) ELSE id END) FROM n"""
    with pytest.raises(KeyboardInterrupt), store.bounded(60):
        store.query(counting) if through_store else store.connection.execute(counting).fetchall()
