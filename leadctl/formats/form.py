"""Reads posts of a web form, one urlencoded line each, as a header and a stream of rows."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, TextIO
from urllib.parse import unquote_plus

from leadctl.formats import records
from leadctl.formats.records import Record, checked, fault
from leadctl.formats.source import Source, opened
from leadctl.formats.table import Table
from leadctl.formats.text import lines

_POST = re.compile(
    r"(?!(?i:sep)=\|?$)\??[^\s=&,;\"']+=[^\s=&,;\"']*(&[^\s=&,;\"']+=[^\s=&,;\"']*)*"
)
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


def looks_like(line: str) -> bool:
    """Whether a line can be a post: names and values without any blank, comma or quote.

    A line `sep=` with a delimiter is how a spreadsheet's table begins.
    """
    return bool(_POST.fullmatch(line.strip()))


def read(source: Path | BinaryIO | TextIO | Source, *, encoding: str | None = None) -> Table:
    """Return the posts as a table; a field that comes several times is their list with commas.

    Raises UsageError for a file that is not there or an unknown encoding, BadDataError for a line
    that is no post, or whose escaped bytes are no UTF-8.
    """
    return records.read(opened(source), encoding, _records, lambda _: "form")


def _records(name: str, text: io.TextIOWrapper) -> Iterator[Record]:
    for number, line in enumerate(lines(name, text), 1):
        if post := line.strip().removeprefix("?"):
            yield checked(name, number, _fields(name, number, post))


def _fields(name: str, number: int, post: str) -> dict[str, str]:
    fields: dict[str, list[str]] = {}
    for pair in post.split("&"):
        field, equals, value = pair.partition("=")
        if not equals or not field:
            hint = "write one post a line, like first_name=Ann&email=ann%40example.com"
            raise fault(name, number, "a field of the form has no name or no =", hint)
        if _BROKEN_ESCAPE.search(pair):
            raise fault(name, number, "a % is not followed by two hex digits", "write it as %25")
        try:
            said = fields.setdefault(unquote_plus(field, errors="strict"), [])
            said.append(unquote_plus(value, errors="strict"))
        except UnicodeDecodeError:
            hint = "let the form post UTF-8"
            raise fault(name, number, "the escaped bytes of a field are no UTF-8", hint) from None
    return {field: ", ".join([each for each in said if each]) for field, said in fields.items()}
