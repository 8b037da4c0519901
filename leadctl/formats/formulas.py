"""Cells that a spreadsheet would take for a formula: made harmless for it, and harmful again."""

from __future__ import annotations

import re
from dataclasses import replace

from leadctl.formats.table import Part, Table

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
    header = tuple(map(harmful_again, table.header))
    return replace(table, header=header, parts=map(_as_written, table.parts))


def _as_written(part: Part) -> Part:
    for row in part.cells:
        # One look at a row takes less time than one at each cell.
        if "'" in "".join(row):
            row[:] = [harmful_again(cell) if cell[:1] == "'" else cell for cell in row]
    return part


def _is_formula(cell: str) -> bool:
    return bool(_FORMULA.match(cell)) and not _PLAIN.fullmatch(cell)
