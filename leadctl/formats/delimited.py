"""Reads comma-, semicolon-, tab- and pipe-separated text files as a header and a stream of rows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from itertools import chain, islice, repeat
from pathlib import Path
from typing import BinaryIO, NamedTuple, TextIO

from leadctl.errors import BadDataError, UsageError
from leadctl.formats import backslashes
from leadctl.formats.preamble import LOOKED_AT, header_at, is_remark
from leadctl.formats.source import Source, opened
from leadctl.formats.table import CELL_LIMIT, PART, Part, Table, empty, trimmed_header
from leadctl.formats.text import LINE_LIMIT, encoding_of, explained

DELIMITERS = (",", ";", "\t", "|")

_DECLARATION = re.compile(r'"?sep=([,;\t|])"?\r?\n?', re.IGNORECASE)
_HEAD_LINES = 3 * LOOKED_AT  # since a row may go over several lines
_HEAD_CHARACTERS = 4 * CELL_LIMIT
_QUOTED_CHARACTERS = 200_000
"""Characters in which a quote behind a backslash shows what it means."""
_TWICE = """write a quote inside a quoted cell twice, like "the ""big"" one"; \
if it stands as \\", add --quotes backslash"""
_NUL = "NUL"
_ENDLESS = "endless"


class _Layout(NamedTuple):
    """How the cells are cut, and how many lines stand before the header or the blanks above it."""

    delimiter: str
    lines_before: int
    notes: tuple[str, ...] = ()
    backslashes: bool = False


def read(
    source: Path | BinaryIO | TextIO | Source,
    *,
    delimiter: str | None = None,
    encoding: str | None = None,
    quotes: str | None = None,
) -> Table:
    """Open `source`, detect what was not given, and return the header with the rows as a stream.

    Blank lines are skipped and short rows are filled up with "". Without `encoding` a byte order
    mark decides, and without that the file is UTF-8; without `delimiter` the header decides. The
    header is the first line that is not blank, unless it is beyond doubt that a title stands above.
    Without `quotes`, one of backslashes.QUOTES, a quote inside quotes is doubled, unless the first
    rows can only be read with a backslash before it.

    Raises UsageError for a file that is not there, a directory, an unknown encoding or delimiter.
    Raises BadDataError for anything wrong inside the file; `rows` raises it too, as the fault may
    lie far down. Lines in messages count from 1, byte offsets from 0.
    """
    if delimiter is not None and delimiter not in DELIMITERS:
        raise UsageError(
            f"{delimiter!r} is not a delimiter that can be read",
            "choose a comma, a semicolon, a tab or a pipe",
        )
    with ExitStack() as on_failure:
        file = on_failure.enter_context(opened(source))
        name = file.name
        found = encoding_of(file, encoding)
        text = io.TextIOWrapper(file.stream, encoding=found.codec, newline="")
        with explained(name, text):
            layout = _quoted(text, _layout(text, delimiter), quotes)
            _go_to(text, layout.lines_before)
        parts = _closing(name, text, _parts(name, text, layout))
        first = next(parts, None)
        if first is None:
            raise empty(name)
        header, renamed = trimmed_header(name, first.cells[0])
        on_failure.pop_all()
    kind = "TSV" if layout.delimiter == "\t" else "CSV"
    notes = (*file.notes, *layout.notes, *renamed)
    return Table(name, found.name, layout.delimiter, header, parts, kind, notes, file.fraction)


# --- delimiter and header ---------------------------------------------------------------------


def _layout(text: io.TextIOWrapper, asked: str | None) -> _Layout:
    """Return how the table is laid out, by what its first lines show."""
    text.seek(0)
    declared = _DECLARATION.fullmatch(text.readline(len('"sep=;"\r\n') + 1))
    above = 1 if declared else 0
    _go_to(text, above)
    head = _first_lines(text)
    told = asked or (declared[1] if declared else None)
    delimiter, named = (told, 0) if told else _delimiter_of_header(head)
    # Where a delimiter cuts the first line, the others say nothing, unless it is a remark.
    first = next((line for line in head if line.strip()), "")
    certain = told or (named > 1 and not is_remark(first))
    possible = [delimiter] if certain else list(DELIMITERS)
    titled = _below_a_title(head, possible)
    if titled is None:
        return _Layout(delimiter, above)
    delimiter, above_header = titled
    note = f"the header is on line {above + above_header + 1}; the lines above it are left out"
    return _Layout(delimiter, above + above_header, (note,))


def _first_lines(text: io.TextIOWrapper) -> list[str]:
    lines: list[str] = []
    left = _HEAD_CHARACTERS
    while left > 0 and len(lines) < _HEAD_LINES and (line := text.readline(left)):
        lines.append(line)
        left -= len(line)
    return lines


def _delimiter_of_header(head: Sequence[str]) -> tuple[str, int]:
    """Return the delimiter that cuts the header into the most named columns, else the comma.

    Beside it, how many columns it names.
    """
    columns = {}
    for candidate in DELIMITERS:
        header = next((cells for _, cells in _records(head, candidate) if not _blank(cells)), [])
        columns[candidate] = sum(1 for cell in header if cell.strip())
    most = max(columns.values())
    best = [candidate for candidate, count in columns.items() if count == most]
    return (best[0] if len(best) == 1 else ","), most


def _below_a_title(head: Sequence[str], possible: Sequence[str]) -> tuple[str, int] | None:
    """Return the delimiter of a header that stands below a title, and how many lines are above."""
    found: dict[str, tuple[int, int]] = {}
    for candidate in possible:
        records = list(islice(_records(head, candidate), LOOKED_AT))
        at = header_at([cells for _, cells in records])
        if at:
            lines_above, header = records[at]
            found[candidate] = (len(header), lines_above)
    most = max(found.values(), default=(0, 0))[0]
    best = [(candidate, above) for candidate, (width, above) in found.items() if width == most]
    return best[0] if len(best) == 1 else None


def _records(head: Sequence[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows within the first lines, blank ones too, and how many lines are above each."""
    if backslashes.are_proven("".join(head), delimiter, whole=False):
        head = [backslashes.doubled(line, delimiter) for line in head]
    reader = csv.reader(head, delimiter=delimiter, strict=True)
    with suppress(StopIteration, csv.Error):
        while True:
            above = reader.line_num
            yield above, next(reader)


def _quoted(text: io.TextIOWrapper, layout: _Layout, asked: str | None) -> _Layout:
    """Return the layout with how a quote stands inside quotes; a sample shows it."""
    if asked is not None:
        return layout._replace(backslashes=asked == "backslash")
    _go_to(text, layout.lines_before)
    try:
        head = text.read(_QUOTED_CHARACTERS)
    except UnicodeError:  # which says where it is when the rows are read
        return layout
    whole = len(head) < _QUOTED_CHARACTERS
    if not backslashes.are_proven(head, layout.delimiter, whole=whole):
        return layout
    return layout._replace(backslashes=True, notes=(*layout.notes, backslashes.NOTE))


def _go_to(text: io.TextIOWrapper, line: int) -> None:
    """Stand behind the first `line` lines."""
    text.seek(0)
    for _ in range(line):
        text.readline(LINE_LIMIT)


# --- rows -------------------------------------------------------------------------------------


def _closing(name: str, text: io.TextIOWrapper, parts: Iterator[Part]) -> Iterator[Part]:
    with text, explained(name, text):
        yield from parts


def _parts(name: str, text: io.TextIOWrapper, layout: _Layout) -> Iterator[Part]:
    """Yield the header, then the rows, from where `text` stands, below `layout.lines_before`."""
    delimiter, lines_before, _, escaped = layout
    lines = _lines(text)
    if escaped:
        lines = (backslashes.doubled(line, delimiter) for line in lines)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    line = lines_before + 1
    width, fault = None, None
    for size in chain([1], repeat(PART)):  # the header stands alone
        lines_of_rows: list[int] = []
        rows: list[list[str]] = []
        # The limit belongs to the whole process, so it is raised only while rows are parsed.
        limit_of_others = csv.field_size_limit(CELL_LIMIT)
        try:
            for cells in reader:
                begins, line = line, lines_before + reader.line_num + 1
                if len(cells) != width:
                    if _blank(cells):
                        continue
                    width = width or len(cells)
                    cells.extend([""] * (width - len(cells)))
                lines_of_rows.append(begins)
                rows.append(cells)
                if len(rows) == size:
                    break
        except csv.Error as error:
            fault = _malformed(name, line, lines_before + reader.line_num, error)
        finally:
            csv.field_size_limit(limit_of_others)
        if rows:
            yield Part(lines_of_rows, rows)
        if fault:
            raise fault
        if len(rows) < size:
            return


def _blank(cells: Sequence[str]) -> bool:
    return not cells or (len(cells) == 1 and not cells[0].strip())


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(LINE_LIMIT):
        if "\0" in line:
            raise csv.Error(_NUL)
        if len(line) == LINE_LIMIT:
            raise csv.Error(_ENDLESS)
        yield line


def _malformed(name: str, line: int, last_line: int, error: csv.Error) -> BadDataError:
    """Put into plain words why the row that begins on `line` and was read to `last_line` fails."""
    reason = str(error)
    too_long = "limit" in reason
    if reason == _NUL:
        fault, hint = "a cell holds a NUL character", "remove it, or export the file again"
    elif reason == _ENDLESS:
        fault = f"it is longer than {LINE_LIMIT:,} characters"
        hint = "check that this is the right file"
    elif too_long and line == last_line:
        fault, hint = f"a cell is longer than {CELL_LIMIT:,} characters", "shorten the cell"
    elif too_long or "end of data" in reason:
        fault = "a quote is opened and never closed"
        hint = "close the quote, or remove it"
    elif line == last_line:
        fault = "a quoted cell goes on after its closing quote"
        hint = _TWICE
    else:
        fault = f"a quote is opened, and the next one, on line {last_line}, does not close it"
        hint = f"close the quote on line {line}, or remove it"
    return BadDataError(f"{name} line {line}: {fault}", hint)
