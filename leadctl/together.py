"""Many rows written by few statements: to begin and to end one costs as much as a narrow row."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from itertools import chain, islice
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
    rows: Iterable[Sequence[Any]],
    on_conflict: str = "",
) -> None:
    """Write rows; `into` is the statement up to its values, `marks` those of one row."""
    rest = iter(rows)
    for size in _ROWS:
        if size > 1 and size * marks.count("?") > _MOST_VALUES:
            continue
        statement = f"{into} VALUES {', '.join([marks] * size)} {on_conflict}"
        while len(some := list(islice(rest, size))) == size:
            connection.execute(statement, list(chain.from_iterable(some)))
        rest = iter(some)
