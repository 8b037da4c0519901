"""Picks the reader of a file: by its content, then by its ending, never by a guess."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO

from leadctl.errors import BadDataError, UsageError
from leadctl.formats.backslashes import QUOTES
from leadctl.formats.source import Source, opened
from leadctl.formats.table import Table, shown

if TYPE_CHECKING:
    from leadctl.formats.text import Encoding

FORMATS = ("csv", "tsv", "json", "jsonl", "form", "vcard", "xlsx")
ENDINGS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".txt": "csv",
    ".json": "json",
    ".jsonl": "json",
    ".ndjson": "json",
    ".vcf": "vcard",
    ".vcard": "vcard",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
}
"""Ending of a file, of an archive without `.gz` -> its format."""

_ZIP = b"PK\x03\x04"
_LOOKS = (
    ("json", re.compile(r'\{\s*["}]|\[\s*(?:\{|\]\s*$)')),
    ("vcard", re.compile(r"BEGIN:VCARD\s", re.IGNORECASE)),
    ("markup", re.compile(r"<(?:[!?]|html|table|\w+[\s>/])", re.IGNORECASE)),
)
_IN_WORDS = {"csv": "a table", "json": "JSON", "form": "posts of a form", "vcard": "vCards"}


def read(
    source: Path | BinaryIO | TextIO | Source,
    *,
    format: str | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
    quotes: str | None = None,
    sheet: str | None = None,
) -> Table:
    """Open a file, `-` or a stream of any format and return it as a table.

    A `delimiter` and `quotes`, one of QUOTES, say that it is a table of text; a `sheet` is one of a
    workbook. Raises UsageError for options that do not fit, BadDataError where content and ending
    disagree, and what the readers raise.
    """
    if format is not None and format not in FORMATS:
        raise UsageError(f"--format {shown(format)!r} is unknown", f"one of: {', '.join(FORMATS)}")
    if quotes is not None and quotes not in QUOTES:
        raise UsageError(f"--quotes {shown(quotes)!r} is unknown", f"one of: {', '.join(QUOTES)}")
    file = opened(source)
    try:
        chosen, note = _chosen(file, format, delimiter, encoding)
        if sheet is not None and chosen != "xlsx":
            raise UsageError(f"{file.name} is no workbook", "leave --sheet out")
        for option, given in (("--delimiter", delimiter), ("--quotes", quotes)):
            if given is not None and chosen != "csv":
                raise UsageError(f"{file.name} is no table of text", f"leave {option} out")
        if format == "tsv":
            delimiter = delimiter or "\t"
        if chosen == "csv":
            from leadctl.formats import delimited

            table = delimited.read(file, delimiter=delimiter, encoding=encoding, quotes=quotes)
        else:
            table = _read(file, chosen, encoding, sheet)
    except BaseException:
        file.stream.close()
        raise
    return replace(table, notes=(*table.notes, note)) if note else table


def files_in(path: Path) -> list[Path]:
    """Return the files of a folder that can be read, by their endings and in order of their names.

    Hidden files and folders below are left out; of a path that is no folder, the path itself.
    Raises BadDataError for a folder that cannot be read.
    """
    if not path.is_dir():
        return [path]
    try:
        found = sorted(path.iterdir())
    except OSError as error:
        raise BadDataError(
            f"{shown(str(path))} cannot be read: {error.strerror}", "check its permissions"
        ) from None
    return [each for each in found if _is_readable(each)]


def _is_readable(path: Path) -> bool:
    ending = Path(path.stem).suffix if path.suffix.lower() == ".gz" else path.suffix
    return path.is_file() and not path.name.startswith(".") and ending.lower() in ENDINGS


def _read(file: Source, chosen: str, encoding: str | None, sheet: str | None) -> Table:
    if chosen == "xlsx":
        from leadctl.formats import xlsx

        return xlsx.read(file, sheet=sheet)
    if chosen == "json":
        from leadctl.formats import json_records

        return json_records.read(file, encoding=encoding)
    if chosen == "vcard":
        from leadctl.formats import vcard

        return vcard.read(file, encoding=encoding)
    from leadctl.formats import form

    return form.read(file, encoding=encoding)


def _chosen(
    file: Source,
    asked: str | None,
    delimiter: str | None,
    encoding: str | None,
) -> tuple[str, str | None]:
    """Return the format, and a note where a person may wonder."""
    if asked is not None:
        return {"tsv": "csv", "jsonl": "json"}.get(asked, asked), None
    if file.head.startswith(_ZIP):
        return "xlsx", None
    if delimiter is not None:
        return "csv", None
    from leadctl.formats.text import encoding_of

    content = _content(file, encoding_of(file, encoding))
    by_ending = ENDINGS.get(file.ending)
    if content == "markup":
        raise BadDataError(
            f"{file.name} is a web page or XML, not a table", "save it as CSV or XLSX"
        )
    if content is not None:
        fits = by_ending in (None, content)
        return content, None if fits else f"read as {_IN_WORDS[content]}, by its content"
    if by_ending in (None, "csv"):
        return "csv", None
    raise BadDataError(
        f"{file.name} does not begin like {file.ending[1:].upper()}",
        "if it is a table of text, add --format csv",
    )


def _content(file: Source, encoding: Encoding) -> str | None:
    """Return the format that the first characters show; None if they may be anything."""
    from leadctl.formats import form
    from leadctl.formats.text import head_of

    head = head_of(file, encoding).lstrip()
    for name, look in _LOOKS:
        if look.match(head):
            return name
    first_line = re.split(r"[\r\n]", head, maxsplit=1)[0]
    return "form" if form.looks_like(first_line) else None
