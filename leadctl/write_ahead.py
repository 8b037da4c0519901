"""A log beside the database file for as long as much is written, so that nobody waits to read.

With a rollback journal, what does not fit into the page cache is written into the file before the
commit, and from then on nobody may read. A write-ahead log takes it instead, and readers see the
file as it was (https://sqlite.org/wal.html, "Concurrency"). It is not there all the time: a file
of its own, the rollback journal, is what every disk and every copy of the file can do without.

The log is safe here. `synchronous = EXTRA` syncs it at each commit. SQLite before 3.51.3 may lose
what is in it if somebody begins it anew while another connection copies it into the file
(https://sqlite.org/wal.html#walresetbug); so nobody copies it by the way (`wal_autocheckpoint = 0`)
and `_copied` holds the write lock, without which nobody can begin it anew. A command that is killed
leaves the log: SQLite reads it again, and the next command that writes goes back to the journal.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from pathlib import Path

from leadctl import database, mounts

LARGE = 50_000
"""Records from which what an operation writes of them may not fit into the page cache."""
PATIENCE = 5.0
"""Seconds to wait for a moment in which nobody has the file open, when all is written."""
_PAUSE = 0.02
_ATTEMPT_MS = 300


@contextmanager
def log(connection: sqlite3.Connection, path: Path, clock: Callable[[], float]) -> Iterator[None]:
    """Write what the block commits into a log, and then copy it into the file.

    Where the log cannot be had, the block runs with the rollback journal; where it cannot be left
    again because somebody reads for long, the next command that writes does it.
    """
    turned_on = not mounts.is_of_other_machines(path) and _turn_on(connection, clock)
    try:
        yield
    finally:
        if turned_on:
            settle(connection, path, clock, PATIENCE)


def is_on(connection: sqlite3.Connection) -> bool:
    """Whether the file has a log."""
    return bool(connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal")


def settle(
    connection: sqlite3.Connection, path: Path, clock: Callable[[], float], patience: float = 0.0
) -> bool:
    """Copy the log into the file and go back to the rollback journal; whether that was possible.

    What is committed is committed: where there is no room left, or somebody is there for longer than
    `patience` seconds, it stays in the log.
    """
    until = clock() + patience
    with suppress(sqlite3.Error):
        while not (_copied(connection, path) and _turned_off(connection, path)):
            if clock() >= until:
                return False
            time.sleep(_PAUSE)
        return True
    return False


def _turn_on(connection: sqlite3.Connection, clock: Callable[[], float]) -> bool:
    """Have a log from now on, if the file can be had alone for a moment.

    Readers cannot begin while SQLite waits for others to end, so that it waits for short times.
    """
    until = clock() + database.BUSY_SECONDS
    connection.execute(f"PRAGMA busy_timeout = {_ATTEMPT_MS}")
    with suppress(sqlite3.Error):
        while clock() < until:
            with _unless_busy():
                connection.execute("PRAGMA journal_mode = WAL")
                _read(connection)
                break
            time.sleep(_PAUSE)
    connection.execute(f"PRAGMA busy_timeout = {database.BUSY_SECONDS * 1000}")
    return is_on(connection)


def _copied(connection: sqlite3.Connection, path: Path) -> bool:
    """Copy what the log holds into the file, while nobody else can write; whether that is all."""
    beside = sqlite3.connect(path.absolute(), isolation_level=None, timeout=0)
    with closing(beside) as guard, _unless_busy():
        guard.execute("BEGIN IMMEDIATE")
        _, written, copied = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        return bool(written == copied)
    return False


def _turned_off(connection: sqlite3.Connection, path: Path) -> bool:
    """Go back to the rollback journal, which is possible while nobody else has the file open."""
    there = path.resolve()
    log = there.with_name(there.name + "-wal")
    # To give the room of a large file back takes a while: here, when readers may go on again.
    opened = log.open("rb") if log.exists() else nullcontext()
    with opened, _keeping_locks(connection), _unless_busy():
        connection.execute("PRAGMA journal_mode = DELETE")
    return not is_on(connection)


@contextmanager
def _keeping_locks(connection: sqlite3.Connection) -> Iterator[None]:
    """Let nobody come between two steps, such as the end of the log and the header that says so."""
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    try:
        yield
    finally:
        connection.execute("PRAGMA locking_mode = NORMAL")
        _read(connection)


def _read(connection: sqlite3.Connection) -> None:
    """Have SQLite look at the file and its locks; while it sees a log, nobody else can end that."""
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()


@contextmanager
def _unless_busy() -> Iterator[None]:
    """End the block where somebody else holds what it needs."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
