"""Which columns of records name records of other kinds, as the schema has them."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from leadctl import owners
from leadctl.fields import KINDS, WRITTEN


class Reference(NamedTuple):
    """A column of one kind's records that names a record of another kind."""

    kind: str
    column: str
    target: str

    @property
    def source(self) -> str:
        """Where records stand with `id` and the column, so that an index finds who names whom."""
        if self[:2] == owners.APART:
            return owners.BY_LEAD
        return KINDS[self.kind]


def references(connection: sqlite3.Connection) -> list[Reference]:
    """Return every column of a kind that names a record of a kind, as the schema has them."""
    kind_of = {table: kind for kind, table in WRITTEN.items()}
    return [Reference(*owners.APART, "rep")] + [
        Reference(kind, column, kind_of[target])
        for kind, table in WRITTEN.items()
        for target, column in connection.execute(
            'SELECT "table", "from" FROM pragma_foreign_key_list(?) ORDER BY seq, id', (table,)
        )
        if target in kind_of
    ]
