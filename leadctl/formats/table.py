"""What every reader of a file returns: the header, the rows as a stream, and what was found out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice
from typing import NamedTuple

from leadctl.errors import BadDataError

CELL_LIMIT = 1_000_000
"""Characters of a cell; far above any note, far below what an unclosed quote swallows."""
COLUMN_LIMIT = 4_096
FILLED_LIMIT = 200_000_000
"""Cells of a table with the blank ones, for formats in which a blank cell takes no space."""
PART = 250
"""Rows that are read at a time: so few that a processor keeps them near until they are laid aside."""


class Row(NamedTuple):
    """The cells of one row as they stand in the file, and the 1-based line where the row begins."""

    line: int
    cells: list[str]


class Part(NamedTuple):
    """Rows that follow each other, at most `PART`: the lines where they begin, and their cells."""

    lines: list[int]
    cells: list[list[str]]

    def rows(self) -> Iterator[Row]:
        """Return the rows one by one."""
        return map(Row, self.lines, self.cells)

    def said(self) -> Part:
        """Return the rows that have anything in them."""
        if all(map(any, self.cells)):
            return self
        return part_of(row for row in self.rows() if any(row.cells))


def part_of(rows: Iterable[Row]) -> Part:
    """Return rows as a part."""
    found = list(rows)
    return Part([row.line for row in found], [row.cells for row in found])


def parts_of(rows: Iterator[Row]) -> Iterator[Part]:
    """Yield rows part by part."""
    while (part := part_of(islice(rows, PART))).lines:
        yield part


@dataclass(frozen=True)
class Table:
    """An open file: what was found out about it, its trimmed header, and its rows still to be read.

    `parts` are its rows and can be run through once. A row has at least as many cells as the
    header; one that has more is passed on as it is. The file is closed when `parts` ends, is closed
    or is collected.
    `kind` is the format in words, `delimiter` is None where cells are not cut by one. `notes` are
    short sentences on what was detected or left out and a person may want to know. `fraction` says
    which part of the file has been read so far, where that can be told.
    """

    name: str
    encoding: str
    delimiter: str | None
    header: tuple[str, ...]
    parts: Iterator[Part]
    kind: str = "CSV"
    notes: tuple[str, ...] = ()
    fraction: Callable[[], float | None] = lambda: None

    @property
    def rows(self) -> Iterator[Row]:
        """The rows one by one, in place of `parts`."""
        return (row for part in self.parts for row in part.rows())


def shown(text: str) -> str:
    """Return a file or column name fit for one line of a terminal."""
    one_line = " ".join(text.split())
    return "".join(char if char.isprintable() else "?" for char in one_line)[:100]


def trimmed_header(name: str, cells: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the header without blanks around and between names, and notes on what was renamed.

    The first column of a name keeps it, the next one is `Name (2)`, so that each can be named.
    Raises BadDataError for too many columns.
    """
    if len(cells) > COLUMN_LIMIT:
        raise BadDataError(
            f"{name} has {len(cells):,} columns; {COLUMN_LIMIT:,} can be read",
            "remove the columns that are not needed",
        )
    written = [cell.strip() or f"column {number}" for number, cell in enumerate(cells, 1)]
    taken = {column.casefold() for column in written}
    numbers: dict[str, int] = {}
    header, notes = [], []
    for position, column in enumerate(written, 1):
        key = column.casefold()
        if key not in numbers:
            numbers[key] = 2
            header.append(column)
            continue
        number = next(n for n in count(numbers[key]) if f"{key} ({n})" not in taken)
        numbers[key] = number + 1
        header.append(f"{column} ({number})")
        notes.append(f"column {position} has the name of another: called “{shown(header[-1])}”")
    return tuple(header), tuple(notes)


def empty(name: str) -> BadDataError:
    """Return the error about a file without anything in it."""
    return BadDataError(f"{name} is empty", "the first line must name the columns")
