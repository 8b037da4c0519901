"""Columns that a database has of its own: how they are defined, and that no migration loses them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from leadctl.migrations import whole_leads

_SINCE = 8
"""The schema that knows fields of one's own."""
_TYPES = {"number": "REAL", "money": "INTEGER", "flag": "INTEGER"}
_TEXT = "TEXT COLLATE NOCASE"
_TABLES = {"lead": "wide_leads", "contact": "contacts", "account": "accounts", "deal": "deals"}


class Own(NamedTuple):
    """A column of one's own: of which table, its name and its definition."""

    table: str
    name: str
    definition: str

    @property
    def add(self) -> str:
        """The statement that makes it."""
        return f"ALTER TABLE {self.table} ADD COLUMN {self.definition}"


def own(kind: str, name: str, type_: str) -> Own:
    """Return the column of a field of a kind of records."""
    return Own(_TABLES[kind], name, f"{name} {_TYPES.get(type_, _TEXT)}")


def without_own(table: str, sql: str, columns: Iterable[Own]) -> str:
    """Return the definition of a table as it would be without its own columns."""
    for column in columns:
        if column.table == table:
            sql = sql.replace(f", {column.definition}", "", 1)
        if (table, column.table) == ("leads", "wide_leads"):
            # The whole name: that of another column may begin with it.
            named = re.escape(whole_leads.column(column.name))
            sql = re.sub(rf", {named}\b", "", sql, count=1)
    return sql


@contextmanager
def kept(connection: sqlite3.Connection, present: int, statements: Iterable[str]) -> Iterator[None]:
    """Give tables that statements of the block make anew the columns that they had of their own."""
    lost = _of_remade_tables(connection, statements) if present >= _SINCE else []
    for column in lost:
        connection.execute(
            f"""CREATE TEMP TABLE own_{column.table}_{column.name} AS
            SELECT id, {column.name} AS value FROM {column.table}
            WHERE {column.name} IS NOT NULL"""
        )
    yield
    for column in lost:
        if column.name in _columns(connection, column.table):
            continue
        connection.execute(column.add)
        connection.execute(
            f"""UPDATE {column.table} SET {column.name} = o.value
            FROM temp.own_{column.table}_{column.name} AS o WHERE o.id = {column.table}.id"""
        )
    for column in lost:
        connection.execute(f"DROP TABLE temp.own_{column.table}_{column.name}")


def _columns(connection: sqlite3.Connection, table: str) -> set[str]:
    return {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}


def _of_remade_tables(connection: sqlite3.Connection, statements: Iterable[str]) -> list[Own]:
    dropped = {words[2] for words in map(str.split, statements) if words[:2] == ["DROP", "TABLE"]}
    rows = connection.execute("SELECT kind, name, type FROM custom_fields ORDER BY id").fetchall()
    columns = [own(*row) for row in rows]
    return [
        column
        for column in columns
        if any(name == column.table or name.startswith(f"{column.table}_") for name in dropped)
    ]
