"""A small file into which much is written: a copy takes all of it, and then the place of the file.

Readers have the file as it was for as long, and what is new is written once: neither into a log and
then into the file, nor beside what it replaces. Nobody reads the copy before it is whole, so that it
is synced once, at its end. The file's write lock is held from before the copy to after the exchange:
who gets it then looks whether the file is still the one of its name. A command that is killed leaves
the file as it was, and a copy that the next one that writes removes.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from leadctl import database, mounts
from leadctl.errors import BadDataError

PRAGMAS = ("journal_mode = MEMORY", "synchronous = OFF")
"""What is enough for a file that is thrown away whenever something goes wrong."""
SMALL = 50
"""Bytes of the file for each record that may be written: what takes more is rather written into."""


class Identity(NamedTuple):
    """Which file it is, whatever its name."""

    device: int
    number: int


def identity(path: Path) -> Identity | None:
    """Return which file a name means now, None without one."""
    with suppress(FileNotFoundError):
        there = path.stat()
        return Identity(there.st_dev, there.st_ino)
    return None


def is_better(path: Path, records: int) -> bool:
    """Whether a file is small beside so many records, and may be replaced by one that is like it."""
    there = path.stat()
    return (
        there.st_size < SMALL * records
        and os.name == "posix"
        and there.st_uid == os.geteuid()
        and there.st_gid in (os.getegid(), *os.getgroups())
        and there.st_nlink == 1
        # Containers have files of elsewhere, whose name cannot be given away.
        and str(path.resolve()) not in mounts.kinds()
    )


def copied(path: Path) -> Path:
    """Return a copy of a file, whose write lock is held; BadDataError without room."""
    copy, there = _copy_of(path), path.stat()
    # Who writes cannot be copied from; who only reads can be, beside it.
    with _explained(path), closing(database.connect(path)) as reader:
        database.copy(reader, copy)
        made = copy.stat()
        if made.st_gid != there.st_gid:
            os.chown(copy, -1, there.st_gid)
        if made.st_mode != there.st_mode:
            copy.chmod(stat.S_IMODE(there.st_mode))
    return copy


def take_place(copy: Path, path: Path) -> None:
    """Let a copy, which is on disk then, be the file from now on; BadDataError if it cannot."""
    with _explained(path):
        _sync(copy)
        copy.replace(path.resolve())
    # It has the place; some disks keep folders in no other way.
    with suppress(OSError):
        _sync(copy.parent)


def clear(path: Path) -> None:
    """Remove what a command that was killed has left; the write lock of the file is held."""
    copy = _copy_of(path)
    for end in ("", "-journal"):
        copy.with_name(copy.name + end).unlink(missing_ok=True)


def was_left(path: Path) -> bool:
    """Whether a command that was killed had left something, which is removed now."""
    if not _copy_of(path).exists():
        return False
    with (
        closing(sqlite3.connect(path.absolute(), isolation_level=None, timeout=0)) as guard,
        suppress(sqlite3.OperationalError),
    ):
        guard.execute("BEGIN IMMEDIATE")
        clear(path)
        return True
    return False


def _copy_of(path: Path) -> Path:
    there = path.resolve()
    return there.with_name(f"{there.name}-copy")


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BadDataError(
            f"cannot write beside {path}: {error.strerror}; nothing was changed",
            "check the room and the permissions of its folder",
        ) from None


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
