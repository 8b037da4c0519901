"""Reps and pools as a deal finds them: leave, hours, what their caps leave, and whose turn it is."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from leadctl.assigning.limits import CAPS
from leadctl.assigning.moment import Moment
from leadctl.rules.attendance import LEFT, Absence, Rep, Team, absence
from leadctl.rules.pools import Pool, Seat
from leadctl.rules.quota import Quota, Share

if TYPE_CHECKING:
    from leadctl.store import Row, Store


def read_team(
    store: Store, moment: Moment, closed: Sequence[str], *, counts_open: bool = False
) -> Team:
    """Return all reps as of a moment; `closed` are the statuses of leads that nobody works.

    Leads to work are counted where a cap needs that, else only with `counts_open`.
    """
    rows = store.reps(everyone=True)
    counts_open = counts_open or _any(rows, "max_open")
    open_leads = store.open_leads(closed) if counts_open else {}
    today = _got_since(store, moment.day) if _any(rows, "max_day") else {}
    week = _got_since(store, moment.week) if _any(rows, "max_week") else {}
    used = {"max_open": open_leads, "max_day": today, "max_week": week}
    return Team(
        Rep(
            row["id"],
            row["name"],
            absence(row, moment.today, moment.weekday, moment.minute),
            caps_of(row, {cap: counts.get(row["id"], 0) for cap, counts in used.items()}),
            open_leads.get(row["id"], 0),
        )
        for row in rows
    )


def caps_of(rep: Mapping[str, Any], used: Mapping[str, int]) -> dict[str, int]:
    """Return each cap of a rep in words -> how many leads it leaves."""
    return {
        f"{rep[cap]:,} {words}": rep[cap] - used[cap]
        for cap, words in CAPS.items()
        if rep[cap] is not None
    }


def names_only(store: Store) -> Team:
    """Return who there is, for checking the names that rules have."""
    rows = store.reps(everyone=True)
    return Team(
        Rep(row["id"], row["name"], None if row["active"] else Absence(LEFT)) for row in rows
    )


def _any(rows: Sequence[Row], column: str) -> bool:
    return any(row[column] is not None for row in rows)


def _got_since(store: Store, since: str) -> dict[int, int]:
    """Return rep -> how many leads they were given since a time, by rule or by hand."""
    rows = store.query(
        """SELECT a.rep_id, count(DISTINCT a.lead_id) AS leads FROM reasons AS w
        CROSS JOIN assignments AS a ON a.reason_id = w.id AND a.rep_id IN (
            SELECT id FROM reps WHERE max_day IS NOT NULL OR max_week IS NOT NULL)
        WHERE w.at >= :since GROUP BY a.rep_id""",
        {"since": since},
    )
    return {row["rep_id"]: row["leads"] for row in rows}


def pool_of(store: Store, pool: Row, team: Team) -> Pool:
    """Return a pool with its seats, whom it dealt to last, and the count of its weights."""
    seats = [
        Seat(rep["id"], bool(rep["member"]), rep.get("weight") or 1) for rep in store.ring(pool)
    ]
    quota = None
    if pool["quota"]:
        quota = Quota(Share(*share) for share in json.loads(pool["quota"]))
    last = pool["last_rep_id"]
    if last not in {seat.rep for seat in seats} or store.was_seated_since(pool["id"], last):
        # The seat of that deal is no more, as if never taken: the turn is behind the one before.
        last = store.last_dealt_to(pool["id"], [seat.rep for seat in seats])
    return Pool(pool["id"], pool["name"], seats, team, last, quota)


def facts_of(pool: Pool) -> dict[str, Any]:
    """Return the facts of a pool that dealing moves."""
    facts: dict[str, Any] = {"last_rep_id": pool.last}
    if pool.quota is not None:
        # In one field, so that undo takes back the whole count or leaves it.
        facts["quota"] = json.dumps(pool.quota.shares, separators=(",", ":"))
    return facts
