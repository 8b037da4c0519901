"""Many rows written by few statements: to begin and to end one costs as much as a narrow row."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from itertools import chain, islice
from typing import Any

_ROWS = 25


def insert(
    connection: sqlite3.Connection,
    into: str,
    marks: str,
    rows: Iterable[Sequence[Any]],
    on_conflict: str = "",
) -> None:
    """Write rows; `into` is the statement up to its values, `marks` those of one row."""
    rest = iter(rows)
    whole = ", ".join([marks] * _ROWS)
    while some := list(islice(rest, _ROWS)):
        values = whole if len(some) == _ROWS else ", ".join([marks] * len(some))
        connection.execute(f"{into} VALUES {values} {on_conflict}", list(chain.from_iterable(some)))
