"""Opens a file, a pipe or a gzip archive as bytes that can be read from the start again."""

from __future__ import annotations

import io
import os
import shutil
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, TextIO, cast

from leadctl.errors import BadDataError, UsageError
from leadctl.formats.table import shown

STANDARD_INPUT = "-"
GZIP = b"\x1f\x8b"
UNPACKED_LIMIT = 4 << 30
"""Bytes that an archive may unpack to; a million leads of 20 columns take about a sixteenth."""

_HEAD_BYTES = 4096


class Source:
    """The bytes of a file from their start, and how they are named in messages.

    `ending` is in lower case and without that of an archive, `notes` say what was unpacked. It is
    closed at the end of a `with` block, or by whoever takes over `stream`.
    """

    def __init__(self, name: str, stream: BinaryIO) -> None:
        self.name = shown(name)
        self.ending = _ending(name)
        self.notes: tuple[str, ...] = ()
        self.stream = stream
        self.head = b""
        self._file = stream

    def __enter__(self) -> Source:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.stream.close()

    def fraction(self) -> float | None:
        """Return which part of the file has been read, by any process that shares it."""
        try:
            file = self._file.fileno()
            return os.lseek(file, 0, os.SEEK_CUR) / (os.fstat(file).st_size or 1)
        except (OSError, ValueError):
            return None

    def look(self) -> None:
        """Read `head`, the first few thousand bytes, and go back to the start."""
        try:
            self.head = self.stream.read(_HEAD_BYTES)
            self.stream.seek(0)
        except OSError as error:
            raise unreadable(self.name, error) from None

    def unpack(self) -> None:
        """Put the content of the archive in its place; it is unpacked as it is read."""
        self.stream = io.BufferedReader(_Unpacked(self.name, self.stream), 1 << 18)
        self.notes = ("unpacked from gzip",)
        self.look()


def opened(source: Path | BinaryIO | TextIO | Source) -> Source:
    """Return the source of a path or a stream, `-` being standard input; a source as it is.

    What cannot be read twice is copied to a temporary file first. Raises UsageError for a file that
    is not there or a directory, BadDataError for one that cannot be read or unpacked.
    """
    if isinstance(source, Source):
        return source
    if isinstance(source, Path) and str(source) != STANDARD_INPUT:
        found = Source(source.name or str(source), _file(source))
    else:
        stream = sys.stdin if isinstance(source, Path) else source
        found = Source("standard input", _spooled(stream, "standard input"))
    try:
        found.look()
        if found.head.startswith(GZIP):
            found.unpack()
    except BaseException:
        found.stream.close()
        raise
    return found


def unreadable(name: str, error: OSError) -> BadDataError:
    """Return the error about a file that the system does not let us read."""
    return BadDataError(
        f"{name} cannot be read: {error.strerror or 'the disk reports an error'}",
        "check the file's permissions, or copy it elsewhere and try again",
    )


def _ending(name: str) -> str:
    path = Path(name.lower())
    return (path.with_suffix("") if path.suffix == ".gz" and path.stem else path).suffix


def _file(path: Path) -> BinaryIO:
    try:
        if path.is_dir():
            raise UsageError(f"{shown(str(path))} is a directory", "name one file in it")
        stream = path.open("rb")
        return stream if stream.seekable() else _spooled(stream, shown(path.name))
    except (FileNotFoundError, NotADirectoryError):
        raise UsageError(f"no such file: {shown(str(path))}", "check the path") from None
    except ValueError:  # a NUL in the path
        raise UsageError(f"no such file: {shown(str(path))}", "check the path") from None
    except OSError as error:
        raise unreadable(shown(path.name), error) from None


def _spooled(pipe: BinaryIO | TextIO | None, name: str) -> BinaryIO:
    """Return the contents of a pipe as a file, since detection has to read the header twice."""
    if pipe is None:
        raise UsageError(f"{name} is closed", "name a file")
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    try:
        binary = getattr(pipe, "buffer", pipe)
        if isinstance(binary, io.TextIOBase):
            copy.write(binary.read().encode("utf-8", "surrogateescape"))
        else:
            shutil.copyfileobj(binary, copy)
        copy.seek(0)
    except OSError as error:
        copy.close()
        raise unreadable(name, error) from None
    return cast(BinaryIO, copy)


class _Unpacked(io.RawIOBase):
    """The content of a gzip archive; raises BadDataError where it is damaged or without end."""

    def __init__(self, name: str, packed: BinaryIO) -> None:
        import gzip

        self._name = name
        self._packed = packed
        self._stream = gzip.GzipFile(fileobj=packed, mode="rb")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        import zlib

        try:
            size = self._stream.readinto(buffer)
            if self._stream.tell() <= UNPACKED_LIMIT:
                return size
        except (OSError, EOFError, zlib.error):
            raise BadDataError(
                f"{self._name} is a damaged gzip archive", "copy it again, or unpack it first"
            ) from None
        raise BadDataError(
            f"{self._name} unpacks to more than {UNPACKED_LIMIT >> 20:,} MiB",
            "unpack it, and import it in parts",
        )

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go back to the start, or to where the reader stands; that is all that readers need."""
        if whence == io.SEEK_SET:
            return self._stream.seek(offset)
        if whence == io.SEEK_CUR and offset == 0:
            return self._stream.tell()
        raise io.UnsupportedOperation("seek")

    def tell(self) -> int:
        return self._stream.tell()

    def close(self) -> None:
        with suppress(OSError):
            self._stream.close()
        self._packed.close()
        super().close()
