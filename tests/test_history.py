"""history: every operation, and what happened to one record."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Leadctl


@pytest.fixture
def shop(leadctl: Leadctl, leads: Any) -> Leadctl:
    leads({"last_name": "One"}, {"last_name": "Two"})
    leadctl.ok("rep", "add", "ana", "ben")
    leadctl.ok("edit", 1, "owner=ana", "amount=1,200.50 EUR", "email_opt_out=yes")
    leadctl.ok("edit", 1, "owner=ben", "amount=1300", "email_opt_out=")
    return leadctl


def test_operations_newest_first(shop: Leadctl) -> None:
    rows = shop.ok("history")
    assert [row["id"] for row in rows] == [4, 3, 2, 1]
    documented = {"id", "at", "actor", "command", "counts", "undone_by"}
    assert documented <= rows[0].keys()
    assert rows[0]["counts"] == {"updated": 1}
    assert (rows[0]["actor"], rows[0]["at"]) == ("tester", "2026-11-22T09:00:00Z")
    assert [row["id"] for row in shop.ok("history", "--limit", 2)] == [4, 3]


def test_what_is_undone_says_by_what(shop: Leadctl) -> None:
    shop.ok("undo", 4)
    rows = {row["id"]: row for row in shop.ok("history")}
    assert rows[4]["undone_by"] == 5
    lines = shop("history", terminal=True).screen.splitlines()
    assert next(line for line in lines if line.startswith("op4")).split()[-1] == "op5"


def test_of_a_record_every_field_old_and_new(shop: Leadctl) -> None:
    rows = shop.ok("history", 1)
    documented = {"field", "old", "new", "operation", "at"}
    assert all(documented <= row.keys() for row in rows)
    said = {(row["operation"], row["field"]): (row["old"], row["new"]) for row in rows}
    assert said[4, "owner"] == ("ana", "ben")
    assert said[3, "owner"] == (None, "ana")
    assert said[3, "amount"] == (None, 1200.5)
    assert said[4, "amount"] == (1200.5, 1300)
    assert said[4, "email_opt_out"] == (True, None)
    assert [row["operation"] for row in rows] == sorted(
        (row["operation"] for row in rows), reverse=True
    )


def test_a_table_for_people(shop: Leadctl) -> None:
    lines = shop("history", 1, terminal=True).screen.splitlines()
    assert lines[0].split() == ["op", "when", "who", "by", "field", "old", "new"]
    assert any("ana" in line and "ben" in line and "owner" in line for line in lines)
    assert "None" not in "\n".join(lines)


def test_thirty_on_a_terminal_and_how_to_see_more(shop: Leadctl) -> None:
    for number in range(35):
        shop.ok("edit", 2, f"city=Town {number}")
    lines = shop("history", terminal=True).screen.splitlines()
    assert len(lines) == 2 + 30 + 1
    assert lines[-1] == "older ones: leadctl history --limit 300"
    assert shop("history", 2, terminal=True).screen.splitlines()[-1].endswith("--limit 300")
    assert len(shop("history").out.splitlines()) == 1 + 39


def test_a_pipe_has_exact_times(shop: Leadctl) -> None:
    header, first = shop("history", "--limit", 1).out.splitlines()
    assert header.split("\t") == ["id", "at", "actor", "command", "counts", "undone_by"]
    cells = first.split("\t")
    assert cells[:2] == ["4", "2026-11-22T09:00:00Z"]
    assert cells[4] == '{"updated": 1}'


def test_at_40_columns(shop: Leadctl) -> None:
    for words in (("history",), ("history", 1)):
        outcome = shop(*words, terminal=True, env={"COLUMNS": "40"})
        assert outcome.code == 0
        assert max(map(len, outcome.screen.splitlines())) <= 40
        assert "op4" in outcome.screen


def test_nothing_has_happened(leadctl: Leadctl) -> None:
    leadctl.db.touch()
    outcome = leadctl("history")
    assert (outcome.code, outcome.out) == (0, "")
    assert "nothing has happened yet" in outcome.err
    assert leadctl.ok("history") == []


@pytest.mark.parametrize(("name", "code"), [("9", 4), ("c1", 4), ("op1", 2), ("zoe", 2)])
def test_of_nobody(shop: Leadctl, name: str, code: int) -> None:
    assert shop("history", name).code == code


def test_of_a_contact(shop: Leadctl) -> None:
    shop.ok("convert", 1, "--yes")
    rows = shop.ok("history", "c1")
    assert rows[-1]["new"] == "created"
    lead = shop("history", 1, terminal=True).screen
    assert "c1" in lead


def test_of_a_rep(shop: Leadctl) -> None:
    shop.ok("rep", "away", "ana", "--until", "2026-12-01")
    rows = shop.ok("history", "rep:ANA")
    assert [(row["field"], row["old"], row["new"]) for row in rows] == [
        *(("away_from", None, "2026-11-22"), ("away_until", None, "2026-12-01")),
        (None, None, "created"),
    ]
    assert rows[0]["command"] == "rep away ana"
    shop.ok("rep", "back", "ana")
    shop.ok("rep", "remove", "ana", "--yes")
    assert shop.ok("history", "rep:ana")[0]["old"] is True
    assert shop("history", "rep:nobody").code == 4


def test_of_a_pool_with_who_came_and_went(shop: Leadctl) -> None:
    shop.ok("pool", "add", "east", "ana", "ben")
    shop.ok("assign", "--pool", "east")
    shop.ok("pool", "remove", "east", "ben", "--yes")
    rows = shop.ok("history", "pool:east")
    assert [(row["field"], row["old"], row["new"]) for row in rows] == [
        *(("member", "ben", None), ("last_rep", None, "ana")),
        *((None, None, "created"), ("member", None, "ana"), ("member", None, "ben")),
    ]
    assert rows[0]["command"] == "pool remove east ben"
    assert shop("history", "pool:west").code == 4
