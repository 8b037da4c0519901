"""Every report against SQL of a stranger: plain queries of the tables, on random histories."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from conftest import NOW, Leadctl
from hypothesis import given, settings
from hypothesis import strategies as st

from leadctl import reports
from leadctl.config import STAGES, Settings
from leadctl.lead_view import LeadFilter
from leadctl.reports.period import between
from leadctl.reports.shape import Question, Report
from leadctl.store import Store
from leadctl.values import day_number, stamp

TODAY = day_number(NOW.date())
STATUSES = ["New", "new", "Contacted", "Nurture", "Qualified", "Lost", "Junk", "On ice"]
SOURCES = [None, "Website", "website", "Phone", "unknown"]

a_lead = st.fixed_dictionaries(
    {
        "status": st.sampled_from(STATUSES),
        "source": st.sampled_from(SOURCES),
        "campaign": st.sampled_from([None, "Spring", "Autumn"]),
        "owner": st.sampled_from([None, 1, 2]),
        "country": st.sampled_from([None, "DE", "AT"]),
        "age": st.integers(0, 400),
        "hour": st.integers(0, 23),
        "score": st.none() | st.integers(-10, 110),
        "calls": st.lists(st.integers(-5, 60), max_size=3),
        "moves": st.lists(st.sampled_from(STATUSES), max_size=3),
        "undone": st.booleans(),
        "converted_after": st.none() | st.integers(-3, 90),
        "deals": st.lists(
            st.fixed_dictionaries(
                {
                    "stage": st.sampled_from([stage for stage, _ in STAGES] + ["Elsewhere"]),
                    "amount": st.none() | st.integers(0, 100_000),
                    "currency": st.sampled_from([None, "EUR", "USD"]),
                    "probability": st.none() | st.integers(0, 100),
                    "closes": st.none() | st.integers(-400, 90),
                    "named": st.booleans(),
                }
            ),
            max_size=2,
        ),
    }
)
some_leads = st.lists(a_lead, max_size=8)


def at(day: int, hour: int = 9) -> str:
    return stamp(NOW.replace(hour=hour, minute=30)).replace(
        "2026-11-22", str(NOW.date().fromordinal(day + NOW.date().toordinal() - TODAY))
    )


def seed(store: Store, leads: list[dict[str, Any]]) -> None:
    """Make leads with their history, each move an operation of its own; undo what is to be undone."""
    with store.operation("seed") as op:
        op.create("rep", [{"name": "ana"}, {"name": "Ben"}])
        op.create(
            "lead",
            [
                {
                    "last_name": "Someone", "status": lead["status"], "source": lead["source"],
                    "campaign": lead["campaign"], "owner_id": lead["owner"],
                    "country": lead["country"], "created_at": at(TODAY - lead["age"], lead["hour"]),
                    "created_day": TODAY - lead["age"],
                }
                for lead in leads
            ],
        )  # fmt: skip
        op.create(
            "activity",
            [
                {"lead_id": id, "kind": "call", "direction": "in" if day % 2 else "out",
                 "at": at(TODAY - lead["age"] + day), "day": TODAY - lead["age"] + day}
                for id, lead in enumerate(leads, 1)
                for day in lead["calls"]
            ],
        )  # fmt: skip
        op.connection.executemany(
            "UPDATE scores SET total = ?, grade = CASE WHEN ? >= 45 THEN 'B' ELSE 'D' END"
            " WHERE lead_id = ? AND ? IS NOT NULL",
            [(l["score"], l["score"], id, l["score"]) for id, l in enumerate(leads, 1)],  # noqa: E741
        )
    for id, lead in enumerate(leads, 1):
        for status in lead["moves"]:
            with store.operation("edit") as op:
                op.update("lead", [(id, {"status": status})])
    for id, lead in enumerate(leads, 1):
        convert(store, id, lead)


def convert(store: Store, id: int, lead: dict[str, Any]) -> None:
    if lead["converted_after"] is None:
        return
    created = TODAY - lead["age"]
    with store.operation("convert") as op:
        converted_at = at(created + lead["converted_after"])
        ids = op.create(
            "deal",
            [
                {
                    "stage": deal["stage"], "amount": deal["amount"], "currency": deal["currency"],
                    "probability": deal["probability"], "lead_id": id if deal["named"] else None,
                    "source": lead["source"], "owner_id": lead["owner"],
                    "closed_at": None if deal["closes"] is None else at(TODAY + deal["closes"]),
                    "created_at": converted_at, "created_day": created + lead["converted_after"],
                }
                for deal in lead["deals"]
            ],
        )  # fmt: skip
        op.update("lead", [(id, {
            "status": "Converted", "converted_at": converted_at,
            "deal_id": next(iter(ids), None),
        })])  # fmt: skip


@contextmanager
def a_store(leads: list[dict[str, Any]]) -> Iterator[Store]:
    with tempfile.TemporaryDirectory() as folder:
        leadctl = Leadctl(Path(folder))
        store = leadctl.store()
        seed(store, leads)
        for operation in store.operations():
            changed = store.value(
                "SELECT record FROM changes WHERE operation = ? AND kind = 'lead'",
                (operation["id"],),
            )
            if changed and leads[changed - 1]["undone"]:
                store.close()
                assert leadctl("undo", operation["id"], "--yes").code in (0, 3)
        yield store
        store.close()


def ask(store: Store, name: str, **more: Any) -> Report:
    return reports.make(name, store, Question(LeadFilter(), Settings(), TODAY, **more))


COUNTED = {
    "pipeline": ("leads", "leads"),
    "deals": ("deals", "deals"),
    "sources": ("leads", "leads"),
    "campaigns": ("leads", "leads"),
}
"""Report -> the column that adds up, and the table whose rows it counts."""


@settings(max_examples=12)
@given(some_leads, st.sampled_from([None, "owner", "source", "country"]), st.booleans())
def test_the_total_is_the_sum_and_the_count_of_the_table(
    leads: list[dict[str, Any]], by: str | None, some: bool
) -> None:
    period = between(TODAY - 90, TODAY - 5) if some else between(None, None)
    with a_store(leads) as store:
        for name, (column, table) in COUNTED.items():
            made = ask(store, name, by=by, period=period)
            count = store.value(
                f"SELECT count(*) FROM {table} WHERE created_day BETWEEN ? AND ?",
                (TODAY - 90, TODAY - 5) if some else (-1_000_000, 1_000_000),
            )
            assert made.total is not None
            assert sum(row[column] for row in made.rows) == made.total[column] == count, name
            check_shape(made)


def check_shape(made: Report) -> None:
    """Every row has every column; rates are what they are of; rows are named by their keys."""
    for row in [*made.rows, *([made.total] if made.total else [])]:
        assert list(row) == list(made.names)
        for figure in made.columns:
            if figure.of:
                part, whole = (row[name] for name in figure.of)
                assert row[figure.name] == (round(part / whole, 4) if whole else None)
                low, high = row[f"{figure.name}_low"], row[f"{figure.name}_high"]
                assert (low is None) == (not whole)
                assert low is None or 0 <= low <= row[figure.name] <= high <= 1
    keys = [tuple(str(row[key]).lower() for key in made.keys) for row in made.rows]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("name", reports.REPORTS)
def test_every_column_is_documented(store: Store, leads: Any, name: str) -> None:
    leads(1)
    page = (Path(__file__).parents[1] / "docs" / "json.md").read_text()
    words = page.replace("`", " ").replace("(", " ").replace(",", " ").split()
    assert [column for column in ask(store, name).names if column not in words] == []


def test_every_report_says_so_without_leads(leadctl: Leadctl) -> None:
    leadctl.ok("rep", "add", "ana")
    for name in reports.REPORTS:
        for words in ((), ("--json",)):
            outcome = leadctl("report", name, *words)
            assert (outcome.code, outcome.out) == (0, "[]\n" if words else ""), name
            assert words or "leadctl import" in outcome.err


@settings(max_examples=12)
@given(some_leads)
def test_sources_agree_with_plain_sql(leads: list[dict[str, Any]]) -> None:
    with a_store(leads) as store:
        made = ask(store, "sources")
        stranger = store.query(
            """WITH every AS (SELECT DISTINCT upper(coalesce(source, '')) AS source FROM leads)
            SELECT every.source,
            (SELECT count(*) FROM leads AS l WHERE upper(coalesce(l.source, '')) = every.source)
                AS leads,
            (SELECT count(converted_at) FROM leads AS l
                WHERE upper(coalesce(l.source, '')) = every.source) AS converted,
            (SELECT count(*) FROM leads AS l WHERE upper(coalesce(l.source, '')) = every.source
                AND date(l.converted_at) < date(l.created_at)) AS time_errors,
            (SELECT avg(julianday(date(l.converted_at)) - julianday(date(l.created_at)))
                FROM leads AS l WHERE upper(coalesce(l.source, '')) = every.source
                AND date(l.converted_at) >= date(l.created_at)) AS mean,
            (SELECT count(*) FROM deals AS d WHERE d.stage = 'Closed Won' AND EXISTS (
                SELECT 1 FROM leads AS l WHERE upper(coalesce(l.source, '')) = every.source
                AND (l.id = d.lead_id OR d.lead_id IS NULL AND l.deal_id = d.id))) AS won
            FROM every"""
        )
        found = {
            (row["source"] or "").upper(): (
                row["leads"], row["converted"], row["time_errors"], row["won"],
            )
            for row in made.rows
        }  # fmt: skip
        assert found == {
            row["source"]: (row["leads"], row["converted"], row["time_errors"], row["won"])
            for row in stranger
        }
        means = {(row["source"] or "").upper(): row["mean_days_to_convert"] for row in made.rows}
        for row in stranger:
            assert means[row["source"]] == (None if row["mean"] is None else round(row["mean"], 1))


@settings(max_examples=12)
@given(some_leads)
def test_money_of_deals_agrees_with_plain_sql(leads: list[dict[str, Any]]) -> None:
    with a_store(leads) as store:
        made = ask(store, "deals")
        for row in made.rows:
            stranger = store.query(
                """SELECT currency, sum(amount) AS amount FROM deals
                WHERE stage = ? AND amount IS NOT NULL GROUP BY currency
                ORDER BY currency IS NULL, currency""",
                (row["stage"],),
            )
            assert [(c["currency"], round(c["amount"] * 100)) for c in row["by_currency"]] == [
                (c["currency"], c["amount"]) for c in stranger
            ]
            assert (row["amount"] is None) == (len(stranger) > 1)


def test_costs_count_by_the_days_of_a_period(leadctl: Leadctl, store: Store, leads: Any) -> None:
    leads({"source": "Phone", "created_day": TODAY}, {"source": "Phone"}, {})
    with store.operation("seed") as op:
        op.create("source_cost", [
            {"source": "phone", "month": "2026-11", "amount": 30_000, "currency": "EUR"},
            {"source": "Fax", "month": "2026-10", "amount": 100, "currency": "EUR"},
        ])  # fmt: skip
    rows = {row["source"]: row for row in leadctl.ok("report", "sources")}
    assert (rows["Phone"]["cost"], rows["Phone"]["cost_per_lead"]) == (300, 150)
    assert (rows["Fax"]["leads"], rows["Fax"]["cost"]) == (0, 1)
    assert rows[None]["cost"] is None
    [phone] = leadctl.ok("report", "sources", "--from", "2026-11-21", "--to", "2026-11-30")
    assert (phone["source"], phone["leads"], phone["cost"]) == ("Phone", 1, 100)
    assert phone["return"] == -1
    assert leadctl.ok("report", "sources", "--country", "none")[0]["cost"] is None


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("--period", "2026-13"), "last-30d"),
        (("--period", "2026", "--from", "2026-01-01"), "leave one"),
        (("--from", "2026-02-01", "--to", "2026-01-01"), "both days"),
        (("--compare", "previous"), "--period"),
        (("--compare", "next", "--period", "2026"), "--period"),
        (("--by", "sorce"), "did you mean source"),
        (("--from", "32.1.2026"), "--from"),
    ],
)
def test_what_means_nothing_is_refused(
    leadctl: Leadctl, leads: Any, words: tuple[str, ...], hint: str
) -> None:
    leads(1)
    outcome = leadctl("report", "sources", *words)
    assert (outcome.code, outcome.out) == (2, "")
    assert hint in outcome.err


def test_a_period_beside_the_one_before(leadctl: Leadctl, leads: Any) -> None:
    leads(
        {"source": "Phone"},
        {"source": "Phone", "created_day": TODAY - 30},
        {"source": "Email", "created_day": TODAY - 30},
    )
    rows = leadctl.ok("report", "sources", "--period", "this-month", "--compare", "previous")
    assert [(r["source"], r["leads"], r["previous"]["leads"]) for r in rows] == [
        ("Phone", 1, 1),
        ("Email", 0, 1),
    ]
    table = leadctl(
        "report", "sources", "--period", "this-month", "--compare", "previous", terminal=True
    )
    assert "before" in table.screen
