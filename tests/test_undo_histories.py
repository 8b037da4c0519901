"""Random histories of real commands: undo, newest first, always gives back the facts of the start."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from conftest import Leadctl, facts
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from leadctl.fields import KINDS, MERGEABLE

NAMES = st.sampled_from(["Zoë Núñez", "Anne O’Brien", "李小龙", "Jo Li"])
EMAILS = st.sampled_from(["", "zoe@creme.example", "anne@queens.example", "jo@gmail.com"])
COMPANIES = st.sampled_from(["", "Crème & Fils", "Queen's Foods Ltd", "Kiln AG"])
PHONES = st.sampled_from(["", "+49 30 23125 001", "030 1234567"])
ROWS = st.lists(st.tuples(NAMES, EMAILS, COMPANIES, PHONES), min_size=1, max_size=4)
PICK = st.integers(0, 50)


class Histories(RuleBasedStateMachine):
    """Commands in any order; what they leave is compared with the facts of the start."""

    newest_only = False

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.leadctl = Leadctl(self.folder)
        self.files = 0

    @initialize()
    def begin(self) -> None:
        self.run("rep", "add", "ana", "ben")
        self.run("pool", "add", "DACH", "ana", "ben")
        store = self.leadctl.store()
        self.start = facts(store)
        self.first = store.value("SELECT max(id) FROM operations")
        store.close()

    def run(self, *words: object, allowed: tuple[int, ...] = (0,)) -> None:
        outcome = self.leadctl(*words)
        assert outcome.code in allowed, (words, outcome)

    def ids(self, table: str = "leads") -> list[int]:
        store = self.leadctl.store()
        rows = store.query(f"SELECT id FROM {table} ORDER BY id")
        store.close()
        return [row["id"] for row in rows]

    def operations(self) -> list[int]:
        store = self.leadctl.store()
        rows = store.query("SELECT id FROM operations WHERE id > ? AND undoable", (self.first,))
        store.close()
        return sorted((row["id"] for row in rows), reverse=True)

    def my_newest(self) -> int | None:
        store = self.leadctl.store()
        newest = store.my_newest_operation()
        store.close()
        return newest["id"] if newest else None

    @rule(rows=ROWS, policy=st.sampled_from(["fill", "skip", "create"]))
    def import_a_file(self, rows: list[tuple[str, str, str, str]], policy: str) -> None:
        self.files += 1
        lines = ["Name,Email,Company,Phone", *(",".join(row) for row in rows)]
        file = self.leadctl.write(f"{self.files}.csv", "\n".join(lines) + "\n")
        self.run("import", file, "--on-duplicate", policy)

    @rule(name=NAMES, email=EMAILS, company=COMPANIES, external=st.sampled_from(["", "X1", "X2"]))
    def add_a_lead(self, name: str, email: str, company: str, external: str) -> None:
        said = (f"email={email}", f"company={company}", f"external_id={external}")
        # 5: another has this external id.
        self.run("add", name, *said, allowed=(0, 5))

    @precondition(lambda self: self.ids())
    @rule(
        pick=PICK,
        change=st.sampled_from(
            ["phone=+1 202 555 0101", "phone=", "status=Contacted", "owner=ana", "owner=",
             "tags=vip", "company=Kiln AG", "amount=12.50 EUR"]
        ),
    )  # fmt: skip
    def edit_a_lead(self, pick: int, change: str) -> None:
        ids = self.ids()
        # 2: it would lose its last identity; 5: it is converted.
        self.run("edit", ids[pick % len(ids)], change, allowed=(0, 2, 5))

    @rule(status=st.sampled_from(["Contacted", "Nurture", "Lost"]))
    def edit_many(self, status: str) -> None:
        self.run("edit", "--where", "has_email", f"status={status}", "--yes", allowed=(0, 3, 5))

    @precondition(lambda self: self.ids())
    @rule(pick=PICK, kind=st.sampled_from(["call", "note", "meeting"]))
    def log_an_activity(self, pick: int, kind: str) -> None:
        ids = self.ids()
        self.run("log", ids[pick % len(ids)], kind, "wants", "a", "quote")

    @rule(way=st.sampled_from([("--round-robin",), ("--pool", "everyone"), ("--pool", "DACH")]))
    def assign_by_machine(self, way: tuple[str, ...]) -> None:
        self.run("assign", *way)

    @precondition(lambda self: self.ids())
    @rule(pick=PICK)
    def deal_again(self, pick: int) -> None:
        ids = self.ids()
        self.run("assign", ids[pick % len(ids)], "--pool", "everyone", "--reassign")

    @precondition(lambda self: self.ids())
    @rule(pick=PICK, rep=st.sampled_from(["ana", "ben"]), again=st.booleans())
    def assign_by_hand(self, pick: int, rep: str, again: bool) -> None:
        ids = self.ids()
        more = ("--reassign",) if again else ()
        self.run("assign", ids[pick % len(ids)], "--to", rep, *more, allowed=(0, 3, 4, 5))

    @rule(rep=st.sampled_from(["ana", "ben"]), back=st.booleans())
    def leave(self, rep: str, back: bool) -> None:
        words = ("rep", "back", rep) if back else ("rep", "away", rep, "--until", "2026-12-01")
        self.run(*words)

    @rule(rep=st.sampled_from(["ana", "ben"]), back=st.booleans())
    def hand_over(self, rep: str, back: bool) -> None:
        words = ("rep", "back", rep, "--return") if back else ("assign", "--from", rep)
        self.run(*words, *(() if back else ("--round-robin",)))

    @rule(rep=st.sampled_from(["ana", "ben"]), weight=st.integers(0, 2))
    def change_a_pool(self, rep: str, weight: int) -> None:
        if weight:
            self.run("pool", "add", "DACH", rep, "--weight", f"{rep}={weight}")
        else:
            self.run("pool", "remove", "DACH", rep, "--yes")

    @precondition(lambda self: self.ids("deals"))
    @rule(pick=PICK, change=st.sampled_from(["contact=c1", "contact=c2", "contact=", "owner=ana"]))
    def edit_a_deal(self, pick: int, change: str) -> None:
        ids = self.ids("deals")
        self.run("edit", f"d{ids[pick % len(ids)]}", change, allowed=(0, 2, 4, 5))

    @rule()
    def score(self) -> None:
        self.run("score")

    @precondition(lambda self: self.ids())
    @rule(pick=PICK, deal=st.sampled_from(["none", "A deal"]))
    def convert_a_lead(self, pick: int, deal: str) -> None:
        ids = self.ids()
        lead = ids[pick % len(ids)]
        self.run("convert", lead, "--yes", "--deal", deal, allowed=(0, 5))

    @precondition(lambda self: self.ids())
    @rule(deal=st.sampled_from(["none", "{company}"]))
    def convert_many(self, deal: str) -> None:
        self.run("convert", "--where", "1", "--yes", "--deal", deal, allowed=(0, 3))

    @rule()
    def merge_what_is_beyond_doubt(self) -> None:
        self.run("dedupe", "--auto", "0.9", "--yes", allowed=(0, 3))

    @precondition(lambda self: len(self.ids()) > 1)
    @rule(picks=st.lists(PICK, min_size=2, max_size=3), policy=st.sampled_from(["fill", "newest"]))
    def merge_leads(self, picks: list[int], policy: str) -> None:
        ids = self.ids()
        words = [ids[pick % len(ids)] for pick in picks]
        # 2: with itself; 5: two are converted.
        self.run("merge", *words, "--policy", policy, "--yes", allowed=(0, 2, 5))

    @precondition(lambda self: len(self.ids("contacts")) > 1)
    @rule(picks=st.lists(PICK, min_size=2, max_size=2))
    def merge_contacts(self, picks: list[int]) -> None:
        ids = self.ids("contacts")
        words = [f"c{ids[pick % len(ids)]}" for pick in picks]
        self.run("merge", *words, "--yes", allowed=(0, 2))

    @precondition(lambda self: len(self.ids("accounts")) > 1)
    @rule(picks=st.lists(PICK, min_size=2, max_size=2))
    def merge_accounts(self, picks: list[int]) -> None:
        ids = self.ids("accounts")
        words = [f"a{ids[pick % len(ids)]}" for pick in picks]
        self.run("merge", *words, "--yes", allowed=(0, 2))

    @rule()
    def undo_my_newest(self) -> None:
        if (newest := self.my_newest()) and newest > self.first:
            self.run("undo", "--yes", allowed=(0,) if self.newest_only else (0, 3))

    @precondition(lambda self: not self.newest_only and self.operations())
    @rule(pick=PICK)
    def undo_any(self, pick: int) -> None:
        operations = self.operations()
        self.run("undo", operations[pick % len(operations)], allowed=(0, 3))

    @invariant()
    def what_was_merged_leads_on(self) -> None:
        """Whatever was taken back in whatever order: it is there, or it leads to who is."""
        store = self.leadctl.store()
        for kind in MERGEABLE:
            table = KINDS[kind]
            astray = store.query(
                f"""SELECT id FROM forwards WHERE kind = '{kind}' AND ({kind}_id IS NULL
                OR {kind}_id NOT IN (SELECT id FROM {table})
                OR record IN (SELECT id FROM {table}))"""
            )
            assert astray == []
        store.close()

    @invariant()
    def leads_are_converted_as_a_whole(self) -> None:
        store = self.leadctl.store()
        halves = store.query(
            """SELECT id FROM leads WHERE (converted_at IS NULL) <> (contact_id IS NULL)
            OR (converted_at IS NULL) = (status = 'Converted')"""
        )
        store.close()
        assert halves == []

    def teardown(self) -> None:
        if hasattr(self, "start"):
            self.take_everything_back()
            store = self.leadctl.store()
            left = facts(store)
            store.close()
            assert left == self.start
            assert self.leadctl.ok("db", "doctor")["findings"] == []
        shutil.rmtree(self.folder)

    def take_everything_back(self) -> None:
        for operation in self.operations():
            self.run("undo", operation)


class HistoriesOfNewestUndos(Histories):
    """As long as every undo was of the newest operation, bare `undo` alone goes all the way back."""

    newest_only = True

    def take_everything_back(self) -> None:
        while (newest := self.my_newest()) and newest > self.first:
            self.run("undo", "--yes")


def machine(of: type[Histories], examples: int, steps: int) -> type:
    case = of.TestCase
    case.settings = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    return case


TestHistories = machine(Histories, 16, 14)
TestHistoriesOfNewestUndos = machine(HistoriesOfNewestUndos, 10, 12)


class LongHistories(Histories):
    pass


TestLongHistories = pytest.mark.campaign(machine(LongHistories, 400, 40))
