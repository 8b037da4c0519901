"""Writes a file that is private to its owner, and there whole or not at all."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, BinaryIO

from leadctl.errors import BadDataError


class NewFile:
    """A file that takes its place when the `with` block ends; if the block raises, nothing changes.

    It has the mode 0600, and replaces a file of the same name. Raises BadDataError where it cannot
    be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._part: str | None = None
        self._is_placed = False

    def write(self, rows: Iterable[Iterable[str]], delimiter: str | None = ",") -> None:
        """Put all rows on disk beside the place of the file, as UTF-8."""
        self._put(
            lambda stream: csv.writer(
                stream, delimiter=delimiter or ",", lineterminator="\n"
            ).writerows(rows)
        )

    def write_text(self, parts: Iterable[str]) -> None:
        """Put a text on disk beside the place of the file, part by part, as UTF-8."""
        self._put(lambda stream: stream.writelines(parts))

    def write_bytes(self, write: Callable[[BinaryIO], None]) -> None:
        """Put on disk beside the place of the file what `write` writes to the stream it is given."""
        self._put(write, binary=True)

    def _put(self, write: Callable[[Any], None], *, binary: bool = False) -> None:
        if self.path.exists() and not self.path.is_file():
            raise BadDataError(f"{self.path} is no file", "choose another name")
        try:
            descriptor, self._part = tempfile.mkstemp(
                dir=self.path.parent, prefix=f"{self.path.name}.", suffix=".part"
            )
            with _opened(descriptor, binary=binary) as stream:
                write(stream)
                stream.flush()
                os.fsync(descriptor)
        except OSError as error:
            raise BadDataError(
                f"cannot write {self.path}: {error.strerror}; nothing was changed",
                "choose another place",
            ) from None

    def place(self) -> None:
        """Let what is written take its place now; if the block raises later, the file goes again."""
        if self._part is not None:
            os.replace(self._part, self.path)
            self._is_placed = True

    def __enter__(self) -> NewFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if kind is not None and self._part is not None:
            with suppress(OSError):
                os.unlink(self.path if self._is_placed else self._part)
        elif not self._is_placed:
            self.place()


def _opened(descriptor: int, *, binary: bool) -> IO[Any]:
    return open(descriptor, "wb") if binary else open(descriptor, "w", encoding="utf-8", newline="")
