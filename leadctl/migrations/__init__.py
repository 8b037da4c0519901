"""The schema of the database: numbered, named steps of plain DDL, each applied once."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from leadctl.migrations import (
    eighth,
    fifth,
    first,
    fourth,
    ninth,
    own,
    second,
    seventh,
    sixth,
    third,
)

APPLICATION_ID = 0x4C454144
"""`LEAD`, in the header of every database of ours."""


class Migration(NamedTuple):
    """One step of the schema; its number is the database's `user_version` afterwards."""

    number: int
    name: str
    statements: tuple[str, ...]


MIGRATIONS = (
    Migration(1, "the main job", first.STATEMENTS),
    Migration(2, "history comes along", second.STATEMENTS),
    Migration(3, "rules prove themselves", third.STATEMENTS),
    Migration(4, "assignment", fourth.STATEMENTS),
    Migration(5, "duplicates", fifth.STATEMENTS),
    Migration(6, "merged records lead on", sixth.STATEMENTS),
    Migration(7, "records that live on", seventh.STATEMENTS),
    Migration(8, "fields of one's own", eighth.STATEMENTS),
    Migration(9, "reports", ninth.STATEMENTS),
)
LATEST = MIGRATIONS[-1].number


def schema_version(connection: sqlite3.Connection) -> int:
    """Return the number of the newest migration that this database has had; 0 for none."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def apply(connection: sqlite3.Connection) -> None:
    """Bring the schema up to date; the caller holds the write lock and has made a backup."""
    present = schema_version(connection)
    statements = [
        statement
        for migration in MIGRATIONS
        if migration.number > present
        for statement in migration.statements
    ]
    with own.kept(connection, present, statements):
        for statement in statements:
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {LATEST}")
