"""Reads JSON objects, in an array, one a line, alone or in a list of one, as a stream of rows."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, NoReturn, TextIO

from leadctl.errors import BadDataError
from leadctl.formats import records
from leadctl.formats.records import Record, checked, fault
from leadctl.formats.source import Source, opened
from leadctl.formats.table import Table, shown

OBJECT_LIMIT = 16_000_000
"""Characters of one object."""
DEPTH_LIMIT = 50
LISTS = frozenset(
    "data results items records value contacts leads people members submissions responses "
    "entries".split()
)
"""Names, in lower case, of the one list of objects that an answer of a web service is about."""

_BLOCK = 1 << 18
_SPACE = re.compile(r"[ \t\n\r]*")
_WHOLE = re.compile(r"(-?\d+)\.0+")
_DIGITS = 30  # a larger or smaller number stays as it is written
_HINT = "mend it, or export the file again"


def read(source: Path | BinaryIO | TextIO | Source, *, encoding: str | None = None) -> Table:
    """Return the objects of a file as a table.

    An object that stands alone and holds one list of objects under a name of `LISTS` is the frame
    that a web service puts around its answer: the objects of the list are the records, and what
    stands beside it is left out. A value within an object within an object is in the column
    `outer.inner`. An array of plain
    values becomes their list with commas, any other array stays JSON. Numbers are as they are
    written, but without `.0`; null is blank.

    Raises UsageError for a file that is not there or an unknown encoding. Raises BadDataError for
    what is no JSON, no object, not a number of JSON (NaN), nested too deep or named twice in one
    object, and for a frame of two lists.
    """
    file = opened(source)
    start = file.head.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")[:1]
    frame = _Frame()
    table = records.read(
        file,
        encoding,
        lambda name, text: _records(name, text, frame),
        lambda count: "JSON lines" if start == b"{" and count > 1 and not frame.list else "JSON",
    )
    if frame.list is None:
        return table
    return replace(table, notes=(*table.notes, f'read the list "{shown(frame.list)}"'))


@dataclass
class _Frame:
    """What was found out about a frame around the records: the name of its list, None without one."""

    list: str | None = None
    looked_for: bool = False


def _records(name: str, text: io.TextIOWrapper, frame: _Frame) -> Iterator[Record]:
    if not frame.looked_for:
        frame.list, frame.looked_for = _framed(_Scanner(name, text)), True
        text.seek(0)
    scanner = _Scanner(name, text)
    for line, fields in _objects_of(scanner, frame):
        try:
            yield checked(name, line, _flat(fields))
        except _Refused as refused:
            raise fault(name, line, str(refused), _HINT) from None
    if scanner.peek():
        scanner.fail("something stands behind the end")


def _objects_of(scanner: _Scanner, frame: _Frame) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the objects of a file, each with the line where it begins."""
    if frame.list is not None:
        for name in _members(scanner):
            if name == frame.list:
                yield from _array(scanner)
            else:
                _pass_over(scanner)
    elif scanner.peek() == "[":
        yield from _array(scanner)
    else:
        while scanner.peek():
            yield scanner.object()


def _array(scanner: _Scanner) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the objects of the array that begins here."""
    scanner.skip()
    while (mark := scanner.peek()) and mark != "]":
        yield scanner.object()
        if scanner.peek() == ",":
            scanner.skip()
            if scanner.peek() != "{":
                scanner.fail("an object is expected")
        elif scanner.peek() != "]":
            scanner.fail("a comma or ] is expected")
    if not mark:
        scanner.fail("the array is not closed")
    scanner.skip()


# --- a frame around the records ---------------------------------------------------------------


def _framed(scanner: _Scanner) -> str | None:
    """Return the name of the list of objects for which an object stands alone; None if it does not.

    The file is read to its end, object by object, so that a frame may be of any size.
    """
    if scanner.peek() != "{":
        return None
    lists: list[str] = []
    known = False
    try:
        for name in _members(scanner):
            if _pass_over(scanner):
                lists.append(name)
                known = known or name.lower() in LISTS
        alone = not scanner.peek()
    except BadDataError:
        if known:
            raise
        return None  # whoever reads it as records says better what is wrong
    if not (known and alone):
        return None
    if len(lists) > 1:
        names = " and ".join(shown(name) for name in lists[:2])
        scanner.fail(f"the object holds more than one list: {names}", "keep one list in a file")
    return lists[0]


def _members(scanner: _Scanner) -> Iterator[str]:
    """Yield the name of each field of the object that begins here; the caller reads the value."""
    scanner.skip()
    if scanner.peek() == "}":
        scanner.skip()
        return
    while True:
        name = scanner.value()
        if type(name) is not str or scanner.peek() != ":":
            scanner.fail('a name in quotes and a colon are expected, as in {"data": …}')
        scanner.skip()
        yield name
        mark = scanner.peek()
        if mark not in (",", "}"):
            scanner.fail("a comma or } is expected")
        scanner.skip()
        if mark == "}":
            return


def _pass_over(scanner: _Scanner) -> bool:
    """Go behind a value, element by element if it is a list; return whether it is one of objects."""
    if scanner.peek() != "[":
        scanner.value()
        return False
    scanner.skip()
    if scanner.peek() == "]":
        scanner.skip()
        return False
    of_objects, mark = True, ","
    while mark == ",":
        of_objects = isinstance(scanner.value(), dict) and of_objects
        mark = scanner.peek()
        if mark not in (",", "]"):
            scanner.fail("a comma or ] is expected")
        scanner.skip()
    return of_objects


# --- the text ---------------------------------------------------------------------------------


class _Refused(ValueError):
    """What the parser takes and we do not."""


class _Number(str):
    """A number as it is written."""

    __slots__ = ()


class _Scanner:
    """Goes through a text object by object and knows on which line it is."""

    def __init__(self, name: str, text: io.TextIOWrapper) -> None:
        self._name = name
        self._text = text
        self._buffer = ""
        self._at = 0
        self._line = 1
        decoder = json.JSONDecoder(
            object_pairs_hook=_object,
            parse_float=_number,
            parse_int=_Number,
            parse_constant=_no_number,
        )
        self._decode = decoder.raw_decode

    def peek(self) -> str:
        """Go to the next character that is no blank, and return it; "" at the end."""
        while True:
            end = _SPACE.match(self._buffer, self._at).end()  # type: ignore[union-attr]
            self._line += self._buffer.count("\n", self._at, end)
            self._at = end
            if end < len(self._buffer):
                return self._buffer[end]
            if not self._more():
                return ""

    def skip(self) -> None:
        """Go behind the next character that is no blank."""
        self.peek()
        self._at += 1

    def object(self) -> tuple[int, dict[str, Any]]:
        """Return the object that begins here, and its line."""
        if self.peek() != "{":
            self.fail("an object is expected")
        line = self._line
        return line, self.value()

    def value(self) -> Any:
        """Return the value that begins here."""
        self.peek()
        while True:
            try:
                value, end = self._decode(self._buffer, self._at)
            except json.JSONDecodeError as error:
                lines = self._buffer.count("\n", self._at, error.pos)
                # Perhaps it only goes on behind what was read so far.
                if len(self._buffer) - self._at < OBJECT_LIMIT and self._more():
                    continue
                self._line += lines
                self.fail(f"it is no JSON ({error.msg.lower().removesuffix(' at')})")
            except _Refused as error:
                self.fail(str(error))
            except RecursionError:
                self.fail("it is nested too deep")
            if end == len(self._buffer) and isinstance(value, _Number) and self._more():
                continue  # more digits may follow
            break
        self._line += self._buffer.count("\n", self._at, end)
        self._at = end
        return value

    def fail(self, what: str, hint: str = _HINT) -> NoReturn:
        """Raise a BadDataError about the present line."""
        raise fault(self._name, self._line, what, hint)

    def _more(self) -> bool:
        """Read on, each time as much again, so that a long object is not begun too often."""
        block = self._text.read(max(_BLOCK, len(self._buffer) - self._at))
        self._buffer = self._buffer[self._at :] + block
        self._at = 0
        return bool(block)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise _Refused("an object has two fields of one name")
    return fields


def _number(written: str) -> _Number:
    if "e" in written.lower():
        from decimal import Decimal

        exact = Decimal(written)
        if abs(exact.adjusted()) <= _DIGITS:
            written = f"{exact:f}"
    whole = _WHOLE.fullmatch(written)
    return _Number(whole[1] if whole else written)


def _no_number(written: str) -> NoReturn:
    raise _Refused(f"{written} is no number in JSON")


def _flat(fields: dict[str, Any]) -> dict[str, str]:
    if all(type(value) is str for value in fields.values()):
        return fields
    cells: dict[str, str] = {}
    _flatten(fields, "", cells, 1)
    return cells


def _flatten(fields: dict[str, Any], prefix: str, cells: dict[str, str], depth: int) -> None:
    for name, value in fields.items():
        column = prefix + name
        if column in cells:
            raise _Refused("two fields have one name when those within others are spelt with dots")
        if type(value) is str:
            cells[column] = value
        elif type(value) is dict and value:
            if depth == DEPTH_LIMIT:
                raise _Refused("it is nested too deep")
            _flatten(value, column + ".", cells, depth + 1)
        else:
            cells[column] = _cell(value)


def _cell(value: Any) -> str:
    if isinstance(value, list) and any(isinstance(each, dict | list) for each in value):
        return _json(value, 1)
    if isinstance(value, list):
        return ", ".join([_cell(each) for each in value if each is not None])
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str) else ""  # null and {}


def _json(value: Any, depth: int) -> str:
    """Return JSON, with its numbers as they were written."""
    if depth > DEPTH_LIMIT:
        raise _Refused("it is nested too deep")
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, list):
        return "[" + ", ".join([_json(each, depth + 1) for each in value]) + "]"
    if isinstance(value, dict):
        fields = [f"{_json(name, depth)}: {_json(each, depth + 1)}" for name, each in value.items()]
        return "{" + ", ".join(fields) + "}"
    return json.dumps(value, ensure_ascii=False)
