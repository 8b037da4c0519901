"""Import beside its floor, the same work in SQL alone: python benchmarks/c_floor.py 100000

The sqlite3 shell (Python's sqlite3 where there is none) reads the CSV into a stage, trims, makes
match keys with lower and replace, lets the first row of each key win, and writes leads, match keys,
scores and journal into leadctl's own schema with all its indexes, in one transaction. It validates
nothing, folds no accents, fills no blanks and explains no row.
"""

from __future__ import annotations

import argparse
import csv
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import generate

from leadctl import migrations
from leadctl.fields import LEAD_FIELDS, header_key
from leadctl.headers import headers_of

ROOT = Path(__file__).resolve().parent.parent
PRAGMAS = (
    "PRAGMA foreign_keys = on; PRAGMA trusted_schema = off; PRAGMA secure_delete = on;"
    "PRAGMA synchronous = EXTRA; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -200000;"
)
KEYS = """
CREATE TEMP TABLE first (row INTEGER PRIMARY KEY, email TEXT, phone TEXT, name TEXT, company TEXT,
    external TEXT, phone_name TEXT, UNIQUE (external), UNIQUE (email), UNIQUE (phone_name, phone),
    UNIQUE (name, company));
INSERT OR IGNORE INTO first (row, external, email, phone, name, company, phone_name)
SELECT row, external, email, phone, name, company, iif(phone IS NULL, NULL, name) FROM (
    SELECT rowid AS row, nullif(trim({external_id}), '') AS external,
    nullif(lower(trim({email})), '') AS email,
    nullif(replace(replace(replace(replace(replace(coalesce(nullif(trim({phone}), ''),
        trim({mobile})), ' ', ''), '-', ''), '(', ''), ')', ''), '/', ''), '') AS phone,
    nullif(lower(trim(trim({first_name}) || ' ' || trim({last_name}))), '') AS name,
    nullif(replace(replace(replace(lower(trim({company})), ' gmbh', ''), ' ltd', ''), ' inc', ''),
        '') AS company
    FROM temp.stage);
"""
WRITE = """
INSERT INTO operations (uid, at, actor, decided_by, command, counts)
VALUES (lower(hex(randomblob(16))), '2026-11-22T09:00:00Z', 'floor', 'person', 'import', '{{}}');
INSERT INTO wide_leads (uid, updated_at, created_day, {columns})
SELECT lower(hex(randomblob(16))), '2026-11-22T09:00:00Z',
    CAST(strftime('%s', trim({created_at})) AS INTEGER) / 86400, {values}
FROM first JOIN temp.stage ON stage.rowid = first.row ORDER BY first.row;
INSERT INTO match_keys (kind, record, email, phone, name, company, domain, normaliser)
SELECT 'lead', row_number() OVER (ORDER BY row), email, phone, name, company,
    substr(email, instr(email, '@') + 1), 1 FROM first ORDER BY row;
INSERT INTO unowned SELECT id, created_at, status, 0 FROM wide_leads;
INSERT INTO scores (lead_id) SELECT id FROM wide_leads;
INSERT INTO creations (operation, kind, first_id, last_id) SELECT 1, 'lead', 1, max(id) FROM wide_leads;
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=100_000, help="how many rows")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    print(report(options.count, options.runs))


def report(count: int, runs: int) -> str:
    """Return the times of all, run in turn, beside the floor, and the memory of an import.

    Beside the wall clock stands the time of the processor, of both where there are two: on a busy
    machine it is the one to quote.
    """
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "leads.csv"
        generate.write(source, count)
        floors, ones, twos, agains, peaks = [], [], [], [], []
        for run in range(runs):
            floors.append(timed(lambda at=Path(folder) / f"floor{run}.db": floor(source, at)))
            one, two = Path(folder) / f"one{run}.db", Path(folder) / f"two{run}.db"
            ones.append(leadctl_import(source, one, processors={0})[0])
            took, peak = leadctl_import(source, two)
            twos.append(took)
            peaks.append(peak)
            agains.append(leadctl_import(source, two)[0])
            one.unlink()
        rows = sqlite3.connect(Path(folder) / "floor0.db").execute(
            "SELECT count(*) FROM wide_leads"
        )
        by = "sqlite3 shell" if shutil.which("sqlite3") else "Python's sqlite3"
        base, one_, two_, again = (
            Seconds(*map(statistics.median, zip(*times, strict=True)))
            for times in (floors, ones, twos, agains)
        )
        return (
            f"import of {count:,} rows, median of {runs}: C floor ({by}, {rows.fetchone()[0]:,} leads)"
            f" {base.wall:.1f} s, of the processor {base.cpu:.1f} s"
            f"\n  one process {beside(one_, base)} (wanted 1.15)"
            f"\n  two processes {beside(two_, base)} (wanted 0.85)"
            f"\n  again, beside the first time, {beside(again, two_)} (wanted 0.6)"
            f"\n  memory of both processes at most {max(peaks)} MB (wanted 400 at a million)"
        )


class Seconds(NamedTuple):
    """How long a command took, and how long processors worked on it."""

    wall: float
    cpu: float


def beside(ours: Seconds, floor: Seconds) -> str:
    """Return times and their ratios to those of something else."""
    return (
        f"{ours.wall:.1f} s, ratio {ours.wall / floor.wall:.2f};"
        f" of the processor {ours.cpu:.1f} s, ratio {ours.cpu / floor.cpu:.2f}"
    )


def timed(work: Callable[[], None]) -> Seconds:
    """Return how long a piece of work takes, in this process and those that it starts."""
    wall, cpu = time.perf_counter(), processor_time()
    work()
    return Seconds(time.perf_counter() - wall, processor_time() - cpu)


def processor_time() -> float:
    """Return the seconds of the processor, those of ended children too."""
    return sum(os.times()[:4])


def leadctl_import(
    source: Path, database: Path, processors: set[int] | None = None
) -> tuple[Seconds, int]:
    """Import with leadctl in a process of its own; return seconds, and megabytes at the peak."""
    wall, cpu = time.perf_counter(), processor_time()
    process = subprocess.Popen(
        [sys.executable, "-m", "leadctl", "import", str(source), "--json", "--quiet"],
        env={**os.environ, "LEADCTL_DB": str(database)}, cwd=ROOT, stdout=subprocess.DEVNULL,
        preexec_fn=lambda: os.sched_setaffinity(0, processors) if processors else None,
    )  # fmt: skip
    peak = 0
    while process.poll() is None:
        peak = max(peak, megabytes(process.pid))
        time.sleep(0.05)
    assert process.returncode in (0, 3)
    return Seconds(time.perf_counter() - wall, processor_time() - cpu), peak


def megabytes(process: int) -> int:
    """Return what a process and its children hold in memory of their own; 0 where nobody tells."""
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
        text = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    mine = next((int(line.split()[1]) for line in text.splitlines() if "RssAnon" in line), 0)
    return mine // 1024 + sum(megabytes(int(child)) for child in children)


def floor(source: Path, database: Path) -> None:
    """Do in SQL what an import does, in one transaction on a new database."""
    with source.open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    schema = ";\n".join(s for step in migrations.MIGRATIONS for s in step.statements)
    statements = f"{PRAGMAS}\nBEGIN IMMEDIATE;\n{schema};\n"
    work = KEYS + WRITE
    fields = {field: f'stage."{name}"' for name in header if (field := field_of(name))}
    values = ", ".join(stored(field, cell) for field, cell in fields.items())
    work = work.format(**fields, columns=", ".join(fields), values=values)
    if shutil.which("sqlite3"):
        script = f'{statements}.import --csv --schema temp "{source}" stage\n{work}\nCOMMIT;\n'
        subprocess.run(
            ["sqlite3", "-bail", str(database)], input=script, text=True, check=True,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        return
    connection = sqlite3.connect(database, isolation_level=None)
    connection.executescript(statements)
    names = ", ".join(f'"{name}" TEXT' for name in header)
    connection.execute(f"CREATE TEMP TABLE stage ({names})")
    with source.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        marks = ", ".join("?" * len(header))
        connection.executemany(f"INSERT INTO temp.stage VALUES ({marks})", rows)
    connection.executescript(work + "COMMIT;")


def field_of(header: str) -> str | None:
    """Return the lead field that a header of the generated file means."""
    for field in LEAD_FIELDS:
        if header_key(header) in {header_key(word) for word in headers_of("lead", field.name)}:
            return field.name
    return None


def stored(field: str, cell: str) -> str:
    """Return the SQL that turns a cell into the value that is stored."""
    blank = f"nullif(trim({cell}), '')"
    types = {field.name: field.type for field in LEAD_FIELDS}
    if types[field] == "integer":
        return f"CAST({blank} AS INTEGER)"
    if types[field] == "money":
        return f"CAST(round({blank} * 100) AS INTEGER)"
    return f"coalesce({blank}, 'New')" if field == "status" else blank


if __name__ == "__main__":
    main()
