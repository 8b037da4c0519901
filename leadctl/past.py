"""The facts of the leads as they stood at an earlier moment, for whoever reads leads.

Within `leads_as_of` and `leads_at` the names `leads`, `activities`, `tasks`, `match_keys` and `scores`
mean the past: a temporary table of that name hides the real one from every statement, so that the
view `lead`, filters, conditions, scores and reports work unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from leadctl.journal import KEY_FIELDS, json_value

if TYPE_CHECKING:
    from leadctl.config import Settings
    from leadctl.store import Store


class Past(NamedTuple):
    """What is in the past that was made: how many leads, and how many of them are less certain.

    `imported` are those that came in later with an earlier `created_at`: they count with the first
    state that is known of them.
    """

    leads: int
    imported: int


@contextmanager
def leads_as_of(store: Store, settings: Settings, moment: str, day: int) -> Iterator[Past]:
    """Let the block read the leads as of a moment (UTC, as stored), a day of the settings' zone.

    A lead is there if it was made by then or its `created_at` is not later. A field has the value
    that the history knows for then; what an undo took back, and the undo itself if it was undone,
    never happened. A conversion counts from `converted_at` on, also if it was imported later.
    Activities count up to the moment, ages up to the day. Scores are blank, see `leadctl.scores`.

    The block must only read: all of it is of one moment, and nothing of it stays.
    """
    with _hidden(store):
        store.connection.execute("UPDATE temp.clock SET day = ?", (day,))
        yield _make(store, settings, _When(f"'{moment}'", str(int(day))))


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


def _make(store: Store, settings: Settings, when: _When) -> Past:
    """Make the temporary tables; statements name the real ones as main.leads and so on."""
    columns = _copy_definition(store, "leads")
    _find_late(store, when)
    _fill_leads(store, when, columns)
    _find_touched(store, when)
    _find_conversions(store)
    _find_values(store, when)
    _apply_values(store, columns)
    _take_back_conversions(store, settings, when)
    _leave_out_unborn(store, when)
    _move_days(store, when)
    _hide_activities(store, when)
    _hide_keys(store)
    _copy_definition(store, "scores")
    store.connection.execute("INSERT INTO temp.scores (lead_id) SELECT id FROM temp.leads")
    late = "SELECT count(*) FROM temp.leads WHERE id IN (SELECT record FROM temp.past_late)"
    return Past(store.value("SELECT count(*) FROM temp.leads"), store.value(late))


_REFERENCE = re.compile(r" REFERENCES \w+ \(\w+\)( ON DELETE CASCADE)?( DEFERRABLE INITIALLY \w+)?")


def _copy_definition(store: Store, table: str) -> list[str]:
    """Make an empty temporary table like a real one; return its columns."""
    written = store.value(f"SELECT sql FROM main.sqlite_master WHERE name = '{table}'")
    # A temporary table can refer to none of the file.
    columns = _REFERENCE.sub("", written[written.index("(") :])
    store.connection.execute(f"CREATE TEMP TABLE {table} {columns}")
    return [row["name"] for row in store.query(f"PRAGMA temp.table_info({table})")]


def _find_late(store: Store, when: _When) -> None:
    """Gather the leads that the history knows only from a later operation on."""
    store.connection.execute(
        """CREATE TEMP TABLE past_late (
        record INTEGER PRIMARY KEY, operation INTEGER NOT NULL)"""
    )
    there = ("temp.past_moments", "l.lead_id") if when.join else ("main.leads", "l.id")
    for leads, lead in (there, (f"({_REMOVED})", "l.record")):
        # What an undo brought back was made by an earlier operation.
        store.connection.execute(
            f"""INSERT INTO temp.past_late SELECT {lead}, o.id FROM main.operations AS o
            CROSS JOIN main.creations AS n ON n.operation = o.id AND n.kind = 'lead'
            CROSS JOIN {leads} AS l ON {lead} BETWEEN n.first_id AND n.last_id {when.of(lead)}
            WHERE o.undoes IS NULL AND o.at > {when.at} ON CONFLICT DO NOTHING"""
        )


_REMOVED = """SELECT r.record, r.before, o.at FROM main.removals AS r
    JOIN main.operations AS o ON o.id = r.operation
    WHERE r.kind = 'lead' AND r.undone_by IS NULL AND o.undoes IS NULL
    AND r.record NOT IN (SELECT id FROM main.leads)"""
"""Leads that are gone, unless an undo took back that they were made."""


def _fill_leads(store: Store, when: _When, columns: list[str]) -> None:
    """Copy the leads that may have been there, as they are now or were when they were removed."""
    names = ", ".join(columns)
    store.connection.execute(
        f"""INSERT INTO temp.leads ({names}) SELECT {", ".join(f"l.{name}" for name in columns)}
        FROM main.leads AS l {when.of("l.id")} WHERE l.created_at <= {when.at}
        OR l.id NOT IN (SELECT record FROM temp.past_late)
        OR EXISTS (SELECT 1 FROM main.changes AS c WHERE c.kind = 'lead' AND c.record = l.id
            AND c.field = 'created_at')"""
    )
    before = ", ".join(json_value("r.before", name) for name in columns)
    store.connection.execute(
        f"""INSERT INTO temp.leads ({names}) SELECT {before}
        FROM ({_REMOVED}) AS r {when.of("r.record")} WHERE r.at > {when.at}"""
    )


def _find_touched(store: Store, when: _When) -> None:
    """Gather the leads that may have been others then: those with later changes."""
    store.connection.execute("CREATE TEMP TABLE past_touched (record INTEGER PRIMARY KEY)")
    changed = (
        f"""FROM temp.past_moments AS m
        CROSS JOIN main.changes AS c ON c.kind = 'lead' AND c.record = m.lead_id
        JOIN main.operations AS o ON o.id = c.operation WHERE o.at > {when.at}"""
        if when.join
        else f"""FROM main.operations AS o
        CROSS JOIN main.changes AS c ON c.operation = o.id AND c.kind = 'lead'
        WHERE o.at > {when.at}"""
    )
    store.connection.execute(
        f"""INSERT INTO temp.past_touched SELECT DISTINCT c.record {changed}
        AND +c.record IN (SELECT id FROM temp.leads)"""
    )


def _find_conversions(store: Store) -> None:
    """Gather the conversions that were written down later than they happened."""
    store.connection.execute(
        """CREATE TEMP TABLE past_conversions (
        operation INTEGER NOT NULL, record INTEGER NOT NULL, at TEXT NOT NULL,
        PRIMARY KEY (operation, record)) WITHOUT ROWID"""
    )
    store.connection.execute(
        """INSERT INTO temp.past_conversions SELECT c.operation, c.record, c.after
        FROM temp.past_touched AS t
        CROSS JOIN main.changes AS c ON c.kind = 'lead' AND c.record = t.record
        JOIN main.operations AS o ON o.id = c.operation
        WHERE c.field = 'converted_at' AND c.after < o.at"""
    )


def _find_values(store: Store, when: _When) -> None:
    """Gather the values that fields of the touched leads had.

    That is what the newest change in effect by then left; without one, what the oldest change
    found. What the operation that made a lead changed of it belongs to its first state.
    """
    store.connection.execute(
        """CREATE TEMP TABLE past_values (
        record INTEGER NOT NULL, field TEXT NOT NULL, value ANY, PRIMARY KEY (record, field)
        ) STRICT, WITHOUT ROWID"""
    )
    store.connection.execute(
        f"""INSERT INTO temp.past_values
        WITH RECURSIVE {_REDOS}, timed AS (
            SELECT c.operation, c.record, c.field, c.undone_by, {when.at} AS moment,
                CASE WHEN b.at IS NOT NULL AND c.field IN {_OF_A_CONVERSION} THEN b.at
                    WHEN late.operation IS NOT NULL THEN '' ELSE o.at END AS since
            FROM temp.past_touched AS t
            CROSS JOIN main.changes AS c ON c.kind = 'lead' AND c.record = t.record
            JOIN main.operations AS o ON o.id = c.operation
            LEFT JOIN temp.past_late AS late
                ON late.record = c.record AND late.operation = c.operation
            LEFT JOIN temp.past_conversions AS b ON b.operation = c.operation AND b.record = c.record
            {when.of("c.record")}
        ), judged AS MATERIALIZED (
            SELECT operation, record, field, since,
                undone_by IS NULL AND since <= moment AND NOT ({_REDONE_IN_VAIN}) AS holds
            FROM timed
        ), deciding AS (
            SELECT record, field, max(CASE WHEN holds THEN operation END) AS newest,
                min(operation) AS oldest FROM judged GROUP BY record, field)
        SELECT d.record, d.field, CASE WHEN newest IS NULL THEN c.before ELSE c.after END
        FROM deciding AS d JOIN main.changes AS c ON c.operation = coalesce(newest, oldest)
            AND c.kind = 'lead' AND c.record = d.record AND c.field = d.field
        UNION ALL SELECT record, 'updated_at', max(since) FROM judged
            WHERE holds AND since > '' GROUP BY record
        UNION ALL SELECT record, 'version', 1 + count(DISTINCT CASE WHEN holds THEN operation END)
            FROM judged GROUP BY record"""
    )


_OF_A_CONVERSION = "('status', 'converted_at', 'contact_id', 'account_id', 'deal_id')"
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


def _apply_values(store: Store, columns: list[str]) -> None:
    """Write what fields were then; of a field that is no more nobody asks."""
    fields = store.query("SELECT DISTINCT field FROM temp.past_values ORDER BY field")
    names = [row["field"] for row in fields if row["field"] in columns]
    if not names:
        return
    pivot = ", ".join(
        f"max(field = '{name}') AS has_{name},"
        f" max(CASE WHEN field = '{name}' THEN value END) AS {name}"
        for name in names
    )
    sets = ", ".join(
        f"{name} = CASE WHEN v.has_{name} THEN v.{name} ELSE leads.{name} END" for name in names
    )
    store.connection.execute(
        f"""UPDATE temp.leads SET {sets} FROM (
        SELECT record, {pivot} FROM temp.past_values GROUP BY record) AS v
        WHERE leads.id = v.record"""
    )


def _take_back_conversions(store: Store, settings: Settings, when: _When) -> None:
    """Let leads that came in converted be unconverted before that: their status is not known."""
    converted = settings.of_role("converted")
    store.connection.execute(
        f"""UPDATE temp.leads SET converted_at = NULL, contact_id = NULL, account_id = NULL,
        deal_id = NULL WHERE id IN ({_later("converted_at", when)})"""
    )
    marks = ", ".join("?" * len(converted))
    store.connection.execute(
        f"""UPDATE temp.leads SET status = ? WHERE converted_at IS NULL AND status IN ({marks})
        AND id IN (SELECT id FROM main.leads WHERE converted_at IS NOT NULL)""",
        (settings.first_status, *converted),
    )


def _leave_out_unborn(store: Store, when: _When) -> None:
    store.connection.execute(
        f"""DELETE FROM temp.leads WHERE id IN ({_later("created_at", when)})
        AND id IN (SELECT record FROM temp.past_late)"""
    )
    store.connection.execute(
        f"""UPDATE temp.leads SET updated_at = created_at
        WHERE id IN ({_later("updated_at", when)})"""
    )


def _later(column: str, when: _When) -> str:
    """Return the query of the leads of which a time is later than their moment."""
    return f"SELECT l.id FROM temp.leads AS l {when.of('l.id')} WHERE l.{column} > {when.at}"


def _move_days(store: Store, when: _When) -> None:
    if when.join:
        store.connection.execute(
            f"""UPDATE temp.leads SET created_day = created_day + {when.shift}
            FROM temp.past_moments AS m WHERE m.lead_id = leads.id"""
        )


def _hide_activities(store: Store, when: _When) -> None:
    """Let `activities` be those up to the moment, and `tasks` those that there were."""
    # The day stands in the index: only of the last one the time has to be looked at.
    then = f"CASE WHEN r.day < {when.day} THEN 1 ELSE r.at <= {when.at} END"
    _hide(store, when, "activities", {}, then)
    done = {"done_at": f"CASE WHEN r.done_at <= {when.at} THEN r.done_at END"}
    _hide(store, when, "tasks", done, f"r.created_at <= {when.at}")


def _hide_keys(store: Store) -> None:
    """Let `match_keys` be those of the leads, made of the values that they had."""
    from leadctl.matching import Keys, keys

    names = ", ".join(Keys._fields)
    store.connection.execute(
        f"CREATE TEMP TABLE past_keys (record INTEGER PRIMARY KEY, {names})",
    )
    of_keys = ", ".join(f"'{field}'" for field in sorted(KEY_FIELDS["lead"]))
    others = store.query(
        f"""SELECT * FROM temp.leads WHERE id NOT IN (SELECT id FROM main.leads)
        OR id IN (SELECT record FROM temp.past_values WHERE field IN ({of_keys}))"""
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
