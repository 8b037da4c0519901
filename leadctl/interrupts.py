"""Ctrl-C: it takes everything back until a change goes to disk, and then it comes too late.

Who interrupts a command and reads `interrupted` can rely on it: what was going on has changed
nothing. What is on disk is finished and said.
"""

from __future__ import annotations

import signal
from contextlib import suppress
from typing import Any


class Interrupts:
    """Whether Ctrl-C is heard; `ours` says that it is for this process to say so."""

    def __init__(self, *, ours: bool = False) -> None:
        self._ours = ours
        self._before: Any = None
        self.came = False
        """Whether there was one that was heard."""
        # Who starts a command in the background lets it hear none.
        if ours and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            with suppress(ValueError):
                signal.signal(signal.SIGINT, self._interrupt)

    def shut_out(self) -> None:
        """Let Ctrl-C do nothing from now on."""
        if self._ours and self._before is None:
            # A thread beside the main one may not say so, and does not hear it either.
            with suppress(ValueError):
                self._before = signal.signal(signal.SIGINT, _too_late)

    def hear(self) -> None:
        """Let Ctrl-C do again what it did before."""
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)
            self._before = None

    def _interrupt(self, *_: object) -> None:
        self.came = True
        raise KeyboardInterrupt


def _too_late(*_: object) -> None:
    pass
