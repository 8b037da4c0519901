"""Score runs beside the SELECT that only computes: python benchmarks/scores.py 200000

Makes so many leads with five activities each, and scores them by 20 rules with windows and
half-lives, in one process. Prints seconds and ratios, and asserts nothing.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from leadctl import scores
from leadctl.app import App
from leadctl.rules import score_tables
from leadctl.rules.scoring import ScoreRules
from leadctl.scores.ledger import ledger_sql, set_weights, today
from leadctl.store import Store

WANTED = {"everything changed": "2.0", "1 % touched": "0.7", "nothing changed": "1.1"}
LEADS = """
WITH RECURSIVE n (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < :count)
INSERT INTO wide_leads (id, uid, first_name, last_name, title, email, phone, company, employees, source,
    status, country, postal_code, created_at, created_day, updated_at)
SELECT id, 'u' || id, 'First ' || id % 997, 'Last ' || id % 4999,
    CASE id * 7 % 5 WHEN 0 THEN 'Head of Buying' WHEN 1 THEN 'CEO' WHEN 2 THEN 'Engineer' END,
    'p' || id || CASE id * 11 % 4 WHEN 0 THEN '@gmail.com' ELSE '@firm' || id % 9973 || '.example' END,
    CASE id * 13 % 3 WHEN 0 THEN NULL ELSE '+4930' || (2000000 + id) END,
    'Company ' || id % 9973, CASE id * 17 % 6 WHEN 0 THEN NULL ELSE id * 31 % 700 END,
    CASE id * 19 % 4 WHEN 0 THEN 'Website' WHEN 1 THEN 'In Person' WHEN 2 THEN 'Email' END, 'New',
    CASE id * 23 % 5 WHEN 0 THEN 'DE' WHEN 1 THEN 'AT' WHEN 2 THEN 'FR' WHEN 3 THEN 'US' END,
    substr('0000' || id * 29 % 99999, -5), '2026-01-01T09:00:00Z',
    :today - id * 37 % 400, '2026-01-01T09:00:00Z' FROM n"""
ACTIVITIES = """
WITH RECURSIVE n (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < :count * 5)
INSERT INTO activities (id, uid, lead_id, kind, at, day, direction, updated_at)
SELECT id, 'a' || id, id * 7919 % :count + 1,
    CASE id * 41 % 10 WHEN 0 THEN 'meeting' WHEN 1 THEN 'form' WHEN 2 THEN 'visit' WHEN 3 THEN 'call'
    WHEN 4 THEN 'call' WHEN 5 THEN 'note' WHEN 6 THEN 'visit' ELSE 'email' END,
    '2026-01-01T09:00:00Z', :today - id * 43 % 380,
    CASE id * 47 % 3 WHEN 0 THEN 'in' WHEN 1 THEN 'out' END, '2026-01-01T09:00:00Z' FROM n"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=200_000, help="how many leads")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder) / "leads.db", options.count, options.runs)


def measure(database: Path, count: int, runs: int) -> None:
    """Fill a database and print what each kind of run takes beside the SELECT."""
    store = App({"LEADCTL_DB": str(database), "HOME": str(database.parent)}).store
    fill(store, count)
    rules = rules_of(20)
    print(f"{count:,} leads, {count * 5:,} activities, {len(rules.rules)} rules")
    for name, change in {
        "everything changed": lambda n: forget(store),
        "1 % touched": lambda n: touch(store, count, n),
        "nothing changed": lambda n: None,
        "nothing changed, all computed": lambda n: look_at_all(store),
    }.items():
        report(name, store, rules, change, runs)
    store.close()


def report(
    name: str, store: Store, rules: ScoreRules, change: Callable[[int], None], runs: int
) -> None:
    ratios = []
    for number in range(runs):
        scores.run(store, rules)
        change(number)
        computing = seconds(lambda: select(store, rules))
        running = seconds(lambda: scores.run(store, rules))
        ratios.append(running / computing)
        print(f"  {name}: SELECT {computing:.2f} s, run {running:.2f} s")
    middle = sorted(ratios)[len(ratios) // 2]
    print(f"{name:32}{middle:6.2f}  wanted {WANTED.get(name, '–')}")


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def select(store: Store, rules: ScoreRules) -> None:
    """Compute all ledgers, and write nothing."""
    set_weights(store, rules)
    store.query(
        f"{ledger_sql(rules)} SELECT sum(total), sum(length(points)), count(grade) FROM ledger",
        {"today": today(store)},
    )


def fill(store: Store, count: int) -> None:
    with store.operation("fill") as op:
        bound = {"count": count, "today": store.value("SELECT day FROM temp.clock")}
        with op.bulk("lead"):
            op.connection.execute(LEADS, bound)
            op.connection.execute("INSERT INTO scores (lead_id) SELECT id FROM leads")
        with op.bulk("activity"):
            op.connection.execute(ACTIVITIES, bound)
        op.wrote = True


def forget(store: Store) -> None:
    with store.operation("forget") as op:
        op.connection.execute("UPDATE scores SET total = NULL, points = NULL, grade = NULL")
        op.connection.execute("UPDATE score_runs SET whole = 0")
        op.wrote = True


def look_at_all(store: Store) -> None:
    with store.operation("look at all") as op:
        op.connection.execute("UPDATE score_runs SET whole = 0")
        op.wrote = True


def touch(store: Store, count: int, number: int) -> None:
    """Log a call with one lead of a hundred."""
    day = store.value("SELECT day FROM temp.clock")
    with store.operation("touch") as op:
        op.create(
            "activity",
            [
                {"lead_id": lead, "kind": "call", "at": "2026-01-01T09:00:00Z", "day": day}
                for lead in range(1 + number, count, 100)
            ],
        )


def rules_of(number: int) -> ScoreRules:
    """Return the shipped rules and more, so many in all."""
    shipped = tomllib.loads(
        Path(score_tables.__file__).with_name("default.toml").read_text(encoding="utf-8")
    )
    more = [
        {"name": "DACH", "when": "country in ('DE', 'AT', 'CH')", "points": 15},
        {"name": "postal code", "when": "postal_code like '0%'", "points": 3},
        {"name": "young", "when": "age_days <= 7", "points": 4},
        {"name": "calls lately", "activity": "call", "within": "28 days", "points": 2, "max": 10},
        {
            "name": "mail",
            "activity": "email",
            "direction": "in",
            "points": 4,
            "half_life": "30 days",
        },
        {"name": "ours", "activity": "email", "direction": "out", "within": "7 days", "points": -1},
        {"name": "visits", "activity": ["visit", "form"], "points": 1, "half_life": "60 days"},
        {"name": "big", "when": "employees >= 500", "points": 5},
    ]
    return score_tables.load({"score": [*shipped["score"], *more][:number]}, path="benchmark")


if __name__ == "__main__":
    main()
