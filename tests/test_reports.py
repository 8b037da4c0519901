"""Every report against SQL of a stranger: plain queries of the tables, on random histories."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from statistics import mean, median
from typing import Any

import pytest
from conftest import NOW, Leadctl
from hypothesis import given, settings
from hypothesis import strategies as st

from leadctl import moves, reports
from leadctl.config import STAGES, Settings
from leadctl.lead_view import RecordFilter
from leadctl.reports.figures import Spread, interval, rate
from leadctl.reports.period import between, parse
from leadctl.reports.shape import Question, Report
from leadctl.reports.survival import Survival
from leadctl.store import Store
from leadctl.stored import day_number, stamp
from leadctl.undo import Undo

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


def kind_on(day: int) -> str:
    """Return what happened so many days after a lead's creation."""
    return ("call", "form", "email", "visit", "note")[day % 5]


def side_on(day: int) -> str | None:
    return None if kind_on(day) == "note" else "in" if day % 2 else "out"


def is_ours(day: int) -> bool:
    return side_on(day) != "in" and kind_on(day) not in ("form", "visit")


def at(day: int, hour: int = 9) -> str:
    return stamp(NOW.replace(hour=hour, minute=30)).replace(
        "2026-11-22", str(NOW.date().fromordinal(day + NOW.date().toordinal() - TODAY))
    )


def day_of_move(lead: dict[str, Any], number: int) -> int:
    """Return the day of a lead's n-th move: every ten days after its creation, to this day."""
    return min(TODAY, TODAY - lead["age"] + 10 * (number + 1))


def seed(leadctl: Leadctl, store: Store, leads: list[dict[str, Any]]) -> None:
    """Make leads with their history, each move an operation of its own on a day of its own."""
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
                {"lead_id": id, "kind": kind_on(day), "direction": side_on(day),
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
        for number, status in enumerate(lead["moves"]):
            leadctl.now = NOW - timedelta(days=TODAY - day_of_move(lead, number))
            with store.operation("edit") as op:
                op.update("lead", [(id, {"status": status})])
    leadctl.now = NOW
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
        seed(leadctl, store, leads)
        for operation in store.operations():
            changed = store.value(
                "SELECT record FROM changes WHERE operation = ? AND kind = 'lead'",
                (operation["id"],),
            )
            if changed and leads[changed - 1]["undone"]:
                with store.operation("undo") as op:
                    assert Undo(op, operation["id"]).run().kept == []
        yield store
        store.close()


def ask(store: Store, name: str, **more: Any) -> Report:
    return reports.make(name, store, Question(RecordFilter(), Settings(), TODAY, **more))


COUNTED = {
    "pipeline": ("leads", "leads"),
    "deals": ("deals", "deals"),
    "sources": ("leads", "leads"),
    "campaigns": ("leads", "leads"),
    "cohorts": ("leads", "leads"),
    "scores": ("leads", "leads"),
    "reps": ("leads", "leads"),
}
"""Report -> the column that adds up, and the table whose rows it counts."""


@settings(max_examples=30)
@given(some_leads, st.sampled_from([None, "owner", "source", "country"]), st.booleans())
def test_reports_agree_with_what_was_seeded(
    leads: list[dict[str, Any]], by: str | None, some: bool
) -> None:
    with a_store(leads) as store:
        assert moves.stale(store.connection) == []
        the_total_is_the_sum_and_the_count_of_the_table(store, by, some)
        sources_agree_with_plain_sql(store, leads)
        money_of_deals_agrees_with_plain_sql(store, leads)
        the_funnel_is_that_of_the_histories(store, leads)
        cohorts_are_those_of_the_histories(store, leads)
        velocity_is_that_of_the_histories(store, leads)
        the_others_agree_with_plain_sql(store)


def the_total_is_the_sum_and_the_count_of_the_table(
    store: Store, by: str | None, some: bool
) -> None:
    period = between(TODAY - 90, TODAY - 5) if some else between(None, None)
    for name, (column, table) in COUNTED.items():
        made = ask(store, name, by=by, period=period)
        count = store.value(
            f"SELECT count(*) FROM {table} WHERE created_day BETWEEN ? AND ?",
            (TODAY - 90, TODAY - 5) if some else (-1_000_000, 1_000_000),
        )
        assert made.total is not None
        assert sum(row[column] for row in made.rows) == made.total[column] == count, name
        check_shape(made)
    for name in ("funnel", "velocity", "aging", "quality"):
        check_shape(ask(store, name, by=by, period=period))


def nearest(number: float, places: int) -> float:
    """Return a number with so many decimals, a half upwards."""
    return float(Decimal(str(number)).quantize(Decimal(10) ** -places, ROUND_HALF_UP))


def check_shape(made: Report) -> None:
    """Every row has every column; rates are what they are of; rows are named by their keys."""
    for row in [*made.rows, *([made.total] if made.total else [])]:
        assert list(row) == list(made.names)
        for figure in made.columns:
            if figure.of:
                part, whole = (row[name] for name in figure.of)
                assert row[figure.name] == (nearest(part / whole, 4) if whole else None)
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


def sources_agree_with_plain_sql(store: Store, leads: list[dict[str, Any]]) -> None:
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
        assert means[row["source"]] == (None if row["mean"] is None else nearest(row["mean"], 1))


def money_of_deals_agrees_with_plain_sql(store: Store, leads: list[dict[str, Any]]) -> None:
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
        ("Email", 0, 1),
        ("Phone", 1, 1),
    ]
    table = leadctl(
        "report", "sources", "--period", "this-month", "--compare", "previous", terminal=True
    )
    assert "previous" in table.screen


# What follows is worked out from what was seeded, one lead after the other.

LADDER = ["New", "Contacted", "Nurture", "Qualified", "Converted", "Deal", "Deal won"]


def place(status: str) -> int:
    """Return the step of a status: lost and junk are the first, a word of no list is working."""
    word = status.title()
    return 0 if word in ("Lost", "Junk") else LADDER.index(word) if word in LADDER else 1


def lived(lead: dict[str, Any]) -> dict[str, Any]:
    """Return a lead without what was undone of it."""
    return {**lead, "moves": [], "converted_after": None} if lead["undone"] else lead


def highest(lead: dict[str, Any]) -> int:
    if lead["converted_after"] is not None:
        # An unnamed deal is the lead's own if it is its first one.
        deals = [d for n, d in enumerate(lead["deals"]) if d["named"] or n == 0]
        return 6 if any(d["stage"] == "Closed Won" for d in deals) else 5 if deals else 4
    return max(map(place, [lead["status"], *lead["moves"]]))


def the_funnel_is_that_of_the_histories(store: Store, leads: list[dict[str, Any]]) -> None:
    rows = ask(store, "funnel").rows
    by_source = ask(store, "funnel", by="source").rows
    truth = [highest(lived(lead)) for lead in leads]
    assert [row["status"] for row in rows] == LADDER
    for step, row in enumerate(rows):
        assert row["reached"] == sum(got >= step for got in truth)
        assert row["leads"] == len(leads)
        assert row["reached"] == sum(
            each["reached"] for each in by_source if each["status"] == row["status"]
        )
    days = [
        min(days)
        for lead in map(lived, leads)
        if place(lead["status"]) < 3
        and (
            days := [
                *([lead["converted_after"]] if lead["converted_after"] is not None else []),
                *(
                    day_of_move(lead, number) - TODAY + lead["age"]
                    for number, status in enumerate(lead["moves"])
                    if place(status) >= 3
                ),
            ]
        )
    ]
    there = [day for day in days if day >= 0]
    assert rows[3]["median_days"] == (median(there) if there else None)
    assert (rows[3]["timed"], rows[3]["time_errors"]) == (len(there), len(days) - len(there))


def cohorts_are_those_of_the_histories(store: Store, leads: list[dict[str, Any]]) -> None:
    made = ask(store, "cohorts")
    cumulative = ask(store, "cohorts", cumulative=True)
    months: dict[str, list[dict[str, Any]]] = {}
    for lead in map(lived, leads):
        months.setdefault(month(TODAY - lead["age"]), []).append(lead)
    assert {row["cohort"]: row["leads"] for row in made.rows} == {
        name: len(of) for name, of in months.items()
    }
    for row, summed in zip(made.rows, cumulative.rows, strict=True):
        of = [lead for lead in months[row["cohort"]] if lead["converted_after"] is not None]
        wrong = [lead for lead in of if lead["converted_after"] < 0]
        assert (row["converted"], row["time_errors"]) == (len(of), len(wrong))
        after = Counter(
            months_between(TODAY - lead["age"], TODAY - lead["age"] + lead["converted_after"])
            for lead in of
            if lead["converted_after"] >= 0
        )
        assert {n: count for n, count in enumerate(row["by_month"]) if count} == dict(after)
        assert summed["by_month"] == [
            None if step is None else sum(s or 0 for s in row["by_month"][: n + 1])
            for n, step in enumerate(row["by_month"])
        ]
        assert row["open"] >= (None in row["by_month"])
        if row["cohort"] == month(TODAY):
            assert row["open"]


def month(day: int) -> str:
    return at(day)[:7]


def months_between(one: int, other: int) -> int:
    first, last = at(one), at(other)
    return (int(last[:4]) - int(first[:4])) * 12 + int(last[5:7]) - int(first[5:7])


def velocity_is_that_of_the_histories(store: Store, leads: list[dict[str, Any]]) -> None:
    rows = {row["step"]: row for row in ask(store, "velocity").rows}
    took: dict[str, list[int]] = {}
    for lead in map(lived, leads):
        age = lead["age"]
        ours = [day for day in lead["calls"] if is_ours(day) and day <= age]
        if ours:
            took.setdefault("first touch", []).append(min(ours))
        if lead["converted_after"] is not None:
            took.setdefault("conversion", []).append(lead["converted_after"])
        status, since = lead["status"], 0 if lead["status"].lower() == "new" else None
        for number, later in enumerate(lead["moves"]):
            if later == status:
                continue
            day = day_of_move(lead, number) - TODAY + age
            if since is not None:
                took.setdefault(status.replace("new", "New"), []).append(day - since)
            status, since = later, day
        if lead["converted_after"] is not None and since is not None:
            took.setdefault(status.replace("new", "New"), []).append(
                lead["converted_after"] - since
            )
    assert rows.keys() == took.keys()
    for step, days in took.items():
        good = sorted(day for day in days if day >= 0)
        row = rows[step]
        assert (row["ended"], row["time_errors"]) == (len(good), len(days) - len(good)), step
        assert row["median_days"] == (median(good) if good else None)
        assert row["mean_days"] == (nearest(mean(good), 1) if good else None)
        assert row["p90_days"] == (good[-(-len(good) * 9 // 10) - 1] if good else None)


def the_others_agree_with_plain_sql(store: Store) -> None:
    """Count what the remaining reports count by one plain query for each figure."""

    def count(sql: str, *values: Any) -> int:
        return int(store.query(f"SELECT count(*) AS n FROM {sql}", values)[0]["n"])

    to_work = "leads AS l WHERE upper(status) NOT IN ('CONVERTED', 'LOST', 'JUNK')"
    seen = "FROM activities WHERE lead_id = l.id AND day <= ?"
    ours = "coalesce(direction, 'out') = 'out' AND kind NOT LIKE 'form' AND kind NOT LIKE 'visit'"
    never = f"AND NOT EXISTS (SELECT 1 {seen} AND {ours})"
    for row in ask(store, "aging").rows:
        rep = store.value("SELECT id FROM reps WHERE name = ?", (row["owner"],))
        assert row["leads"] == count(f"{to_work} AND owner_id IS ?", rep)
        assert row["untouched"] == count(f"{to_work} AND owner_id IS ? {never}", rep, TODAY)
        assert row["overdue"] == count(
            f"{to_work} AND owner_id IS ? {never} AND created_day < ?", rep, TODAY, TODAY - 1
        )
        assert row["stale"] == count(
            f"""{to_work} AND owner_id IS ? AND EXISTS (SELECT 1 {seen} AND {ours})
            AND (SELECT max(day) {seen}) < ?""",
            *(rep, TODAY, TODAY, TODAY - 14),
        )
    untouched = count(f"{to_work} {never}", TODAY)
    assert {row["what"]: row["number"] for row in ask(store, "daily").rows}[
        "untouched"
    ] == untouched
    assert store.count_leads(RecordFilter(untouched=True)) == count(
        f"leads AS l WHERE 1 {never}", TODAY
    )
    for row in ask(store, "reps").rows:
        rep = store.value("SELECT id FROM reps WHERE name = ?", (row["rep"],))
        assert row["leads"] == count("leads WHERE owner_id IS ?", rep)
        assert row["open"] == count(f"{to_work} AND owner_id IS ?", rep)
        assert row["untouched"] == count(f"{to_work} AND owner_id IS ? {never}", rep, TODAY)
        assert row["converted"] == count(
            "leads WHERE owner_id IS ? AND converted_at IS NOT NULL", rep
        )
    activity = ask(store, "activity")
    assert activity.total is not None
    assert sum(row["activities"] for row in activity.rows) == count("activities")
    assert activity.total["leads"] == count("(SELECT DISTINCT lead_id FROM activities) AS t")
    for row in activity.rows:
        assert row["in"] == count("activities WHERE kind = ? AND direction = 'in'", row["kind"])
    forecast = ask(store, "forecast")
    assert forecast.total is not None
    is_open = "deals WHERE stage NOT LIKE 'Closed%'"
    assert forecast.total["deals"] == count(is_open)
    for row in forecast.rows:
        assert row["deals"] == count(f"{is_open} AND substr(closed_at, 1, 7) IS ?", row["month"])
        best = store.query(
            """SELECT sum(amount) AS amount FROM deals WHERE substr(closed_at, 1, 7) IS ?
            AND stage NOT LIKE 'Closed Lost%' AND stage NOT LIKE 'Closed-Lost%'
            AND (closed_at IS NOT NULL OR stage <> 'Closed Won')""",
            (row["month"],),
        )[0]["amount"]
        assert sum(round(each["best"] * 100) for each in row["by_currency"]) == (best or 0)
    for row in ask(store, "scores").rows:
        grade = "(SELECT grade FROM scores WHERE lead_id = l.id)"
        assert row["leads"] <= count(f"leads AS l WHERE {grade} IS ?", row["grade"])
    for row in ask(store, "quality").rows:
        column = "owner_id" if row["field"] == "owner" else row["field"]
        assert row["blank"] == count(f"leads WHERE {column} IS NULL")


def test_what_is_won_in_the_present_month_is_in_the_forecast_without_open_deals(
    leadctl: Leadctl,
) -> None:
    for closed in ("2026-11-03", "2026-09-03"):
        leadctl.ok("deal", "add", "Oaks", "amount=70", "stage=Closed Won", f"closed_at={closed}")
    leadctl.ok("deal", "add", "Elms", "amount=30", "stage=Qualification", "closed_at=2026-12-01")
    rows = leadctl.ok("report", "forecast")
    assert [(row["month"], row["deals"], row["worst"], row["best"]) for row in rows] == [
        ("2026-11", 0, 70, 70),
        ("2026-12", 1, 0, 30),
    ]


def test_leads_to_work_are_none_that_are_closed_whatever_status_is_named(leadctl: Leadctl) -> None:
    for status in ("New", "Contacted", "Lost"):
        leadctl.ok("add", f"{status} One", f"status={status}")
    [row] = leadctl.ok("report", "aging", "--status", "!New")
    assert row["leads"] == 1
    daily = {
        row["what"]: row["number"] for row in leadctl.ok("report", "daily", "--status", "!New")
    }
    assert (daily["to_work"], daily["unowned"]) == (1, 1)


def test_means_and_rates_round_a_half_upwards_as_in_sql() -> None:
    spread = Spread({141: 3, 142: 1})
    assert spread.mean == 141.3
    assert rate(9, 32) == 0.2813


def test_scores_say_how_many_of_the_converted_never_had_one(leadctl: Leadctl) -> None:
    leadctl.ok("add", "Ana Ash", "email=ana@trees.example")
    leadctl.ok("convert", 1, "--yes")
    leadctl.ok("add", "Bob Birch", "email=bob@trees.example")
    leadctl.ok("score")
    notes = leadctl("report", "scores").err
    assert "1 of 1 converted never had a score: leadctl rules backtest" in notes
    leadctl.ok("convert", 2, "--yes")
    assert "1 of 2 converted never had a score" in leadctl("report", "scores").err


SNAPSHOTS = ("pipeline", "deals", "funnel", "sources", "cohorts", "velocity", "aging", "activity",
             "forecast", "quality", "reps")  # fmt: skip


def test_as_of_a_day_is_what_was_answered_on_that_day(leadctl: Leadctl) -> None:
    leadctl.now = NOW - timedelta(days=20)
    for name, source in (("Ana Ash", "Phone"), ("Bob Birch", "Email"), ("Cy Cedar", "")):
        leadctl.ok("add", name, f"source={source}", "company=Trees Ltd")
    leadctl.ok("rep", "add", "eva")
    leadctl.ok("assign", "--round-robin")
    leadctl.now = NOW - timedelta(days=15)
    leadctl.ok("edit", 1, "status=Contacted")
    leadctl.ok("log", 1, "call", "hello")
    convert = ("--yes", "--contact", "new", "--account", "new", "--deal", "Oaks", "--amount", 500)
    leadctl.ok("convert", 2, *convert)
    leadctl.ok("edit", 3, "status=Qualified")
    leadctl.ok("undo", "--yes")
    snapshot = {name: leadctl.ok("report", name) for name in SNAPSHOTS}
    leadctl.now = NOW
    leadctl.ok("edit", 1, "status=Lost", "source=Website")
    leadctl.ok("log", 3, "email", "sent")
    leadctl.ok("add", "Di Douglas")
    leadctl.ok("deal", "move", 1, "Closed Won")
    leadctl.ok("convert", 3, *convert[:-1], 900)
    day = (NOW - timedelta(days=15)).date()
    for name, was in snapshot.items():
        assert leadctl.ok("report", name, "--as-of", day) == was, name
        assert leadctl.ok("report", name) != was
    assert leadctl("report", "pipeline", "--as-of", "2027-01-01").code == 2
    assert leadctl.ok("report", "pipeline")[0]["leads"] == 1


def test_grades_that_share_a_band_stand_best_first(leadctl: Leadctl) -> None:
    leadctl.configure(
        """[[score]]
        name = "some"
        when = "country = 'FR'"
        points = 41
        [[score]]
        name = "more"
        when = "country = 'DE'"
        points = 47
        """
    )
    for country in ("FR", "DE"):
        leadctl.ok("add", f"{country} One", f"country={country}")
    leadctl.ok("score")
    rows = leadctl.ok("report", "scores")
    assert [(row["grade"], row["band"]) for row in rows] == [("B", "40 to 49"), ("C", "40 to 49")]


def test_costs_as_of_a_day_are_those_known_or_begun_by_then(leadctl: Leadctl) -> None:
    leadctl.now = NOW - timedelta(days=60)
    leadctl.ok("add", "Ana Ash", "source=Email", "campaign=Spring")
    leadctl.ok("source", "cost", "Email", "2026-10", 50)
    leadctl.ok("source", "cost", "Email", "2027-01", 5)
    leadctl.ok("campaign", "add", "Spring", "starts=2026-09-01", "ends=2026-09-10", "cost=30")
    then = {name: leadctl.ok("report", name) for name in ("sources", "campaigns")}
    day = leadctl.now.date()
    leadctl.now = NOW
    leadctl.ok("source", "cost", "Email", "2026-10", 60)
    leadctl.ok("source", "cost", "Email", "2026-11", 700)
    leadctl.ok("source", "rename", "Email", "Mail")
    leadctl.ok("campaign", "edit", "Spring", "cost=40")
    leadctl.ok("campaign", "add", "Later", "starts=2026-11-01", "ends=2026-11-10", "cost=9")
    for name, was in then.items():
        assert leadctl.ok("report", name, "--as-of", day) == was
    leadctl.ok("source", "cost", "Phone", "2026-08", 1000)
    rows = leadctl.ok("report", "sources", "--as-of", day)
    assert {row["source"]: row["cost"] for row in rows} == {"Email": 55, "Phone": 1000}
    assert sum(row["cost"] for row in leadctl.ok("report", "sources")) == 1765


def test_deals_as_of_a_day_have_what_they_had_then(leadctl: Leadctl) -> None:
    leadctl.now = NOW - timedelta(days=60)
    leadctl.ok("add", "Ana Ash", "source=Email", "company=Oak")
    leadctl.ok("add", "Ann Ash", "source=Phone", "company=Oaks")
    for lead, product in ((1, "Oven"), (2, "Hob")):
        leadctl.ok("convert", lead, "--deal", product, "--amount", 100 * lead, "--yes")
        leadctl.ok("deal", "edit", lead, f"product={product}", "source=Email")
    asked = [("deals", "--by", by) for by in ("source", "product")]
    asked.append(("forecast", "--by", "product"))
    then = [leadctl.ok("report", *words) for words in asked]
    day = leadctl.now.date()
    leadctl.now = NOW
    leadctl.ok("source", "rename", "Email", "Mail")
    leadctl.ok("deal", "edit", 1, "product=Range", "amount=900", "source=Fair")
    leadctl.ok("field", "add", "floor", "--on", "deal", "--type", "text")
    leadctl.ok("deal", "edit", 2, "floor=3")
    leadctl.ok("field", "remove", "floor", "--on", "deal", "--yes")
    assert [leadctl.ok("report", *words, "--as-of", day) for words in asked] == then
    assert [leadctl.ok("report", *words) for words in asked] != then


def test_who_came_in_later_is_named(leadctl: Leadctl) -> None:
    file = leadctl.write("old.csv", "Name,Status,Created\nAna Ash,Qualified,2026-01-05\n")
    leadctl.ok("import", file)
    outcome = leadctl("report", "pipeline", "--as-of", "2026-02-01", "--format", "csv")
    assert "Qualified,1," in outcome.out
    assert "1 lead came in later" in outcome.err


def test_days_are_those_of_the_zone_whatever_the_clocks_do(leadctl: Leadctl) -> None:
    (leadctl.folder / "leadctl.toml").write_text('timezone = "Europe/Berlin"\n')
    leads = leadctl.write(
        "leads.csv",
        "Id,Name,Lead Source,Created\n"
        "1,Ana Ash,Phone,2026-10-24 23:30\n"  # the clocks went back in the night after
        "2,Bo Birch,Phone,2026-10-25\n"
        "3,Cy Cedar,Email,2026-03-01\n",
    )
    deals = leadctl.write(
        "deals.csv",
        "Deal Name,Lead Id,Stage,Amount,Currency,Created,Closed\n"
        "A,1,Closed Won,100,EUR,2026-10-26 00:15,2026-10-26\n"
        "B,2,Closed Won,200.50,EUR,2026-10-25,2026-10-25 17:00\n"
        "C,2,Negotiation/Review,70,USD,2026-10-26,\n"
        "D,3,Closed Won,5,USD,2026-02-27,2026-02-28\n",
    )
    leadctl.ok("import", leads, "--system", "old")
    leadctl.ok("import", deals, "--as", "deals", "--system", "old")
    [phone, email] = sorted(
        leadctl.ok("report", "sources"), key=lambda row: row["source"], reverse=True
    )
    # One lead took two days by the calendar, the other none; a deal without time agrees with both.
    assert (phone["leads"], phone["converted"], phone["mean_days_to_convert"]) == (2, 2, 1)
    assert (phone["deals"], phone["won"], phone["revenue"], phone["currency"]) == (
        3, 2, 300.5, "EUR",
    )  # fmt: skip
    assert (email["converted"], email["time_errors"], email["median_days_to_convert"]) == (
        1, 1, None,
    )  # fmt: skip
    funnel = {row["status"]: row["reached"] for row in leadctl.ok("report", "funnel")}
    assert (funnel["New"], funnel["Converted"], funnel["Deal"], funnel["Deal won"]) == (3, 3, 3, 3)
    months = leadctl.ok("report", "cohorts")
    assert [(row["cohort"], row["by_month"]) for row in months] == [
        ("2026-03", [0]),
        ("2026-10", [2]),
    ]
    stages = {row["stage"]: row for row in leadctl.ok("report", "deals")}
    assert (stages["Closed Won"]["amount"], stages["Closed Won"]["by_currency"]) == (None, [
        {"currency": "EUR", "amount": 300.5, "weighted": 300.5},
        {"currency": "USD", "amount": 5, "weighted": 5},
    ])  # fmt: skip


def test_the_estimate_looks_through_what_is_yet_to_come() -> None:
    # Ten leads, five of them for ten days only: of the others half were converted on day 20.
    survival = Survival()
    survival.waiting.update({10: 5, 30: 2})
    survival.converted.update({5: 1, 20: 2})
    # 1 of 10 on day 5, then 2 of the 4 that were there longer than ten days: 1 - 9/10 * 2/4.
    assert survival.rate_at(30) == 0.55
    assert survival.rate_at(7) == 0.1
    assert Survival().rate_at(3) is None


def test_the_interval_is_that_of_wilson() -> None:
    # Brown, Cai and DasGupta's and everybody's example: 0 of 10 and 10 of 10.
    assert interval(0, 10) == (0.0, 0.2775)
    assert interval(10, 10) == (0.7225, 1.0)
    assert interval(1, 3) == (0.0615, 0.7923)
    assert interval(0, 0) == (None, None)


PERIODS = [
    ("2026", "2026-01-01", "2026-12-31", "2025-01-01", "2025-12-31"),
    ("2026-Q3", "2026-07-01", "2026-09-30", "2026-04-01", "2026-06-30"),
    ("2026-03", "2026-03-01", "2026-03-31", "2026-02-01", "2026-02-28"),
    ("2026-W01", "2025-12-29", "2026-01-04", "2025-12-22", "2025-12-28"),
    ("last-30d", "2026-10-24", "2026-11-22", "2026-09-24", "2026-10-23"),
    ("last-3m", "2026-08-01", "2026-10-31", "2026-05-01", "2026-07-31"),
    ("this-quarter", "2026-10-01", "2026-12-31", "2026-07-01", "2026-09-30"),
    ("last-month", "2026-10-01", "2026-10-31", "2026-09-01", "2026-09-30"),
    ("yesterday", "2026-11-21", "2026-11-21", "2026-11-20", "2026-11-20"),
]


@pytest.mark.parametrize("case", PERIODS, ids=lambda case: case[0])
def test_periods_and_those_before_them(case: tuple[str, ...]) -> None:
    name, *days = case
    period = parse(name, TODAY)
    before = period.previous()
    assert before is not None
    found = (period.first, period.last, before.first, before.last)
    assert [at(day or 0)[:10] for day in found] == days


def test_deals_by_a_field_of_their_leads(leadctl: Leadctl) -> None:
    leadctl.ok("add", "Ana Ash", "city=Graz", "industry=Tiles")
    leadctl.ok("add", "Bo Birch", "city=graz")
    for lead, amount in ((1, 500), (2, 700)):
        terms = ("--contact", "new", "--account", "none", "--deal", "Oaks", "--amount", amount)
        leadctl.ok("convert", lead, "--yes", *terms)
    leadctl.ok("deal", "add", "Without a lead", "amount=9")
    for name in ("deals", "forecast"):
        rows = leadctl.ok("report", name, "--by", "city")
        assert [(row["city"], row["deals"]) for row in rows] == [("Graz", 2), (None, 1)], name
        assert [row["amount"] for row in rows] == [1200, 9]
    assert "did you mean city" in leadctl("report", "deals", "--by", "citty").err


def test_the_morning_mail_of_a_day_has_the_tasks_of_then(
    leadctl: Leadctl, store: Store, leads: Any
) -> None:
    leads({"created_at": at(TODAY - 9), "created_day": TODAY - 9})
    leadctl.now = NOW - timedelta(days=5)
    with store.operation("log") as op:
        op.create("task", [
            {"lead_id": 1, "title": "Call", "due_day": TODAY - 3, "done_at": at(TODAY - 1),
             "created_at": at(TODAY - 5), "created_day": TODAY - 5},
        ])  # fmt: skip
    leadctl.now = NOW

    def tasks(*words: Any) -> list[int]:
        rows = {row["what"]: row["number"] for row in leadctl.ok("report", "daily", *words)}
        return [rows["tasks_due"], rows["tasks_late"]]

    days = [str(NOW.date() - timedelta(days=back)) for back in (6, 3, 2, 1)]
    assert [tasks("--as-of", day) for day in days] == [[0, 0], [1, 0], [0, 1], [0, 0]]
    assert tasks() == [0, 0]


def test_a_field_called_as_a_figure_keeps_its_own_column(leadctl: Leadctl) -> None:
    leadctl.ok("field", "add", "cost", "--type", "text")
    leadctl.ok("add", "Ana Ash", "source=Phone", "currency=CHF", "cost=dear")
    leadctl.ok("add", "Bo Birch", "source=Phone")
    leadctl.ok("convert", 1, "--yes", "--deal", "Oaks", "--amount", "5 EUR", "--stage", "won")
    rows = leadctl.ok("report", "sources", "--by", "currency")
    assert [(row["lead_currency"], row["leads"], row["currency"]) for row in rows] == [
        ("CHF", 1, "EUR"),
        (None, 1, None),
    ]
    assert [row["lead_cost"] for row in leadctl.ok("report", "sources", "--by", "cost")] == [
        "dear",
        None,
    ]
    leadctl.ok("deal", "add", "Elms", "currency=USD")
    for name in ("deals", "forecast"):
        rows = leadctl.ok("report", name, "--by", "currency")
        assert sorted(row["deal_currency"] for row in rows) == ["EUR", "USD"]
        head = leadctl("report", name, "--by", "currency", "--format", "csv").out.splitlines()[0]
        assert len(set(head.split(","))) == len(head.split(","))


def test_a_field_of_numbers_groups_by_all_their_digits(leadctl: Leadctl) -> None:
    leadctl.ok("field", "add", "ratio", "--type", "number")
    for number, ratio in enumerate(("0.1", "0.299999999999999", "0.3", "7")):
        leadctl.ok("add", f"Some One{number}", f"ratio={ratio}")
        leadctl.ok("edit", number + 1, "status=Contacted")
        leadctl.ok("log", number + 1, "call", "hello")
    for name, field in (("funnel", "leads"), ("activity", "activities"), ("pipeline", "leads")):
        found = leadctl.ok("report", name, "--by", "ratio")
        counts = {row["ratio"]: row[field] for row in found}
        assert counts == dict.fromkeys((0.1, 0.299999999999999, 0.3, 7), 1), name


def test_deals_come_from_where_their_lead_came_from(leadctl: Leadctl) -> None:
    leadctl.ok("add", "Ana Ash", "source=Phone", "country=DE", "campaign=Fair")
    leadctl.ok("convert", 1, "--yes", "--deal", "Oaks", "--amount", "5 EUR")
    leadctl.ok("deal", "add", "Elms", "lead=1", "amount=7 EUR")
    leadctl.ok("deal", "add", "Firs", "source=Email", "amount=9 EUR")
    rows = leadctl.ok("report", "deals", "--by", "source")
    assert {row["source"]: row["amount"] for row in rows} == {"Phone": 12, "Email": 9}
    for field, value in (("country", "DE"), ("campaign", "Fair")):
        rows = leadctl.ok("report", "deals", "--by", field)
        assert {row[field]: row["amount"] for row in rows} == {value: 12, None: 9}


def test_a_deal_that_closed_later_has_the_probability_of_its_stage_of_then(
    leadctl: Leadctl,
) -> None:
    deals = leadctl.write(
        "deals.csv",
        "Deal Name,Stage,Amount,Currency,Created,Close Date\n"
        "A,Closed Won,100,EUR,2026-07-01,2026-08-15\n"
        "B,Closed Lost,200,EUR,2026-07-01,2026-08-15\n",
    )
    leadctl.ok("import", deals, "--as", "deals")
    [row] = leadctl.ok("report", "deals", "--as-of", "2026-07-31")
    assert (row["stage"], row["deals"], row["amount"], row["weighted"]) == (
        "Qualification", 2, 300, 30,
    )  # fmt: skip
    [row] = leadctl.ok("report", "forecast", "--as-of", "2026-07-31")
    assert (row["worst"], row["expected"], row["best"]) == (0, 30, 300)


def test_the_day_names_the_list_of_yesterday_alone(leadctl: Leadctl) -> None:
    leadctl.now = NOW - timedelta(days=1)
    leadctl.ok("add", "Ana Ash")
    leadctl.now = NOW
    [new, *_] = leadctl.ok("report", "daily")
    assert (new["number"], new["next"]) == (1, "leadctl list --since yesterday")
    [new, *_] = leadctl.ok("report", "daily", "--period", "last-30d")
    assert (new["number"], new["next"]) == (1, None)


def test_who_is_only_called_converted_is_said(leadctl: Leadctl) -> None:
    file = leadctl.write("old.csv", "Name,Status,Source\nAna Ash,Won over,Phone\nBo Birch,New,\n")
    leadctl.ok("import", file)
    roles = {"New": "open", "Busy": "working", "Good": "qualified", "Won over": "converted",
             "Lost": "lost", "Junk": "junk"}  # fmt: skip
    leadctl.configure(
        "".join(f'[[status]]\nname = "{name}"\nrole = "{role}"\n' for name, role in roles.items())
    )
    for name in ("sources", "campaigns"):
        outcome = leadctl("report", name)
        assert "1 lead by the status alone converted" in outcome.err
    leadctl.ok("convert", 1, "--anyway", "--yes")
    assert "status alone" not in leadctl("report", "sources").err


def test_a_deal_counts_for_its_lead_converted_or_not(leadctl: Leadctl) -> None:
    for name, source in (("Ana Ash", "Phone"), ("Bo Birch", "Email"), ("Cy Cole", "Phone")):
        leadctl.ok("add", name, f"source={source}", f"campaign={source} 1")
    leadctl.ok("convert", 1, "--yes", "--deal", "Oaks", "--amount", "5 EUR")
    leadctl.ok("deal", "add", "Elms", "lead=1", "amount=7 EUR", "stage=Closed Won")
    leadctl.ok("deal", "add", "Firs", "lead=2", "amount=9 USD", "stage=Closed Won")
    leadctl.ok("deal", "add", "Pines", "stage=Closed Won")
    with leadctl.store().operation("a deal that only its lead names") as op:
        (limes,) = op.create("deal", [
            {"stage": "Closed Won", "amount": 300, "created_at": at(TODAY), "created_day": TODAY}
        ])  # fmt: skip
        op.update("lead", [(3, {"deal_id": limes})])
    for name, phone, email in (
        ("sources", "Phone", "Email"), ("campaigns", "Phone 1", "Email 1")
    ):  # fmt: skip
        rows = {row[name[:-1]]: row for row in leadctl.ok("report", name)}
        assert (rows[phone]["deals"], rows[phone]["won"]) == (3, 2)
        assert {each["currency"]: each["revenue"] for each in rows[phone]["by_currency"]} == {
            "EUR": 7, None: 3,
        }  # fmt: skip
        assert (rows[email]["deals"], rows[email]["revenue"]) == (1, 9)
    reached = {row["status"]: row["reached"] for row in leadctl.ok("report", "funnel")}
    assert (reached["Deal"], reached["Deal won"]) == (3, 3)
    by_source = {
        (row["status"], row["source"]): row["reached"]
        for row in leadctl.ok("report", "funnel", "--by", "source")
    }
    assert (by_source["Deal", "Phone"], by_source["Deal won", "Email"]) == (2, 1)


def test_days_to_convert_follow_the_zone_when_days_are_mended(leadctl: Leadctl) -> None:
    leadctl.now = NOW.replace(hour=10)
    leadctl.ok("add", "Ana Ash", "source=Phone")
    leadctl.now = NOW.replace(hour=20) + timedelta(days=1)
    leadctl.ok("convert", 1, "--yes", "--deal", "Oaks")
    [row] = leadctl.ok("report", "sources")
    assert (row["mean_days_to_convert"], row["converted"]) == (1, 1)
    (leadctl.folder / "leadctl.toml").write_text('timezone = "Asia/Tokyo"\n')
    leadctl.ok("db", "doctor", "--fix")
    [row] = leadctl.ok("report", "sources")
    assert (row["mean_days_to_convert"], row["converted"]) == (2, 1)
    steps = {row["status"]: row["median_days"] for row in leadctl.ok("report", "funnel")}
    assert (steps["Converted"], steps["Deal"]) == (2, 2)


@pytest.mark.parametrize(
    "name", ["pipeline", "sources", "campaigns", "funnel", "cohorts", "scores"]
)
def test_a_report_of_all_leads_reads_no_wide_table_from_end_to_end(
    store: Store, leads: Any, name: str
) -> None:
    leads(3)
    asked: list[str] = []
    store.connection.set_trace_callback(asked.append)
    ask(store, name, alone=True)
    store.connection.set_trace_callback(None)
    steps = [
        row["detail"] for sql in asked for row in store.query(f"EXPLAIN QUERY PLAN {sql}")
    ]  # fmt: skip
    tables = ("l", "leads", "d", "deals", "status_moves", "s", "scores")
    scans = [step for step in steps if step.startswith("SCAN ") and step.split()[1] in tables]
    assert [step for step in scans if "COVERING INDEX" not in step] == []
    assert scans
