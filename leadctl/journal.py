"""One operation: its three writes, each of which journals what stood there before."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from leadctl import moves, owners, processors, together
from leadctl.fields import KINDS, WRITTEN
from leadctl.references import references

BOOKKEEPING = frozenset(
    ("imported_row", "imported_file", "reason", "assignment", "handover", "forward")
)
"""Kinds that go along with other records, so that an undo or a merge does not count them."""

MatchKeys = Callable[[str, Mapping[str, Any]], Sequence[str | int | None]]
"""(kind, record) -> normalised email, phone, name, company, domain, and the normaliser's version."""


MANY = 20_000
"""How many changed records are too many to find the place of each in an index."""
_SOME = 5_000
_SORTED = -4_000
"""What is sorted at a time, as `cache_size` takes it: in KiB, below zero."""


class _TriedOnly(Exception):
    """Ends a trial: what was written is to be taken back."""


class Operation:
    """What one command does to the facts: one write transaction and one undo point.

    There are three writes: `create`, `update` and `delete`. `counts` is what the history shows.
    """

    def __init__(
        self, connection: sqlite3.Connection, operation_id: int, now: str, match_keys: MatchKeys
    ) -> None:
        self.id = operation_id
        self.saved: int | None = None
        self.now = now
        self.counts: dict[str, int] = {}
        self.wrote = False
        self.connection = connection
        self._match_keys = match_keys
        self._columns: dict[str, list[str]] = {}
        self._insert = "INSERT"
        connection.execute(
            """CREATE TEMP TABLE IF NOT EXISTS staged (
            record INTEGER NOT NULL, field TEXT NOT NULL, value ANY, PRIMARY KEY (record, field)
            ) STRICT, WITHOUT ROWID"""
        )

    def count(self, what: str, number: int = 1) -> None:
        """Add to one of the counts that the history shows."""
        self.counts[what] = self.counts.get(what, 0) + number

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Take back what the block wrote, and nothing else, if it raises."""
        wrote, counts = self.wrote, dict(self.counts)
        self.connection.execute("SAVEPOINT record")
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK TO record")
            self.wrote, self.counts = wrote, counts
            raise
        finally:
            self.connection.execute("RELEASE record")

    @contextmanager
    def trial(self) -> Iterator[None]:
        """Take back what the block wrote in any case."""
        with suppress(_TriedOnly), self.savepoint():
            yield
            raise _TriedOnly

    def create(
        self,
        kind: str,
        rows: Sequence[Mapping[str, Any]],
        keys: Sequence[Sequence[str | int | None]] | None = None,
    ) -> range:
        """Write new records of one kind and return their ids, in the order of the rows.

        `keys` are their match keys where the caller has them already.
        """
        columns = list(dict.fromkeys(column for row in rows for column in row))
        # Columns are our own names, checked by the schema; values are always bound.
        values = {column: [row.get(column) for row in rows] for column in columns}
        return self.create_columns(kind, len(rows), values, keys and list(zip(*keys, strict=True)))

    def create_columns(
        self,
        kind: str,
        count: int,
        columns: Mapping[str, Sequence[Any]],
        keys: Sequence[Sequence[str | int | None]] | None = None,
    ) -> range:
        """Write `count` new records, given as column -> the value of each; return their ids.

        `keys` are the columns of their match keys.
        """
        if not count:
            return range(0)
        first = self.next_id(kind)
        ids = range(first, first + count)
        given: dict[str, Sequence[Any]] = {"id": ids, **columns}
        owned = given.pop(owners.FIELD, ()) if kind == "lead" else ()
        names, marks = list(given), ["?"] * len(given)
        if self._is_stamped(kind):
            given["uid"] = _uids(count)
            # The time of the operation is our own stamp, the same for all.
            names, marks = [*names, "uid", "updated_at"], [*marks, "?", f"'{self.now}'"]
        together.insert(
            self.connection,
            f"{self._insert} INTO {WRITTEN[kind]} ({', '.join(names)})",
            f"({', '.join(marks)})",
            list(given.values()),
        )
        self._journal_creation(kind, ids)
        if kind in KEY_FIELDS:
            fields = list(columns)
            rows = zip(*columns.values(), strict=True)
            found = (self._match_keys(kind, dict(zip(fields, row, strict=True))) for row in rows)
            self._write_keys(kind, ids, keys or list(zip(*found, strict=True)))
        if kind == "lead":
            owners.create(self.connection, self._insert, ids, owned, self.now)
            self._give_places(ids)
            if any(columns.get("converted_at", ())):
                self._derive_moves(
                    f"id BETWEEN {ids.start} AND {ids.stop - 1} AND converted_at IS NOT NULL"
                )
        return ids

    def create_from(self, kind: str, columns: Sequence[str], query: str, *, many: int = 0) -> range:
        """Write the rows of a query as new records without match keys; return their ids, in order.

        `many` is how many there are: the indexes of so many are quicker to build after them.
        """
        assert kind not in KEY_FIELDS
        table = WRITTEN[kind]
        first = self.next_id(kind)
        stamps = {"uid": "lower(hex(randomblob(16)))", "updated_at": f"'{self.now}'"}
        if not self._is_stamped(kind):
            stamps = {}
        most = many > max(MANY, first)
        with self._built_after(*(self._indexes(table) if most else ())):
            written = self.connection.execute(
                f"""INSERT INTO {table} ({", ".join((*stamps, *columns))})
                SELECT {", ".join((*stamps.values(), "*"))} FROM ({query})"""
            ).rowcount
        ids = range(first, first + written)
        if written:
            self._journal_creation(kind, ids)
        return ids

    @contextmanager
    def bulk(self, kind: str, *, with_time: bool = False) -> Iterator[None]:
        """Load many records of a kind: what finds them is built when all are there, which is faster.

        Who waits for the records anyway is `with_time` to keep up all but the indexes of match keys,
        in which each record has its place far from that of the one before. Those of references are
        kept up in any case: few new records have any, and to look for them reads the whole table.

        A record that cannot be written ends the operation at once: to be able to take back its
        statement alone, SQLite would lay each page aside that the statement changes, more than all
        that is written.
        """
        self._insert = "INSERT OR ROLLBACK"
        tables = ["match_keys"]
        if not with_time:
            tables += (
                WRITTEN[kind],
                "owners",
                "unowned",
                "scores",
                "imported_rows",
                "status_moves",
            )
        kept = {f"{KINDS[of.kind]}_{of.column}" for of in references(self.connection)}
        indexes = (index for table in tables for index in self._indexes(table))
        with self._built_after(*(index for index in indexes if index[0] not in kept)):
            yield
        self._insert = "INSERT"

    def _indexes(self, table: str) -> list[tuple[str, str]]:
        """Return the name and the statement of each index of a table that a statement made."""
        return self.connection.execute(
            """SELECT name, sql FROM sqlite_master
            WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ? ORDER BY name""",
            (table,),
        ).fetchall()

    @contextmanager
    def _built_after(self, *indexes: tuple[str, str]) -> Iterator[None]:
        """Drop indexes, given as name and statement, and build them again after the block."""
        for name, _ in indexes:
            self.connection.execute(f"DROP INDEX {name}")
        yield
        with self._sorting():
            for _, statement in indexes:
                self.connection.execute(statement)

    @contextmanager
    def _sorting(self) -> Iterator[None]:
        """Let SQLite sort so much at a time as a processor keeps near, of a file that is large.

        It sorts as much as its cache may hold (vdbesort.c); of a file that does not fit into that,
        the cache holds little that is read again. What is sorted so in parts, each processor sorts.
        """
        pages, size, cache = (
            self.connection.execute(f"PRAGMA {what}").fetchone()[0]
            for what in ("page_count", "page_size", "cache_size")
        )
        if pages * size > -1024 * cache:
            self.connection.execute(f"PRAGMA cache_size = {_SORTED}")
            self.connection.execute(f"PRAGMA threads = {processors.usable()}")
        try:
            yield
        finally:
            self.connection.execute(f"PRAGMA cache_size = {cache}")

    def update(self, kind: str, changes: Iterable[tuple[int, Mapping[str, Any]]]) -> int:
        """Change fields of records, given as (id, field -> value); return how many really changed."""
        self.connection.executemany(
            "INSERT INTO temp.staged VALUES (?, ?, ?)",
            (
                (record, field, value)
                for record, fields in changes
                for field, value in fields.items()
            ),
        )
        return self._apply_staged(kind)

    def update_from(self, kind: str, query: str, parameters: Mapping[str, Any]) -> int:
        """Change fields by a query of (record, field, value); return how many records changed."""
        self.connection.execute(f"INSERT INTO temp.staged {query}", parameters)
        return self._apply_staged(kind)

    def update_field(
        self, kind: str, field: str, query: str, parameters: Mapping[str, Any] | None = None
    ) -> int:
        """Change one field by a query of (record, value) with each record once at most.

        All leads are there of which it gives an owner. Returns how many records changed. Which
        these are says the journal, so that nothing need be staged before it, unless it has some
        that this operation changed already.
        """
        ours = f"operation = {self.id} AND kind = '{kind}' AND field = '{field}'"
        given = f"WITH given (record, value) AS ({query})"
        if self.connection.execute(
            f"SELECT EXISTS (SELECT 1 FROM changes WHERE {ours})"
        ).fetchone()[0]:
            staged = f"{given} SELECT record, '{field}', value FROM given"
            return self.update_from(kind, staged, parameters or {})
        # Nobody need look into the wide row of a lead for its owner.
        there = f"CROSS JOIN {KINDS[kind]} AS t ON t.id = g.record"
        if (kind, field) == owners.APART:
            there = f"LEFT JOIN {owners.TABLE} AS t ON t.lead_id = g.record"
        changed = self.connection.execute(
            f"""INSERT INTO changes (operation, kind, record, field, before, after) {given}
            SELECT {self.id}, '{kind}', g.record, '{field}', t.{field}, g.value
            FROM given AS g {there} WHERE t.{field} COLLATE BINARY IS NOT g.value""",
            parameters or {},
        ).rowcount
        if changed:
            # To build an index again takes less time than to find a place in it for most records.
            most = changed > max(MANY, self.next_id(kind) // 2)
            with self._built_after(*(self._indexes_by(kind, field) if most else ())):
                rows = f"SELECT record, after AS value FROM changes WHERE {ours}"
                self._write(kind, [field], rows, most=most)
        return changed

    def _indexes_by(self, kind: str, field: str) -> Iterator[tuple[str, str]]:
        """Yield the indexes of a kind that hold a field of all records, or choose these by it."""
        table = owners.TABLE if (kind, field) == owners.APART else WRITTEN[kind]
        for name, statement in self._indexes(table):
            columns, _, condition = statement.partition("WHERE")
            if re.search(rf"\b{field}\b", condition or columns):
                yield name, statement

    def delete(self, kind: str, query: str, parameters: Mapping[str, Any] | None = None) -> int:
        """Remove the records whose ids a query gives; return how many there were."""
        table = KINDS[kind]
        bound = {"operation": self.id, "kind": kind, **(parameters or {})}
        self.connection.execute(
            f"""INSERT INTO removals (operation, kind, record, before)
            SELECT :operation, :kind, id, {row_as_json(self.columns(kind))} FROM {table}
            WHERE id IN ({query})""",
            bound,
        )
        ours = "SELECT record FROM removals WHERE operation = :operation AND kind = :kind"
        self.connection.execute(
            f"DELETE FROM match_keys WHERE kind = :kind AND record IN ({ours})", bound
        )
        if kind == "lead":
            self.connection.execute(f"DELETE FROM unowned WHERE lead_id IN ({ours})", bound)
        removed = self.connection.execute(
            f"DELETE FROM {WRITTEN[kind]} WHERE id IN ({ours})", bound
        ).rowcount
        self.wrote = self.wrote or removed > 0
        return removed

    def restore(self, kind: str, removal: int, query: str) -> int:
        """Write back records that operation `removal` removed; return how many came back.

        `query` gives their ids. An IntegrityError says that one cannot stand beside another.
        """
        columns = [name for name in self.columns(kind) if (kind, name) != owners.APART]
        values = ", ".join(json_value("before", column) for column in columns)
        restored = self.connection.execute(
            f"""INSERT INTO {WRITTEN[kind]} ({", ".join(columns)}) SELECT {values} FROM removals
            WHERE operation = :removal AND kind = :kind AND record IN ({query})
            ORDER BY record RETURNING id""",
            {"removal": removal, "kind": kind},
        ).fetchall()
        ids = sorted(record for (record,) in restored)
        runs = list(_runs(ids))
        self._journal_creations(kind, runs)
        self.rekey(kind, ids)
        if kind == "lead":
            owner, at = (json_value("before", name) for name in (owners.FIELD, "updated_at"))
            owners.restore(
                self.connection,
                f"""SELECT record, {owner}, {at} FROM removals WHERE operation = {int(removal)}
                AND kind = 'lead' AND record IN ({query}) AND {owner} IS NOT NULL
                ORDER BY record""",
            )
            for leads in runs:
                owners.note(self.connection, f"id BETWEEN {leads.start} AND {leads.stop - 1}")
                self._give_places(leads)
                self._derive_moves(f"id BETWEEN {leads.start} AND {leads.stop - 1}")
        return len(restored)

    def rekey(self, kind: str, records: Sequence[int]) -> None:
        """Make the match keys of these records again from their facts."""
        for start in range(0, len(records), 10_000):
            ids = ", ".join(map(str, records[start : start + 10_000]))
            self._derive_again(kind, f"id IN ({ids})")

    def columns(self, kind: str) -> list[str]:
        """Return the columns of a kind's table, in their order."""
        if kind not in self._columns:
            rows = self.connection.execute(f"PRAGMA table_info({KINDS[kind]})")
            self._columns[kind] = [row[1] for row in rows]
        return self._columns[kind]

    def _is_stamped(self, kind: str) -> bool:
        """Whether each record has a name for ever, a version and a time of change: few have not."""
        return "uid" in self.columns(kind)

    def next_id(self, kind: str) -> int:
        """Return the id that the next new record of a kind will have."""
        row = self.connection.execute(
            "SELECT seq FROM sqlite_sequence WHERE name = ?", (WRITTEN[kind],)
        ).fetchone()
        return (row[0] if row else 0) + 1

    def alter(self, statement: str) -> None:
        """Change a table of the database; an operation that does cannot be undone."""
        from leadctl.migrations import whole_leads

        with whole_leads.anew(self.connection):
            self.connection.execute(statement)
        self._columns.clear()

    def _journal_creation(self, kind: str, ids: range) -> None:
        """Note a range of new ids, as one with the range that it continues."""
        bound = {"operation": self.id, "kind": kind, "first": ids.start, "last": ids.stop - 1}
        continued = self.connection.execute(
            """UPDATE creations SET last_id = :last
            WHERE operation = :operation AND kind = :kind AND last_id = :first - 1""",
            bound,
        ).rowcount
        if not continued:
            self.connection.execute(
                """INSERT INTO creations (operation, kind, first_id, last_id)
                VALUES (:operation, :kind, :first, :last)""",
                bound,
            )
        self.wrote = True

    def _journal_creations(self, kind: str, runs: Sequence[range]) -> None:
        """Note ranges of ids with holes between them, of which only the first may continue one."""
        for ids in runs[:1]:
            self._journal_creation(kind, ids)
        self.connection.executemany(
            """INSERT INTO creations (operation, kind, first_id, last_id) VALUES (?, ?, ?, ?)""",
            ((self.id, kind, ids.start, ids.stop - 1) for ids in runs[1:]),
        )

    def _apply_staged(self, kind: str) -> int:
        """Journal and write what `staged` holds, if it differs; leave `staged` empty."""
        table = KINDS[kind]
        self._drop_unchanged(kind)
        staged = self.connection.execute("SELECT DISTINCT field FROM temp.staged ORDER BY field")
        fields = [row[0] for row in staged.fetchall()]
        if not fields:
            return 0
        for field in fields:
            # A second change of a field in one operation keeps the first before.
            self.connection.execute(
                f"""INSERT INTO changes (operation, kind, record, field, before, after)
                SELECT :operation, :kind, s.record, s.field, t.{field}, s.value
                FROM temp.staged AS s JOIN {table} AS t ON t.id = s.record WHERE s.field = :field
                ON CONFLICT (operation, kind, record, field) DO UPDATE SET after = excluded.after""",
                {"operation": self.id, "kind": kind, "field": field},
            )
        changed = self._write(kind, fields, _staged_rows(fields))
        self.connection.execute("DELETE FROM temp.staged")
        return changed

    def _write(self, kind: str, fields: Sequence[str], rows: str, *, most: bool = False) -> int:
        """Write fields as the query `rows` has them for each record; return how many changed.

        What cannot be written of `most` of the records ends the operation, as in `bulk`.
        """
        wide = [field for field in fields if (kind, field) != owners.APART]
        changed = self._write_wide(kind, wide, fields, rows, most=most) if wide else 0
        if len(wide) < len(fields):
            owned = _of_one(owners.FIELD, fields, rows)
            written = owners.write(self.connection, owned, self.now, changes=0 if wide else 1)
            changed = changed or written
        if kind == "lead" and (noted := owners.NOTED.intersection(fields)):
            if noted == {owners.FIELD}:
                owners.note_written(self.connection, owned, most=most)
            else:
                owners.note_again(self.connection, f"SELECT record FROM ({rows})")
        if of_keys := KEY_FIELDS.get(kind, frozenset()).intersection(fields):
            self._derive_again(kind, _with_any(of_keys, fields, rows))
        if kind == "lead" and (of_moves := moves.FIELDS.intersection(fields)):
            self._derive_moves(_with_any(of_moves, fields, rows))
        self.wrote = self.wrote or changed > 0
        return changed

    def _write_wide(
        self, kind: str, wide: Sequence[str], fields: Sequence[str], rows: str, *, most: bool
    ) -> int:
        """Write those of the fields that stand in the rows of the records themselves."""
        table = WRITTEN[kind]
        stamps = f", version = version + 1, updated_at = '{self.now}'"
        return self.connection.execute(
            f"""UPDATE {"OR ROLLBACK" if most else ""} {table}
            SET {_sets(table, wide, fields)}{stamps if self._is_stamped(kind) else ""}
            FROM ({rows}) AS s WHERE {table}.id = s.record"""
        ).rowcount

    def _drop_unchanged(self, kind: str) -> None:
        """Leave in `staged` what differs from the facts, to the letter, and has a record."""
        table = KINDS[kind]
        known = set(self.columns(kind))
        fields = self.connection.execute("SELECT DISTINCT field FROM temp.staged").fetchall()
        for (field,) in fields:
            if field not in known:
                raise ValueError(f"{table} have no column {field!r}")
            self.connection.execute(
                f"""DELETE FROM temp.staged WHERE field = :field AND NOT EXISTS (
                SELECT 1 FROM {table} AS t WHERE t.id = staged.record
                AND t.{field} COLLATE BINARY IS NOT staged.value)""",
                {"field": field},
            )

    def _derive_again(self, kind: str, condition: str) -> None:
        """Make the match keys of some records again from their facts."""
        if kind not in KEY_FIELDS:
            return
        cursor = self.connection.execute(f"SELECT * FROM {KINDS[kind]} WHERE {condition}")
        names = [column[0] for column in cursor.description]
        while some := cursor.fetchmany(_SOME):
            rows = [dict(zip(names, row, strict=True)) for row in some]
            ids = [row["id"] for row in rows]
            found = (self._match_keys(kind, row) for row in rows)
            self._write_keys(kind, ids, list(zip(*found, strict=True)))

    def _derive_moves(self, condition: str) -> None:
        """Make the log of moves of some leads again; it is what the journal says."""
        moves.derive(self.connection, f"SELECT id FROM leads WHERE {condition}")

    def _write_keys(
        self, kind: str, records: Sequence[int], keys: Sequence[Sequence[str | int | None]]
    ) -> None:
        together.insert(
            self.connection,
            f"{self._insert} INTO match_keys"
            " (kind, record, email, phone, name, company, domain, normaliser)",
            f"('{kind}', ?, ?, ?, ?, ?, ?, ?)",
            (records, *keys),
            """ON CONFLICT (kind, record) DO UPDATE SET
            email = excluded.email, phone = excluded.phone, name = excluded.name,
            company = excluded.company, domain = excluded.domain,
            normaliser = excluded.normaliser""",
        )

    def _give_places(self, leads: range) -> None:
        """Give new leads a place in the score index, where every lead has one."""
        self.connection.execute(
            "INSERT INTO scores (lead_id) SELECT id FROM leads WHERE id BETWEEN ? AND ?",
            (leads.start, leads.stop - 1),
        )


_KEY_FIELDS = {
    "lead": frozenset(
        ("first_name", "last_name", "company", "email", "phone", "mobile", "website")
    ),
    "contact": frozenset(("first_name", "last_name", "email", "phone", "mobile")),
    "account": frozenset(("name", "domain", "website", "phone")),
}
KEY_FIELDS: Mapping[str, frozenset[str]] = {
    **_KEY_FIELDS,
    "forward": frozenset(("kind",)).union(*_KEY_FIELDS.values()),
}
"""The fields from which match keys are made, by kind; a merged record keeps its own."""


def _of_one(field: str, fields: Sequence[str], rows: str) -> str:
    """Return the query of record and value of one of the fields of the rows of `_write`."""
    if len(fields) == 1:
        return rows
    return f"SELECT record, {field} AS value FROM ({rows}) WHERE has_{field}"


def _sets(table: str, fields: Sequence[str], all_fields: Sequence[str]) -> str:
    """Return the assignments that write the rows of `_write`; fields that a record has not stay."""
    if len(all_fields) == 1:
        return f"{fields[0]} = s.value"
    return ", ".join(
        f"{field} = CASE WHEN s.has_{field} THEN s.{field} ELSE {table}.{field} END"
        for field in fields
    )


def _with_any(wanted: Collection[str], fields: Sequence[str], rows: str) -> str:
    """Return the condition of the records to which the rows of `_write` give any of some fields."""
    if len(fields) == 1:
        return f"id IN (SELECT record FROM ({rows}))"
    has_any = " OR ".join(f"has_{field}" for field in sorted(wanted))
    return f"id IN (SELECT record FROM ({rows}) WHERE {has_any})"


def _staged_rows(fields: Sequence[str]) -> str:
    """Return the query of what is staged, with a row for each record."""
    if len(fields) == 1:
        return "SELECT record, value FROM temp.staged"
    pivot = ", ".join(
        f"max(field = '{field}') AS has_{field},"
        f" max(CASE WHEN field = '{field}' THEN value END) AS {field}"
        for field in fields
    )
    return f"SELECT record, {pivot} FROM temp.staged GROUP BY record"


def row_as_json(columns: Sequence[str]) -> str:
    """Return the SQL of a whole row as one JSON object; blanks may be missing from it."""
    pieces = [
        "json_object({})".format(", ".join(f"'{c}', {c}" for c in columns[start : start + 40]))
        for start in range(0, len(columns), 40)
    ]
    whole = pieces[0]
    for piece in pieces[1:]:
        whole = f"json_patch({whole}, {piece})"
    return whole


def json_value(column: str, name: str) -> str:
    """Return the SQL of one value of a JSON object that `row_as_json` made."""
    return f"json_extract({column}, '$.{name}')"


def _uids(count: int) -> list[str]:
    """Return so many random names for records, of 32 hexadecimal digits."""
    digits = os.urandom(16 * count).hex()
    return [digits[at : at + 32] for at in range(0, 32 * count, 32)]


def _runs(ids: list[int]) -> Iterator[range]:
    """Group sorted ids into ranges without holes."""
    start = 0
    for position in range(1, len(ids) + 1):
        if position == len(ids) or ids[position] != ids[position - 1] + 1:
            yield range(ids[start], ids[position - 1] + 1)
            start = position
