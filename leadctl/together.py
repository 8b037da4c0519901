"""Many rows written by few statements: to begin and to end one costs as much as a narrow row."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

_ROWS = (100, 10, 1)
"""Rows of a statement: few numbers, so that each statement is prepared once.

What a statement of several rows changes of a page is laid aside before, in a file if it is much
(https://sqlite.org/tempfiles.html, "Statement Journal Files"): the fewer statements, the less.
"""
_MOST_VALUES = 32_766
"""SQLITE_MAX_VARIABLE_NUMBER, where nobody has changed it."""


def insert(
    connection: sqlite3.Connection,
    into: str,
    marks: str,
    columns: Sequence[Sequence[Any]],
    on_conflict: str = "",
) -> None:
    """Write rows, given column by column: a value for each mark.

    `into` is the statement up to its values, `marks` are those of one row.
    """
    width, start, end = len(columns), 0, len(columns[0])
    for size in _ROWS:
        if size > 1 and size * width > _MOST_VALUES:
            continue
        statement = f"{into} VALUES {', '.join([marks] * size)} {on_conflict}"
        while start + size <= end:
            values = [None] * (size * width)
            for at, column in enumerate(columns):
                values[at::width] = column[start : start + size]
            connection.execute(statement, values)
            start += size
