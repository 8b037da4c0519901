"""The repository: opens the database, runs operations on it, reads and writes in domain words."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from leadctl import custom_fields, database, migrations
from leadctl.database import explain
from leadctl.errors import BadDataError, ConflictError, NotFoundError, UsageError
from leadctl.fields import (
    COMPUTED_OF,
    DOCUMENTED,
    KINDS,
    LETTERS,
    MERGEABLE,
    FieldSet,
    kind_of,
)
from leadctl.journal import KEY_FIELDS, MatchKeys, Operation
from leadctl.lead_view import LeadFilter, Order
from leadctl.values import AS_READ, read_json, stored_json, whole_units
from leadctl.views import View, view_of
from leadctl.wording import a_or_an, label

WRITE_CACHE_KIB = 150_000
CONDITION_SECONDS = 60
_PROGRESS_STEPS = 100_000

Row = dict[str, Any]


class Store:
    """The leads of one database file.

    Reading never creates the file: one that is not there, or has nothing in it yet, reads as a
    database without leads. The first write makes it, private to its owner (0600).

    `now` gives the time as stored (UTC), `today` the day number in the settings' zone, `day_of`
    that of a stored time, `actor` who writes; `say` takes a sentence for the user, such as where a
    new database is.
    """

    def __init__(
        self,
        path: Path,
        *,
        explicit: bool,
        now: Callable[[], str],
        today: Callable[[], int],
        day_of: Callable[[str | None], int | None],
        clock: Callable[[], float],
        actor: str,
        match_keys: Callable[[], MatchKeys],
        say: Callable[[str], None],
    ) -> None:
        self.path = path
        self.actor = actor
        self._explicit = explicit
        self._now = now
        self._today = today
        self._day_of = day_of
        self._clock = clock
        self._match_keys = match_keys
        self._say = say
        self._connection: sqlite3.Connection | None = None
        self._writes = False
        self._set_day: int | None = None
        self._fields = DOCUMENTED
        self._views: dict[str, View] = {}

    # Opening and closing.

    @property
    def connection(self) -> sqlite3.Connection:
        """The open database; errors of SQLite come out as LeadctlError through `explain`."""
        if self._connection is None:
            if self._explicit and not self.path.exists():
                raise NotFoundError(
                    f"no such database: {self.path}",
                    "leadctl import or add makes it; see leadctl where",
                )
            self._connection = self._open_to_read()
        return self._connection

    @property
    def fields(self) -> FieldSet:
        """The fields that records have here; without a database the documented ones."""
        if self._connection is None and self.exists():
            self._connection = self._open_to_read()
        return self._fields

    def view(self, kind: str) -> View:
        """Return what may be read of a lead, contact, account or deal here."""
        fields = self.fields
        if kind not in self._views:
            self._views[kind] = view_of(kind, fields)
        return self._views[kind]

    def exists(self) -> bool:
        """Whether there is a file with something in it; BadDataError for what is no file at all."""
        with suppress(FileNotFoundError):
            found = self.path.stat()
            if not stat.S_ISREG(found.st_mode):
                raise BadDataError(f"{self.path} is no file", "choose another with --db")
            return found.st_size > 0
        return False

    def close(self) -> None:
        """Close the database; the next use opens it again."""
        if self._connection is not None:
            self._connection.close()
            self._connection, self._writes = None, False

    def set_today(self, day: int) -> None:
        """Let ages and windows count from another day than today."""
        self._set_day = day
        self.connection.execute("UPDATE temp.clock SET day = ?", (day,))

    def _open_to_read(self) -> sqlite3.Connection:
        if self.exists():
            connection = database.connect(self.path)
            if database.schema_of(connection, self.path):
                self._migrate(connection)
                return self._ready(connection)
            connection.close()
        connection = database.connect(database.MEMORY)
        migrations.apply(connection)
        return self._ready(connection)

    def _open_to_write(self) -> sqlite3.Connection:
        if self._connection is not None and self._writes:
            return self._connection
        self.close()
        made = not self.exists()
        if made:
            database.make_file(self.path)
        connection = database.connect(self.path)
        connection.execute(f"PRAGMA cache_size = -{WRITE_CACHE_KIB}")
        database.schema_of(connection, self.path)
        self._migrate(connection)
        if made:
            self._say(f"new database: {self.path}")
        self._connection, self._writes = self._ready(connection), True
        return connection

    def _migrate(self, connection: sqlite3.Connection) -> None:
        backup = database.migrate(connection, self.path, self._now())
        if backup:
            self._say(f"the schema is {migrations.LATEST} now; backup: {backup}")
            self._rekey(connection)

    def _rekey(self, connection: sqlite3.Connection) -> None:
        """Make all match keys anew: a newer leadctl may make them in another way."""
        connection.execute("BEGIN IMMEDIATE")
        op = Operation(connection, 0, self._now(), self._match_keys())
        for kind in KEY_FIELDS:
            rows = connection.execute(f"SELECT id FROM {KINDS[kind]} ORDER BY id").fetchall()
            op.rekey(kind, [record for (record,) in rows])
        connection.execute("COMMIT")

    def _ready(self, connection: sqlite3.Connection) -> sqlite3.Connection:
        connection.create_function("me", 0, lambda: self.actor)
        connection.create_function("day_of", 1, self._day_of, deterministic=True)
        connection.execute("CREATE TEMP TABLE clock (day INTEGER NOT NULL)")
        day = self._today() if self._set_day is None else self._set_day
        connection.execute("INSERT INTO temp.clock VALUES (?)", (day,))
        self._fields, self._views = custom_fields.read(connection), {}
        connection.execute(view_of("lead", self._fields).sql)
        return connection

    # Writing.

    @contextmanager
    def operation(
        self,
        command: str,
        *,
        decided_by: Literal["person", "machine"] = "person",
        dry_run: bool = False,
        undoable: bool = True,
    ) -> Iterator[Operation]:
        """One write transaction, and one undo point: all of the block is on disk, or nothing.

        Takes the write lock at once. A dry run, a block that writes nothing and one that raises
        are rolled back; then `saved` of the operation stays None. Raises ConflictError if the
        database stays busy, BadDataError if it cannot be written.
        """
        planned = None
        if dry_run and not self.exists():
            # A trial on a database that is not there yet must not make one.
            connection = self._connection = self._connection or self._open_to_read()
        else:
            planned = self._fields if self._connection is not None else None
            connection = self._open_to_write()
        try:
            connection.execute("BEGIN IMMEDIATE")
            if planned is not None and custom_fields.read(connection) != planned:
                raise ConflictError("the fields of records changed meanwhile", "try again")
            op = self._begin(command, decided_by, undoable)
            yield op
            if op.wrote and not dry_run:
                connection.execute(
                    "UPDATE operations SET counts = ? WHERE id = ?", (stored_json(op.counts), op.id)
                )
                connection.execute("COMMIT")
                op.saved = op.id
            else:
                connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            self._roll_back(connection)
            raise explain(error, self.path) from error
        except BaseException:
            self._roll_back(connection)
            raise

    @contextmanager
    def deriving(self) -> Iterator[sqlite3.Connection]:
        """One write transaction on what is derived from the facts: nothing of it is journaled."""
        connection = self._open_to_write()
        try:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back(connection)
            raise explain(error, self.path) from error
        except BaseException:
            self._roll_back(connection)
            raise

    def _begin(self, command: str, decided_by: str, undoable: bool) -> Operation:
        now = self._now()
        cursor = self.connection.execute(
            """INSERT INTO operations (uid, at, actor, decided_by, command, counts, undoable)
            VALUES (lower(hex(randomblob(16))), ?, ?, ?, ?, '{}', ?)""",
            (now, self.actor, decided_by, command, int(undoable)),
        )
        assert cursor.lastrowid is not None
        return Operation(self.connection, cursor.lastrowid, now, self._match_keys())

    def _roll_back(self, connection: sqlite3.Connection) -> None:
        with suppress(sqlite3.Error):
            if connection.in_transaction:
                connection.execute("ROLLBACK")

    # Reading any record.

    def query(self, sql: str, parameters: Mapping[str, Any] | Sequence[Any] = ()) -> list[Row]:
        """Return the rows of a query as dictionaries; for the house's own readers of SQL."""
        try:
            cursor = self.connection.execute(sql, parameters)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]
        except sqlite3.Error as error:
            raise explain(error, self.path) from None

    def batches(
        self, sql: str, parameters: Mapping[str, Any] | Sequence[Any] = (), *, size: int = 5_000
    ) -> Iterator[list[tuple[Any, ...]]]:
        """Yield the rows of a query as tuples, so many at a time: all are of one moment.

        Nobody can write until the last has come, so that whoever takes them must not wait for
        anything, such as a slow reader of a pipe.
        """
        try:
            cursor = self.connection.execute(sql, parameters)
            while rows := cursor.fetchmany(size):
                yield rows
        except sqlite3.Error as error:
            raise explain(error, self.path) from None

    def value(self, sql: str, parameters: Mapping[str, Any] | Sequence[Any] = ()) -> Any:
        """Return the first value of a query, None without a row."""
        row = next(iter(self.query(sql, parameters)), None)
        return None if row is None else next(iter(row.values()))

    def record(self, kind: str, record: int) -> Row | None:
        """Return the facts of one record as stored, or None."""
        rows = self.query(f"SELECT * FROM {KINDS[kind]} WHERE id = ?", (record,))
        return rows[0] if rows else None

    def records(self, kind: str, ids: Iterable[int]) -> list[Row]:
        """Return the facts of these records as stored, oldest first."""
        wanted = ", ".join(map(str, sorted(ids)))
        return self.query(f"SELECT * FROM {KINDS[kind]} WHERE id IN ({wanted}) ORDER BY id")

    def count_values(self, kind: str, field: str) -> int:
        """Return how many records of a kind have a value of a field."""
        return int(self.value(f"SELECT count({field}) FROM {KINDS[kind]}"))

    def existing(self, kind: str, ids: Sequence[int]) -> set[int]:
        """Return those of the ids that are of a record."""
        found: set[int] = set()
        for some in chunks(ids, 10_000):
            wanted = ", ".join(map(str, some))
            rows = self.batches(f"SELECT id FROM {KINDS[kind]} WHERE id IN ({wanted})")
            found.update(record for batch in rows for (record,) in batch)
        return found

    def resolve(self, name: str, kind: str = "lead", *, merged: bool = True) -> int:
        """Return the id that a person means: `42`, `c12`, an email, `+49…` or `ext:4711`.

        What was merged leads on to the survivor, which is said. Raises UsageError if it is no name
        of a record, NotFoundError if there is none and ConflictError, with the candidates, if there
        are several, or if the record was merged and no `merged` one is wanted.
        """
        written = name.strip()
        if kind == "operation":
            raise UsageError(f"{written} is an operation, no record", "leadctl history")
        column, value = _named(written, kind)
        ids = self._known_by(kind, column, value)
        if not ids and kind in MERGEABLE:
            ids = self._merged(kind, column, value, follow=merged)
        if not ids:
            # What was typed may be a person's address, which has no place in a log of errors.
            meant = written if column == "id" else f"with this {column.replace('_', ' ')}"
            raise NotFoundError(f"there is no {kind} {meant}", _list_of(kind))
        if len(ids) > 1:
            candidates = ", ".join(label(kind, record) for record in ids[:10])
            raise ConflictError(
                f"several {KINDS[kind]} have this {column}", f"one of: {candidates}"
            )
        return ids[0]

    def resolve_ever(self, name: str, kind: str = "lead") -> int:
        """Return what `resolve` does, of the id of a merged record that id: it has a past."""
        column, value = _named(name.strip(), kind)
        if column == "id" and self.survivor(kind, value) is not None:
            return int(value)
        return self.resolve(name, kind)

    def _known_by(self, kind: str, column: str, value: Any) -> list[int]:
        if column in ("id", "external_id"):
            sql = f"SELECT id FROM {KINDS[kind]} WHERE {column} = ? ORDER BY id"
            found = self.query(sql, (value,))
        else:
            key = self._match_keys()(kind, {column: value})[0 if column == "email" else 1]
            found = self.query(
                f"SELECT record AS id FROM match_keys WHERE +kind = ? AND {column} = ? ORDER BY id",
                (kind, key),
            )
        return [row["id"] for row in found]

    def _merged(self, kind: str, column: str, value: Any, *, follow: bool) -> list[int]:
        """Return the survivors of the merged records that are known by a value; say who they are."""
        if column in ("id", "external_id"):
            known = f"{'record' if column == 'id' else column} = :value"
        else:
            value = self._match_keys()(kind, {column: value})[0 if column == "email" else 1]
            known = f"""id IN (SELECT record FROM match_keys
                WHERE +kind = 'forward' AND {column} = :value)"""
        rows = self.query(
            f"""SELECT record, {kind}_id AS survivor FROM forwards
            WHERE kind = :kind AND {known} ORDER BY record""",
            {"kind": kind, "value": value},
        )
        survivors = sorted({row["survivor"] for row in rows})
        if len(survivors) == 1:
            [survivor] = survivors
            record = label(kind, rows[0]["record"])
            sentence = f"{record} was merged into {label(kind, survivor)}"
            if not follow:
                raise ConflictError(f"{kind} {sentence}", f"leadctl history {record}")
            self._say(sentence)
        return survivors

    def survivor(self, kind: str, record: int) -> int | None:
        """Return the id of what a record was merged into, None if it was not merged."""
        if kind not in MERGEABLE:
            return None
        found = self.value(
            f"SELECT {kind}_id FROM forwards WHERE kind = ? AND record = ?", (kind, record)
        )
        return None if found is None else int(found)

    # Leads, contacts, accounts and deals, as people and scripts read them.

    def page(
        self,
        kind: str,
        wanted: LeadFilter,
        order: Order | None = None,
        *,
        limit: int | None = None,
        after: int | None = None,
        columns: Sequence[str] | None = None,
    ) -> list[Row]:
        """Return a page of records with these columns of their view, else with all.

        Money is in whole units, flags are booleans, `extra` is a dictionary. `after` is the id of
        the last record of the page before; NotFoundError if it does not exist.
        """
        order = order or Order(view=kind)
        self._look_at(kind)
        where, bound = wanted.sql()
        if after is not None:
            behind, more = order.after_sql(self._sort_value(kind, order, after), after)
            where, bound = f"({where}) AND {behind}", {**bound, **more}
        limited = "" if limit is None else f"LIMIT {int(limit)}"
        columns = columns or tuple(self.view(kind).columns)
        names = ", ".join(f"{kind}.{column}" for column in columns)
        sql = f"SELECT {names} FROM {order.from_sql} WHERE {where} ORDER BY {order.order_sql} {limited}"
        with self.bounded(CONDITION_SECONDS):
            rows = self.query(sql, bound)
        for type_, as_read in AS_SHOWN.items():
            for column in self.fields.typed(kind, type_).intersection(columns):
                for row in rows:
                    row[column] = as_read(row[column])
        for row in rows if "extra" in columns else ():
            row["extra"] = read_json(row["extra"])
        return rows

    def one(self, kind: str, record: int, columns: Sequence[str] | None = None) -> Row:
        """Return one record as people and scripts read it; NotFoundError if there is none."""
        rows = self.page(kind, LeadFilter(ids=(record,)), columns=columns)
        if not rows:
            raise NotFoundError(f"there is no {kind} {label(kind, record)}", _list_of(kind))
        return rows[0]

    def count(self, kind: str, wanted: LeadFilter) -> int:
        """Return how many records a filter means."""
        self._look_at(kind)
        where, bound = wanted.sql()
        with self.bounded(CONDITION_SECONDS):
            return int(self.value(f"SELECT count(*) FROM {kind} WHERE {where}", bound))

    def _look_at(self, kind: str) -> None:
        """Have the view of a kind, which a new connection has of leads only."""
        if kind != "lead":
            self.connection.execute(self.view(kind).sql)

    def _sort_value(self, kind: str, order: Order, record: int) -> Any:
        field = order.field or "id"
        rows = self.query(f"SELECT {field} AS value FROM {kind} WHERE id = ?", (record,))
        if not rows:
            there = f"there is no {kind} {label(kind, record)} to go on after"
            raise NotFoundError(there, _list_of(kind))
        return rows[0]["value"]

    def leads(
        self,
        wanted: LeadFilter,
        order: Order | None = None,
        *,
        limit: int | None = None,
        after: int | None = None,
        columns: Sequence[str] | None = None,
    ) -> list[Row]:
        """Return a page of leads, as `page` does."""
        return self.page("lead", wanted, order, limit=limit, after=after, columns=columns)

    def lead(self, lead: int, columns: Sequence[str] | None = None) -> Row:
        """Return one lead as people and scripts read it; NotFoundError if there is none."""
        return self.one("lead", lead, columns)

    def count_leads(self, wanted: LeadFilter) -> int:
        """Return how many leads a filter means."""
        return self.count("lead", wanted)

    def lead_ids(self, wanted: LeadFilter) -> list[int]:
        """Return the ids of the leads that a filter means, oldest first."""
        return [row["id"] for row in self.leads(wanted, Order(descending=False), columns=("id",))]

    def value_of_lead(self, expression: str, lead: int) -> Any:
        """Return what an expression over the view `lead` gives of a lead."""
        with self.bounded(CONDITION_SECONDS):
            return self.value(f"SELECT {expression} FROM lead WHERE id = ?", (lead,))

    def query_leads(
        self, wanted: LeadFilter, sql: str, bound: Mapping[str, Any] | None = None
    ) -> list[Row]:
        """Return the rows of a query over the leads of a filter; a runaway condition is stopped."""
        with self.bounded(CONDITION_SECONDS):
            return self.query(sql, bound or {})

    @contextmanager
    def bounded(self, seconds: float) -> Iterator[None]:
        """Stop a statement of the block that runs for longer; UsageError says so."""
        until = self._clock() + seconds
        self.connection.set_progress_handler(lambda: self._clock() > until, _PROGRESS_STEPS)
        try:
            yield
        finally:
            self.connection.set_progress_handler(None, 0)

    def transactions_numbered(self, kind: str, number: str) -> list[Row]:
        """Return the transactions of a kind with a number, oldest first; without regard to case."""
        return self.query(
            """SELECT * FROM transactions WHERE number = :number AND kind = :kind COLLATE NOCASE
            ORDER BY id""",
            {"kind": kind, "number": number},
        )

    def accounts_above(self, account: int) -> list[int]:
        """Return an account and those above it, the nearest first."""
        return [
            row["id"]
            for row in self.query(
                """WITH RECURSIVE above (id, parent_id, steps) AS (
                SELECT id, parent_id, 0 FROM accounts WHERE id = :account
                UNION ALL SELECT a.id, a.parent_id, steps + 1 FROM above
                JOIN accounts AS a ON a.id = above.parent_id WHERE steps < 1000)
                SELECT id FROM above ORDER BY steps""",
                {"account": account},
            )
        ]

    def activities(self, *, of: str, record: int, limit: int | None = None) -> list[Row]:
        """Return the activities of a lead, contact, account or deal, newest first.

        Those of a contact, account or deal include the activities of the leads that became it.
        """
        column = f"{of}_id"
        by_lead = (
            "" if of == "lead" else f"OR lead_id IN (SELECT id FROM leads WHERE {column} = :id)"
        )
        limited = "" if limit is None else f"LIMIT {int(limit)}"
        return self.query(
            f"""SELECT * FROM activities WHERE {column} = :id {by_lead}
            ORDER BY at DESC, id DESC {limited}""",
            {"id": record},
        )

    def count_activities(self, lead: int) -> int:
        """Return how many activities a lead has had until today."""
        return int(
            self.value(
                """SELECT count(*) FROM activities WHERE lead_id = ?
                AND day <= (SELECT day FROM temp.clock)""",
                (lead,),
            )
        )

    def tags_of_leads(self, kind: str, record: int) -> list[str]:
        """Return the tags of the leads that became a contact, account or deal, each once."""
        rows = self.query(
            f"SELECT tags FROM leads WHERE {kind}_id = ? AND tags IS NOT NULL ORDER BY id",
            (record,),
        )
        return list(dict.fromkeys(tag for row in rows for tag in row["tags"].split(", ")))

    def notes_and_tasks(self, leads: Iterable[int]) -> list[Row]:
        """Return the notes and tasks of leads: `lead_id`, `kind`, `at`, `direction`, `words`."""
        wanted = ", ".join(map(str, leads))
        return self.query(
            f"""SELECT lead_id, kind, at, direction, note AS words FROM activities
            WHERE lead_id IN ({wanted}) AND kind = 'note'
            UNION ALL SELECT lead_id, 'task', NULL, NULL, title FROM tasks
            WHERE lead_id IN ({wanted})"""
        )

    # Reps and pools.

    def reps(self, *, everyone: bool = False) -> list[Row]:
        """Return the reps in joining order; those who were removed only with `everyone`."""
        return self.query(f"SELECT * FROM reps {'' if everyone else 'WHERE active'} ORDER BY id")

    def rep(self, name: str) -> Row:
        """Return a rep by name or, for `me`, who is asking; NotFoundError names who there is."""
        wanted = self.actor if name.casefold() == "me" else name
        for rep in self.reps(everyone=True):
            # SQLite folds the case of A to Z only.
            if rep["name"].casefold() == wanted.casefold():
                return rep
        there = ", ".join(rep["name"] for rep in self.reps()[:8])
        hint = f"reps: {there}" if there else f"leadctl rep add {_word(wanted)}"
        raise NotFoundError(f"there is no rep {wanted!r}", hint)

    def open_leads(self, closed: Sequence[str]) -> dict[int, int]:
        """Return rep id -> number of leads to work; leads of the statuses `closed` are not."""
        marks = ", ".join("?" * len(closed))
        rows = self.query(
            f"""SELECT owner_id, count(*) AS leads FROM leads WHERE owner_id IS NOT NULL
            AND converted_at IS NULL AND status NOT IN ({marks}) GROUP BY owner_id""",
            closed,
        )
        return {row["owner_id"]: row["leads"] for row in rows}

    def pools(self) -> list[Row]:
        """Return the pools, the one of everyone first, each with the name of its `last_rep`."""
        return self.query(
            """SELECT *, (SELECT name FROM reps WHERE id = last_rep_id) AS last_rep
            FROM pools ORDER BY id"""
        )

    def dealt(self) -> dict[int, int]:
        """Return pool id -> how many leads it has dealt."""
        rows = self.query(
            """SELECT pool_id, count(*) AS leads FROM assignments
            WHERE pool_id IS NOT NULL GROUP BY pool_id"""
        )
        return {row["pool_id"]: row["leads"] for row in rows}

    def pool(self, name: str) -> Row:
        """Return a pool by name; NotFoundError names the pools there are."""
        pools = self.pools()
        for pool in pools:
            if pool["name"].casefold() == name.casefold():
                return pool
        there = ", ".join(pool["name"] for pool in pools)
        raise NotFoundError(f"there is no pool {name!r}", f"pools: {there}")

    def ring(self, pool: Row) -> list[Row]:
        """Return a pool's reps in joining order, with `member`.

        Who has left the pool, or was removed, is in it too: the ring is stable.
        """
        if pool["everyone"]:
            return self.query("SELECT *, active AS member FROM reps ORDER BY id")
        return self.query(
            """SELECT reps.*, m.weight, m.active AND reps.active AS member FROM pool_members AS m
            JOIN reps ON reps.id = m.rep_id WHERE m.pool_id = ? ORDER BY m.id""",
            (pool["id"],),
        )

    def members(self, pool: int) -> list[Row]:
        """Return the places of a pool in joining order, those that were left included."""
        return self.query("SELECT * FROM pool_members WHERE pool_id = ? ORDER BY id", (pool,))

    def owners(self, leads: Sequence[int]) -> dict[int, Row]:
        """Return lead -> its `owner_id` and `converted_at`, for those of these leads that exist."""
        rows: list[Row] = []
        for start in range(0, len(leads), 10_000):
            some = ", ".join(map(str, leads[start : start + 10_000]))
            rows += self.query(f"SELECT id, owner_id, converted_at FROM leads WHERE id IN ({some})")
        return {row["id"]: row for row in rows}

    def assignment(self, lead: int) -> Row | None:
        """Return a lead's newest assignment with the names of its `rep` and `pool`, or None.

        `operation` is the one that decided; `passed_over` is a list of {rep, reason}.
        """
        rows = self.query(
            """SELECT a.*, (SELECT name FROM reps WHERE id = a.rep_id) AS rep,
            (SELECT name FROM pools WHERE id = a.pool_id) AS pool,
            (SELECT min(operation) FROM creations AS n
             WHERE n.kind = 'assignment' AND a.id BETWEEN n.first_id AND n.last_id) AS operation
            FROM assignments AS a WHERE a.lead_id = ? ORDER BY a.id DESC LIMIT 1""",
            (lead,),
        )
        if not rows:
            return None
        return {**rows[0], "passed_over": read_json(rows[0]["passed_over"] or "[]")}

    # The journal.

    def operations(self, *, limit: int | None = None) -> list[Row]:
        """Return the operations, newest first; `counts` is a dictionary."""
        limited = "" if limit is None else f"LIMIT {int(limit)}"
        rows = self.query(f"SELECT * FROM operations ORDER BY id DESC {limited}")
        return [_operation(row) for row in rows]

    def operation_row(self, operation: int) -> Row:
        """Return one operation; NotFoundError if there is none."""
        rows = self.query("SELECT * FROM operations WHERE id = ?", (operation,))
        if not rows:
            raise NotFoundError(f"there is no operation op{operation}", "leadctl history")
        return _operation(rows[0])

    def my_newest_operation(self, before: int | None = None) -> Row | None:
        """Return what `undo` alone takes back: mine, not undone, and not an undo.

        `before` is the id of an operation that is to be newer.
        """
        rows = self.query(
            """SELECT * FROM operations WHERE actor = :actor AND undoable AND undone_by IS NULL
            AND undoes IS NULL AND (:before IS NULL OR id < :before) ORDER BY id DESC LIMIT 1""",
            {"actor": self.actor, "before": before},
        )
        return _operation(rows[0]) if rows else None

    def history(self, kind: str, record: int) -> list[Row]:
        """Return what happened to a record's facts, newest first: field, old, new, operation, at."""
        return self.query(
            """SELECT c.field, c.before AS old, c.after AS new, o.id AS operation, o.at, o.actor,
                o.command, c.undone_by
            FROM changes AS c JOIN operations AS o ON o.id = c.operation
            WHERE c.kind = :kind AND c.record = :record
            UNION ALL SELECT NULL, NULL, 'created', o.id, o.at, o.actor, o.command, NULL
            FROM creations AS n JOIN operations AS o ON o.id = n.operation
            WHERE n.kind = :kind AND :record BETWEEN n.first_id AND n.last_id
            UNION ALL SELECT NULL, 'removed', NULL, o.id, o.at, o.actor, o.command, r.undone_by
            FROM removals AS r JOIN operations AS o ON o.id = r.operation
            WHERE r.kind = :kind AND r.record = :record
            ORDER BY operation DESC, field""",
            {"kind": kind, "record": record},
        )

    def merges(self, kind: str, record: int) -> list[Row]:
        """Return the merges of a record that are in effect: `record`, `survivor`, `operation`, `at` …

        The record is the survivor or one that was merged into another.
        """
        return self.query(
            f"""SELECT f.record, f.{kind}_id AS survivor, o.id AS operation, o.at, o.actor, o.command
            FROM forwards AS f JOIN creations AS n ON n.kind = 'forward'
            AND f.id BETWEEN n.first_id AND n.last_id JOIN operations AS o ON o.id = n.operation
            WHERE f.kind = :kind AND (f.record = :record OR f.{kind}_id = :record)
            ORDER BY o.id DESC, f.record""",
            {"kind": kind, "record": record},
        )

    def imported_file(self, sha256: str) -> int | None:
        """Return the operation that brought a file of this content, None if none did."""
        if not self.exists():
            return None
        found = self.value(
            """SELECT (SELECT min(operation) FROM creations AS n WHERE n.kind = 'imported_file'
            AND f.id BETWEEN n.first_id AND n.last_id) FROM imported_files AS f
            WHERE sha256 = ? ORDER BY id LIMIT 1""",
            (sha256,),
        )
        return None if found is None else int(found)

    def newest_operation(self) -> int:
        """Return the number of the newest operation; 0 without one."""
        return int(self.value("SELECT coalesce(max(id), 0) FROM operations"))

    # The file as a whole.

    def backup(self, target: Path) -> None:
        """Copy the whole database to a new private file, as of one moment."""
        if target.exists():
            raise ConflictError(f"{target} is there already", "choose another name")
        try:
            database.copy(self.connection, target)
        except (sqlite3.Error, OSError) as error:
            raise BadDataError(f"cannot write {target}: {error}", "choose another place") from None


def _operation(row: Row) -> Row:
    return {**row, "counts": read_json(row["counts"]), "undoable": bool(row["undoable"])}


def _in_units(shown: float | None) -> int | float | None:
    """Return an amount of a view, in whole units: a whole number where it is one."""
    return None if shown is None else whole_units(round(shown * 100))


AS_SHOWN = {**AS_READ, "money": _in_units}
"""Type of a field -> what makes of its value in a view what people and scripts read."""


def _list_of(kind: str) -> str | None:
    """Return the command that lists records of a kind."""
    return (
        "leadctl list --all"
        if kind == "lead"
        else f"leadctl {kind} list"
        if kind in COMPUTED_OF
        else None
    )


def _named(written: str, kind: str) -> tuple[str, Any]:
    """Return the column and the value by which a person names a record."""
    meant = kind_of(written)
    if meant not in ("lead", kind):
        hint = f"leadctl show {written}" if meant in COMPUTED_OF else None
        raise UsageError(f"{written} is {a_or_an(meant)}, not {a_or_an(kind)}", hint)
    letter = next((letter for letter, of in LETTERS.items() if of == kind), "")
    digits = written.removeprefix(letter) if letter else written
    if digits.isdecimal() and digits.isascii():
        return "id", min(int(digits), 2**63 - 1)
    if written.startswith("ext:") and len(written) > 4:
        return "external_id", written[4:]
    if "@" in written:
        return "email", written
    if written.startswith("+"):
        return "phone", written
    example = f"{letter}42"
    raise UsageError(
        f"{written!r} names no {kind}", f"write {example}, an email, a +phone or ext:ID"
    )


def _word(name: str) -> str:
    return name if name.isalnum() else f'"{name}"'


def chunks(values: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Cut what comes into lists of at most `size`."""
    whole = iter(values)
    while chunk := list(islice(whole, size)):
        yield chunk
