"""Reading in a second process: rows come through a pipe while those before them are written."""

from __future__ import annotations

import fcntl
import marshal
import os
import pickle
import signal
import struct
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any, BinaryIO, NoReturn

from leadctl import processors
from leadctl.errors import LeadctlError
from leadctl.importing.aside import Aside

_HEAD = struct.Struct(">BQ")
_NEW, _DRAFTS, _REJECTED, _END, _FAILED = range(5)
_TAGS = {"new": _NEW, "drafts": _DRAFTS, "rejected": _REJECTED}
_WIDTH = 1 << 20
"""Bytes that a pipe holds: with the usual 64 KiB, of which a run is more, each waits for the other."""


def is_possible() -> bool:
    """Whether there is a second processor, and Linux, where forking is safe."""
    return sys.platform == "linux" and processors.usable() > 1


class Sent:
    """A sink whose values go to the other process."""

    def __init__(self, what: str, pipe: BinaryIO) -> None:
        self._tag = _TAGS[what]
        self._pipe = pipe

    def put(self, value: Any) -> None:
        """Send a plain value."""
        _send(self._pipe, self._tag, marshal.dumps(value))


class Reader:
    """A process that reads while this one writes; run through, it gives what has no place.

    What has one of `places` is laid aside there. Rejected rows are handed to `on_rejected` too, and
    what the other process returns, at the end, to `on_end`. An error of it is raised here. It has
    to be stopped.
    """

    def __init__(
        self,
        read: Callable[[Callable[[str], Sent]], Any],
        places: Mapping[str, Aside],
        *,
        on_rejected: Callable[[Any], None],
        on_end: Callable[[Any], None],
    ) -> None:
        self._places = {_TAGS[what]: place for what, place in places.items()}
        self._on_rejected = on_rejected
        self._on_end = on_end
        source, target = os.pipe()
        # A user who has many wide pipes gets no other one.
        with suppress(OSError):
            fcntl.fcntl(target, fcntl.F_SETPIPE_SZ, _WIDTH)
        # Ctrl-C is for the process that writes; the other one must never unwind the command.
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            self._process = os.fork()
            if not self._process:
                _serve(source, target, read)
        except OSError as error:
            raise LeadctlError(
                f"no second process can be started to read: {error.strerror}",
                "try again when the machine is less busy; nothing was changed",
            ) from None
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        os.close(target)
        self._pipe = os.fdopen(source, "rb", _WIDTH)

    def __iter__(self) -> Iterator[Any]:
        while True:
            tag, size = _HEAD.unpack(self._exactly(_HEAD.size))
            packed = self._exactly(size)
            if tag == _END:
                self._on_end(pickle.loads(packed))
                return
            if tag == _FAILED:
                raise pickle.loads(packed)
            if tag not in self._places:
                yield marshal.loads(packed)
                continue
            self._places[tag].put_packed(packed)
            if tag == _REJECTED:
                self._on_rejected(marshal.loads(packed))

    def close(self) -> None:
        """Stop the process if it still reads."""
        self._pipe.close()
        with suppress(ProcessLookupError):
            os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)

    def _exactly(self, size: int) -> bytes:
        packed = self._pipe.read(size)
        if len(packed) < size:
            raise LeadctlError(
                "the process that reads was killed; nothing was changed", "try again"
            )
        return packed


def _serve(source: int, target: int, read: Callable[[Callable[[str], Sent]], Any]) -> NoReturn:
    """Read in this process, send what comes of it, and end without touching what is shared."""
    try:
        os.close(source)
        with os.fdopen(target, "wb") as pipe:
            try:
                end = read(lambda what: Sent(what, pipe))
                _send(pipe, _END, pickle.dumps(end))
            except Exception as error:
                _send(pipe, _FAILED, pickle.dumps(error))
    finally:
        os._exit(0)


def _send(pipe: BinaryIO, tag: int, packed: bytes) -> None:
    pipe.write(_HEAD.pack(tag, len(packed)))
    pipe.write(packed)
    pipe.flush()
