"""Where leads come from, as words on records: how many each has, another name for it, what it cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from leadctl.journal import Operation
    from leadctl.store import Store

WITH_SOURCE = ("lead", "contact", "deal", "campaign", "source_cost")
"""The kinds of records that have a source; only leads are counted by it."""


class Used(NamedTuple):
    """A source as leads have it: its spelling, how many leads, and the cost in hundredths.

    `cost` is None where there is none, or where it is of several currencies.
    """

    name: str
    leads: int
    cost: int | None
    currency: str | None


def used(store: Store) -> list[Used]:
    """Return every source that a lead or a cost has, by name without case."""
    rows = store.query(
        """WITH names AS (
            SELECT source, count(*) AS leads FROM leads WHERE source IS NOT NULL GROUP BY source),
        costs AS (
            SELECT source, sum(amount) AS cost, min(currency) AS currency,
                count(DISTINCT coalesce(currency, '')) AS currencies
            FROM source_costs GROUP BY source)
        SELECT n.source AS name, n.leads, c.cost, c.currency, c.currencies FROM names AS n
        LEFT JOIN costs AS c ON c.source = n.source
        UNION ALL SELECT source, 0, cost, currency, currencies FROM costs
        WHERE source NOT IN (SELECT source FROM names) ORDER BY 1"""
    )
    return [
        Used(
            row["name"],
            row["leads"],
            row["cost"] if row["currencies"] == 1 else None,
            row["currency"] if row["currencies"] == 1 else None,
        )
        for row in rows
    ]


def rename(op: Operation, old: str, new: str) -> dict[str, int]:
    """Give all records of a source another one; return kind -> how many changed."""
    from leadctl.fields import KINDS

    changed = {}
    for kind in WITH_SOURCE:
        changed[kind] = op.update_field(
            kind,
            "source",
            f"SELECT id, :new FROM {KINDS[kind]} WHERE source = :old",
            {"old": old, "new": new},
        )
    return changed


def costs_in_both(store: Store, old: str, new: str) -> list[str]:
    """Return the months in which two sources have a cost in one currency, so that none can move."""
    rows = store.query(
        """SELECT a.month FROM source_costs AS a JOIN source_costs AS b ON b.month = a.month
        AND coalesce(b.currency, '') = coalesce(a.currency, '') AND b.source = :new
        WHERE a.source = :old AND a.id <> b.id ORDER BY a.month""",
        {"old": old, "new": new},
    )
    return [row["month"] for row in rows]


def set_cost(op: Operation, store: Store, source: str, month: str, cost: dict[str, Any]) -> str:
    """Write what a source cost in a month; return created, updated or unchanged.

    `cost` has `amount` in hundredths and `currency`; a source has one cost a month and currency. One
    that was noted without a currency gets it, and one without replaces the only one there is.
    """
    there = store.query(
        """SELECT id, currency FROM source_costs WHERE source = :source AND month = :month
        ORDER BY id""",
        {"source": source, "month": month},
    )
    by_currency = {(row["currency"] or "").casefold(): row for row in there}
    meant = by_currency.get((cost["currency"] or "").casefold())
    if meant is None and cost["currency"]:
        meant = by_currency.get("")
    elif meant is None and len(there) == 1:
        meant = there[0]
    if meant is None:
        op.create("source_cost", [{"source": source, "month": month, **cost}])
        return "created"
    values = {"amount": cost["amount"], "currency": cost["currency"] or meant["currency"]}
    return "updated" if op.update("source_cost", [(meant["id"], values)]) else "unchanged"
