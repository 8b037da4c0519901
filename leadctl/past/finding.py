"""What the fields of leads were that have changed since."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from leadctl.past.columns import BLANK, OF_A_CONVERSION, OF_THE_CREATION, Columns
from leadctl.past.created import made_by
from leadctl.past.moment import When

if TYPE_CHECKING:
    from leadctl.config import Settings
    from leadctl.store import Store


def find_touched(store: Store, when: When) -> None:
    """Gather the leads whose later changes do not tell by themselves what was before.

    Where all leads have one moment, what the first later change found is what was there then: unless
    it undid what had been done by then, or the clock was put back.
    """
    store.connection.execute("CREATE TEMP TABLE past_touched (record INTEGER PRIMARY KEY)")
    store.connection.execute(
        f"""INSERT INTO temp.past_touched SELECT DISTINCT c.record
        FROM temp.past_moments AS m
        CROSS JOIN main.changes AS c ON c.kind = 'lead' AND c.record = m.lead_id
        JOIN main.operations AS o ON o.id = c.operation WHERE o.at > {when.at}"""
        if when.join
        else f"""INSERT INTO temp.past_touched
        WITH RECURSIVE retold (operation) AS (
            SELECT id FROM main.operations WHERE undoes IS NOT NULL AND at > {when.at}
            UNION SELECT o.undoes FROM retold AS r
            JOIN main.operations AS o ON o.id = r.operation AND o.undoes IS NOT NULL
        ), odd AS MATERIALIZED (
            SELECT operation FROM retold UNION SELECT id FROM main.operations
            WHERE at <= {when.at} AND id > (SELECT min(id) FROM main.operations WHERE at > {when.at}))
        SELECT DISTINCT c.record FROM odd
        CROSS JOIN main.changes AS c ON c.operation = odd.operation AND c.kind = 'lead'"""
    )


def find_conversions(store: Store, when: When) -> None:
    """Gather the conversions that were written down later, but had happened by then."""
    store.connection.execute(
        """CREATE TEMP TABLE past_conversions (
        operation INTEGER NOT NULL, record INTEGER NOT NULL, at TEXT NOT NULL,
        PRIMARY KEY (operation, record)) WITHOUT ROWID"""
    )
    changed = (
        """temp.past_touched AS t CROSS JOIN main.changes AS c ON c.kind = 'lead'
        AND c.record = t.record JOIN main.operations AS o ON o.id = c.operation"""
        if when.join
        else """main.operations AS o
        CROSS JOIN main.changes AS c ON c.operation = o.id AND c.kind = 'lead'"""
    )
    store.connection.execute(
        f"""INSERT INTO temp.past_conversions SELECT c.operation, c.record, c.after
        FROM {changed} {when.of("c.record")}
        WHERE o.at > {when.at} AND o.undoes IS NULL
        AND c.field = 'converted_at' AND c.after <= {when.at}"""
    )


def find_values(store: Store, when: When, columns: Columns) -> None:
    """Gather the values that fields of the touched leads had.

    That is what the newest change in effect by then left; without one, what the oldest change
    found. What the operation that made a lead changed of it belongs to its first state, and what an
    undo left was the value of an operation before it.
    """
    store.connection.execute(
        f"""INSERT INTO temp.past_values
        WITH RECURSIVE {_REDOS}, timed AS (
            SELECT c.operation, c.record, c.field, c.undone_by, {when.at} AS moment,
                CASE WHEN b.at IS NOT NULL AND c.field IN {OF_A_CONVERSION!r} THEN b.at
                    WHEN o.at > {when.at} AND o.undoes IS NULL AND {made_by("o.id", "c.record")}
                    THEN '' ELSE o.at END AS since
            FROM temp.past_touched AS t
            CROSS JOIN main.changes AS c ON c.kind = 'lead' AND c.record = t.record
            JOIN main.operations AS o ON o.id = c.operation
            LEFT JOIN temp.past_conversions AS b ON b.operation = c.operation AND b.record = c.record
            {when.of("c.record")}
        ), judged AS MATERIALIZED (
            SELECT operation, record, field,
                undone_by IS NULL AND since <= moment AND NOT ({_REDONE_IN_VAIN})
                AND operation NOT IN (SELECT operation FROM undos WHERE depth % 2 = 1) AS holds
            FROM timed
        ), deciding AS (
            SELECT record, field, max(CASE WHEN holds THEN operation END) AS newest,
                min(operation) AS oldest FROM judged GROUP BY record, field)
        SELECT {columns.place("d.field", "d.record")},
            coalesce(CASE WHEN newest IS NULL THEN c.before ELSE c.after END, {BLANK})
        FROM deciding AS d JOIN main.changes AS c ON c.operation = coalesce(newest, oldest)
            AND c.kind = 'lead' AND c.record = d.record AND c.field = d.field
        WHERE true ON CONFLICT DO NOTHING"""
    )


def find_other_values(
    store: Store, when: When, columns: Columns, reads: Collection[str] | None
) -> None:
    """Gather what the first later change of a field found, in the order of the changes.

    Conversions that had happened by then had changed their fields by then. Moves of status stand by
    lead in the log of `leadctl.moves`, and are looked for there, unless the lead is gone with them.
    """
    execute = store.connection.execute
    for field in OF_A_CONVERSION:
        if reads is None or field in reads:
            # One field at a time, and each time in the order of the leads.
            execute(
                f"""INSERT INTO temp.past_values
                SELECT {columns.place_of(field)} + c.record, coalesce(c.after, {BLANK})
                FROM (SELECT DISTINCT operation FROM temp.past_conversions ORDER BY 1 DESC) AS o
                CROSS JOIN temp.past_conversions AS b ON b.operation = o.operation
                CROSS JOIN main.changes AS c ON c.operation = b.operation AND c.kind = 'lead'
                    AND c.record = b.record AND c.field = '{field}'
                WHERE true ON CONFLICT DO NOTHING"""
            )
    if reads is None or "status" in reads:
        execute(
            f"""INSERT INTO temp.past_values
            SELECT {columns.place_of("status")} + m.lead_id, m.before
            FROM main.status_moves AS m NOT INDEXED
            WHERE m.operation >= (SELECT min(id) FROM main.operations WHERE at > {when.at})
            AND NOT (m.operation IN (SELECT operation FROM main.creations WHERE kind = 'lead')
                AND {made_by("m.operation", "m.lead_id")})
            ORDER BY m.lead_id, m.number ON CONFLICT DO NOTHING"""
        )
    gone = store.value("SELECT EXISTS (SELECT 1 FROM temp.past_removed)")
    if reads is None:
        among = "" if gone else "AND +c.field <> 'status'"
    else:
        sought = {*reads, *OF_THE_CREATION} - (set() if gone else {"status"})
        among = f"AND +c.field IN ({', '.join(repr(name) for name in sorted(sought))})"
    # By far most operations made no lead, so that nothing of them belongs to a first state.
    execute(
        f"""INSERT INTO temp.past_values
        WITH later AS MATERIALIZED (
            SELECT id, undoes IS NULL AND EXISTS (SELECT 1 FROM main.creations AS n
                WHERE n.operation = o.id AND n.kind = 'lead') AS made_leads
            FROM main.operations AS o WHERE at > {when.at} ORDER BY id)
        SELECT {columns.place("c.field", "c.record")}, coalesce(c.before, {BLANK})
        FROM later AS o CROSS JOIN main.changes AS c ON c.operation = o.id AND c.kind = 'lead'
            {among}
        WHERE NOT (made_leads AND {made_by("o.id", "c.record")})
        ON CONFLICT DO NOTHING"""
    )


_REDOS = """undos (operation, root, depth) AS (
    SELECT id, undoes, 1 FROM main.operations WHERE undoes IS NOT NULL
    UNION ALL SELECT u.operation, o.undoes, u.depth + 1
    FROM undos AS u JOIN main.operations AS o ON o.id = u.root AND o.undoes IS NOT NULL
), redos AS MATERIALIZED (
    SELECT operation, root FROM undos AS u WHERE depth % 2 = 0
    AND (SELECT undoes FROM main.operations WHERE id = u.root) IS NULL)"""
"""The operations that did another one, the root, again by undoing its undo."""
_REDONE_IN_VAIN = """operation IN (SELECT operation FROM redos) AND EXISTS (
    SELECT 1 FROM redos JOIN main.changes AS a ON a.operation = redos.root AND a.kind = 'lead'
    AND a.record = timed.record AND a.field = timed.field
    WHERE redos.operation = timed.operation AND a.undone_by IS NOT NULL)"""
"""Whether what a change put into effect again was taken back later once more."""


def take_back_conversions(
    store: Store, settings: Settings, when: When, columns: Columns, base: str
) -> None:
    """Let leads that came in converted be unconverted before that: their status is not known."""
    converted, status = columns.then("converted_at"), columns.then("status")
    # Few were ever converted, and an index leads to them.
    among = f"FROM {base.removesuffix(' NOT INDEXED')} {when.of('l.id')} WHERE"
    store.connection.execute(
        f"""INSERT INTO temp.past_values
        WITH later AS MATERIALIZED (
            SELECT l.id {among} l.converted_at > {when.at} AND {converted} > {when.at}
            UNION SELECT v.record FROM ({columns.values("converted_at")}) AS v
            {when.of("v.record")} WHERE v.value <> {BLANK} AND v.value > {when.at}),
        blank (field) AS (VALUES {", ".join(f"('{name}')" for name in OF_A_CONVERSION[1:])})
        SELECT {columns.place("field", "id")}, {BLANK} FROM blank CROSS JOIN later
        WHERE true ON CONFLICT DO UPDATE SET value = {BLANK}"""
    )
    store.connection.execute(
        f"""INSERT INTO temp.past_values
        SELECT {columns.place("'status'", "l.id")}, ? {among} l.converted_at IS NOT NULL
        AND {columns.then("converted_at")} IS NULL
        AND {status} IN ({", ".join("?" for _ in settings.of_role("converted"))})
        ON CONFLICT DO UPDATE SET value = excluded.value""",
        (settings.first_status, *settings.of_role("converted")),
    )
