"""What the fields of leads were that have changed since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadctl.past.columns import BLANK, LINKS, OF_A_CONVERSION, RECORDS, Columns
from leadctl.past.created import by_index, made_by
from leadctl.past.moment import When

if TYPE_CHECKING:
    from leadctl.store import Store


def find_later(store: Store, when: When) -> None:
    """Gather the operations after the moment of all leads; where each has its own there are none."""
    store.connection.execute(
        "CREATE TEMP TABLE past_later (operation INTEGER PRIMARY KEY, made_leads INTEGER NOT NULL)"
    )
    if not when.join:
        store.connection.execute(
            f"""INSERT INTO temp.past_later
            SELECT id, undoes IS NULL AND EXISTS (SELECT 1 FROM main.creations AS n
                WHERE n.operation = o.id AND n.kind = 'lead')
            FROM main.operations AS o WHERE at > {when.at}"""
        )


def find_first_found(store: Store, when: When, columns: Columns) -> None:
    """Gather what the first later change of a field found, in the order of the changes.

    Moves of status stand by lead in the log of `leadctl.moves`, and are looked for there. What the
    operation that made a lead changed of it belongs to its first state. A lead whose conversion
    changed more than once is marked.
    """
    converted = columns.place_of("converted_at")
    store.connection.execute(
        f"""INSERT INTO temp.past_values
        SELECT {columns.place("c.field", "c.record")}, coalesce(c.before, {BLANK})
        FROM temp.past_later AS o
        CROSS JOIN main.changes AS c {columns.sought} AND c.operation = o.operation
            AND {when.among("c.record")}
        WHERE NOT (o.made_leads AND {made_by("o.operation", "c.record")})
        ON CONFLICT DO UPDATE SET value = {_TWICE}
            WHERE place BETWEEN {converted} AND {converted + RECORDS - 1}"""
    )


_TWICE = "x'02'"


def find_touched(store: Store, when: When, columns: Columns) -> None:
    """Gather the leads whose later changes do not tell by themselves what was before.

    Where all leads have one moment, what the first later change found is what was there then: unless
    it undid what had been done by then, the clock was put back, a conversion changed more than once,
    or the lead is gone with its log of moves.
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
            WHERE at <= {when.at} AND id > (SELECT min(operation) FROM temp.past_later))
        SELECT c.record FROM odd
        CROSS JOIN main.changes AS c ON c.operation = odd.operation AND c.kind = 'lead'
            AND {when.among("c.record")}
        UNION SELECT record FROM ({columns.values("converted_at")}) WHERE value = {_TWICE}
        UNION SELECT record FROM temp.past_removed"""
    )


def find_values(store: Store, when: When, columns: Columns) -> None:
    """Gather the values that fields of the touched leads had.

    That is what the newest change in effect by then left; without one, what the oldest change
    found. A conversion that was written down later, but had happened by then, had changed its fields
    by then. What the operation that made a lead changed of it belongs to its first state, and what an
    undo left was the value of an operation before it.
    """
    store.connection.execute(
        f"""INSERT INTO temp.past_values
        WITH RECURSIVE {_REDOS}, timed AS (
            SELECT c.operation, c.record, c.field, c.undone_by, {when.at} AS moment,
                CASE WHEN b.after IS NOT NULL AND c.field IN {OF_A_CONVERSION!r} THEN b.after
                    WHEN o.at > {when.at} AND o.undoes IS NULL AND {made_by("o.id", "c.record")}
                    THEN '' ELSE o.at END AS since
            FROM temp.past_touched AS t
            CROSS JOIN main.changes AS c ON c.kind = 'lead' AND c.record = t.record
            JOIN main.operations AS o ON o.id = c.operation
            {when.of("c.record")}
            LEFT JOIN main.changes AS b ON b.operation = c.operation AND b.kind = 'lead'
                AND b.record = c.record AND b.field = 'converted_at' AND b.after <= {when.at}
                AND o.at > {when.at} AND o.undoes IS NULL
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
        WHERE true ON CONFLICT DO UPDATE SET value = excluded.value"""
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


def find_links(store: Store, when: When, columns: Columns) -> None:
    """Gather what untouched leads led to, that is contact, account and deal.

    A conversion that was written down later, but had happened by then, had led there by then; one
    that came in later had not.
    """
    links = [name for name in LINKS if columns.reads(name)]
    if not links or when.join:
        return
    store.connection.execute(
        f"""INSERT INTO temp.past_values
        SELECT {columns.place("c.field", "c.record")}, coalesce(c.after, {BLANK})
        FROM ({columns.values("converted_at")}) AS v
        CROSS JOIN main.leads AS l ON l.id = v.record AND l.converted_at <= {when.at}
        CROSS JOIN main.changes AS b INDEXED BY changes_of_record
            ON b.kind = 'lead' AND b.record = v.record AND b.field = 'converted_at'
            AND +b.operation IN (SELECT operation FROM temp.past_later)
        CROSS JOIN main.changes AS c ON c.operation = b.operation AND c.kind = 'lead'
            AND c.record = b.record AND c.field IN ({", ".join(repr(name) for name in links)})
        WHERE v.record NOT IN (SELECT record FROM temp.past_touched)
        ON CONFLICT DO UPDATE SET value = excluded.value"""
    )


def cut_links(store: Store, when: When, columns: Columns, base: str) -> None:
    """Let leads that were converted later, or came in so, lead to nothing before that."""
    links = [name for name in LINKS if columns.reads(name)]
    if not links:
        return
    store.connection.execute(
        f"""INSERT INTO temp.past_values
        WITH later AS MATERIALIZED (
            SELECT l.id FROM {by_index(base)} {when.of("l.id")}
            WHERE l.converted_at > {when.at} AND {columns.then("converted_at")} > {when.at}
                AND {when.among("l.id")}
            UNION SELECT v.record FROM ({columns.values("converted_at")}) AS v
            {when.of("v.record")} WHERE v.value <> {BLANK} AND v.value > {when.at}),
        blank (field) AS (VALUES {", ".join(f"('{name}')" for name in links)})
        SELECT {columns.place("field", "id")}, {BLANK} FROM blank CROSS JOIN later
        WHERE true ON CONFLICT DO UPDATE SET value = {BLANK}"""
    )
