"""Values laid aside on disk in their order, so that memory does not grow with a file."""

from __future__ import annotations

import marshal
import tempfile
from collections.abc import Iterator
from typing import Any

from leadctl.errors import BadDataError

_IN_MEMORY = 1 << 24
"""Bytes that stay in memory: few imports are larger."""


class Aside:
    """Plain values (lists, tuples, dictionaries, texts, numbers) in a private file without a name.

    They can be read again as often as needed, from either end. Raises BadDataError where the disk
    is full.
    """

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed by close
        self._starts: list[int] = []
        self._end = 0

    def __len__(self) -> int:
        return len(self._starts)

    def put(self, value: Any) -> None:
        """Lay a value aside behind all others."""
        self.put_packed(marshal.dumps(value))

    def put_packed(self, packed: bytes) -> None:
        """Lay a value aside that another process has packed with `marshal`."""
        try:
            self._file.seek(self._end)
            self._file.write(packed)
        except OSError as error:
            raise no_room(error) from None
        self._starts.append(self._end)
        self._end += len(packed)

    def __iter__(self) -> Iterator[Any]:
        return map(self._value, range(len(self._starts)))

    def __reversed__(self) -> Iterator[Any]:
        return map(self._value, reversed(range(len(self._starts))))

    def _value(self, number: int) -> Any:
        start = self._starts[number]
        self._file.seek(start)
        end = self._starts[number + 1] if number + 1 < len(self) else self._end
        return marshal.loads(self._file.read(end - start))

    def close(self) -> None:
        """Give the room back."""
        self._file.close()


def no_room(error: OSError) -> BadDataError:
    """Return the error about a temporary file that cannot be written."""
    return BadDataError(
        f"no room in {tempfile.gettempdir()} for what is read: {error.strerror}",
        "make room there, or set TMPDIR to a folder with more",
    )
