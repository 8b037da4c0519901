"""How far long work has come: one line on a terminal, now and then a line in a log."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from leadctl.charts import bar
from leadctl.wording import clean, in_characters_of, speaks_unicode

if TYPE_CHECKING:
    from rich.console import Console
    from rich.live import Live

FIRST_SEEN = 1.0
"""Seconds before a terminal shows anything, so that short work neither flickers nor loads rich."""
REDRAWN = 0.1
FIRST_LOGGED = 5.0
LOGGED_AGAIN = 60.0
"""Seconds between lines in a log where nobody knows how much there is."""
_BAR = 10
_LEAST_NAME = 8


class Progress(Protocol):
    """Takes how far the work has come; `hide` makes room for another line on stderr."""

    def at(self, done: int, fraction: float | None = None) -> None:
        """Say that so many are done, which is this part (0 to 1) of all where that is known."""

    def hide(self) -> None:
        """Take away what is shown; the next `at` may show it again."""


class Silent:
    """Shows nothing."""

    def at(self, done: int, fraction: float | None = None) -> None:
        pass

    def hide(self) -> None:
        pass


class Pace:
    """What can be said of some work: `what` of it, in `unit`, since `start`, on this clock."""

    def __init__(self, what: str, unit: str, clock: Callable[[], float]) -> None:
        self.what = clean(what)
        self.unit = unit
        self._clock = clock
        self._start = clock()

    def elapsed(self) -> float:
        """Return the seconds since the start."""
        return self._clock() - self._start

    def parts(self, done: int, fraction: float | None, elapsed: float) -> dict[str, str]:
        """Return what a person wants to know, each under its name, in the order of a line."""
        parts = {"what": self.what}
        if fraction is not None:
            parts["share"] = f"{int(min(fraction, 1) * 100)} %"
        parts["done"] = f"{done:,} {self.unit}"
        if elapsed > 0 and done:
            parts["rate"] = f"{done / elapsed:,.0f}/s"
        if fraction:
            parts["left"] = f"{duration(elapsed * max(1 / fraction - 1, 0))} left"
        return parts


class InLog:
    """A plain line at every tenth of the work, or every minute where nobody knows how much it is.

    Work of a few seconds leaves no line, so that cron has nothing to send.
    """

    def __init__(self, pace: Pace, say: Callable[[str], None]) -> None:
        self._pace = pace
        self._say = say
        self._tenth = 0
        self._said = 0.0

    def at(self, done: int, fraction: float | None = None) -> None:
        elapsed = self._pace.elapsed()
        if elapsed < FIRST_LOGGED:
            return
        if fraction is None:
            due = elapsed - self._said >= LOGGED_AGAIN
        else:
            due = self._tenth < int(fraction * 10) < 10
            self._tenth = max(self._tenth, int(fraction * 10))
        if due:
            self._said = elapsed
            what, *others = self._pace.parts(done, fraction, elapsed).values()
            self._say(f"{what}: {', '.join(others)}")

    def hide(self) -> None:
        pass


class OnTerminal:
    """One line that is drawn again in its place, and is gone when the work is done."""

    def __init__(self, pace: Pace, console: Callable[[], Console]) -> None:
        self._pace = pace
        self._make_console = console
        self._drawn = FIRST_SEEN - REDRAWN
        self._live: Live | None = None

    def at(self, done: int, fraction: float | None = None) -> None:
        elapsed = self._pace.elapsed()
        if elapsed - self._drawn < REDRAWN:
            return
        self._drawn = elapsed
        from rich.live import Live
        from rich.text import Text

        if self._live is None:
            self._live = Live(
                console=self._make_console(),
                auto_refresh=False,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
        console = self._live.console
        if not self._live.is_started:
            self._live.start()
        line = self._line(done, fraction, elapsed, console.width - 1, blocks=_draws(console))
        words = in_characters_of(line, console.file)  # type: ignore[arg-type]
        self._live.update(Text(words, no_wrap=True, overflow="crop"), refresh=True)

    def hide(self) -> None:
        if self._live is not None and self._live.is_started:
            self._live.stop()

    def _line(
        self, done: int, fraction: float | None, elapsed: float, width: int, *, blocks: bool
    ) -> str:
        """Return what fits: the name is cut first, then the bar, the rate and the share go."""
        from rich.cells import cell_len, set_cell_size

        parts = self._pace.parts(done, fraction, elapsed)
        what = parts.pop("what")
        if fraction is not None:
            share = bar(min(fraction, 1), _BAR, blocks=blocks)
            parts = {"bar": share.ljust(_BAR), **parts}
        for least_needed in ("bar", "rate", "share", "left", "done"):
            others = "  ".join(parts.values())
            room = width - cell_len(others) - 2
            if room >= min(cell_len(what), _LEAST_NAME):
                break
            parts.pop(least_needed, None)
        if cell_len(what) > room:
            what = set_cell_size(what, max(room - 1, 0)) + "…"
        return f"{what}  {others}"


def duration(seconds: float) -> str:
    """Return a length of time as `12 s`, `3 min`, `2 h 05 min`."""
    whole = round(seconds)
    if whole < 100:
        return f"{whole} s"
    minutes = round(whole / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60:02} min"


def _draws(console: Console) -> bool:
    return speaks_unicode(console.file)  # type: ignore[arg-type]
