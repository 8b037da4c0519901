"""What leadctl prints: tables on a terminal, TSV in a pipe, JSON on request; errors in one line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from leadctl.app import App

_CONTROL = (
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""What may drive a terminal: C0, C1, line separators, bidirectional controls, halves of pairs."""
_ESCAPES = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}
_IN_ASCII = str.maketrans("–—·…─→’‘“”", "---~->''\"\"")
_RIGHT_TO_LEFT = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]"
_LEFT_AGAIN = "\u200e"
"""Ends a cell that is read from the right, so that it does not swap places with the next one."""
_NARROW = 56
_SPACIOUS = 96
_LEAST_WRAPPED = 20
_LEAST_CUT = 14
_LEAST_BELOW = 6
_USUAL = 26
_EIGHTHS = " ▏▎▍▌▋▊▉█"

Style = Callable[[Any, Mapping[str, Any]], str]
Show = Callable[[Any, Mapping[str, Any]], str]


class Column(NamedTuple):
    """One column of a listing.

    `name` is the field in JSON and TSV; `header` what a person reads; `show` turns a value into
    words for a person; `style` names its colour. Narrow windows drop the columns of the lowest
    `keep` first; those of `keep` 9 always stay. Words that are too long go on in the next line if
    the column `wraps`, and end in `…` if it is `cut`. A `bar` column draws its number as a bar.
    """

    name: str
    header: str
    right: bool = False
    keep: int = 5
    wraps: bool = False
    show: Show | None = None
    style: Style | None = None
    bar: bool = False
    cut: bool = False


class Listing(NamedTuple):
    """Rows under columns. `total` is a last row apart; `empty` is said where there are no rows.

    `data` is what `--json` prints where it is more than the rows; `columns_in_pipe` are the fields
    of TSV and CSV where they are others than the columns of the table. In a narrow window each row
    takes two lines if `first_line` names what stands in the first. Without any header there is no
    rule either.
    """

    rows: Sequence[Mapping[str, Any]]
    columns: Sequence[Column]
    columns_in_pipe: Sequence[str] = ()
    title: str | None = None
    total: Mapping[str, Any] | None = None
    footer: str | None = None
    empty: str = "nothing there"
    data: Any = None
    exit_code: int = 0
    first_line: Sequence[str] = ()


class Answer(NamedTuple):
    """What a changing command answers: an object for scripts, sentences for people.

    `text` goes to stdout; `notes` and `next` (the undo line, where to look) go to stderr.
    """

    data: Mapping[str, Any]
    text: Sequence[str] = ()
    notes: Sequence[str] = ()
    next: Sequence[str] = ()
    exit_code: int = 0
    details: Sequence[Listing] = ()


class Screen(NamedTuple):
    """Several parts under each other for a person; one value for scripts."""

    data: Any
    parts: Sequence[Listing | str]
    exit_code: int = 0


class Panel(NamedTuple):
    """What waits for an answer: a title, and rows of what, which and why. The only box there is."""

    title: str
    rows: Sequence[tuple[str, str, str]]


Result = Listing | Answer | Screen


class Output:
    """Prints results on stdout and messages on stderr, in the format that was asked for."""

    def __init__(
        self, stdout: TextIO, stderr: TextIO, app: App, *, terminal: bool | None = None
    ) -> None:
        self.stdout = stdout
        self.stderr = stderr
        self.format: str | None = None
        self.quiet = False
        self._app = app
        self._terminal = terminal

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
        colourless = self._app.env.get("NO_COLOR") or self._app.env.get("TERM") == "dumb"
        styled = _is_terminal(self.stderr) and not colourless
        self._write_error(sentence, "\x1b[2m" if styled else "", "\x1b[0m" if styled else "")

    def error(self, message: str, hint: str | None, code: str, json: bool) -> None:
        """Say what failed in one line on stderr, and as an object on stdout where JSON is wanted."""
        if json or self.as_json:
            self._json({"error": {"code": code, "message": message, "hint": hint}})
        self._write_error(f"leadctl: {message}" + (f" · {hint}" if hint else ""))

    def say(self, line: str, style: str = "") -> None:
        """Print a line of a running command, such as a heading of the demo, on stdout."""
        if style and self.to_terminal:
            self._console().print(self._text(line, style), soft_wrap=True)
        else:
            self._line(self.drawable(clean_lines(line)))
        self.stdout.flush()

    def ask_about(self, panel: Panel) -> None:
        """Show what the next question is about; beside the data, on stderr, where JSON is wanted."""
        from rich import box
        from rich.panel import Panel as Box
        from rich.table import Table

        rows = Table.grid(padding=(0, 3, 0, 0))
        for what, which, why in panel.rows:
            rows.add_row(self._text(what, "bold"), self._text(which), self._text(why, "dim"))
        console = self._console()
        console.file = self.stderr if self.as_json else self.stdout
        console.print(
            Box(
                rows,
                title=self._text(panel.title),
                title_align="left",
                box=box.ROUNDED if self.draws_blocks else box.ASCII,
            )
        )

    def flush(self) -> None:
        """Have everything out, so that a broken pipe shows now and not at exit."""
        self.stdout.flush()

    def human(self, moment: str | None) -> str:
        """Return a stored time as people say it now: `2 h ago`, `yesterday`, `31 Jan`."""
        from leadctl.values import from_stamp

        if not moment:
            return "–"
        zone = self._app.settings.zone
        then, now = from_stamp(moment).astimezone(zone), self._app.now().astimezone(zone)
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
        names = listing.columns_in_pipe or [c.name for c in listing.columns if not c.bar]
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
        layout = _Layout(self, listing, console.width)
        if listing.first_line and console.width < _NARROW:
            for line in layout.two_lines_each():
                console.print(line, no_wrap=True, overflow="crop")
        else:
            console.print(layout.table())
        if listing.footer:
            console.print(self._text(_folded(listing.footer, console.width), "dim"))

    # Answers and screens.

    def _show_answer(self, answer: Answer) -> None:
        if self.as_json:
            self._json(answer.data)
        elif self.format == "ids":
            for value in _ids(answer.data):
                self._line(str(value))
        else:
            for line in answer.text:
                self._line(self.drawable(clean_lines(line)))
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
                self._line(self.drawable(clean_lines(part)))
            elif self.for_people:
                if position and part.rows:
                    self._line("")
                self._show_table(part)
            else:
                self._show_separated(part, "tsv")

    # The streams.

    def _json(self, value: Any) -> None:
        if isinstance(value, (list, tuple)):
            lines = ",\n".join(to_json(item) for item in value)
            self._line(f"[\n{lines}\n]" if lines else "[]")
        else:
            self._line(to_json(value))

    def _line(self, line: str) -> None:
        self.stdout.write(line + "\n")

    def _write_error(self, line: str, before: str = "", after: str = "") -> None:
        self.stdout.flush()
        words = _in_its_characters(clean_lines(line), self.stderr)
        self.stderr.write(f"{before}{words}{after}\n")
        self.stderr.flush()

    def _console(self) -> Console:
        from rich.console import Console

        width = None
        if self._app.env.get("COLUMNS", "").isdecimal():
            width = int(self._app.env["COLUMNS"])
        if not self.to_terminal and width is None:
            width = 100
        return Console(
            file=self.stdout,
            width=width,
            force_terminal=(self.to_terminal and self._terminal is None) or None,
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
        return _in_its_characters(words, self.stdout)

    @property
    def draws_blocks(self) -> bool:
        """Whether bars can be drawn in eighths of a character."""
        return _speaks_unicode(self.stdout)


class _Layout:
    """A listing laid out for a window: which columns fit, how wide, and the table that shows it."""

    def __init__(self, output: Output, listing: Listing, width: int) -> None:
        self.output = output
        self.listing = listing
        self.width = width
        self.gap = 3 if width >= _SPACIOUS else 2
        self.rows = [*listing.rows, *([listing.total] if listing.total else [])]
        self.cells = [[self._cell(c, row) for row in self.rows] for c in listing.columns]

    def table(self) -> Table:
        """Return the rich table: a rule under the header, no boxes."""
        from rich import box
        from rich.table import Table
        from rich.text import Text

        rule = "─" if self.output.draws_blocks else "-"
        below_header = f"    \n    \n {rule * 2} \n    \n    \n    \n    \n    \n"
        table = Table(
            box=box.Box(below_header, ascii=not self.output.draws_blocks),
            show_edge=False,
            show_header=any(column.header for column in self.listing.columns),
            header_style="dim",
            padding=(0, self.gap - 1, 0, 0),
            pad_edge=False,
        )
        widths = self._widths()
        for place, width in widths.items():
            column = self.listing.columns[place]
            table.add_column(
                "" if column.bar else Text(self.output.drawable(column.header)),
                justify="right" if column.right else "left",
                no_wrap=not column.wraps,
                overflow="fold" if column.wraps else "crop",
                width=width,
            )
        for position, row in enumerate(self.rows):
            if row is self.listing.total:
                table.add_row(*("" for _ in widths))
            table.add_row(*(self._styled(place, position, widths[place]) for place in widths))
        return table

    def two_lines_each(self) -> Iterator[Text]:
        """Yield two lines a row: the columns of `first_line`, and below them, dim, the others."""
        from rich.text import Text

        names = [column.name for column in self.listing.columns]
        first = [names.index(name) for name in self.listing.first_line]
        rest = [place for place in range(len(names)) if place not in first]
        wide = {place: self._natural(place) for place in first}
        room = self.width - sum(wide.values()) - self.gap * (len(first) - 1)
        for place in first:
            if self._gives_way(place):
                wide[place] += room
        indent = wide[first[0]] + self.gap
        for position in range(len(self.rows)):
            yield Text(" " * self.gap).join(
                self._padded(place, position, wide[place]) for place in first
            )
            yield Text(" " * indent) + self._second_line(rest, position, self.width - indent)

    def _second_line(self, places: Sequence[int], position: int, room: int) -> Text:
        from rich.text import Text

        between = Text(self.output.drawable(" · "), style="dim")
        columns = self.listing.columns
        said = {p: _wide(self.cells[p][position]) for p in places if self._says(p, position)}
        for place in sorted(said, key=lambda place: columns[place].keep):
            excess = sum(said.values()) + 3 * (len(said) - 1) - room
            if excess > 0 and columns[place].cut and said[place] - excess >= _LEAST_BELOW:
                said[place] -= excess
            elif excess > 0 and len(said) > 1:
                del said[place]
        parts = [self._styled(place, position, width) for place, width in said.items()]
        return between.join(part if part.style else Text(part.plain, style="dim") for part in parts)

    def _says(self, place: int, position: int) -> bool:
        return self.cells[place][position] != self._blank

    def _padded(self, place: int, position: int, width: int) -> Text:
        words = self._styled(place, position, width)
        words.truncate(width, overflow="crop")
        words.align("right" if self.listing.columns[place].right else "left", width)
        return words

    def _styled(self, place: int, position: int, width: int) -> Text:
        """Return a cell as it is drawn in a column of this width."""
        from rich.text import Text

        column, row = self.listing.columns[place], self.rows[position]
        words = self.cells[place][position]
        if column.bar:
            return Text(self._bar(column, row, width))
        if not column.wraps:
            words = _cut(words, width, "…" if self.output.draws_blocks else "~")
        if not self._says(place, position):
            return Text(words, style="dim")
        style = column.style(row.get(column.name), row) if column.style else ""
        return Text(words + _LEFT_AGAIN * bool(re.search(_RIGHT_TO_LEFT, words)), style=style)

    @property
    def _blank(self) -> str:
        return self.output.drawable("–")

    def _cell(self, column: Column, row: Mapping[str, Any]) -> str:
        value = row.get(column.name)
        words = column.show(value, row) if column.show else plain(value)
        return self.output.drawable(clean(words) or "–")

    def _bar(self, column: Column, row: Mapping[str, Any], length: int) -> str:
        if row is self.listing.total:
            return ""
        most = max((float(other.get(column.name) or 0) for other in self.listing.rows), default=0)
        share = float(row.get(column.name) or 0) / most if most else 0
        return bar(share, length, blocks=self.output.draws_blocks)

    def _widths(self) -> dict[int, int]:
        """Return the places of the columns that fit, each with its width.

        The least needed are dropped. Where it is tight, words give way down to a least width;
        what room is left goes first to those that wrap, as wide as nine of ten cells need, then
        to those that are cut, and last to the longest.
        """
        columns = self.listing.columns
        places = list(range(len(columns)))
        natural = {place: self._natural(place) for place in places}
        usual = {place: min(self._natural(place, leave_out=0.1), _USUAL) for place in places}
        widths = {
            place: min(usual[place], _LEAST_WRAPPED if columns[place].wraps else _LEAST_CUT)
            if self._gives_way(place)
            else natural[place]
            for place in places
        }
        while sum(widths.values()) + self.gap * (len(widths) - 1) > self.width:
            droppable = [place for place in widths if columns[place].keep < 9]
            if not droppable:
                break
            del widths[min(droppable, key=lambda place: columns[place].keep)]
        room = self.width - sum(widths.values()) - self.gap * (len(widths) - 1)
        wrapped = [place for place in widths if columns[place].wraps]
        cut = [place for place in widths if columns[place].cut]
        for growing, wish in ((wrapped, usual), (cut, usual), (wrapped, natural), (cut, natural)):
            while room > 0 and (short := [p for p in growing if widths[p] < wish[p]][:room]):
                for place in short:
                    widths[place] += 1
                room -= len(short)
        return widths

    def _gives_way(self, place: int) -> bool:
        return self.listing.columns[place].wraps or self.listing.columns[place].cut

    def _natural(self, place: int, leave_out: float = 0) -> int:
        """Return how wide a column would be, a share of its longest cells left out."""
        column = self.listing.columns[place]
        if column.bar:
            return 30 if self.width >= 90 else 12
        widths = sorted(map(_wide, self.cells[place]))
        longest = widths[-1 - int(leave_out * (len(widths) - 1))] if widths else 0
        return max(longest, _wide(column.header))


def _wide(words: str) -> int:
    from rich.cells import cell_len

    return cell_len(words)


def _cut(words: str, width: int, mark: str) -> str:
    """Return words that fit, ending in a mark where something is left out."""
    if _wide(words) <= width:
        return words
    from rich.cells import set_cell_size

    return set_cell_size(words, width - 1).rstrip() + mark


def _folded(sentence: str, width: int) -> str:
    """Return a line of parts, broken between parts where it is too long for the window."""
    lines: list[str] = []
    for part in sentence.split(" · "):
        if lines and _wide(f"{lines[-1]} · {part}") <= width:
            lines[-1] += f" · {part}"
        else:
            lines.append(part)
    return "\n".join(lines)


def _is_terminal(stream: TextIO) -> bool:
    try:
        return stream.isatty()
    except ValueError:
        return False


def _encoding(stream: TextIO) -> str:
    return (getattr(stream, "encoding", None) or "utf-8").lower()


def _speaks_unicode(stream: TextIO) -> bool:
    return _encoding(stream).startswith("utf")


def _in_its_characters(words: str, stream: TextIO) -> str:
    """Return words as a stream can write them: what its encoding lacks is spelt out."""
    if _speaks_unicode(stream):
        return words
    encoding = _encoding(stream)
    return words.translate(_IN_ASCII).encode(encoding, "backslashreplace").decode(encoding)


def plain(value: Any) -> str:
    """Return a value as a pipe carries it: whole, blanks empty, flags as true and false."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list, tuple)):
        return to_json(value) if value else ""
    return str(value)


def clean(words: str) -> str:
    """Return words that cannot drive a terminal: control characters are spelt out."""
    return words if words.isprintable() else re.sub(_CONTROL, _spelt_out, words)


def clean_lines(words: str) -> str:
    """Return words as `clean` does, keeping line breaks of our own sentences."""
    return "\n".join(clean(line) for line in words.split("\n"))


def escaped(words: str) -> str:
    """Return a value as TSV carries it: backslash, tab, line break and controls spelt out."""
    return clean(words.replace("\\", "\\\\"))


def to_json(value: Any) -> str:
    """Return JSON in one line that cannot drive a terminal either."""
    import json

    text = json.dumps(value, ensure_ascii=False, separators=(", ", ": "))
    if text.isprintable():
        return text
    return re.sub(_CONTROL, lambda found: f"\\u{ord(found.group()):04x}", text)


def bar(share: float, length: int, *, blocks: bool = True) -> str:
    """Return a bar of a share from 0 to 1, in eighths of a character or in `#`."""
    if not blocks:
        return "#" * round(share * length)
    eighths = round(share * length * 8)
    if share > 0:
        eighths = max(eighths, 1)
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()


def count_of(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its word: `1 lead`, `1,198 leads`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def file_size(number: int) -> str:
    """Return a number of bytes as `812 B`, `40 kB`, `1.2 MB`."""
    if number < 1000:
        return f"{number} B"
    amount, unit = number / 1000, "kB"
    for larger in ("MB", "GB", "TB"):
        if amount < 999.5:
            break
        amount, unit = amount / 1000, larger
    return f"{amount:.1f} {unit}" if amount < 9.95 else f"{amount:,.0f} {unit}"


def _spelt_out(found: re.Match[str]) -> str:
    character = found.group()
    if character in _ESCAPES:
        return _ESCAPES[character]
    code = ord(character)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"


def _ids(data: Mapping[str, Any]) -> Iterable[Any]:
    value = data.get("ids", data.get("id"))
    return value if isinstance(value, list) else [] if value is None else [value]
