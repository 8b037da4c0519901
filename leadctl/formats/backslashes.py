"""Text in which a quote inside quotes has a backslash before it: known for certain, and undone."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

QUOTES = ("doubled", "backslash")
"""How a quote stands inside quotes: as RFC 4180 has it, or as MySQL and PHP programs write it."""

NOTE = 'quotes inside quotes stand as \\"'

_ESCAPED = re.compile(r'\\(?:(["\\])|(?=[\r\n]))')
_NULL = r"(^|{0})\\N(?={0}|[\r\n]|$)"


def doubled(line: str, delimiter: str) -> str:
    """Return a line as if its quotes were doubled.

    What MySQL writes before a backslash and a line break goes too, and its `\\N` is a blank cell
    (https://dev.mysql.com/doc/refman/8.4/en/load-data.html); any other backslash is text.
    """
    if "\\" not in line:
        return line
    if r"\N" in line:
        line = re.sub(_NULL.format(re.escape(delimiter)), r"\1", line)
    return _ESCAPED.sub(lambda found: '""' if found[1] == '"' else found[1] or "", line)


def are_proven(head: str, delimiter: str, *, whole: bool) -> bool:
    """Whether the head of a file, or the `whole` one, can only be read with such quotes."""
    if '\\"' not in head:
        return False
    lines = list(io.StringIO(head, newline=""))
    undone = [doubled(line, delimiter) for line in lines]
    return not _can_be_read(lines, delimiter, whole) and _can_be_read(undone, delimiter, whole)


def _can_be_read(lines: Sequence[str], delimiter: str, whole: bool) -> bool:
    """Whether lines are rows; a quote may be open at the end of a head."""
    try:
        for _ in csv.reader(lines, delimiter=delimiter, strict=True):
            pass
    except csv.Error as error:
        return not whole and "end of data" in str(error)
    return True
