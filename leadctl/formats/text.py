"""Opens bytes as text: in which encoding, and where a byte does not belong to it."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO, NamedTuple, cast

from leadctl.errors import BadDataError, UsageError
from leadctl.formats.source import Source, unreadable
from leadctl.formats.table import CELL_LIMIT, shown

LINE_LIMIT = 16 * CELL_LIMIT
"""Characters of a line; what has none in so many is no table."""

_BLOCK_BYTES = 1 << 18
_SPREADSHEET = "it looks like a spreadsheet ({}): save it as CSV"
_MAGIC = {
    b"PK\x03\x04": _SPREADSHEET.format("XLSX"),
    b"\xd0\xcf\x11\xe0": _SPREADSHEET.format("XLS, or XLSX with a password"),
    b"%PDF": "it looks like a PDF document",
    b"\x1f\x8b": "it looks like a gzip archive in another one",
    b"BZh": "it looks like a bzip2 archive: unpack it first",
    b"\x89PNG": "it looks like a PNG picture",
    b"\xff\xd8\xff": "it looks like a JPEG picture",
}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 with BOM"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32 with BOM"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32 with BOM"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16 with BOM"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16 with BOM"),
)


class Encoding(NamedTuple):
    """The codec that reads a file, and its name for people."""

    codec: str
    name: str


def encoding_of(source: Source, asked: str | None) -> Encoding:
    """Return the encoding: what was asked for, else what a byte order mark says, else UTF-8.

    Raises UsageError for an unknown encoding, BadDataError if the head of the file shows that it is
    no text, or text of another encoding.
    """
    name, head = source.name, source.head
    for magic, finding in _MAGIC.items():
        if head.startswith(magic):
            raise BadDataError(
                f"{name} is not a text table; {finding}", "export the table as CSV and read that"
            )
    codec = _known_codec(asked or "utf-8")
    marked = next((Encoding(*found) for mark, *found in _MARKS if head.startswith(mark)), None)
    wide = marked.codec if marked else _utf16_codec(head)
    if codec.startswith("utf-16"):
        without_mark = "utf-16-le" if codec == "utf-16" else codec
        of_utf16 = wide if wide and wide.startswith("utf-16") else None
        return Encoding(of_utf16 or without_mark, asked or codec)
    if codec.startswith("utf-32"):
        return Encoding(codec, asked or codec)
    if marked and asked is None:
        return marked
    if wide and wide != "utf-8-sig":
        family = wide[:6]
        raise BadDataError(
            f"{name} is {family.upper()} text",
            f"add --encoding {family}, or save the file as UTF-8",
        )
    if b"\0" in head.partition(b"\n")[0]:
        raise BadDataError(f"{name} is not a text table", "export the table as CSV and read that")
    return Encoding("utf-8-sig" if codec == "utf-8" else codec, asked or "UTF-8")


def _known_codec(asked: str) -> str:
    try:
        # Unlike codecs.lookup, the wrapper refuses codecs that do not decode text, such as hex.
        io.TextIOWrapper(io.BytesIO(), encoding=asked)
        return codecs.lookup(asked).name
    except (LookupError, ValueError):
        raise UsageError(
            f"unknown encoding: {shown(asked)}", "common ones are utf-8, cp1252 and utf-16"
        ) from None


def _utf16_codec(head: bytes) -> str | None:
    # A header is mostly ASCII, so one byte of each pair is nearly always NUL, the other never.
    first, second = head[:200:2], head[1:200:2]
    if 0 not in first and 2 * second.count(0) > len(second):
        return "utf-16-le"
    if 0 not in second and 2 * first.count(0) > len(first):
        return "utf-16-be"
    return None


def head_of(source: Source, encoding: Encoding) -> str:
    """Return the first characters of the file, what cannot be decoded replaced."""
    decoder = codecs.getincrementaldecoder(encoding.codec)("replace")
    try:
        return decoder.decode(source.head).removeprefix("\ufeff")
    except UnicodeError:
        return ""


def lines(name: str, text: io.TextIOWrapper) -> Iterator[str]:
    """Yield the lines with their ends; BadDataError for one without end."""
    number = 0
    while line := text.readline(LINE_LIMIT):
        number += 1
        if len(line) == LINE_LIMIT:
            raise BadDataError(
                f"{name} line {number}: it is longer than {LINE_LIMIT:,} characters",
                "check that this is the right file",
            )
        yield line


@contextmanager
def explained(name: str, text: io.TextIOWrapper) -> Iterator[None]:
    """Turn what decoding or the disk raises while `text` is read into a BadDataError."""
    try:
        yield
    except UnicodeError as error:
        raise _undecodable(name, text, error) from None
    except OSError as error:
        raise unreadable(name, error) from None


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
    decoder = io.IncrementalNewlineDecoder(
        codecs.getincrementaldecoder(codec)("replace"), translate=True
    )
    line = 1
    stream.seek(0)
    with suppress(UnicodeError):  # such as that of a mark that is not there
        while block := stream.read(min(offset, _BLOCK_BYTES)):
            offset -= len(block)
            line += decoder.decode(block, final=offset == 0).count("\n")
    return line
