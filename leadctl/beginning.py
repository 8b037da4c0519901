"""A new database: one into which much is written gets its name when all of it is on disk.

What has no name yet nobody has open, so that it needs neither journal nor log and is synced once, at
its end. What has its name is never replaced: SQLite finds journal and log by the name, and whoever
still had the old file open would take those of the new one for its own, and remove them
(https://sqlite.org/howtocorrupt.html, "Unlinking or renaming a database file while in use"). A
command that is killed leaves no database, and a part of one that the next command removes.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from leadctl import database, mounts
from leadctl.errors import BadDataError, ConflictError

PRAGMAS = ("journal_mode = MEMORY", "synchronous = OFF")
"""What is enough for a file that is thrown away whenever something goes wrong."""
_PAUSE = 0.02


def is_possible(path: Path) -> bool:
    """Whether a database of this name is a new one, which other processes of this machine may make."""
    beside = (path.with_name(path.name + end) for end in ("", "-journal", "-wal"))
    return (
        os.name == "posix"
        and not any(map(os.path.lexists, beside))
        and not mounts.is_of_other_machines(path)
    )


@contextmanager
def alone(path: Path, clock: Callable[[], float]) -> Iterator[Path]:
    """Let the block alone make a database; give the name that it has until it is whole.

    Others who want to make it wait until the block ends. Raises ConflictError if that takes too
    long, BadDataError where nothing can be made.
    """
    part, until = _part_of(path), clock() + database.BUSY_SECONDS
    with _explained(path, "make"):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        while (claim := _claim(part)) is None:
            if clock() >= until:
                raise ConflictError(f"{path} is busy: another command makes it", "try again")
            time.sleep(_PAUSE)
    try:
        yield part
    finally:
        _give_up(part, claim)


def take_place(part: Path, path: Path) -> None:
    """Give a database, which is on disk then, its name; BadDataError if that cannot be."""
    with _explained(path, "write"):
        _sync(part)
        part.replace(path.resolve())
    # It has the name; some disks keep folders in no other way.
    with suppress(OSError):
        _sync(part.parent)


def was_left(path: Path) -> bool:
    """Whether a command that was killed had left a part of a new database, which is removed now."""
    part = _part_of(path)
    with suppress(OSError):
        if part.exists() and (claim := _claim(part)) is not None:
            _give_up(part, claim)
            return True
    return False


def _part_of(path: Path) -> Path:
    there = path.resolve()
    return there.with_name(f"{there.name}-part")


def _claim(part: Path) -> int | None:
    """Return a file descriptor with which nobody else makes this part, None if somebody does."""
    import fcntl

    opened = os.open(part, os.O_CREAT | os.O_RDWR, 0o600)
    with suppress(BlockingIOError, FileNotFoundError):
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Who had it may have removed it, and somebody else may have made the next one.
        if os.path.samestat(os.fstat(opened), part.stat()):
            os.truncate(opened, 0)
            return opened
    os.close(opened)
    return None


def _give_up(part: Path, claim: int) -> None:
    with suppress(FileNotFoundError):
        if os.path.samestat(os.fstat(claim), part.stat()):
            part.unlink()
    os.close(claim)


@contextmanager
def _explained(path: Path, what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BadDataError(
            f"cannot {what} {path}: {error.strerror}; nothing was changed",
            "check the room and the permissions of its folder, or choose another with --db",
        ) from None


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
