"""Time every report on a database of any size: python benchmarks/reports.py --leads 200000

Makes leads from benchmarks/generate.py with five activities each, moves of status, conversions,
deals and scores, then runs each report in one process, several times, and prints the best time
of its queries. With DuckDB installed, the same figures are counted by it beside. With `--as-of DAY`
the best time of making the past and of the report in it is printed. Asserts nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import generate

from leadctl import halves, reports
from leadctl.app import App
from leadctl.lead_view import RecordFilter
from leadctl.reports.shape import Question
from leadctl.store import Store
from leadctl.stored import day_number

ROOT = Path(__file__).resolve().parent.parent
STAGES = ("Qualification", "Needs Analysis", "Negotiation/Review", "Closed Won", "Closed Lost")
FIRST = day_number(generate.TODAY) - 365
DUCKDB = {
    "pipeline": """SELECT status, count(*), avg(total), median(today - created_day), count(owner_id)
        FROM leads LEFT JOIN scores ON lead_id = id GROUP BY status""",
    "deals": """SELECT stage, currency, count(*), sum(amount), median(today - created_day)
        FROM deals GROUP BY ALL""",
    "sources": """SELECT source, count(*), count(converted_at),
        median(date_diff('day', CAST(created_at AS DATE), CAST(converted_at AS DATE)))
        FROM leads GROUP BY source""",
    "cohorts": """SELECT created_day // 30, strftime(converted_at, '%Y-%m'), count(*) FROM leads
        GROUP BY ALL""",
    "activity": """SELECT kind, count(*), count(DISTINCT lead_id) FROM activities GROUP BY kind""",
}
"""The same figures, or fewer, as DuckDB counts them in tables of the columns that it needs."""
COLUMNS = {
    "leads": "id, status, source, owner_id, created_at, created_day, converted_at",
    "scores": "lead_id, total",
    "deals": "stage, currency, amount, created_day",
    "activities": "kind, lead_id, day",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--leads", type=int, default=200_000)
    parser.add_argument("--keep", type=Path, help="keep the database there, or use it again")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument(
        "--as-of", type=date.fromisoformat, metavar="DAY", help="of an earlier day (YYYY-MM-DD)"
    )
    parser.add_argument("--by", metavar="FIELD", help="a further field to group by")
    parser.add_argument("--where", metavar="CONDITION", help="which leads; else all")
    parser.add_argument("names", nargs="*", help="only these reports")
    options = parser.parse_args()
    with folder(options.keep) as place:
        database = place / "leads.db"
        if not database.exists():
            make(place, database, options.leads)
        wanted = RecordFilter(where=options.where)
        names = [name for name in options.names or reports.REPORTS if name != reports.ALL]
        if options.as_of:
            measure_past(database, options.runs, names, wanted, options.by, options.as_of)
        else:
            measure(database, options.runs, names, wanted, options.by)


@contextlib.contextmanager
def folder(kept: Path | None) -> Iterator[Path]:
    """Yield a folder to work in."""
    if kept:
        kept.mkdir(exist_ok=True)
        yield kept
    else:
        with tempfile.TemporaryDirectory() as scratch:
            yield Path(scratch)


def make(place: Path, database: Path, leads: int) -> None:
    """Make a database of so many leads, five activities each, with their moves and deals."""
    file = place / "leads.csv"
    generate.write(file, leads)
    (place / "leadctl.toml").write_text('timezone = "Europe/Berlin"\n')
    env = {**os.environ, "LEADCTL_DB": str(database), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "leadctl"]
    with timed("import"):
        subprocess.run(
            [*command, "import", str(file), "--quiet", "--rejects-ok"], env=env, check=True
        )
    file.unlink()
    store = App({"LEADCTL_DB": str(database)}).store
    with timed("activities, moves, deals"):
        add_history(store)
    store.close()
    with timed("score"):
        subprocess.run([*command, "score", "--quiet"], env=env, check=True)


def add_history(store: Store) -> None:
    """Write what happened to the leads, in a thousand operations or so."""
    draw = random.Random(7)
    leads = [(r["id"], r["created_day"]) for r in store.query("SELECT id, created_day FROM leads")]
    with store.operation("seed") as op:
        op.create("rep", [{"name": f"rep {number}"} for number in range(20)])
        op.update_from(
            "lead", "SELECT id, 'owner_id', 1 + id % 20 FROM leads WHERE id % 10 <> 0", {}
        )
        for start in range(0, len(leads), 100_000):
            some = [lead for lead in leads[start : start + 100_000] for _ in range(5)]
            days = [day + draw.randrange(60) for _, day in some]
            op.create_columns("activity", len(some), {
                "lead_id": [lead for lead, _ in some],
                "kind": draw.choices(("call", "email", "meeting", "form"), k=len(some)),
                "direction": draw.choices(("in", "out"), k=len(some)),
                "at": [f"{stamp_of(day)}T10:00:00Z" for day in days],
                "day": days,
            })  # fmt: skip
    for status, part in (("Contacted", 0.6), ("Nurture", 0.3), ("Qualified", 0.25)):
        for start in range(0, len(leads), max(1, len(leads) // 300)):
            some = leads[start : start + max(1, len(leads) // 300)]
            with store.operation("edit") as op:
                op.update(
                    "lead",
                    [(lead, {"status": status}) for lead, _ in some if draw.random() < part],
                )
    chosen = [(lead, day) for lead, day in leads if draw.random() < 0.15]
    with store.operation("convert") as op:
        days = [day + draw.randrange(1, 90) for _, day in chosen]
        ids = op.create_columns("deal", len(chosen), {
            "stage": draw.choices(STAGES, k=len(chosen)),
            "amount": [draw.randrange(10_000, 9_000_000) for _ in chosen],
            "currency": draw.choices(("EUR", "EUR", "USD"), k=len(chosen)),
            "lead_id": [lead for lead, _ in chosen],
            "closed_at": [f"{stamp_of(day + draw.randrange(120))}T10:00:00Z" for day in days],
            "created_at": [f"{stamp_of(day)}T10:00:00Z" for day in days],
            "created_day": days,
        })  # fmt: skip
        op.update("lead", [
            (lead, {"status": "Converted", "converted_at": f"{stamp_of(day)}T10:00:00Z",
                    "deal_id": deal})
            for (lead, _), day, deal in zip(chosen, days, ids, strict=True)
        ])  # fmt: skip


def stamp_of(day: int, known: dict[int, str] = {}) -> str:  # noqa: B006
    """Return a day number as a date."""
    from leadctl.stored import day_of_number

    return known.get(day) or known.setdefault(day, day_of_number(day).isoformat())


@contextlib.contextmanager
def timed(what: str) -> Iterator[None]:
    start = time.monotonic()
    yield
    print(f"{what}: {time.monotonic() - start:.1f} s", flush=True)


def measure(
    database: Path, runs: int, names: list[str], wanted: RecordFilter, by: str | None
) -> None:
    """Print the best of several runs of each report, wall clock and user CPU."""
    app = App({"LEADCTL_DB": str(database)})
    store, settings = app.store, app.settings
    leads, activities = (
        store.value(f"SELECT count(*) FROM {table}") for table in ("leads", "activities")
    )
    print(f"{leads:,} leads, {activities:,} activities")
    beside = duckdb(store, database.parent, app.today())
    question = Question(wanted, settings, app.today(), by=by, alone=True)
    plain = (wanted.where, by) == (None, None)
    for name in names:
        wall, cpu = best(runs, lambda name=name: reports.make(name, store, question))
        other = best(runs, beside[name])[0] if name in beside and plain else None
        duck = f"{other:9.3f} s" if other is not None else ""
        print(f"{name:12}{wall:9.3f} s{cpu:9.3f} s cpu{duck}", flush=True)


def measure_past(
    database: Path,
    runs: int,
    names: list[str],
    wanted: RecordFilter,
    by: str | None,
    day: date,
) -> None:
    """Print the best of several runs of each report as of the end of a day."""
    app = App({"LEADCTL_DB": str(database)})
    question = Question(wanted, app.settings, day_number(day), by=by, alone=True)

    def run(name: str) -> None:
        with halves.past_for(app, name, question):
            reports.make(name, app.store, question)

    for name in names:
        wall, cpu = best(runs, lambda name=name: run(name))
        print(f"{name:12}{wall:9.3f} s{cpu:9.3f} s cpu", flush=True)


def best(runs: int, run: Callable[[], Any]) -> tuple[float, float]:
    """Return the shortest wall clock and user CPU seconds."""
    walls, cpus = [], []
    for _ in range(runs):
        start, used = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_utime
        run()
        walls.append(time.monotonic() - start)
        cpus.append(resource.getrusage(resource.RUSAGE_SELF).ru_utime - used)
    return min(walls), min(cpus)


def duckdb(store: Store, place: Path, today: int) -> Mapping[str, Callable[[], Any]]:
    """Return the reports that DuckDB can count, over tables of its own with what they need."""
    try:
        import duckdb as library
    except ImportError:
        return {}
    connection = library.connect()
    connection.execute("SET threads = 1")
    for table, columns in COLUMNS.items():
        file = place / f"{table}.csv"
        with file.open("w", newline="") as target:
            writer = csv.writer(target)
            writer.writerow(columns.split(", "))
            for rows in store.batches(f"SELECT {columns} FROM {table}"):
                writer.writerows(rows)
        connection.execute(
            f"CREATE TABLE {table} AS SELECT * FROM read_csv('{file}', sample_size=-1)"
        )
        file.unlink()
    return {
        name: lambda sql=sql: connection.execute(sql.replace("today", str(today))).fetchall()
        for name, sql in DUCKDB.items()
    }


if __name__ == "__main__":
    main()
