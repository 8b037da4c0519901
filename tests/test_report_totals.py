"""Totals of every report: the sum of its rows, and what `list --all` counts, whatever happened."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from conftest import NOW, Leadctl
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from leadctl import moves
from leadctl.reports import REPORTS

SOURCES = ["", "Website", "website", "unknown"]
WHERES = [
    *("", "country in ('DE','AT')", "source is null", "age_days > 20", "converted_at is not null"),
    *("owner = 'ana' or status = 'Contacted'", "source = 'unknown' or campaign is null"),
]
BYS = ["", "source", "owner", "country", "status", "campaign"]
LEADS = ("pipeline", "sources", "campaigns", "cohorts", "scores", "reps")
"""The reports whose rows are made of all leads, each once."""

a_row = st.tuples(
    st.sampled_from(["ann@kiln.example", "bob@kiln.example", "cy@oak.example", ""]),
    st.sampled_from(SOURCES),
    st.sampled_from(["", "Spring"]),
    st.sampled_from(["New", "Contacted", "Qualified", "Lost"]),
    st.sampled_from(["", "DE", "FR"]),
    st.integers(0, 60),
)
a_step = st.one_of(
    st.tuples(st.just("merge"), st.integers(1, 6), st.integers(1, 6)),
    st.tuples(
        st.just("edit"), st.integers(1, 6), st.sampled_from(["New", "Contacted", "Qualified"])
    ),
    st.tuples(st.just("convert"), st.integers(1, 6), st.booleans()),
    st.tuples(st.just("win"), st.integers(1, 3), st.none()),
    st.tuples(st.just("log"), st.integers(1, 6), st.none()),
    st.tuples(st.just("import"), st.integers(0, 3), st.none()),
    st.tuples(st.just("undo"), st.none(), st.none()),
    st.tuples(st.just("later"), st.integers(1, 9), st.none()),
)


@settings(max_examples=6, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    rows=st.lists(a_row, min_size=2, max_size=6),
    steps=st.lists(a_step, max_size=8),
    where=st.sampled_from(WHERES),
    by=st.sampled_from(BYS),
    back=st.integers(0, 3),
)
def test_totals_are_the_sum_of_the_rows_and_the_count_of_the_list(
    rows: list[Any], steps: list[Any], where: str, by: str, back: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        leadctl = Leadctl(Path(folder))
        filters = ("--where", where) if where else ()
        counts = live(leadctl, rows, steps, filters)
        ids = leadctl.ok("list", "--all", "--limit", 999, *filters)
        agree(leadctl, (*filters, *(("--by", by) if by else ())), by, len(ids))
        deals_are_those_of_the_leads(leadctl, filters, [lead["id"] for lead in ids])
        days = sorted(counts)
        if days:
            day = days[max(0, len(days) - 1 - back)]
            as_of = ("--as-of", day, *filters)
            agree(leadctl, (*as_of, *(("--by", by) if by else ())), by, counts[day])
        leadctl.now = NOW
        reads_all_that_it_needs(leadctl, f"{NOW - timedelta(days=90 - back):%Y-%m-%d}")
        store = leadctl.store()
        assert moves.stale(store.connection) == []
        store.close()


def live(
    leadctl: Leadctl, rows: list[Any], steps: list[Any], filters: tuple[str, ...]
) -> dict[str, int]:
    """Let leads live; return how many of those meant there were at the end of each day."""
    leadctl.now = NOW - timedelta(days=90)
    leadctl.ok("rep", "add", "ana")
    come(leadctl, rows, 0)
    leadctl("edit", 2, "owner=ana")
    counts: dict[str, int] = {}
    for what, one, other in steps:
        if what == "merge":
            leadctl("merge", one, other, "--yes")
        elif what == "edit":
            leadctl("edit", one, f"status={other}")
        elif what == "convert":
            deal = ("--deal", "Oaks", "--amount", 500) if other else ()
            leadctl("convert", one, "--yes", "--contact", "new", "--account", "none", *deal)
        elif what == "win":
            leadctl("deal", "edit", f"d{one}", "stage=Closed Won")
        elif what == "log":
            leadctl("log", one, "call", "hello")
        elif what == "import":
            come(leadctl, rows, one)
            counts.clear()  # who came in later with an earlier day is counted on that day
        elif what == "undo":
            leadctl("undo", "--yes")
            counts.clear()  # what was undone never happened, on no day
        else:
            counts[f"{leadctl.now:%Y-%m-%d}"] = count(leadctl, filters)
            leadctl.now += timedelta(days=one)
    return counts


def come(leadctl: Leadctl, rows: list[Any], turned: int) -> None:
    """Import the rows, each with the words of another one where they are turned."""
    lines = ["Email,Name,Lead Source,Campaign,Status,Country,Created"]
    for number, (email, *_) in enumerate(rows):
        _, source, campaign, status, country, age = rows[(number + turned) % len(rows)]
        created = f"{NOW - timedelta(days=90 + age):%Y-%m-%d}"
        lines.append(f"{email},Some One{number},{source},{campaign},{status},{country},{created}")
    file = leadctl.write("leads.csv", "\n".join(lines) + "\n")
    leadctl("import", file, "--on-duplicate", "overwrite", "--rejects-ok")


def count(leadctl: Leadctl, filters: tuple[str, ...]) -> int:
    return len(leadctl.ok("list", "--all", "--limit", 999, *filters))


def reads_all_that_it_needs(leadctl: Leadctl, day: str) -> None:
    """A report of all leads as of a day, which looks for few columns of then, is that of any."""
    for name in REPORTS.keys() - {"all"}:
        made = leadctl.ok("report", name, "--as-of", day)
        assert leadctl.ok("report", name, "--as-of", day, "--where", "id > 0") == made, name


def agree(leadctl: Leadctl, words: tuple[Any, ...], by: str, leads: int) -> None:
    """Every report counts so many leads, in the sum of its rows."""
    for name in LEADS:
        made = leadctl.ok("report", name, *words)
        assert sum(row["leads"] for row in made) == leads, (name, words)
    steps = leadctl.ok("report", "funnel", *words)
    assert sum(row["reached"] for row in steps if row["status"] == "New") == leads
    assert sum(row["timed"] for row in steps if row["status"] == "New") == leads
    for one, other in pairwise(steps):
        if one.get(by) == other.get(by) and one["status"] != "Deal won":
            assert one["reached"] >= other["reached"] >= 0
    blanks = leadctl.ok("report", "quality", *words)
    assert sum(row["leads"] for row in blanks if row["field"] == "email") == leads
    waiting = leadctl.ok("report", "aging", *words)
    to_work = leadctl.ok("report", "reps", *words)
    assert sum(row["leads"] for row in waiting) == sum(row["open"] for row in to_work)
    for name in ("sources", "cohorts", "scores", "reps"):
        converted = sum(row["converted"] for row in leadctl.ok("report", name, *words))
        assert converted == sum(row["converted"] for row in to_work), name


def deals_are_those_of_the_leads(
    leadctl: Leadctl, filters: tuple[str, ...], leads: list[int]
) -> None:
    store = leadctl.store()
    deals = [
        row["id"]
        for row in store.query(
            """SELECT d.id, coalesce(d.lead_id, (SELECT min(l.id) FROM leads AS l
            WHERE l.deal_id = d.id)) AS lead FROM deals AS d"""
        )
        if row["lead"] in leads or not filters
    ]
    store.close()
    made = leadctl.ok("report", "deals", *filters)
    assert sum(row["deals"] for row in made) == len(deals)
    assert sum(row["deals"] for row in leadctl.ok("report", "sources", *filters)) == len(deals)
    forecast = leadctl.ok("report", "forecast", *filters)
    assert sum(row["deals"] for row in forecast) == len(deals)
