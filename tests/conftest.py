"""Fixtures: leadctl in process on a scratch database, with a fixed clock, user and zone."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from leadctl.app import App
from leadctl.cli import app as commands
from leadctl.store import Store

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
NOT_FACTS = frozenset(("version", "updated_at"))
"""Columns that every write moves, so that undo leaves them out."""
SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
"""Real files that lie beside a checkout where there are some; tests skip where there are none."""

# Who runs the suite in the background may ignore Ctrl-C; the commands that tests interrupt must not.
signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("suite", deadline=None, suppress_health_check=list(HealthCheck))
settings.load_profile("suite")


class Stream(io.StringIO):
    """A stream that says whether it is a terminal."""

    encoding = "utf-8"

    def __init__(self, text: str = "", *, terminal: bool = False) -> None:
        super().__init__(text, newline="")
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal

    @property
    def buffer(self) -> Bytes:
        """What takes bytes, as that of a real stream does."""
        return Bytes(self)


class Bytes(io.BytesIO):
    """The bytes of a stream, which have to be text in UTF-8."""

    def __init__(self, stream: Stream) -> None:
        super().__init__(stream.getvalue().encode())
        self.stream = stream

    def write(self, block: Any) -> int:
        return self.stream.write(bytes(block).decode())


class Answers:
    """A session that answers questions from a list, in their order; it keeps what was asked.

    An answer that can be called is called, so that a test may do something meanwhile; an
    exception is raised, as Ctrl-C would be. A choice is answered by its value or label.
    """

    asking = True

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def _next(self, question: str) -> Any:
        self.asked.append(question)
        answer = self.answers.pop(0)
        if callable(answer) and not isinstance(answer, type):
            answer = answer()
        if isinstance(answer, BaseException) or (
            isinstance(answer, type) and issubclass(answer, BaseException)
        ):
            raise answer
        return answer

    def confirm(self, question: str, *, flag: str = "--yes", default: bool = True) -> bool:
        return bool(self._next(question))

    def choose(self, question: str, choices: Any, *, flag: str) -> Any:
        answer = self._next(question)
        for choice in choices:
            if answer in (choice.value, choice.label, choice.key):
                return choice.value
        raise AssertionError(f"{answer!r} is not offered: {[c.label for c in choices]}")

    def text(self, question: str, *, flag: str, default: str = "", **_: Any) -> str:
        answer = self._next(question)
        return default if answer is None else str(answer)


class Outcome:
    """What a command left behind: exit code, stdout and stderr."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code = code
        self.out = out
        self.err = err

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def screen(self) -> str:
        """What a person reads on stdout, without colours."""
        return re.sub(r"\x1b\[[0-9;]*m", "", self.out)

    def __repr__(self) -> str:
        return f"exit {self.code}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


class Leadctl:
    """Runs commands in process, through the real Typer app."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.db = folder / "leads.db"
        self.now = NOW
        self.env = {
            "LEADCTL_DB": str(self.db),
            "LEADCTL_USER": "tester",
            "HOME": str(folder / "home"),
            "COLUMNS": "100",
        }
        (folder / "leadctl.toml").write_text('timezone = "UTC"\n')

    def __call__(
        self,
        *words: object,
        stdin: str = "",
        terminal: bool = False,
        answers: Answers | None = None,
        env: dict[str, str] | None = None,
    ) -> Outcome:
        out, err = Stream(terminal=terminal), Stream(terminal=terminal)
        app = App(
            {**self.env, **(env or {})},
            stdin=Stream(stdin, terminal=terminal),
            stdout=out,
            stderr=err,
            clock=lambda: self.now,
            terminal=terminal or answers is not None or None,
            prompts=answers,  # type: ignore[arg-type]
        )
        with pytest.raises(SystemExit) as stopped:
            commands(args=[str(word) for word in words], obj=app)
        code = stopped.value.code
        return Outcome(code if isinstance(code, int) else 0, out.getvalue(), err.getvalue())

    def ok(self, *words: object, **more: Any) -> Any:
        """Run a command that must succeed and return its JSON."""
        outcome = self(*words, "--json", **more)
        assert outcome.code == 0, outcome
        return outcome.json

    def configure(self, text: str) -> None:
        """Write leadctl.toml; the zone stays UTC."""
        (self.folder / "leadctl.toml").write_text('timezone = "UTC"\n' + text)

    def write(self, name: str, text: str) -> Path:
        """Write a file beside the database and return its path."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8", newline="")
        return path

    def process(self, *words: object, **more: Any) -> subprocess.Popen[str]:
        """Start a command as a process of its own on the same database."""
        env = {**os.environ, **self.env, "PYTHONWARNINGS": "error"}
        return subprocess.Popen(
            [sys.executable, "-m", "leadctl", *map(str, words)],
            env=env, stdin=more.pop("stdin", subprocess.DEVNULL), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, **more,
        )  # fmt: skip

    def store(self) -> Store:
        """Open the database beside the commands."""
        return App(self.env, clock=lambda: self.now).store


@pytest.fixture
def leadctl(tmp_path: Path) -> Leadctl:
    return Leadctl(tmp_path)


@pytest.fixture
def store(leadctl: Leadctl) -> Iterator[Store]:
    store = leadctl.store()
    yield store
    store.close()


def facts(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Return every fact of a database: all columns but `version` and `updated_at`."""
    from leadctl.fields import KINDS

    found = {}
    for table in KINDS.values():
        rows = store.query(f"SELECT * FROM {table} ORDER BY id")
        found[table] = [
            tuple((name, value) for name, value in row.items() if name not in NOT_FACTS)
            for row in rows
        ]
    return found


SeedLeads = Callable[..., list[int]]


@pytest.fixture
def leads(store: Store) -> SeedLeads:
    """Make leads straight in the store: leads(3), or leads({"email": "a@b.example"}, …)."""

    def make(*rows: Any) -> list[int]:
        if len(rows) == 1 and isinstance(rows[0], int):
            rows = tuple({"last_name": f"Lead {n + 1}"} for n in range(rows[0]))
        shared = {"status": "New", "created_at": "2026-11-20T09:00:00Z", "created_day": 20777}
        with store.operation("seed") as op:
            return list(op.create("lead", [{**shared, **row} for row in rows]))

    return make
