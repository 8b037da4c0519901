"""Writes a sheet of an XLSX workbook: real numbers and times, and texts that stay texts."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, BinaryIO

from leadctl.errors import UsageError
from leadctl.formats.table import shown

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

ROWS = 1_048_576
COLUMNS = 16_384
CELL = 32_767
"""What a sheet can hold: rows with the header, columns, UTF-16 units of a text."""
EXACT = 10**15
"""From here on a spreadsheet, which counts in 15 digits, would change a number."""
TIME_FORMAT = "yyyy-mm-dd hh:mm:ss"

_MEASURED = 200
_NARROWEST, _WIDEST = 8, 40
_ELSE = "export as CSV or JSON, which have no such limit"

Cell = str | int | float | datetime | None


def write(stream: BinaryIO, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write one sheet with a bold, frozen header and a filter, row by row.

    A text is written as one, whatever it begins with; True and False are yes and no, times have no
    zone. A number of more than 15 digits is written as a text, so that none of them changes.

    Raises UsageError where the library that writes workbooks is missing, or for what a sheet cannot
    hold; OSError where the disk is full.
    """
    try:
        from xlsxwriter import Workbook
        from xlsxwriter.exceptions import FileCreateError
    except ImportError:
        raise UsageError(
            "writing XLSX needs a library that is not installed", "pip install 'leadctl[xlsx]'"
        ) from None
    if len(header) > COLUMNS:
        raise UsageError(f"a sheet holds {COLUMNS:,} columns, not {len(header):,}", _ELSE)
    # Its own temporary files are left behind where it is interrupted.
    with tempfile.TemporaryDirectory() as folder, _until_an_error(stream) as target:
        book = Workbook(target, {"constant_memory": True, "tmpdir": folder, "use_zip64": True})
        sheet = book.add_worksheet()
        time = book.add_format({"num_format": TIME_FORMAT})
        put = _Sheet(sheet, header, plain=book.add_format(), time=time)
        put.row(header, book.add_format({"bold": True}))
        whole = iter(rows)
        first = list(islice(whole, _MEASURED))
        for cells in chain(first, whole):
            put.row(cells)
        put.finish(_widths(header, first))
        try:
            book.close()
        except FileCreateError as error:
            raise (error.args[0] if error.args else OSError()) from None


class _Target:
    """A stream that can be given up: then it takes everything and keeps nothing."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream: BinaryIO | None = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name) if self.stream else lambda *_: 0


@contextmanager
def _until_an_error(stream: BinaryIO) -> Iterator[_Target]:
    """Give up the stream if the block raises.

    An archive that was not closed writes its end when it is collected, to a stream that may be full
    or closed by then, and nobody could catch what that raises.
    """
    target = _Target(stream)
    try:
        yield target
    except BaseException:
        target.stream = None
        raise


class _Sheet:
    """Puts cells on a sheet, row under row."""

    def __init__(self, sheet: Worksheet, header: Sequence[str], *, plain: Any, time: Any) -> None:
        self._sheet = sheet
        self._header = header
        self._plain = plain
        self._time = time
        self._line = 0
        self._puts: Mapping[type, Callable[[int, Any, Any], None]] = {
            str: self._put_text,
            int: self._put_number,
            float: self._put_number,
            bool: self._put_flag,
            datetime: self._put_time,
        }

    def row(self, cells: Sequence[Cell], style: Any = None) -> None:
        """Put the next row; UsageError if it has no place."""
        if self._line >= ROWS:
            raise UsageError(f"a sheet holds {ROWS - 1:,} records, and there are more", _ELSE)
        for column, cell in enumerate(cells):
            if cell is not None:
                self._puts[type(cell)](column, cell, style)
        self._line += 1

    def finish(self, widths: Sequence[int]) -> None:
        """Freeze the header, let it filter, and make the columns as wide as what they hold."""
        sheet, last = self._sheet, max(len(self._header) - 1, 0)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(self._line - 1, 0), last)
        # Postal codes and telephone numbers are meant to be texts.
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{ROWS}"})
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)

    def _put_text(self, column: int, text: str, style: Any) -> None:
        if len(text) > CELL // 2 and len(text.encode("utf-16-le")) // 2 > CELL:
            raise UsageError(
                f"row {self._line + 1}, {shown(self._header[column])}: a cell holds {CELL:,}"
                f" characters, not {len(text):,}",
                _ELSE,
            )
        if text.startswith("<r>") and text.endswith("</r>"):
            # The library would take it for its own XML of a text in several styles.
            self._sheet.write_rich_string(self._line, column, text[:1], self._plain, text[1:])
        elif text:
            self._sheet.write_string(self._line, column, text, style)

    def _put_number(self, column: int, number: float, style: Any) -> None:
        if abs(number) < EXACT:
            self._sheet.write_number(self._line, column, number, style)
        else:
            self._put_text(column, str(number), style)

    def _put_flag(self, column: int, flag: bool, style: Any) -> None:
        self._sheet.write_boolean(self._line, column, flag, style)

    def _put_time(self, column: int, moment: datetime, _: Any) -> None:
        self._sheet.write_datetime(self._line, column, moment, self._time)


def _widths(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[int]:
    """Return the width of each column in characters, by its name and the first rows."""
    widths = [len(name) + 3 for name in header]  # beside the name stands the button of the filter
    for cells in rows:
        for column, cell in enumerate(cells):
            if cell is not None:
                longest = max(map(len, str(cell).split("\n")))
                widths[column] = max(widths[column], longest + 1)
    return [min(max(width, _NARROWEST), _WIDEST) for width in widths]
