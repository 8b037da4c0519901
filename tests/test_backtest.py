"""Back-tests: what the rules would have said before the outcome, and nothing of what came after."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import NOW, Leadctl
from hypothesis import given, settings
from hypothesis import strategies as st

from leadctl.proof.outcomes import SET_BY_OUTCOMES, facts_read
from leadctl.stored import day_number, stamp

RULES = """
[[score]]
name = "large"
when = "employees >= 50"
points = 20
[[score]]
name = "call"
activity = "call"
points = 5
within = "30 days"
max = 15
[[score]]
name = "old"
when = "age_days > 40"
points = -7
"""
START = NOW - timedelta(days=300)


class Case:
    """A lead that I know all about."""

    def __init__(self, rng: random.Random, number: int) -> None:
        self.created = START + timedelta(days=number % 90)
        self.decided = self.created + timedelta(days=rng.randint(10, 90))
        self.moment = self.decided - timedelta(days=7)
        self.converted = rng.random() < 0.4
        self.employees = rng.choice([5, 500] if rng.random() < 0.5 else [500 * self.converted])
        span = (self.decided - self.created).days
        self.calls = [
            self.created + timedelta(days=rng.randint(0, span), hours=rng.randint(0, 23))
            for _ in range(rng.randint(0, 3 + 2 * self.converted))
        ]

    @property
    def score(self) -> int:
        """What the rules give at the moment."""
        today = self.moment.date()
        counted = [c for c in self.calls if c <= self.moment and (today - c.date()).days < 30]
        calls = min(15, 5 * len(counted))
        old = -7 if (today - self.created.date()).days > 40 else 0
        return max(0, min(100, 20 * (self.employees >= 50) + calls + old))


def day_of(at: datetime) -> int:
    return day_number(at.date())


def lived(leadctl: Leadctl, cases: list[Case]) -> list[int]:
    """Make the leads, and let happen what happened, each in its time."""
    leadctl.now = START
    store = leadctl.store()
    with store.operation("leads") as op:
        ids = list(op.create("lead", [
            {"status": "New", "last_name": f"L{n}", "employees": case.employees,
             "created_at": stamp(case.created), "created_day": day_of(case.created)}
            for n, case in enumerate(cases)
        ]))  # fmt: skip
        op.create("activity", [
            {"lead_id": lead, "kind": "call", "at": stamp(at), "day": day_of(at)}
            for lead, case in zip(ids, cases, strict=True) for at in case.calls
        ])  # fmt: skip
    for lead, case in sorted(zip(ids, cases, strict=True), key=lambda each: each[1].decided):
        leadctl.now = case.decided
        with store.operation("outcome") as op:
            status = "Converted" if case.converted else "Lost"
            at = {"converted_at": op.now} if case.converted else {}
            op.update("lead", [(lead, {"status": status, **at})])
    leadctl.now = NOW
    store.close()
    return ids


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    rng = random.Random(11)
    return [Case(rng, number) for number in range(240)]


@pytest.fixture(scope="module")
def history(cases: list[Case]) -> Iterator[Leadctl]:
    with tempfile.TemporaryDirectory() as folder:
        leadctl = Leadctl(Path(folder))
        lived(leadctl, cases)
        leadctl.configure(RULES)
        yield leadctl


def test_doubts_name_the_facts_behind_what_rules_read(leadctl: Leadctl) -> None:
    leadctl.ok("add", "Jo Li")
    leadctl.ok("field", "add", "plan", "--type", "text")
    read = ("is_free_mail", "has_phone", "plan", "age_days", "created_at", "activities", "title")
    assert facts_read(leadctl.store(), read) == ["email", "mobile", "phone", "plan", "title"]


def test_activities_written_down_later_are_counted_and_said(leadctl: Leadctl) -> None:
    leadctl.configure(RULES)
    ids = lived(leadctl, [Case(random.Random(n), n) for n in range(150)])
    said = "of before that were written down after it"
    before = leadctl.ok("rules", "backtest")[0]["hindsight"]
    leadctl.now = NOW
    converted = next(
        lead for lead in leadctl.ok("list", "--status", "Converted") if lead["id"] in ids
    )
    leadctl.ok("log", converted["id"], "call", "--at", converted["created_at"][:10])
    outcome = leadctl("rules", "backtest", "--json")
    assert outcome.json[0]["hindsight"] == before + 1
    assert f"{before + 1} activ" in leadctl("rules", "backtest").err
    assert said in leadctl("rules", "backtest").err


def test_the_figures_are_those_of_scikit_learn(history: Leadctl, cases: list[Case]) -> None:
    from sklearn.metrics import roc_auc_score

    seen = [case for case in cases if case.moment >= case.created]
    converted = [case.converted for case in seen]
    scores = [case.score for case in seen]
    (found,) = history.ok("rules", "backtest")
    assert (found["outcomes"], found["converted"]) == (len(seen), sum(converted))
    assert found["auc"] == pytest.approx(roc_auc_score(converted, scores), abs=1e-4)
    assert found["auc"] > 0.6
    base = sum(converted) / len(seen)
    assert found["lift_top_decile"] == pytest.approx(found["precision_top_decile"] / base, abs=1e-3)
    assert found["log_loss"] < found["base_log_loss"] < 0.7
    assert sum(band["leads"] for band in found["calibration"]) == len(seen)
    assert sum(band["converted"] for band in found["calibration"]) == sum(converted)


def test_a_rule_weighs_what_the_figure_is_without_it(history: Leadctl) -> None:
    (found,) = history.ok("rules", "backtest")
    for weight in found["weights"]:
        (less,) = history.ok("rules", "backtest", "--without", weight["rule"])
        assert found["auc"] - less["auc"] == pytest.approx(weight["auc"], abs=2e-4)
    assert found["weights"][0]["verdict"] == "carries"


@settings(max_examples=12)
@given(seed=st.integers(0, 10_000))
def test_what_came_after_the_moment_is_not_seen(seed: int) -> None:
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        leadctl = Leadctl(Path(folder))
        cases = [Case(rng, number) for number in range(90)]
        for number, case in enumerate(cases):
            case.converted = number % 2 == 0
        ids = lived(leadctl, cases)
        leadctl.configure(RULES)
        before = leadctl.ok("rules", "backtest")
        assert before[0]["auc"] is not None
        store = leadctl.store()
        with store.operation("later") as op:
            later = [
                (lead, case.moment + timedelta(seconds=rng.randint(1, 10**7)))
                for lead, case in zip(ids, cases, strict=True) for _ in range(rng.randint(0, 3))
            ]  # fmt: skip
            op.create("activity", [
                {"lead_id": lead, "kind": "call", "at": stamp(at), "day": day_of(at)}
                for lead, at in later
            ])  # fmt: skip
            some = rng.sample(ids, 40)
            op.update("lead", [(lead, {"employees": rng.choice([1, 900])}) for lead in some])
        store.close()
        assert leadctl.ok("rules", "backtest") == before


@pytest.mark.parametrize("field", SET_BY_OUTCOMES)
def test_a_rule_that_knows_the_outcome_is_refused(history: Leadctl, field: str) -> None:
    leak = f'{RULES}[[score]]\nname = "leak"\nwhen = "{field} is not null"\npoints = 50\n'
    history.configure(leak)
    refused = history("rules", "backtest")
    assert refused.code == 6
    assert f'"leak" reads {field}, which' in refused.err
    assert '--without "leak"' in refused.err
    assert history.ok("rules", "backtest", "--without", "leak")[0]["auc"] > 0.6
    history.configure(RULES)


def test_two_files_of_rules(history: Leadctl) -> None:
    other = history.write("other.toml", RULES.replace("points = 20", "points = -20"))
    mine, theirs = history.ok("rules", "backtest", "--against", other)
    assert theirs["rules"] == str(other)
    assert mine["auc"] > theirs["auc"]
    value, low, high = theirs["auc_gain"]
    assert low < value < high < 0
    assert value == pytest.approx(theirs["auc"] - mine["auc"], abs=2e-4)
    screen = history("rules", "backtest", "--against", other, terminal=True).screen
    assert f"{other} tells less" in " ".join(screen.split())
    assert theirs["regraded"] == []
    assert f"By {other} no lead to work would have another grade" in " ".join(screen.split())


def test_who_would_have_another_grade(leadctl: Leadctl) -> None:
    leadctl.configure(RULES)
    leadctl.ok("add", "Jo Li", "employees=500")
    leadctl.ok("add", "Zoë Núñez", "employees=5")
    other = leadctl.write("other.toml", RULES.replace("points = 20", "points = 50"))
    _, theirs = leadctl.ok("rules", "backtest", "--against", other)
    assert theirs["regraded"] == [{"from": "C", "to": "B", "leads": 1}]
    screen = leadctl("rules", "backtest", "--against", other, terminal=True).screen
    assert "1 lead to work would have another grade: 1 C → B" in " ".join(screen.split())
    assert "large 20 → 50" in screen


def test_too_few_outcomes_give_no_figure(leadctl: Leadctl) -> None:
    leadctl.ok("add", "Jo Li", "company=Kiln AG")
    leadctl.ok("convert", 1, "--yes")
    (found,) = leadctl.ok("rules", "backtest", "--before", "0 days")
    assert (found["outcomes"], found["auc"], found["log_loss"]) == (1, None, None)
    screen = leadctl("rules", "backtest", terminal=True).screen
    assert "Too few to say anything: 30 converted and 30 lost are the least" in screen


def test_leads_lost_nobody_knows_when(leadctl: Leadctl) -> None:
    rows = [
        f"L{n},Lost,2026-01-{1 + n % 28:02},no," if n % 2
        else f"L{n},Converted,2026-01-{1 + n % 28:02},yes,2026-03-{1 + n % 28:02}"
        for n in range(80)
    ]  # fmt: skip
    header = "Name,Status,Created,Converted,Converted date"
    leadctl.ok("import", leadctl.write("old.csv", "\n".join([header, *rows]) + "\n"))
    (found,) = leadctl.ok("rules", "backtest")
    assert (found["converted"], found["lost"], found["undated"]) == (40, 40, 40)
    assert found["undated_days"] == 52  # 59 days from January to March, and 7 before
    assert found["first_known"] == 80
    outcome = leadctl("rules", "backtest")
    assert "40 of the lost have no date of it" in outcome.err
    assert "company, email, email_opt_out, employees, mobile, phone" in outcome.err
    assert leadctl.ok("rules", "backtest", "--dated")[0]["lost"] == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--against", "nowhere.toml"), 2, "no such file of rules: nowhere.toml"),
        (("--before", "soon"), 2, "'soon' is no number of days"),
        (("--without", "nothing"), 4, "there is no rule 'nothing'"),
        (("--where", "nothing = 1"), 2, "unknown field nothing"),
    ],
)
def test_what_is_wrong_is_said(history: Leadctl, words: Any, code: int, said: str) -> None:
    outcome = history("rules", "backtest", *words)
    assert outcome.code == code
    assert said in outcome.err


def test_broken_rules(history: Leadctl) -> None:
    broken = history.write("broken.toml", '[[score]]\nname = "x"\npoints = "many"\nwhen = "true"\n')
    outcome = history("rules", "backtest", "--against", broken)
    assert outcome.code == 6
    assert f"{broken} line 1: [[score]]" in outcome.err


def test_screen_and_pipe(history: Leadctl) -> None:
    screen = history("rules", "backtest", terminal=True).screen
    assert "as they were 7 days before it" in screen
    assert "tells them apart (AUC)" in screen
    header, line = history("rules", "backtest").out.splitlines()
    assert header.split("\t")[:3] == ["rules", "outcomes", "converted"]
    assert len(line.split("\t")) == len(header.split("\t"))
