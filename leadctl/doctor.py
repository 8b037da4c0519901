"""The doctor: is the database whole, and does what is derived still agree with the facts?"""

from __future__ import annotations

import shlex
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING, NamedTuple

from leadctl import matching, migrations, moves, owners
from leadctl.fields import KINDS, MERGEABLE, WRITTEN
from leadctl.journal import KEY_FIELDS, Operation
from leadctl.migrations.own import own, without_own
from leadctl.stored import days_in
from leadctl.wording import count_of

if TYPE_CHECKING:
    from leadctl.store import Store

FIX = "leadctl db doctor --fix"
RESTORE = "go back to a backup, or copy what is left: leadctl list --all --format csv"
SHOWN = 5
"""How many lines of SQLite's own checks are repeated."""
BATCH = 20_000
_CACHE = -300_000
"""How much of the file is kept, as `cache_size` takes it: each index is compared row by row."""
BLINDING = frozenset(("integrity", "table"))
"""Checks after whose findings the others cannot be made."""
OWNED = ("leads", "contacts", "accounts", "deals", "tasks", "campaigns")
"""The tables of records that have a time of creation and an id in another system."""
FROM_ELSEWHERE = (*OWNED, "activities", "transactions")
"""The tables of records that may have an id in another system."""

_KEYED = " UNION ALL ".join(f"SELECT '{kind}', id FROM {KINDS[kind]}" for kind in KEY_FIELDS)
ORPHANS = {
    "scores": "lead_id NOT IN (SELECT id FROM leads)",
    "match_keys": f"(kind, record) NOT IN ({_KEYED})",
}
"""Derived table -> the condition of its rows that belong to no record."""
DAYS = (
    *((table, "created_at", "created_day") for table in OWNED),
    ("activities", "at", "day"),
    ("transactions", "at", "day"),
)
"""Each table with a time and the day beside it."""
WITHOUT_SCORE = "id NOT IN (SELECT lead_id FROM scores)"
_WHOLE = {"wide_leads": "leads", "owners": "leads"}
"""Tables of which each has a part of the leads."""
_WRITTEN = {KINDS[kind]: table for kind, table in WRITTEN.items()}


class Finding(NamedTuple):
    """Something that is wrong: the check that found it, a sentence, and the next step."""

    check: str
    message: str
    next: str


class Mended(NamedTuple):
    """What was rebuilt from the facts: match keys, rows of scores, leads without owner, days of
    times, logs of moves.
    """

    match_keys: int
    scores: int
    unowned: int = 0
    days: int = 0
    moves: int = 0


class Figures(NamedTuple):
    """How much there is in a database, and the number of its schema."""

    leads: int
    operations: int
    schema: int


def figures(store: Store) -> Figures:
    """Return how much there is in a database."""
    leads, operations = (
        store.value(f"SELECT count(*) FROM {table}") for table in ("leads", "operations")
    )
    return Figures(leads, operations, migrations.schema_version(store.connection))


def examine(store: Store, zone: tzinfo | None) -> Iterator[Finding]:
    """Yield what is wrong with a database; days are compared in `zone`, not at all without one.

    Where the file or a table is damaged, what stands in it is not compared. What is compared is
    read by one statement, so that a command that writes meanwhile is no finding. BadDataError if
    the file cannot be read at all.
    """
    store.connection.execute(f"PRAGMA cache_size = {_CACHE}")
    damage = [*_damage(store), *_schema(store)]
    yield from damage
    if not BLINDING.isdisjoint(finding.check for finding in damage):
        return
    checks: Sequence[Callable[[Store], Iterable[Finding]]] = (
        _privacy,
        _references,
        _ids,
        _external_ids,
        _forwards,
        _without_score,
        _unowned,
        _orphans,
        _match_keys,
    )
    for check in checks:
        yield from check(store)
    if zone is not None:
        yield from _days(store, zone)
        yield from _moves(store)


def mend(store: Store, op: Operation, zone: tzinfo | None) -> Mended:
    """Rebuild what does not fit the facts, which stay as they are: match keys, score rows, days,
    logs of moves.

    The day beside a time is its day in `zone`; without one days and moves stay.
    """
    gone = {
        table: op.connection.execute(f"DELETE FROM {table} WHERE {orphan}").rowcount
        for table, orphan in ORPHANS.items()
    }
    unplaced = op.connection.execute(
        f"INSERT INTO scores (lead_id) SELECT id FROM leads WHERE {WITHOUT_SCORE} ORDER BY id"
    ).rowcount
    # What was mended may have been counted: the next run looks at every lead.
    op.connection.execute("UPDATE score_runs SET whole = 0")
    rekeyed = 0
    for kind in KEY_FIELDS:
        stale = list(_stale_keys(store, kind))
        op.rekey(kind, stale)
        rekeyed += len(stale)
    unowned = owners.stale(op.connection)
    if unowned:
        owners.note_all(op.connection)
    mended = Mended(gone["match_keys"] + rekeyed, gone["scores"] + unplaced, unowned)
    if zone is None:
        return mended
    days = _mend_days(op)
    stale = moves.stale(op.connection)
    if stale:
        moves.derive_all(op.connection)
    return mended._replace(days=days, moves=len(stale))


def _mend_days(op: Operation) -> int:
    """Write the day of each time beside it, where it is another one; return how many."""
    return sum(
        op.connection.execute(
            f"UPDATE {_WRITTEN.get(table, table)} SET {day} = day_of({at}) WHERE {day} <> day_of({at})"
        ).rowcount
        for table, at, day in DAYS
    )


# The file.


def _damage(store: Store) -> Iterator[Finding]:
    rows = store.query("PRAGMA integrity_check(100)")
    problems = [line for row in rows for line in str(row["integrity_check"]).splitlines()]
    problems = [line for line in problems if line != "ok" and not line.startswith("***")]
    for problem in problems[:SHOWN]:
        yield Finding("integrity", f"the file is damaged: {problem}", RESTORE)
    if len(problems) > SHOWN:
        more = len(problems) - SHOWN
        yield Finding("integrity", f"and {more} or more other places are damaged", RESTORE)


def _schema(store: Store) -> Iterator[Finding]:
    """Compare tables and indexes with those that leadctl makes; what others added does no harm."""
    query = """SELECT type, name, sql FROM sqlite_master
        WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type, name"""
    fresh = sqlite3.connect(":memory:")
    migrations.apply(fresh)
    ours = {(type, name): sql for type, name, sql in fresh.execute(query)}
    fresh.close()
    columns = [own(kind, f.name, f.type) for kind, of in store.fields.own.items() for f in of]
    there = {(row["type"], row["name"]): row["sql"] for row in store.query(query)}
    for (type, name), sql in ours.items():
        if (type, name) not in there:
            yield Finding(type, f"the {type} {name} is missing", RESTORE)
        elif without_own(name, there[type, name], columns) != sql:
            yield Finding(type, f"the {type} {name} is not as leadctl made it", RESTORE)


def _privacy(store: Store) -> Iterator[Finding]:
    if store.exists():
        mode = store.path.stat().st_mode & 0o777
        if mode & 0o077:
            yield Finding(
                "file mode",
                f"others on this machine may read the file (mode {mode:04o})",
                f"chmod 600 {shlex.quote(str(store.path))}",
            )


# What is in it.


def _references(store: Store) -> Iterator[Finding]:
    found: dict[tuple[str, str], int] = {}
    for row in store.query("PRAGMA foreign_key_check"):
        table, parent = str(row["table"]), str(row["parent"])
        pair = _WHOLE.get(table, table), _WHOLE.get(parent, parent)
        found[pair] = found.get(pair, 0) + 1
    for derived in ("scores", "status_moves"):  # these are orphans, which can be mended
        found.pop((derived, "leads"), None)
    for (table, parent), count in found.items():
        yield Finding(
            "references", f"{_counted(count, table)} of {parent} that do not exist", RESTORE
        )


def _ids(store: Store) -> Iterator[Finding]:
    """Ids count up for ever: one that the journal or a record has must not be given out again."""
    for kind, table in WRITTEN.items():
        highest = store.value(
            f"""SELECT max(coalesce((SELECT max(last_id) FROM creations WHERE kind = :kind), 0),
                coalesce((SELECT max(id) FROM {table}), 0))
            - coalesce((SELECT seq FROM sqlite_sequence WHERE name = :table), 0)""",
            {"kind": kind, "table": table},
        )
        if highest > 0:
            message = f"{_counted(highest, KINDS[kind])} would get an id that was given before"
            yield Finding("ids", message, RESTORE)


def _external_ids(store: Store) -> Iterator[Finding]:
    for table in FROM_ELSEWHERE:
        twice = store.value(
            f"""SELECT count(*) FROM (SELECT 1 FROM {table} NOT INDEXED
            WHERE external_id IS NOT NULL
            GROUP BY external_id, coalesce(external_system, '') COLLATE NOCASE HAVING count(*) > 1)
            AS twice"""
        )
        if twice:
            message = f"{count_of(twice, 'external id')} in more than one of {table}"
            yield Finding("external ids", message, "leadctl list --all --sort external_id")


def _forwards(store: Store) -> Iterator[Finding]:
    """What was merged leads to a survivor, and is not there itself; the former is a reference."""
    for kind in MERGEABLE:
        table = KINDS[kind]
        count = store.value(
            f"""SELECT count(*) FROM forwards WHERE kind = :kind
            AND ({kind}_id IS NULL OR record IN (SELECT id FROM {table}))""",
            {"kind": kind},
        )
        if count:
            message = f"{_counted(count, table)} merged into others and there all the same"
            yield Finding("forwards", message, RESTORE)


def _without_score(store: Store) -> Iterator[Finding]:
    count = store.value(f"SELECT count(*) FROM leads WHERE {WITHOUT_SCORE}")
    if count:
        yield Finding("scores", f"{count_of(count, 'lead')} without a place among the scores", FIX)


def _unowned(store: Store) -> Iterator[Finding]:
    count = owners.stale(store.connection)
    if count:
        which = "noted as nobody's, or not, against the facts"
        yield Finding("unowned", f"{count_of(count, 'lead')} {which}", FIX)


def _orphans(store: Store) -> Iterator[Finding]:
    for table, orphan in ORPHANS.items():
        count = store.value(f"SELECT count(*) FROM {table} WHERE {orphan}")
        if count:
            yield Finding("orphans", f"{_counted(count, table)} of records that are gone", FIX)


def _match_keys(store: Store) -> Iterator[Finding]:
    for kind in KEY_FIELDS:
        count = sum(1 for _ in _stale_keys(store, kind))
        if count:
            whose = _counted(count, KINDS[kind])
            yield Finding("match keys", f"{whose} with match keys that do not fit the facts", FIX)


def _stale_keys(store: Store, kind: str) -> Iterator[int]:
    """Yield the ids whose stored match keys are not those that their facts give."""
    names = matching.Keys._fields
    kept = ", ".join(f"k.{name} AS kept_{name}" for name in names)
    facts = ", ".join(f"t.{field}" for field in sorted(KEY_FIELDS[kind]))
    last = 0
    while rows := store.query(
        f"""SELECT t.id, {kept}, {facts} FROM {KINDS[kind]} AS t
        LEFT JOIN match_keys AS k ON k.kind = :kind AND k.record = t.id
        WHERE t.id > :last ORDER BY t.id LIMIT {BATCH}""",
        {"kind": kind, "last": last},
    ):
        for row in rows:
            if tuple(row[f"kept_{name}"] for name in names) != matching.keys(kind, row):
                yield row["id"]
        last = rows[-1]["id"]


def _moves(store: Store) -> Iterator[Finding]:
    count = len(moves.stale(store.connection))
    if count:
        yield Finding(
            "moves", f"{count_of(count, 'lead')} with moves of status that the history has not", FIX
        )


def _days(store: Store, zone: tzinfo) -> Iterator[Finding]:
    """The day beside a time must be that time's day in the settings' zone, or ages are wrong."""
    day_of = days_in(zone)
    for table, at, day in DAYS:
        # A minute is as fine as a zone's midnight can be, and there are few of them.
        minutes = store.query(
            f"""SELECT substr({at}, 1, 16) AS minute, {day} AS day, count(*) AS records
            FROM {table} GROUP BY 1, 2"""
        )
        wrong = sum(row["records"] for row in minutes if day_of(row["minute"]) != row["day"])
        if wrong:
            yield Finding(
                "days",
                f"{_counted(wrong, table)} with another day than the time has in this zone"
                " (was timezone changed?)",
                FIX,
            )


def _counted(number: int, table: str) -> str:
    """Return how many rows of a table as people say it: `1 lead`, `12 match keys`."""
    one = next((kind for kind, of in KINDS.items() if of == table), table.removesuffix("s"))
    return count_of(number, one.replace("_", " "), table.replace("_", " "))
