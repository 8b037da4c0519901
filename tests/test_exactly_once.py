"""Each lead once, and the pointer right: kills between any two statements, runs that overlap."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import time
from collections import Counter
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from conftest import NOW, Leadctl, SeedLeads, Store

from leadctl import database
from leadctl.app import App
from leadctl.assigning import Moment, Request, assign

MOMENT = Moment.of(NOW, NOW.tzinfo)  # type: ignore[arg-type]


def state(path: Path) -> tuple[Any, ...]:
    """Return owners, whom the pools dealt to last, and how many assignments and operations."""
    with sqlite3.connect(path) as connection:
        rows = [
            connection.execute(sql).fetchall()
            for sql in (
                "SELECT owner_id FROM leads ORDER BY id",
                "SELECT last_rep_id, quota FROM pools ORDER BY id",
                "SELECT lead_id, rep_id FROM assignments ORDER BY id",
                "SELECT decided_by FROM operations ORDER BY id",
            )
        ]
    connection.close()
    return tuple(map(tuple, rows))


def killed_at(env: dict[str, str], statement: int) -> bool:
    """Assign in a process of its own that is killed at a statement; whether it came that far."""
    child = os.fork()
    if child == 0:
        seen = 0
        connect = database.connect

        def watched(path: Any) -> sqlite3.Connection:
            connection = connect(path)
            connection.set_trace_callback(look)
            return connection

        def look(_: str) -> None:
            nonlocal seen
            seen += 1
            if seen == statement:
                os.kill(os.getpid(), signal.SIGKILL)

        database.connect = watched
        app = App(env, clock=lambda: NOW, terminal=False)
        assign(app.store, Request(MOMENT, app.settings.closed))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def test_a_kill_between_any_two_statements(
    leadctl: Leadctl, leads: SeedLeads, store: Store
) -> None:
    leadctl.ok("rep", "add", "ana", "ben", "eve")
    leads(4)
    store.close()
    whole = leadctl.folder / "whole.db"
    shutil.copyfile(leadctl.db, whole)
    before, after = state(whole), None
    for statement in count(1):
        shutil.copyfile(whole, leadctl.db)
        killed = killed_at(leadctl.env, statement)
        found = state(leadctl.db)
        if not killed:
            after = found
            break
        if found != before:
            # The kill came behind the commit.
            assert [owner for (owner,) in found[0]] == [1, 2, 3, 1]
        # What a kill left as it was goes on as it would have begun: some of these are enough.
        if found == before and statement % 5:
            continue
        again = App(leadctl.env, clock=lambda: NOW, terminal=False)
        assign(again.store, Request(MOMENT, again.settings.closed))
        again.close()
        assert state(leadctl.db)[:3] == (
            ((1,), (2,), (3,), (1,)),
            ((1, None),),
            ((1, 1), (2, 2), (3, 3), (4, 1)),
        )
    assert statement > 30
    assert after is not None
    assert after[:1] == (((1,), (2,), (3,), (1,)),)


@pytest.mark.parametrize("by", ["round_robin", "weighted"])
def test_runs_that_overlap_and_are_killed(
    leadctl: Leadctl, leads: SeedLeads, store: Store, by: str
) -> None:
    leadctl.configure(f'[[assign]]\nname = "all"\nto = {{ pool = "eu", by = "{by}" }}\n')
    leadctl.ok("rep", "add", "ana", "ben", "eve")
    weight = () if by == "round_robin" else ("--weight", "eve=2")
    leadctl.ok("pool", "add", "eu", "ana", "ben", "eve", *weight)
    leads(3000)
    store.close()
    processes = [leadctl.process("assign", "--json", "--quiet") for _ in range(8)]
    for number, process in enumerate(processes[:3]):
        time.sleep(0.08 * (number + 1))
        process.kill()
    codes = []
    for process in processes:
        process.communicate(timeout=60)
        codes.append(process.returncode)
    assert set(codes) <= {0, -signal.SIGKILL}
    leadctl.ok("assign")
    counts = Counter(row["owner_id"] for row in store.query("SELECT owner_id FROM leads"))
    assert counts == (
        {1: 1000, 2: 1000, 3: 1000} if by == "round_robin" else {1: 750, 2: 750, 3: 1500}
    )
    assert store.value("SELECT count(*) FROM assignments") == 3000
    assert store.value("SELECT count(DISTINCT lead_id) FROM assignments") == 3000


def test_eight_runs_with_one_key_do_it_once(
    leadctl: Leadctl, leads: SeedLeads, store: Store
) -> None:
    leadctl.ok("rep", "add", "ana", "ben")
    leads(50)
    store.close()
    words = ("assign", "--round-robin", "--run-key", "2026-11-22T09", "--json")
    processes = [leadctl.process(*words) for _ in range(8)]
    for process in processes:
        _, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
    assert store.value("SELECT count(*) FROM run_keys") == 1
    assert store.value("SELECT count(*) FROM operations WHERE command LIKE 'assign%'") == 1


def test_caps_hold_between_processes(leadctl: Leadctl, leads: SeedLeads, store: Store) -> None:
    leadctl.ok("rep", "add", "ana", "ben", "--max-day", 7)
    ids = leads(60)
    store.close()
    processes = [
        leadctl.process("assign", *ids[start : start + 10], "--round-robin")
        for start in range(0, 60, 10)
    ]
    for process in processes:
        _, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
    counts = Counter(row["owner_id"] for row in store.query("SELECT owner_id FROM leads"))
    assert counts == {1: 7, 2: 7, None: 46}


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("edit", "1", "4", "city=Bern"), 3, "lead 4 is gone meanwhile"),
        (("tag", "4", "1", "vip"), 3, "lead 4 is gone meanwhile"),
        (("edit", "4", "city=Bern"), 5, "lead 4 is gone meanwhile"),
        (("assign", "1", "4", "--to", "ana"), 0, "1 lead skipped, no longer there: 4"),
        (("log", "4", "call", "hello"), 5, "another command has removed what this one was about"),
    ],
)
def test_what_was_removed_before_the_lock_is_said(
    leadctl: Leadctl, leads: SeedLeads, monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...], code: int, said: str,
) -> None:  # fmt: skip
    leadctl.ok("rep", "add", "ana")
    leads(3)
    leads(1)
    operation = Store.operation

    def after_an_undo(self: Store, *of: Any, **more: Any) -> Any:
        monkeypatch.setattr(Store, "operation", operation)
        leadctl.ok("undo", 3)
        return operation(self, *of, **more)

    monkeypatch.setattr(Store, "operation", after_an_undo)
    outcome = leadctl(*words)
    assert outcome.code == code, outcome
    assert said in outcome.err
    assert "FOREIGN" not in outcome.err
