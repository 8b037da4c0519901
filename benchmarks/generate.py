"""Write a CSV of made-up leads with 20 columns: python benchmarks/generate.py 100000 out.csv"""

from __future__ import annotations

import argparse
import csv
import datetime
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from leadctl import sample

LEFT_OUT = ("Website", "State")
TODAY = datetime.date(2026, 1, 31)
"""Fixed, so that a file of so many rows is the same file on every day."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, help="how many rows")
    parser.add_argument("target", type=Path, help="the file to write")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    write(options.target, options.count, options.seed)


def write(target: Path, count: int, seed: int = 7) -> None:
    """Write `count` leads of one year to `target`, in UTF-8."""
    made = sample.make(count, seed=seed, today=TODAY, history_days=365)
    kept = [place for place, name in enumerate(made.header) if name not in LEFT_OUT]
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for row in (made.header, *made.rows):
            writer.writerow([row[place] for place in kept])


if __name__ == "__main__":
    main()
