"""The database file of a store: how it is opened, its operations, its queries."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any, Literal

from leadctl import beginning, custom_fields, database, migrations, moves, write_ahead
from leadctl.database import explain
from leadctl.errors import BadDataError, ConflictError, NotFoundError, TooLongError
from leadctl.fields import DOCUMENTED, KINDS, FieldSet
from leadctl.interrupts import Interrupts
from leadctl.journal import KEY_FIELDS, MatchKeys, Operation
from leadctl.stored import stored_json
from leadctl.views import View, view_of

WRITING = (
    "cache_size = -150000",
    # Sorted records lie side by side in memory, up to the size of the cache, and beyond it in a file
    # that has no name any more; kept in memory only, each would be allocated on its own.
    "temp_store = FILE",
    "temp.cache_size = -60000",
)
"""What a connection that writes has other than one that only reads."""
CONDITION_SECONDS = 60
_LARGE_FILE = 50_000_000
_PROGRESS_STEPS = 100_000

Row = dict[str, Any]


class Opened:
    """The leads of one database file.

    Reading never creates the file: one that is not there, or has nothing in it yet, reads as a
    database without leads. The first write makes it, private to its owner (0600).

    `now` gives the time as stored (UTC), `today` the day number in the settings' zone, `day_of`
    that of a stored time, `actor` who writes; `say` takes a sentence for the user, such as where a
    new database is. From a commit to the next operation `interrupts` are not heard.
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
        interrupts: Interrupts,
    ) -> None:
        self.path = path
        self.actor = actor
        self._explicit = explicit
        self._now = now
        self._today = today
        self._day_of = day_of
        self.clock = clock
        self._match_keys = match_keys
        self._say = say
        self._interrupts = interrupts
        self._connection: sqlite3.Connection | None = None
        self._writes = False
        self._set_day: int | None = None
        self._fields = DOCUMENTED
        self._views: dict[str, View] = {}

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
        with suppress(FileNotFoundError, NotADirectoryError):
            found = self.path.stat()
            if not stat.S_ISREG(found.st_mode):
                raise BadDataError(f"{self.path} is no file", "choose another with --db")
            return found.st_size > 0
        return False

    def was_cut_off(self) -> bool:
        """Open the database; whether a command that wrote had died, so that its traces are gone now."""
        part = beginning.was_left(self.path)
        there = self.path.resolve()
        beside = [there.with_name(there.name + end) for end in ("-journal", "-wal")]
        left = [file for file in beside if file.exists() and file.stat().st_size]
        if write_ahead.is_on(self.connection):
            write_ahead.settle(self.connection, self.path, self.clock)
        return part or (bool(left) and not any(file.exists() for file in left))

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
            is_new = beginning.is_possible(self.path)
            with beginning.alone(self.path, self.clock) if is_new else nullcontext():
                database.make_file(self.path)
        beginning.was_left(self.path)
        connection = _connected(self.path, WRITING)
        if write_ahead.is_on(connection):
            write_ahead.settle(connection, self.path, self.clock)
        database.schema_of(connection, self.path)
        self._migrate(connection)
        if made:
            self._say(f"new database: {self.path}")
        self._connection, self._writes = self._ready(connection), True
        return connection

    def _migrate(self, connection: sqlite3.Connection) -> None:
        if migrations.is_due(connection) and self.path.stat().st_size > _LARGE_FILE:
            self._say(f"{self.path} gets the schema {migrations.LATEST}, once; that takes a while")
        backup = database.migrate(connection, self.path, self._now(), self._derive)
        if backup:
            self._say(f"the schema is {migrations.LATEST} now; backup: {backup}")

    def _derive(self, connection: sqlite3.Connection) -> None:
        """Make the match keys that this leadctl makes in another way, and the log of moves if empty."""
        connection.create_function("day_of", 1, self._day_of, deterministic=True)
        match_keys = self._match_keys()
        op = Operation(connection, 0, self._now(), match_keys)
        normaliser = match_keys("lead", {})[-1]
        for kind in KEY_FIELDS:
            rows = connection.execute(
                f"""SELECT id FROM {KINDS[kind]} WHERE id NOT IN (SELECT record FROM match_keys
                WHERE kind = :kind AND normaliser = :normaliser) ORDER BY id""",
                {"kind": kind, "normaliser": normaliser},
            )
            op.rekey(kind, [record for (record,) in rows.fetchall()])
        # A migration after which the log says something else has emptied it.
        if not connection.execute("SELECT EXISTS (SELECT 1 FROM status_moves)").fetchone()[0]:
            moves.derive_all(connection)

    def _ready(self, connection: sqlite3.Connection) -> sqlite3.Connection:
        connection.create_function("me", 0, lambda: self.actor)
        connection.create_function("day_of", 1, self._day_of, deterministic=True)
        connection.execute("CREATE TEMP TABLE clock (day INTEGER NOT NULL)")
        day = self._today() if self._set_day is None else self._set_day
        connection.execute("INSERT INTO temp.clock VALUES (?)", (day,))
        self._fields, self._views = custom_fields.read(connection), {}
        connection.execute(view_of("lead", self._fields).sql)
        return connection

    @contextmanager
    def operation(
        self,
        command: str,
        *,
        decided_by: Literal["person", "machine"] = "person",
        dry_run: bool = False,
        undoable: bool = True,
        records: int = 0,
    ) -> Iterator[Operation]:
        """One write transaction, and one undo point: all of the block is on disk, or nothing.

        `records` is how many it may write, as far as is known: readers do not wait for many.
        Takes the write lock at once. A dry run, a block that writes nothing and one that raises
        are rolled back; then `saved` of the operation stays None. Raises ConflictError if the
        database stays busy, BadDataError if it cannot be written.
        """
        self._interrupts.hear()
        planned = self._fields if self._connection is not None else None
        if dry_run and not self.exists():
            # A trial on a database that is not there yet must not make one.
            self._connection = self._connection or self._open_to_read()
            writing = self._locked(self._connection)
        else:
            writing = self._writing(records)
        with writing as connection:
            if planned is not None and custom_fields.read(connection) != planned:
                raise ConflictError("the fields of records changed meanwhile", "try again")
            op = self._begin(command, decided_by, undoable)
            yield op
            if op.wrote and not dry_run:
                connection.execute(
                    "UPDATE operations SET counts = ? WHERE id = ?", (stored_json(op.counts), op.id)
                )
                self._interrupts.shut_out()
                connection.execute("COMMIT")
                op.saved = op.id

    @contextmanager
    def deriving(self) -> Iterator[sqlite3.Connection]:
        """One write transaction on what is derived from the facts: nothing of it is journaled."""
        with self._writing() as connection:
            yield connection
            connection.execute("COMMIT")

    @contextmanager
    def _writing(self, records: int = 0) -> Iterator[sqlite3.Connection]:
        """Hold the write lock for the block, so that nobody waits to read while much is written."""
        is_large = records >= write_ahead.LARGE
        if is_large and beginning.is_possible(self.path):
            with beginning.alone(self.path, self.clock) as part:
                # Who was waited for may have made it.
                if not self.path.exists():
                    with self._beginning(part) as connection:
                        yield connection
                    return
        connection = self._open_to_write()
        with (
            write_ahead.log(connection, self.path, self.clock) if is_large else nullcontext(),
            self._locked(connection) as connection,
        ):
            yield connection

    @contextmanager
    def _locked(self, connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
        """Take the write lock for the block; what it did not commit is rolled back."""
        try:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
        except sqlite3.Error as error:
            raise explain(error, self.path) from error
        finally:
            with suppress(sqlite3.Error):
                connection.rollback()

    @contextmanager
    def _beginning(self, part: Path) -> Iterator[sqlite3.Connection]:
        """Let the block write into a new database, which gets its name if it is committed."""
        self.close()
        connection = _connected(part, (*WRITING, *beginning.PRAGMAS))
        try:
            self._migrate(connection)
            self._connection, self._writes = self._ready(connection), True
            with self._locked(connection):
                yield connection
                is_committed = not connection.in_transaction
        finally:
            self.close()
            connection.close()
        if is_committed:
            beginning.take_place(part, self.path)
            self._say(f"new database: {self.path}")

    def _begin(self, command: str, decided_by: str, undoable: bool) -> Operation:
        now = self._now()
        cursor = self.connection.execute(
            """INSERT INTO operations (uid, at, actor, decided_by, command, counts, undoable)
            VALUES (lower(hex(randomblob(16))), ?, ?, ?, ?, '{}', ?)""",
            (now, self.actor, decided_by, command, int(undoable)),
        )
        assert cursor.lastrowid is not None
        return Operation(self.connection, cursor.lastrowid, now, self._match_keys())

    @contextmanager
    def steady(self) -> Iterator[None]:
        """Let the block read one moment; without a log nobody commits until it ends."""
        self.connection.execute("SAVEPOINT steady")
        try:
            yield
        finally:
            if self.connection.in_transaction:  # a full disk may have ended it
                self.connection.execute("RELEASE steady")

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

    @contextmanager
    def bounded(self, seconds: float) -> Iterator[None]:
        """Stop a statement of the block that runs for longer; TooLongError says so."""
        until = self.clock() + seconds
        self.connection.set_progress_handler(lambda: self.clock() > until, _PROGRESS_STEPS)
        try:
            yield
        except (sqlite3.OperationalError, TooLongError) as error:
            stopped = explain(error, self.path) if isinstance(error, sqlite3.Error) else error
            if not isinstance(stopped, TooLongError):
                raise
            if self.clock() <= until:
                # Ctrl-C met the handler, of which SQLite only hears that it wants to stop.
                raise KeyboardInterrupt from None
            raise stopped from None
        finally:
            self.connection.set_progress_handler(None, 0)

    def backup(self, target: Path) -> None:
        """Copy the whole database to a new private file, as of one moment."""
        if target.exists():
            raise ConflictError(f"{target} is there already", "choose another name")
        try:
            database.copy(self.connection, target)
        except (sqlite3.Error, OSError) as error:
            raise BadDataError(f"cannot write {target}: {error}", "choose another place") from None


def _connected(path: Path, pragmas: Sequence[str]) -> sqlite3.Connection:
    """Return an open connection with further settings."""
    connection = database.connect(path)
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}")
    return connection
