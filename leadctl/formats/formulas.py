"""Cells that a spreadsheet would take for a formula: made harmless for it, and harmful again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from leadctl.formats.table import Row, Table

_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
_PLAIN = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)*|\+[0-9 ()./-]*")
"""A number, or a telephone number such as +1 (415) 555-0100: it calls nothing and names no cell."""


def harmless(cell: str) -> str:
    """Return the cell with an apostrophe before it if a spreadsheet would compute it.

    That is one that begins with `=`, `+`, `-`, `@`, a tab or a line break and is no plain number
    and no telephone number. One that begins with apostrophes before such a thing gets another, so
    that `harmful_again` gives back exactly what there was.
    """
    return f"'{cell}" if _is_formula(cell) else cell


def harmful_again(cell: str) -> str:
    """Return what `harmless` was given."""
    return cell[1:] if cell[:1] == "'" and _is_formula(cell[1:]) else cell


def as_written(table: Table) -> Table:
    """Return a table of text as it was before `harmless`; other formats hold no such apostrophes."""
    if table.delimiter is None:
        return table

    def rows() -> Iterator[Row]:
        for row in table.rows:
            if "'" in "".join(row.cells):
                cells = [harmful_again(cell) if cell[:1] == "'" else cell for cell in row.cells]
                row = Row(row.line, cells)
            yield row

    return replace(table, header=tuple(map(harmful_again, table.header)), rows=rows())


def _is_formula(cell: str) -> bool:
    return bool(_FORMULA.match(cell)) and not _PLAIN.fullmatch(cell)
