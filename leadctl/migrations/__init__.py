"""The schema of the database: numbered, named steps of plain DDL, each applied once."""

from __future__ import annotations

import sqlite3
from importlib import import_module
from typing import NamedTuple

from leadctl.migrations import whole_leads

APPLICATION_ID = 0x4C454144
"""`LEAD`, in the header of every database of ours."""


class Migration(NamedTuple):
    """One step of the schema; its number is the database's `user_version` afterwards.

    Its statements stand in the `module`, which only a database without them has to load.
    """

    number: int
    name: str
    module: str

    @property
    def statements(self) -> tuple[str, ...]:
        """The statements of the step, in their order."""
        found: tuple[str, ...] = import_module(f"{__name__}.{self.module}").STATEMENTS
        return found


MIGRATIONS = (
    Migration(1, "the main job", "first"),
    Migration(2, "history comes along", "second"),
    Migration(3, "rules prove themselves", "third"),
    Migration(4, "assignment", "fourth"),
    Migration(5, "duplicates", "fifth"),
    Migration(6, "merged records lead on", "sixth"),
    Migration(7, "records that live on", "seventh"),
    Migration(8, "fields of one's own", "eighth"),
    Migration(9, "reports", "ninth"),
    Migration(12, "quick reports", "twelfth"),
    Migration(13, "quicker reports", "thirteenth"),
    Migration(16, "how pools dealt", "sixteenth"),
    Migration(17, "when leads were touched", "seventeenth"),
    Migration(18, "what changed seldom", "eighteenth"),
    Migration(19, "reasons", "nineteenth"),
    Migration(20, "owners", "twentieth"),
)
LATEST = MIGRATIONS[-1].number


def schema_version(connection: sqlite3.Connection) -> int:
    """Return the number of the newest migration that this database has had; 0 for none."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def is_due(connection: sqlite3.Connection) -> bool:
    """Whether a database has a schema, and an older one."""
    return 0 < schema_version(connection) < LATEST


def apply(connection: sqlite3.Connection) -> None:
    """Bring the schema up to date; the caller holds the write lock and has made a backup."""
    from leadctl.migrations import own

    present = schema_version(connection)
    statements = [
        statement
        for migration in MIGRATIONS
        if migration.number > present
        for statement in migration.statements
    ]
    with whole_leads.anew(connection), own.kept(connection, present, statements):
        for statement in statements:
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {LATEST}")
