"""Who owns which lead: narrow rows beside the wide ones, and derived from them, whom nobody owns.

Nothing else of a lead changes as often as its owner, and a narrow row takes a tenth of the time.
Readers find both in the view `leads`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from leadctl import together

FIELD = "owner_id"
APART = ("lead", FIELD)
"""The kind of record and its field that stands apart from the others."""
TABLE = "owners"
BY_LEAD = f"(SELECT lead_id AS id, {FIELD} FROM {TABLE})"
"""Who owns which lead, as columns of leads."""
NOTED = frozenset((FIELD, "converted_at", "created_at", "status"))
"""The fields of a lead that say whether and how `unowned` has it."""
_COLUMNS = "lead_id, created_at, status, converted"
_UNOWNED = f"""SELECT id AS lead_id, created_at, status, converted_at IS NOT NULL AS converted
    FROM leads WHERE {FIELD} IS NULL AND {{}}"""


def create(
    connection: sqlite3.Connection,
    insert: str,
    leads: range,
    reps: Sequence[int | None],
    now: str,
) -> None:
    """Write who owns new leads, as far as somebody does, and note whom nobody owns.

    `insert` is how rows are inserted, such as `INSERT OR ROLLBACK`.
    """
    owned = [(lead, rep) for lead, rep in zip(leads, reps, strict=False) if rep is not None]
    if owned:
        together.insert(
            connection,
            f"{insert} INTO owners (lead_id, {FIELD}, updated_at)",
            f"(?, ?, '{now}')",
            list(zip(*owned, strict=True)),
        )
    note(connection, f"id BETWEEN {leads.start} AND {leads.stop - 1}")


def restore(connection: sqlite3.Connection, rows: str) -> None:
    """Write back who owned leads, as a query of (lead, rep, time of the last change) says."""
    connection.execute(f"INSERT INTO owners (lead_id, {FIELD}, updated_at) {rows}")


def write(connection: sqlite3.Connection, rows: str, now: str, *, changes: int) -> int:
    """Write who owns leads, as a query of (lead, rep) says; return how many there were.

    A lead that nobody owns any more keeps its row, which says since when. `changes` is how many
    that makes to the version of the lead: none where its wide row counts it.
    """
    return connection.execute(
        f"""INSERT INTO owners (lead_id, owner_id, updated_at, version)
        SELECT *, '{now}', {changes} FROM ({rows}) WHERE true
        ON CONFLICT (lead_id) DO UPDATE SET owner_id = excluded.owner_id,
        updated_at = excluded.updated_at, version = version + excluded.version"""
    ).rowcount


def note(connection: sqlite3.Connection, leads: str) -> None:
    """Note which new leads nobody owns; `leads` is a condition on their `id`."""
    connection.execute(f"INSERT INTO unowned ({_COLUMNS}) {_UNOWNED.format(leads)}")


def note_written(connection: sqlite3.Connection, rows: str, *, most: bool) -> None:
    """Note whom nobody owns among leads whose owner was written, as a query of (lead, rep) says.

    Where `most` of the leads were, those that are left are written again.
    """
    if most:
        connection.execute(
            f"""CREATE TEMP TABLE still_unowned AS SELECT {_COLUMNS} FROM unowned AS u
            WHERE (SELECT {FIELD} FROM owners AS o WHERE o.lead_id = u.lead_id) IS NULL"""
        )
        connection.execute("DELETE FROM unowned")
        connection.execute(f"INSERT INTO unowned ({_COLUMNS}) SELECT * FROM temp.still_unowned")
        connection.execute("DROP TABLE temp.still_unowned")
    else:
        owned = f"SELECT record FROM ({rows}) WHERE value IS NOT NULL"
        connection.execute(f"DELETE FROM unowned WHERE lead_id IN ({owned})")
    nobodys = f"SELECT record FROM ({rows}) WHERE value IS NULL"
    if connection.execute(f"SELECT EXISTS ({nobodys})").fetchone()[0]:
        note_again(connection, nobodys)


def note_again(connection: sqlite3.Connection, leads: str) -> None:
    """Note again which of some leads nobody owns; `leads` is a query of their ids."""
    connection.execute(f"DELETE FROM unowned WHERE lead_id IN ({leads})")
    note(connection, f"id IN ({leads})")


def note_all(connection: sqlite3.Connection) -> None:
    """Note again of all leads which nobody owns."""
    connection.execute("DELETE FROM unowned")
    note(connection, "1")


def stale(connection: sqlite3.Connection) -> int:
    """Return of how many leads `unowned` does not say what their facts say."""
    letters = _COLUMNS.replace("status", "status COLLATE BINARY")
    noted, due = (
        f"SELECT {letters} FROM {source}" for source in ("unowned", f"({_UNOWNED.format('1')})")
    )
    return int(
        connection.execute(
            f"""SELECT count(DISTINCT lead_id) FROM (
            SELECT * FROM ({noted} EXCEPT {due}) UNION ALL SELECT * FROM ({due} EXCEPT {noted}))"""
        ).fetchone()[0]
    )
