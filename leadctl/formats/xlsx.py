"""Reads a sheet of an XLSX workbook as a header and a stream of rows, as text."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from functools import cache
from itertools import chain, islice
from math import isfinite
from pathlib import Path
from posixpath import join, normpath
from typing import BinaryIO, NamedTuple, TextIO
from xml.parsers import expat

from leadctl.errors import BadDataError, UsageError
from leadctl.formats.preamble import LOOKED_AT, header_at
from leadctl.formats.source import Source, opened
from leadctl.formats.table import (
    CELL_LIMIT,
    COLUMN_LIMIT,
    FILLED_LIMIT,
    Row,
    Table,
    empty,
    parts_of,
    shown,
    trimmed_header,
)

SHEET_LIMIT = 2 << 30
"""Bytes of the XML of a sheet; a full one of 20 columns has about half of that."""
TEXTS_LIMIT = 256 << 20
"""Bytes of the XML of the texts that cells share, which are held in memory."""
PART_LIMIT = 16 << 20
"""Bytes of the XML of the workbook's own parts, such as its styles."""
ROW_LIMIT = 1_048_576

_BLOCK = 1 << 16
_WHOLE = re.compile(r"-?\d+")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
_BUILT_IN = {
    **dict.fromkeys((14, 15, 16, 17, *range(27, 32), 34, 35, 36, *range(50, 59)), "d"),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 45, 47), "h"),
    22: "dh",
    46: "[h]",
}
_DAYS_TO_1904 = 1462
_HINT = "open it in a spreadsheet and save it again, or as CSV"


class _Sheet(NamedTuple):
    name: str
    part: str
    hidden: bool


def read(source: Path | BinaryIO | TextIO | Source, *, sheet: str | None = None) -> Table:
    """Return one sheet of a workbook as a table: the named one, else the first that is not empty.

    Cells are text: days and times in ISO 8601, whole numbers without `.0`, `true` and `false`,
    errors such as #N/A as blanks; of a formula its result as it was saved. Blank rows are skipped;
    a row's line is its number in the sheet. Hidden sheets are read only if named.

    Raises UsageError for a file that is not there or a sheet that it does not have. Raises
    BadDataError for a file that is no workbook, damaged, or too large; `rows` raises it too.
    """
    with ExitStack() as on_failure:
        file = on_failure.enter_context(opened(source))
        name = file.name
        with _explained(name):
            book = _Workbook(name, file.stream)
            chosen, rows = _chosen(book, sheet)
            first_rows = list(islice(rows, LOOKED_AT))
        if not first_rows:
            raise empty(name if sheet is None else f'the sheet "{shown(chosen.name)}" of {name}')
        at = _header_at(first_rows)
        header, renamed = trimmed_header(name, first_rows[at].cells)
        stream = _filled(name, file.stream, chain(first_rows[at + 1 :], rows), len(header))
        next(stream)  # from here on it closes the file
        on_failure.pop_all()
    notes = list(file.notes)
    others = [shown(each.name) for each in book.sheets if each != chosen]
    if others:
        names = ", ".join(others[:8])
        notes.append(f'read the sheet "{shown(chosen.name)}"; others: {names} (--sheet NAME)')
    if at:
        notes.append(f"the header is in row {first_rows[at].line}; the rows above it are left out")
    return Table(name, "UTF-8", None, header, parts_of(stream), "XLSX", (*notes, *renamed))


def _chosen(book: _Workbook, asked: str | None) -> tuple[_Sheet, Iterator[Row]]:
    """Return the sheet to be read and its rows: the one asked for, else the first with any."""
    if asked is not None:
        named = [each for each in book.sheets if each.name.casefold() == asked.strip().casefold()]
        if not named:
            names = ", ".join(shown(each.name) for each in book.sheets[:8])
            raise UsageError(f"{book.name} has no sheet {shown(asked)!r}", f"it has {names}")
        return named[0], book.rows(named[0])
    for each in book.sheets:
        if not each.hidden:
            rows = book.rows(each)
            if first := next(rows, None):
                return each, chain([first], rows)
    raise empty(book.name)


def _header_at(rows: list[Row]) -> int:
    """Return which of the rows is the header; where rows are missing stands a blank one."""
    spaced: list[tuple[int, list[str]]] = []
    for at, row in enumerate(rows):
        if at and row.line > rows[at - 1].line + 1:
            spaced.append((at, []))
        spaced.append((at, row.cells))
    return spaced[header_at([cells for _, cells in spaced])][0]


def _filled(name: str, stream: BinaryIO, rows: Iterator[Row], width: int) -> Iterator[Row]:
    total = 0
    with stream, _explained(name):
        yield Row(0, [])
        for row in rows:
            row.cells.extend([""] * (width - len(row.cells)))
            total += len(row.cells)
            if total > FILLED_LIMIT:
                raise BadDataError(
                    f"{name} row {row.line}: the sheet has more than {FILLED_LIMIT:,} cells",
                    "remove the columns that are not needed",
                )
            yield row


@contextmanager
def _explained(name: str) -> Iterator[None]:
    """Turn what a damaged workbook raises into a BadDataError."""
    try:
        yield
    except (
        *(zipfile.BadZipFile, zlib.error, struct.error, expat.ExpatError, EOFError, OSError),
        *(LookupError, ValueError, RuntimeError, OverflowError),
    ):
        raise BadDataError(
            f"{name} is a damaged workbook, or has a password, or is no XLSX", _HINT
        ) from None


# --- the parts of a workbook ------------------------------------------------------------------


class _Workbook:
    """An open workbook: its sheets, the texts that they share, how their numbers are shown."""

    def __init__(self, name: str, stream: BinaryIO) -> None:
        self.name = name
        self._archive = zipfile.ZipFile(stream)
        self._sizes = {info.filename: info for info in self._archive.infolist()}
        book = self._targets("", "officeDocument").get("officeDocument", ["xl/workbook.xml"])[0]
        if book not in self._sizes or book.endswith(".bin"):
            raise BadDataError(f"{name} is no XLSX workbook", "save it as XLSX or CSV")
        by_id = self._targets(book)
        self.sheets: list[_Sheet] = []
        self._days_more = 0
        for element, attributes in self._elements(book, "sheet", "workbookPr"):
            if element == "workbookPr":
                old_mac = attributes.get("date1904", "0") in ("1", "true")
                self._days_more = _DAYS_TO_1904 if old_mac else 0
                continue
            relation = next((attributes[key] for key in attributes if key.endswith(":id")), "")
            hidden = attributes.get("state", "visible") != "visible"
            for part in by_id.get(relation, []):
                self.sheets.append(_Sheet(attributes.get("name", ""), part, hidden))
        by_type = self._targets(book, "sharedStrings", "styles")
        self._texts = [text for part in by_type.get("sharedStrings", []) for text in self._of(part)]
        self._formats = [how for part in by_type.get("styles", [])[:1] for how in self._how(part)]

    def rows(self, sheet: _Sheet) -> Iterator[Row]:
        """Yield the rows that are not blank, as long as their last cell that is not."""
        reader = _SheetReader(self.name, self._texts, self._formats, self._days_more)
        for _ in self._parsed(sheet.part, SHEET_LIMIT, reader.started, reader.ended, reader.said):
            yield from reader.taken()

    def _of(self, part: str) -> list[str]:
        reader = _TextsReader(self.name)
        for _ in self._parsed(part, TEXTS_LIMIT, reader.started, reader.ended, reader.said):
            pass
        return reader.texts

    def _how(self, part: str) -> Iterator[str]:
        """Yield for each style of cells how it shows a number, see `_kind`."""
        own: dict[str, str] = {}
        of_cells = False
        for element, found in self._elements(part, "numFmt", "cellStyleXfs", "cellXfs", "xf"):
            if element == "numFmt":
                own[found.get("numFmtId", "")] = _kind(found.get("formatCode", ""))
            elif element == "xf" and of_cells:
                number = found.get("numFmtId", "0")
                known = _BUILT_IN.get(int(number), "") if number.isdecimal() else ""
                yield own.get(number, known)
            elif element != "xf":
                of_cells = element == "cellXfs"

    def _targets(self, part: str, *types: str) -> dict[str, list[str]]:
        """Return the parts that a part is related to, by the last word of the type or by id."""
        folder, _, base = part.rpartition("/")
        relations = join(folder, "_rels", base + ".rels")
        found: dict[str, list[str]] = {}
        if relations in self._sizes:
            for _, attributes in self._elements(relations, "Relationship"):
                kind = attributes.get("Type", "").rpartition("/")[2]
                target = normpath(join("/", folder, attributes.get("Target", "")))[1:]
                key = kind if types else attributes.get("Id", "")
                if attributes.get("TargetMode") != "External" and (not types or kind in types):
                    found.setdefault(key, []).append(target)
        return found

    def _elements(self, part: str, *names: str) -> list[tuple[str, dict[str, str]]]:
        found = []

        def started(name: str, attributes: dict[str, str]) -> None:
            local = name.rpartition(":")[2]
            if local in names:
                found.append((local, attributes))

        for _ in self._parsed(part, PART_LIMIT, started, None, None):
            pass
        return found

    def _parsed(
        self,
        part: str,
        limit: int,
        started: Callable[[str, dict[str, str]], None],
        ended: Callable[[str], None] | None,
        said: Callable[[str], None] | None,
    ) -> Iterator[None]:
        """Parse the XML of a part block by block; each block may have made rows."""
        info = self._sizes[part]
        if info.file_size > limit:
            raise BadDataError(
                f"{self.name} unpacks to more than {limit >> 20:,} MiB in one part",
                "save it as CSV and read that",
            )
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise zipfile.BadZipFile  # others unpack without a limit
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = started
        parser.EndElementHandler = ended
        parser.CharacterDataHandler = said
        parser.StartDoctypeDeclHandler = _refuse
        given = 0
        with self._archive.open(info) as stream:
            while block := stream.read(_BLOCK):
                parser.Parse(block)
                given += len(block)
                if given - parser.CurrentByteIndex > PART_LIMIT:
                    raise zipfile.BadZipFile  # an element without end
                yield
        parser.Parse(b"", True)
        yield


def _refuse(*_: object) -> None:
    """Refuse a document type: a workbook has none, and its entities could multiply."""
    raise zipfile.BadZipFile


class _TextsReader:
    """Gathers the texts that cells share, without the phonetic ones beside them."""

    def __init__(self, name: str) -> None:
        self.texts: list[str] = []
        self._name = name
        self._pieces: list[str] = []
        self._size = 0
        self._wanted = self._phonetic = False

    def started(self, name: str, _: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "si":
            self._pieces, self._size = [], 0
        elif local == "rPh":
            self._phonetic = True
        elif local == "t":
            self._wanted = not self._phonetic

    def said(self, data: str) -> None:
        if self._wanted:
            self._size += len(data)
            if self._size > CELL_LIMIT:
                raise _too_long(self._name)
            self._pieces.append(data)

    def ended(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if local == "t":
            self._wanted = False
        elif local == "rPh":
            self._phonetic = False
        elif local == "si":
            self.texts.append(_unescaped("".join(self._pieces)))


class _SheetReader:
    """Gathers the rows of a sheet."""

    def __init__(self, name: str, texts: list[str], formats: list[str], days_more: int) -> None:
        self._name = name
        self._texts = texts
        self._formats = formats
        self._days_more = days_more
        self._rows: list[Row] = []
        self._cells: list[str] = []
        self._line = 0
        self._column = 0
        self._type = self._format = ""
        self._pieces: list[str] = []
        self._size = 0
        self._wanted = self._phonetic = False

    def taken(self) -> list[Row]:
        """Return the rows since the last call."""
        rows, self._rows = self._rows, []
        return rows

    def started(self, name: str, attributes: dict[str, str]) -> None:
        local = name if ":" not in name else name.rpartition(":")[2]
        if local == "c":
            self._start_cell(attributes)
        elif local == "v" or (local == "t" and not self._phonetic):
            self._wanted = True
        elif local == "row":
            self._line = int(attributes.get("r", self._line + 1))
            if not 0 < self._line <= ROW_LIMIT:
                raise ValueError
            self._cells, self._column = [], 0
        elif local == "rPh":
            self._phonetic = True

    def _start_cell(self, attributes: dict[str, str]) -> None:
        if reference := attributes.get("r"):
            self._column = _column(reference.rstrip("0123456789"))
        self._type = attributes.get("t", "n")
        self._format = ""
        if style := attributes.get("s"):
            self._format = self._formats[int(style)] if int(style) < len(self._formats) else ""
        self._pieces, self._size = [], 0

    def said(self, data: str) -> None:
        if self._wanted:
            self._size += len(data)
            if self._size > CELL_LIMIT:
                raise _too_long(self._name, self._line)
            self._pieces.append(data)

    def ended(self, name: str) -> None:
        local = name if ":" not in name else name.rpartition(":")[2]
        if local in ("v", "t"):
            self._wanted = False
        elif local == "c":
            if self._pieces:
                self._put(self._text("".join(self._pieces)))
            self._column += 1
        elif local == "rPh":
            self._phonetic = False
        elif local == "row" and any(not cell.isspace() for cell in self._cells if cell):
            self._rows.append(Row(self._line, self._cells))

    def _put(self, text: str) -> None:
        if not text:
            return
        missing = self._column - len(self._cells)
        if missing < 0:
            raise ValueError
        if self._column >= COLUMN_LIMIT:
            raise BadDataError(
                f"{self._name} row {self._line}: it has more than {COLUMN_LIMIT:,} columns",
                "remove the columns that are not needed",
            )
        if missing:
            self._cells.extend([""] * missing)
        self._cells.append(text)

    def _text(self, value: str) -> str:
        if self._type == "s":
            at = int(value)
            if at < 0:
                raise ValueError
            return self._texts[at]
        if self._type == "n":
            return _number(value.strip(), self._format, self._days_more)
        if self._type == "b":
            return "true" if value.strip() == "1" else "false"
        if self._type == "e":
            return ""
        return value if self._type == "d" else _unescaped(value)


@cache
def _column(letters: str) -> int:
    """Return the number of a column, A being 0; ValueError for what is none."""
    if not (letters.isascii() and letters.isalpha() and letters.isupper()) or len(letters) > 3:
        raise ValueError
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _too_long(name: str, line: int | None = None) -> BadDataError:
    place = f" row {line}" if line else ""
    return BadDataError(
        f"{name}{place}: a cell is longer than {CELL_LIMIT:,} characters", "shorten it"
    )


def _unescaped(text: str) -> str:
    """Return a text with its characters that XML cannot hold, which are written as _x000D_."""
    return _ESCAPE.sub(_character, text) if "_x" in text else text


def _character(escape: re.Match[str]) -> str:
    code = int(escape[1], 16)
    return escape[0] if code == 0 or 0xD800 <= code < 0xE000 else chr(code)


# --- numbers ----------------------------------------------------------------------------------


def _kind(code: str) -> str:
    """Return how a format shows a number: d, h, dh for day and time, [h] for hours above 24.

    A format of zeros, as of postal codes, is returned as it is; any other is "".
    """
    if len(code) > 1 and not code.strip("0"):
        return code[:CELL_LIMIT] if len(code) < 100 else ""
    shape = _LITERAL.sub("", code).partition(";")[0].lower()
    if "[" in shape:
        return "[h]"
    shape = shape.replace("am/pm", "h").replace("a/p", "h")
    if "general" in shape:
        return ""
    has_time = "h" in shape or "s" in shape
    has_day = "y" in shape or "d" in shape or ("m" in shape and not has_time)
    return "d" * has_day + "h" * has_time


def _number(written: str, kind: str, days_more: int) -> str:
    """Return a number as text, or the day or time that it stands for in ISO 8601."""
    try:
        number = float(written)
    except ValueError:
        return written
    if not isfinite(number):
        return written
    if kind and kind[0] in "dh[" and (moment := _moment(number, kind, days_more)):
        return moment
    if _WHOLE.fullmatch(written):
        return written.zfill(len(kind)) if kind.startswith("0") else written
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number)).zfill(len(kind) if kind.startswith("0") else 0)
    # Spreadsheets count in 15 digits; what stands behind them, as in 9.949999999999999, they hide.
    shortest = f"{number:.15g}"
    if "e" in shortest and abs(number) < 1e30:
        from decimal import Decimal

        return f"{Decimal(shortest):f}"
    return shortest


def _moment(number: float, kind: str, days_more: int) -> str | None:
    """Return the day or time of a serial number; None if there is none, as for -1."""
    if not 0 <= number + days_more < 2_958_466:
        return None
    seconds = round(number * 86_400)
    if kind == "[h]":
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if seconds < 86_400 and not days_more:
        return f"{timedelta(seconds=seconds)!s:0>8}"
    # Spreadsheets count from 1900 and believe that it was a leap year.
    first_day = datetime(1899, 12, 31) if number < 60 and not days_more else datetime(1899, 12, 30)
    moment = first_day + timedelta(days=days_more, seconds=seconds)
    if kind == "d" and seconds % 86_400 == 0:
        return moment.date().isoformat()
    return moment.isoformat()
