"""The small verbs: move a lead, tag anything."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Leadctl, facts

from leadctl.store import Store


@pytest.fixture
def shop(leadctl: Leadctl) -> Leadctl:
    leadctl.ok("add", "Zoë Núñez", "tags=new")
    leadctl.ok("add", "Eve Adler")
    leadctl.ok("contact", "add", "Lee")
    leadctl.ok("deal", "add", "CRM")
    return leadctl


def test_leads_move_and_come_back(shop: Leadctl, store: Store) -> None:
    before = facts(store)
    done = shop.ok("move", "1", "2", "attempted", "to", "contact")
    assert done["changed"] == 2
    assert {lead["status"] for lead in shop.ok("list")} == {"Contacted"}
    assert shop.ok("history", "--limit", 1)[0]["command"] == "move 1 2 Contacted"
    assert shop.ok("move", "1", "Contacted")["operation"] is None
    shop.ok("undo", done["operation"])
    assert facts(store) == before


def test_a_lost_lead_has_a_reason(shop: Leadctl) -> None:
    shop.ok("move", "1", "lost", "--reason", "no need")
    assert shop.ok("show", "1")["lost_reason"] == "No need"
    assert shop("move", "1", "New", "--reason", "x").code == 2


def test_a_deal_moves_by_its_letter(shop: Leadctl) -> None:
    assert shop.ok("move", "d1", "won")["moved"] == 1
    assert shop.ok("show", "d1")["stage"] == "Closed Won"


def test_tags_come_and_go(shop: Leadctl, store: Store) -> None:
    before = facts(store)
    done = shop.ok("tag", "1", "2", "VIP,", "hot", "lead")
    assert [lead["tags"] for lead in shop.ok("list", "--sort", "id")[::-1]] == [
        "new, VIP, hot lead", "VIP, hot lead",
    ]  # fmt: skip
    assert shop.ok("tag", "1", "vip")["unchanged"] == 1
    assert shop.ok("untag", "1", "2", "vip, hot lead")["changed"] == 2
    assert shop.ok("tag", "c1", "vip")["changed"] == 1
    assert shop.ok("contact", "list", "--tag", "vip")[0]["id"] == 1
    assert shop.ok("tag", "1", "x", "--dry-run")["operation"] is None
    for operation in range(done["operation"] + 2, done["operation"] - 1, -1):
        shop.ok("undo", operation)
    assert facts(store) == before


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("move", "1"), 2, "move needs leads, then a status"),
        (("move", "won"), 2, "move needs leads"),
        (("move", "9", "New"), 4, "there is no lead 9"),
        (("move", "1", "converted"), 2, "leadctl convert"),
        (("move", "c1", "New"), 2, "contacts have no field 'status'"),
        (("tag", "1"), 2, "tag needs ids, then a tag"),
        (("untag", "vip"), 2, "untag needs ids"),
        (("tag", "1", "c1", "vip"), 2, "leads and contacts · one kind at a time"),
    ],
)
def test_bad_input(shop: Leadctl, words: Any, code: int, said: str) -> None:
    outcome = shop(*words)
    assert outcome.code == code, outcome
    assert said in outcome.err
