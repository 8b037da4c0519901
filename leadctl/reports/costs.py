"""What sources and campaigns cost in a period: by month, or from their first day to their last."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from leadctl.reports.figures import half_up
from leadctl.reports.period import Period, moved
from leadctl.stored import day_number, day_of_number

if TYPE_CHECKING:
    from leadctl.store import Store


class Cost(NamedTuple):
    """What something cost in a period, in hundredths; `part` says that some of it lies outside."""

    name: str
    currency: str | None
    amount: int
    part: bool


def of_sources(store: Store, period: Period) -> list[Cost]:
    """Return what sources cost; of a month that is partly in the period, as many of its days."""
    rows = store.query(
        """SELECT source AS name, month, amount, upper(currency) AS currency FROM source_costs
        ORDER BY id"""
    )
    costs = []
    for row in rows:
        first = day_of_number(_day(f"{row['month']}-01"))
        last = day_number(moved(first, "month", 1)) - 1
        costs += _within(period, day_number(first), last, row)
    return costs


def of_campaigns(store: Store, period: Period) -> list[Cost]:
    """Return what campaigns cost, spread evenly over their days where they have a first and a last."""
    rows = store.query(
        """SELECT name, coalesce(starts_day, created_day) AS first, ends_day AS last,
            cost AS amount, upper(currency) AS currency
        FROM campaigns WHERE cost IS NOT NULL AND name IS NOT NULL ORDER BY id"""
    )
    costs = []
    for row in rows:
        last = row["first"] if row["last"] is None else max(row["first"], row["last"])
        costs += _within(period, row["first"], last, row)
    return costs


def _within(period: Period, first: int, last: int, row: dict[str, object]) -> list[Cost]:
    amount, currency = row["amount"], row["currency"]
    assert isinstance(amount, int)
    since = first if period.first is None else max(first, period.first)
    until = last if period.last is None else min(last, period.last)
    days, inside = last - first + 1, until - since + 1
    if inside <= 0:
        return []
    name = str(row["name"])
    share = half_up(amount * inside, days)
    return [Cost(name, str(currency) if currency else None, share, inside < days)]


def _day(written: str) -> int:
    from datetime import date

    return day_number(date.fromisoformat(written))
