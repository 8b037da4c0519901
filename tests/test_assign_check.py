"""What is odd about [[assign]] entries, found on the reps and leads that there are."""

from __future__ import annotations

import pytest
from conftest import Leadctl, SeedLeads, Store

from leadctl.app import App
from leadctl.proof import check_assign


@pytest.fixture(autouse=True)
def a_team(leadctl: Leadctl, leads: SeedLeads) -> None:
    leadctl.ok("rep", "add", "ana", "ben", "eve", "dan")
    leadctl.ok("rep", "remove", "dan", "--yes")
    leadctl.ok("pool", "add", "eu", "ana", "ben")
    leadctl.ok("pool", "add", "us", "ana")
    leadctl.ok("pool", "remove", "us", "--yes")
    leads(*({"last_name": f"L{n}", "country": "DE" if n else "AT"} for n in range(20)))


def entry(name: str, to: str = '{ rep = "ana" }', more: str = "") -> str:
    return f'[[assign]]\nname = "{name}"\nto = {to}\n{more}\n'


def found(leadctl: Leadctl, text: str) -> list[tuple[str, str, str]]:
    leadctl.configure(text)
    app = App(leadctl.env, clock=lambda: leadctl.now)
    odd = check_assign.findings(app.store, app.assign_rules, app.settings.closed)
    app.close()
    return [(each.where, each.problem, each.severity) for each in odd]


DE, AT = "when = \"country = 'DE'\"", "when = \"country = 'AT'\""
EU = '{ pool = "eu" }'


def test_nothing_odd(leadctl: Leadctl) -> None:
    assert found(leadctl, "") == []
    assert found(leadctl, entry("a", EU, DE) + entry("b", '{ rep = "eve" }')) == []


def test_entries_that_never_match_or_are_hidden(leadctl: Leadctl) -> None:
    text = (
        entry("de", EU, DE)
        + entry("at", EU, AT)
        + entry("small", '{ rep = "eve" }', "when = \"country in ('DE', 'AT')\"")
        + entry("nowhere", EU, "when = \"country = 'US'\"")
    )
    assert found(leadctl, text) == [
        (
            "[[assign]] small",
            "entries before it take each of the 20 leads that it fits, most of them “de”",
            "warning",
        ),
        ("[[assign]] nowhere", "it fits none of 20 leads to work", "warning"),
    ]
    falls = text.replace(DE, DE + '\nelse = "next"')
    assert [where for where, *_ in found(leadctl, falls)] == ["[[assign]] nowhere"]


def test_behind_an_entry_that_takes_all(leadctl: Leadctl) -> None:
    odd = found(leadctl, entry("all", EU) + entry("eve", '{ rep = "eve" }', DE))
    assert odd == [
        ("[[assign]] eve", "it never matches: “all” before it takes every lead", "warning")
    ]


def test_reps_and_pools(leadctl: Leadctl) -> None:
    text = entry("a", '{ rep = "dan" }', DE) + entry("b", '{ pool = "us" }', AT)
    text += entry("c", '{ pool = "apac" }', AT) + entry("d", '{ rep = "bob" }', AT)
    said = {(where, problem) for where, problem, _ in found(leadctl, text)}
    assert {
        ("[[assign]] a", "dan was removed"),
        ("[[assign]] b", "the pool us has no reps"),
        ("[[assign]] c", "there is no pool 'apac'"),
        ("[[assign]] d", "there is no rep 'bob'"),
        ("[[assign]]", "no entry can choose ana, ben, eve"),
    } <= said


def test_leads_that_no_entry_fits(leadctl: Leadctl) -> None:
    odd = found(leadctl, entry("a", EU, DE) + entry("b", '{ rep = "eve" }', DE + '\nelse = "next"'))
    assert ("[[assign]]", "no entry fits 1 of 20 leads to work", "note") in odd


def test_territories_with_holes_and_overlaps(leadctl: Leadctl, store: Store) -> None:
    leadctl.write(
        "t.csv", "zip,rep,name\n01581,ana,Westboro\n01581,ben,again\n02139,,Cambridge\n03*,eve,\n"
    )
    text = '[[assign]]\nname = "zip"\nterritories = "t.csv"\n' + entry("rest", EU)
    assert found(leadctl, text) == [
        ("[[assign]] zip: t.csv line 3", "01581 is ana in line 2 and ben here", "warning"),
        ("[[assign]] zip: t.csv", "1 territory of nobody: Cambridge (line 4)", "warning"),
        (
            "[[assign]] zip: t.csv",
            "20 of 20 leads to work are in no territory: DE, AT",
            "note",
        ),
    ]
    outcome = leadctl("assign", "--dry-run")
    assert "1 territory of nobody: Cambridge (line 4)" in outcome.err
    assert "of nobody" not in leadctl("assign").err


BY_PLACE = '[[assign]]\nname = "place"\nterritories = "t.csv"\n'


def test_long_codes_that_hide_shorter_ones(leadctl: Leadctl) -> None:
    rows = "80*;DE;eve\n01000-99999;DE;ana\n02000-02999;DE;ben\n9*;DE;ben\n"
    leadctl.write("t.csv", f"\n\nzip;country;rep\n{rows}10000-19999;;ben\n1*;AT;eve\n")
    lines = [(where, problem) for where, problem, _ in found(leadctl, BY_PLACE) if "line" in where]
    assert lines == [
        ("[[assign]] place: t.csv line 4", "DE, 80* is ana in line 5 and eve here"),
        ("[[assign]] place: t.csv line 6", "DE, 02000-02999 is ana in line 5 and ben here"),
        ("[[assign]] place: t.csv line 7", "DE, 9* is ana in line 5 and ben here"),
    ]
    dry = leadctl("assign", "--dry-run")
    assert "longer codes count; write DE, 01000-99999 in shorter ones" in dry.err


def test_entries_and_files_of_territories_that_hide_each_other(leadctl: Leadctl) -> None:
    leadctl.write("t.csv", "zip,country,rep\n,DE,ana\n,AT,\n")
    hidden = "entries before it take each of the {} leads that it fits, most of them “{}”"
    said = found(leadctl, BY_PLACE + entry("de", EU, DE) + entry("at", EU, AT))
    assert ("[[assign]] de", hidden.format(19, "place"), "warning") in said
    assert "[[assign]] at" not in [where for where, *_ in said]
    said = found(leadctl, entry("de", EU, DE) + BY_PLACE)
    assert ("[[assign]] place", hidden.format(19, "de"), "warning") in said


def test_names_in_a_file_of_territories_that_nobody_knows(leadctl: Leadctl) -> None:
    leadctl.write("t.csv", "country,rep,pool\nGermny,ana,\nDE,bob,\nGermny,,apac\n")
    assert {
        ("[[assign]] place: t.csv line 3", "there is no rep 'bob'", "warning"),
        ("[[assign]] place: t.csv line 4", "there is no pool 'apac'", "warning"),
        ("[[assign]] place: t.csv", "1 country that nobody knows: Germny (line 2)", "note"),
    } <= set(found(leadctl, BY_PLACE))


def test_a_place_in_many_rows_is_one_finding_and_an_unread_column_is_named(
    leadctl: Leadctl,
) -> None:
    rows = "\n".join(f"0{n},US,{'ana' if n % 2 else 'ben'}" for n in range(1, 7))
    leadctl.write("t.csv", f"TerritoryID,country,rep\n{rows}\n")
    text = '[[assign]]\nname = "zip"\nterritories = "t.csv"\n'
    assert found(leadctl, text)[:3] == [
        ("[[assign]]", "no entry can choose eve", "note"),
        (
            "[[assign]] zip: t.csv line 3",
            "US is ana in line 2 and ben here, and again in 2 lines below",
            "warning",
        ),
        ("[[assign]] zip: t.csv", "1 column without a meaning here: TerritoryID", "note"),
    ]


def test_rules_check_says_it(leadctl: Leadctl) -> None:
    leadctl.configure(entry("all", EU) + entry("eve", '{ rep = "eve" }', DE))
    outcome = leadctl("rules", "check", "--json")
    assert outcome.code == 6
    assert ("[[assign]] eve", "warning") in {
        (each["where"], each["severity"]) for each in outcome.json["findings"]
    }
    assert (
        "2 assignment rules checked"
        in leadctl("rules", "check").err + leadctl("rules", "check", terminal=True).out
    )


def test_a_table_that_means_nothing_is_said_once(leadctl: Leadctl) -> None:
    leadctl.configure(entry("all", EU).replace("assign", "assing"))
    for command in ("check", "test"):
        assert leadctl("rules", command).err.count("'assing', which means nothing") == 1


def test_leads_in_no_territory_and_zeros_that_a_spreadsheet_dropped(
    leadctl: Leadctl, leads: SeedLeads
) -> None:
    leadctl.write("t.csv", "zip,country,rep\n1581,US,ana\n02139,US,eve\n10115,US,ben\n,DE,ben\n")
    leads({"country": "US", "postal_code": "02139"}, {"country": "US", "postal_code": "90210"})
    text = '[[assign]]\nname = "zip"\nterritories = "t.csv"\n'
    where = "[[assign]] zip: t.csv"
    assert found(leadctl, text) == [
        (where, "1 code with a digit less than the others: 1581 (line 2)", "note"),
        (where, "2 of 22 leads to work are in no territory: AT, US 90210", "note"),
    ]
    germans = found(leadctl, text + 'countries = ["Germany"]\n')
    assert [problem for _, problem, _ in germans if "territory" in problem] == []


def test_reps_whom_no_entry_can_choose_are_one_finding(leadctl: Leadctl) -> None:
    leadctl.ok("rep", "add", *(f"rep{n}" for n in range(9)))
    (one,) = [problem for _, problem, _ in found(leadctl, entry("a")) if "choose" in problem]
    assert one == "no entry can choose ben, eve, rep0, rep1, rep2, …"


def test_a_pool_that_deals_in_two_ways(leadctl: Leadctl) -> None:
    text = entry("de", '{ pool = "eu", by = "round_robin" }', DE)
    text += entry("rest", '{ pool = "EU", by = "least_open" }')
    problem = (
        "the pool EU deals by round_robin and by least_open for “de” and here: neither stays even"
    )
    assert ("[[assign]] rest", problem, "note") in found(leadctl, text)
    assert not [each for each in found(leadctl, text.replace("least_open", "round_robin"))
                if "neither" in each[1]]  # fmt: skip
