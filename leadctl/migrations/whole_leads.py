"""The view of whole leads: their wide rows, and who owns them, which stands in narrow ones."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

_OWNER = "(SELECT o.{} FROM owners AS o WHERE o.lead_id = l.id)"
_TOGETHER = {
    "updated_at": f"""CAST(max(l.updated_at, coalesce({_OWNER.format("updated_at")}, ''))
        AS TEXT) AS updated_at""",
    "version": f"""CAST(l.version + coalesce({_OWNER.format("version")}, 0) AS INTEGER)
        AS version""",
}
"""What both have: a lead changes with its owner."""


@contextmanager
def anew(connection: sqlite3.Connection) -> Iterator[None]:
    """Make the view again of all columns that there are after the block.

    Without it a table that it reads can be changed. Who reads no owner looks none up.
    """
    there = "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'view' AND name = 'leads')"
    if connection.execute(there).fetchone()[0]:
        connection.execute("DROP VIEW leads")
    yield
    names = [row[1] for row in connection.execute("PRAGMA table_info(wide_leads)")]
    columns = [_TOGETHER.get(name, column(name)) for name in names]
    # Where merges and exports have always named it.
    columns.insert(names.index("tags") + 1, f"{_OWNER.format('owner_id')} AS owner_id")
    connection.execute(f"CREATE VIEW leads AS SELECT {', '.join(columns)} FROM wide_leads AS l")


def column(name: str) -> str:
    """Return how the view has a column of the wide rows."""
    return f"l.{name}"
