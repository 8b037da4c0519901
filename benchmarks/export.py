"""Export beside its floor, `sqlite3 -csv` of the same columns: python benchmarks/export.py 100000

The floor (Python's sqlite3 and csv where there is no sqlite3 shell) selects the same columns, the
owner's name, score, grade and last activity of each lead included, and writes them as they are: it
makes no formula harmless, spells neither money nor yes and no, takes no keys out of `extra`. Both
write to a file, in processes of their own, in turns.
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

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import generate

from leadctl.fields import LEAD_FIELDS

ROOT = Path(__file__).resolve().parent.parent
OTHERS = {
    "owner": "(SELECT name FROM reps WHERE reps.id = l.owner_id)",
    "score": "(SELECT total FROM scores WHERE lead_id = l.id)",
    "grade": "(SELECT grade FROM scores WHERE lead_id = l.id)",
    "last_activity_at": "(SELECT max(a.at) FROM activities AS a WHERE a.lead_id = l.id)",
}
NAMES = (
    *(field.name for field in LEAD_FIELDS),
    *("id", "uid", "score", "grade", "last_activity_at", "converted_at"),
    *("contact_id", "account_id", "deal_id", "extra"),
)
QUERY = f"SELECT {', '.join(OTHERS.get(name, f'l.{name}') for name in NAMES)} FROM leads AS l"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=100_000, help="how many leads")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(report(Path(folder), options.count, options.runs))


def report(folder: Path, count: int, runs: int) -> str:
    """Return the times of both, run in turns, and the median of their ratios."""
    source, database = folder / "leads.csv", folder / "leads.db"
    generate.write(source, count)
    leadctl(database, "import", str(source), "--quiet")
    leadctl(database, "score", "--quiet")
    floors, exports = [], []
    for _ in range(runs):
        floors.append(seconds(floor, database, folder / "floor.csv"))
        exports.append(seconds(export, database, folder / "leadctl.csv"))
    ratio = statistics.median(b / a for a, b in zip(floors, exports, strict=True))
    by = "sqlite3 -csv" if shutil.which("sqlite3") else "Python's sqlite3 and csv"
    return (
        f"export of {count:,} rows, {len(NAMES)} columns, median of {runs}: {by}"
        f" {statistics.median(floors):.2f} s, leadctl {statistics.median(exports):.2f} s,"
        f" ratio {ratio:.2f} (wanted 2.00)"
    )


def seconds(work: Callable[[Path, Path], None], database: Path, target: Path) -> float:
    """Return how long a piece of work takes."""
    start = time.perf_counter()
    work(database, target)
    return time.perf_counter() - start


def export(database: Path, target: Path) -> None:
    """Export with leadctl in a process of its own."""
    leadctl(database, "export", "--output", str(target))


def leadctl(database: Path, *words: str) -> None:
    """Run a command; an import ends with 3, as some of the made-up rows are rejected on purpose."""
    done = subprocess.run(
        [sys.executable, "-m", "leadctl", *words],
        env={**os.environ, "LEADCTL_DB": str(database)}, cwd=ROOT, capture_output=True,
    )  # fmt: skip
    assert done.returncode in (0, 3), done.stderr


def floor(database: Path, target: Path) -> None:
    """Write the same columns as they are."""
    if shutil.which("sqlite3"):
        with target.open("wb") as file:
            subprocess.run(["sqlite3", "-csv", str(database), QUERY], stdout=file, check=True)
        return
    with target.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(sqlite3.connect(database).execute(QUERY))


if __name__ == "__main__":
    main()
