"""leadctl assign by the [[assign]] entries of leadctl.toml."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from conftest import Leadctl, SeedLeads, Store, facts

EAST = """
[[assign]]
name = "east"
postal_codes = ["01-09", "10"]
countries = ["DE"]
to = { pool = "eu", by = "round_robin" }
"""
REST = """
[[assign]]
name = "rest"
to = { rep = "eve" }
"""


@pytest.fixture(autouse=True)
def a_pool(leadctl: Leadctl) -> None:
    leadctl.ok("rep", "add", "ana", "ben", "eve")
    leadctl.ok("pool", "add", "eu", "ana", "ben")


def owners(leadctl: Leadctl) -> list[str | None]:
    rows = leadctl.ok("list", "--all")
    return [row["owner"] for row in sorted(rows, key=lambda row: row["id"])]


def test_first_match_wins(leadctl: Leadctl, leads: SeedLeads, store: Store) -> None:
    leadctl.configure(EAST + REST)
    leads(
        {"last_name": "A", "country": "DE", "postal_code": "01067"},
        {"last_name": "B", "country": "DE", "postal_code": "10115"},
        {"last_name": "C", "country": "DE", "postal_code": "80331"},
        {"last_name": "D", "country": "US", "postal_code": "02139"},
        {"last_name": "E"},
    )
    answer = leadctl.ok("assign")
    assert owners(leadctl) == ["ana", "ben", "eve", "eve", "eve"]
    assert answer["by_rule"] == [
        {
            "rule": "east",
            "pool": "eu",
            "assigned": 2,
            "by_rep": {"ana": 1, "ben": 1},
            "reasons": {},
        },
        {"rule": "rest", "pool": None, "assigned": 3, "by_rep": {"eve": 3}, "reasons": {}},
    ]
    assert [op["decided_by"] for op in store.operations(limit=1)] == ["machine"]
    assert leadctl.ok("assign", "explain", 2)["rule"] == "east"
    assert leadctl.ok("assign")["operation"] is None


def test_what_a_run_says(leadctl: Leadctl, leads: SeedLeads) -> None:
    leadctl.configure(EAST)
    leads({"last_name": "A", "country": "DE", "postal_code": "01067"}, {"last_name": "B"})
    outcome = leadctl("assign", "--dry-run")
    assert outcome.out.splitlines() == [
        "1 lead would be assigned: ana 1  ben 0",
        "  east, pool eu: ana 1",
        "  no rule: 1 left, no rule fits",
    ]
    assert "1 lead stays without owner: no rule fits" in outcome.err
    assert leadctl("assign", "--strict").code == 3


def test_products_cities_and_conditions(leadctl: Leadctl, leads: SeedLeads) -> None:
    leadctl.configure(
        """
[[assign]]
name = "crm in the south"
products = ["CRM"]
cities = ["München", "Ulm"]
when = "employees > 10"
to = { rep = "ana" }
"""
        + REST
    )
    fits = {"last_name": "A", "product": "crm", "city": "Ulm", "employees": 11}
    leads(fits, {**fits, "city": "Köln"}, {**fits, "employees": 10}, {**fits, "product": None})
    leadctl.ok("assign")
    assert owners(leadctl) == ["ana", "eve", "eve", "eve"]


def test_else_next_falls_through_and_stop_does_not(leadctl: Leadctl, leads: SeedLeads) -> None:
    leadctl.ok("rep", "away", "ana", "--until", "2026-12-01")
    entry = '[[assign]]\nname = "a"\nto = { rep = "ana" }\n'
    leads(1)
    leadctl.configure(entry + REST)
    assert leadctl.ok("assign")["reasons"] == {"ana on leave": 1}
    leadctl.configure(entry + 'else = "next"\n' + REST)
    assert leadctl.ok("assign")["by_rep"] == {"eve": 1}
    assert leadctl.ok("assign", "explain", 1)["passed_over"] == [
        {"rep": "ana", "reason": "on leave until 2026-12-01"}
    ]


def test_owners_of_account_contact_and_earlier_lead(leadctl: Leadctl) -> None:
    leadctl.configure(
        "".join(
            f'[[assign]]\nname = "{owner}"\nto = {{ {owner} = true }}\n'
            for owner in ("account_owner", "contact_owner", "earlier_lead_owner")
        )
        + REST
    )
    leadctl.ok("add", "First Buyer", "company=Kiln GmbH", "email=a@kiln.example", "owner=ben")
    leadctl.ok("convert", 1, "--yes")
    leadctl.ok("add", "Second Buyer", "company=KILN gmbh")
    leadctl.ok("add", "Old One", "company=Loom AG", "owner=ana")
    leadctl.ok("add", "New One", "company=Loom AG")
    leadctl.ok("add", "Some One", "company=Vat Ltd")
    leadctl.ok("add", "Other One", "company=Vat Ltd")
    answer = leadctl.ok("assign")
    assert owners(leadctl) == ["ben", "ben", "ana", "ana", "eve", "eve"]
    rules = [row["rule"] for row in answer["by_rule"]]
    assert rules == ["account_owner", "earlier_lead_owner", "rest"]
    assert leadctl.ok("assign", "explain", 6)["rule"] == "earlier_lead_owner"


def test_an_earlier_lead_is_one_that_was_created_earlier(
    leadctl: Leadctl, leads: SeedLeads
) -> None:
    leadctl.configure('[[assign]]\nname = "same"\nto = { earlier_lead_owner = true }\n' + REST)
    same = {"last_name": "A", "company": "Loom AG"}
    later = {**same, "created_at": "2026-11-01T09:00:00Z", "created_day": 20758}
    earlier = {**same, "created_at": "2026-10-01T09:00:00Z", "created_day": 20727}
    leads(later, earlier)
    leadctl.ok("assign", 1, "--to", "ana")
    leadctl.ok("assign", 2, "--round-robin")
    # The lead that came later has an owner, whom the one that came before it does not follow.
    assert leadctl.ok("assign", 2, "--reassign")["by_rule"][0]["rule"] == "rest"
    assert owners(leadctl) == ["ana", "eve"]


def test_a_rule_never_takes_a_lead_that_a_person_assigned(
    leadctl: Leadctl, leads: SeedLeads
) -> None:
    leadctl.configure(REST)
    leads(3)
    leadctl.ok("assign", "--round-robin")
    leadctl.ok("assign", 1, "--to", "ben", "--reassign")
    leadctl.ok("edit", 2, "owner=ana")
    answer = leadctl.ok("assign", 1, 2, 3, "--reassign")
    assert answer["reasons"] == {"assigned by a person": 2}
    assert owners(leadctl) == ["ben", "ana", "eve"]


def test_a_run_key_makes_a_second_run_nothing(
    leadctl: Leadctl, leads: SeedLeads, store: Store
) -> None:
    leads(1)
    first = leadctl.ok("assign", "--round-robin", "--run-key", "2026-11-22T09")
    leads(1)
    before = facts(store)
    again = leadctl.ok("assign", "--round-robin", "--run-key", "2026-11-22T09")
    assert (again["assigned"], again["operation"]) == (0, None)
    assert again["done_by"] == first["operation"]
    assert facts(store) == before
    assert "nothing done" in leadctl("assign", "--round-robin", "--run-key", "2026-11-22T09").out
    leadctl.ok("undo", first["operation"])
    leadctl.ok("assign", "--round-robin", "--run-key", "2026-11-22T09")
    assert owners(leadctl) == ["ana", "ben"]


def test_best_first(leadctl: Leadctl, leads: SeedLeads) -> None:
    leads({"last_name": "A"}, {"last_name": "B", "company": "X", "phone": "+4930123456"})
    leadctl.ok("score")
    leadctl.ok("assign", "--round-robin", "--by", "score")
    assert owners(leadctl) == ["ben", "ana"]


def test_explain_says_what_the_rules_say_now_of_a_lead_without_owner(
    leadctl: Leadctl, leads: SeedLeads, store: Store
) -> None:
    leadctl.configure(EAST)
    leads({"last_name": "A", "country": "DE", "postal_code": "01067"}, {"last_name": "B"})
    leadctl.ok("rep", "away", "ana")
    before = facts(store)
    assert leadctl.ok("assign", "explain", 1)["now"] == {
        "rule": "east", "pool": "eu", "rep": "ben", "reason": None, "territory": None,
        "passed_over": [{"rep": "ana", "reason": "on leave"}],
    }  # fmt: skip
    assert leadctl("assign", "explain", 1).out.splitlines()[1:] == [
        "not assigned; the rules now: east, pool eu: ben would get it",
        "passed over: ana, on leave",
    ]
    assert leadctl("assign", "explain", 2).out.splitlines()[1:] == [
        "not assigned; the rules now: no rule fits",
    ]
    assert facts(store) == before
    leadctl.ok("rep", "away", "ben")
    answer = leadctl.ok("assign", "explain", 1)["now"]
    assert (answer["rep"], answer["reason"]) == (None, "all on leave")
    assert [each["rep"] for each in answer["passed_over"]] == ["ana", "ben"]


def test_explain_of_a_lead_that_nobody_works_says_that_no_rule_takes_it(
    leadctl: Leadctl, leads: SeedLeads
) -> None:
    leadctl.configure(EAST)
    leads({"last_name": "A", "country": "DE", "postal_code": "01067", "status": "Junk"})
    now = leadctl.ok("assign", "explain", 1)["now"]
    assert (now["rule"], now["rep"]) == (None, None)
    assert now["reason"] == "none takes a lead that is Junk"
    assert leadctl("assign", "explain", 1).out.splitlines()[1:] == [
        "not assigned; the rules now: none takes a lead that is Junk"
    ]
    assert leadctl.ok("assign")["assigned"] == 0


def test_a_rule_of_a_pool_without_reps_is_no_lack_of_reps(
    leadctl: Leadctl, leads: SeedLeads
) -> None:
    leads({"last_name": "A", "country": "DE", "postal_code": "01067"})
    leadctl.ok("pool", "remove", "eu", "--yes")
    leadctl.configure(EAST)
    outcome = leadctl("assign")
    assert "1 lead stays without owner: no reps yet (1) · leadctl rules check" in outcome.err


BROKEN = [
    ('[[assign]]\nto = { rep = "ana" }', "name is missing"),
    ('[[assign]]\nname = "a"', "to is missing"),
    ('[[assign]]\nname = "a"\nto = { rep = "ana", pool = "eu" }', "to must name one"),
    ('[[assign]]\nname = "a"\nto = { rep = "dan" }', "dan was removed"),
    ('[[assign]]\nname = "a"\nto = { rep = "bob" }', "there is no rep 'bob'"),
    ('[[assign]]\nname = "a"\nto = { pool = "us" }', "there is no pool 'us'"),
    ('[[assign]]\nname = "a"\nto = { pool = "eu", by = "dice" }', "by is one of"),
    ('[[assign]]\nname = "a"\nto = { rep = "ana", by = "weighted" }', "only a pool has a by"),
    ('[[assign]]\nname = "a"\nto = { account_owner = false }', "account_owner = true"),
    ('[[assign]]\nname = "a"\nwhen = "countri = 1"\nto = { rep = "ana" }', "did you mean country"),
    ('[[assign]]\nname = "a"\nwhen = "owner = me()"\nto = { rep = "ana" }', "me() is another"),
    ('[[assign]]\nname = "a"\nwhen = 5\nto = { rep = "ana" }', "when must be"),
    ('[[assign]]\nname = "a"\npool = "eu"', 'there is no key "pool"'),
    ('[[assign]]\nname = "a"\nelse = "go"\nto = { rep = "ana" }', "else must be"),
    ('[[assign]]\nname = "a"\npostal_codes = ["1-09"]\nto = { rep = "ana" }', "neither a prefix"),
    ('[[assign]]\nname = "a"\npostal_codes = []\nto = { rep = "ana" }', "postal_codes must be"),
    ('[[assign]]\nname = "a"\nterritories = "none.csv"', "cannot read none.csv"),
    (REST + REST, "two entries have this name"),
    ("assign = 5", "begin each with [[assign]]"),
]


@pytest.mark.parametrize(("text", "says"), BROKEN)
def test_a_broken_rule_is_named_and_changes_nothing(
    leadctl: Leadctl, leads: SeedLeads, store: Store, text: str, says: str
) -> None:
    leadctl.ok("rep", "add", "dan")
    leadctl.ok("rep", "remove", "dan", "--yes")
    leads(1)
    leadctl.configure(text)
    before = facts(store)
    outcome = leadctl("assign")
    assert outcome.code == 6, outcome
    assert says in outcome.err
    assert "leadctl.toml" in outcome.err
    if "[[assign]]" in text:
        assert "line " in outcome.err
    assert facts(store) == before


# Territories.

TERRITORIES = '[[assign]]\nname = "zip"\nterritories = "territories.csv"\nelse = "next"\n'


def test_territories(leadctl: Leadctl, leads: SeedLeads) -> None:
    leadctl.write(
        "territories.csv",
        "zip;Territory;state;country;rep;pool\n01581;Westboro;;US;ana;\n02*;;;US;ben;\n"
        "03-05;;;US;;eu\n;;WA;US;eve;\n29202;Columbia;;US;;\n;;;AT;ana;\n",
    )
    leadctl.configure(TERRITORIES)
    here = {"last_name": "A", "country": "US"}
    leads(
        {**here, "postal_code": "01581"},
        {**here, "postal_code": "01581-1234"},
        {**here, "postal_code": "1581"},
        {**here, "postal_code": "02139"},
        {**here, "postal_code": "04001"},
        {**here, "postal_code": "98101", "state": "WA"},
        {**here, "postal_code": "29202"},
        {"last_name": "B", "country": "AT", "postal_code": "01581"},
        {"last_name": "C"},
    )
    assert leadctl.ok("assign")["reasons"] == {"no rule fits": 3}
    assert owners(leadctl) == ["ana", "ana", None, "ben", "ana", "eve", None, "ana", None]
    assert leadctl.ok("assign", "explain", 7)["now"]["territory"] == {
        "rule": "zip", "line": 6, "place": "US, 29202", "name": "Columbia",
    }  # fmt: skip
    assert leadctl("assign", "explain", 7).out.splitlines()[1:] == [
        "not assigned; the rules now: no rule fits",
        "US, 29202 (Columbia) is nobody's territory: zip, line 6",
    ]
    assert leadctl.ok("assign", "explain", 9)["now"]["territory"] is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ("zip,rep\n01581,ana\n!!,ben\n", 'line 3: "!!" is no postal code'),
        ("zip,rep\n01-9,ana\n", "line 2"),
        ("zip,rep,pool\n01,ana,eu\n", "line 2: both a rep and a pool"),
        ("zip,rep\n01581\n", "line 2: the row ends before its column rep"),
        ("name,zip,rep\nKay, Ltd,01581,ana\n", "line 2: the row has more cells than the header"),
        ("zip,rep\n,ana\n", "line 2: no postal code, state or country"),
        ("zip,rep\n01581,bob\n", "line 2: there is no rep 'bob'"),
        ("zip,pool\n01581,us\n", "line 2: there is no pool 'us'"),
        ("rep\nana\n", "no column of a place"),
        ("zip\n01\n", "no column of a rep or pool"),
        ('zip,rep\n01,ana\n02,"ben\n03,eve\n', "line 3: a quote is never closed"),
        ('zip,rep\n01,"a\nna"\n', "line 2: there is no rep"),
    ],
)
def test_a_broken_territory_is_named_with_its_line(
    leadctl: Leadctl, leads: SeedLeads, store: Store, text: str, says: str
) -> None:
    leads(1)
    leadctl.write("territories.csv", text)
    leadctl.configure(TERRITORIES)
    before = facts(store)
    outcome = leadctl("assign")
    assert (outcome.code, says in outcome.err) == (6, True), outcome
    assert "territories.csv" in outcome.err
    assert facts(store) == before


def territory_folder() -> Path:
    from conftest import SHARED

    return SHARED / "territory"


@pytest.mark.skipif(not territory_folder().exists(), reason="no shared data")
def test_real_territories_keep_their_zeros_and_four_are_nobodys(leadctl: Leadctl) -> None:
    import csv

    from leadctl.rules.territories import Territories

    folder = territory_folder()
    with (folder / "employeeterritories.csv").open(newline="") as file:
        whose = {row["TerritoryID"]: row["EmployeeID"] for row in csv.DictReader(file)}
    with (folder / "territories.csv").open(newline="") as file:
        rows = [
            f"{row['TerritoryID']},{row['TerritoryDescription']},{whose.get(row['TerritoryID'], '')}"
            for row in csv.DictReader(file)
        ]
    text = "\n".join(["postal code,territory,rep", *rows])
    found = Territories.read(text, "territories.csv", "here")
    assert len(found.rows) == 53
    assert sum(row.low is not None and row.low.startswith("0") for row in found.rows) == 12
    assert len(found.holes()) == 4
    assert [row.low for row in found.rows if row.name == "New York"] == ["10019", "10038"]
    assert found.overlaps() == []
    there = found.find("06897", None, None)
    assert there is not None
    assert there.rep == whose["06897"]
    assert found.find("6897", None, None) is None


def test_a_line_of_a_cell_is_no_row_of_territories() -> None:
    from leadctl.rules.territories import Territories

    text = 'zip,rep,name\n01,ana,a\x0bb\n02,ben,"c\u2028\nd"\n03,eve,\n'
    found = Territories.read(text, "t.csv", "here")
    assert [(row.low, row.rep, row.line) for row in found.rows] == [
        ("01", "ana", 2), ("02", "ben", 3), ("03", "eve", 5),
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(20))
def test_a_place_is_found_as_if_each_row_was_tried(seed: int) -> None:
    from leadctl.rules import territories

    dice = random.Random(seed)
    rows = []
    for _ in range(40):
        digits = dice.randint(1, 3)
        low, high = sorted(dice.randrange(10**digits) for _ in range(2))
        code = dice.choice(
            [f"{low:0{digits}}-{high:0{digits}}", f"{low:0{digits}}*", f"{low:03}", ""]
        )
        rows.append(f"{code},{dice.choice(['DE', 'AT', '' if code else 'FR'])},{dice.choice('ab')}")
    found = territories.Territories.read("\n".join(["zip,country,rep", *rows]), "t.csv", "here")
    for code in [f"{n:03}" for n in range(1000)] + ["", "1", "12"]:
        fitting = [row for row in found.rows if territories._fits(row, code, None, "DE")]
        best = max(fitting, key=territories._narrowness, default=None)
        assert found.find(code, None, "DE") == best, code
    pairs = {(one.line, other.line) for one, other in found.overlaps()}
    ranges = [row for row in found.rows if row.low and not row.whole]
    for one in ranges:
        for other in ranges:
            counts = (-one.digits, one.line) < (-other.digits, other.line)
            if counts and one.to != other.to and territories._overlap(one, other):
                assert (one.line, other.line) in pairs


def test_a_file_of_many_prefixes_is_quick() -> None:
    from leadctl.rules.territories import Territories

    rows = "\n".join(f"{n}*,DE,{'ab'[n % 2]}" for n in range(10_000, 40_000))
    found = Territories.read(f"zip,country,rep\n{rows}\n", "t.csv", "here")
    begun = time.process_time()
    assert all(found.find(f"{n}9", None, "DE") for n in range(10_000, 40_000))
    assert found.overlaps() == []
    assert time.process_time() - begun < 20


def test_countries_and_states_are_known_by_their_names(leadctl: Leadctl, leads: SeedLeads) -> None:
    leads({"country": "DE", "state": "BY"}, {"country": "US", "state": "WA"}, {"country": "FR"})
    leadctl.configure(
        """
        [[assign]]
        name = "washington"
        countries = ["USA"]
        states = ["Washington"]
        to = { rep = "ana" }

        [[assign]]
        name = "germany"
        countries = ["Germany", "fr"]
        to = { rep = "ben" }
        """
    )
    leadctl.ok("assign")
    assert owners(leadctl) == ["ben", "ana", "ben"]


def test_the_spread_is_told_in_the_order_of_the_rules(leadctl: Leadctl, leads: SeedLeads) -> None:
    leads({"last_name": "A", "country": "FR"}, {"country": "DE", "postal_code": "01067"})
    leadctl.configure(EAST + '[[assign]]\nname = "fr"\ncountries = ["FR"]\nto = { rep = "eve" }')
    answer = leadctl.ok("assign", "--dry-run")
    assert [row["rule"] for row in answer["by_rule"]] == ["east", "fr"]


def test_a_run_that_only_took_its_key_is_taken_back(leadctl: Leadctl) -> None:
    leadctl.ok("rep", "add", "ana")
    words = ("assign", "--round-robin", "--run-key", "2026-11-22T09")
    assert leadctl.ok(*words)["assigned"] == 0
    undone = leadctl("undo", "--yes")
    assert "1 run key removed" in undone.out
    leadctl.ok("add", "Ana Ash")
    assert leadctl.ok(*words)["assigned"] == 1
