"""Reads comma-, semicolon-, tab- and pipe-separated text files as a header and a stream of rows."""

from __future__ import annotations

import codecs
import csv
import io
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from leadctl.errors import BadDataError, UsageError

DELIMITERS = (",", ";", "\t", "|")
CELL_LIMIT = 1_000_000  # characters; far above any note, far below what an unclosed quote swallows

_HEAD_BYTES = 4096
_BLOCK_BYTES = 1 << 18
_DECLARATION = re.compile(r'"?sep=([,;\t|])"?\r?\n?', re.IGNORECASE)
_NUL = "NUL"

_SPREADSHEET = "it looks like a spreadsheet ({}): save it as CSV"
_MAGIC = {
    b"PK\x03\x04": _SPREADSHEET.format("XLSX"),
    b"\xd0\xcf\x11\xe0": _SPREADSHEET.format("XLS"),
    b"%PDF": "it looks like a PDF document",
    b"\x1f\x8b": "it looks like a gzip archive: unpack it first",
    b"BZh": "it looks like a bzip2 archive: unpack it first",
    b"\x89PNG": "it looks like a PNG picture",
    b"\xff\xd8\xff": "it looks like a JPEG picture",
}


class Row(NamedTuple):
    """The cells of one row as they stand in the file, and the 1-based line where the row begins."""

    line: int
    cells: list[str]


@dataclass(frozen=True)
class DelimitedFile:
    """An open file: what was found out about it, its trimmed header, and its rows still to be read.

    `rows` can be run through once. A row has at least as many cells as the header; one that has
    more is passed on as it is. The file is closed when `rows` ends, is closed or is collected.
    """

    name: str
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    rows: Iterator[Row]


def read(path: Path, *, delimiter: str | None = None, encoding: str | None = None) -> DelimitedFile:
    """Open `path`, detect what was not given, and return the header with the rows as a stream.

    Blank lines are skipped and short rows are filled up with "". Without `encoding` the file is
    UTF-8 with or without a byte order mark; without `delimiter` the header decides.

    Raises UsageError for a file that is not there, a directory, an unknown encoding or delimiter.
    Raises BadDataError for anything wrong inside the file; `rows` raises it too, as the fault may
    lie far down. Lines in messages count from 1, byte offsets from 0.
    """
    if delimiter is not None and delimiter not in DELIMITERS:
        raise UsageError(
            f"{delimiter!r} is not a delimiter that can be read",
            "choose a comma, a semicolon, a tab or a pipe",
        )
    name = _shown(path.name or str(path))
    with ExitStack() as on_failure:
        stream = on_failure.enter_context(_open(path, name))
        head = _head(stream, name)
        codec = _codec(name, head, encoding)
        text = io.TextIOWrapper(stream, encoding=codec, newline="")
        with _explained(name, text):
            declared = _declared_delimiter(text)
            delimiter = delimiter or declared or _delimiter_of_header(name, text)
            _rewind(text, past_declaration=declared is not None)
        rows = _closing(name, text, _rows(name, text, delimiter, lines_before=1 if declared else 0))
        first = next(rows, None)
        if first is None:
            raise BadDataError(f"{name} is empty", "the first line must name the columns")
        header = _header(name, first.cells)
        on_failure.pop_all()
    found = "UTF-8 with BOM" if head.startswith(codecs.BOM_UTF8) else "UTF-8"
    return DelimitedFile(name, encoding or found, delimiter, header, rows)


def _shown(text: str) -> str:
    """Return a file or column name fit for one line of a terminal."""
    one_line = " ".join(text.split())
    return "".join(char if char.isprintable() else "?" for char in one_line)[:100]


def _open(path: Path, name: str) -> BinaryIO:
    try:
        if path.is_dir():
            raise UsageError(f"{_shown(str(path))} is a directory", "name one file in it")
        stream = path.open("rb")
        return stream if stream.seekable() else _spooled(stream)
    except (FileNotFoundError, NotADirectoryError):
        raise UsageError(f"no such file: {_shown(str(path))}", "check the path") from None
    except OSError as error:
        raise _unreadable(name, error) from None


def _head(stream: BinaryIO, name: str) -> bytes:
    try:
        head = stream.read(_HEAD_BYTES)
        stream.seek(0)
        return head
    except OSError as error:
        raise _unreadable(name, error) from None


def _spooled(pipe: BinaryIO) -> BinaryIO:
    """Return the contents of a pipe as a file, since detection has to read the header twice."""
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    with pipe:
        shutil.copyfileobj(pipe, copy)
    copy.seek(0)
    return cast(BinaryIO, copy)


# --- encoding ---------------------------------------------------------------------------------


def _codec(name: str, head: bytes, asked: str | None) -> str:
    """Return the codec that reads the file, or raise if `head` shows that it is not such text."""
    for magic, finding in _MAGIC.items():
        if head.startswith(magic):
            raise BadDataError(
                f"{name} is not a text table; {finding}", "export the table as CSV and read that"
            )
    codec = _known_codec(asked or "utf-8")
    utf16 = _utf16_codec(head)
    if codec.startswith("utf-16"):
        without_mark = "utf-16-le" if codec == "utf-16" else codec
        return utf16 or without_mark
    if codec.startswith("utf-32"):
        return codec
    if utf16:
        raise BadDataError(
            f"{name} is UTF-16 text", "add --encoding utf-16, or save the file as UTF-8"
        )
    if b"\0" in head.partition(b"\n")[0]:
        raise BadDataError(f"{name} is not a text table", "export the table as CSV and read that")
    return "utf-8-sig" if codec == "utf-8" else codec


def _known_codec(asked: str) -> str:
    try:
        # Unlike codecs.lookup, the wrapper refuses codecs that do not decode text, such as hex.
        io.TextIOWrapper(io.BytesIO(), encoding=asked)
        return codecs.lookup(asked).name
    except (LookupError, ValueError):
        raise UsageError(
            f"unknown encoding: {_shown(asked)}", "common ones are utf-8, cp1252 and utf-16"
        ) from None


def _utf16_codec(head: bytes) -> str | None:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # A header is mostly ASCII, so one byte of each pair is nearly always NUL, the other never.
    first, second = head[:200:2], head[1:200:2]
    if 0 not in first and 2 * second.count(0) > len(second):
        return "utf-16-le"
    if 0 not in second and 2 * first.count(0) > len(first):
        return "utf-16-be"
    return None


@contextmanager
def _explained(name: str, text: io.TextIOWrapper) -> Iterator[None]:
    """Turn what decoding or the disk raises while `text` is read into a BadDataError."""
    try:
        yield
    except UnicodeError as error:
        raise _undecodable(name, text, error) from None
    except OSError as error:
        raise _unreadable(name, error) from None


def _unreadable(name: str, error: OSError) -> BadDataError:
    return BadDataError(
        f"{name} cannot be read: {error.strerror or 'the disk reports an error'}",
        "check the file's permissions, or copy it elsewhere and try again",
    )


def _undecodable(name: str, text: io.TextIOWrapper, error: UnicodeError) -> BadDataError:
    utf8 = text.encoding.startswith("utf-8")
    label = "UTF-8" if utf8 else text.encoding
    hint = (
        "if the file comes from Excel on Windows, add --encoding cp1252"
        if utf8
        else "give the encoding the file was saved in; without --encoding it is read as UTF-8"
    )
    if not isinstance(error, UnicodeDecodeError):
        return BadDataError(f"{name} is not {label} text", hint)
    # What the decoder was given ends where the file has been read to, whatever it began with.
    stream = cast(BinaryIO, text.buffer)
    offset = stream.tell() - len(error.object) + error.start
    line = _line_at(stream, text.encoding, offset)
    byte = error.object[error.start]
    return BadDataError(
        f"{name} line {line}: byte 0x{byte:02X} at offset {offset} is not {label}", hint
    )


def _line_at(stream: BinaryIO, codec: str, offset: int) -> int:
    """Return the 1-based line that holds the byte at `offset`; all before it can be decoded."""
    text = codecs.getincrementaldecoder(codec)("replace")
    decoder = io.IncrementalNewlineDecoder(text, translate=True)
    line = 1
    stream.seek(0)
    while block := stream.read(min(offset, _BLOCK_BYTES)):
        offset -= len(block)
        line += decoder.decode(block, final=offset == 0).count("\n")
    return line


# --- delimiter and header ---------------------------------------------------------------------


def _rewind(text: io.TextIOWrapper, *, past_declaration: bool) -> None:
    text.seek(0)
    if past_declaration:
        text.readline()


def _declared_delimiter(text: io.TextIOWrapper) -> str | None:
    """Return the delimiter that a first line `sep=;` asks for, as Excel understands it."""
    first_line = text.readline(len('"sep=;"\r\n') + 1)
    match = _DECLARATION.fullmatch(first_line)
    return match[1] if match else None


def _delimiter_of_header(name: str, text: io.TextIOWrapper) -> str:
    """Return the delimiter that cuts the header into the most named columns, else the comma."""
    columns = {}
    for candidate in DELIMITERS:
        _rewind(text, past_declaration=False)
        try:
            header = next(_rows(name, text, candidate), None)
        except BadDataError:
            continue
        columns[candidate] = sum(1 for cell in header.cells if cell.strip()) if header else 0
    most = max(columns.values(), default=0)
    best = [candidate for candidate, count in columns.items() if count == most]
    return best[0] if len(best) == 1 else ","


def _header(name: str, cells: Sequence[str]) -> tuple[str, ...]:
    header = tuple(cell.strip() or f"column {number}" for number, cell in enumerate(cells, 1))
    seen: dict[str, int] = {}
    for number, column in enumerate(header, 1):
        earlier = seen.setdefault(column.casefold(), number)
        if earlier != number:
            raise BadDataError(
                f'{name}: columns {earlier} and {number} are both named "{_shown(column)}"',
                "rename or remove one of the two columns",
            )
    return header


# --- rows -------------------------------------------------------------------------------------


def _closing(name: str, text: io.TextIOWrapper, rows: Iterator[Row]) -> Iterator[Row]:
    with text, _explained(name, text):
        yield from rows


def _rows(
    name: str, text: io.TextIOWrapper, delimiter: str, *, lines_before: int = 0
) -> Iterator[Row]:
    """Yield the header, then the rows, from where `text` stands, `lines_before` lines down."""
    reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    width = None  # of the header, once it is found
    while True:
        line = lines_before + reader.line_num + 1
        # The limit belongs to the whole process, so it is raised only while a row is parsed.
        limit_of_others = csv.field_size_limit(CELL_LIMIT)
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            last_line = lines_before + reader.line_num
            raise _malformed(name, line, last_line, error) from None
        finally:
            csv.field_size_limit(limit_of_others)
        if len(cells) != width:
            if not cells or (len(cells) == 1 and not cells[0].strip()):
                continue
            width = width or len(cells)
            cells.extend([""] * (width - len(cells)))
        yield Row(line, cells)


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    for line in text:
        if "\0" in line:
            raise csv.Error(_NUL)
        yield line


def _malformed(name: str, line: int, last_line: int, error: csv.Error) -> BadDataError:
    """Put into plain words why the row that begins on `line` and was read to `last_line` fails."""
    reason = str(error)
    too_long = "limit" in reason
    if reason == _NUL:
        fault, hint = "a cell holds a NUL character", "remove it, or export the file again"
    elif too_long and line == last_line:
        fault, hint = f"a cell is longer than {CELL_LIMIT:,} characters", "shorten the cell"
    elif too_long or "end of data" in reason:
        fault = "a quote is opened and never closed"
        hint = "close the quote, or remove it"
    elif line == last_line:
        fault = "a quoted cell goes on after its closing quote"
        hint = 'write a quote inside a quoted cell twice, like "the ""big"" one"'
    else:
        fault = f"a quote is opened, and the next one, on line {last_line}, does not close it"
        hint = f"close the quote on line {line}, or remove it"
    return BadDataError(f"{name} line {line}: {fault}", hint)
