"""Fairness as a law: whatever happens between the deals of a pool, its counts stay even."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections import Counter
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import pytest
from conftest import Leadctl, SeedLeads, Store, facts
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from leadctl.app import App
from leadctl.assigning import Assigned, Moment, Request, assign
from leadctl.rules.quota import Share
from leadctl.undo import Undo

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
MOMENT = Moment.of(NOW, UTC)
REPS = 4
WEIGHTS = (3, 2, 1, 1)

reps = st.integers(1, REPS)


class Crash(Exception):
    """What a kill between two statements is to the database: a transaction that never commits."""


class Pooled(RuleBasedStateMachine):
    """A pool of four reps with an account of what it dealt, beside what the database says."""

    by = "round_robin"

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "leads.db"
        env = {"LEADCTL_DB": str(path), "LEADCTL_USER": "tester", "HOME": self.folder.name}
        self.app = App(env, clock=lambda: NOW, terminal=False)
        self.store = self.app.store
        with self.store.operation("seed") as op:
            op.create("rep", [{"name": f"rep{n}"} for n in range(1, REPS + 1)])
            self.pool = op.create("pool", [{"name": "eu"}])[0]
        # Rep -> the operation that put them in.
        self.seats: dict[int, int] = {}
        self.deals: list[int] = []
        self.undone: list[int] = []
        # How many deals were taken back behind others, or made again behind others.
        self.gaps = 0
        # Since which assignment two reps could both take every lead.
        self.since = dict.fromkeys(combinations(range(1, REPS + 1), 2), 0)
        for rep in range(1, REPS + 1):
            self.somebody_is_put_in(rep)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            self.folder.cleanup()

    def deal(self) -> Assigned:
        request = Request(MOMENT, self.app.settings.closed, pool="eu", by=self.by)
        return assign(self.store, request)

    @rule(number=st.integers(1, 12))
    def leads_come(self, number: int) -> None:
        lead = {"status": "New", "created_at": "2026-11-20T09:00:00Z", "created_day": 20777}
        with self.store.operation("import") as op:
            op.create("lead", [{**lead, "last_name": f"L{n}"} for n in range(number)])

    @rule(number=st.integers(1, 12))
    def leads_are_dealt(self, number: int) -> None:
        self.leads_come(number)
        result = self.deal()
        if result.operation is not None:
            self.deals.append(result.operation)
        absent = {passed.rep for passed in result.passed_over}
        self.forget(absent | set(range(1, REPS + 1)) - set(self.seats))

    def forget(self, absent: set[int]) -> None:
        newest = self.newest()
        for pair in self.since:
            if absent & set(pair):
                self.since[pair] = newest

    def newest(self) -> int:
        return int(
            self.store.value("SELECT coalesce(max(seq), 0) FROM sqlite_sequence"
                             " WHERE name = 'assignments'")
        )  # fmt: skip

    @rule(rep=reps, until=st.sampled_from([None, MOMENT.today]))
    def somebody_leaves(self, rep: int, until: int | None) -> None:
        self.write(rep, away_from=MOMENT.today, away_until=until)

    @rule(rep=reps)
    def somebody_returns(self, rep: int) -> None:
        self.write(rep, away_from=None, away_until=None)

    @rule(rep=reps)
    def somebody_is_put_in(self, rep: int) -> None:
        if rep not in self.seats:
            with self.store.operation("pool add") as op:
                seat = {"pool_id": self.pool, "rep_id": rep, "weight": WEIGHTS[rep - 1]}
                op.create("pool_member", [seat])
            self.seats[rep] = op.id

    @rule(rep=reps)
    def somebody_was_never_put_in(self, rep: int) -> None:
        if rep in self.seats:
            self.undo(self.seats.pop(rep))
            self.forget({rep})

    @rule(rep=reps, cap=st.sampled_from([None, 1, 3, 8]), column=st.sampled_from(["open", "day"]))
    def a_cap_changes(self, rep: int, cap: int | None, column: str) -> None:
        self.write(rep, **{f"max_{column}": cap})

    def write(self, rep: int, **columns: int | None) -> None:
        with self.store.operation("rep edit") as op:
            op.update("rep", [(rep, columns)])

    @rule(rep=reps)
    def a_person_gives_the_newest_lead_to_somebody(self, rep: int) -> None:
        lead = self.store.value("SELECT max(id) FROM leads WHERE owner_id IS NOT NULL")
        if lead is not None:
            name = f"rep{rep}"
            closed = self.app.settings.closed
            assign(self.store, Request(MOMENT, closed, to=name, leads=[lead], reassign=True))

    @rule()
    def the_newest_deal_is_undone(self) -> None:
        if self.deals:
            self.undone += self.undo(self.deals.pop())

    @rule(number=st.integers(0, 9))
    def an_older_deal_is_undone(self, number: int) -> None:
        if len(self.deals) > 1:
            self.undone += self.undo(self.deals.pop(number % (len(self.deals) - 1)))
            self.gaps += 1

    @rule()
    def what_was_undone_is_done_again(self) -> None:
        if self.undone:
            self.deals += self.undo(self.undone.pop())
            self.gaps += 1

    def undo(self, operation: int) -> list[int]:
        with self.store.operation(f"undo {operation}") as op:
            Undo(op, operation).run()
        return [op.saved] if op.saved else []

    @rule(number=st.integers(1, 12))
    def a_run_crashes(self, number: int) -> None:
        self.leads_come(number)
        before = facts(self.store)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("leadctl.journal.Operation.count", _crash)
            with pytest.raises(Crash):
                self.deal()
        assert facts(self.store) == before

    def dealt(self, since: int) -> Counter[int]:
        rows = self.store.query(
            """SELECT rep_id, count(*) AS leads FROM assignments AS a
            JOIN reasons AS w ON w.id = a.reason_id AND w.pool_id IS NOT NULL
            WHERE a.id > :since GROUP BY rep_id""",
            {"since": since},
        )
        return Counter({row["rep_id"]: row["leads"] for row in rows})


def _crash(*_: object) -> None:
    raise Crash


class InTurn(Pooled):
    """A pool that deals in turn."""

    @invariant()
    def counts_are_even(self) -> None:
        if not hasattr(self, "since"):
            return
        counts = {since: self.dealt(since) for since in set(self.since.values())}
        for (one, other), since in self.since.items():
            got = counts[since]
            assert abs(got[one] - got[other]) <= 1 + self.gaps

    @invariant()
    def no_lead_was_dealt_twice(self) -> None:
        if hasattr(self, "since"):
            assert not self.store.query(
                """SELECT lead_id FROM assignments AS a
                JOIN reasons AS w ON w.id = a.reason_id AND w.pool_id IS NOT NULL
                GROUP BY lead_id HAVING count(*) > 1"""
            )

    @invariant()
    def each_lead_has_the_owner_of_its_newest_assignment(self) -> None:
        if not hasattr(self, "since"):
            return
        assert not self.store.query(
            """SELECT a.id FROM assignments AS a JOIN leads AS l ON l.id = a.lead_id
            WHERE a.id = (SELECT max(id) FROM assignments WHERE lead_id = l.id)
            AND l.owner_id IS NOT a.rep_id"""
        )


# An owner that a person chose stays when the deal below it is undone; then the newest assignment is
# the person's.
TestInTurn = InTurn.TestCase
TestInTurn.settings = settings(max_examples=12, stateful_step_count=15, deadline=None)


class Weighted(Pooled):
    """A pool that deals by weight, with a count that begins anew when anybody comes or goes."""

    by = "weighted"

    @invariant()
    def nobody_is_a_whole_lead_from_the_share(self) -> None:
        if not hasattr(self, "since") or self.gaps:
            return
        quota = self.store.value("SELECT quota FROM pools WHERE name = 'eu'")
        if quota is None:
            return
        count = [Share(*share) for share in json.loads(quota) if Share(*share).weight]
        rows = self.store.query(
            """SELECT rep_id FROM assignments AS a JOIN reasons AS w ON w.id = a.reason_id
            WHERE w.pool_id IS NOT NULL ORDER BY a.id DESC LIMIT :n""",
            {"n": sum(share.got for share in count)},
        )
        assert Counter(row["rep_id"] for row in rows) == Counter(
            {share.rep: share.got for share in count}
        )
        whole = sum(share.weight for share in count)
        for share in count:
            assert abs(share.got * whole - len(rows) * share.weight) < whole


TestWeighted = Weighted.TestCase
TestWeighted.settings = settings(max_examples=6, stateful_step_count=15, deadline=None)


# What others do.


def test_suitecrm_deals_to_people_on_leave_and_we_do_not(
    leadctl: Leadctl, leads: SeedLeads, store: Store
) -> None:
    leadctl.ok("rep", "add", "ana", "ben")
    leadctl.ok("rep", "away", "ana", "--from", "2026-11-20", "--until", "2026-11-22")
    leads(4)
    assert leadctl.ok("assign", "--round-robin")["by_rep"] == {"ben": 4}


def test_a_reassignment_does_not_skew_the_pointer_as_in_espocrm(
    leadctl: Leadctl, leads: SeedLeads, store: Store
) -> None:
    leadctl.ok("rep", "add", "ana", "ben", "eve")
    leads(1)
    leadctl.ok("assign", "--round-robin")
    leadctl.ok("assign", 1, "--to", "eve", "--reassign")
    leads(1)
    leadctl.ok("edit", 2, "owner=ana")
    leads(2)
    leadctl.ok("assign", "--round-robin")
    assert [row["owner_id"] for row in store.query("SELECT owner_id FROM leads ORDER BY id")] == [
        3, 1, 2, 3,
    ]  # fmt: skip


@pytest.mark.parametrize("by", ["round_robin", "weighted", "least_open"])
def test_the_same_input_gives_the_same_result(tmp_path: Path, by: str) -> None:
    dumps = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        leadctl = Leadctl(tmp_path / name)
        leadctl.configure(f'[[assign]]\nname = "all"\nto = {{ pool = "eu", by = "{by}" }}\n')
        leadctl.ok("rep", "add", "ana", "ben", "eve", "--max-day", 7)
        leadctl.ok("pool", "add", "eu", "ana", "ben", "eve", "--weight", "ben=2")
        rows = "\n".join(f"L{n},{n % 7}@x.example" for n in range(20))
        file = leadctl.write("leads.csv", f"last name,email\n{rows}\n")
        leadctl.ok("import", file, "--on-duplicate", "create")
        leadctl.ok("assign")
        connection = sqlite3.connect(leadctl.db)
        dumps.append(
            [
                connection.execute(f"SELECT {columns} FROM {table} ORDER BY id").fetchall()
                for table, columns in (
                    ("leads", "id, owner_id, version"),
                    ("assignments", "*"),
                    ("reasons", "id, pool_id, rule, passed_over, way, at"),
                    ("pools", "id, last_rep_id, quota, quota_dealt"),
                )
            ]
        )
        connection.close()
    assert dumps[0] == dumps[1]


def test_a_deal_that_is_made_again_leaves_leads_with_whom_got_them_since(
    leadctl: Leadctl, leads: SeedLeads, store: Store
) -> None:
    leadctl.ok("rep", "add", "ana", "ben", "eve")
    leads(2)
    deal = leadctl.ok("assign", "--round-robin")["operation"]
    undo = leadctl.ok("undo", deal)["operation"]
    leadctl.ok("rep", "away", "ana")
    leadctl.ok("assign", "--round-robin")
    before = facts(store)
    assert leadctl("undo", undo, "--json").json["operation"] is None
    assert facts(store) == before
    assert store.query("SELECT lead_id, rep_id FROM assignments ORDER BY id") == [
        {"lead_id": 1, "rep_id": 2}, {"lead_id": 2, "rep_id": 3},
    ]  # fmt: skip


@pytest.mark.parametrize(("pool", "again"), [("everyone", False), ("eu", False), ("eu", True)])
def test_turns_go_on_where_whoever_was_dealt_to_last_was_never_put_in(
    leadctl: Leadctl, leads: SeedLeads, store: Store, pool: str, again: bool
) -> None:
    for name in ("ana", "ben", "eve"):
        put_in = leadctl.ok("rep", "add", name)["operation"]
        if pool == "eu":
            put_in = leadctl.ok("pool", "add", "eu", name)["operation"]
        if name == "ben":
            bens = put_in
    leads(2)
    leadctl.ok("assign", "--pool", pool)
    leadctl("undo", bens)
    if again:
        leadctl.ok("pool", "add", "eu", "ben")
    leads(1)
    dealt = leadctl.ok("assign", store.value("SELECT max(id) FROM leads"), "--pool", pool)
    assert {name for name, number in dealt["by_rep"].items() if number} == {"eve"}
