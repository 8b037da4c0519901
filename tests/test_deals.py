"""Deals move through their stages, accounts collect transactions, and both show their whole past."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from conftest import Answers, Leadctl, facts
from hypothesis import given
from hypothesis import strategies as st

from leadctl import timeline
from leadctl.config import STAGES
from leadctl.rules import stages
from leadctl.store import Store

LISTED = dict(STAGES)
AT = "2026-11-22T09:00:00Z"


@pytest.fixture
def kiln(leadctl: Leadctl) -> Leadctl:
    """Return a database in which a lead with a past became a1, c1 and d1."""
    leadctl.ok("rep", "add", "ana")
    leadctl.ok("add", "Zoë Núñez", "company=Kiln AG", "email=zoe@kiln.example", "source=Website")
    leadctl.ok("log", "1", "call", "asked", "for", "a", "price", "--outcome", "reached")
    leadctl.ok("edit", "1", "status=Qualified")
    leadctl.now += timedelta(days=3)
    leadctl.ok("convert", "1", "--yes", "--deal", "Kiln CRM", "--amount", "12,000 EUR")
    return leadctl


class TestMove:
    def test_winning_closes_and_opening_takes_it_back(self, kiln: Leadctl) -> None:
        outcome = kiln("deal", "move", "d1", "Closed Won", terminal=True)
        assert "d1 Kiln CRM: Qualification → Closed Won · 12,000 EUR" in outcome.screen
        deal = kiln.ok("show", "d1")
        assert (deal["probability"], deal["closed_at"]) == (100, "2026-11-25T09:00:00Z")
        kiln.ok("deal", "move", "1", "negotiation/review")
        deal = kiln.ok("show", "d1")
        assert (deal["probability"], deal["closed_at"]) == (90, None)

    def test_words_of_a_stage_need_no_quotes(self, kiln: Leadctl) -> None:
        assert kiln.ok("deal", "move", "d1", "needs", "analysis")["stage"] == "Needs Analysis"
        assert kiln.ok("deal", "move", "d1", "won")["stage"] == "Closed Won"

    def test_a_reason_when_lost(self, kiln: Leadctl) -> None:
        kiln.ok("deal", "move", "d1", "lost", "--reason", "no BUDGET")
        assert kiln.ok("show", "d1")["lost_reason"] == "No budget"
        kiln.ok("deal", "move", "d1", "won")
        assert kiln.ok("show", "d1")["lost_reason"] is None

    def test_a_terminal_asks_why_and_a_script_is_told(self, kiln: Leadctl) -> None:
        answers = Answers("Competitor")
        kiln("deal", "move", "d1", "lost", answers=answers, terminal=True)
        assert answers.asked == ["Why was it lost?"]
        assert kiln.ok("show", "d1")["lost_reason"] == "Competitor"
        kiln.ok("undo", "--yes")
        outcome = kiln("deal", "move", "d1", "lost")
        assert outcome.code == 0
        assert "--reason" in outcome.err

    def test_changed_while_it_asked(self, kiln: Leadctl) -> None:
        def meanwhile() -> str:
            kiln.ok("deal", "edit", "d1", "amount=5")
            return "Competitor"

        outcome = kiln("deal", "move", "d1", "lost", answers=Answers(meanwhile), terminal=True)
        assert outcome.code == 5
        assert "changed meanwhile" in outcome.err
        assert kiln.ok("show", "d1")["stage"] == "Qualification"

    def test_twice_is_once_and_undo_gives_all_back(self, kiln: Leadctl, store: Store) -> None:
        before = facts(store)
        done = kiln.ok("deal", "move", "d1", "won", "--close-date", "2026-11-01")
        assert kiln.ok("show", "d1")["closed_at"][:10] == "2026-11-01"
        assert kiln.ok("deal", "move", "d1", "won")["operation"] is None
        kiln.ok("undo", done["operation"])
        assert facts(store) == before

    def test_a_dry_run_moves_nothing(self, kiln: Leadctl) -> None:
        assert kiln.ok("deal", "move", "d1", "won", "--dry-run")["moved"] == 1
        assert kiln.ok("show", "d1")["stage"] == "Qualification"

    def test_from_a_pipe(self, kiln: Leadctl) -> None:
        ids = kiln("deal", "list", "--open", "--format", "ids").out
        assert kiln.ok("deal", "move", "-", "won", stdin=ids)["moved"] == 1
        assert kiln.ok("deal", "move", "-", "won", stdin="")["ids"] == []

    @pytest.mark.parametrize(
        ("words", "code", "said"),
        [
            (("d1", "Closed Wun"), 2, "did you mean Closed Won? stages: Qualification, Needs"),
            (("d1",), 2, "move needs deals, then a stage"),
            (("won",), 2, "move needs deals, then a stage"),
            (("d9", "won"), 4, "there is no deal d9"),
            (("d1", "won", "--reason", "x"), 2, "--reason is of a deal that is lost"),
            (("d1", "won", "--amount", "a lot"), 2, "amount"),
            (("d1", "won", "--close-date", "soon"), 2, "closed_at"),
        ],
    )
    def test_bad_input(self, kiln: Leadctl, words: Any, code: int, said: str) -> None:
        outcome = kiln("deal", "move", *words)
        assert outcome.code == code, outcome
        assert said in outcome.err
        assert kiln.ok("show", "d1")["stage"] == "Qualification"


@given(st.lists(st.sampled_from(list(LISTED)), max_size=8), st.booleans())
def test_a_deal_agrees_with_its_stage(moves: list[str], set_by_hand: bool) -> None:
    deal: dict[str, Any] = {"stage": "Qualification", "probability": 33 if set_by_hand else 10}
    for stage in moves:
        deal |= stages.moved(deal, stage, LISTED, AT)
        closed = stages.role(LISTED, stage) != "open"
        assert (deal.get("closed_at") is not None) == closed
        if closed or not set_by_hand:
            assert deal["probability"] == LISTED[stage]


class TestStages:
    def test_the_days_in_each(self, kiln: Leadctl) -> None:
        kiln.now += timedelta(days=5)
        kiln.ok("deal", "move", "d1", "needs analysis")
        kiln.now += timedelta(days=7)
        history = kiln.ok("show", "d1")["stages"]
        assert [(s["stage"], s["days"]) for s in history] == [
            ("Qualification", 5), ("Needs Analysis", 7)
        ]  # fmt: skip
        row = kiln.ok("deal", "list")[0]
        assert (row["days_in_stage"], row["stage_since"]) == (7, "2026-11-30T09:00:00Z")

    def test_what_was_undone_never_happened(self, kiln: Leadctl) -> None:
        moved = kiln.ok("deal", "move", "d1", "won")
        undone = kiln.ok("undo", moved["operation"])
        assert [s["stage"] for s in kiln.ok("show", "d1")["stages"]] == ["Qualification"]
        kiln.ok("undo", undone["operation"])
        stages_now = [s["stage"] for s in kiln.ok("show", "d1")["stages"]]
        assert stages_now == ["Qualification", "Closed Won"]


class TestRecord:
    def test_the_same_number_twice_is_one(self, kiln: Leadctl) -> None:
        words = ("account", "record", "a1", "invoice", "INV-9", "--amount", "1,200 EUR")
        first = kiln.ok(*words, "--date", "2026-11-01")
        assert (first["created"], first["id"]) == (1, 1)
        again = kiln.ok(*words)
        assert (again["operation"], again["unchanged"], again["id"]) == (None, 1, 1)
        more = kiln.ok(*words[:-1], "1300 EUR")
        assert (more["updated"], more["id"]) == (1, 1)
        shown = kiln.ok("show", "a1")
        assert shown["totals"] == [
            {"kind": "invoice", "currency": "EUR", "transactions": 1, "amount": 1300}
        ]
        assert shown["timeline"][-1]["at"][:10] == "2026-11-01"

    def test_it_is_undone_and_tried(self, kiln: Leadctl) -> None:
        tried = kiln.ok("account", "record", "a1", "ticket", "T-1", "--dry-run")
        assert (tried["operation"], tried["created"]) == (None, 1)
        done = kiln.ok("account", "record", "a1", "ticket", "T-1")
        kiln.ok("undo", done["operation"])
        assert kiln.ok("show", "a1")["transactions"] == []

    def test_imported_ones_count_too(self, kiln: Leadctl) -> None:
        rows = "Account Name,Type,Invoice Number,Total,Currency Code,Date\n"
        file = kiln.write("i.csv", rows + "Kiln AG,invoice,INV-1,100,EUR,2026-10-01\n")
        kiln.ok("import", file, "--as", "transactions")
        kiln.ok(
            "account", "record", "a1", "INVOICE", "INV-2", "--amount", "50", "--currency", "EUR"
        )
        assert kiln.ok("account", "record", "a1", "invoice", "INV-1")["unchanged"] == 1
        assert kiln.ok("show", "a1")["totals"][0]["amount"] == 150

    @pytest.mark.parametrize(
        ("words", "code", "said"),
        [
            (("a9", "invoice", "1"), 4, "there is no account a9"),
            (("c1", "invoice", "1"), 2, "c1 is a contact, not an account"),
            (("a1", "invoice", "1", "--amount", "a lot"), 2, "amount"),
            (("a1", "invoice", "1", "--currency", "Euros"), 2, "currency"),
            (("a1", "invoice", " "), 2, "number cannot be blank"),
            (("a2", "invoice", "INV-9"), 5, "invoice INV-9 is of account a1"),
        ],
    )
    def test_bad_input(self, kiln: Leadctl, words: Any, code: int, said: str) -> None:
        kiln.ok("account", "add", "Other")
        kiln.ok("account", "record", "a1", "invoice", "INV-9")
        outcome = kiln("account", "record", *words)
        assert outcome.code == code, outcome
        assert said in outcome.err
        assert len(kiln.ok("show", "a1")["transactions"]) == 1


class TestTimeline:
    def test_an_account_has_everything_lead_days_included(self, kiln: Leadctl) -> None:
        kiln.now += timedelta(hours=1)
        kiln.ok("contact", "add", "Lee", "account=a1")
        kiln.ok("log", "c2", "meeting", "at", "the", "fair")
        kiln.ok("log", "a1", "note", "wants", "more")
        kiln.ok("log", "d1", "call", "haggled")
        kiln.ok("deal", "move", "d1", "won")
        kiln.ok("account", "record", "a1", "invoice", "1", "--amount", "5 EUR")
        events = kiln.ok("show", "a1")["timeline"]
        assert sorted(event["event"] for event in events) == [
            *("activity", "activity", "activity", "activity", "converted"),
            *("deal", "lead", "stage", "status", "transaction"),
        ]
        assert len(events) == 10
        assert [event["at"] for event in events] == sorted((e["at"] for e in events), reverse=True)
        said = {event.get("words") for event in events}
        assert {"asked for a price", "at the fair", "wants more", "haggled"} <= said

    def test_contact_and_deal_have_theirs(self, kiln: Leadctl) -> None:
        for record in ("c1", "d1"):
            events = [event["event"] for event in kiln.ok("show", record)["timeline"]]
            assert sorted(events) == ["activity", "converted", "deal", "lead", "status"]

    def test_nothing_of_others(self, kiln: Leadctl) -> None:
        kiln.ok("account", "add", "Other")
        assert kiln.ok("show", "a2")["timeline"] == []
        screen = kiln("show", "a2", terminal=True).screen
        assert "nothing has happened yet: leadctl log a2 call …" in screen

    @pytest.mark.parametrize("columns", [100, 80, 40])
    def test_the_screen_fits_the_window(self, kiln: Leadctl, columns: int) -> None:
        kiln.ok("account", "add", "Holding")
        kiln.ok("edit", "a1", "parent=a2")
        kiln.ok("account", "record", "a1", "invoice", "1", "--amount", "5 EUR")
        for record in ("a1", "c1", "d1"):
            outcome = kiln("show", record, terminal=True, env={"COLUMNS": str(columns)})
            assert all(len(line) <= columns for line in outcome.screen.splitlines()), outcome
        account = kiln("show", "a1", terminal=True).screen
        assert "a2 Holding" in account
        assert "   a1 Kiln AG" in account
        assert "lead 1 → c1, a1, d1" in account
        assert "5 EUR" in account

    def test_an_account_reads_its_own_rows_only(self, kiln: Leadctl, store: Store) -> None:
        seen: list[str] = []
        store.page("account", timeline_filter(), limit=1)
        store.connection.set_trace_callback(seen.append)
        timeline.timeline(store, "account", 1)
        store.connection.set_trace_callback(None)
        plan = store.query("EXPLAIN QUERY PLAN " + seen[-1])
        scans = [step["detail"] for step in plan if step["detail"].startswith("SCAN")]
        tables = ("activities", "leads", "deals", "contacts", "changes", "tasks", "transactions")
        assert not [scan for scan in scans if any(table in scan.split() for table in tables)]


def timeline_filter() -> Any:
    from leadctl.lead_view import RecordFilter

    return RecordFilter(ids=(1,))
