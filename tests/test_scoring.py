"""Score rules: what leadctl.toml may say, how what it may not is refused, and what it means."""

from __future__ import annotations

import sqlite3
import tomllib
from pathlib import Path
from typing import Any

import pytest

from leadctl.config import ACTIVITY_KINDS
from leadctl.errors import BadDataError
from leadctl.rules.score_tables import cap_of, load, rule_of
from leadctl.rules.scoring import Cap, Rule, ScoreRules

SHIPPED = Path(load.__code__.co_filename).with_name("default.toml")


def rules(text: str) -> ScoreRules:
    return load(tomllib.loads(text), path="leads.toml", kinds=ACTIVITY_KINDS)


def rule(keys: str) -> Rule:
    found = rules(f'[[score]]\nname = "r"\npoints = 5\n{keys}').lines[0]
    assert isinstance(found, Rule)
    return found


def refusal(text: str) -> str:
    with pytest.raises(BadDataError) as caught:
        rules(text)
    assert caught.value.exit_code == 6
    line = f"{caught.value.message} · {caught.value.hint}"
    assert "\n" not in line
    assert line.startswith("leads.toml: ")
    return line


# --- the shipped rules


def test_shipped_rules_are_those_of_the_product() -> None:
    lines = load({}, path="leads.toml").lines
    assert [(line.name, line.points) for line in lines if isinstance(line, Rule)] == [
        ("business email", 15),
        ("phone", 10),
        ("company", 5),
        ("senior title", 10),
        ("50 employees or more", 10),
        ("in person or referral", 10),
        ("opted out or no way to reach", -20),
        ("meeting", 20),
        ("form", 15),
        ("call or email from them", 10),
        ("visit", 3),
        ("nothing for 30 days", -10),
    ]
    assert lines[-1] == Cap("total", 0, 100)


def test_without_a_file_the_path_is_shipped() -> None:
    assert load({}, path="leads.toml").path == "shipped"
    assert load({"timezone": "UTC"}, path="leads.toml").path == "shipped"
    assert rules("[grades]\nA = 1").path == "leads.toml"


def test_the_shipped_file_says_the_same_as_no_file() -> None:
    assert rules(SHIPPED.read_text()).hash == load({}, path="leads.toml").hash


def test_the_shipped_file_stays_readable_with_its_examples_switched_on() -> None:
    switched_on = []
    for line in SHIPPED.read_text().splitlines():
        words = line.removeprefix("# ")
        example = line.startswith("# ") and (words.startswith("[") or " = " in words)
        switched_on.append(words if example else line)
    document = tomllib.loads("\n".join(switched_on))
    assert {"timezone", "sources", "kinds", "convert", "status", "stage"} <= document.keys()
    assert len(load(document, path="x", kinds=document["kinds"]).lines) == 12 + 1 + 3


def test_shipped_rules_do_not_need_the_shipped_kinds() -> None:
    assert load({}, path="leads.toml", kinds=("demo",)).lines


# --- what the file says, and what it leaves out


def test_own_rules_replace_the_shipped_ones_as_a_whole() -> None:
    own = rules('[[score]]\nname = "DACH"\nwhen = "country = \'DE\'"\npoints = 15')
    assert [line.name for line in own.lines] == ["DACH", "total cap"]
    assert [grade.name for grade in own.grades] == ["A", "B", "C", "D"]


def test_own_caps_leave_the_other_caps_and_the_rules_as_shipped() -> None:
    own = rules("[score_caps]\nfit = [0, 50]")
    assert len(own.lines) == 12 + 2
    assert [line for line in own.lines if isinstance(line, Cap)] == [
        Cap("fit", 0, 50),
        Cap("total", 0, 100),
    ]


def test_own_grades_replace_the_shipped_ones() -> None:
    own = rules("[grades]\nhot = 50\ncold = -10")
    assert own.grades == (("hot", 50), ("cold", -10))


def test_no_rules_at_all() -> None:
    assert [line.name for line in rules("score = []").lines] == ["total cap"]


def test_ledger_order_is_fit_its_cap_engagement_its_cap_total() -> None:
    own = rules("""
        [[score]]
        name = "calls"
        activity = "call"
        points = 1
        [[score]]
        name = "company"
        when = "company is not null"
        points = 1
        [score_caps]
        engagement = [0, 9]
        fit = [0, 9]""")
    names = ["company", "fit cap", "calls", "engagement cap", "total cap"]
    assert [line.name for line in own.lines] == names


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ('when = "true"', {"group": "fit", "kinds": (), "days": None}),
        ('when = "true"\ngroup = "engagement"', {"group": "engagement"}),
        ('activity = "call"', {"group": "engagement", "kinds": ("call",), "when": None}),
        ('activity = "call"\ngroup = "fit"', {"group": "fit"}),
        ('activity = ["Call", "FORM", "call"]', {"kinds": ("call", "form")}),
        ('activity = "call"\ndirection = "in"', {"direction": "in"}),
        ('activity = "call"\nmax = 20', {"most": 20}),
        ('activity = "call"\nwithin = "1 day"', {"days": 1}),
        ('activity = "call"\nwithin = "30 days"', {"days": 30}),
    ],
)
def test_a_rule(keys: str, expected: dict[str, Any]) -> None:
    found = rule(keys)
    assert {name: getattr(found, name) for name in expected} == expected


@pytest.mark.parametrize(
    "keys",
    [
        'when = "employees > 5"',
        'activity = ["call", "form"]\ndirection = "out"\nmax = 9\nwithin = "9 days"',
        'activity = "call"\nwhen = "company is null"\ngroup = "fit"',
    ],
)
def test_a_rule_is_made_again_from_its_table(keys: str) -> None:
    assert rule_of(rule(keys).table, "run 3") == rule(keys)


def test_a_cap_is_made_again_from_its_table() -> None:
    assert cap_of(Cap("fit", -5, 60).table) == Cap("fit", -5, 60)


# --- what is refused


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ('points = 5\nwhen = "1"\npionts = 5', ['no key "pionts"', "did you mean points?"]),
        ('when = "1"', ["points is missing", "a whole number"]),
        ('points = 5.0\nwhen = "1"', ["points must be a whole number"]),
        ('points = "5"\nwhen = "1"', ["points must be a whole number"]),
        ('points = true\nwhen = "1"', ["points must be a whole number"]),
        ('points = 1000001\nwhen = "1"', ["points must be a whole number from -1000000"]),
        ("points = 5", ["neither when nor activity", 'when = "true"']),
        ("points = 5\nwhen = 5", ["when must be a condition"]),
        ('points = 5\nwhen = "employes > 5"', ["when: unknown field employes", "did you mean"]),
        ('points = 5\nwhen = ""', ["when: the condition is empty"]),
        ('points = 5\nwhen = "score > 5"', ["when: score is what the rules give"]),
        ('points = 5\nwhen = "1 = 1 or Fit > 5"', ["when: fit is what the rules give"]),
        ('points = 5\nwhen = "engagement > 5"', ["when: engagement is what"]),
        ("points = 5\nwhen = \"grade = 'A'\"", ["when: grade is what"]),
        ('points = 5\nwhen = "owner = ME ()"', ["when: me() is another one"]),
        ('points = 5\nwhen = "1"\ngroup = "total"', ['group must be "fit" or "engagement"']),
        ('points = 5\nactivity = "calls"', ['there is no kind "calls"', "kinds: call, email"]),
        ("points = 5\nactivity = []", ["activity must be a kind or a list of kinds"]),
        ("points = 5\nactivity = [5]", ["activity must be a kind or a list of kinds"]),
        ('points = 5\nactivity = "call"\ndirection = "inbound"', ['direction must be "in"']),
        ('points = 5\nwhen = "1"\ndirection = "in"', ["direction limits activities"]),
        ('points = 5\nwhen = "1"\nmax = 9', ["max limits activities", 'activity = "call"']),
        ('points = 5\nwhen = "1"\nwithin = "9 days"', ["within limits activities"]),
        ('points = 5\nactivity = "call"\nmax = 0', ["max must be a whole number from 1"]),
        (
            'points = 5\nactivity = "call"\nwithin = "-3 days"',
            ['within must be a text such as "28'],
        ),
        ('points = 5\nactivity = "call"\nwithin = "0 days"', ["within must be"]),
        ('points = 5\nactivity = "call"\nwithin = "36501 days"', ["within must be"]),
        ('points = 5\nactivity = "call"\nwithin = "2 weeks"', ["within must be"]),
        ('points = 5\nactivity = "call"\nwithin = 28', ["within must be"]),
        (
            'points = 5\nactivity = "call"\nhalf_life = "-9 days"',
            ['half_life must be a text such as "14 days", from 1 to 3650 days'],
        ),
        ('points = 5\nactivity = "call"\nhalf_life = "3651 days"', ["half_life must be"]),
        ('points = 5\nactivity = "call"\nhalf_life = 14', ["half_life must be"]),
        (
            'points = 5\nwhen = "true"\nhalf_life = "9 days"',
            ["half_life limits activities and needs one"],
        ),
        (
            'points = 5\nactivity = "call"\nhalf_life = "9 days"\nwithin = "9 days"',
            ["half_life beside within"],
        ),
    ],
)
def test_a_wrong_rule_is_named_with_its_key_and_what_would_do(keys: str, words: list[str]) -> None:
    line = refusal(f'[[score]]\nname = "calls"\n{keys}')
    assert line.startswith('leads.toml: [[score]] "calls": ')
    for word in words:
        assert word in line


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("score = 5", ["score is no list of rules", "[[score]]"]),
        ('[score]\nname = "x"', ["score is no list of rules", "[[score]]"]),
        ("[[score]]\npoints = 5", ["[[score]] number 1", "name is missing"]),
        ('[[score]]\nname = " "\npoints = 5', ["[[score]] number 1", "name must be"]),
        ('[[score]]\nname = "a\\u0000"\npoints = 5', ["name must be a text"]),
        (f'[[score]]\nname = "{"x" * 61}"\npoints = 5', ["name must be a text"]),
        (
            '[[score]]\nname = "a"\npoints = 5\nwhen = "1"\n' * 2,
            ['[[score]] "a"', "two rules have this name"],
        ),
        (
            "".join(f'[[score]]\nname = "{n}"\npoints = 5\nwhen = "1"\n' for n in range(201)),
            ["201 rules are too many", "at most 200"],
        ),
        ("score_caps = 5", ["[score_caps] must be a table"]),
        ("[score_caps]\nfits = [0, 1]", ["[score_caps]", 'no key "fits"', "did you mean fit?"]),
        ("[score_caps]\nfit = 5", ["fit must be two whole numbers"]),
        ("[score_caps]\nfit = [0]", ["fit must be two whole numbers"]),
        ("[score_caps]\nfit = [0, 1.5]", ["fit must be two whole numbers"]),
        ("[score_caps]\nfit = [9, 1]", ["fit: 9 is more than 1", "fit = [1, 9]"]),
        ("grades = 5", ["[grades] must be a table"]),
        ("[grades]", ["[grades] must be a table"]),
        ('[grades]\nA = "70"', ["[grades]", "A must be a whole number"]),
        ("[grades]\nA = true", ["[grades]", "A must be a whole number"]),
        ("[grades]\nA = 70.5", ["[grades]", "A must be a whole number"]),
        ("[grades]\nA = 70\nB = 70", ["B must be below the 70 of A"]),
        ("[grades]\nD = 0\nA = 70", ["A must be below the 0 of D", "the best grade first"]),
        ('[grades]\n"\\u0000" = 70', ["[grades]", "no name that can be read"]),
    ],
)
def test_a_wrong_table_is_named(text: str, words: list[str]) -> None:
    line = refusal(text)
    for word in words:
        assert word in line


def test_a_text_that_speaks_of_me_is_no_call_of_it() -> None:
    assert rule("when = \"company = 'me() & co'\"").when


# --- the hash


def test_the_hash_is_the_same_for_the_same_meaning() -> None:
    assert rule('when = " employees > 5 "') == rule('when = "employees > 5"')
    one, other = (
        rules(f'{remark}[[score]]\nname = "a"\npoints = 5\nwhen = "1"')
        for remark in ("", "# a remark\n")
    )
    assert one.hash == other.hash
    assert len(one.hash) == 32


@pytest.mark.parametrize(
    "change",
    ["[grades]\nA = 71", "[score_caps]\nfit = [0, 50]", "[score_caps]\ntotal = [0, 99]"],
)
def test_the_hash_is_another_one_for_another_meaning(change: str) -> None:
    assert rules(change).hash != rules("").hash


# --- the expressions


@pytest.mark.parametrize(
    ("points", "most", "count", "expected"),
    [
        (5, None, 3, 15),
        (5, 20, 3, 15),
        (5, 20, 4, 20),
        (5, 20, 5, 20),
        (-5, 20, 5, -20),
        (-5, 20, 3, -15),
        (5, 3, 1, 3),
        (5, 20, None, 0),
        (0, 20, 9, 0),
    ],
)
def test_points_of_activities(points: int, most: int | None, count: Any, expected: int) -> None:
    one = Rule("r", "engagement", points, kinds=("call",), most=most)
    sql = one.points_sql(":count")
    assert sqlite3.connect(":memory:").execute(f"SELECT {sql}", {"count": count}).fetchone() == (
        expected,
    )


def test_a_kind_with_a_quote_stays_a_text() -> None:
    assert "'it''s'" in Rule("r", "fit", 1, kinds=("it's",)).counts_sql
