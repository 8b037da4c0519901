"""Reading while much is written: python benchmarks/readers.py 200000

Imports so many rows, scores and deals them and takes all back, each beside a reader that opens the
file, reads a lead and closes it again every 50 ms; once as it is, and once without the log
(`write_ahead`). Prints the longest wait, the time of the processor and how
large the log becomes.
"""

from __future__ import annotations

import argparse
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import generate

ROOT = Path(__file__).resolve().parent.parent
WITH_LOG = "from leadctl.__main__ import main; main()"
WITHOUT_LOG = f"from leadctl import write_ahead; write_ahead.LARGE = 1 << 62; {WITH_LOG}"
PAUSE = 0.05


class Run(NamedTuple):
    """The longest wait of a reader and the time of the processor, in seconds; the log in MB."""

    wait: float
    cpu: float
    log: float


def main() -> None:
    """Run it for the number of rows of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=int, nargs="?", default=200_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "leads.csv"
        generate.write(source, rows)
        for name, program in (("with the log", WITH_LOG), ("without it", WITHOUT_LOG)):
            file = Path(folder) / f"{name}.db"
            for words in (("add", "last_name=First"), ("rep", "add", "ana", "ben")):
                leadctl(WITH_LOG, file, *words).wait()
            for words in steps(source):
                run = beside_a_reader(program, file, words)
                print(
                    f"{words[0]} of {rows:,} rows {name}: a reader waits at most {run.wait:.2f} s,"
                    f" {run.cpu:.1f} s of the processor, log of {run.log:.0f} MB",
                    flush=True,
                )


def steps(source: Path) -> list[tuple[str, ...]]:
    """Return the commands, of which the import is the third operation of the file."""
    return [
        ("import", str(source)),
        ("score",),
        ("assign", "--round-robin"),
        ("undo", "--yes"),
        ("undo", "3"),
    ]


def leadctl(program: str, file: Path, *words: str) -> subprocess.Popen[bytes]:
    """Start a command as a process."""
    env = {"LEADCTL_DB": str(file), "LEADCTL_USER": "bench", "HOME": str(file.parent)}
    return subprocess.Popen(
        [sys.executable, "-c", program, *words, "--quiet"], cwd=ROOT, env={**os.environ, **env},
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def beside_a_reader(program: str, file: Path, words: Sequence[str]) -> Run:
    """Run a command and read all the while."""
    log = file.with_name(file.name + "-wal")
    before = cpu_of_children()
    process = leadctl(program, file, *words)
    wait, size = 0.0, 0
    while process.poll() is None:
        wait = max(wait, reading(file))
        size = max(size, log.stat().st_size if log.exists() else 0)
        time.sleep(PAUSE)
    if process.returncode not in (0, 3):  # 3: some rows were rejected
        raise SystemExit(f"{' '.join(words)}: exit {process.returncode}")
    return Run(wait, cpu_of_children() - before, size / 1e6)


def reading(file: Path) -> float:
    """Read a lead and return how many seconds that took."""
    start = time.perf_counter()
    with closing(sqlite3.connect(file, timeout=600)) as connection:
        connection.execute("SELECT * FROM leads ORDER BY id LIMIT 1").fetchone()
    return time.perf_counter() - start


def cpu_of_children() -> float:
    """Return the processor time of the processes that have ended, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
