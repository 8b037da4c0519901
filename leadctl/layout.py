"""How a listing stands in a window: which columns fit, how wide they are, and what is cut."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from leadctl import charts
from leadctl.results import Column, Listing

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

_RIGHT_TO_LEFT = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]"
_LEFT_AGAIN = "\u200e"
"""Ends a cell that is read from the right, so that it does not swap places with the next one."""
NARROW = 56
"""Below this width a lead takes two lines."""
_SPACIOUS = 96
_LEAST_WRAPPED = 20
_LEAST_AT_ALL = 8
_LEAST_CUT = 14
_LEAST_BELOW = 6
_USUAL = 26
_SHORTEST_BAR, _LONGEST_BAR = 10, 30


_HEAT = ("dim", *(f"black on color({green})" for green in (194, 157, 114, 71)))
"""The styles of a heat map, coldest first; the numbers say the same without them.

Black on light greens can be read on a dark screen and on a light one.
"""
_BESIDE_HEAT = 24
"""What other columns need beside a heat map of numbers."""


class Layout:
    """A listing laid out for a window of some width.

    `drawable` spells words in the characters of the terminal, `blocks` says whether it can draw
    lines and bars.
    """

    def __init__(
        self, listing: Listing, width: int, drawable: Callable[[str], str], *, blocks: bool
    ) -> None:
        self.drawable = drawable
        self.blocks = blocks
        self.listing = listing
        self.width = width
        self.gap = 3 if width >= _SPACIOUS else 2
        self.rows = [*listing.rows, *([listing.total] if listing.total else [])]
        self.cells = [[self._cell(c, row) for row in self.rows] for c in listing.columns]

    def table(self) -> Table:
        """Return the rich table: a rule under the header, no boxes."""
        from rich import box
        from rich.table import Table

        rule = "─" if self.blocks else "-"
        below_header = f"    \n    \n {rule * 2} \n    \n    \n    \n    \n    \n"
        table = Table(
            box=box.Box(below_header, ascii=not self.blocks),
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
                self._header(place, width),
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
        widths = {place: self._natural(place) for place in first}
        room = self.width - sum(widths.values()) - self.gap * (len(first) - 1)
        for place in first:
            if self._gives_way(place):
                widths[place] += room
        indent = widths[first[0]] + self.gap
        for position in range(len(self.rows)):
            yield Text(" " * self.gap).join(
                self._padded(place, position, widths[place]) for place in first
            )
            yield Text(" " * indent) + self._second_line(rest, position, self.width - indent)

    def _second_line(self, places: Sequence[int], position: int, room: int) -> Text:
        from rich.text import Text

        between = Text(self.drawable(" · "), style="dim")
        columns = self.listing.columns
        said = {p: wide(self.cells[p][position]) for p in places if self._says(p, position)}
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
        if column.draw == "heat":
            return self._heat(column, row, width)
        if column.draw:
            return Text(self._drawn(column, row, width))
        if not column.wraps:
            words = cut(words, width, "…" if self.blocks else "~")
        if not self._says(place, position):
            return Text(words, style="dim")
        style = column.style(row.get(column.name), row) if column.style else ""
        return Text(words + _LEFT_AGAIN * bool(re.search(_RIGHT_TO_LEFT, words)), style=style)

    @property
    def _blank(self) -> str:
        return self.drawable("–")

    def _cell(self, column: Column, row: Mapping[str, Any]) -> str:
        return self.drawable(column.words(row))

    def _header(self, place: int, width: int) -> Text:
        """Return the header of a column; of a heat map, the names of its steps where they fit."""
        from rich.text import Text

        column = self.listing.columns[place]
        if column.draw == "heat" and width >= self._step * len(column.steps):
            return Text("".join(step[1 - self._step :].rjust(self._step) for step in column.steps))
        return Text("" if column.draw == "bar" else self.drawable(column.header))

    def _drawn(self, column: Column, row: Mapping[str, Any], length: int) -> str:
        if row is self.listing.total:
            return ""
        if column.draw == "spark":
            return charts.spark(column.series(row), blocks=self.blocks)
        return charts.bar(self.listing.share(column, row), length, blocks=self.blocks)

    def _heat(self, column: Column, row: Mapping[str, Any], width: int) -> Text:
        """Return the numbers of a row, the higher the brighter; shades where they do not fit."""
        from rich.text import Text

        values, most = column.series(row), self.listing.highest(column, row)
        if width < self._step * len(column.steps):
            return Text(charts.shades(values, most, blocks=self.blocks))
        words = Text()
        for value in values:
            style = _HEAT[0 if value is None else charts.level(value, most, len(_HEAT))]
            shown = self.drawable("·") if value is None else charts.short(value)
            words.append(shown.rjust(self._step), style)
        return words

    @cached_property
    def _step(self) -> int:
        """How many cells a number of a heat map takes, with a blank before it."""
        maps = [column for column in self.listing.columns if column.draw == "heat"]
        values = {value for each in maps for row in self.rows for value in each.series(row)}
        return 1 + max(2, max((len(charts.short(value)) for value in values), default=0))

    def _widths(self) -> dict[int, int]:
        """Return the places of the columns that fit, each with its width.

        The least needed are dropped. Where it is tight, words give way down to a least width, and
        further where columns that have to stay would not fit, so that no number is cut. What room
        is left goes first to those that wrap, as wide as nine of ten cells need, then to those that
        are cut, then to the longest, and last to bars.
        """
        columns = self.listing.columns
        places = list(range(len(columns)))
        natural = {place: self._natural(place) for place in places}
        bars = [place for place in places if columns[place].draw == "bar"]
        usual = {place: min(self._natural(place, leave_out=0.1), _USUAL) for place in places}
        widths = {
            place: min(usual[place], _LEAST_WRAPPED if columns[place].wraps else _LEAST_CUT)
            if self._gives_way(place) and not self._has_amounts(place)
            else natural[place]
            for place in places
        } | dict.fromkeys(bars, _SHORTEST_BAR)
        while sum(widths.values()) + self.gap * (len(widths) - 1) > self.width:
            droppable = [place for place in widths if columns[place].keep < 9]
            if not droppable:
                break
            del widths[min(droppable, key=lambda place: columns[place].keep)]
        room = self.width - sum(widths.values()) - self.gap * (len(widths) - 1)
        wrapped = [place for place in widths if columns[place].wraps]
        while room < 0 and (wide := [p for p in wrapped if widths[p] > _LEAST_AT_ALL]):
            widths[max(wide, key=lambda place: widths[place])] -= 1
            room += 1
        for place in [place for place in widths if columns[place].draw == "spark"]:
            # Its header may be cut, but the line would be without its end.
            spare = widths[place] - self._steps(place)
            given = min(spare, max(-room, 0))
            widths[place] -= given
            room += given
            if room < 0:
                room += widths.pop(place) + self.gap
        cut = [place for place in widths if columns[place].cut]
        wishes = (wrapped, usual), (cut, usual), (wrapped, natural), (cut, natural), (bars, natural)
        for growing, wish in wishes:
            there = [place for place in growing if place in widths]
            while room > 0 and (short := [p for p in there if widths[p] < wish[p]][:room]):
                for place in short:
                    widths[place] += 1
                room -= len(short)
        return widths

    def _steps(self, place: int) -> int:
        """Return how many steps the lines of a column have at most."""
        column = self.listing.columns[place]
        return max((len(column.series(row)) for row in self.rows), default=0)

    def _gives_way(self, place: int) -> bool:
        return self.listing.columns[place].wraps or self.listing.columns[place].cut

    def _has_amounts(self, place: int) -> bool:
        """Whether a column has amounts of several currencies, which wrap when nothing else helps."""
        return self.listing.columns[place].wraps and self.listing.columns[place].right

    def _natural(self, place: int, leave_out: float = 0) -> int:
        """Return how wide a column would be, a share of its longest cells left out."""
        column = self.listing.columns[place]
        if column.draw == "bar":
            return _LONGEST_BAR
        if column.draw == "spark":
            return max(self._steps(place), wide(column.header))
        if column.draw == "heat":
            whole = self._step * len(column.steps)
            return whole if whole + _BESIDE_HEAT <= self.width else len(column.steps)
        widths = sorted(map(wide, self.cells[place]))
        longest = widths[-1 - int(leave_out * (len(widths) - 1))] if widths else 0
        return max(longest, wide(column.header))


def wide(words: str) -> int:
    """Return how many cells of a terminal the words take."""
    if words.isascii():
        return len(words)
    from rich.cells import cell_len

    return cell_len(words)


def padded(words: str, width: int) -> str:
    """Return words with blanks behind them, so that what follows stands below what is above it."""
    return words + " " * (width - wide(words))


def cut(words: str, width: int, mark: str = "…") -> str:
    """Return words that fit, ending in a mark where something is left out."""
    if wide(words) <= width:
        return words
    from rich.cells import set_cell_size

    return set_cell_size(words, width - 1).rstrip() + mark


_WORDS = re.compile(r"\s*\S+(?: [\d,]+(?=  | ·|$))?")


def wrapped(line: str, width: int) -> str:
    """Return a line broken between words where it is too long for the window, indented as it is.

    In `ana 29  ben 28` a number stays with the name before it.
    """
    if wide(line) <= width:
        return line
    first, *rest = _WORDS.findall(line) or [""]
    indent = first[: len(first) - len(first.lstrip())]
    lines = [first]
    for word in rest:
        if wide(lines[-1] + word) <= width:
            lines[-1] += word
        else:
            lines.append(indent + word.lstrip())
    return "\n".join(lines)


def folded(sentence: str, width: int) -> str:
    """Return a line of parts, broken between parts where it is too long for the window."""
    lines: list[str] = []
    for part in sentence.split(" · "):
        if lines and wide(f"{lines[-1]} · {part}") <= width:
            lines[-1] += f" · {part}"
        else:
            lines.append(part)
    return "\n".join(lines)
