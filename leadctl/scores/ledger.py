"""The ledger as one statement: for which leads, as of which day, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from leadctl.rules.scoring import ScoreRules, weight_column, weights

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

    Its columns are lead_id, total, fit, engagement, grade, rank and points, a JSON array of the
    points of all lines. `:today` is to be bound; `set_weights` comes before.
    """
    weighed = " LEFT JOIN temp.weights ON age = :today - day" if rules.half_lives else ""
    # Materialized, because SQLite would else work out each expression wherever it is named.
    return f"""WITH touches AS (
        SELECT {_named({"_lead": "lead_id"}, rules.tallies)} FROM activities{weighed}
        WHERE {scope.activities} AND {rules.counted_sql} GROUP BY lead_id
    ), lines AS MATERIALIZED (
        SELECT {_named({"lead_id": "lead.id"}, rules.line_points)}
        FROM lead LEFT JOIN touches ON touches._lead = lead.id WHERE {scope.leads}
    ), sums AS (SELECT *, {_named(rules.sums)} FROM lines
    ), groups AS (SELECT *, {_named(rules.groups)} FROM sums
    ), totals AS (SELECT *, {_named(rules.total)} FROM groups
    ), ledger AS MATERIALIZED (
        SELECT lead_id, total, fit, engagement, {rules.grade_sql} AS grade,
            {rules.ranks.sql} AS rank, {rules.points_sql} AS points FROM totals
    )"""


def _named(*columns: Mapping[str, str]) -> str:
    return ", ".join(f"{sql} AS {name}" for group in columns for name, sql in group.items())


def set_weights(store: Store, rules: ScoreRules) -> None:
    """Make the table that says, for each half-life of the rules, what an activity of an age counts.

    It has a row for every age at which one of them still counts for something.
    """
    store.connection.execute("DROP TABLE IF EXISTS temp.weights")
    if not rules.half_lives:
        return
    columns = ", ".join(f"{weight_column(each)} INTEGER NOT NULL" for each in rules.half_lives)
    marks = ", ".join("?" * len(rules.half_lives))
    store.connection.execute(f"CREATE TEMP TABLE weights (age INTEGER PRIMARY KEY, {columns})")
    by_age = zip_longest(*map(weights, rules.half_lives), fillvalue=0)
    store.connection.executemany(
        f"INSERT INTO temp.weights VALUES (?, {marks})",
        ((age, *of) for age, of in enumerate(by_age)),
    )


def ledger_of(store: Store, rules: ScoreRules, lead: int) -> Row:
    """Return what a run of these rules would give the lead now."""
    set_weights(store, rules)
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
