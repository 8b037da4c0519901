"""The ledger as one statement: for which leads, as of which day, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from leadctl.rules.scoring import ScoreRules

if TYPE_CHECKING:
    from leadctl.store import Row, Store


class Scope(NamedTuple):
    """Which leads are computed, and whose activities are counted for that."""

    leads: str
    activities: str


# A converted lead keeps the score with which it was converted.
EVERY = Scope("lead.converted_at IS NULL", "lead_id IS NOT NULL")
WANTED = Scope(
    "lead.converted_at IS NULL AND lead.id IN (SELECT id FROM temp.wanted)",
    "lead_id IN (SELECT id FROM temp.wanted)",
)
ONE = Scope("lead.id = :lead", "lead_id = :lead")


def ledger_sql(rules: ScoreRules, scope: Scope = EVERY) -> str:
    """Return the WITH clause that computes the table `ledger` from the lead view.

    Its columns are lead_id, total, fit, engagement, grade and points, a JSON array of the points
    of all lines. `:today` is to be bound.
    """
    # Materialized, because SQLite would else work out each expression wherever it is named.
    return f"""WITH touches AS (
        SELECT {_named({"_lead": "lead_id"}, _counts(rules))} FROM activities
        WHERE {scope.activities} AND {rules.counted_sql} GROUP BY lead_id
    ), lines AS MATERIALIZED (
        SELECT {_named({"lead_id": "lead.id"}, rules.line_points)}
        FROM lead LEFT JOIN touches ON touches._lead = lead.id WHERE {scope.leads}
    ), sums AS (SELECT *, {_named(rules.sums)} FROM lines
    ), groups AS (SELECT *, {_named(rules.groups)} FROM sums
    ), totals AS (SELECT *, {_named(rules.total)} FROM groups
    ), ledger AS MATERIALIZED (
        SELECT lead_id, total, fit, engagement, {rules.grade_sql} AS grade,
            {rules.points_sql} AS points FROM totals
    )"""


def _named(*columns: Mapping[str, str]) -> str:
    return ", ".join(f"{sql} AS {name}" for group in columns for name, sql in group.items())


def _counts(rules: ScoreRules) -> dict[str, str]:
    return {
        column: f"count(*) FILTER (WHERE {condition})"
        for column, condition in rules.activity_counts.items()
    }


def ledger_of(store: Store, rules: ScoreRules, lead: int) -> Row:
    """Return what a run of these rules would give the lead now."""
    return store.query(
        f"{ledger_sql(rules, ONE)} SELECT * FROM ledger", {"today": today(store), "lead": lead}
    )[0]


def today(store: Store) -> int:
    """Return the day number from which ages and windows count."""
    return int(store.value("SELECT day FROM temp.clock"))


@contextmanager
def as_of(store: Store, day: int) -> Iterator[None]:
    """Let ages and windows count from this day within the block."""
    present = today(store)
    store.set_today(day)
    try:
        yield
    finally:
        store.set_today(present)
