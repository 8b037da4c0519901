"""A run: computes all leads in one statement, and writes those that differ."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from leadctl.rules.scoring import ScoreRules
from leadctl.scores.ledger import EVERY, WANTED, Scope, ledger_sql, today
from leadctl.values import stored_json

if TYPE_CHECKING:
    from leadctl.journal import Operation
    from leadctl.store import Store

SHOWN_MOVERS = 10
LONGEST_RUN = 600
"""Seconds after which a rule that never ends is stopped; a million leads take about twelve."""


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
    ) as op:
        day = today(store)
        scope = EVERY if ids is None else WANTED
        _want(op, ids or ())
        scored = store.value(f"SELECT count(*) FROM lead WHERE {scope.leads}")
        with store.bounded(LONGEST_RUN):
            _compute(op, rules, scope, day)
        changed = store.value("SELECT count(*) FROM temp.rescored WHERE changed")
        movers = _movers(store)
        if store.value("SELECT count(*) FROM temp.rescored"):
            _write(op, rules, day)
        op.count("scored", scored)
        op.count("changed", changed)
        op.connection.execute("DROP TABLE temp.rescored")
        op.connection.execute("DROP TABLE temp.wanted")
    return ScoreRun(op.saved, scored, changed, movers)


def _want(op: Operation, ids: Iterable[int]) -> None:
    op.connection.execute("CREATE TEMP TABLE wanted (id INTEGER PRIMARY KEY)")
    op.connection.executemany(
        "INSERT INTO temp.wanted VALUES (?) ON CONFLICT DO NOTHING", ((lead,) for lead in ids)
    )


def _compute(op: Operation, rules: ScoreRules, scope: Scope, day: int) -> None:
    """Gather in `rescored` the leads whose score differs, or was made by other rules."""
    op.connection.execute(
        """CREATE TEMP TABLE rescored (
        lead_id INTEGER PRIMARY KEY, total INTEGER, fit INTEGER, engagement INTEGER, grade TEXT,
        points TEXT, old_total INTEGER, old_grade TEXT, changed INTEGER)"""
    )
    changed = "(s.points IS NOT n.points OR s.total IS NOT n.total OR s.grade IS NOT n.grade)"
    op.connection.execute(
        f"""INSERT INTO temp.rescored {ledger_sql(rules, scope)}
        SELECT n.*, s.total, s.grade, {changed} FROM ledger AS n
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


def _write(op: Operation, rules: ScoreRules, day: int) -> None:
    op.connection.execute(
        """INSERT INTO score_runs (operation, day, at, rules_path, rules_hash, lines)
        VALUES (:run, :day, :at, :path, :hash, :lines)""",
        {
            "run": op.id, "day": day, "at": op.now, "path": rules.path, "hash": rules.hash,
            "lines": stored_json(tables_of(rules)),
        },
    )  # fmt: skip
    op.connection.execute(
        """INSERT INTO scores (lead_id, total, fit, engagement, grade, points, run)
        SELECT lead_id, total, fit, engagement, grade, points, :run FROM temp.rescored WHERE true
        ON CONFLICT (lead_id) DO UPDATE SET total = excluded.total, fit = excluded.fit,
        engagement = excluded.engagement, grade = excluded.grade, points = excluded.points,
        run = excluded.run""",
        {"run": op.id},
    )
    op.wrote = True


def tables_of(rules: ScoreRules) -> list[dict[str, Any]]:
    """Return the lines of a ledger as a run keeps them: name, kind, and what makes them again."""
    return [{"rule": line.name, "kind": line.kind, **line.table} for line in rules.lines]
