"""Makes a table of records that each name their own columns, in two passes over the file."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import NamedTuple

from leadctl.errors import BadDataError
from leadctl.formats.source import Source
from leadctl.formats.table import (
    CELL_LIMIT,
    COLUMN_LIMIT,
    FILLED_LIMIT,
    Row,
    Table,
    parts_of,
    shown,
    trimmed_header,
)
from leadctl.formats.text import encoding_of, explained


class Record(NamedTuple):
    """The cells of one record by column, and the 1-based line where it begins."""

    line: int
    cells: dict[str, str]


Reader = Callable[[str, io.TextIOWrapper], Iterator[Record]]
"""Yields the records of an open text, for messages about a file of the given name."""


def read(
    source: Source,
    encoding: str | None,
    records: Reader,
    kind: Callable[[int], str],
    *,
    order: Callable[[str], int] | None = None,
) -> Table:
    """Return the table of all records; its columns are those of any of them, as they first come.

    The whole file is read for the columns, and again for the rows, so that memory does not grow
    with it. `kind` names the format by the number of records, `order` is a sort key of columns.
    Raises what `records` raises, and BadDataError for a file without records.
    """
    with ExitStack() as on_failure:
        on_failure.enter_context(source)
        name = source.name
        found = encoding_of(source, encoding)
        text = on_failure.enter_context(io.TextIOWrapper(source.stream, encoding=found.codec))
        with explained(name, text):
            columns, count = _survey(name, records(name, text))
        if order:
            columns.sort(key=order)
        header, renamed = trimmed_header(name, columns)
        rows = _rows(name, text, columns, records)
        next(rows)  # from here on it closes the file
        on_failure.pop_all()
    notes = (*source.notes, *renamed)
    return Table(
        name, found.name, None, header, parts_of(rows), kind(count), notes, source.fraction
    )


def checked(name: str, line: int, cells: dict[str, str]) -> Record:
    """Return the record; BadDataError for a cell that no file of text could hold."""
    everything = "".join([*cells, *cells.values()])
    if len(everything) > CELL_LIMIT and max(map(len, (*cells, *cells.values()))) > CELL_LIMIT:
        raise fault(name, line, f"a cell is longer than {CELL_LIMIT:,} characters", "shorten it")
    if "\0" in everything:
        raise fault(name, line, "a cell holds a NUL character", "remove it")
    if not everything.isascii():
        try:
            everything.encode()
        except UnicodeEncodeError:
            raise fault(name, line, "a cell holds half a character", "export it again") from None
    return Record(line, cells)


def fault(name: str, line: int, what: str, hint: str) -> BadDataError:
    """Return the error about what is wrong on a line."""
    return BadDataError(f"{name} line {line}: {what}", hint)


def _survey(name: str, records: Iterator[Record]) -> tuple[list[str], int]:
    """Return all columns as they first come, and the number of records."""
    columns: dict[str, None] = {}
    count = 0
    for _, cells in records:
        count += 1
        if not cells.keys() <= columns.keys():
            columns |= dict.fromkeys(cells)
            if len(columns) > COLUMN_LIMIT:
                raise BadDataError(
                    f"{name} names more than {COLUMN_LIMIT:,} columns",
                    "check that its records are of one kind",
                )
    if not count:
        raise BadDataError(f"{name} is empty", "there is no record in it")
    if not columns:
        raise BadDataError(f"{name} has no columns", "its records name no fields")
    if count * len(columns) > FILLED_LIMIT:
        raise BadDataError(
            f"{shown(name)} has {count:,} records of {len(columns):,} columns; that is too much",
            "check that its records are of one kind, or import it in parts",
        )
    return list(columns), count


def _rows(
    name: str, text: io.TextIOWrapper, columns: Sequence[str], records: Reader
) -> Iterator[Row]:
    with text, explained(name, text):
        text.seek(0)
        yield Row(0, [])
        for line, cells in records(name, text):
            yield Row(line, [cells.get(column, "") for column in columns])
