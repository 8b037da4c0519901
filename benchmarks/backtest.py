"""Back-test of leads of known outcome beside one scoring pass: python benchmarks/backtest.py 100000"""

from __future__ import annotations

import argparse
import os
import random
import resource
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from leadctl.app import App  # noqa: E402
from leadctl.stored import day_number, stamp  # noqa: E402

START = datetime(2025, 1, 1, tzinfo=UTC)
KINDS = ("call", "email", "form", "meeting", "visit")
CHANGED = "SELECT id, :field, :value FROM leads WHERE id % 2 = :odd"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("leads", type=int, help="how many leads, each with five activities")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        undecided, decided = Path(folder) / "undecided.db", Path(folder) / "decided.db"
        make(undecided, options.leads, decided=False)
        make(decided, options.leads, decided=True)
        for run in range(options.runs):
            scoring = seconds(undecided, "score", "--dry-run", "--quiet")
            test = seconds(decided, "rules", "backtest", "--quiet")
            print(
                f"run {run + 1}: pass {scoring:.1f} s, back-test {test:.1f} s of processor time,",
                end=" ",
            )
            print(f"ratio {test / scoring:.1f}")


def make(database: Path, leads: int, *, decided: bool) -> None:
    """Make leads, all of them decided 30 to 60 days after they came, or none."""
    now = [START + timedelta(days=30)]
    env = {"LEADCTL_DB": str(database), "LEADCTL_USER": "bench", "HOME": str(database.parent)}
    app = App(env, clock=lambda: now[0])
    rng = random.Random(7)
    created = [START + timedelta(minutes=rng.randrange(30 * 1440)) for _ in range(leads)]
    with app.store.operation("leads") as op:
        ids = op.create_columns("lead", leads, {
            "last_name": [f"L{n}" for n in range(leads)],
            "email": [f"l{n}@firm.example" for n in range(leads)],
            "company": [f"C{n % 997}" if n % 3 else None for n in range(leads)],
            "employees": [rng.choice([5, 50, 500]) for _ in range(leads)],
            "source": [rng.choice(["Website", "Email", "Referral"]) for _ in range(leads)],
            "status": ["New"] * leads,
            "created_at": [stamp(at) for at in created],
            "created_day": [day_number(at.date()) for at in created],
        }, ((f"l{n}@firm.example", None, None, None, None, 1) for n in range(leads)))  # fmt: skip
        touched = [(lead, at) for lead, at in zip(ids, created, strict=True) for _ in KINDS]
        when = [at + timedelta(minutes=rng.randrange(90 * 1440)) for _, at in touched]
        op.create_columns("activity", len(touched), {
            "lead_id": [lead for lead, _ in touched],
            "kind": [rng.choice(KINDS) for _ in touched],
            "direction": [rng.choice(["in", "out"]) for _ in touched],
            "at": [stamp(at) for at in when],
            "day": [day_number(at.date()) for at in when],
        })  # fmt: skip
    if not decided:
        app.close()
        return
    now[0] += timedelta(days=30)
    with app.store.operation("outcomes") as op:
        for field, value, odd in (
            ("status", "Lost", 1), ("status", "Converted", 0), ("converted_at", op.now, 0),
        ):  # fmt: skip
            op.update_from("lead", CHANGED, {"field": field, "value": value, "odd": odd})
    app.close()


def seconds(database: Path, *words: str) -> float:
    """Return the processor time of a command, in a process of its own."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    env = {**os.environ, "LEADCTL_DB": str(database), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "leadctl", *words]
    subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
