"""What every reader of a file returns: the header, the rows as a stream, and what was found out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import NamedTuple

from leadctl.errors import BadDataError

CELL_LIMIT = 1_000_000
"""Characters of a cell; far above any note, far below what an unclosed quote swallows."""
COLUMN_LIMIT = 4_096
FILLED_LIMIT = 200_000_000
"""Cells of a table with the blank ones, for formats in which a blank cell takes no space."""


class Row(NamedTuple):
    """The cells of one row as they stand in the file, and the 1-based line where the row begins."""

    line: int
    cells: list[str]


@dataclass(frozen=True)
class Table:
    """An open file: what was found out about it, its trimmed header, and its rows still to be read.

    `rows` can be run through once. A row has at least as many cells as the header; one that has
    more is passed on as it is. The file is closed when `rows` ends, is closed or is collected.
    `kind` is the format in words, `delimiter` is None where cells are not cut by one. `notes` are
    short sentences on what was detected or left out and a person may want to know. `fraction` says
    which part of the file has been read so far, where that can be told.
    """

    name: str
    encoding: str
    delimiter: str | None
    header: tuple[str, ...]
    rows: Iterator[Row]
    kind: str = "CSV"
    notes: tuple[str, ...] = ()
    fraction: Callable[[], float | None] = lambda: None


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
