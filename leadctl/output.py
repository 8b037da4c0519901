"""What leadctl prints: tables on a terminal, TSV in a pipe, JSON on request; errors in one line."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TextIO

from leadctl.results import Answer, Listing, Panel, Result, Screen
from leadctl.wording import (
    clean,
    clean_lines,
    escaped,
    in_characters_of,
    plain,
    speaks_unicode,
    to_json,
)

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from rich.console import Console
    from rich.text import Text

    from leadctl.progress import Progress


class Output:
    """Prints results on stdout and messages on stderr, in the format that was asked for.

    `now` and `zone` are asked for what people say of a time, `clock` for seconds that only grow;
    `terminal` says whether a person reads stdout, and by default is found out.
    """

    def __init__(
        self,
        stdout: TextIO,
        stderr: TextIO,
        *,
        env: Mapping[str, str],
        now: Callable[[], datetime],
        zone: Callable[[], tzinfo],
        clock: Callable[[], float],
        terminal: bool | None = None,
    ) -> None:
        self.stdout = stdout
        self.stderr = stderr
        self.format: str | None = None
        self.quiet = False
        self._env = env
        self._now = now
        self._zone = zone
        self._clock = clock
        self._terminal = terminal
        self._progress: Progress | None = None

    @property
    def to_terminal(self) -> bool:
        """Whether a person reads stdout."""
        return self.stdout.isatty() if self._terminal is None else self._terminal

    @property
    def as_json(self) -> bool:
        """Whether JSON was asked for."""
        return self.format in ("json", "jsonl")

    @property
    def for_people(self) -> bool:
        """Whether the result is laid out for a person rather than for a program."""
        return self.format == "table" or (self.format is None and self.to_terminal)

    def show(self, result: Result) -> int:
        """Print a result and return its exit code."""
        if isinstance(result, Listing):
            self._show_listing(result)
        elif isinstance(result, Answer):
            self._show_answer(result)
        elif self.as_json:
            self._json(result.data)
        else:
            self._show_parts(result)
        return result.exit_code

    def note(self, sentence: str) -> None:
        """Say a sentence beside the data, on stderr."""
        if not self.quiet:
            self._write_error(sentence)

    def _note_dim(self, sentence: str) -> None:
        if self.quiet:
            return
        colourless = self._env.get("NO_COLOR") or self._env.get("TERM") == "dumb"
        styled = _is_terminal(self.stderr) and not colourless
        self._write_error(sentence, "\x1b[2m" if styled else "", "\x1b[0m" if styled else "")

    def error(self, message: str, hint: str | None, code: str, json: bool) -> None:
        """Say what failed in one line on stderr, and as an object on stdout where JSON is wanted."""
        if json or self.as_json:
            self._json({"error": {"code": code, "message": message, "hint": hint}})
        self._write_error(f"leadctl: {message}" + (f" · {hint}" if hint else ""))

    def say(self, line: str, style: str = "", *, whole: bool = False) -> None:
        """Print a line of a running command, such as a heading of the demo, on stdout.

        A `whole` one is not broken between words, so that it can be copied.
        """
        words = self.drawable(clean_lines(line))
        if not whole:
            words = self._in_lines(words)
        if style and self.to_terminal:
            self._console().print(self._text(words, style), soft_wrap=True)
        else:
            self._line(words)
        self.stdout.flush()

    def ask_about(self, panel: Panel) -> None:
        """Show what the next question is about; beside the data, on stderr, where JSON is wanted."""
        from rich import box
        from rich.panel import Panel as Box
        from rich.table import Table

        from leadctl.layout import NARROW

        console = self._console()
        narrow = console.width < NARROW
        rows = Table.grid(padding=(0, 1 if narrow else 3, 0, 0))
        for _ in range(2 if narrow else 3):
            rows.add_column(overflow="fold")
        for what, which, why in panel.rows:
            reason = self._text(why, "dim")
            rows.add_row(self._text(what, "bold"), self._text(which), *([] if narrow else [reason]))
            if narrow and why:
                rows.add_row("", reason)
        console.file = self.stderr if self.as_json else self.stdout
        console.print(
            Box(
                rows,
                title=self._text(panel.title),
                title_align="left",
                box=box.ROUNDED if self.draws_blocks else box.ASCII,
            )
        )

    @contextmanager
    def progress(self, what: str, *, unit: str = "rows") -> Iterator[Progress]:
        """Show on stderr how far the work of the block has come, as it says with `at(done, fraction)`.

        A terminal has one line with count, rate and time left, which is gone at the end; a log has
        a plain line at every tenth. Short work shows nothing, and `--quiet` no work at all.
        """
        from leadctl.progress import InLog, OnTerminal, Pace, Silent

        pace = Pace(what, unit, self._clock)
        if self.quiet:
            self._progress = Silent()
        elif _is_terminal(self.stderr) and self._env.get("TERM") != "dumb":
            self._progress = OnTerminal(pace, lambda: self._console_on(self.stderr))
        else:
            self._progress = InLog(pace, self._write_error)
        try:
            yield self._progress
        finally:
            self._progress.hide()
            self._progress = None

    @property
    def width(self) -> int:
        """How many characters a line of the terminal has."""
        import shutil

        asked = self._env.get("COLUMNS", "")
        return int(asked) if asked.isdecimal() else shutil.get_terminal_size((100, 40)).columns

    def write_bytes(self, blocks: Iterable[bytes]) -> None:
        """Print what is no text, such as a workbook."""
        self.stdout.flush()
        for block in blocks:
            self.stdout.buffer.write(block)
        self.stdout.buffer.flush()

    def in_text(self, parts: Sequence[Listing | str], width: int) -> str:
        """Return what a person would read on a screen of this width, without colour."""
        from io import StringIO

        page = StringIO()
        screen = Output(
            page, StringIO(), env={"COLUMNS": str(width), "NO_COLOR": "1"},
            now=self._now, zone=self._zone, clock=self._clock,
        )  # fmt: skip
        screen.format = "table"
        screen.show(Screen(None, parts))
        return "\n".join(line.rstrip() for line in page.getvalue().split("\n"))

    def flush(self) -> None:
        """Have everything out, so that a broken pipe shows now and not at exit."""
        self.stdout.flush()

    def human(self, moment: str | None) -> str:
        """Return a stored time as people say it now: `2 h ago`, `yesterday`, `31 Jan`."""
        from leadctl.stored import from_stamp

        if not moment:
            return "–"
        zone = self._zone()
        then, now = from_stamp(moment).astimezone(zone), self._now().astimezone(zone)
        seconds = (now - then).total_seconds()
        days = (now.date() - then.date()).days
        if 0 <= seconds < 60:
            return "just now"
        if 0 <= seconds < 3600:
            return f"{int(seconds // 60)} min ago"
        if seconds >= 0 and days == 0:
            return f"{int(seconds // 3600)} h ago"
        if days == 1:
            return "yesterday"
        if 1 < days < 60:
            return f"{days} d ago"
        return f"{then.day} {then:%b}" + ("" if then.year == now.year else f" {then.year}")

    # Listings.

    def _show_listing(self, listing: Listing) -> None:
        shape = self.format or ("table" if self.to_terminal else "tsv")
        if shape == "json":
            self._json(listing.rows if listing.data is None else listing.data)
        elif shape == "jsonl":
            for row in listing.rows:
                self._line(to_json(row))
        elif shape == "ids":
            for row in listing.rows:
                self._line(str(row["id"]))
        elif shape == "table":
            self._show_table(listing)
        else:
            self._show_separated(listing, shape)
        if not listing.rows and shape not in ("json", "jsonl"):
            self.note(listing.empty)

    def _show_separated(self, listing: Listing, shape: str) -> None:
        """Print whole values, one record a line. An empty listing prints nothing at all."""
        names = listing.columns_in_pipe or [c.name for c in listing.columns if not c.draw]
        if not listing.rows:
            return
        if shape == "csv":
            import csv

            writer = csv.writer(self.stdout, lineterminator="\n")
            writer.writerow(names)
            for row in listing.rows:
                cells = [plain(row.get(name)) for name in names]
                writer.writerow([clean(c) for c in cells] if self.to_terminal else cells)
            return
        self._line("\t".join(names))
        for row in listing.rows:
            self._line("\t".join(escaped(plain(row.get(name))) for name in names))

    def _show_table(self, listing: Listing) -> None:
        if not listing.rows and listing.total is None:
            return
        console = self._console()
        if listing.title:
            console.print(self._text(listing.title, "bold"))
        from leadctl.layout import NARROW, Layout, folded

        layout = Layout(listing, console.width, self.drawable, blocks=self.draws_blocks)
        if listing.first_line and console.width < NARROW:
            for line in layout.two_lines_each():
                console.print(line, no_wrap=True, overflow="crop")
        else:
            console.print(layout.table())
        if listing.footer:
            console.print(self._text(folded(listing.footer, console.width), "dim"))

    # Answers and screens.

    def _show_answer(self, answer: Answer) -> None:
        if self.as_json:
            self._json(answer.data)
        elif self.format == "ids":
            for value in _ids(answer.data):
                self._line(str(value))
        else:
            for line in answer.text:
                self._sentences(line)
            for listing in answer.details:
                self._show_table(listing) if self.for_people else self._show_separated(
                    listing, "tsv"
                )
        for line in answer.notes:
            self.note(line)
        if not self.as_json and answer.next:
            self._note_dim(" · ".join(answer.next))

    def _show_parts(self, screen: Screen) -> None:
        for position, part in enumerate(screen.parts):
            if isinstance(part, str):
                self._sentences(part)
            elif self.for_people:
                if position and part.rows:
                    self._line("")
                self._show_table(part)
            else:
                self._show_separated(part, "tsv")

    # The streams.

    def _json(self, value: Any) -> None:
        if isinstance(value, (list, tuple)):
            if not value:
                self._line("[]")
                return
            for position, item in enumerate(value):
                self.stdout.write(("[\n" if position == 0 else ",\n") + to_json(item))
            self._line("\n]")
        else:
            self._line(to_json(value))

    def _sentences(self, text: str) -> None:
        self._line(self._in_lines(self.drawable(clean_lines(text))))

    def _in_lines(self, words: str) -> str:
        """Return words in lines that a terminal has room for."""
        return "\n".join(map(self._wrapped, words.split("\n"))) if self.to_terminal else words

    def _wrapped(self, line: str) -> str:
        from leadctl.layout import wrapped

        return wrapped(line, self.width)

    def _line(self, line: str) -> None:
        self.stdout.write(line + "\n")

    def _write_error(self, line: str, before: str = "", after: str = "") -> None:
        """Write beside the data; that nobody reads it, or has room for it, ends no command."""
        with suppress(OSError):
            # If stdout cannot be written, that shows at the end.
            self.stdout.flush()
        try:
            self._write_beside(line, before, after)
        except OSError:
            give_up(self.stderr)

    def _write_beside(self, line: str, before: str, after: str) -> None:
        if self._progress is not None:
            self._progress.hide()
        words = in_characters_of(clean_lines(line), self.stderr)
        if _is_terminal(self.stderr):
            words = "\n".join(map(self._wrapped, words.split("\n")))
        self.stderr.write(f"{before}{words}{after}\n")
        self.stderr.flush()

    def _console(self) -> Console:
        forced = (self.to_terminal and self._terminal is None) or None
        return self._console_on(self.stdout, usual=None if self.to_terminal else 100, forced=forced)

    def _console_on(
        self, stream: TextIO, *, usual: int | None = None, forced: bool | None = None
    ) -> Console:
        """Return a console on a stream, as wide as COLUMNS says, else `usual`, else the window."""
        from rich.console import Console

        width = usual
        if self._env.get("COLUMNS", "").isdecimal():
            width = int(self._env["COLUMNS"]) or usual
        return Console(
            file=stream,
            width=width,
            force_terminal=forced,
            highlight=False,
            markup=False,
            emoji=False,
            legacy_windows=False,
        )

    def _text(self, words: str, style: str = "") -> Text:
        from rich.text import Text

        return Text(self.drawable(clean_lines(words)), style=style)

    def drawable(self, words: str) -> str:
        """Return the words in characters that stdout can write, `–` as `-` where it must be."""
        return in_characters_of(words, self.stdout)

    @property
    def draws_blocks(self) -> bool:
        """Whether bars can be drawn in eighths of a character."""
        return speaks_unicode(self.stdout)


def give_up(stream: TextIO) -> None:
    """Let a stream that cannot be written take what is left to be written, or Python fails at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _is_terminal(stream: TextIO) -> bool:
    try:
        return stream.isatty()
    except ValueError:
        return False


def _ids(data: Mapping[str, Any]) -> Iterable[Any]:
    value = data.get("ids", data.get("id"))
    return value if isinstance(value, list) else [] if value is None else [value]
