"""rules test: made-up leads beside the rules, tried without any database."""

from __future__ import annotations

import pytest
from conftest import Leadctl

RULES = """
[[score]]
name = "DACH"
when = "country in ('DE', 'AT')"
points = 15
[[score]]
name = "calls"
activity = "call"
direction = "in"
half_life = "14 days"
points = 10
[[score]]
name = "old"
when = "age_days > 30"
points = -5
[score_caps]
total = [-10, 20]
[[assign]]
name = "east"
when = "postal_code like '0%'"
to = { pool = "eu" }
[[assign]]
name = "mine"
when = "owner = 'ida'"
to = { rep = "ida" }
[[assign]]
name = "customers"
when = "company is not null"
to = { account_owner = true }
"""


def case(keys: str) -> str:
    return f"{RULES}[[case]]\n{keys}\n"


def test_all_that_a_case_may_expect(leadctl: Leadctl) -> None:
    leadctl.configure(
        case(
            """
            name = "a caller"
            lead = { country = "Germany", postal_code = "01067", age_days = 31, employees = 50 }
            activities = [
                {kind = "Call", days_ago = 14, direction = "in"}, {kind = "call", direction = "out"},
                {kind = "call", direction = "in"}, {kind = "note"},
            ]
            score = 20
            fit = 10
            engagement = 15
            grade = "c"
            rank = "C2"
            points = { DACH = 15, calls = 15, old = -5, "total cap" = -5 }
            rule = "east"
            pool = "EU"
            """
        )
    )
    done = leadctl("rules", "test")
    assert done.code == 0, done
    assert done.out == "ok    a caller\n"
    assert "1 case, all as expected" in done.err
    assert not leadctl.db.exists()


def test_what_fails_is_shown_with_its_ledger(leadctl: Leadctl) -> None:
    leadctl.configure(
        case('lead = { country = "DE" }\nscore = 15\ngrade = "D"\n[[case]]\nlead = {}\nscore = 1')
    )
    done = leadctl("rules", "test")
    assert done.code == 6
    assert done.out.splitlines() == [
        "ok    case 1, line 31", "FAIL  case 2, line 35", "      score: expected 1, got 0"
    ]  # fmt: skip
    assert "2 cases, 1 failed" in done.err
    found = leadctl("rules", "test", "--json")
    assert found.code == 6
    assert (found.json["cases"], found.json["passed"], found.json["failed"]) == (2, 1, 1)
    [first, second] = found.json["items"]
    assert first["ok"]
    assert second["mismatches"] == [{"key": "score", "expected": 1, "got": 0, "reason": None}]
    assert [line["rule"] for line in first["lines"]] == ["DACH", "old", "calls"]


def test_a_wrong_rep_alone_shows_no_ledger(leadctl: Leadctl) -> None:
    leadctl.configure(case('lead = { country = "DE" }\nrep = "ana"'))
    lines = leadctl("rules", "test").out.splitlines()
    assert [line.split()[0] for line in lines] == ["FAIL", "rep:"]


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ('lead = { country = "DE" }\nscore = 3', "        +15  DACH: country = DE"),
        ('lead = { country = "DE" }\ngrade = "A"', "      grade: expected A, got D"),
        ('lead = {}\npoints = { none = 1 }', "points of none: expected 1, cannot be told: there is no"),
        ('lead = {}\npoints = { DACH = 1 }', "      points of DACH: expected 1, got 0"),
        ('lead = {}\npool = "eu"', "      pool: expected eu, got none"),
        ('lead = { owner = "ida" }\npool = "eu"', "      pool: expected eu, got none"),
        ('lead = { company = "X" }\nrep = "ana"', "rep: expected ana, cannot be told: customers asks"),
        ('lead = { postal_code = "01067" }\nrep = "ana"', "told: east sends it to the pool eu"),
    ],
)  # fmt: skip
def test_ways_to_fail(leadctl: Leadctl, keys: str, line: str) -> None:
    leadctl.configure(case(keys))
    done = leadctl("rules", "test")
    assert done.code == 6
    assert line in done.out


def test_a_territory_is_told_and_who_has_no_company_is_no_customer(leadctl: Leadctl) -> None:
    leadctl.write("places.csv", "zip,country,rep,pool\n01581,US,ana,\n02*,US,,eu\n29202,US,,\n")
    entries = """
        [[assign]]
        name = "customers"
        to = { account_owner = true }
        [[assign]]
        name = "places"
        territories = "places.csv"
        [[assign]]
        name = "rest"
        to = { rep = "ben" }
    """
    for zip, rule, key, to in (
        ("01581", "places", "rep", "ana"),
        ("02139", "places", "pool", "eu"),
        ("29202", "rest", "rep", "ben"),
        ("99999", "rest", "rep", "ben"),
    ):
        entries += f"""
            [[case]]
            lead = {{ postal_code = "{zip}", country = "US" }}
            rule = "{rule}"
            {key} = "{to}"
        """
    leadctl.configure(entries)
    outcome = leadctl("rules", "test")
    assert (outcome.code, outcome.out.count("ok")) == (0, 4)


def test_a_rep_is_told(leadctl: Leadctl) -> None:
    leadctl.configure(case('lead = { owner = "ida" }\nrep = "ida"\nrule = "mine"'))
    assert leadctl("rules", "test").code == 0


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("score = 1", "line 31: [[case]] number 1: lead is missing: a table of fields"),
        ('lead = "DE"\nscore = 1', "lead must be a table of fields"),
        ("lead = {}", "nothing is expected · one of: score, fit"),
        ("lead = {}\nscroe = 1", 'there is no key "scroe" · did you mean score?'),
        ("lead = {}\nscore = 1.5", "score must be a whole number"),
        ("lead = { contry = 1 }\nscore = 1", "lead: leads have no field 'contry'"),
        ('lead = { email = "x" }\nscore = 1', "lead: email is no email address"),
        ("lead = { age_days = -1 }\nscore = 1", "age_days must be a whole number from 0"),
        ('lead = {}\nactivities = [{kind = "cal"}]\nscore = 1', "there is no kind 'cal' · kinds:"),
        ("lead = {}\nactivities = [{days_ago = 1}]\nscore = 1", "activities: kind is missing"),
        (
            'lead = {}\nactivities = [{kind = "call", days_ago = -1}]\nscore = 1',
            "days_ago must be a whole number from 0",
        ),
        (
            'lead = {}\nactivities = [{kind = "call", direction = "up"}]\nscore = 1',
            'direction must be "in" or "out"',
        ),
    ],
)
def test_bad_cases_are_named_with_file_and_line(leadctl: Leadctl, keys: str, said: str) -> None:
    leadctl.configure(case(keys))
    done = leadctl("rules", "test")
    assert (done.code, done.out) == (6, "")
    line = done.err.strip().replace("\n", " · ").replace("  ", " ")
    assert "leadctl.toml line 31: [[case]]" in line
    assert said in line


def test_no_cases_are_no_failure(leadctl: Leadctl) -> None:
    done = leadctl("rules", "test")
    assert (done.code, done.out) == (0, "")
    assert "no cases yet" in done.err
    assert leadctl.ok("rules", "test")["cases"] == 0


def test_cases_do_not_read_the_database(leadctl: Leadctl) -> None:
    leadctl.ok("add", "Ada Lovelace", "country=DE")
    before = leadctl.db.read_bytes()
    leadctl.configure(case('lead = { country = "AT" }\nscore = 15'))
    assert leadctl("rules", "test").code == 0
    assert leadctl.db.read_bytes() == before


def test_fields_of_your_own_are_known_where_there_is_a_database(leadctl: Leadctl) -> None:
    leadctl.ok("field", "add", "budget", "--type", "number")
    before = leadctl.db.read_bytes()
    leadctl.configure(
        '[[score]]\nname = "rich"\nwhen = "budget > 5"\npoints = 9\n'
        "[[case]]\nlead = { budget = 6 }\nscore = 9"
    )
    assert leadctl("rules", "test").code == 0
    assert leadctl.db.read_bytes() == before
