"""The facts of the leads as they stood at an earlier moment, for whoever reads leads.

Within `leads_as_of` and `leads_at` the names `leads`, `activities`, `tasks`, `match_keys` and `scores`
mean the past: a temporary table of that name hides the real one from every statement, so that the
view `lead`, filters, conditions, scores and reports work unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from leadctl.journal import KEY_FIELDS, json_value

if TYPE_CHECKING:
    from leadctl.config import Settings
    from leadctl.store import Store


class Past(NamedTuple):
    """What is in the past that was made: whether there is a lead, and how many are less certain.

    `imported` are those that came in later with an earlier `created_at`: they count with the first
    state that is known of them.
    """

    there: bool
    imported: int


@contextmanager
def leads_as_of(
    store: Store,
    settings: Settings,
    moment: str,
    day: int,
    reads: Collection[str] | None = None,
) -> Iterator[Past]:
    """Let the block read the leads as of a moment (UTC, as stored), a day of the settings' zone.

    A lead is there if it was made by then or its `created_at` is not later. A field has the value
    that the history knows for then; what an undo took back, and the undo itself if it was undone,
    never happened. A conversion counts from `converted_at` on, also if it was imported later.
    Activities count up to the moment, ages up to the day. Scores are blank, see `leadctl.scores`.

    `reads` names all columns of leads that the block reads and that may change, if that is known:
    what others were is not looked for. The block must only read: all of it is of one moment, and
    nothing of it stays.
    """
    with _hidden(store):
        store.connection.execute("UPDATE temp.clock SET day = ?", (day,))
        yield _make(store, settings, _When(f"'{moment}'", str(int(day))), reads)


@contextmanager
def leads_at(
    store: Store, settings: Settings, query: str, bound: Mapping[str, Any] | None = None
) -> Iterator[Past]:
    """Let the block read some leads, each as of a moment of its own, as `leads_as_of` does.

    `query` gives lead, moment and day. Today stays: the days of a lead (`created_day`, and `day` of
    its activities) are moved, so that they are as far from today as they were from its moment.
    """
    with _hidden(store):
        store.connection.execute(
            """CREATE TEMP TABLE past_moments (
            lead_id INTEGER PRIMARY KEY, at TEXT NOT NULL, day INTEGER NOT NULL)"""
        )
        store.connection.execute(f"INSERT INTO temp.past_moments {query}", bound or {})
        join = "JOIN temp.past_moments AS m ON m.lead_id = {}"
        yield _make(store, settings, _When("m.at", "m.day", join))


def is_made(store: Store) -> bool:
    """Whether the leads are those of the past."""
    return bool(
        store.value("SELECT EXISTS (SELECT 1 FROM temp.sqlite_master WHERE name = 'leads')")
    )


class _When(NamedTuple):
    """The moment of a lead in SQL: its time, its day, and the join that they need, if any."""

    at: str
    day: str
    join: str = ""

    def of(self, lead: str) -> str:
        """Return the join for the column that has the lead's id."""
        return self.join.format(lead)

    @property
    def shift(self) -> str:
        """How many days the days of a lead are moved where each has a moment of its own."""
        return f"((SELECT day FROM temp.clock) - {self.day})"


@contextmanager
def _hidden(store: Store) -> Iterator[None]:
    """Take back, at the end of the block, all that it made; it sees one moment of the database."""
    connection = store.connection
    connection.execute("SAVEPOINT past")
    try:
        yield
    finally:
        if connection.in_transaction:  # a full disk may have ended it
            connection.execute("ROLLBACK TO past")
            connection.execute("RELEASE past")


def _make(
    store: Store, settings: Settings, when: _When, reads: Collection[str] | None = None
) -> Past:
    """Hide the real tables; statements name them as main.leads and so on.

    Leads are not copied: a view gives what stands in `past_values` for then, else what is there now.
    """
    columns = Columns(store)
    base = _base(store, when, columns)
    _find_created(store, when)
    _find_touched(store, when)
    _find_conversions(store, when)
    store.connection.execute(
        """CREATE TEMP TABLE past_values (
        place INTEGER PRIMARY KEY, value ANY NOT NULL) STRICT"""
    )
    _find_values(store, when, columns)
    if not when.join:
        _find_other_values(store, when, columns, reads)
    _take_back_conversions(store, settings, when, columns, base)
    base = _lay_beside(store, when, columns, base)
    _hide_leads(store, when, columns, base)
    _hide_activities(store, when)
    _hide_keys(store, columns)
    _hide_scores(store)
    there = store.value("SELECT EXISTS (SELECT 1 FROM temp.leads)")
    late = f"""SELECT count(*) FROM temp.past_created AS n
        CROSS JOIN temp.past_beside AS b ON b.id BETWEEN n.first_id AND n.last_id
        {when.of("b.id")} WHERE n.at > {when.at}"""
    return Past(bool(there), store.value(late) if columns.beside else 0)


BLANK = "x''"
"""What stands for a value that was blank: no field of a lead holds bytes."""


_OF_A_CONVERSION = ("status", "converted_at", "contact_id", "account_id", "deal_id")
_OF_THE_CREATION = ("created_at", "created_day")
_OFTEN = (*_OF_A_CONVERSION, "owner_id")
"""The fields that change most, which are looked for first."""
_BESIDE = ("status", "converted_at", "owner_id")
"""The fields that most reports read."""
_RECORDS = 1 << 40
"""How many leads there can be: one number is the place of a value, by field and then by lead."""


class Columns:
    """The columns of leads, how they are declared, and the place of their values of then."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.declared: str = store.value("SELECT sql FROM main.sqlite_master WHERE name = 'leads'")
        self.types = {
            row["name"]: row["type"] for row in store.query("PRAGMA main.table_info(leads)")
        }
        self.beside: tuple[str, ...] = ()
        first = (name for name in _OFTEN if name in self.types)
        self._places = {
            name: number * _RECORDS
            for number, name in enumerate(dict.fromkeys((*first, *self.types)), start=1)
        }

    def place(self, field: str, record: str) -> str:
        """Return the place of a value, as SQL of its field and lead; what is no column is in none."""
        cases = " ".join(f"WHEN '{name}' THEN {place}" for name, place in self._places.items())
        return f"CASE {field} {cases} ELSE 0 END + {record}"

    def place_of(self, name: str) -> int:
        """Return the place of the value of a column of the lead 0."""
        return self._places[name]

    def declare(self, name: str) -> str:
        """Return the declaration of a column that compares as that of a lead."""
        return f"{name} {self.types[name]}" + " COLLATE NOCASE" * self._without_case(name)

    def values(self, *names: str) -> str:
        """Return the query of `record` and `value` of columns that have a value of then."""
        of_names = " OR ".join(
            f"place BETWEEN {self._places[name]} AND {self._places[name] + _RECORDS - 1}"
            for name in names
        )
        return f"SELECT place % {_RECORDS} AS record, value FROM temp.past_values WHERE {of_names}"

    def has(self, name: str) -> bool:
        """Whether a column has values of then."""
        return bool(self._store.value(f"SELECT EXISTS ({self.values(name)})"))

    def then(self, name: str) -> str:
        """Return what a column of the lead `l` was, as SQL that compares as the column does."""
        if not self.has(name):
            return f"l.{name}"
        if name in self.beside:
            return f"b.{name}"
        value = f"(SELECT value FROM temp.past_values WHERE place = {self._places[name]} + l.id)"
        return self.typed(name, f"nullif(coalesce({value}, l.{name}), {BLANK})")

    def typed(self, name: str, expression: str) -> str:
        """Return an expression that compares as a column does."""
        without_case = self._without_case(name)
        return f"CAST({expression} AS {self.types[name]})" + " COLLATE NOCASE" * without_case

    def _without_case(self, name: str) -> bool:
        return bool(re.search(rf"\b{name} TEXT[^,]* COLLATE NOCASE", self.declared))


def _find_created(store: Store, when: _When) -> None:
    """Gather which leads the history knows only from a later operation on, as ranges of their ids.

    What an undo brought back was made by an earlier operation.
    """
    store.connection.execute(
        """CREATE TEMP TABLE past_created (
        first_id INTEGER PRIMARY KEY, last_id INTEGER NOT NULL, at TEXT NOT NULL)"""
    )
    some = (
        "EXISTS (SELECT 1 FROM temp.past_moments WHERE lead_id BETWEEN n.first_id AND n.last_id)"
        if when.join
        else f"o.at > {when.at}"
    )
    store.connection.execute(
        f"""INSERT INTO temp.past_created SELECT n.first_id, n.last_id, o.at
        FROM main.operations AS o CROSS JOIN main.creations AS n
            ON n.operation = o.id AND n.kind = 'lead'
        WHERE o.undoes IS NULL AND {some} ORDER BY n.first_id"""
    )


def _late(lead: str, when: _When) -> str:
    """Return whether a lead was made by an operation after its moment."""
    made = f"""SELECT CASE WHEN n.last_id >= {lead} THEN n.at END FROM temp.past_created AS n
        WHERE n.first_id <= {lead} ORDER BY n.first_id DESC LIMIT 1"""
    return f"coalesce(({made}) > {when.at}, 0)"


def _made_by(operation: str, lead: str) -> str:
    """Return whether a lead was made by an operation."""
    return f"""EXISTS (SELECT 1 FROM main.creations AS n WHERE n.operation = {operation}
        AND n.kind = 'lead' AND {lead} BETWEEN n.first_id AND n.last_id)"""


_REMOVED = """SELECT r.record, r.before, o.at FROM main.removals AS r
    JOIN main.operations AS o ON o.id = r.operation
    WHERE r.kind = 'lead' AND r.undone_by IS NULL AND o.undoes IS NULL
    AND r.record NOT IN (SELECT id FROM main.leads)"""
"""Leads that are gone, unless an undo took back that they were made."""


def _base(store: Store, when: _When, columns: Columns) -> str:
    """Return the table of the leads as they are now, or were when they were removed later."""
    store.connection.execute("CREATE TEMP TABLE past_removed (record INTEGER PRIMARY KEY, before)")
    removed = store.connection.execute(
        f"""INSERT INTO temp.past_removed SELECT r.record, r.before
        FROM ({_REMOVED}) AS r {when.of("r.record")} WHERE r.at > {when.at}"""
    ).rowcount
    if not removed:
        # In the order of the ids the values of then are found side by side.
        return "main.leads AS l NOT INDEXED"
    # A temporary table can refer to none of the file.
    declared = _REFERENCE.sub("", columns.declared[columns.declared.index("(") :])
    names = ", ".join(columns.types)
    now = ", ".join(f"l.{name}" for name in columns.types)
    before = ", ".join(json_value("before", name) for name in columns.types)
    store.connection.execute(f"CREATE TEMP TABLE past_leads {declared}")
    store.connection.execute(
        f"INSERT INTO temp.past_leads ({names}) SELECT {now} FROM main.leads AS l {when.of('l.id')}"
    )
    store.connection.execute(
        f"INSERT INTO temp.past_leads ({names}) SELECT {before} FROM temp.past_removed"
    )
    return "temp.past_leads AS l"


_REFERENCE = re.compile(r" REFERENCES \w+ \(\w+\)( ON DELETE CASCADE)?( DEFERRABLE INITIALLY \w+)?")


def _find_touched(store: Store, when: _When) -> None:
    """Gather the leads whose later changes do not tell by themselves what was before.

    Where all leads have one moment, what the first later change found is what was there then: unless
    it undid what had been done by then, or the clock was put back.
    """
    store.connection.execute("CREATE TEMP TABLE past_touched (record INTEGER PRIMARY KEY)")
    store.connection.execute(
        f"""INSERT INTO temp.past_touched SELECT DISTINCT c.record
        FROM temp.past_moments AS m
        CROSS JOIN main.changes AS c ON c.kind = 'lead' AND c.record = m.lead_id
        JOIN main.operations AS o ON o.id = c.operation WHERE o.at > {when.at}"""
        if when.join
        else f"""INSERT INTO temp.past_touched
        WITH RECURSIVE retold (operation) AS (
            SELECT id FROM main.operations WHERE undoes IS NOT NULL AND at > {when.at}
            UNION SELECT o.undoes FROM retold AS r
            JOIN main.operations AS o ON o.id = r.operation AND o.undoes IS NOT NULL
        ), odd AS MATERIALIZED (
            SELECT operation FROM retold UNION SELECT id FROM main.operations
            WHERE at <= {when.at} AND id > (SELECT min(id) FROM main.operations WHERE at > {when.at}))
        SELECT DISTINCT c.record FROM odd
        CROSS JOIN main.changes AS c ON c.operation = odd.operation AND c.kind = 'lead'"""
    )


def _find_conversions(store: Store, when: _When) -> None:
    """Gather the conversions that were written down later, but had happened by then."""
    store.connection.execute(
        """CREATE TEMP TABLE past_conversions (
        operation INTEGER NOT NULL, record INTEGER NOT NULL, at TEXT NOT NULL,
        PRIMARY KEY (operation, record)) WITHOUT ROWID"""
    )
    changed = (
        """temp.past_touched AS t CROSS JOIN main.changes AS c ON c.kind = 'lead'
        AND c.record = t.record JOIN main.operations AS o ON o.id = c.operation"""
        if when.join
        else """main.operations AS o
        CROSS JOIN main.changes AS c ON c.operation = o.id AND c.kind = 'lead'"""
    )
    store.connection.execute(
        f"""INSERT INTO temp.past_conversions SELECT c.operation, c.record, c.after
        FROM {changed} {when.of("c.record")}
        WHERE o.at > {when.at} AND o.undoes IS NULL
        AND c.field = 'converted_at' AND c.after <= {when.at}"""
    )


def _find_values(store: Store, when: _When, columns: Columns) -> None:
    """Gather the values that fields of the touched leads had.

    That is what the newest change in effect by then left; without one, what the oldest change
    found. What the operation that made a lead changed of it belongs to its first state, and what an
    undo left was the value of an operation before it.
    """
    store.connection.execute(
        f"""INSERT INTO temp.past_values
        WITH RECURSIVE {_REDOS}, timed AS (
            SELECT c.operation, c.record, c.field, c.undone_by, {when.at} AS moment,
                CASE WHEN b.at IS NOT NULL AND c.field IN {_OF_A_CONVERSION!r} THEN b.at
                    WHEN o.at > {when.at} AND o.undoes IS NULL AND {_made_by("o.id", "c.record")}
                    THEN '' ELSE o.at END AS since
            FROM temp.past_touched AS t
            CROSS JOIN main.changes AS c ON c.kind = 'lead' AND c.record = t.record
            JOIN main.operations AS o ON o.id = c.operation
            LEFT JOIN temp.past_conversions AS b ON b.operation = c.operation AND b.record = c.record
            {when.of("c.record")}
        ), judged AS MATERIALIZED (
            SELECT operation, record, field,
                undone_by IS NULL AND since <= moment AND NOT ({_REDONE_IN_VAIN})
                AND operation NOT IN (SELECT operation FROM undos WHERE depth % 2 = 1) AS holds
            FROM timed
        ), deciding AS (
            SELECT record, field, max(CASE WHEN holds THEN operation END) AS newest,
                min(operation) AS oldest FROM judged GROUP BY record, field)
        SELECT {columns.place("d.field", "d.record")},
            coalesce(CASE WHEN newest IS NULL THEN c.before ELSE c.after END, {BLANK})
        FROM deciding AS d JOIN main.changes AS c ON c.operation = coalesce(newest, oldest)
            AND c.kind = 'lead' AND c.record = d.record AND c.field = d.field
        WHERE true ON CONFLICT DO NOTHING"""
    )


def _find_other_values(
    store: Store, when: _When, columns: Columns, reads: Collection[str] | None
) -> None:
    """Gather what the first later change of a field found, in the order of the changes.

    Conversions that had happened by then had changed their fields by then. Moves of status stand by
    lead in the log of `leadctl.moves`, and are looked for there, unless the lead is gone with them.
    """
    execute = store.connection.execute
    for field in _OF_A_CONVERSION:
        if reads is None or field in reads:
            # One field at a time, and each time in the order of the leads.
            execute(
                f"""INSERT INTO temp.past_values
                SELECT {columns.place_of(field)} + c.record, coalesce(c.after, {BLANK})
                FROM (SELECT DISTINCT operation FROM temp.past_conversions ORDER BY 1 DESC) AS o
                CROSS JOIN temp.past_conversions AS b ON b.operation = o.operation
                CROSS JOIN main.changes AS c ON c.operation = b.operation AND c.kind = 'lead'
                    AND c.record = b.record AND c.field = '{field}'
                WHERE true ON CONFLICT DO NOTHING"""
            )
    if reads is None or "status" in reads:
        execute(
            f"""INSERT INTO temp.past_values
            SELECT {columns.place_of("status")} + m.lead_id, m.before
            FROM main.status_moves AS m NOT INDEXED
            WHERE m.operation >= (SELECT min(id) FROM main.operations WHERE at > {when.at})
            AND NOT (m.operation IN (SELECT operation FROM main.creations WHERE kind = 'lead')
                AND {_made_by("m.operation", "m.lead_id")})
            ORDER BY m.lead_id, m.number ON CONFLICT DO NOTHING"""
        )
    gone = store.value("SELECT EXISTS (SELECT 1 FROM temp.past_removed)")
    if reads is None:
        among = "" if gone else "AND +c.field <> 'status'"
    else:
        sought = {*reads, *_OF_THE_CREATION} - (set() if gone else {"status"})
        among = f"AND +c.field IN ({', '.join(repr(name) for name in sorted(sought))})"
    # By far most operations made no lead, so that nothing of them belongs to a first state.
    execute(
        f"""INSERT INTO temp.past_values
        WITH later AS MATERIALIZED (
            SELECT id, undoes IS NULL AND EXISTS (SELECT 1 FROM main.creations AS n
                WHERE n.operation = o.id AND n.kind = 'lead') AS made_leads
            FROM main.operations AS o WHERE at > {when.at} ORDER BY id)
        SELECT {columns.place("c.field", "c.record")}, coalesce(c.before, {BLANK})
        FROM later AS o CROSS JOIN main.changes AS c ON c.operation = o.id AND c.kind = 'lead'
            {among}
        WHERE NOT (made_leads AND {_made_by("o.id", "c.record")})
        ON CONFLICT DO NOTHING"""
    )


_REDOS = """undos (operation, root, depth) AS (
    SELECT id, undoes, 1 FROM main.operations WHERE undoes IS NOT NULL
    UNION ALL SELECT u.operation, o.undoes, u.depth + 1
    FROM undos AS u JOIN main.operations AS o ON o.id = u.root AND o.undoes IS NOT NULL
), redos AS MATERIALIZED (
    SELECT operation, root FROM undos AS u WHERE depth % 2 = 0
    AND (SELECT undoes FROM main.operations WHERE id = u.root) IS NULL)"""
"""The operations that did another one, the root, again by undoing its undo."""
_REDONE_IN_VAIN = """operation IN (SELECT operation FROM redos) AND EXISTS (
    SELECT 1 FROM redos JOIN main.changes AS a ON a.operation = redos.root AND a.kind = 'lead'
    AND a.record = timed.record AND a.field = timed.field
    WHERE redos.operation = timed.operation AND a.undone_by IS NOT NULL)"""
"""Whether what a change put into effect again was taken back later once more."""


def _take_back_conversions(
    store: Store, settings: Settings, when: _When, columns: Columns, base: str
) -> None:
    """Let leads that came in converted be unconverted before that: their status is not known."""
    converted, status = columns.then("converted_at"), columns.then("status")
    # Few were ever converted, and an index leads to them.
    among = f"FROM {base.removesuffix(' NOT INDEXED')} {when.of('l.id')} WHERE"
    store.connection.execute(
        f"""INSERT INTO temp.past_values
        WITH later AS MATERIALIZED (
            SELECT l.id {among} l.converted_at > {when.at} AND {converted} > {when.at}
            UNION SELECT v.record FROM ({columns.values("converted_at")}) AS v
            {when.of("v.record")} WHERE v.value <> {BLANK} AND v.value > {when.at}),
        blank (field) AS (VALUES {", ".join(f"('{name}')" for name in _OF_A_CONVERSION[1:])})
        SELECT {columns.place("field", "id")}, {BLANK} FROM blank CROSS JOIN later
        WHERE true ON CONFLICT DO UPDATE SET value = {BLANK}"""
    )
    store.connection.execute(
        f"""INSERT INTO temp.past_values
        SELECT {columns.place("'status'", "l.id")}, ? {among} l.converted_at IS NOT NULL
        AND {columns.then("converted_at")} IS NULL
        AND {status} IN ({", ".join("?" for _ in settings.of_role("converted"))})
        ON CONFLICT DO UPDATE SET value = excluded.value""",
        (settings.first_status, *settings.of_role("converted")),
    )


def _lay_beside(store: Store, when: _When, columns: Columns, base: str) -> str:
    """Return the table of the leads that there were, with what changes most beside it.

    To look values up for each lead in each report takes longer than to do so once.
    """
    changed = [n for n in _BESIDE if columns.has(n)]
    if not changed and not store.value("SELECT EXISTS (SELECT 1 FROM temp.past_created)"):
        return base
    declared = "".join(f", {columns.declare(name)}" for name in changed)
    store.connection.execute(f"CREATE TEMP TABLE past_beside (id INTEGER PRIMARY KEY{declared})")
    were = "".join(f", nullif(coalesce(was_{n}.value, l.{n}), {BLANK})" for n in changed)
    joined = " ".join(
        f"LEFT JOIN temp.past_values AS was_{n} ON was_{n}.place = {columns.place_of(n)} + l.id"
        for n in changed
    )
    store.connection.execute(
        f"""INSERT INTO temp.past_beside SELECT l.id{were}
        FROM {base} {when.of("l.id")} {joined}
        WHERE {columns.then("created_at")} <= {when.at} OR NOT {_late("l.id", when)}"""
    )
    columns.beside = ("id", *changed)
    return f"temp.past_beside AS b CROSS JOIN {base} ON l.id = b.id"


def _hide_leads(store: Store, when: _When, columns: Columns, base: str) -> None:
    """Let `leads` be those that there were, with the values that they had."""
    was = {name: columns.then(name) for name in columns.types}
    earlier = f"""FROM main.changes AS c JOIN main.operations AS o ON o.id = c.operation
        WHERE c.kind = 'lead' AND c.record = l.id AND c.undone_by IS NULL AND o.at <= {when.at}"""
    unchanged = f"l.updated_at <= {when.at}"
    was["updated_at"] = f"""CASE WHEN {unchanged} THEN l.updated_at
        ELSE coalesce((SELECT max(o.at) {earlier}), {was["created_at"]}) END"""
    was["version"] = f"""CASE WHEN {unchanged} THEN l.version
        ELSE 1 + (SELECT count(DISTINCT c.operation) {earlier}) END"""
    if when.join:
        was["created_day"] = columns.typed("created_day", f"{was['created_day']} + {when.shift}")
    store.connection.execute(
        f"""CREATE TEMP VIEW leads AS
        SELECT {", ".join(f"{value} AS {name}" for name, value in was.items())}
        FROM {base} {when.of("l.id")}"""
    )


def _hide_scores(store: Store) -> None:
    """Let `scores` be blank: a lead without a row has none."""
    declared = store.value("SELECT sql FROM main.sqlite_master WHERE name = 'scores'")
    columns = _REFERENCE.sub("", declared[declared.index("(") :])
    store.connection.execute(f"CREATE TEMP TABLE scores {columns}")


def _hide_activities(store: Store, when: _When) -> None:
    """Let `activities` be those up to the moment, and `tasks` those that there were."""
    # The day stands in the index: only of the last one the time has to be looked at.
    then = f"CASE WHEN r.day < {when.day} THEN 1 ELSE r.at <= {when.at} END"
    _hide(store, when, "activities", {}, then)
    done = {"done_at": f"CASE WHEN r.done_at <= {when.at} THEN r.done_at END"}
    _hide(store, when, "tasks", done, f"r.created_at <= {when.at}")


def _hide_keys(store: Store, columns: Columns) -> None:
    """Let `match_keys` be those of the leads, made of the values that they had."""
    from leadctl.matching import Keys, keys

    names = ", ".join(Keys._fields)
    store.connection.execute(
        f"CREATE TEMP TABLE past_keys (record INTEGER PRIMARY KEY, {names})",
    )
    fields = sorted(KEY_FIELDS["lead"])
    others = store.query(
        f"""SELECT id, {", ".join(fields)} FROM temp.leads WHERE id IN (
            SELECT record FROM ({columns.values(*fields)})
            UNION SELECT record FROM temp.past_removed)"""
    )
    store.connection.executemany(
        f"INSERT INTO temp.past_keys VALUES (?, {', '.join('?' for _ in Keys._fields)})",
        ((lead["id"], *keys("lead", lead)) for lead in others),
    )
    # No UNION, into which SQLite would not look for a single lead.
    then = ", ".join(
        f"CASE WHEN p.record IS NULL THEN k.{name} ELSE p.{name} END AS {name}"
        for name in Keys._fields
    )
    store.connection.execute(
        f"""CREATE TEMP VIEW match_keys AS SELECT 'lead' AS kind, l.id AS record, {then}
        FROM temp.leads AS l LEFT JOIN temp.past_keys AS p ON p.record = l.id
        LEFT JOIN main.match_keys AS k ON k.kind = 'lead' AND k.record = l.id"""
    )


def _hide(store: Store, when: _When, table: str, others: Mapping[str, str], condition: str) -> None:
    """Let the name of a table mean some of its rows, their days moved, with `others` worked out."""
    if when.join:
        days = ("day", "created_day", "due_day")
        others = {**{day: f"r.{day} + {when.shift}" for day in days}, **others}
    columns = ", ".join(
        f"{others.get(row['name'], 'r.' + row['name'])} AS {row['name']}"
        for row in store.query(f"PRAGMA main.table_info({table})")
    )
    store.connection.execute(
        f"""CREATE TEMP VIEW {table} AS SELECT {columns} FROM main.{table} AS r
        {when.of("r.lead_id")} WHERE {condition}"""
    )
