"""A run: computes all leads in one statement, and writes those that differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from leadctl.patience import patient
from leadctl.rules.scoring import ScoreRules
from leadctl.scores.ledger import EVERY, WANTED, Scope, ledger_sql, set_weights, today
from leadctl.scores.touched import last_whole_run, want_touched
from leadctl.stored import stored_json

if TYPE_CHECKING:
    from leadctl.journal import Operation
    from leadctl.store import Store

SHOWN_MOVERS = 10
MOST_WANTED = 0.25
"""The part of all leads up to which it is quicker to compute only these."""


class Mover(NamedTuple):
    """A lead whose grade is another one than before; `points` is how far its total moved."""

    id: int
    name: str
    before: str | None
    after: str | None
    points: int


class ScoreRun(NamedTuple):
    """What a run did: its operation, None if it wrote nothing, and how many leads it scored.

    `changed` counts the leads with other points than before, `movers` has at most ten of those
    that were scored before and have another grade now, those who moved farthest first.
    """

    operation: int | None
    scored: int
    changed: int
    movers: list[Mover]


def run(
    store: Store, rules: ScoreRules, ids: Sequence[int] | None = None, *, dry_run: bool = False
) -> ScoreRun:
    """Score the leads with these ids, else all, save converted ones, and write what differs.

    Counts from today as the store has it. A run that changes nothing writes nothing.
    """
    # Without a database there is nothing to score, and no reason to make one.
    dry_run = dry_run or not store.exists()
    with store.operation(
        "score" if ids is None else f"score of {len(ids)}",
        decided_by="machine",
        dry_run=dry_run,
        undoable=False,
        records=_most(store, rules, ids),
    ) as op:
        day = today(store)
        scope = _scope(store, op, rules, ids, day)
        set_weights(store, rules)
        with patient(store, rules.conditions):
            _compute(op, rules, scope, day)
        scored = _number(store, ids)
        changed = store.value("SELECT count(*) FROM temp.rescored WHERE changed")
        movers = _movers(store)
        if store.value("SELECT count(*) FROM temp.rescored"):
            _note_run(op, rules, day, whole=ids is None)
            _write(op)
        op.count("scored", scored)
        op.count("changed", changed)
        op.connection.execute("DROP TABLE temp.rescored")
        op.connection.execute("DROP TABLE temp.wanted")
    return ScoreRun(op.saved, scored, changed, movers)


def _most(store: Store, rules: ScoreRules, ids: Sequence[int] | None) -> int:
    """Return how many scores a run may write, as far as is known before it has the lock."""
    if ids is not None:
        return len(ids)
    since = last_whole_run(store, rules, today(store))
    if since is None:
        return int(store.value("SELECT count(*) FROM scores"))
    return store.size_of(since + 1, store.newest_operation())


def _scope(
    store: Store, op: Operation, rules: ScoreRules, ids: Sequence[int] | None, day: int
) -> Scope:
    """Return which leads are to be computed: where they are few, they stand in `wanted`."""
    op.connection.execute("CREATE TEMP TABLE wanted (id INTEGER PRIMARY KEY)")
    if ids is not None:
        op.connection.executemany(
            "INSERT INTO temp.wanted VALUES (?) ON CONFLICT DO NOTHING", ((lead,) for lead in ids)
        )
        return WANTED
    since = last_whole_run(store, rules, day)
    if since is None:
        return EVERY
    want_touched(op, rules, since)
    return EVERY if _part_of_all(store, "wanted") > MOST_WANTED else WANTED


def _part_of_all(store: Store, table: str) -> float:
    """Return how many leads stand in a temporary table, as a part of all."""
    part = store.value(f"SELECT count(*) FROM temp.{table}")
    return float(part / max(1, store.value("SELECT count(*) FROM scores")))


def _number(store: Store, ids: Sequence[int] | None) -> int:
    """Return how many leads a run is about: all, or these, but converted ones."""
    if ids is None:
        number = store.value(
            """SELECT (SELECT count(*) FROM scores)
            - (SELECT count(*) FROM leads WHERE converted_at IS NOT NULL)"""
        )
    else:
        number = store.value(
            """SELECT count(*) FROM leads
            WHERE id IN (SELECT id FROM temp.wanted) AND converted_at IS NULL"""
        )
    return int(number)


def _compute(op: Operation, rules: ScoreRules, scope: Scope, day: int) -> None:
    """Gather in `rescored` the leads whose score differs, or was made by other rules."""
    op.connection.execute(
        """CREATE TEMP TABLE rescored (
        lead_id INTEGER PRIMARY KEY, total INTEGER, fit INTEGER, engagement INTEGER, grade TEXT,
        rank TEXT, points TEXT, old_total INTEGER, old_grade TEXT, changed INTEGER)"""
    )
    changed = " OR ".join(f"s.{each} IS NOT n.{each}" for each in ("points", "grade", "rank"))
    op.connection.execute(
        f"""INSERT INTO temp.rescored {ledger_sql(rules, scope)}
        SELECT n.*, s.total, s.grade, ({changed}) FROM ledger AS n
        LEFT JOIN scores AS s ON s.lead_id = n.lead_id
        WHERE {changed} OR s.run NOT IN (SELECT operation FROM score_runs WHERE rules_hash = :hash)
        """,
        {"today": day, "hash": rules.hash},
    )


def _movers(store: Store) -> list[Mover]:
    rows = store.query(
        """SELECT l.id, coalesce(
            nullif(trim(coalesce(l.first_name, '') || ' ' || coalesce(l.last_name, '')), ''),
            l.company, l.email, l.phone, l.external_id, '') AS name,
            r.old_grade AS before, r.grade AS after, r.total - r.old_total AS points
        FROM temp.rescored AS r JOIN leads AS l ON l.id = r.lead_id
        WHERE r.old_total IS NOT NULL AND r.grade IS NOT r.old_grade
        ORDER BY abs(r.total - r.old_total) DESC, l.id LIMIT :shown""",
        {"shown": SHOWN_MOVERS},
    )
    return [Mover(**row) for row in rows]


def _note_run(op: Operation, rules: ScoreRules, day: int, *, whole: bool) -> None:
    op.connection.execute(
        """INSERT INTO score_runs (operation, day, at, rules_path, rules_hash, lines, whole)
        VALUES (:run, :day, :at, :path, :hash, :lines, :whole)""",
        {
            "run": op.id, "day": day, "at": op.now, "path": rules.path, "hash": rules.hash,
            "lines": stored_json(tables_of(rules)), "whole": int(whole),
        },
    )  # fmt: skip
    op.wrote = True


def _write(op: Operation) -> None:
    columns = ("total", "fit", "engagement", "grade", "rank", "points")
    op.connection.execute(
        f"""INSERT INTO scores (lead_id, run, {", ".join(columns)})
        SELECT lead_id, :run, {", ".join(columns)} FROM temp.rescored WHERE true
        ON CONFLICT (lead_id) DO UPDATE SET run = excluded.run,
        {", ".join(f"{each} = excluded.{each}" for each in columns)}""",
        {"run": op.id},
    )


def tables_of(rules: ScoreRules) -> list[dict[str, Any]]:
    """Return the lines of a ledger as a run keeps them: name, kind, and what makes them again."""
    return [{"rule": line.name, "kind": line.kind, **line.table} for line in rules.lines]
