"""Time assignment beside plain statements on the same table: python benchmarks/assign.py 200000

Prints seconds, of the processor and by the clock, and their ratios, and asserts nothing. The floors are
two executemany on leads in one wide table with their owners in it and in its indexes, as they stood
before schema 20: one that writes the owner of each and nothing else, and one that writes what leadctl
writes of a record that changes; `list` for a run that finds nothing to do. Pairs run in turns.
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
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import generate  # noqa: E402

REPS = [f"rep{n}" for n in range(10)]
RULES = 20
TO_ASSIGN = """SELECT id FROM wide_leads WHERE owner_id IS NULL AND converted_at IS NULL
    AND status NOT IN ('Lost', 'Junk') ORDER BY created_at, id"""
FIGURES = "source, campaign, status, created_day, converted_at, owner_id"
WITH_OWNERS = (
    "ALTER TABLE wide_leads ADD COLUMN owner_id INTEGER REFERENCES reps (id)",
    "CREATE INDEX wide_owner ON wide_leads (owner_id) WHERE owner_id IS NOT NULL",
    """CREATE INDEX wide_to_assign ON wide_leads (created_at, id, status)
    WHERE owner_id IS NULL AND converted_at IS NULL""",
    "DROP INDEX leads_figures",
    f"CREATE INDEX leads_figures ON wide_leads ({FIGURES})",
)
OWNER = "UPDATE wide_leads SET owner_id = ? WHERE id = ?"
CHANGE = """UPDATE wide_leads SET owner_id = ?, version = version + 1,
    updated_at = '2026-11-23T09:00:00Z' WHERE id = ?"""
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
    whole, wide, work = (folder / f"{name}.db" for name in ("whole", "wide", "work"))
    csv = folder / "leads.csv"
    generate.write(csv, leads)
    leadctl(whole, "import", str(csv), expected=(0, 3))
    leadctl(whole, "rep", "add", *REPS)
    (folder / "leadctl.toml").write_text(rules())
    shutil.copyfile(whole, wide)
    with sqlite3.connect(wide) as connection:
        for statement in WITH_OWNERS:
            connection.execute(statement)
        found = connection.execute("SELECT count(*) FROM wide_leads").fetchone()[0]
        dealt = len(connection.execute(TO_ASSIGN).fetchall())
    print(
        f"{found:,} leads, {dealt:,} to assign, {runs} runs each, {os.cpu_count()} cores",
        flush=True,
    )

    def fresh(database: Path, then: Callable[[], Took]) -> Callable[[], Took]:
        def timed() -> Took:
            shutil.copyfile(database, work)
            return then()

        return timed

    update = fresh(wide, lambda: update_each(work, OWNER, foreign_keys=False))
    change = fresh(wide, lambda: update_each(work, CHANGE, foreign_keys=True))
    turn = fresh(whole, lambda: leadctl(work, "assign", "--round-robin"))
    ruled = fresh(whole, lambda: leadctl(work, "assign"))
    compare("round robin, beside an update of each owner", turn, update, runs)
    compare("round robin, beside a change of each lead", turn, change, runs)
    compare(f"{RULES} rules, beside an update of each owner", ruled, update, runs)
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


def update_each(database: Path, statement: str, *, foreign_keys: bool) -> Took:
    """Write each lead by its own statement; return how long it took.

    With a counter and foreign keys, each statement can fail after it has written, and SQLite lays
    aside what it writes over, which takes as long again.
    """
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA cache_size = -150000")
    connection.execute(f"PRAGMA foreign_keys = {foreign_keys}")
    start = now(time.process_time())
    connection.execute("BEGIN IMMEDIATE")
    ids = [lead for (lead,) in connection.execute(TO_ASSIGN)]
    connection.executemany(
        statement,
        ((n % len(REPS) + 1, lead) for n, lead in enumerate(ids)),
    )
    connection.execute("COMMIT")
    return since(start, time.process_time())


class Took(NamedTuple):
    """Seconds: of the processor, and by the clock."""

    processor: float
    clock: float


def now(processor: float) -> Took:
    """Return where both stand, that of the processor as it is given."""
    return Took(processor, time.monotonic())


def since(start: Took, processor: float) -> Took:
    """Return what went by since `start`."""
    return Took(processor - start.processor, time.monotonic() - start.clock)


def compare(what: str, ours: Callable[[], Took], floor: Callable[[], Took], runs: int) -> None:
    """Run both in turns, and print the medians and those of their ratios, both ways of counting."""
    pairs = [(ours(), floor()) for _ in range(runs)]
    line = f"{what:44}"
    for place in range(len(Took._fields)):
        mine, theirs = (
            statistics.median(t[place] for t in side) for side in zip(*pairs, strict=True)
        )
        ratio = statistics.median(one[place] / other[place] for one, other in pairs)
        line += f"{mine:9.2f} s {theirs:9.2f} s {ratio:7.2f}"
    print(line, flush=True)


def children() -> float:
    """Return the processor time of all processes that were waited for, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def leadctl(database: Path, *words: str, expected: Sequence[int] = (0,)) -> Took:
    """Run a command; return how long it took."""
    start = now(children())
    done = subprocess.run(
        [sys.executable, "-m", "leadctl", *words],
        env={**ENV, "LEADCTL_DB": str(database)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in expected:
        raise SystemExit(f"{' '.join(words)}: exit {done.returncode}\n{done.stderr}")
    return since(start, children())


if __name__ == "__main__":
    main()
