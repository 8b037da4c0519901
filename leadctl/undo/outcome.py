"""What an undo answers: what it reversed, what it kept and what failed."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple


class Left(NamedTuple):
    """Something that an undo left as it is, and why."""

    kind: str
    id: int
    field: str | None
    reason: str


class Undone(NamedTuple):
    """What an undo did: what it reversed, what it kept and what failed.

    `changed`, `removed` and `restored` are kind -> number of records. `assigned` is how many
    assignments went along with leads that a machine had dealt since.
    """

    changed: dict[str, int]
    removed: dict[str, int]
    restored: dict[str, int]
    kept: list[Left]
    failed: list[Left]
    assigned: int = 0

    @property
    def reversed(self) -> int:
        """How many records went back as they were before."""
        return sum(sum(part.values()) for part in (self.changed, self.removed, self.restored))


TURN = frozenset((("pool", "last_rep_id"), ("pool", "quota")))
"""Where a pool notes whose turn it is: each deal moves it on."""


def changed_by(operation: int | None) -> str:
    """Return why a value or a record is kept; the operation is None where none is known."""
    return f"changed since by op{operation}" if operation else "changed since"


def dealt_by(operation: int | None) -> str:
    """Return why it stays whose turn it is in a pool; the operation is None where none is known."""
    who = f"op{operation}" if operation else "the pool"
    return f"{who} dealt since, and whose turn it is follows from that"


def constraint(error: sqlite3.IntegrityError) -> str:
    """Return why the database refused a value, without the value."""
    unique = str(error).partition("UNIQUE constraint failed: ")[2]
    if "_external'" in unique:
        unique = "external id"
    return f"another record has the same {unique.split('.')[-1]}" if unique else str(error)
