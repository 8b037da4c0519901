"""Which leads there were: those that came later, and those that were removed since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadctl.journal import json_value
from leadctl.past.columns import Columns, without_references
from leadctl.past.moment import When

if TYPE_CHECKING:
    from leadctl.store import Store


def find(store: Store, when: When) -> None:
    """Gather which leads the history knows only from a later operation on, as ranges of their ids.

    What an undo brought back was made by an earlier operation.
    """
    store.connection.execute(
        """CREATE TEMP TABLE past_created (
        first_id INTEGER PRIMARY KEY, last_id INTEGER NOT NULL, at TEXT NOT NULL)"""
    )
    some = (
        "EXISTS (SELECT 1 FROM temp.past_moments WHERE lead_id BETWEEN n.first_id AND n.last_id)"
        if when.join
        else f"o.at > {when.at}"
    )
    store.connection.execute(
        f"""INSERT INTO temp.past_created SELECT n.first_id, n.last_id, o.at
        FROM main.operations AS o CROSS JOIN main.creations AS n
            ON n.operation = o.id AND n.kind = 'lead'
        WHERE o.undoes IS NULL AND {some} ORDER BY n.first_id"""
    )


def late(lead: str, when: When) -> str:
    """Return whether a lead was made by an operation after its moment."""
    made = f"""SELECT CASE WHEN n.last_id >= {lead} THEN n.at END FROM temp.past_created AS n
        WHERE n.first_id <= {lead} ORDER BY n.first_id DESC LIMIT 1"""
    return f"coalesce(({made}) > {when.at}, 0)"


def made_by(operation: str, lead: str) -> str:
    """Return whether a lead was made by an operation."""
    return f"""EXISTS (SELECT 1 FROM main.creations AS n WHERE n.operation = {operation}
        AND n.kind = 'lead' AND {lead} BETWEEN n.first_id AND n.last_id)"""


def imported(store: Store, when: When, table: str) -> int:
    """Return how many leads of a table of those that there were came in later."""
    return int(
        store.value(
            f"""SELECT count(*) FROM temp.past_created AS n
            CROSS JOIN {table} AS l ON l.id BETWEEN n.first_id AND n.last_id
            {when.of("l.id")} WHERE n.at > {when.at}"""
        )
    )


REMOVED = """SELECT r.record, r.before, o.at FROM main.removals AS r
    JOIN main.operations AS o ON o.id = r.operation
    WHERE r.kind = 'lead' AND r.undone_by IS NULL AND o.undoes IS NULL
    AND r.record NOT IN (SELECT id FROM main.leads)"""
"""Leads that are gone, unless an undo took back that they were made."""


def base(store: Store, when: When, columns: Columns) -> str:
    """Return the table of the leads as they are now, or were when they were removed later."""
    store.connection.execute("CREATE TEMP TABLE past_removed (record INTEGER PRIMARY KEY, before)")
    removed = store.connection.execute(
        f"""INSERT INTO temp.past_removed SELECT r.record, r.before
        FROM ({REMOVED}) AS r {when.of("r.record")} WHERE r.at > {when.at}
        AND {when.among("r.record")}"""
    ).rowcount
    if not removed:
        # In the order of the ids the values of then are found side by side.
        return "main.leads AS l NOT INDEXED"
    names = ", ".join(columns.types)
    now = ", ".join(f"l.{name}" for name in columns.types)
    before = ", ".join(json_value("before", name) for name in columns.types)
    store.connection.execute(
        f"CREATE TEMP TABLE past_leads {without_references(store, 'wide_leads')}"
    )
    store.connection.execute("ALTER TABLE temp.past_leads ADD COLUMN owner_id INTEGER")
    store.connection.execute(
        f"INSERT INTO temp.past_leads ({names}) SELECT {now}"
        f" FROM main.leads AS l {when.of('l.id')} WHERE {when.among('l.id')}"
    )
    store.connection.execute(
        f"INSERT INTO temp.past_leads ({names}) SELECT {before} FROM temp.past_removed"
    )
    return "temp.past_leads AS l"


def by_index(base: str) -> str:
    """Return the table of the leads, to be read in the order of an index of conversions."""
    return base.removesuffix(" NOT INDEXED")
