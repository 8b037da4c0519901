"""Files that were imported: moved out of the way, and known by their content if they come again."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from leadctl.errors import BadDataError, UsageError
from leadctl.importing.choices import STDIN

if TYPE_CHECKING:
    from leadctl.journal import Operation
    from leadctl.store import Store


class Archive:
    """The folder that a file goes to when all of it is on disk as records or rejected rows.

    A file whose content was imported before, say by a run that was killed before it could move the
    file, is not read again; nor is one missed that another run has moved meanwhile.
    """

    def __init__(self, folder: Path, store: Store) -> None:
        self.folder = folder
        self.store = store
        self.hashes: dict[Path, str] = {}
        self._seen: dict[Path, tuple[int, int]] = {}
        self.known: dict[Path, int] = {}
        """Files that need not be read -> the operation that brought them."""

    def unread(self, paths: Sequence[Path]) -> list[Path]:
        """Return the files to read; the others are `known`.

        Raises UsageError for standard input and pipes, and where the folder cannot be made.
        """
        for path in paths:
            if path == STDIN or (path.exists() and not path.is_file()):
                name = "standard input" if path == STDIN else path.name
                raise UsageError(f"{name} is no file to archive", "leave --archive out")
        if any(path.parent.resolve() == self.folder.resolve() for path in paths):
            raise UsageError(f"the files are in {self.folder} already", "choose another --archive")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(
                f"cannot make the folder {self.folder}: {error.strerror}", "choose another one"
            ) from None
        self.known = {}
        for path in paths:
            operation = self._look_at(path) if path.is_file() else None
            operation = operation or self._brought(path)
            if operation is not None:
                self.known[path] = operation
        return [path for path in paths if path not in self.known]

    def _look_at(self, path: Path) -> int | None:
        """Remember a file as it is now; return the operation that brought it, None if none did."""
        try:
            self._seen[path] = _state(path)
            self.hashes[path] = _hash(path)
        except FileNotFoundError:
            return None
        return self.store.imported_file(self.hashes[path])

    def _brought(self, path: Path) -> int | None:
        """Return the operation that brought a file which is not there, but in the folder."""
        if os.path.lexists(path):
            return None
        named = (file for file in self.folder.iterdir() if _is_named_after(file, path))
        found = (self.store.imported_file(_hash(file)) for file in named if file.is_file())
        return next((operation for operation in found if operation is not None), None)

    def has_taken(self, path: Path) -> bool:
        """Whether a file that is to be read has been moved by another import meanwhile."""
        return path in self.hashes and self._brought(path) is not None

    def is_known(self, paths: Sequence[Path]) -> bool:
        """Whether the content of a file to be read has been imported meanwhile."""
        there = (self.store.imported_file(self.hashes[path]) for path in paths)
        return any(operation is not None for operation in there)

    def is_as_it_was(self, path: Path) -> bool:
        """Whether nobody has written to a file since it was looked at; also if it is gone."""
        try:
            return _state(path) == self._seen.get(path)
        except FileNotFoundError:
            return True

    def remember(self, op: Operation, paths: Sequence[Path]) -> None:
        """Remember the content of files in the operation that brings them.

        One that is still being written is none: what it will be nobody knows.
        """
        rows = [
            {"sha256": self.hashes[path], "name": path.name, "at": op.now}
            for path in paths
            if path in self.hashes and self.is_as_it_was(path)
        ]
        op.create("imported_file", rows)

    def move(self, paths: Sequence[Path]) -> Mapping[Path, Path]:
        """Move files into the folder, with a number where their name is taken; return where to."""
        moved = {}
        for path in paths:
            target = free(self.folder / path.name)
            try:
                shutil.move(path, target)
            except FileNotFoundError:
                # Another import of the same file has moved it.
                continue
            except OSError as error:
                raise BadDataError(
                    f"{path} is imported, but cannot be moved to {self.folder}: {error.strerror}",
                    "move it by hand; it is known by its content",
                ) from None
            moved[path] = target
        return moved


def _state(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def _hash(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise BadDataError(
            f"{path.name} cannot be read: {error.strerror}", "check the file's permissions"
        ) from None


def _is_named_after(file: Path, path: Path) -> bool:
    """Whether a file of the folder has the name of another, or that with a number (see `free`)."""
    return file.suffix == path.suffix and bool(
        re.fullmatch(rf"{re.escape(path.stem)}( \(\d+\))?", file.stem)
    )


def free(path: Path) -> Path:
    """Return a path where nothing is yet: this one, or one with a number."""
    number = 1
    free = path
    while os.path.lexists(free):
        number += 1
        free = path.with_name(f"{path.stem} ({number}){path.suffix}")
    return free
