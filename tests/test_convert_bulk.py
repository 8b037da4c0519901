"""Converting many leads at once, with fields of one's own, at a real terminal, and back again."""

from __future__ import annotations

import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest
from conftest import Answers, Leadctl, SeedLeads, facts
from hypothesis import given, settings
from hypothesis import strategies as st

from leadctl.errors import BadDataError, UsageError
from leadctl.fields import Field, FieldSet
from leadctl.rules import mapping, naming
from leadctl.store import Store

ZOE = {
    "first_name": "Zoë", "last_name": "Núñez", "company": "Crème & Fils",
    "email": "zoe@creme.example", "product": "CRM", "amount": 1_200_000, "currency": "EUR",
}  # fmt: skip
ANNE = {"first_name": "Anne", "last_name": "O’Brien", "company": "Queen's Foods Ltd"}
PAUL = {"first_name": "Paul", "last_name": "Fils", "company": "Creme & Fils SARL"}


def rows(store: Store, kind: str) -> list[dict[str, Any]]:
    return store.query(f"SELECT * FROM {kind} ORDER BY id")


class TestMany:
    def test_those_of_a_condition(self, leadctl: Leadctl, store: Store, leads: SeedLeads) -> None:
        zoe, anne, paul = leads(ZOE, {**ANNE, "status": "Junk"}, PAUL)
        done = leadctl.ok("convert", "--where", "company is not null", "--yes")
        assert (done["converted"], done["failed"]) == (2, 0)
        assert [item["lead"] for item in done["items"]] == [zoe, paul]
        # One account for the leads of one company.
        assert [row["name"] for row in rows(store, "accounts")] == ["Crème & Fils"]
        assert rows(store, "deals") == []
        assert store.lead(anne)["converted_at"] is None

    def test_again_there_is_nothing_to_do(self, leadctl: Leadctl, leads: SeedLeads) -> None:
        leads(ZOE)
        leadctl.ok("convert", "--where", "company is not null", "--yes")
        again = leadctl("convert", "--where", "company is not null", "--yes", "--json")
        assert again.code == 0
        assert again.json == {
            "operation": None, "dry_run": False, "converted": 0, "failed": 0, "items": [],
        }  # fmt: skip
        assert leadctl("convert", 1, "--yes").code == 5

    def test_without_yes_it_asks(self, leadctl: Leadctl, store: Store, leads: SeedLeads) -> None:
        leads(ZOE, ANNE)
        assert leadctl("convert", "--where", "1").code == 7
        left = leadctl("convert", "--where", "1", answers=Answers(False), terminal=True)
        assert (left.code, rows(store, "contacts")) == (0, [])
        assert "1: a new contact, a new account, no deal" in left.screen
        answers = Answers(True)
        assert leadctl("convert", "--where", "1", answers=answers, terminal=True).code == 0
        assert answers.asked == ["Convert 2 leads?"]
        assert len(rows(store, "contacts")) == 2

    def test_each_is_all_or_nothing(self, leadctl: Leadctl, store: Store, leads: SeedLeads) -> None:
        zoe, anne, _ = leads(ZOE, {**ANNE, "status": "Odd"}, {"last_name": "Li"})
        done = leadctl("convert", "--where", "1", "--yes", "--account", "new", "--json")
        assert done.code == 3
        assert (done.json["converted"], done.json["failed"]) == (1, 2)
        codes = {item["lead"]: item.get("error", {}).get("code") for item in done.json["items"]}
        assert codes == {zoe: None, anne: "conflict", 3: "usage"}
        assert len(rows(store, "contacts")) == 1
        assert leadctl("convert", "--where", "1", "--yes", "--anyway").code == 0
        leadctl.ok("undo", "--yes")
        leadctl.ok("undo", "--yes")
        assert rows(store, "contacts") == []

    def test_what_cannot_be_written_stays_alone(
        self, leadctl: Leadctl, store: Store, leads: SeedLeads
    ) -> None:
        leads(ZOE, ANNE, PAUL)
        store.connection.execute(
            """CREATE TRIGGER no_anne BEFORE INSERT ON contacts WHEN new.first_name = 'Anne'
            BEGIN SELECT RAISE(ABORT, 'not her'); END"""
        )
        done = leadctl("convert", "--where", "1", "--deal", "new", "--yes", "--json")
        assert (done.code, done.json["converted"], done.json["failed"]) == (3, 2, 1)
        assert [row["first_name"] for row in rows(store, "contacts")] == ["Zoë", "Paul"]
        assert [row["name"] for row in rows(store, "accounts")] == ["Crème & Fils"]
        assert [store.lead(lead)["converted_at"] is None for lead in (1, 2, 3)] == [
            False, True, False,
        ]  # fmt: skip

    def test_nobody_is_asked_about_what_cannot_be(self, leadctl: Leadctl, leads: SeedLeads) -> None:
        leads({**ZOE, "status": "Junk"}, {**ANNE, "status": "Lost"})
        done = leadctl("convert", 1, 2, terminal=True, answers=Answers())
        assert (done.code, "none of them can be" in done.screen) == (3, True), done

    def test_why_an_account_is_used_is_said(self, leadctl: Leadctl, leads: SeedLeads) -> None:
        leads(ZOE, {**PAUL, "company": "Fils Holding", "email": "paul@creme.example"})
        done = leadctl("convert", "--where", "1", "--yes")
        assert "account a1 (same domain creme.example), no deal" in done.out

    def test_records_by_name(self, leadctl: Leadctl, leads: SeedLeads) -> None:
        leads(ZOE, PAUL)
        leadctl.ok("account", "add", "name=Kiln AG")
        leadctl.ok("contact", "add", "Jo Li", "account=Kiln AG")
        done = leadctl.ok("convert", 1, "--account", "kiln", "--contact", "Jo Li", "--yes")
        assert (done["account"], done["contact"]) == (1, 1)
        for option in ("--account", "--contact"):
            assert leadctl("convert", 2, option, " ", "--yes").code == 2
            assert leadctl("convert", 2, option, "Nobody", "--yes").code == 4

    def test_a_dry_run(self, leadctl: Leadctl, store: Store, leads: SeedLeads) -> None:
        leads(ZOE, PAUL)
        before = facts(store)
        done = leadctl.ok("convert", "--where", "1", "--dry-run")
        assert (done["operation"], done["converted"]) == (None, 2)
        assert facts(store) == before

    @pytest.mark.parametrize(
        ("words", "code"),
        [
            ((), 2),
            ((1, "--where", "1"), 2),
            (("--where", "compny = 'x'"), 2),
            (("--where", "1", "--deal", "{compny}"), 2),
            (("--where", "1", "--deal", "{company"), 2),
            (("--where", "1", "--deal", "{company:>9}"), 2),
            (("--where", "1", "--stage", "Won!"), 2),
            (("--where", "1", "--amount", "a lot"), 2),
            (("--where", "1", "--account", "a9"), 4),
            ((9, "--yes"), 4),
        ],
    )
    def test_bad_input(
        self, leadctl: Leadctl, store: Store, leads: SeedLeads, words: Any, code: int
    ) -> None:
        leads(ZOE)
        before = facts(store)
        outcome = leadctl("convert", *words, "--yes")
        assert (outcome.code, len(outcome.err.splitlines())) == (code, 1), outcome
        assert facts(store) == before

    def test_a_merged_lead_leads_to_its_survivor(
        self, leadctl: Leadctl, store: Store, leads: SeedLeads
    ) -> None:
        leads(ZOE, {**ZOE, "email": "zn@creme.example"})
        leadctl.ok("merge", 1, 2, "--yes")
        done = leadctl.ok("convert", 2, "--yes")
        assert done["lead"] == 1
        assert leadctl("convert", 2, "--yes").code == 5
        assert leadctl.ok("convert", "--where", "1", "--yes")["converted"] == 0


class TestDealNames:
    @pytest.mark.parametrize(
        ("template", "lead", "name"),
        [
            ("{company} – {product}", {"company": "Kiln", "product": "Oven"}, "Kiln – Oven"),
            ("{company} – {product}", {"company": "Kiln"}, "Kiln"),
            ("{company} – {product}", {"product": "Oven"}, "Oven"),
            ("{company} – {product}", {}, None),
            ("2027: {company}, {city} ({product})", {"city": "Ulm"}, "2027: Ulm"),
            ("{name}", {"first_name": "Jo", "last_name": "Li"}, "Jo Li"),
            ("{amount} {currency}", {"amount": 1_250_50, "currency": "EUR"}, "1250.5 EUR"),
            ("{{{company}}}", {"company": "Kiln"}, "{Kiln}"),
            ("Ovens", {}, "Ovens"),
        ],
    )
    def test_filled(self, template: str, lead: dict[str, Any], name: str | None) -> None:
        assert naming.filled(template, lead) == name

    def test_of_many(self, leadctl: Leadctl, store: Store, leads: SeedLeads) -> None:
        leads(ZOE, ANNE)
        leadctl.ok("convert", "--where", "1", "--deal", "{company} – {product}", "--yes")
        assert [row["name"] for row in rows(store, "deals")] == [
            "Crème & Fils – CRM", "Queen's Foods Ltd",
        ]  # fmt: skip

    def test_of_one_and_of_own_fields(self, leadctl: Leadctl, store: Store) -> None:
        leadctl.ok("add", "Jo", "company=Kiln")
        leadctl.ok("field", "add", "seats", "--type", "number")
        leadctl.ok("edit", 1, "seats=12")
        leadctl.ok("convert", 1, "--deal", "{company}, {seats} seats", "--yes")
        assert rows(store, "deals")[0]["name"] == "Kiln, 12 seats"

    def test_none(self, leadctl: Leadctl, store: Store, leads: SeedLeads) -> None:
        leads(ZOE)
        leadctl.ok("convert", "--where", "1", "--deal", "none", "--yes")
        assert rows(store, "deals") == []


def own(kind: str, *fields: tuple[str, str], choices: tuple[str, ...] = ()) -> FieldSet:
    return FieldSet({kind: [Field(name, type_, "", choices=choices) for name, type_ in fields]})


class TestOwnFields:
    @pytest.fixture
    def shop(self, leadctl: Leadctl) -> Leadctl:
        leadctl.ok("add", "Zoë", "company=Kiln", "amount=5 EUR")
        for on in ("lead", "deal"):
            leadctl.ok("field", "add", "budget", "--type", "money", "--on", on)
        leadctl.ok("field", "add", "tier", "--choices", "gold,silver")
        leadctl.ok("edit", 1, "budget=5000", "tier=gold")
        return leadctl

    def test_the_same_name_and_type_by_itself(self, shop: Leadctl) -> None:
        done = shop.ok("convert", 1, "--yes", "--deal", "new")
        assert shop.ok("show", "d1")["budget"] == 5000
        assert done["carried"] == ["tier"]
        assert shop.ok("show", "c1")["extra"] == {"tier": "gold"}

    def test_the_mapping_of_the_file(self, shop: Leadctl) -> None:
        shop.ok("field", "add", "level", "--choices", "gold,silver,bronze", "--on", "account")
        shop.configure('[convert]\nmap = { "tier" = "account.level", "budget" = "deal.amount" }\n')
        done = shop.ok("convert", 1, "--yes", "--deal", "new")
        assert done["carried"] == []
        assert shop.ok("show", "a1")["level"] == "gold"
        assert (shop.ok("show", "d1")["amount"], shop.ok("show", "d1")["budget"]) == (5000, None)

    def test_why_knows_the_mapping_too(self, shop: Leadctl) -> None:
        shop.ok("field", "add", "level", "--choices", "gold,silver", "--on", "account")
        shop.configure('[convert]\nmap = { "tier" = "account.level" }\n')
        assert [part["kind"] for part in shop.ok("why", 1)["conversion"]["plan"]] == [
            "account", "contact",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("target", "said"),
        [
            ("deal.bugdet", "is not there"),
            ("deal.probability", "is not there"),
            ("deal.budget", "cannot go to deal.budget, which is a money"),
        ],
    )
    def test_a_broken_mapping(self, shop: Leadctl, target: str, said: str) -> None:
        shop.configure(f'[convert]\nmap = {{ "tier" = "{target}" }}\n')
        outcome = shop("convert", 1, "--yes")
        assert (outcome.code, said in outcome.err) == (6, True), outcome

    def test_choices_must_be_among_those_of_the_target(self) -> None:
        fields = FieldSet(
            {
                "lead": [Field("tier", "choice", "", choices=("gold", "silver"))],
                "deal": [Field("tier", "choice", "", choices=("gold",))],
            }
        )
        assert mapping.load({}, fields).without_target == ["tier"]
        with pytest.raises(BadDataError, match=r"cannot go to deal\.tier"):
            mapping.load({"convert": {"map": {"tier": "deal.tier"}}}, fields)

    def test_an_existing_record_gets_only_its_blanks(self, shop: Leadctl) -> None:
        shop.ok("add", "Ida", "company=Kiln", "budget=7 EUR")
        shop.ok("convert", 1, "--yes", "--deal", "new")
        done = shop.ok("convert", 2, "--yes", "--deal", "d1", "--contact", "new", "--anyway")
        assert done["kept"]["deal"][0] == "budget"
        shop.ok("undo", "--yes")
        shop.ok("convert", 2, "--yes", "--deal", "d1", "--overwrite", "deal.budget", "--anyway")
        assert shop.ok("show", "d1")["budget"] == 7

    def test_another_currency_never_mixes(self, shop: Leadctl, store: Store) -> None:
        shop.ok("add", "Ida", "company=Kiln", "budget=7 CHF")
        shop.ok("convert", 1, "--yes", "--deal", "new")
        shop.ok("edit", "d1", "budget=")
        done = shop.ok("convert", 2, "--yes", "--deal", "d1", "--contact", "new", "--anyway")
        assert "budget" in done["kept"]["deal"]
        assert (rows(store, "deals")[0]["budget"], rows(store, "deals")[0]["currency"]) == (
            None, "EUR",
        )  # fmt: skip

    def test_overwrite_of_a_field_that_is_not_there(self, shop: Leadctl) -> None:
        assert shop("convert", 1, "--yes", "--overwrite", "bugdet").code == 2

    def test_rules_check_names_what_would_be_left_behind(self, shop: Leadctl) -> None:
        shop.configure('[convert]\nfrom = ["New", "Qualifed"]\n')
        done = shop("rules", "check", "--json")
        assert done.code == 6
        found = {f["where"]: f for f in done.json["findings"] if f["where"].startswith("[convert")}
        assert found["[convert] from"]["hint"] == "did you mean Qualified?"
        assert found["[convert] map"]["problem"].startswith("tier would be left behind")
        assert found["[convert] map"]["severity"] == "note"
        shop.configure('[convert]\nmap = { "tier" = "deal.extra.tier" }\n')
        findings = shop("rules", "check", "--json").json["findings"]
        assert not [f for f in findings if f["where"].startswith("[convert")]
        shop.configure('[convert]\nmap = { "tier" = "deal.tire" }\n')
        assert "convert.map.tier goes to 'deal.tire'" in shop("rules", "check").err

    def test_a_template_knows_only_fields(self) -> None:
        naming.check("{budget} {company}", own("lead", ("budget", "money")))
        with pytest.raises(UsageError, match=r"no field \{owner\}"):
            naming.check("{owner}", FieldSet())


class TestBack:
    def test_tags_show_by_reference(self, leadctl: Leadctl, store: Store, leads: SeedLeads) -> None:
        leads({**ZOE, "tags": "vip, fair"}, {**PAUL, "tags": "vip, new"})
        leadctl.ok("convert", "--where", "1", "--deal", "new", "--yes")
        assert leadctl.ok("show", "a1")["lead_tags"] == ["vip", "fair", "new"]
        leadctl.ok("edit", "c1", "tags=mine")
        assert (leadctl.ok("show", "c1")["tags"], leadctl.ok("show", "c1")["lead_tags"]) == (
            "mine", ["vip", "fair"],
        )  # fmt: skip
        assert "mine, vip, fair" in leadctl("show", "c1", terminal=True).screen
        assert [row["tags"] for row in rows(store, "deals")] == [None, None]

    def test_what_a_person_touched_stays_and_is_named(
        self, leadctl: Leadctl, store: Store, leads: SeedLeads
    ) -> None:
        leads(ZOE)
        leadctl.ok("convert", 1, "--yes", "--deal", "new")
        leadctl.ok("edit", "a1", "phone=+49 30 1234567")
        undone = leadctl("undo", "--yes", 2, "--json")
        assert undone.code == 3
        assert [(left["kind"], left["id"]) for left in undone.json["kept"]] == [("account", 1)]
        lead = leadctl.ok("show", 1)
        assert (lead["status"], lead["converted_at"], lead["contact_id"]) == ("New", None, None)
        assert (rows(store, "contacts"), rows(store, "deals")) == ([], [])

    def test_a_merge_since_led_the_links_on(
        self, leadctl: Leadctl, store: Store, leads: SeedLeads
    ) -> None:
        leads(ZOE, ANNE)
        before = facts(store)
        converted = leadctl.ok("convert", 1, 2, "--deal", "new", "--yes")["operation"]
        merged = leadctl.ok("merge", "a1", "a2", "--yes")["operation"]
        undone = leadctl("undo", converted, "--yes", "--json")
        # What the merge made of two accounts stays; all else goes, and the leads are free.
        assert [(left["kind"], left["id"], left["reason"]) for left in undone.json["kept"]] == [
            ("account", 2, "merged into a1 since"), ("account", 1, "another was merged into it"),
        ]  # fmt: skip
        assert facts(store)["leads"] == before["leads"]
        assert (rows(store, "contacts"), rows(store, "deals")) == ([], [])
        assert leadctl.ok("db", "doctor")["findings"] == []
        leadctl.ok("undo", undone.json["operation"], "--yes")
        leadctl.ok("undo", merged, "--yes")
        leadctl.ok("undo", converted, "--yes")
        assert facts(store) == before

    def test_what_is_kept_is_named_and_counted(self, leadctl: Leadctl, leads: SeedLeads) -> None:
        leads(*({**ZOE, "company": f"Kiln {n}", "email": f"z@k{n}.example"} for n in range(7)))
        done = leadctl.ok("convert", "--where", "1", "--yes")
        for account in range(1, 8):
            leadctl.ok("edit", f"a{account}", "city=Ulm")
        undone = leadctl("undo", done["operation"], "--yes")
        assert "kept account a1: changed since by op3" in undone.err
        assert "and 2 more kept; --json names them all" in undone.err

    def test_at_a_terminal_ctrl_c_leaves_everything(
        self, leadctl: Leadctl, store: Store, leads: SeedLeads
    ) -> None:
        leads(ZOE)
        before = facts(store)
        store.close()
        # Down to the deal, a new one, and away from the list of its parts.
        code, screen = at_a_terminal(leadctl, b"d\r\r\x03", "convert", "1")
        assert (code, "What of the deal?" in screen) == (130, True), screen
        assert facts(store) == before
        code, screen = at_a_terminal(leadctl, b"\r", "convert", "1")
        assert code == 0, screen
        assert store.lead(1)["converted_at"]


def at_a_terminal(leadctl: Leadctl, keys: bytes, *words: str) -> tuple[int, str]:
    """Run a command at a real terminal, press keys one by one; return its exit code and screen."""
    main, other = pty.openpty()
    env = {**os.environ, **leadctl.env, "TERM": "xterm", "LINES": "40"}
    process = subprocess.Popen(
        [sys.executable, "-m", "leadctl", *words],
        env=env, stdin=other, stdout=other, stderr=other, start_new_session=True,
    )  # fmt: skip
    os.close(other)
    screen = b""
    pending = [keys[at : at + 1] for at in range(len(keys))]
    until = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < until:
        ready, _, _ = select.select([main], [], [], 0.3)
        if ready:
            try:
                screen += os.read(main, 65536)
            except OSError:
                break
            if b"\x1b[6n" in screen[-200:]:
                os.write(main, b"\x1b[1;1R")
        elif pending and b"?" in screen:
            os.write(main, pending.pop(0))
    if process.poll() is None:
        try:
            process.wait(3)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    os.close(main)
    return process.returncode, screen.decode(errors="replace")


COMPANIES = ["", "Kiln AG", "kiln", "Crème & Fils"]
LEAD = st.fixed_dictionaries(
    {
        "last_name": st.sampled_from(["Li", "Núñez"]),
        "company": st.sampled_from(COMPANIES),
        "email": st.sampled_from(["", "li@kiln.example", "zoe@creme.example"]),
        "phone": st.sampled_from(["", "+49 30 123456", "+49 30 7654321"]),
        "website": st.sampled_from(["", "kiln.example", "creme.example", "gmail.com"]),
        "amount": st.sampled_from(["", "12 EUR", "7 CHF"]),
        "tags": st.sampled_from(["", "vip"]),
        "status": st.sampled_from(["New", "Nurture", "Junk"]),
    }
)
HOW = st.sampled_from(
    [
        (), ("--deal", "new"), ("--deal", "{company} {amount}"), ("--account", "none"),
        ("--contact", "new"), ("--overwrite", "amount", "--deal", "new"), ("--anyway",),
    ]
)  # fmt: skip


def scratch(leads: list[dict[str, str]]) -> Leadctl:
    """Return a database of its own with these leads."""
    leadctl = Leadctl(Path(tempfile.mkdtemp()))
    for lead in leads:
        leadctl.ok("add", *(f"{name}={value}" for name, value in lead.items()))
    return leadctl


def facts_of(leadctl: Leadctl, *, without: tuple[str, ...] = ()) -> dict[str, Any]:
    store = leadctl.store()
    found = {
        table: [tuple(pair for pair in row if pair[0] not in without) for row in of]
        for table, of in facts(store).items()
    }
    assert store.query("PRAGMA foreign_key_check") == []
    store.close()
    return found


@settings(max_examples=12)
@given(st.lists(LEAD, min_size=1, max_size=4), st.lists(HOW, min_size=1, max_size=3))
def test_any_conversions_and_undos_give_the_start(
    leads: list[dict[str, str]], how: list[tuple[str, ...]]
) -> None:
    leadctl = scratch(leads)
    start = facts_of(leadctl)
    done = []
    for number, words in enumerate(how):
        which = ("--where", "1") if number % 2 else (number % len(leads) + 1,)
        outcome = leadctl("convert", *which, *words, "--yes", "--json")
        assert outcome.code in (0, 3, 5), outcome
        if outcome.json.get("operation"):
            done.append(outcome.json["operation"])
    for operation in reversed(done):
        leadctl.ok("undo", operation, "--yes")
    assert facts_of(leadctl) == start
    shutil.rmtree(leadctl.folder)


@settings(max_examples=12)
@given(st.lists(LEAD, min_size=1, max_size=5), HOW)
def test_many_at_once_are_as_one_by_one(leads: list[dict[str, str]], how: tuple[str, ...]) -> None:
    together, singly = scratch(leads), scratch(leads)
    at_once = together("convert", *range(1, len(leads) + 1), *how, "--yes")
    one_by_one = [singly("convert", lead, *how, "--yes").code for lead in range(1, len(leads) + 1)]
    assert (at_once.code == 0) == (set(one_by_one) == {0}) or len(leads) == 1
    assert facts_of(together, without=("uid",)) == facts_of(singly, without=("uid",))
    for leadctl in (together, singly):
        shutil.rmtree(leadctl.folder)
