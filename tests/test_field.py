"""Fields of one's own: declared, used at once everywhere, taken away again."""

from __future__ import annotations

import csv
import io
import sqlite3
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from conftest import Answers, Leadctl, facts
from hypothesis import given
from hypothesis import strategies as st

from leadctl import custom_fields, migrations
from leadctl.config import Settings
from leadctl.custom_fields import MOST, TYPES
from leadctl.fields import DOCUMENTED, Field
from leadctl.migrations import own as own_columns
from leadctl.store import Store
from leadctl.stored import whole_number
from leadctl.values import Normaliser, number

NORMALISER = Normaliser(Settings({"timezone": "UTC"}))
WRITTEN = {
    "hobby": ("text", "Fishing", "Fishing"),
    "budget": ("number", "1,200.5", 1200.5),
    "spend": ("money", "12,000.50 EUR", 12000.5),
    "renewal": ("date", "1.2.2027", "2027-02-01"),
    "vip": ("bool", "yes", True),
    "tier": ("choice", "GOLD", "gold"),
}
"""Name -> its type, a value as written, and as scripts read it."""


@pytest.fixture
def shop(leadctl: Leadctl) -> Leadctl:
    """Two leads, and a field of each type."""
    leadctl.ok("add", "Zoë Núñez", "email=zoe@creme.example", "company=Crème & Fils")
    leadctl.ok("add", "Jo Li", "email=jo@kiln.example")
    declare(leadctl)
    return leadctl


def declare(leadctl: Leadctl) -> None:
    """Declare a field of each type, in one operation."""
    store = leadctl.store()
    with store.operation("field add", undoable=False) as op:
        for name, (word, _, _) in WRITTEN.items():
            choices = ("gold", "silver") if word == "choice" else ()
            custom_fields.add(op, "lead", Field(name, TYPES[word], "", choices=choices), NORMALISER)
    store.close()


def fill(leadctl: Leadctl, lead: int = 1) -> dict[str, Any]:
    """Give a lead a value of each field, and return how scripts read them."""
    leadctl.ok("edit", lead, *(f"{name}={written}" for name, (_, written, _) in WRITTEN.items()))
    return {name: read for name, (_, _, read) in WRITTEN.items()}


class TestDeclared:
    def test_json(self, leadctl: Leadctl) -> None:
        leadctl.ok("add", "Jo")
        done = leadctl.ok("field", "add", "Favourite colour", "--choices", "red,blue,RED")
        assert done == {
            "operation": 2, "dry_run": False, "created": 1, "name": "favourite_colour",
            "on": "lead", "type": "choice", "choices": ["RED", "blue"], "identifying": False,
            "meaning": "", "adopted": 0, "unreadable": 0,
        }  # fmt: skip

    def test_it_says_that_it_cannot_be_undone(self, leadctl: Leadctl) -> None:
        leadctl.ok("add", "Jo")
        outcome = leadctl("field", "add", "budget", "--type", "number", terminal=True)
        assert "leads have a field budget (number)" in outcome.screen
        assert "fields cannot be undone; it goes by leadctl field remove budget" in outcome.err
        assert leadctl("undo", 2, "--yes").code != 0
        assert leadctl.ok("undo", "--yes")["undone"] == 1

    def test_a_dry_run_declares_nothing(self, leadctl: Leadctl) -> None:
        leadctl.ok("add", "Jo")
        done = leadctl.ok("field", "add", "budget", "--type", "number", "--dry-run")
        assert (done["operation"], done["created"]) == (None, 1)
        assert leadctl.ok("field", "list") == []
        assert leadctl("edit", 1, "budget=5").code == 2

    def test_the_first_write_makes_the_database(self, leadctl: Leadctl) -> None:
        assert leadctl.ok("field", "add", "budget", "--type", "number")["operation"] == 1
        assert [field["name"] for field in leadctl.ok("field", "list")] == ["budget"]

    def test_every_kind_has_its_own(self, leadctl: Leadctl) -> None:
        for on in ("lead", "contacts", "account", "deals"):
            leadctl.ok("field", "add", "budget", "--type", "number", "--on", on)
        listed = leadctl.ok("field", "list")
        assert [field["on"] for field in listed] == ["lead", "contact", "account", "deal"]
        assert len(leadctl.ok("field", "list", "--on", "deal")) == 1

    def test_identifying_is_kept(self, leadctl: Leadctl) -> None:
        leadctl.ok("field", "add", "dob", "--type", "date", "--identifying", "--meaning", "born on")
        [field] = leadctl.ok("field", "list")
        assert (field["identifying"], field["meaning"]) == (True, "born on")
        store = leadctl.store()
        assert [own.name for own in store.fields.of("lead") if own.identifying] == ["dob"]
        store.close()

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("status",), "leads have status already"),
            (("score",), "leads have score already"),
            (("Score!",), "leads have score already"),
            (("name",), "name has a meaning of its own"),
            (("note",), "note has a meaning of its own"),
            (("order",), "order is a word of conditions"),
            (("lower",), "lower is a word of conditions"),
            (("leadctl_id",), "leadctl_id has a meaning of its own"),
            (("amount_hundredths",), "has a meaning of its own"),
            (("total",), "total has a meaning of its own"),
            (("1st",), "'1st' can be no field"),
            (("größe",), "'größe' can be no field"),
            (("x" * 41,), "can be no field"),
            (("",), "'' can be no field"),
            (("x; drop table leads",), ""),
            (("budget", "--type", "float"), "--type 'float' is no type"),
            (("budget", "--type", "choice"), "a choice needs its values"),
            (("budget", "--choices", " , "), "a choice has 1 to 100 values"),
            (("budget", "--type", "number", "--choices", "a"), "a number has no choices"),
            (("budget", "--on", "task"), "--on 'task' can have no fields of your own"),
        ],
    )
    def test_bad_input(self, leadctl: Leadctl, words: tuple[str, ...], said: str) -> None:
        leadctl.ok("add", "Jo")
        outcome = leadctl("field", "add", *words)
        if said:
            assert (outcome.code, said in outcome.err) == (2, True), outcome
            assert leadctl.ok("field", "list") == []
        else:
            assert leadctl.ok("field", "list")[0]["name"] == "x_drop_table_leads"
        assert len(leadctl.ok("list")) == 1

    def test_twice_is_a_conflict(self, leadctl: Leadctl) -> None:
        leadctl.ok("field", "add", "budget", "--type", "number")
        outcome = leadctl("field", "add", "Budget")
        assert outcome.code == 5
        assert "leads have a field budget already" in outcome.err

    def test_there_is_an_end_to_it(self, leadctl: Leadctl, store: Store) -> None:
        with store.operation("many", undoable=False) as op:
            for of in range(MOST):
                custom_fields.add(op, "lead", Field(f"f{of}", "money", ""), NORMALISER)
        store.close()
        outcome = leadctl("field", "add", "budget")
        assert outcome.code == 5
        assert f"leads have {MOST} fields of their own" in outcome.err
        # The widest export there can be.
        leadctl.ok("add", "Jo", "f1=5")
        assert leadctl("export", "--columns", ",".join(leadctl.ok("list")[0])).code == 0
        leadctl.ok("undo", "--yes")
        assert leadctl.ok("db", "doctor")["findings"] == []

    def test_a_name_that_begins_others_does_no_harm(self, leadctl: Leadctl) -> None:
        for name in ("ext", "tier_2", "tier"):
            leadctl.ok("field", "add", name)
        assert leadctl.ok("db", "doctor")["findings"] == []

    def test_what_stood_in_extra_moves_there(self, leadctl: Leadctl) -> None:
        file = leadctl.write("f.csv", 'Name,Shoe Size\nAnn,42\nBen,\nCid,large\nDee,"43,5"\n')
        leadctl.ok("import", file)
        done = leadctl.ok("field", "add", "shoe_size", "--type", "number")
        assert (done["adopted"], done["unreadable"]) == (2, 1)
        rows = {row["first_name"] or row["last_name"]: row for row in leadctl.ok("list")}
        assert {name: row["shoe_size"] for name, row in rows.items()} == {
            "Ann": 42, "Ben": None, "Cid": None, "Dee": 43.5,
        }  # fmt: skip
        assert [row["extra"] for row in rows.values() if row["extra"]] == [{"Shoe Size": "large"}]

    def test_what_moved_protects_no_lead_from_the_undo_of_its_import(
        self, leadctl: Leadctl
    ) -> None:
        operation = leadctl.ok("import", leadctl.write("f.csv", "Name,Shoe\nAnn,42\nBen,43\n"))
        leadctl.ok("field", "add", "shoe", "--type", "number")
        leadctl.ok("edit", 2, "shoe=44")
        undone = leadctl("undo", operation["operation"], "--yes", "--json")
        assert undone.code == 3
        assert [row["first_name"] or row["last_name"] for row in leadctl.ok("list")] == ["Ben"]


class TestUsed:
    def test_a_lead_shows_them(self, shop: Leadctl) -> None:
        read = fill(shop)
        shown = shop.ok("show", 1)
        assert {name: shown[name] for name in read} == read
        assert [row[name] for row in shop.ok("list") if row["id"] == 2 for name in read] == [
            None
        ] * 6
        screen = shop("show", 1, terminal=True).screen
        assert "yours" in screen
        assert "1,200.5" in screen or "1200.5" in screen
        assert "12,000.50 EUR" in screen

    def test_add_takes_them(self, shop: Leadctl) -> None:
        assert shop.ok("add", "Ida", "budget=7", "tier=silver")["budget"] == 7

    @pytest.mark.parametrize(
        ("word", "said"),
        [
            ("budget=lots", "budget is no number"),
            ("budget=1e16", "budget is too large a number"),
            ("spend=a lot", "spend is no amount of money"),
            ("renewal=31.31.2026", "renewal is no date"),
            ("vip=perhaps", "vip is neither yes nor no"),
            ("tier=bronze", "tier is none of: gold, silver"),
            ("budgett=5", "did you mean budget?"),
        ],
    )
    def test_values_are_checked(self, shop: Leadctl, word: str, said: str) -> None:
        before = shop.ok("show", 1)
        outcome = shop("edit", 1, word)
        assert outcome.code == 2
        assert said in outcome.err
        assert shop.ok("show", 1) == before

    def test_blank_clears(self, shop: Leadctl) -> None:
        fill(shop)
        shop.ok("edit", 1, *(f"{name}=" for name in WRITTEN))
        assert {shop.ok("show", 1)[name] for name in WRITTEN} == {None}
        shop.ok("undo", "--yes")
        assert shop.ok("show", 1)["budget"] == 1200.5

    @pytest.mark.parametrize(
        "where",
        ["budget > 1200", "spend = 12000.5", "renewal < '2027-03-01'", "vip", "tier = 'GOLD'"],
    )
    def test_conditions(self, shop: Leadctl, where: str) -> None:
        fill(shop)
        assert [row["id"] for row in shop.ok("list", "--where", where)] == [1]

    def test_columns_and_sort(self, shop: Leadctl) -> None:
        fill(shop)
        shop.ok("edit", 2, "budget=5000")
        listed = shop("list", "--columns", "id,budget,vip", "--sort", "budget").out
        assert listed == "id\tbudget\tvip\n2\t5000\t\n1\t1200.5\ttrue\n"
        assert "budget" in shop("list", "--columns", "budgte").err
        assert [row["id"] for row in shop.ok("list", "--sort", "-budget")] == [1, 2]

    def test_rules_name_them(self, shop: Leadctl) -> None:
        rows = {row["name"]: row for row in shop.ok("rules", "fields")}
        assert {name: rows[name]["type"] for name in WRITTEN} == {
            name: type_ for name, (type_, _, _) in WRITTEN.items()
        }
        for name in WRITTEN:
            assert shop("list", "--where", rows[name]["example"]).code == 0

    def test_scores_count_them(self, shop: Leadctl) -> None:
        fill(shop)
        shop.configure('[[score]]\nname = "rich"\nwhen = "budget > 1000 and vip"\npoints = 7\n')
        shop.ok("score")
        assert shop.ok("show", 1)["score"] == 7
        explained = shop.ok("score", "explain", 1)
        assert "budget = 1200.5" in explained["lines"][0]["evidence"]

    def test_without_a_database_rules_do_not_know_them(self, leadctl: Leadctl) -> None:
        leadctl.configure('[[score]]\nname = "rich"\nwhen = "budget > 1000"\npoints = 7\n')
        leadctl.ok("add", "Jo")
        outcome = leadctl("score")
        assert outcome.code == 6
        assert "unknown field budget" in outcome.err

    def test_history_reads_them(self, shop: Leadctl) -> None:
        fill(shop)
        changes = {row["field"]: row["new"] for row in shop.ok("history", 1) if row["field"]}
        assert changes["spend"] == 12000.5
        assert changes["vip"] is True
        assert changes["budget"] == 1200.5

    def test_contacts_accounts_and_deals_have_them_too(self, leadctl: Leadctl) -> None:
        for on in ("contact", "account", "deal"):
            leadctl.ok("field", "add", "budget", "--type", "money", "--on", on)
            leadctl.ok("field", "add", "tier", "--choices", "gold,silver", "--on", on)
        leadctl.ok("account", "add", "Kiln AG", "budget=12.50 EUR", "tier=GOLD")
        leadctl.ok("contact", "add", "Jo Li", "account=Kiln AG", "budget=7", "tier=silver")
        leadctl.ok("deal", "add", "Ovens", "account=Kiln AG", "budget=9,000 CHF")
        assert leadctl.ok("show", "a1")["currency"] == "EUR"
        for kind, where in (
            ("account", "budget = 12.5 and tier = 'gold'"), ("contact", "budget < 8"),
            ("deal", "budget >= 9000"),
        ):  # fmt: skip
            [row] = leadctl.ok(kind, "list", "--where", where, "--columns", "budget,tier")
            assert row["budget"] in (12.5, 7, 9000)
            assert leadctl(kind, "list", "--sort", "budget", "--columns", "id,budget").code == 0
            assert leadctl(kind, "list", "--where", "bugdet > 1").code == 2
            names = [row["name"] for row in leadctl.ok("rules", "fields", kind)]
            assert names[-2:] == ["budget", "tier"]
        assert leadctl("edit", "c1", "tier=bronze").code == 2
        leadctl.ok("field", "remove", "tier", "--on", "contact", "--yes")
        assert leadctl.ok("show", "c1")["extra"] == {"tier": "silver"}
        assert leadctl.ok("show", "a1")["tier"] == "gold"

    def test_scores_of_an_earlier_day_read_them(self, shop: Leadctl) -> None:
        fill(shop)
        shop.configure('[[score]]\nname = "rich"\nwhen = "budget > 1000"\npoints = 7\n')
        shop.ok("score")
        assert shop.ok("score", "explain", 1, "--at", "2026-11-22")["total"] == 7
        shop.configure('[[score]]\nname = "rich"\nwhen = "budget > 1000"\npoints = 8\n')
        then = shop("score", "explain", 1, "--at", "2026-11-22", terminal=True).screen
        assert "by the rules of the run then; today's are others" in then
        assert shop.ok("score", "explain", 1, "--at", "2026-11-22")["total"] == 7


class TestFiles:
    def test_import_maps_by_name(self, shop: Leadctl) -> None:
        file = shop.write(
            "f.csv",
            'Name,Email,Budget,Tier,Renewal,VIP\nAnn,ann@a.example,"1.200,50",silver,13/02/2027,x\n'
            "Ben,ben@b.example,7,copper,,\n",
        )
        done = shop("import", file, "--json")
        assert done.code == 3
        assert done.json["rejects"] == [
            {"file": "f.csv", "line": 3, "column": "Tier",
             "reason": "“copper” is none of: gold, silver"}
        ]  # fmt: skip
        [ann] = shop.ok("list", "--where", "email = 'ann@a.example'")
        assert (ann["budget"], ann["tier"], ann["renewal"], ann["vip"]) == (
            1200.5, "silver", "2027-02-13", True,
        )  # fmt: skip
        assert ann["amount"] is None

    def test_map_and_map_value(self, shop: Leadctl) -> None:
        file = shop.write("f.csv", "Name,Kaufkraft,Stufe\nAnn,5,A\n")
        shop.ok(
            "import", file, "--map", "Kaufkraft=budget", "--map", "Stufe=tier",
            "--map-value", "tier:A=gold",
        )  # fmt: skip
        [ann] = shop.ok("list", "--where", "budget = 5")
        assert ann["tier"] == "gold"
        outcome = shop("import", file, "--map", "Kaufkraft=budgget")
        assert (outcome.code, "did you mean budget?" in outcome.err) == (2, True)

    def test_the_same_file_again_changes_nothing(self, shop: Leadctl) -> None:
        text = 'Name,Email,Budget,Spend\nAnn,ann@a.example,0.1,"1,5 Mio EUR"\n'
        shop.ok("import", shop.write("f.csv", text))
        done = shop.ok("import", shop.write("g.csv", text + "Ben,b@b.example,,\n"))
        assert (done["created"], done["updated"], done["unchanged"]) == (1, 0, 1)
        more = shop.write("h.csv", "Email,Budget,Tier\nann@a.example,0.2,gold\n")
        done = shop.ok("import", more)
        assert (done["updated"], done["differing"]) == (1, 1)
        [ann] = shop.ok("list", "--where", "email = 'ann@a.example'")
        assert (ann["budget"], ann["tier"], ann["spend"]) == (0.1, "gold", 1_500_000)

    @pytest.mark.parametrize("format", ["csv", "tsv", "json", "jsonl", "xlsx"])
    def test_an_export_comes_back_as_it_was(
        self, shop: Leadctl, tmp_path_factory: pytest.TempPathFactory, format: str
    ) -> None:
        fill(shop)
        shop.ok(
            "edit", 2, "budget=-3", "spend=-0.05", "vip=no", "tier=silver", "renewal=1901-01-01"
        )
        file = shop.folder / f"out.{format}"
        assert shop("export", "--output", file).code == 0
        other = Leadctl(tmp_path_factory.mktemp("other"))
        declare(other)
        assert other.ok("import", file)["created"] == 2
        mine, theirs = (
            [{name: row[name] for name in WRITTEN} for row in one.ok("list", "--sort", "email")]
            for one in (shop, other)
        )
        assert mine == theirs
        done = shop.ok("import", file)
        assert (done["unchanged"], done["differing"]) == (2, 0)

    def test_other_records_too(self, leadctl: Leadctl) -> None:
        leadctl.ok("field", "add", "budget", "--type", "money", "--on", "contact")
        leadctl.ok("field", "add", "seats", "--type", "number", "--on", "account")
        leadctl.ok("field", "add", "risky", "--type", "bool", "--on", "deal")
        contacts = leadctl.write("c.csv", "Name,Email,Budget\nAnn Lee,ann@a.example,5 EUR\n")
        accounts = leadctl.write("a.csv", "Name,Seats\nKiln AG,12.5\n")
        deals = leadctl.write("d.csv", "Name,Account,Risky\nBig,Kiln AG,yes\n")
        for kind, file in (("accounts", accounts), ("contacts", contacts), ("deals", deals)):
            assert leadctl.ok("import", file, "--as", kind)["created"] == 1
            again = leadctl.ok("import", leadctl.write(f"2{file.name}", file.read_text() + "\n"),
                               "--as", kind)  # fmt: skip
            assert again["created"] == 0
        assert leadctl.ok("show", "c1")["budget"] == 5
        assert leadctl.ok("show", "a1")["seats"] == 12.5
        assert leadctl.ok("show", "d1")["risky"] is True
        for kind, name, value in (
            ("contacts", "budget", "5"), ("accounts", "seats", "12.5"), ("deals", "risky", "true"),
        ):  # fmt: skip
            [row] = csv.DictReader(io.StringIO(leadctl("export", "--as", kind).out))
            assert row[name] == value
            assert leadctl("export", "--as", kind, "--json").json[0][name] is not None

    def test_what_was_remembered_as_extra_becomes_the_field(self, leadctl: Leadctl) -> None:
        leadctl.ok("import", leadctl.write("f.csv", "Name,Shoe Size\nAnn,42\n"), "--save-mapping")
        leadctl.ok("field", "add", "shoe_size", "--type", "number")
        leadctl.ok("import", leadctl.write("g.csv", "Name,Shoe Size\nBen,43\n"))
        assert sorted(row["shoe_size"] for row in leadctl.ok("list")) == [42, 43]

    def test_identifying_ones_take_part_in_duplicates(self, leadctl: Leadctl) -> None:
        leadctl.ok("field", "add", "dob", "--type", "date", "--identifying")
        for email, born in (("jo@kiln.example", "1980-02-29"), ("li@other.example", "1980-02-29")):
            leadctl.ok("add", "Johanna Lindqvist", f"email={email}", f"dob={born}", "city=Ulm")
        [same] = leadctl.ok("dedupe", "--min", "0.01")
        leadctl.ok("edit", 2, "dob=1999-12-01")
        other = leadctl.ok("dedupe", "--min", "0.01")
        assert not other or other[0]["score"] < same["score"]


class TestRemoved:
    def test_values_are_kept_in_extra(self, shop: Leadctl) -> None:
        fill(shop)
        for name in WRITTEN:
            done = shop.ok("field", "remove", name, "--yes")
            assert (done["removed"], done["kept_in_extra"]) == (1, 1)
        lead = shop.ok("show", 1)
        assert lead["extra"] == {name: read for name, (_, _, read) in WRITTEN.items()}
        assert not lead.keys() & WRITTEN.keys()
        assert shop.ok("db", "doctor")["findings"] == []
        assert shop("list", "--where", "budget > 1").code == 2

    def test_and_taken_up_again(self, shop: Leadctl) -> None:
        read = fill(shop)
        for name, (type_, _, _) in WRITTEN.items():
            shop.ok("field", "remove", name, "--yes")
            choices = ("--choices", "gold") if type_ == "choice" else ()
            assert shop.ok("field", "add", name, "--type", type_, *choices)["adopted"] == 1
        lead = shop.ok("show", 1)
        assert {name: lead[name] for name in read} == read
        assert lead["extra"] == {}

    def test_it_asks(self, shop: Leadctl) -> None:
        fill(shop)
        assert shop("field", "remove", "budget").code == 7
        answers = Answers(False)
        assert shop("field", "remove", "budget", answers=answers).code == 0
        assert answers.asked == ["Remove budget of leads; 1 value will be kept in extra?"]
        assert shop.ok("field", "remove", "budget", "--dry-run")["operation"] is None
        assert shop.ok("show", 1)["budget"] == 1200.5

    def test_who_reads_it_is_named(self, shop: Leadctl) -> None:
        fill(shop)
        rules = ""
        for table, to in (("score", "points = 7"), ("assign", 'to = { rep = "ana" }')):
            rules += f'[[{table}]]\nname = "rich"\nwhen = "budget > 1000"\n{to}\n'
        shop.configure(rules + '[convert]\nmap = { budget = "deal.amount" }\n')
        shop.ok("view", "save", "big", "--where", "BUDGET > 1 and title <> 'budget'")
        shop.ok("view", "save", "sorted", "--where", "title = 'budget'", "--sort", "-budget")
        shop.ok("view", "save", "other", "--where", "title = 'budget'")
        asked = Answers(False)
        shop("field", "remove", "budget", answers=asked)
        assert "@big, @sorted cannot do without it?" in asked.asked[0]
        file = shop.folder / "leadctl.toml"
        done = shop.ok("field", "remove", "budget", "--yes")
        assert done["readers"] == [
            f'{file}: [[score]] "rich"',
            f'{file} line 6: [[assign]] "rich"',
            f"{file}: [convert] map",
            "@big",
            "@sorted",
        ]
        assert shop.ok("field", "remove", "vip", "--yes")["readers"] == []

    def test_only_your_own(self, shop: Leadctl) -> None:
        assert shop("field", "remove", "email", "--yes").code == 2
        outcome = shop("field", "remove", "nothing", "--yes")
        assert (outcome.code, "they have hobby, budget" in outcome.err) == (4, True)

    def test_undo_of_what_was_written_in_it_fails_and_says_so(self, shop: Leadctl) -> None:
        shop.ok("edit", 1, "budget=5", "title=Head")
        shop.ok("field", "remove", "budget", "--yes")
        done = shop("undo", "--yes", "--json")
        assert done.code == 3
        assert [left["reason"] for left in done.json["failed"]] == ["the field was removed"]
        assert shop.ok("show", 1)["title"] is None

    def test_undo_brings_leads_back_without_it(self, shop: Leadctl) -> None:
        created = shop.ok("add", "Ida", "budget=5")["operation"]
        undone = shop.ok("undo", created, "--yes")["operation"]
        shop.ok("field", "remove", "budget", "--yes")
        assert shop("undo", undone, "--yes").code == 0
        assert shop.ok("show", 3)["extra"] == {}


class TestTheDatabase:
    def test_a_field_that_came_while_a_command_was_open(self, shop: Leadctl) -> None:
        from leadctl.errors import ConflictError

        store = shop.store()
        assert store.fields.own
        shop.ok("field", "remove", "budget", "--yes")
        with pytest.raises(ConflictError, match="changed meanwhile"), store.operation("late"):
            pass
        store.close()
        with store.operation("again") as op:
            assert op.create("lead", [{"last_name": "Jo", "status": "New", "hobby": "x",
                                       "created_at": op.now, "created_day": 1}])  # fmt: skip
        store.close()

    def test_a_backup_has_them(self, shop: Leadctl) -> None:
        fill(shop)
        shop.ok("db", "backup", shop.folder / "copy.db")
        env = {"LEADCTL_DB": str(shop.folder / "copy.db")}
        assert shop.ok("list", "--where", "budget > 5", env=env)[0]["tier"] == "gold"

    def test_real_typed_columns(self, shop: Leadctl) -> None:
        connection = sqlite3.connect(shop.db)
        types = {row[1]: row[2] for row in connection.execute("PRAGMA table_info(leads)")}
        connection.close()
        assert {name: types[name] for name in WRITTEN} == {
            "hobby": "TEXT", "budget": "REAL", "spend": "INTEGER", "renewal": "TEXT",
            "vip": "INTEGER", "tier": "TEXT",
        }  # fmt: skip

    def test_a_new_database_has_none(self) -> None:
        connection = sqlite3.connect(":memory:")
        migrations.apply(connection)
        assert custom_fields.read(connection) == DOCUMENTED

    def test_a_table_that_a_migration_makes_anew_keeps_them(
        self, shop: Leadctl, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fill(shop)
        connection = sqlite3.connect(shop.db, isolation_level=None)
        (sql,) = connection.execute(
            "SELECT sql FROM sqlite_master WHERE name = 'wide_leads'"
        ).fetchone()
        own = [own_columns.own("lead", name, TYPES[of]) for name, (of, _, _) in WRITTEN.items()]
        remade: Any = ModuleType("leadctl.migrations.remade")
        remade.STATEMENTS = (
            "ALTER TABLE wide_leads RENAME TO wide_leads_9",
            own_columns.without_own("wide_leads", sql, own),
            "INSERT INTO wide_leads (id, uid, last_name, status, created_at, created_day, updated_at)"
            " SELECT id, uid, last_name, status, created_at, created_day, updated_at FROM wide_leads_9",
            "DROP TABLE wide_leads_9",
        )
        monkeypatch.setitem(sys.modules, remade.__name__, remade)
        last = migrations.Migration(99, "", "remade")
        monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, last))
        migrations.apply(connection)
        named = ", ".join(WRITTEN)
        [row] = connection.execute(f"SELECT {named} FROM leads WHERE id = 1").fetchall()
        assert row == ("Fishing", 1200.5, 1_200_050, "2027-02-01", 1, "gold")
        connection.close()

    def test_undo_of_everything_gives_back_the_start(self, shop: Leadctl) -> None:
        store = shop.store()
        start = facts(store)
        store.close()
        done = fill(shop)
        assert done
        shop.ok("import", shop.write("f.csv", "Name,Email,Budget\nJo Li,jo@kiln.example,9\n"))
        shop.ok("convert", 1, "--yes")
        for _ in range(3):
            shop.ok("undo", "--yes")
        store = shop.store()
        assert facts(store) == start
        store.close()


@given(st.floats(-(10**15), 10**15))
def test_a_number_comes_back_from_its_text(value: float) -> None:
    stored = number(repr(value))
    assert stored is not None
    assert number(str(whole_number(stored))) == stored
    connection = sqlite3.connect(":memory:")
    (text,) = connection.execute("SELECT CAST(? AS TEXT)", (stored,)).fetchone()
    connection.close()
    assert number(text) == stored


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("5000", 5000), ("1,200", 1200), ("1,200.50", 1200.5), ("1.200,50", 1200.5), ("4,5", 4.5),
        ("1.5", 1.5), ("-3", -3), ("−3", -3), ("1e3", 1000), ("1 200", 1200), ("1'200.5", None),
        ("", None), ("0", 0), ("-0", 0),
    ],
)  # fmt: skip
def test_numbers(written: str, stored: float | None) -> None:
    if written and stored is None:
        with pytest.raises(ValueError, match="is no number"):
            number(written)
    else:
        assert number(written) == stored


def test_every_type_has_a_reader() -> None:
    readers: dict[str, Callable[..., Any]] = dict(NORMALISER.parsers)
    assert set(TYPES.values()) - {"choice"} <= readers.keys()
