"""rules check: what is odd about the rules, by themselves and on the leads that there are."""

from __future__ import annotations

import pytest
from conftest import Leadctl, SeedLeads


@pytest.fixture
def shop(leadctl: Leadctl, leads: SeedLeads) -> Leadctl:
    leads(*({"country": "DE", "employees": n, "source": "Website"} for n in range(20)))
    leadctl.ok("log", 1, "call")
    return leadctl


def rule(name: str, keys: str, points: int = 10) -> str:
    return f'[[score]]\nname = "{name}"\npoints = {points}\n{keys}\n'


FINE = rule("big", 'when = "employees >= 10"', 80) + rule("calls", 'activity = "call"', 10)


def findings(leadctl: Leadctl) -> tuple[int, list[tuple[str, str, str]]]:
    done = leadctl("rules", "check", "--json")
    found = done.json["findings"]
    return done.code, [(each["severity"], each["where"], each["problem"]) for each in found]


def test_the_shipped_rules_are_sound(shop: Leadctl) -> None:
    code, found = findings(shop)
    assert code == 0
    assert {severity for severity, _, _ in found} <= {"note"}


def test_nothing_odd(shop: Leadctl) -> None:
    shop.configure(FINE)
    done = shop("rules", "check")
    assert (done.code, done.out) == (0, "")
    assert "2 score rules checked on 20 leads: nothing odd" in done.err
    assert shop.ok("rules", "check") == {"findings": [], "rules": 2, "leads": 20}


@pytest.mark.parametrize(
    ("text", "where", "problem"),
    [
        ("sources_ = []\n" + FINE, "leadctl.toml", "did you mean sources?"),
        (FINE + rule("x", "when = \"status = 'Nwe'\""), "[[score]] x", "did you mean 'New'?"),
        (FINE + rule("x", "when = \"source = 'Web'\""), "[[score]] x", "no lead has source 'Web'"),
        (FINE + rule("x", 'when = "employees > 99"'), "[[score]] x", "it fits none of 20 leads"),
        (FINE + rule("x", 'when = "employees >= 0"'), "[[score]] x", "it fits all of 20 leads"),
        (
            FINE + rule("x", 'activity = "call"\nwhen = "country = \'FR\'"'),
            "[[score]] x",
            "it fits none",
        ),
        (FINE + rule("x", 'when = "employees > 5"', 0), "[[score]] x", "it gives no points"),
        (
            FINE + rule("x", 'activity = "form"\nmax = 3', -5),
            "[[score]] x",
            "max 3 is below the -5 of",
        ),
        (
            FINE + rule("x", 'when = " EMPLOYEES  >= 10 "'),
            "[[score]] x",
            "it says the same as “big”",
        ),
        (FINE + rule("x", 'activity = ["call"]', 3), "[[score]] x", "it says the same as “calls”"),
        (
            FINE + "[grades]\nA = 101\nB = 0",
            "[grades]",
            "nobody can be A: it needs 101, the total is at most 100",
        ),
        (
            FINE.replace("calls", "forms").replace('"call"', '"call"\nmax = 10')
            + "[grades]\nA = 91\nB = 0",
            "[grades]",
            "nobody can be A: it needs 91, the total is at most 90",
        ),
    ],
)
def test_warnings(shop: Leadctl, text: str, where: str, problem: str) -> None:
    shop.configure(text)
    code, found = findings(shop)
    assert code == 6
    warnings = [each for each in found if each[0] == "warning"]
    assert {each[1] for each in warnings} == {where}
    assert problem in warnings[0][2]


@pytest.mark.parametrize(
    ("text", "where", "problem"),
    [
        (
            FINE + rule("x", "when = \"country <> 'FR' and employees > 5\""),
            "[[score]] x",
            "blank country",
        ),
        (FINE + rule("x", 'activity = "visit"'), "[[score]] x", "no activity is counted"),
        (FINE + "[score_caps]\nfit = [0, 80]", "[score_caps]", "fit = [0, 80] never takes part"),
        (
            FINE + "[score_caps]\ntotal = [-9, 9999]\n[grades]\nA = 10",
            "[grades]",
            "a total below 10",
        ),
        (
            FINE + "[ranks]\nfit = [81, 5, 1]",
            "[ranks]",
            "the best fit needs 81, but it is at most 80",
        ),
    ],
)
def test_notes_are_no_failure(shop: Leadctl, text: str, where: str, problem: str) -> None:
    shop.configure(text)
    code, found = findings(shop)
    assert code == 0
    assert any(each[:2] == ("note", where) and problem in each[2] for each in found), found


def test_few_leads_tell_nothing(leadctl: Leadctl, leads: SeedLeads) -> None:
    leads(19)
    leadctl.configure(FINE)
    assert findings(leadctl) == (0, [])


def test_without_a_database_the_rules_alone_are_checked(leadctl: Leadctl) -> None:
    leadctl.env["LEADCTL_DB"] = ""
    leadctl.env["XDG_DATA_HOME"] = str(leadctl.folder / "data")
    leadctl.env["LEADCTL_CONFIG"] = str(leadctl.folder / "leadctl.toml")
    leadctl.configure(FINE + rule("x", 'when = "employees >= 10"'))
    code, found = findings(leadctl)
    assert (code, len(found)) == (6, 1)


@pytest.mark.parametrize("width", ["100", "80", "40"])
def test_a_terminal(shop: Leadctl, width: str) -> None:
    shop.configure(FINE + rule("x", 'when = "employees > 99"'))
    done = shop("rules", "check", terminal=True, env={"COLUMNS": width})
    assert done.code == 6
    lines = done.screen.splitlines()
    assert max(map(len, lines)) <= int(width)
    assert "3 score rules checked on 20 leads: 1 warning, 0 notes" in " ".join(done.screen.split())


def test_a_pipe(shop: Leadctl) -> None:
    shop.configure(FINE + rule("x", 'when = "employees > 99"'))
    lines = shop("rules", "check").out.splitlines()
    assert lines[0].split("\t") == ["severity", "where", "problem", "hint"]
    assert lines[1].split("\t")[:2] == ["warning", "[[score]] x"]


def test_a_broken_file_is_refused(shop: Leadctl) -> None:
    shop.configure("[[score]]\nname = 5")
    done = shop("rules", "check")
    assert (done.code, done.out) == (6, "")
