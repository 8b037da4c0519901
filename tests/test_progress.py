"""progress: one line on a terminal that is gone at the end, few lines in a log, never on stdout."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from datetime import UTC
from typing import Any

import pytest
from conftest import NOW, Stream

from leadctl.output import Output
from leadctl.progress import Progress, duration


class Desk:
    """An Output with a clock that is set by hand."""

    def __init__(self, *, terminal: bool, width: int = 100, **env: str) -> None:
        self.seconds = 100.0
        self.out, self.err = Stream(terminal=terminal), Stream(terminal=terminal)
        self.output = Output(
            self.out, self.err, env={"COLUMNS": str(width), **env},
            now=lambda: NOW, zone=lambda: UTC, clock=lambda: self.seconds, terminal=terminal,
        )  # fmt: skip

    def work(
        self, *, seconds: int, rows: int, known: bool = True,
        meanwhile: Callable[[int], None] = lambda _: None,
    ) -> None:  # fmt: skip
        """Work for so many seconds on so many rows, eight steps a second."""
        with self.output.progress("leads.csv", unit="rows") as progress:
            for step in range(1, seconds * 8 + 1):
                self.seconds = 100 + step / 8
                share = step / (seconds * 8)
                progress.at(int(rows * share), share if known else None)
                meanwhile(step)

    @property
    def drawn(self) -> list[str]:
        """Every state of the line on the terminal."""
        words = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self.err.getvalue())
        return [line.rstrip() for line in re.split(r"[\r\n]+", words) if line.strip()]


class TestTerminal:
    def test_the_line_says_how_far_and_how_long(self) -> None:
        desk = Desk(terminal=True)
        desk.work(seconds=20, rows=200_000)
        assert desk.out.getvalue() == ""
        half = next(line for line in desk.drawn if " 50 %" in line)
        assert half == "leads.csv  █████       50 %  100,000 rows  10,000/s  10 s left"

    def test_it_is_gone_at_the_end(self) -> None:
        desk = Desk(terminal=True)
        desk.work(seconds=3, rows=30)
        assert desk.err.getvalue().endswith(("\x1b[2K", "\x1b[?25h", "\x1b[1A\x1b[2K"))

    def test_short_work_shows_nothing_and_loads_nothing(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "rich.live", None)
        desk = Desk(terminal=True)
        with desk.output.progress("leads.csv") as progress:
            for step in range(10):
                desk.seconds = 100 + step / 10.5
                progress.at(step)
        assert desk.err.getvalue() == ""

    def test_where_nobody_knows_how_much_there_is(self) -> None:
        desk = Desk(terminal=True)
        desk.work(seconds=2, rows=2000, known=False)
        assert desk.drawn[-1] == "leads.csv  2,000 rows  1,000/s"

    @pytest.mark.parametrize("width", [10, 20, 30, 40, 60])
    def test_a_narrow_window(self, width: int) -> None:
        desk = Desk(terminal=True, width=width, NO_COLOR="1")
        desk.work(seconds=20, rows=2_000_000)
        assert all(len(line) <= width for line in desk.drawn)
        if width >= 30:
            assert any("1,000,000 rows" in line for line in desk.drawn)
        if width == 40:
            assert desk.drawn[0] == "leads.csv  5 %  112,500 rows  19 s left"

    def test_a_note_does_not_stand_in_it(self) -> None:
        desk = Desk(terminal=True)
        desk.work(
            seconds=3, rows=300,
            meanwhile=lambda step: desk.output.note("a note") if step == 20 else None,
        )  # fmt: skip
        assert "a note" in desk.drawn
        assert desk.drawn[-1].startswith("leads.csv")

    def test_it_is_drawn_ten_times_a_second_at_most(self) -> None:
        desk = Desk(terminal=True)
        with desk.output.progress("x") as progress:
            for step in range(3000):
                desk.seconds = 100 + step / 1000
                progress.at(step)
        assert len(desk.drawn) <= 21

    def test_an_error_leaves_no_line(self) -> None:
        desk = Desk(terminal=True)

        def fail(_: int) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            desk.work(seconds=3, rows=3, meanwhile=fail)
        desk.output.note("interrupted")
        assert desk.drawn[-1] == "interrupted"

    def test_a_file_name_cannot_drive_it(self) -> None:
        desk = Desk(terminal=True)
        with desk.output.progress("\x1b[31m[red]x") as progress:
            desk.seconds += 2
            progress.at(1)
        assert desk.drawn[0].startswith("\\x1b[31m[red]x")


class TestLog:
    def test_a_line_at_every_tenth(self) -> None:
        desk = Desk(terminal=False)
        desk.work(seconds=100, rows=1_000_000)
        lines = desk.err.getvalue().splitlines()
        assert lines[0] == "leads.csv: 10 %, 100,000 rows, 10,000/s, 90 s left"
        assert len(lines) == 9
        assert desk.out.getvalue() == ""

    def test_short_work_leaves_no_line(self) -> None:
        desk = Desk(terminal=False)
        desk.work(seconds=4, rows=1000)
        assert desk.err.getvalue() == ""

    def test_work_that_is_slow_at_last(self) -> None:
        desk = Desk(terminal=False)
        desk.work(seconds=8, rows=1000)
        assert [line.split(",")[0] for line in desk.err.getvalue().splitlines()] == [
            *("leads.csv: 62 %", "leads.csv: 70 %", "leads.csv: 81 %", "leads.csv: 90 %"),
        ]

    def test_every_minute_where_nobody_knows_how_much_there_is(self) -> None:
        desk = Desk(terminal=False)
        desk.work(seconds=130, rows=13_000, known=False)
        assert desk.err.getvalue().splitlines() == [
            "leads.csv: 6,000 rows, 100/s", "leads.csv: 12,000 rows, 100/s",
        ]  # fmt: skip

    def test_a_dumb_terminal_is_a_log(self) -> None:
        desk = Desk(terminal=True, TERM="dumb")
        desk.work(seconds=10, rows=10)
        assert "\x1b" not in desk.err.getvalue()


@pytest.mark.parametrize("terminal", [True, False])
def test_quiet_is_quiet(terminal: bool) -> None:
    desk = Desk(terminal=terminal)
    desk.output.quiet = True
    desk.work(seconds=100, rows=100)
    assert desk.err.getvalue() == ""


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "0 s"), (12, "12 s"), (99, "99 s"), (100, "2 min"), (5940, "99 min"), (7500, "2 h 05 min")],
)  # fmt: skip
def test_how_long(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_what_it_is(capsys: Any) -> None:
    def with_it(progress: Progress) -> None:
        progress.at(1)
        progress.hide()

    with Desk(terminal=False).output.progress("x") as progress:
        with_it(progress)
    assert capsys.readouterr().out == ""
