"""Finds the header of a table that begins with a title and the like."""

from __future__ import annotations

import re
from collections.abc import Sequence

LOOKED_AT = 30
"""Rows at the top in which a header is looked for."""

_NO_NAME = re.compile(r"[\d\W]*|.*@.*", re.DOTALL)
_VALUE = re.compile(r"[^\w]*\d[\d\W]*|\S+@\S+|https?://\S+|\d{1,2} \w{3,9} \d{4}")


def is_remark(line: str) -> bool:
    """Whether a line or cell begins as a remark does; a column may be called so as well."""
    return line.startswith("#") and len(line.strip()) > 1


def header_at(rows: Sequence[Sequence[str]]) -> int:
    """Return which of the first rows is the header: 0 unless it is beyond doubt that it is not.

    Beyond doubt is a row of three or more different names, that has cells in all columns below,
    of which one has only numbers, days or addresses; and above it rows with one cell, or with two
    that a blank row sets apart, or remarks behind a `#` that cannot name its columns.
    """
    most, apart = 0, False
    remarks = []
    for at, row in enumerate(rows):
        filled = sum(1 for cell in row if cell.strip())
        if filled > 1 and is_remark(row[0]):
            remarks.append(_cells(row))
        elif filled > 2:
            certain = at > 0 and (most < 2 or apart) and _is_header(row, rows[at + 1 :])
            named = any(len(each) == len(_cells(row)) and _are_names(each) for each in remarks)
            return at if certain and not named else 0
        else:
            most, apart = max(most, filled), not filled
    return 0


def _is_header(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    names = _cells(row)
    if not _are_names(names):
        return False
    filled = [cells for cells in below if any(cell.strip() for cell in cells)]
    if any(len(cells) > len(row) for cells in filled):
        return False
    return any(_is_of_values([cells[at : at + 1] for cells in filled]) for at in range(len(names)))


def _cells(row: Sequence[str]) -> list[str]:
    """Return the cells of a row without the blank ones at its end."""
    cells = [cell.strip() for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _are_names(cells: Sequence[str]) -> bool:
    if any(_NO_NAME.fullmatch(cell) or len(cell) > 100 for cell in cells):
        return False
    return len({cell.casefold() for cell in cells}) == len(cells)


def _is_of_values(column: Sequence[Sequence[str]]) -> bool:
    cells = [cell.strip() for cells in column for cell in cells if cell.strip()]
    return bool(cells) and all(_VALUE.fullmatch(cell) for cell in cells)
