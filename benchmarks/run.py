"""Time what people wait for, beside what it cannot be faster than: python benchmarks/run.py

Pairs of commands run in turns, A B A B, so that whatever else the machine does strikes both; of
each pair the median of the ratios counts. Prints a table and asserts nothing.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import generate

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
HELLO = '''\
import typer

app = typer.Typer()


@app.command()
def main(limit: int = 50):
    """Say hello."""
    for number in range(limit):
        print(f"hello {number}")


app()
'''
ENV = {
    **{key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"},
    "PYTHONPATH": str(ROOT),
}
"""Both sides start from compiled files, as an installed program does."""


class Pair(NamedTuple):
    """Two commands to compare; `wanted` is the ratio that FLOORS.md asks for."""

    name: str
    ours: Sequence[str]
    floor: Sequence[str]
    beside: str
    wanted: str
    runs: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--leads", type=int, default=100_000, help="how many (1000000 takes long)")
    parser.add_argument("--runs", type=int, default=21, help="how often each pair of short ones")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), options.leads, options.runs)


def measure(folder: Path, leads: int, runs: int) -> None:
    """Make the leads in `folder`, then print a line for each pair."""
    hello, csv = folder / "hello.py", folder / "leads.csv"
    hello.write_text(HELLO)
    generate.write(csv, leads)
    database = folder / "leads.db"
    print(f"{leads:,} leads, {runs} runs each, {os.cpu_count()} cores, {version()}")
    print(f"\n{'':34}{'ours':>9}{'beside':>9}{'ratio':>7}  wanted")
    print("─" * 100)
    run(leadctl(database, "import", str(csv)), expected=(0, 3))
    for pair in short_ones(hello, database, runs):
        print(line(pair), flush=True)
    floor = HERE / "c_floor.py"
    if floor.exists():
        print(flush=True)
        subprocess.run([sys.executable, str(floor), str(leads)], env=ENV, check=True)


def short_ones(hello: Path, database: Path, runs: int) -> list[Pair]:
    """Return the pairs that take less than a second."""
    python = sys.executable
    page = leadctl(database, "list", "--limit", "50")
    said, helped = [python, str(hello)], [python, str(hello), "--help"]
    nothing = [python, "-c", "pass"]
    typer = "a hello-world Typer app"
    return [
        Pair("list --limit 50, in a pipe", page, said, typer, "1.15 (1.25)", runs),
        Pair("  newest New ones", [*page, "--status", "New"], said, typer, "", runs),
        Pair("  best first", [*page, "--sort", "score"], said, typer, "", runs),
        Pair("--help", leadctl(database, "--help"), helped, f"{typer} --help", "1.15 (1.25)", runs),
        Pair("--help", leadctl(database, "--help"), said, typer, "", runs),
        Pair("--version", leadctl(database, "--version"), said, typer, "1.15", runs),
        Pair("list as a rich table", [*page, "--format", "table"], nothing, "pass", "11", runs),
        Pair("  a hello-world Typer app", said, nothing, "pass", "6", runs),
    ]


def line(pair: Pair) -> str:
    """Run a pair and return its line of the table."""
    ours, floor = timed(pair)
    ratio = statistics.median(a / b for a, b in zip(ours, floor, strict=True))
    mine, its = statistics.median(ours), statistics.median(floor)
    return (
        f"{pair.name:34}{mine * 1000:6.0f} ms{its * 1000:6.0f} ms{ratio:7.2f}"
        f"  {pair.wanted:13}{pair.beside}"
    )


def timed(pair: Pair) -> tuple[list[float], list[float]]:
    """Return the seconds of both sides, run in turns after one run of each that does not count."""
    sides: tuple[list[float], list[float]] = ([], [])
    run(pair.ours), run(pair.floor)
    for _ in range(pair.runs):
        for command, seconds in zip((pair.ours, pair.floor), sides, strict=True):
            started = time.perf_counter()
            run(command)
            seconds.append(time.perf_counter() - started)
    return sides


def leadctl(database: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "leadctl", "--db", str(database), *words]


def run(command: Sequence[str], expected: Sequence[int] = (0,)) -> None:
    """Run a command with its output in a pipe; what it says on stderr shows if it fails."""
    done = subprocess.run(command, env=ENV, stdin=subprocess.DEVNULL, capture_output=True)
    if done.returncode not in expected:
        sys.exit(f"{' '.join(command)}\n{done.stderr.decode()}")


def version() -> str:
    import sqlite3
    from importlib.metadata import version

    return (
        f"Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version},"
        f" Typer {version('typer')}, rich {version('rich')}"
    )


if __name__ == "__main__":
    main()
