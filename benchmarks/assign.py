"""Time assignment beside plain statements on the same table: python benchmarks/assign.py 200000

Prints seconds of processor time and ratios, and asserts nothing. The floors are an executemany that
writes each owner, and nothing else, into the wide, indexed table of leads, and one that inserts such
rows; `list` for a run that finds nothing to do. Pairs run in turns.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import generate  # noqa: E402

REPS = [f"rep{n}" for n in range(10)]
RULES = 20
TO_ASSIGN = """SELECT id FROM leads WHERE owner_id IS NULL AND converted_at IS NULL
    AND status NOT IN ('Lost', 'Junk') ORDER BY created_at, id"""
ENV = {
    **{key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"},
    "PYTHONPATH": str(HERE.parent),
    "LEADCTL_USER": "bench",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("leads", type=int, nargs="?", default=200_000)
    parser.add_argument("--runs", type=int, default=3, help="how often each pair")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), options.leads, options.runs)


def measure(folder: Path, leads: int, runs: int) -> None:
    """Make the leads, then print a line for each pair."""
    whole, work, csv = folder / "whole.db", folder / "work.db", folder / "leads.csv"
    generate.write(csv, leads)
    leadctl(whole, "import", str(csv), expected=(0, 3))
    leadctl(whole, "rep", "add", *REPS)
    (folder / "leadctl.toml").write_text(rules())
    with sqlite3.connect(whole) as connection:
        connection.execute("UPDATE leads SET owner_id = NULL")
        found = connection.execute("SELECT count(*) FROM leads").fetchone()[0]
        dealt = len(connection.execute(TO_ASSIGN).fetchall())
    print(
        f"{found:,} leads, {dealt:,} to assign, {runs} runs each, {os.cpu_count()} cores",
        flush=True,
    )

    def fresh(then: Callable[[], float]) -> Callable[[], float]:
        def timed() -> float:
            shutil.copyfile(whole, work)
            return then()

        return timed

    update = fresh(lambda: update_each(work))
    insert = fresh(lambda: insert_each(work))
    turn = fresh(lambda: leadctl(work, "assign", "--round-robin"))
    ruled = fresh(lambda: leadctl(work, "assign"))
    compare("round robin, beside an update of each", turn, update, runs)
    compare("round robin, beside an insert of each", turn, insert, runs)
    compare(f"{RULES} rules, beside an update of each", ruled, update, runs)
    compare(
        "nothing to do, beside list",
        lambda: leadctl(work, "assign"),
        lambda: leadctl(work, "list", "--limit", "50"),
        runs * 5,
    )


def rules() -> str:
    """Return twenty ordered rules, of which the last takes what the others leave."""
    text = ['timezone = "UTC"']
    for number in range(RULES - 1):
        text += [
            "[[assign]]",
            f'name = "rule {number}"',
            f"when = \"company like '%{chr(97 + number)}{chr(101 + number)}%' and employees > 5\"",
            f'to = {{ rep = "{REPS[number % 10]}" }}',
        ]
    return "\n".join([*text, "[[assign]]", 'name = "rest"', 'to = { pool = "everyone" }'])


def update_each(database: Path) -> float:
    """Write each owner by its own statement; return seconds of processor time.

    No version and no foreign keys: with both, each statement can fail after it has written, and
    SQLite lays aside what it writes over, which takes as long again.
    """
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA cache_size = -150000")
    start = cpu()
    connection.execute("BEGIN IMMEDIATE")
    ids = [lead for (lead,) in connection.execute(TO_ASSIGN)]
    connection.executemany(
        "UPDATE leads SET owner_id = ? WHERE id = ?",
        ((n % len(REPS) + 1, lead) for n, lead in enumerate(ids)),
    )
    connection.execute("COMMIT")
    return cpu() - start


def insert_each(database: Path) -> float:
    """Insert as many rows into such a table; return seconds of processor time."""
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA cache_size = -150000")
    rows = connection.execute("SELECT * FROM leads ORDER BY id").fetchall()
    width = len(rows[0])
    connection.execute("DELETE FROM scores")
    connection.execute("PRAGMA foreign_keys = off")
    connection.execute("DELETE FROM leads")
    start = cpu()
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(f"INSERT INTO leads VALUES ({', '.join('?' * width)})", rows)
    connection.execute("COMMIT")
    return cpu() - start


def compare(what: str, ours: Callable[[], float], floor: Callable[[], float], runs: int) -> None:
    """Run both in turns, and print the medians and their ratio."""
    pairs = [(ours(), floor()) for _ in range(runs)]
    mine, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
    ratio = statistics.median(one / other for one, other in pairs)
    print(f"{what:44}{mine:9.2f} s {theirs:9.2f} s {ratio:7.2f}", flush=True)


def cpu() -> float:
    """Return the processor time of this process, in seconds."""
    return time.process_time()


def leadctl(database: Path, *words: str, expected: Sequence[int] = (0,)) -> float:
    """Run a command; return the processor time that it took, in seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-m", "leadctl", *words],
        env={**ENV, "LEADCTL_DB": str(database)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in expected:
        raise SystemExit(f"{' '.join(words)}: exit {done.returncode}\n{done.stderr}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)


if __name__ == "__main__":
    main()
