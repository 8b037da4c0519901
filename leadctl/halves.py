"""A report of an earlier day by two processes: each makes the past of half the leads, and counts it."""

from __future__ import annotations

import os
import pickle
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from io import StringIO
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from leadctl import processors, reports, when
from leadctl.errors import LeadctlError
from leadctl.past import Half, Past
from leadctl.reports.as_of import as_of, middle

if TYPE_CHECKING:
    from leadctl.app import App
    from leadctl.reports.shape import Question
    from leadctl.store import Row, Store

FEW = 100_000
"""Ids of leads among which one process is as quick as two."""
PATIENCE = 1.0
"""Seconds that the other process may begin later than this one is done with its half of the past."""
_SERVE = "from leadctl import halves; halves.serve()"


class Asked(NamedTuple):
    """What another process needs to know: where the database is, and the past to make of it.

    `moment`, `day`, `reads` and `half` are those of `reports.as_of`.
    """

    env: Mapping[str, str]
    database: str | None
    config: str | None
    moment: str
    day: int
    reads: Collection[str] | None
    half: Half


@contextmanager
def past_for(leadctl: App, name: str, question: Question) -> Iterator[Past]:
    """Let the block make a report as of the end of the day that is asked about.

    Of many leads two processes do it where the report adds up: its queries over leads, its tallies
    and the tables that it lays are those of one half and of the other.
    """
    moment, day = when.end_of(leadctl, question.today), question.today
    reads = reports.reads(name, question, leadctl.store.fields)
    then = (leadctl.store, leadctl.settings, moment, day, reads)
    last = _last_of_half(leadctl.store) if reports.adds_up(name, question) else None
    other = None if last is None else _Other.started()
    if last is not None and other is not None:
        with closing(other), leadctl.store.steady():
            # Without a log nobody can commit from here on; beside one the other may see more.
            newest = leadctl.store.operations(limit=1)
            theirs_too = (moment, day, reads, Half(last, above=True))
            other.make(Asked(dict(leadctl.env), leadctl.db, leadctl.config, *theirs_too))
            with as_of(*then, Half(last, above=False)) as ours:
                theirs = other.past(newest)
                if theirs is not None:
                    with leadctl.store.shared_with(other):
                        yield Past(ours.there or theirs.there, ours.imported + theirs.imported)
                    return
    with as_of(*then) as was:
        yield was


def _last_of_half(store: Store) -> int | None:
    """Return the last lead of the first half, None where one process is to make the whole past."""
    possible = os.name == "posix" and bool(sys.executable) and processors.usable() > 1
    return middle(store, FEW) if possible and store.exists() else None


class _Other:
    """The process that has the other half."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.process = process
        self._requests: IO[bytes] = process.stdin
        self._answers: IO[bytes] = process.stdout

    @classmethod
    def started(cls) -> _Other | None:
        """Return it, to be closed at the end; None where the machine has no room for it."""
        try:
            process = subprocess.Popen(
                # Modules are those of this process, not what lies in the folder where it runs.
                [sys.executable, "-P", "-c", _SERVE],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
        except OSError:
            return None
        return cls(process)

    def make(self, asked: Asked) -> None:
        """Let it make a past."""
        # Whether it has died is seen when it is waited for.
        with suppress(BrokenPipeError):
            self._send(asked)

    def close(self) -> None:
        """Let it end, whatever it does."""
        self.process.kill()
        self.process.wait()
        for pipe in (self._requests, self._answers):
            # What it has not read any more is still to be written.
            with suppress(BrokenPipeError):
                pipe.close()

    def past(self, newest: list[Row]) -> Past | None:
        """Wait for its past; None if it does not read the moment that has this newest operation.

        It has not begun at all where somebody waits to write, and nobody may read until then.
        """
        began, _, _ = select.select([self._answers], [], [], PATIENCE)
        try:
            if not began or pickle.load(self._answers) != newest:
                return None
            past: Past = pickle.load(self._answers)
        except (EOFError, pickle.UnpicklingError):
            return None
        return past

    def ask(self, method: str, *args: Any) -> Callable[[], Any]:
        """Have a method of the store done meanwhile; what is returned waits for what it returns."""
        with _alive():
            self._send((method, args))
        return self._answered

    def _send(self, request: Any) -> None:
        pickle.dump(request, self._requests)
        self._requests.flush()

    def _answered(self) -> Any:
        with _alive():
            answer = pickle.load(self._answers)
        if isinstance(answer, LeadctlError):
            raise answer
        return answer


@contextmanager
def _alive() -> Iterator[None]:
    """Say if the process has died."""
    try:
        yield
    except (BrokenPipeError, EOFError, pickle.UnpicklingError):
        raise LeadctlError(
            "the process that counts half of the leads was killed", "try again"
        ) from None


def serve() -> None:
    """Make the past that is asked for on standard input, and answer what is asked of it."""
    from leadctl.app import App

    # Ctrl-C is for the process that asks.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests, answers = sys.stdin.buffer, sys.stdout.buffer

    def say(answer: Any) -> None:
        pickle.dump(answer, answers)
        answers.flush()

    asked: Asked = pickle.load(requests)
    leadctl = App(asked.env, stdout=StringIO(), stderr=StringIO())
    leadctl.db, leadctl.config = asked.database, asked.config
    store = leadctl.store
    with store.steady():
        say(store.operations(limit=1))
        with as_of(
            store, leadctl.settings, asked.moment, asked.day, asked.reads, asked.half
        ) as was:
            say(was)
            while True:
                try:
                    method, args = pickle.load(requests)
                except EOFError:
                    return
                try:
                    say(getattr(store, method)(*args))
                except LeadctlError as error:
                    say(error)
