"""why: one screen of what decided about a lead."""

from __future__ import annotations

import pytest
from conftest import Leadctl, SeedLeads


@pytest.fixture
def shop(leadctl: Leadctl, leads: SeedLeads) -> Leadctl:
    leads(
        {"first_name": "Ada", "last_name": "Lovelace", "company": "Kiln", "phone": "+493023125001",
         "email": "ada@kiln.example"},
        {"first_name": "Ada", "last_name": "Lovelace", "company": "Kiln Ltd",
         "email": "ada@kiln.example"},
        {"first_name": "Ben", "last_name": "Lovelace", "company": "Kiln", "email": "ben@kiln.example"},
    )  # fmt: skip
    leadctl.ok("rep", "add", "ana", "ida")
    leadctl.ok("rep", "away", "ida", "--until", "2026-12-01")
    leadctl.ok("log", 1, "meeting")
    leadctl.ok("score")
    leadctl.ok("assign", 1, "--round-robin")
    return leadctl


def test_all_of_it_as_json(shop: Leadctl) -> None:
    before = shop.db.read_bytes()
    found = shop.ok("why", 1)
    assert found["lead"] == 1
    assert found["score"] == shop.ok("score", "explain", 1)
    assert found["owner"] == {
        key: value for key, value in shop.ok("assign", "explain", 1).items() if key != "lead"
    }
    likeliest = found["duplicates"][0]
    assert (likeliest["kind"], likeliest["id"], likeliest["apart"]) == ("lead", 2, False)
    assert likeliest["score"] > 0.5 > found["duplicates"][-1]["score"]
    conversion = found["conversion"]
    assert conversion["possible"]
    assert [(part["kind"], part["action"]) for part in conversion["plan"]] == [
        ("account", "create"), ("contact", "create")
    ]  # fmt: skip
    assert shop.db.read_bytes() == before


@pytest.mark.parametrize("width", [100, 80, 40])
def test_a_person_sees_it_at_any_width(shop: Leadctl, width: int) -> None:
    shown = shop("why", 1, terminal=True, env={"COLUMNS": str(width)})
    assert shown.code == 0
    lines = shown.screen.splitlines()
    assert max(map(len, lines)) <= width
    words = " ".join(shown.screen.split())
    for said in (
        "1 Ada Lovelace", "meeting +20", "Who has it", "passed over", "Who it may be", "perhaps",
        "What converting it would do", "create Kiln", "score explain 1",
    ):  # fmt: skip
        assert said in words
    if width == 100:
        assert "ida on leave until 2026-12-01" in words


def test_in_a_pipe_it_is_one_table(shop: Leadctl) -> None:
    lines = [row.split("\t") for row in shop("why", 1).out.splitlines()]
    assert lines[0] == ["section", "what", "which", "why"]
    sections = [row[0] for row in lines[1:]]
    assert list(dict.fromkeys(sections)) == [
        "fit", "engagement", "owner", "duplicates", "conversion"
    ]  # fmt: skip
    assert ["engagement", "meeting", "20"] in [row[:3] for row in lines]


def test_a_converted_lead_and_one_that_nobody_has(shop: Leadctl) -> None:
    shop.ok("convert", 1, "--yes")
    found = shop.ok("why", 1)
    assert not found["conversion"]["possible"]
    assert "converted" in found["conversion"]["reason"]
    assert "not now" in shop("why", 1, terminal=True).screen
    alone = shop("why", 3, terminal=True).screen
    assert "nobody" in alone


def test_who_was_decided_to_be_somebody_else(shop: Leadctl) -> None:
    shop.ok("dedupe", 1, 2, "--not")
    assert "decided: not the same" in " ".join(
        shop("why", 1, terminal=True, env={"COLUMNS": "160"}).screen.split()
    )


def test_a_lead_that_is_not_there(shop: Leadctl) -> None:
    done = shop("why", 99)
    assert (done.code, done.out) == (4, "")


def test_fields_that_tell_people_apart_are_looked_at(shop: Leadctl) -> None:
    shop.ok("field", "add", "badge", "--identifying", "--type", "text")
    shop.ok("edit", 1, "badge=K-1")
    shop.ok("edit", 3, "badge=K-1")
    found = {each["id"]: each for each in shop.ok("why", 1)["duplicates"]}
    assert any("badge" in reason for reason in found[3]["reasons"])
    assert found[3]["score"] > 0.5
