"""Merging many groups at once, and undoing that: python benchmarks/merging.py 10000

Each group is two leads with two activities and a row of a file each. Beside it stands what SQLite
needs for the same four statements without a journal: activities and rows move, leads change and go.
Prints seconds of the processor, and their ratio.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from leadctl.app import App
from leadctl.merging.planning import plan
from leadctl.merging.writing import look, merge_groups
from leadctl.store import Store
from leadctl.undo import Undo

AT = {"created_at": "2026-11-20T09:00:00Z", "created_day": 20777}


def main() -> None:
    """Run it for the number of groups of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("groups", type=int, nargs="?", default=10_000)
    groups = parser.parse_args().groups
    with tempfile.TemporaryDirectory() as folder:
        env = {"LEADCTL_DB": f"{folder}/leads.db", "LEADCTL_USER": "bench", "HOME": folder}
        store = App(env).store
        leads = seed(store, groups)
        floor = seconds(lambda: bare(store, leads))
        done: list[int] = []
        merge = seconds(lambda: done.append(merge_all(store, leads)))
        undo = seconds(lambda: done.append(take_back(store, done[-1])))
        redo = seconds(lambda: done.append(take_back(store, done[-1])))
        store.close()
    print(f"{groups:,} groups: {merge:.2f} s, undone {undo:.2f} s, done again {redo:.2f} s")
    print(f"bare statements: {floor:.2f} s; merging is {merge / floor:.1f} times as long")


def seed(store: Store, groups: int) -> range:
    """Make two leads a group, each with two activities and a row of a file."""
    with store.operation("seed") as op:
        leads = op.create("lead", [person(n, second) for n in range(groups) for second in (0, 1)])
        at = {"kind": "call", "at": AT["created_at"], "day": AT["created_day"]}
        op.create("activity", [{"lead_id": lead, **at} for lead in leads for _ in (1, 2)])
        op.create("imported_row", [{"fingerprint": lead, "lead_id": lead} for lead in leads])
    return leads


def person(number: int, second: int) -> dict[str, object]:
    """Return the first or the second lead of a group; the second one knows the city."""
    return {
        "first_name": f"First{number}",
        "last_name": f"Last{number}",
        "email": f"{'b' if second else 'a'}@x{number}.example",
        "phone": f"+4930{10_000_000 + number}",
        "company": f"Company {number}",
        "status": "New",
        "city": "Bonn" if second else None,
        **AT,
    }


def bare(store: Store, leads: range) -> None:
    """Do what a merge does to the facts, without a journal, and take it back."""
    connection = store.connection
    connection.execute("BEGIN IMMEDIATE")
    for table in ("activities", "imported_rows"):
        connection.execute(
            f"UPDATE {table} SET lead_id = lead_id - 1 WHERE (lead_id - ?) % 2 = 1", (leads.start,)
        )
    connection.execute("UPDATE wide_leads SET city = 'Bonn', extra = '{}' WHERE city IS NULL")
    connection.execute("DELETE FROM wide_leads WHERE (id - ?) % 2 = 1", (leads.start,))
    connection.execute("ROLLBACK")


def merge_all(store: Store, leads: range) -> int:
    """Merge every group in one operation; return its number."""
    with store.operation("merge groups") as op:
        there = look(store, "lead", leads)
        pairs = zip(leads[::2], leads[1::2], strict=True)
        merge_groups(op, [plan("lead", [there[one], there[other]]) for one, other in pairs])
    return op.id


def take_back(store: Store, operation: int) -> int:
    """Undo an operation; return the number of the undo."""
    with store.operation("undo") as op:
        Undo(op, operation).run()
    return op.id


def seconds(run: Callable[[], object]) -> float:
    """Return how long something keeps the processor busy."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    run()
    after = resource.getrusage(resource.RUSAGE_SELF)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
