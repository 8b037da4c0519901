"""leadctl dedupe: the list, and what is no duplicate."""

from __future__ import annotations

import pytest
from conftest import Leadctl, facts

NAMES = (
    ("Anne", "O’Brien", "company=Queen's Foods Ltd"),
    ("Anne", "O'Brien", "company=Queens Foods"),
    ("Ben", "Lang", "company=Queens Foods"),
)


@pytest.fixture
def three(leadctl: Leadctl) -> Leadctl:
    rows = "\n".join(f"{first},{last},{field[8:]}" for first, last, field in NAMES)
    path = leadctl.write("leads.csv", f"First Name,Last Name,Company\n{rows}\n")
    assert leadctl.ok("import", path, "--on-duplicate", "create")["created"] == 3
    return leadctl


def test_json(three: Leadctl) -> None:
    [group] = three.ok("dedupe")
    assert group["kind"] == "lead"
    assert group["ids"] == [1, 2]
    assert group["also"] == []
    assert 0.97 < group["score"] <= 1
    assert "same name" in group["reasons"]
    assert "company equal without Ltd" in group["reasons"]


def test_terminal_and_pipe(three: Leadctl) -> None:
    screen = three("dedupe", terminal=True, env={"COLUMNS": "100"}).screen
    assert "1 2" in screen
    assert "same name;" in screen
    piped = three("dedupe").out.splitlines()
    assert piped[0].split("\t") == ["kind", "ids", "also", "score", "reasons"]
    assert piped[1].startswith("lead\t1 2\t")


def test_min_as_and_ids(three: Leadctl) -> None:
    assert three.ok("dedupe", "--min", 1) == []
    assert three.ok("dedupe", "--as", "accounts") == []
    assert [group["ids"] for group in three.ok("dedupe", 2)] == [[1, 2]]
    assert three.ok("dedupe", 3) == []
    assert three("dedupe", "--as", "people").code == 2
    assert three("dedupe", "--min", 2).code == 2
    assert three("dedupe", 99).code == 4


def test_an_empty_database(leadctl: Leadctl) -> None:
    outcome = leadctl("dedupe", "--json")
    assert (outcome.code, outcome.json) in ((0, []), (4, outcome.json))


def test_not_a_duplicate_is_remembered_and_undone(three: Leadctl) -> None:
    trial = three.ok("dedupe", "--not", 1, 2, "--dry-run")
    assert (trial["operation"], trial["pairs"]) == (None, 1)
    before = facts(three.store())
    done = three.ok("dedupe", "--not", 1, 2)
    assert done["pairs"] == 1
    assert three.ok("dedupe") == []
    assert three.ok("dedupe", 1) == []
    again = three.ok("dedupe", "--not", 2, 1)
    assert (again["operation"], again["pairs"]) == (None, 0)
    three.ok("undo", done["operation"], "--yes")
    assert facts(three.store()) == before
    assert len(three.ok("dedupe")) == 1


def test_not_with_too_little(three: Leadctl) -> None:
    assert three("dedupe", "--not", 1).code == 2
    assert three("dedupe", "--not", 1, 1).code == 2
    assert three("dedupe", "--not", 1, 99).code == 4
    assert three("dedupe", "--not", 1, "c1").code == 4
