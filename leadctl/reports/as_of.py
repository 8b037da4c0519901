"""What reports would have answered at the end of an earlier day."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from leadctl import moves, past
from leadctl.fields import KINDS
from leadctl.stored import day_of_number

if TYPE_CHECKING:
    from leadctl.config import Settings
    from leadctl.past import Half, Past
    from leadctl.store import Store

COSTS = {
    "source_cost": "month <= :month",
    "campaign": "coalesce(starts_day, created_day) <= :day",
}
"""Kind -> when the time had begun that a record says the cost of."""


@contextmanager
def as_of(
    store: Store,
    settings: Settings,
    moment: str,
    day: int,
    reads: Collection[str] | None = None,
    half: Half | None = None,
) -> Iterator[Past]:
    """Let the block report as of a moment (UTC, as stored) of a day; it must only read.

    Leads and activities are those of `past.leads_as_of`. A deal is there if it was created by then,
    with the values that the history knows for then, and in the first stage, with the probability of
    that, where it closed later and no earlier stage is known; operations and what assign dealt
    count up to the moment, costs if they were written down by then or are of a time that had begun.
    Nothing of it stays. `reads` are the columns of leads that the report reads of those that may
    change, and `deals`, `status_moves` or `moves_left` if it reads these; None if it is not known.
    Of `half` of the leads, see `past.leads_as_of`, nothing may be read that belongs to the others.
    """
    with_deals, with_moves = (
        reads is None or table in reads for table in ("deals", "status_moves")
    )
    if with_deals and reads is not None and store.value(_LED_TO_BY_LEADS):
        reads = (*reads, "deal_id")
    with past.leads_as_of(store, settings, moment, day, reads, half) as was:
        bound = {"moment": moment}
        _hide_later(store, "operations", "at", bound)
        _hide_later(store, "reasons", "at", bound)
        _find_known_costs(store, {**bound, "day": day})
        if with_deals:
            _hide_later(store, "deals", "created_at", bound, half)
            _put_back(store, "deal", bound)
            _find_leads_of_deals(store)
            _open_again(store, settings, bound)
        else:
            _hide_all(store, "deals")
        if with_moves:
            _hide_later_moves(store, bound, reads, half)
        elif reads is not None and "moves_left" in reads:
            _hide_later_leaving(store, half)
        else:
            _hide_all(store, "status_moves")
        yield was


def middle(store: Store, few: int) -> int | None:
    """Return the last lead of the first half, None of leads with no more than a `few` ids.

    A deal that names no lead may be that of a lead in either half: then there are none.
    """
    # Asked for together, they would be looked for in all rows.
    first, last = (store.value(f"SELECT {end}(id) FROM leads") or 0 for end in ("min", "max"))
    if last - first <= few or store.value(_LED_TO_BY_LEADS):
        return None
    return (first + last) // 2


_LED_TO_BY_LEADS = "SELECT EXISTS (SELECT 1 FROM deals WHERE lead_id IS NULL)"


def _hide_later(
    store: Store, table: str, at: str, bound: Mapping[str, Any], half: Half | None = None
) -> None:
    """Let a table be its rows that were there by then, from the time on that a column says."""
    store.connection.execute(
        f"""CREATE TEMP TABLE {table} AS SELECT * FROM main.{table}
        WHERE {at} <= :moment AND {past.among(half, "lead_id", or_none=True)}""",
        bound,
    )


def _hide_all(store: Store, table: str) -> None:
    """Let a table that nobody reads be without its columns: who does read it gets no wrong figure."""
    store.connection.execute(f"CREATE TEMP VIEW {table} AS SELECT 'not of then'")


def _put_back(store: Store, kind: str, bound: Mapping[str, Any]) -> None:
    """Give the records of a temporary table the values that the history knows for the moment."""
    table = KINDS[kind]
    later = f"""FROM main.changes AS c JOIN main.operations AS o ON o.id = c.operation
        WHERE c.kind = '{kind}' AND c.undone_by IS NULL AND o.undoes IS NULL AND o.at > :moment"""
    changed = store.query(
        f"""SELECT name FROM pragma_table_info('{table}')
        WHERE name IN (SELECT c.field {later}) ORDER BY cid""",
        bound,
    )
    for field in (row["name"] for row in changed):
        store.connection.execute(
            f"""WITH later AS (
                SELECT c.record, c.before, row_number() OVER (
                    PARTITION BY c.record ORDER BY c.operation) AS place
                {later} AND c.field = '{field}')
            UPDATE temp.{table} SET {field} = later.before
            FROM later WHERE later.record = {table}.id AND later.place = 1""",
            bound,
        )


def _find_known_costs(store: Store, bound: Mapping[str, Any]) -> None:
    """Leave the costs that were written down by then, or later for a time that had begun."""
    month = f"{day_of_number(bound['day']):%Y-%m}"
    for kind, begun in COSTS.items():
        table = KINDS[kind]
        store.connection.execute(
            f"""CREATE TEMP TABLE {table} AS SELECT * FROM main.{table} AS t WHERE {begun} OR EXISTS (
                SELECT 1 FROM creations AS n JOIN main.operations AS o ON o.id = n.operation
                WHERE n.kind = '{kind}' AND t.id BETWEEN n.first_id AND n.last_id
                AND o.at <= :moment)""",
            {**bound, "month": month},
        )
        _put_back(store, kind, bound)


def _find_leads_of_deals(store: Store) -> None:
    """Give deals that name no lead the one that names them, at once: no index leads there now."""
    if store.value(_LED_TO_BY_LEADS):
        store.connection.execute(
            """UPDATE temp.deals SET lead_id = l.id FROM (
                SELECT deal_id, min(id) AS id FROM leads WHERE deal_id IS NOT NULL GROUP BY deal_id
            ) AS l WHERE l.deal_id = deals.id AND deals.lead_id IS NULL"""
        )
        # Of the others nothing is looked for again: no lead has this id.
        store.connection.execute("UPDATE temp.deals SET lead_id = 0 WHERE lead_id IS NULL")


def _hide_later_moves(
    store: Store, bound: dict[str, str], reads: Collection[str] | None, half: Half | None
) -> None:
    """Let the log of moves be the one of then: what was done by then, without later conversions.

    It is made again for leads that were removed later, came at another time, or had been converted
    at another time by then, or without a move that only came later. A conversion that was only written
    down later is a row without words. Where most moves are those of now, `moves_now`, and it is known
    what is read, `moves_gone` are those of them that are none of then (unless one `stays` with
    another status, that `was` the one of then), and `moves_come` those of then that are none of now.
    """
    connection, columns, by_then = store.connection, past.Columns(store, reads), _by_then(store)
    for how in ("late", "again"):
        connection.execute(
            f"CREATE TEMP TABLE moved_{how} (record INTEGER PRIMARY KEY, moves INTEGER)"
        )
    of_conversions = columns.values("converted_at")
    # Read by itself it is found in the index of conversions, and not in wide rows.
    converted = "record IN (SELECT id FROM main.leads WHERE converted_at <= :moment)"
    remade = f"""SELECT record FROM temp.past_removed
        UNION SELECT record FROM ({columns.values("created_at", "created_day")})"""
    connection.execute(
        f"""INSERT INTO temp.moved_late
        SELECT v.record, coalesce(max(CASE WHEN {by_then} THEN m.number END), 0)
        FROM ({of_conversions} AND {converted}) AS v
        CROSS JOIN main.status_moves AS m ON m.lead_id = v.record
        WHERE v.record NOT IN (SELECT record FROM temp.past_touched) AND v.record NOT IN ({remade})
        GROUP BY v.place HAVING sum(m.converted) = 1 AND NOT max(m.converted AND {by_then})""",
        bound,
    )
    connection.execute(
        f"""INSERT INTO temp.moved_again (record) {remade}
        UNION SELECT record FROM ({of_conversions})
            WHERE record NOT IN (SELECT record FROM temp.moved_late)
            AND (value <> {past.BLANK} OR {converted})
        UNION SELECT e.lead_id FROM main.status_moves AS e NOT INDEXED
            WHERE e.operation IS NULL AND e.number > 1 AND {past.among(half, "e.lead_id")}
            AND EXISTS (SELECT 1 FROM main.status_moves AS m WHERE m.lead_id = e.lead_id
                AND m.operation IS NOT NULL AND NOT {by_then})
            AND e.lead_id NOT IN (SELECT record FROM temp.moved_late)""",
        bound,
    )
    again, late = (f"lead_id IN (SELECT record FROM temp.moved_{how})" for how in ("again", "late"))
    now = "CASE number WHEN 1 THEN l.status END AS now"
    of_then = f"""l.id = m.lead_id AND NOT {again} AND (m.converted OR {by_then})
        AND (NOT m.converted OR l.converted_at IS NOT NULL AND NOT {late})"""
    came = f"""SELECT {moves.COLUMNS} FROM ({moves.derived(again)})
        UNION ALL SELECT {_WRITTEN_LATE}"""
    connection.execute(
        f"""CREATE TEMP VIEW status_moves AS
        SELECT {moves.COLUMNS.replace("now", now)}
        FROM main.status_moves AS m NOT INDEXED JOIN leads AS l ON {of_then}
        UNION ALL {came}"""
    )
    if columns.many or _most_are_later(store, by_then):
        return
    # To count these, and the others of now in an index, takes half as long as to count those of then.
    other = "m.number = 1 AND l.status IS NOT m.now" if columns.reads("status") else "0"
    # The plus leaves the index in whose order they are counted.
    connection.execute(
        f"""CREATE TEMP VIEW moves_now AS SELECT * FROM main.status_moves AS m
        WHERE {past.among(half, "+m.lead_id")}"""
    )
    connection.execute(
        f"""CREATE TEMP VIEW moves_gone AS
        SELECT m.*, l.id IS NOT NULL AS stays, {now.replace("now", "was")}
        FROM main.status_moves AS m NOT INDEXED LEFT JOIN leads AS l ON {of_then}
        WHERE (l.id IS NULL OR {other}) AND {past.among(half, "m.lead_id")}"""
    )
    connection.execute(f"CREATE TEMP VIEW moves_come AS {came}")


def _most_are_later(store: Store, by_then: str) -> bool:
    """Whether most moves were done later, by those of some leads: to count all takes longer."""
    last = store.value("SELECT max(lead_id) FROM main.status_moves") or 0
    return bool(
        store.value(
            f"""WITH RECURSIVE some (lead) AS (
                SELECT 1 UNION ALL SELECT lead + {last // 1000 + 1} FROM some WHERE lead < {last})
            SELECT coalesce(avg(NOT m.converted AND NOT {by_then}), 1) > 0.5
            FROM some CROSS JOIN main.status_moves AS m ON m.lead_id = some.lead"""
        )
    )


def _hide_later_leaving(store: Store, half: Half | None) -> None:
    """Let the log of moves be which statuses leads had left by then that were not converted by then.

    No move of such a lead is a conversion, so that none has to be worked out.
    """
    removed = "lead_id IN (SELECT record FROM temp.past_removed)"
    store.connection.execute(
        f"""CREATE TEMP VIEW status_moves AS
        SELECT m.lead_id, m.before, 0 AS converted FROM main.status_moves AS m
        WHERE {_by_then(store)} AND {past.among(half, "m.lead_id")}
        UNION ALL SELECT lead_id, before, 0 FROM ({moves.derived(removed)})"""
    )


def _by_then(store: Store) -> str:
    """Return whether the operation of a move `m` was done by then."""
    first = store.value("SELECT min(operation) FROM temp.past_later")
    if first is None:
        return "(m.operation IS NOT NULL)"
    earlier = f"m.operation < {first}"
    # The clock may have been put back.
    if store.value("SELECT EXISTS (SELECT 1 FROM operations WHERE id > ?)", (first,)):
        earlier += " OR m.operation IN (SELECT id FROM operations)"
    return f"coalesce({earlier}, 0)"


_WRITTEN_LATE = f"""m.lead_id, t.moves + 1, NULL, NULL, NULL, 1, m.day,
    m.day - coalesce(p.day, l.created_day), m.days,
    CASE WHEN p.route IS NULL THEN l.status WHEN {moves.has("p.route", "p.after")} THEN p.route
        ELSE p.route || '{moves.BETWEEN}' || p.after END,
    CASE t.moves WHEN 0 THEN l.status END
    FROM temp.moved_late AS t CROSS JOIN main.status_moves AS m
        ON m.lead_id = t.record AND m.converted
    JOIN leads AS l ON l.id = t.record
    LEFT JOIN main.status_moves AS p ON p.lead_id = t.record AND p.number = t.moves"""
"""What `moves.derived` gives of a conversion that is there before its operation, at the end."""


def _open_again(store: Store, settings: Settings, bound: dict[str, str]) -> None:
    """Open the deals that closed later, as those of a file whose earlier stage nobody knows."""
    closed = {f"closed{n}": s for n, (s, p) in enumerate(settings.stages.items()) if p in (0, 100)}
    first = next((stage for stage, percent in settings.stages.items() if 0 < percent < 100), None)
    if first is None:
        return
    marks = ", ".join(f":{name}" for name in closed) or "NULL"
    store.connection.execute(
        f"""UPDATE temp.deals SET stage = :first, closed_at = NULL, probability = NULL
        WHERE closed_at > :moment AND stage COLLATE NOCASE IN ({marks})""",
        {**bound, **closed, "first": first},
    )
