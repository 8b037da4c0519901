"""Suggested rules: what really went with conversion is found, and little else."""

from __future__ import annotations

import random
import tomllib
from datetime import timedelta

import pytest
from conftest import NOW, Leadctl

from leadctl.proof import suggest
from leadctl.proof.suggest import Finding
from leadctl.statistics import Counts
from leadctl.stored import day_number, stamp


def lived(leadctl: Leadctl, leads: int, seed: int, *, true: bool) -> None:
    """Make leads whose source and calls, if `true`, have to do with what becomes of them."""
    rng = random.Random(seed)
    created = NOW - timedelta(days=200)
    leadctl.now = created
    store = leadctl.store()
    rows, calls, converted = [], [], []
    for number in range(leads):
        source = rng.choice(["Referral's", "Website", "Email"])
        called = rng.random() < 0.4
        chance = 0.25 + true * (0.3 * (source == "Referral's") + 0.25 * called)
        converted.append(rng.random() < chance)
        rows.append(
            {"status": "New", "last_name": f"L{number}", "source": source,
             "industry": rng.choice("ABCDEFGH"), "employees": rng.randint(1, 500),
             "created_at": stamp(created), "created_day": day_number(created.date())}
        )  # fmt: skip
        if called:
            calls.append(number)
    with store.operation("leads") as op:
        ids = op.create("lead", rows)
        at = created + timedelta(days=20)
        op.create("activity", [
            {"lead_id": ids[n], "kind": "call", "direction": "in", "at": stamp(at),
             "day": day_number(at.date())}
            for n in calls
        ])  # fmt: skip
    leadctl.now = created + timedelta(days=40)
    with store.operation("outcomes") as op:
        won = {"status": "Converted", "converted_at": op.now}
        pairs = zip(ids, converted, strict=True)
        op.update("lead", [(lead, won if yes else {"status": "Lost"}) for lead, yes in pairs])
    store.close()
    leadctl.now = NOW


def test_what_went_with_conversion_is_found(leadctl: Leadctl) -> None:
    lived(leadctl, 800, 1, true=True)
    found = {row["name"]: row for row in leadctl.ok("rules", "suggest")}
    assert found["source Referral's"]["when"] == "source = 'Referral''s'"
    assert found["source Referral's"]["points"] >= 10
    assert found["call"]["points"] >= 8
    assert not [name for name in found if name.startswith(("industry", "employees"))]
    assert all(row["false_share"] <= 0.05 for row in found.values())
    low, high = found["call"]["rate_interval"]
    assert low < found["call"]["rate"] < high


def test_tags_and_fields_of_your_own_are_looked_at(leadctl: Leadctl) -> None:
    leadctl.ok("add", "Jo Li")
    for name, type_ in (("plan", "text"), ("seats", "number"), ("pilot", "bool"), ("due", "date")):
        leadctl.ok("field", "add", name, "--type", type_)
    lived(leadctl, 600, 1, true=True)
    leadctl.now = NOW - timedelta(days=199)
    store = leadctl.store()
    called = "SELECT lead_id FROM activities"
    with store.operation("facts") as op:
        op.update(
            "lead",
            [
                (row["id"], {"plan": "100% off", "seats": 400, "pilot": 1, "tags": "a_b, hot",
                             "due": "2026-01-01"})
                for row in store.query(f"SELECT id FROM leads WHERE id IN ({called})")
            ],
        )  # fmt: skip
        op.update(
            "lead",
            [
                (row["id"], {"plan": "none", "seats": 5, "pilot": 0, "tags": "axb, hotter"})
                for row in store.query(f"SELECT id FROM leads WHERE id NOT IN ({called})")
            ],
        )
    store.close()
    leadctl.now = NOW
    piped = leadctl("rules", "suggest")
    found = {row["name"]: row for row in leadctl.ok("rules", "suggest")}
    same = {"call", "plan 100% off", "tag hot", "tag a_b", "pilot = 1", "seats 400 or more"}
    assert same <= found.keys()
    assert len({(found[name]["leads"], found[name]["converted"]) for name in same}) == 1
    assert found["tag hotter"]["points"] < 0
    other = leadctl.write("other.toml", piped.out)
    matched = leadctl.ok("list", "--all", "--where", found["tag a_b"]["when"])
    assert len(matched) == found["tag a_b"]["leads"]
    assert leadctl("rules", "backtest", "--against", other).code == 0


def test_what_is_printed_in_a_pipe_is_a_file_of_rules(leadctl: Leadctl) -> None:
    lived(leadctl, 800, 1, true=True)
    piped = leadctl("rules", "suggest")
    rules = tomllib.loads(piped.out)["score"]
    assert {rule["name"] for rule in rules} >= {"source Referral's", "call"}
    assert "odds" in piped.out
    other = leadctl.write("other.toml", piped.out)
    _, theirs = leadctl.ok("rules", "backtest", "--against", other)
    assert theirs["auc"] > 0.6
    screen = leadctl("rules", "suggest", terminal=True).screen
    assert "Each was looked at alone" in " ".join(screen.split())


@pytest.mark.parametrize("seed", [2, 3])
def test_what_is_chance_is_not_suggested(leadctl: Leadctl, seed: int) -> None:
    lived(leadctl, 400, seed, true=False)
    assert leadctl.ok("rules", "suggest") == []
    outcome = leadctl("rules", "suggest")
    assert outcome.out == ""
    assert "none went with conversion more than chance explains" in outcome.err


def test_too_few(leadctl: Leadctl) -> None:
    leadctl.ok("add", "Jo Li", "company=Kiln AG")
    outcome = leadctl("rules", "suggest")
    assert (outcome.code, outcome.out) == (0, "")
    assert "Too few to suggest anything" in outcome.err
    assert leadctl("rules", "suggest", "--before", "soon").code == 2


def test_rules_of_one_name_are_told_apart() -> None:
    counts = Counts(30, 30)
    found = [Finding({"name": "x" * 60}, counts, counts, 0.01, 0.01) for _ in range(3)]
    names = [finding.rule["name"] for finding in suggest._told_apart(found)]
    assert len({*names}) == 3
    assert max(map(len, names)) == 60
