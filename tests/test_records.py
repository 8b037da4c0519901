"""Contacts, accounts and deals: the verbs that they share with leads."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Answers, Leadctl, facts
from hypothesis import given, settings
from hypothesis import strategies as st

from leadctl.fields import COMPUTED_OF, DOCUMENTED, condition_fields
from leadctl.lead_view import RecordFilter
from leadctl.store import Store
from leadctl.views import view_of

KINDS = ("contact", "account", "deal")


@pytest.fixture
def kiln(leadctl: Leadctl) -> Leadctl:
    """Return a database with two accounts, a contact of each, and a deal of the first."""
    leadctl.ok("rep", "add", "ana", "ben")
    leadctl.ok("account", "add", "Kiln AG", "domain=kiln.example", "country=CH", "owner=ana")
    leadctl.ok("account", "add", "Queen's Foods", "country=GB", "tags=vip")
    leadctl.ok("contact", "add", "Zoë Núñez", "account=Kiln AG", "email=zoe@kiln.example")
    leadctl.ok(
        "contact", "add", "Anne O’Brien", "account=a2", "phone=+442079460101", "source=Email"
    )
    leadctl.ok("deal", "add", "Kiln CRM", "account=a1", "contact=c1", "amount=1,200 EUR")
    return leadctl


class TestAdd:
    def test_it_names_the_record_and_the_way_back(self, leadctl: Leadctl) -> None:
        outcome = leadctl("account", "add", "Kiln AG", terminal=True)
        assert "account a1 added: Kiln AG" in outcome.screen
        assert "undo: leadctl undo 1 · look: leadctl show a1" in outcome.err
        assert leadctl("undo", "1").code == 0
        assert leadctl.ok("account", "list") == []

    def test_a_deal_takes_name_and_account_from_whom_it_is_with(self, kiln: Leadctl) -> None:
        deal = kiln.ok("deal", "add", "contact=c2")
        assert (deal["name"], deal["account_id"]) == ("Queen's Foods", 2)
        assert (deal["stage"], deal["probability"]) == ("Qualification", 10)

    def test_a_dry_run_adds_nothing(self, kiln: Leadctl) -> None:
        tried = kiln.ok("contact", "add", "Eve Adler", "--dry-run")
        assert tried["operation"] is None
        assert tried["last_name"] == "Adler"
        assert len(kiln.ok("contact", "list")) == 2

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("contact", "add", "Zoe", "email=ZOE@kiln.example"), "contact c1 (same email)"),
            (("contact", "add", "Zoë Núñez", "account=a1"), "contact c1 (same name and account)"),
            (("account", "add", "KILN"), "account a1 (same name)"),
            (("account", "add", "Other", "domain=kiln.example"), None),
            (("deal", "add", "kiln crm", "account=a1"), "deal d1 (same name and account)"),
        ],
    )
    def test_what_looks_alike_is_named(
        self, kiln: Leadctl, words: tuple[str, ...], said: str | None
    ) -> None:
        outcome = kiln(*words)
        assert outcome.code == 0
        assert ("looks like" in outcome.err) == (said is not None)
        assert (said or "") in outcome.err

    def test_at_a_terminal_it_asks_first(self, kiln: Leadctl) -> None:
        answers = Answers(False)
        outcome = kiln("account", "add", "Kiln AG", answers=answers, terminal=True)
        assert answers.asked == ["Add it all the same?"]
        assert "left out" in outcome.out
        assert len(kiln.ok("account", "list")) == 2


class TestBadInput:
    @pytest.mark.parametrize(
        ("words", "code", "said"),
        [
            (("contact", "show", "a1"), 2, "a1 is an account, not a contact · leadctl show a1"),
            (("account", "edit", "d1", "name=x"), 2, "d1 is a deal, not an account"),
            (("deal", "add", "x", "amount=a lot"), 2, "amount"),
            (
                ("deal", "add", "x", "stage=Negotiaton/Review"),
                2,
                "did you mean Negotiation/Review?",
            ),
            (("deal", "add", "x", "amuont=5"), 2, "deals have no field 'amuont' · did you mean"),
            (("deal", "add", "x", "result=won"), 2, "deals have no field 'result'"),
            (("deal", "add", "x", "account=a1", "contact=c2"), 5, "c2 belongs to account a2, not"),
            (("deal", "edit", "d1", "account=a2"), 5, "c1 belongs to account a1, not to a2"),
            (("deal", "add", "x", "account=Nobody"), 4, "there is no account of this name"),
            (("deal", "add", "x", "account=a99"), 4, "there is no account a99"),
            (("deal", "add", "stage=won"), 2, "a deal needs a name, account, contact or"),
            (("contact", "add", "title=CEO"), 2, "a contact needs a name, email, phone or"),
            (("contact", "edit", "c1", "first_name=", "last_name=", "email="), 2, "would have no"),
            (("account", "edit", "a1", "parent=a1"), 5, "a1 cannot be its own parent"),
            (
                ("edit", "c1", "a1", "description=x"),
                2,
                "contacts and accounts · one kind at a time",
            ),
            (("edit", "op1", "name=x"), 2, "op1 is an operation"),
            (("deal", "list", "--sort", "amout"), 2, "did you mean amount?"),
            (("deal", "list", "--where", "stag = 'x'"), 2, "did you mean stage?"),
            (("account", "list", "--after", "x"), 2, "--after"),
            (("log", "c1", "call", "--status", "Lost"), 2, "--status is of leads, not of contacts"),
            (("show", "c99"), 4, "there is no contact c99"),
        ],
    )
    def test_is_said_in_one_line_and_changes_nothing(
        self, kiln: Leadctl, store: Store, words: tuple[str, ...], code: int, said: str
    ) -> None:
        before = facts(store)
        outcome = kiln(*words)
        assert outcome.code == code, outcome
        assert said in outcome.err
        assert len(outcome.err.strip().splitlines()) == 1
        assert facts(store) == before

    def test_a_circle_of_parents(self, kiln: Leadctl) -> None:
        kiln.ok("account", "edit", "a2", "parent=a1")
        outcome = kiln("account", "edit", "a1", "parent=a2")
        assert outcome.code == 5
        assert "account a2 is below a1" in outcome.err

    def test_ids_of_another_kind_in_a_pipe(self, kiln: Leadctl) -> None:
        accounts = kiln("account", "list", "--json").out
        outcome = kiln("contact", "edit", "-", "title=x", stdin=accounts)
        assert outcome.code == 2
        assert "the pipe has accounts, not contacts" in outcome.err


class TestEdit:
    def test_by_letter_and_by_group(self, kiln: Leadctl) -> None:
        assert kiln.ok("edit", "c1", "title=CEO")["changed"] == 1
        assert kiln.ok("contact", "edit", "1", "c2", "title=CEO")["unchanged"] == 1
        assert kiln.ok("contact", "show", "2")["title"] == "CEO"

    def test_ids_from_a_pipe(self, kiln: Leadctl) -> None:
        for shape in ("ids", "tsv", "jsonl"):
            listed = kiln("contact", "list", "--format", shape).out
            done = kiln.ok("contact", "edit", "-", f"title={shape}", stdin=listed)
            assert done["changed"] == 2
            assert sorted(done["ids"]) == [1, 2]
        assert kiln.ok("contact", "edit", "-", "title=x", stdin="")["operation"] is None

    def test_many_by_a_condition(self, kiln: Leadctl) -> None:
        answers = Answers(True)
        outcome = kiln(
            "deal", "edit", "--where", "amount > 1000", "owner=ben", answers=answers, terminal=True
        )
        assert outcome.code == 0
        assert answers.asked == ["Change owner of 1 deal?"]
        assert "– → ben" in outcome.screen
        assert kiln("deal", "edit", "--where", "amount > 1", "tags=x").code == 7

    def test_what_changed_meanwhile_is_left(self, kiln: Leadctl) -> None:
        def meanwhile() -> bool:
            kiln.ok("deal", "edit", "d1", "product=B")
            return True

        outcome = kiln("deal", "edit", "--where", "id = 1", "product=A", answers=Answers(meanwhile))
        assert outcome.code == 5
        assert "the deals that this condition means changed" in outcome.err
        assert kiln.ok("deal", "show", "d1")["product"] == "B"

    def test_undo_gives_back_what_was(self, kiln: Leadctl, store: Store) -> None:
        before = facts(store)
        done = kiln.ok("edit", "a1", "name=Kiln & Co", "parent=a2", "annual_revenue=5 Mio EUR")
        assert kiln.ok("account", "show", "a1")["parent"] == "Queen's Foods"
        kiln.ok("undo", str(done["operation"]))
        assert facts(store) == before


class TestList:
    def test_an_empty_one_names_the_next_command(self, leadctl: Leadctl) -> None:
        leadctl.ok("rep", "add", "ana")
        for kind in KINDS:
            outcome = leadctl(kind, "list")
            assert outcome.out == ""
            assert f"leadctl {kind} add" in outcome.err
            assert leadctl.ok(kind, "list") == []

    @pytest.mark.parametrize(
        ("words", "ids"),
        [
            (("contact", "list", "--account", "a1"), [1]),
            (("contact", "list", "--account", "Queen's Foods"), [2]),
            (("contact", "list", "--account", "none"), []),
            (("contact", "list", "--source", "none"), [1]),
            (("contact", "list", "--where", "email_domain = 'KILN.example'"), [1]),
            (("account", "list", "--owner", "ana"), [1]),
            (("account", "list", "--owner", "none", "--tag", "vip"), [2]),
            (("account", "list", "--where", "contacts = 1 and deals = 0"), [2]),
            (("account", "list", "--sort", "name"), [1, 2]),
            (("account", "list", "--sort", "-name", "--limit", "1"), [2]),
            (("account", "list", "--after", "a2"), [1]),
            (("account", "list", "--since", "today"), [2, 1]),
            (("deal", "list", "--stage", "qualification"), [1]),
            (("deal", "list", "--stage", "!Qualification"), []),
            (("deal", "list", "--open"), [1]),
            (("deal", "list", "--where", "amount = 1200 and days_in_stage = 0"), [1]),
        ],
    )
    def test_filters(self, kiln: Leadctl, words: tuple[str, ...], ids: list[int]) -> None:
        assert [row["id"] for row in kiln.ok(*words)] == ids

    def test_a_stage_that_no_deal_has_is_noted(self, kiln: Leadctl) -> None:
        outcome = kiln("deal", "list", "--stage", "Closed Wun")
        assert outcome.code == 0
        assert "did you mean 'Closed Won'?" in outcome.err

    def test_pages(self, leadctl: Leadctl) -> None:
        for number in range(5):
            leadctl.ok("account", "add", f"Company {number}")
        first = leadctl("account", "list", "--limit", "2", terminal=True)
        assert "first 2 of 5 · next: leadctl account list --limit 2 --after 4" in first.screen
        last = leadctl("account", "list", "--limit", "2", "--after", "2", terminal=True)
        assert "a1" in last.screen
        assert "last 1 of 5" in last.screen

    @pytest.mark.parametrize("columns", [100, 80, 40])
    def test_it_fits_the_window(self, kiln: Leadctl, columns: int) -> None:
        for kind in KINDS:
            outcome = kiln(kind, "list", terminal=True, env={"COLUMNS": str(columns)})
            assert all(len(line) <= columns for line in outcome.screen.splitlines())
        assert "1,200 EUR" in outcome.screen
        assert "Qualification" in outcome.screen

    @pytest.mark.parametrize("kind", KINDS)
    def test_every_column_can_be_shown_sorted_and_asked_for(self, kiln: Leadctl, kind: str) -> None:
        names = ",".join(condition_fields(kind))
        rows = kiln.ok(kind, "list", "--columns", names)
        assert rows
        assert set(rows[0]) == set(condition_fields(kind))
        for name in condition_fields(kind):
            asked = kiln(kind, "list", "--sort", name, "--where", f"{name} is null or 1 = 1")
            assert asked.code == 0, asked


@pytest.mark.parametrize("kind", KINDS)
def test_pages_need_no_sort(store: Store, kind: str) -> None:
    with store.operation("x") as op:
        op.create("rep", [{"name": "ana"}])
    store.page(kind, RecordFilter(), limit=1)
    for wanted in (RecordFilter(), RecordFilter(owners=(1,))):
        where, bound = wanted.sql()
        plan = store.query(
            f"EXPLAIN QUERY PLAN SELECT id FROM {kind} WHERE {where} ORDER BY id DESC LIMIT 50",
            bound,
        )
        assert not [step for step in plan if "TEMP B-TREE" in step["detail"]]


def test_an_activity_of_each_kind(kiln: Leadctl) -> None:
    assert kiln.ok("log", "c1", "call", "rang", "--outcome", "reached")["contact"] == 1
    kiln.ok("account", "log", "a1", "meeting", "at", "the", "fair")
    kiln.ok("log", "d1", "note", "sent", "a", "quote")
    assert [a["note"] for a in kiln.ok("show", "c1")["activities"]] == ["rang"]
    counted = kiln.ok("account", "list", "--columns", "activities", "--where", "id = 1")
    assert counted[0]["activities"] == 3


PARENTS = st.lists(st.tuples(st.integers(1, 6), st.integers(1, 6)), max_size=12)


@settings(max_examples=25)
@given(PARENTS)
def test_accounts_never_stand_in_a_circle(tmp_path_factory: Any, links: Any) -> None:
    leadctl = Leadctl(tmp_path_factory.mktemp("circle"))
    with leadctl.store().operation("seed") as op:
        born = {"created_at": op.now, "created_day": 0}
        op.create("account", [{"name": str(n), **born} for n in range(6)])
    above: dict[int, int] = {}
    for child, parent in links:
        chain, at = {child}, parent
        while at in above and at not in chain:
            chain, at = chain | {at}, above[at]
        refused = at in chain or parent == child
        outcome = leadctl("account", "edit", f"a{child}", f"parent=a{parent}")
        assert outcome.code == (5 if refused else 0)
        if not refused:
            above[child] = parent


def test_views_have_what_is_documented() -> None:
    for kind in COMPUTED_OF:
        assert set(condition_fields(kind)) | {"extra"} == set(view_of(kind, DOCUMENTED).columns)


def test_what_comes_in_is_no_touch_of_any_record(kiln: Leadctl) -> None:
    def untouched(kind: str) -> list[int]:
        return [row["id"] for row in kiln.ok(kind, "list", "--untouched")]

    kiln.ok("log", "c1", "call", "--direction", "in")
    kiln.ok("log", "d1", "form")
    assert [untouched(kind) for kind in ("contact", "account", "deal")] == [[2, 1], [2, 1], [1]]
    kiln.ok("log", "c1", "call", "we called back")
    assert [untouched(kind) for kind in ("contact", "account", "deal")] == [[2], [2], [1]]
    kiln.ok("log", "d1", "meeting")
    assert untouched("deal") == []
    where = "touches = 2 and last_touch_at is not null and activities = 4"
    assert [row["id"] for row in kiln.ok("account", "list", "--where", where)] == [1]
    table = kiln("contact", "list", terminal=True).screen.splitlines()
    assert [line.split()[0] for line in table if line.endswith("never")] == ["c2"]
