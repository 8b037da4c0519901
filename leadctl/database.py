"""The database file: how it is opened, whose it is, which schema it has, what its errors mean."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from itertools import count
from pathlib import Path

from leadctl import migrations
from leadctl.errors import BadDataError, ConflictError, LeadctlError, TooLongError, UsageError

BUSY_SECONDS = 30
PRAGMAS = (
    "foreign_keys = on",
    "trusted_schema = off",
    "secure_delete = on",
    # With a rollback journal this loses no commit that was acknowledged, whatever the power does.
    "synchronous = EXTRA",
    "temp_store = MEMORY",
    # Only `write_ahead` copies a log into the file, with nobody else writing.
    "wal_autocheckpoint = 0",
)
MEMORY = Path(":memory:")


def connect(path: Path) -> sqlite3.Connection:
    """Return an open connection without implicit transactions; a LeadctlError if it is no database."""
    try:
        # Absolute, because SQLite takes a name such as file:x or :memory: for something else.
        place = ":memory:" if path is MEMORY else str(path.absolute())
        connection = sqlite3.connect(place, isolation_level=None, timeout=BUSY_SECONDS)
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error as error:
        raise explain(error, path) from None
    return connection


def make_file(path: Path) -> None:
    """Make an empty file that only its owner reads, and the folders above it."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise BadDataError(
            f"cannot make {path}: {error.strerror}", "choose another with --db"
        ) from None


def schema_of(connection: sqlite3.Connection, path: Path) -> int:
    """Return the number of the file's schema, 0 if it has none yet.

    Raises BadDataError for a database of another program or of a newer leadctl.
    """
    version = migrations.schema_version(connection)
    ours = connection.execute("PRAGMA application_id").fetchone()[0]
    if ours != migrations.APPLICATION_ID:
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise BadDataError(
                f"{path} is a database of another program", "choose another with --db"
            )
        return 0
    if version > migrations.LATEST:
        raise BadDataError(
            f"{path} was made by a newer leadctl (schema {version}, this one knows"
            f" {migrations.LATEST})",
            "install the newer leadctl",
        )
    return version


def migrate(
    connection: sqlite3.Connection,
    path: Path,
    moment: str,
    derive: Callable[[sqlite3.Connection], None],
) -> Path | None:
    """Bring the schema up to date under the write lock; return the backup made before, if any.

    A file without a schema needs no backup. `moment` is a stored time, for the backup's name.
    `derive` makes anew what is derived from the facts, in the same transaction: nobody reads the
    new schema without it.
    """
    version = migrations.schema_version(connection)
    if version == migrations.LATEST:
        return None
    backup = None
    if version:
        backup = _backup(connection, path, f"schema{version}.{moment.replace(':', '')}")
    try:
        connection.execute("BEGIN IMMEDIATE")
        # Who had the lock may have done it.
        if migrations.schema_version(connection) < migrations.LATEST:
            migrations.apply(connection)
            if version:
                derive(connection)
            connection.execute("COMMIT")
    except sqlite3.Error as error:
        raise explain(error, path) from None
    finally:
        connection.rollback()
    return backup


def _backup(connection: sqlite3.Connection, path: Path, label: str) -> Path:
    """Copy a database to a new file beside it and return that.

    Another command may be making one in the same second, or have been cut off in it.
    """
    for number in count(1):
        again = f"-{number}" if number > 1 else ""
        backup = path.with_name(f"{path.name}.{label}{again}.backup")
        try:
            copy(connection, backup)
        except FileExistsError:
            continue
        except OSError as error:
            raise BadDataError(
                f"cannot make {backup}: {error.strerror}", "a new schema wants a backup beside it"
            ) from None
        return backup
    raise AssertionError


def copy(connection: sqlite3.Connection, target: Path) -> None:
    """Copy a whole database, as of one moment, to a new private file."""
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    copy = sqlite3.connect(target)
    try:
        connection.backup(copy)
        # Of a file with a log the copy would want one too.
        copy.execute("PRAGMA journal_mode = DELETE")
    except BaseException:
        target.unlink()
        raise
    finally:
        copy.close()


def explain(error: sqlite3.Error, path: Path) -> LeadctlError:
    """Return SQLite's error as one of ours, with the next step and without personal data."""
    text = str(error)
    if "locked" in text or "busy" in text:
        return ConflictError(f"{path} is busy: another command is writing", "try again")
    if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_READONLY_DBMOVED:
        return ConflictError(
            f"{path} is another file now: somebody has moved or replaced it", "try again"
        )
    if "readonly" in text or "read-only" in text:
        return BadDataError(f"{path} cannot be written: it is read-only", "check its permissions")
    if "not a database" in text:
        return BadDataError(f"{path} is not a database of leadctl", "choose another with --db")
    if "malformed" in text or "corrupt" in text:
        return BadDataError(f"{path} is damaged", "restore a backup; see leadctl db doctor")
    if "decode" in text:
        # SQLite's own words would repeat the text.
        return BadDataError(f"{path} is damaged: a text in it is no UTF-8", "leadctl db doctor")
    if "unable to open" in text:
        return BadDataError(f"cannot open {path}", "check the place and its permissions")
    if "is full" in text:
        return BadDataError(f"no room left for {path}; nothing was changed", "free some space")
    if "I/O error" in text:
        return BadDataError(
            f"the disk of {path} reports an error; nothing was changed", "check its room and health"
        )
    if "UNIQUE" in text and "_external" in text:
        return ConflictError("this external id is another record's", "leadctl show ext:ID")
    if "FOREIGN KEY" in text:
        # Commands look for what they name, but before they have the lock.
        return ConflictError(
            "another command has removed what this one was about; nothing was changed", "look again"
        )
    if "interrupted" in text:
        return TooLongError("a condition ran for too long and was stopped", "make it simpler")
    if "overflow" in text:
        return UsageError("a condition computes a number that is too large", "make it simpler")
    return LeadctlError(f"the database refused: {text}", "leadctl db doctor")
