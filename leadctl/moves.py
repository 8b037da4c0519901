"""The narrow log of what became of leads: moves from status to status, derived from the journal.

What was undone never happened. The words of statuses are stored as they were written, so that
another list of statuses changes nothing here.
"""

from __future__ import annotations

import sqlite3

FIELDS = frozenset(("status", "converted_at", "created_at", "created_day"))
"""The fields of a lead whose change may change its log."""
COLUMNS = "lead_id, number, operation, before, after, converted, day, stay, days, route, now"
BETWEEN = "\n"
"""What stands between the words of a route."""
EVERY = "1"
TOUCHED = "lead_id IN (SELECT record FROM temp.moved)"

_COUNTS = "c.kind = 'lead' AND c.field = 'status' AND c.undone_by IS NULL"
_CONVERTED = """SELECT 1 FROM changes AS k WHERE k.operation = c.operation AND k.kind = 'lead'
    AND k.record = c.record AND k.field = 'converted_at' AND k.undone_by IS NULL
    AND k.after IS NOT NULL"""


def has(route: str, word: str) -> str:
    """Return whether a route has a word, as SQL over two columns."""
    words, one = (f"lower('{BETWEEN}' || {of} || '{BETWEEN}')" for of in (route, word))
    return f"instr({words}, {one})"


def derived(which: str = EVERY) -> str:
    """Return the query of the log of the leads that a condition on `lead_id` means.

    One row is one move, `number` counting a lead's own from 1. A conversion is the move of its
    operation, and of no day but its own; where it moved no status, as out of a file, it is a row
    without words at the end. `route` are the words that a lead had been in before the move, each once
    in the order of the first time; `day` is that of the move, `stay` its days in `before`, since the
    move before or the creation. `days` are those from the creation to the move, or to the conversion
    where that was earlier: who got that far has got here. The first row has the status of `now`.
    """
    # Each move looks its operation up: one lead's log must not read all of them.
    return f"""WITH happened AS (
        SELECT c.record AS lead_id, c.operation, c.before, c.after, day_of(o.at) AS day,
            EXISTS ({_CONVERTED}) AS converted
        FROM changes AS c INDEXED BY changes_of_status JOIN operations AS o ON o.id = c.operation
        WHERE {_COUNTS} AND o.undoes IS NULL AND {which.replace("lead_id", "c.record")}
        UNION ALL SELECT id, NULL, NULL, NULL, NULL, 1 FROM leads AS l
        WHERE converted_at IS NOT NULL AND {which.replace("lead_id", "l.id")}
        AND NOT EXISTS (SELECT 1 FROM changes AS c INDEXED BY changes_of_status
            JOIN operations AS o ON o.id = c.operation
            WHERE c.record = l.id AND {_COUNTS} AND o.undoes IS NULL AND EXISTS ({_CONVERTED}))
    ), dated AS (
        SELECT h.lead_id, h.operation, h.before, h.after, l.created_day, l.status,
            day_of(l.converted_at) AS conversion,
            h.converted AND l.converted_at IS NOT NULL AS converted, CASE
                WHEN h.converted THEN coalesce(day_of(l.converted_at), h.day) ELSE h.day END AS day
        FROM happened AS h JOIN leads AS l ON l.id = h.lead_id
    ), numbered AS (
        SELECT *, row_number() OVER mine AS number, lag(day) OVER mine AS since,
            first_value(coalesce(before, status)) OVER mine AS came,
            row_number() OVER (PARTITION BY lead_id, after COLLATE NOCASE ORDER BY operation) AS time
        FROM dated
        WINDOW mine AS (PARTITION BY lead_id ORDER BY operation IS NULL, operation)
    )
    SELECT lead_id, number, operation, before, after, converted, day,
        day - coalesce(since, created_day) AS stay,
        min(day, coalesce(conversion, day)) - created_day AS days,
        came || coalesce(group_concat(CASE WHEN time = 1 AND after <> came COLLATE NOCASE
            THEN '{BETWEEN}' || after END, '') OVER (PARTITION BY lead_id ORDER BY number
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), '') AS route,
        CASE WHEN number = 1 THEN status END AS now
    FROM numbered"""


def derive(connection: sqlite3.Connection, leads: str) -> None:
    """Write the log of the leads again whose ids a query gives."""
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS moved (record INTEGER PRIMARY KEY)")
    connection.execute("DELETE FROM temp.moved")
    connection.execute(f"INSERT INTO temp.moved SELECT DISTINCT * FROM ({leads})")
    connection.execute(f"DELETE FROM status_moves WHERE {TOUCHED}")
    connection.execute(f"INSERT INTO status_moves ({COLUMNS}) {derived(TOUCHED)}")


def derive_all(connection: sqlite3.Connection) -> None:
    """Write the whole log again."""
    connection.execute("DELETE FROM status_moves")
    connection.execute(f"INSERT INTO status_moves ({COLUMNS}) {derived()}")


def stale(connection: sqlite3.Connection) -> list[int]:
    """Return the leads whose log is not what the journal says."""
    lead, number, *others = COLUMNS.split(", ")
    joined = f"m.{lead} = d.{lead} AND m.{number} = d.{number}"
    same = " AND ".join(f"m.{name} IS d.{name} COLLATE BINARY" for name in others)
    connection.execute("SAVEPOINT stale")  # the log and the journal are those of one moment
    try:
        connection.execute(
            f"""CREATE TEMP TABLE due ({lead} INTEGER, {number} INTEGER, {", ".join(others)},
            PRIMARY KEY ({lead}, {number})) WITHOUT ROWID"""
        )
        connection.execute(f"INSERT INTO temp.due {derived()} ORDER BY 1, 2")
        rows = connection.execute(
            f"""SELECT d.lead_id FROM temp.due AS d
            WHERE NOT EXISTS (SELECT 1 FROM status_moves AS m WHERE {joined} AND {same})
            UNION SELECT m.lead_id FROM status_moves AS m
            WHERE NOT EXISTS (SELECT 1 FROM temp.due AS d WHERE {joined}) ORDER BY 1"""
        )
        return [lead for (lead,) in rows]
    finally:
        connection.execute("ROLLBACK TO stale")
        connection.execute("RELEASE stale")
