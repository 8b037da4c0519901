"""Pages of records, finding by words, a timeline: `python benchmarks/records.py 1000000`.

Made-up leads, accounts and deals; the index of words stands beside the bare insert into FTS5 of the
same texts. Quote ratios: what else runs on the machine moves the times.
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

from leadctl import searching, timeline
from leadctl.app import App
from leadctl.lead_view import RecordFilter, Words
from leadctl.record_table import TABLES
from leadctl.store import Store

SYLLABLES = "ka lo mi ne ra to vi sa be du fo gi ha je ku la mo ni pe ri su te wo xa yu zo".split()
BORN = "2026-11-20T09:00:00Z"
NO_KEYS = (None, None, None, None, None, 1)
LOOKED_FOR = ("k", "kal", "kalo", "kalomi", "kalo mine", "example", "+4912", "gmbh", "zuzu")


def fill(store: Store, stages: Sequence[str], count: int) -> None:
    """Write that many leads and deals, and a fifth as many accounts."""
    chance = random.Random(2)
    names = ["".join(parts).title() for parts in product(SYLLABLES, repeat=3)]
    companies = [
        f"{chance.choice(names)} {chance.choice(('GmbH', 'AG', 'Ltd'))}" for _ in range(count // 5)
    ]
    first, last = ([chance.choice(names) for _ in range(count)] for _ in range(2))
    whose = [chance.randrange(len(companies)) for _ in range(count)]
    of = [companies[company] for company in whose]
    born = {"created_at": [BORN] * count, "created_day": [20777] * count}
    hosts = [company.split()[0].lower() for company in of]
    with store.operation("fill") as op:
        op.create("rep", [{"name": "ana"}, {"name": "ben"}])
        with op.bulk("lead"):
            people = {
                "first_name": first,
                "last_name": last,
                "company": of,
                "email": [
                    f"{a}.{b}@{h}.example" for a, b, h in zip(first, last, hosts, strict=True)
                ],
                "phone": [f"+49{chance.randrange(10**9, 10**10)}" for _ in range(count)],
                "status": ["New"] * count,
            }
            op.create_columns("lead", count, {**people, **born}, [NO_KEYS] * count)
        with op.bulk("account"):
            some = {name: values[: len(companies)] for name, values in born.items()}
            keys = [NO_KEYS] * len(companies)
            op.create_columns("account", len(companies), {"name": companies, **some}, keys)
        with op.bulk("deal"):
            deals = {
                "name": of,
                "account_id": [company + 1 for company in whose],
                "stage": [chance.choice(stages) for _ in range(count)],
                "owner_id": [chance.choice((1, 2, None)) for _ in range(count)],
            }
            op.create_columns("deal", count, {**deals, **born})


def bare(store: Store) -> None:
    """Insert the texts of all leads into an index like ours, and nothing else."""
    with store.deriving() as connection:
        connection.execute(
            """CREATE VIRTUAL TABLE bare USING fts5(words, content='', columnsize=0, detail=none,
            prefix='1 2 3 4', tokenize='unicode61 remove_diacritics 2')"""
        )
        connection.execute("INSERT INTO bare (bare, rank) VALUES ('hashsize', 16777216)")
        connection.execute(
            """INSERT INTO bare (rowid, words) SELECT id, first_name || ' ' || last_name || ' '
            || company || ' ' || email || ' ' || phone || ' ' || phone FROM leads ORDER BY id"""
        )
        connection.execute("DROP TABLE bare")


def processor(work: Callable[[], Any]) -> float:
    """Return the seconds of the processor that some work takes."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    work()
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime - before


def best(work: Callable[[], Any]) -> float:
    """Return the milliseconds of the quickest of twenty runs."""
    times = []
    for _ in range(20):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times) * 1000


def main(count: int) -> None:
    """Print what each takes."""
    with tempfile.TemporaryDirectory() as folder:
        app = App({"LEADCTL_DB": str(Path(folder) / "leads.db"), "HOME": folder})
        store = app.store
        fill(store, list(app.settings.stages), count)
        ours, theirs = (
            processor(lambda: searching.catch_up(store, "lead")),
            processor(lambda: bare(store)),
        )
        print(f"index of {count:,} leads: {ours:.1f} s, {ours / theirs:.2f} of the bare insert")
        for text in LOOKED_FOR:
            taken = best(partial(searching.find, store, "lead", text, 50))
            print(f"find {text!r}: {taken:.2f} ms")
        won = {"stage": Words(("Closed Won",))}
        pages = {
            "": RecordFilter(),
            " of an owner": RecordFilter(owners=(1,)),
            " of a stage": RecordFilter(won),
        }
        fields = TABLES["deal"].fields
        for said, wanted in pages.items():
            taken = best(partial(store.page, "deal", wanted, limit=50, columns=fields))
            print(f"50 deals{said}: {taken:.2f} ms")
        taken = best(lambda: timeline.timeline(store, "account", 5, limit=11))
        print(f"timeline of an account: {taken:.2f} ms")
        store.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
