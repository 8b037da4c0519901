"""Reports: what the leads add up to, as rows of figures; how they look is not decided here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from leadctl.lead_view import LeadFilter

if TYPE_CHECKING:
    from leadctl.store import Store

NAMES = ("pipeline",)
"""The reports there are."""

Row = dict[str, Any]


class Pipeline(NamedTuple):
    """Leads by status, in the order of the list, and the row of all of them."""

    rows: list[Row]
    all: Row


class Day(NamedTuple):
    """How many leads there are to work, and of these: never touched, without owner, unscored, mine."""

    to_work: int
    untouched: int
    unowned: int
    unscored: int
    mine: int


def pipeline(store: Store, wanted: LeadFilter, statuses: Sequence[str]) -> Pipeline:
    """Return `status`, `leads`, `mean_score`, `median_age_days` and `unowned` of every status.

    `statuses` stand first, in their order and also without leads; words that are in no list follow.
    Means are whole numbers; a mean and a median of nothing are None.
    """
    where, bound = wanted.sql()
    # The median of n ages is the mean of the first age that at least half of them do not exceed,
    # and of the first that more than half do not exceed. Counting by age first keeps it small;
    # the part NULL is all leads, so that one statement sees one moment.
    found = store.query_leads(
        wanted,
        f"""WITH by_age AS (
            SELECT status, age_days AS age, count(*) AS leads, count(owner_id) AS owned,
                count(total) AS scored, sum(total) AS points
            FROM lead LEFT JOIN (SELECT lead_id, total FROM scores) AS s ON s.lead_id = lead.id
            WHERE {where} GROUP BY status, age_days),
        parts AS (
            SELECT status AS part, age, leads, owned, scored, points FROM by_age
            UNION ALL SELECT NULL, age, leads, owned, scored, points FROM by_age),
        ranked AS (
            SELECT parts.*, sum(leads) OVER (PARTITION BY part) AS of_part,
                sum(leads) OVER (PARTITION BY part ORDER BY age ROWS UNBOUNDED PRECEDING) AS up_to
            FROM parts)
        SELECT part AS status, sum(leads) AS leads, sum(leads) - sum(owned) AS unowned,
            sum(scored) AS scored, sum(points) AS points,
            min(CASE WHEN 2 * up_to >= of_part THEN age END)
            + min(CASE WHEN 2 * up_to > of_part THEN age END) AS twice_the_median
        FROM ranked GROUP BY part ORDER BY part""",
        bound,
    )
    everything = next((row for row in found if row["status"] is None), _nothing("all"))
    by_status = [row for row in found if row["status"] is not None]
    return Pipeline(
        rows=[_figures(row) for row in _in_order(by_status, statuses)],
        all=_figures({**everything, "status": "all"}),
    )


def day(store: Store, wanted: LeadFilter, me: int | None) -> Day:
    """Return the figures of a working day over the leads of a filter; `me` is a rep's id."""
    where, bound = wanted.sql()
    (row,) = store.query_leads(
        wanted,
        f"""SELECT count(*) AS to_work, coalesce(sum(activities = 0), 0) AS untouched,
            coalesce(sum(owner_id IS NULL), 0) AS unowned,
            coalesce(sum(score IS NULL), 0) AS unscored, coalesce(sum(owner_id = :me), 0) AS mine
        FROM lead WHERE {where}""",
        {**bound, "me": me},
    )
    return Day(**row)


def _in_order(found: Sequence[Row], statuses: Sequence[str]) -> list[Row]:
    """Return the rows in the order of the list, with its spelling, then those of no list."""
    by_word = {_without_case(row["status"]): row for row in found}
    listed = {_without_case(status): status for status in statuses}
    rows = [
        {**by_word.get(word, _nothing(status)), "status": status} for word, status in listed.items()
    ]
    return rows + [row for word, row in by_word.items() if word not in listed]


def _without_case(word: str) -> bytes:
    """Return a word as the database compares it: only ASCII letters have no case."""
    return word.encode().lower()


def _nothing(status: str) -> Row:
    return {
        "status": status, "leads": 0, "unowned": 0,
        "scored": 0, "points": None, "twice_the_median": None,
    }  # fmt: skip


def _figures(row: Row) -> Row:
    scored, points, twice = row["scored"], row["points"], row["twice_the_median"]
    return {
        "status": row["status"],
        "leads": row["leads"],
        "mean_score": (2 * points + scored) // (2 * scored) if scored else None,
        "median_age_days": None if twice is None else twice // 2 if twice % 2 == 0 else twice / 2,
        "unowned": row["unowned"],
    }
