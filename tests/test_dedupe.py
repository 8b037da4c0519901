"""leadctl dedupe: the list, and what is no duplicate."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time

import pytest
from conftest import Answers, Leadctl, facts

from leadctl import matching

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
    screen = three("dedupe", "--no-input", terminal=True, env={"COLUMNS": "100"}).screen
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


def test_a_field_that_is_declared_identifying_takes_part(leadctl: Leadctl) -> None:
    leadctl.ok("field", "add", "dob", "--type", "date", "--identifying")
    leadctl.ok("field", "add", "vat", "--on", "account", "--type", "text", "--identifying")
    leadctl.ok("add", "Anna Koch", "dob=1980-01-05", "city=Berlin")
    leadctl.ok("add", "Anna Kohc", "dob=1980-01-05", "city=Berlin")
    leadctl.ok("add", "Anna Koch", "dob=1992-11-23", "city=Berlin")
    [group] = leadctl.ok("dedupe")
    assert group["ids"] == [1, 2]
    assert "same dob" in group["reasons"]
    assert [found["ids"] for found in leadctl.ok("dedupe", 2)] == [[1, 2]]
    assert leadctl.ok("dedupe", 3) == []
    leadctl.ok("account", "add", "Kiln AG", "vat=DE123")
    leadctl.ok("account", "add", "Kiln Pottery", "vat=DE123")
    [group] = leadctl.ok("dedupe", "--as", "accounts")
    assert (group["kind"], group["ids"]) == ("account", [1, 2])
    assert [found["ids"] for found in leadctl.ok("dedupe", "a2")] == [[1, 2]]


# Merging what is beyond doubt.


def test_auto_needs_a_yes(three: Leadctl) -> None:
    before = facts(three.store())
    assert three("dedupe", "--auto", 0.97).code == 7
    trial = three.ok("dedupe", "--auto", 0.97, "--dry-run")
    assert (trial["operation"], trial["groups"], trial["merged"]) == (None, 1, 1)
    assert three("dedupe", "--auto", 0.2, "--yes").code == 2
    assert facts(three.store()) == before


def test_auto_merges_and_is_undone(three: Leadctl) -> None:
    before = facts(three.store())
    done = three.ok("dedupe", "--auto", 0.97, "--yes")
    assert (done["groups"], done["merged"], done["failed"]) == (1, 1, 0)
    assert [(item["survivor"], item["merged"]) for item in done["items"]] == [(1, [2])]
    assert sorted(lead["id"] for lead in three.ok("list")) == [1, 3]
    assert three.ok("history")[0]["counts"]["merged"] == 1
    assert three.ok("dedupe", "--auto", 0.97, "--yes")["operation"] is None
    three.ok("undo", done["operation"], "--yes")
    assert facts(three.store()) == before


def test_auto_takes_no_colleague_and_nobody_parted(leadctl: Leadctl) -> None:
    shared = "company=Koch GmbH", "phone=+49 30 23125001"
    leadctl.ok("add", "Martin Koch", "email=martin@koch.example", *shared)
    leadctl.ok("add", "Martina Koch", "email=martina@koch.example", *shared)
    leadctl.ok("add", "Anna Lang", "email=anna@koch.example", *shared)
    leadctl.ok("add", "Anna Lang", "email=anna.lang@gmail.com", *shared)
    assert leadctl.ok("dedupe", "--auto", 0.97, "--dry-run")["merged"] == 1
    leadctl.ok("dedupe", "--not", 3, 4)
    assert leadctl.ok("dedupe", "--auto", 0.97, "--yes")["merged"] == 0


# At a terminal.


def at_terminal(leadctl: Leadctl, *answers: object) -> tuple[str, Answers]:
    given = Answers(True, *answers)
    outcome = leadctl("dedupe", terminal=True, answers=given)
    assert outcome.code == 0, outcome
    assert given.answers == []
    return outcome.screen, given


def test_side_by_side_and_keep_one(three: Leadctl) -> None:
    screen, asked = at_terminal(three, "merge, keep 2")
    assert "≠" in screen
    assert "O’Brien" in screen
    assert "O'Brien" in screen
    assert "1 of 1 · 0.99: same name; company equal without Ltd" in screen
    assert asked.asked == ["Go through them one by one?", "Are they one?"]
    assert sorted(lead["id"] for lead in three.ok("list")) == [2, 3]
    assert three.ok("show", 1)["id"] == 2
    assert "1 group merged" in screen


def test_field_by_field(three: Leadctl) -> None:
    three.ok("edit", 1, "title=Buyer")
    three.ok("edit", 2, "title=Head of Buying")
    at_terminal(three, "f", 1, 2)
    lead = three.ok("show", 1)
    assert (lead["last_name"], lead["title"]) == ("O’Brien", "Head of Buying")


def test_not_a_duplicate_later_and_quit(three: Leadctl) -> None:
    assert "1 left for later" in at_terminal(three, "later")[0]
    assert "1 left for later" in at_terminal(three, "quit")[0]
    assert "never proposed again" in at_terminal(three, "n")[0]
    assert three.ok("dedupe") == []
    three.ok("undo", "--yes")
    assert len(three.ok("dedupe")) == 1


def test_what_somebody_changed_meanwhile_is_asked_again(three: Leadctl) -> None:
    def meanwhile() -> str:
        three.ok("edit", 1, "title=Buyer")
        return "l"

    given = Answers(True, meanwhile, "r")
    outcome = three("dedupe", terminal=True, answers=given)
    assert outcome.code == 0
    assert "look again" in outcome.err
    assert sorted(lead["id"] for lead in three.ok("list")) == [2, 3]
    assert three.ok("show", 2)["title"] == "Buyer"


def test_ctrl_c_leaves_what_was_decided(three: Leadctl) -> None:
    before = facts(three.store())
    given = Answers(True, KeyboardInterrupt)
    assert three("dedupe", terminal=True, answers=given).code == 130
    assert facts(three.store()) == before


def test_a_lead_that_is_a_contact(leadctl: Leadctl) -> None:
    leadctl.ok("add", "Anna Koch", "email=anna@koch.example", "company=Koch")
    leadctl.ok("convert", 1, "--yes")
    leadctl.ok("add", "Anna Koch", "email=a.koch@gmail.com", "company=Koch GmbH")
    [group] = leadctl.ok("dedupe")
    assert (group["ids"], group["also"]) == ([2], [{"kind": "contact", "id": 1}])
    screen, _ = at_terminal(leadctl, "later")
    assert "leadctl convert 2 --contact c1" in screen


def test_a_real_terminal(three: Leadctl) -> None:
    parent, child = pty.openpty()
    env = {**os.environ, **three.env, "TERM": "xterm", "COLUMNS": "80", "LINES": "40"}
    process = subprocess.Popen(
        [sys.executable, "-m", "leadctl", "dedupe"],
        env=env, stdin=child, stdout=child, stderr=child, close_fds=True,
    )  # fmt: skip
    os.close(child)
    seen = read_until(parent, "one by one?")
    os.write(parent, b"y")
    seen += read_until(parent, "quit")
    os.write(parent, b"n\r")
    seen += read_until(parent, "1 group parted")
    assert process.wait(timeout=20) == 0
    os.close(parent)
    assert three.ok("dedupe") == []


def read_until(descriptor: int, words: str) -> str:
    """Return what a terminal shows until some words are there; fail after 20 seconds."""
    seen, until = "", time.monotonic() + 20
    while words not in seen and time.monotonic() < until:
        if select.select([descriptor], [], [], 0.2)[0]:
            data = os.read(descriptor, 4096).decode(errors="replace")
            if "\x1b[6n" in data:
                # A terminal answers where its cursor stands.
                os.write(descriptor, b"\x1b[1;1R")
            seen += data
    assert words in seen, seen
    return seen


@pytest.mark.parametrize(
    ("written", "other"),
    [
        ("Müller AG", "Mueller Aktiengesellschaft"),
        ("Kiln GmbH", "Kiln Gesellschaft mit beschränkter Haftung"),
        ("Faro S.A.", "Faro Sociedad Anónima"),
        ("Luce S.p.A.", "Luce Società per azioni"),
    ],
)
def test_a_legal_form_in_full_is_left_out(written: str, other: str) -> None:
    assert matching.company_key(written) == matching.company_key(other)


def test_what_only_looks_like_a_legal_form_stays() -> None:
    assert matching.company_key("Deutsche Gesellschaft") == "deutsche gesellschaft"
    assert matching.company_key("Aktiengesellschaft") == "aktiengesellschaft"


def test_nothing_found_names_a_lower_score_only_if_it_is_lower(leadctl: Leadctl) -> None:
    leadctl.ok("add", "Ana Ash", "email=ana@trees.example")
    assert "--min 0.2 may show more" in leadctl("dedupe").err
    for words in (("--min", "0.1"), (1,)):
        said = leadctl("dedupe", *words).err
        assert "no duplicates found" in said
        assert "--min" not in said
