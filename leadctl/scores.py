"""Scores: computed for all leads in one statement, written where they differ, and explained."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from leadctl.errors import BadDataError
from leadctl.rules.scoring import Cap, Rule, ScoreRules, cap_of, rule_of
from leadctl.values import day_of_number, stored_json

if TYPE_CHECKING:
    from leadctl.journal import Operation
    from leadctl.rules.conditions import Condition
    from leadctl.store import Row, Store

SHOWN_MOVERS = 10
LONGEST_EVIDENCE = 60
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


class LedgerLine(NamedTuple):
    """One line of a lead's score; `kind` is fit, engagement or cap, `evidence` why, in words."""

    rule: str
    kind: str
    points: int
    evidence: str


@dataclass(frozen=True)
class Explanation:
    """The score of a lead as its last run wrote it, and whether it still is what a run would give.

    `total` is the sum of the points of `lines`, to the point. `at` is the time of that run (UTC),
    `rules` where its rules came from. A lead that was never scored has None for all of these, and
    `lines` are what a run would give now. `reasons` say why a score is stale.
    """

    lead: int
    total: int | None
    fit: int | None
    engagement: int | None
    grade: str | None
    at: str | None
    rules: str | None
    stale: bool
    now_total: int | None
    reasons: list[str]
    lines: list[LedgerLine]


class _Scope(NamedTuple):
    """Which leads are computed, and whose activities are counted for that."""

    leads: str
    activities: str


# A converted lead keeps the score with which it was converted.
_EVERY = _Scope("lead.converted_at IS NULL", "lead_id IS NOT NULL")
_WANTED = _Scope(
    "lead.converted_at IS NULL AND lead.id IN (SELECT id FROM temp.wanted)",
    "lead_id IN (SELECT id FROM temp.wanted)",
)
_ONE = _Scope("lead.id = :lead", "lead_id = :lead")


def ledger_sql(rules: ScoreRules, scope: _Scope = _EVERY) -> str:
    """Return the WITH clause that computes the table `ledger` from the lead view.

    Its columns are lead_id, total, fit, engagement, grade and points, a JSON array of the points
    of all lines. `:today` is to be bound.
    """
    # Materialized, because SQLite would else work out each expression wherever it is named.
    return f"""WITH touches AS (
        SELECT {_named({"_lead": "lead_id"}, _counts(rules))} FROM activities
        WHERE {scope.activities} AND {rules.counted_sql} GROUP BY lead_id
    ), lines AS MATERIALIZED (
        SELECT {_named({"lead_id": "lead.id"}, rules.line_points)}
        FROM lead LEFT JOIN touches ON touches._lead = lead.id WHERE {scope.leads}
    ), sums AS (SELECT *, {_named(rules.sums)} FROM lines
    ), groups AS (SELECT *, {_named(rules.groups)} FROM sums
    ), totals AS (SELECT *, {_named(rules.total)} FROM groups
    ), ledger AS MATERIALIZED (
        SELECT lead_id, total, fit, engagement, {rules.grade_sql} AS grade,
            {rules.points_sql} AS points FROM totals
    )"""


def _named(*columns: Mapping[str, str]) -> str:
    return ", ".join(f"{sql} AS {name}" for group in columns for name, sql in group.items())


def _counts(rules: ScoreRules) -> dict[str, str]:
    return {
        column: f"count(*) FILTER (WHERE {condition})"
        for column, condition in rules.activity_counts.items()
    }


# A run


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
        today = _today(store)
        scope = _EVERY if ids is None else _WANTED
        _want(op, ids or ())
        scored = store.value(f"SELECT count(*) FROM lead WHERE {scope.leads}")
        with store.bounded(LONGEST_RUN):
            _compute(op, rules, scope, today)
        changed = store.value("SELECT count(*) FROM temp.rescored WHERE changed")
        movers = _movers(store)
        if store.value("SELECT count(*) FROM temp.rescored"):
            _write(op, rules, today)
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


def _compute(op: Operation, rules: ScoreRules, scope: _Scope, today: int) -> None:
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
        {"today": today, "hash": rules.hash},
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


def _write(op: Operation, rules: ScoreRules, today: int) -> None:
    op.connection.execute(
        """INSERT INTO score_runs (operation, day, at, rules_path, rules_hash, lines)
        VALUES (:run, :day, :at, :path, :hash, :lines)""",
        {
            "run": op.id, "day": today, "at": op.now, "path": rules.path, "hash": rules.hash,
            "lines": stored_json(_tables(rules)),
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


def _tables(rules: ScoreRules) -> list[dict[str, Any]]:
    """Return the lines of a ledger as a run keeps them: name, kind, and what makes them again."""
    return [{"rule": line.name, "kind": line.kind, **line.table} for line in rules.lines]


# An explanation


def explain(store: Store, rules: ScoreRules, lead: int) -> Explanation:
    """Return the ledger of a lead's score as its last run wrote it, with evidence for each line.

    Evidence is as of that run's day. Raises NotFoundError if there is no such lead.
    """
    converted = store.lead(lead, ("converted_at",))["converted_at"] is not None
    stored = _stored(store, lead)
    if stored is None:
        return _never_scored(store, rules, lead, converted)
    with _as_of(store, stored["day"]):
        lines = _lines(store, lead, json.loads(stored["lines"]), json.loads(stored["points"]))
    now = stored if converted else _ledger(store, rules, lead)
    reasons = [] if converted else _stale(store, rules, lead, stored, now)
    return Explanation(
        lead=lead,
        total=stored["total"],
        fit=stored["fit"],
        engagement=stored["engagement"],
        grade=stored["grade"],
        at=stored["at"],
        rules=stored["rules_path"],
        stale=bool(reasons),
        now_total=now["total"],
        reasons=reasons,
        lines=lines,
    )


def _never_scored(store: Store, rules: ScoreRules, lead: int, converted: bool) -> Explanation:
    now = _ledger(store, rules, lead)
    return Explanation(
        lead=lead,
        total=None,
        fit=None,
        engagement=None,
        grade=None,
        at=None,
        rules=None,
        stale=not converted,
        now_total=None if converted else now["total"],
        reasons=["converted before it was scored" if converted else "never scored"],
        lines=_lines(store, lead, _tables(rules), json.loads(now["points"])),
    )


def _stored(store: Store, lead: int) -> Row | None:
    rows = store.query(
        """SELECT s.total, s.fit, s.engagement, s.grade, s.points, r.day, r.at, r.rules_path,
            r.rules_hash, r.lines
        FROM scores AS s JOIN score_runs AS r ON r.operation = s.run WHERE s.lead_id = ?""",
        (lead,),
    )
    return rows[0] if rows else None


def _ledger(store: Store, rules: ScoreRules, lead: int) -> Row:
    """Return what a run of these rules would give the lead now."""
    return store.query(
        f"{ledger_sql(rules, _ONE)} SELECT * FROM ledger", {"today": _today(store), "lead": lead}
    )[0]


def _stale(store: Store, rules: ScoreRules, lead: int, stored: Row, now: Row) -> list[str]:
    """Return why the stored score is not `now`, what a run would give."""
    if rules.hash != stored["rules_hash"]:
        return ["the rules have changed since"]
    with _as_of(store, stored["day"]):
        then = _ledger(store, rules, lead)
    causes = {
        "the lead has changed since": _moves(rules, stored["points"], then["points"]),
        "days have passed since": _moves(rules, then["points"], now["points"]),
    }
    return [f"{cause}: {moves}" for cause, moves in causes.items() if moves]


def _moves(rules: ScoreRules, before: str, after: str) -> str:
    """Return which lines have other points, as `visit 15 → 12, form 0 → 15`."""
    points = zip(rules.lines, json.loads(before), json.loads(after), strict=True)
    return ", ".join(f"{line.name} {old} → {new}" for line, old, new in points if old != new)


def _today(store: Store) -> int:
    return int(store.value("SELECT day FROM temp.clock"))


@contextmanager
def _as_of(store: Store, day: int) -> Iterator[None]:
    today = _today(store)
    store.set_today(day)
    try:
        yield
    finally:
        store.set_today(today)


# The evidence, in words


def _lines(
    store: Store, lead: int, tables: Sequence[Mapping[str, Any]], points: Sequence[int]
) -> list[LedgerLine]:
    """Return the lines of a ledger, with evidence from the facts; a cap only where it took part."""
    sums = {"fit": 0, "engagement": 0, "total": 0}
    lines = []
    for table, given in zip(tables, points, strict=True):
        if table["kind"] == "cap":
            group = table["group"]
            evidence = _capped(_cap_of(table), sums[group])
        else:
            group = table["kind"]
            rule = _rule_of(table)
            evidence = _evidence(store, lead, rule, given) if rule else "the rule cannot be read"
        sums[group] += given
        if group != "total":
            sums["total"] += given
        if given or table["kind"] != "cap":
            lines.append(LedgerLine(table["rule"], table["kind"], given, evidence))
    return lines


def _rule_of(table: Mapping[str, Any]) -> Rule | None:
    """Return a rule of an earlier run; None if it reads a field that there no longer is."""
    written = {key: value for key, value in table.items() if key not in ("rule", "kind")}
    try:
        return rule_of(written, str(table["rule"]))
    except BadDataError:
        return None


def _cap_of(table: Mapping[str, Any]) -> Cap:
    return cap_of({key: value for key, value in table.items() if key not in ("rule", "kind")})


def _capped(cap: Cap, points: int) -> str:
    bound = f"at most {cap.most}" if points > cap.most else f"at least {cap.least}"
    return f"comes to {points}, {bound}"


def _evidence(store: Store, lead: int, rule: Rule, given: int) -> str:
    count, newest = _touches(store, lead, rule) if rule.kinds else (0, 0)
    if rule.when is None or (rule.kinds and (given or not count)):
        return _counted(rule, count, newest, _today(store), given)
    values = _values(store, lead, rule.when)
    condition = _short(rule.when.text)
    if given or not any(values.values()):
        return ", ".join(values) or condition
    return f"{', '.join(values)}; asks for {condition}"


def _touches(store: Store, lead: int, rule: Rule) -> tuple[int, int]:
    """Return how many activities a rule counts, and the day of the newest."""
    row = store.query(
        f"""SELECT count(*) AS count, max(day) AS newest FROM activities
        WHERE lead_id = :lead AND day <= :today AND {rule.counts_sql}""",
        {"lead": lead, "today": _today(store)},
    )[0]
    return row["count"], row["newest"] or 0


def _counted(rule: Rule, count: int, newest: int, today: int, given: int) -> str:
    """Return `3 calls from them since 2026-10-26, newest today, worth 45, capped at 30`."""
    what = " or ".join(kind if count == 1 else f"{kind}s" for kind in rule.kinds)
    words = f"{count or 'no'} {what}"
    if rule.direction:
        words += " from them" if rule.direction == "in" else " from us"
    if rule.days:
        words += f" since {day_of_number(today - rule.days + 1).isoformat()}"
    if not count:
        return words
    words += f", newest {'today' if newest == today else day_of_number(newest).isoformat()}"
    if rule.most and abs(given) == rule.most < abs(count * rule.points):
        words += f", worth {count * rule.points}, capped at {given}"
    return words


_SHOWN_FOR: Mapping[str, tuple[str, ...]] = {
    "has_email": ("email",),
    "is_free_mail": ("email",),
    "has_phone": ("phone", "mobile"),
}
"""Fields that are worked out from others -> the facts that people know."""


def _values(store: Store, lead: int, condition: Condition) -> dict[str, bool]:
    """Return what a condition reads of a lead, in its order: `employees = 120` -> not blank."""
    text = condition.text.lower()
    ordered = sorted(condition.reads, key=lambda field: (text.find(field), field))
    fields = list(dict.fromkeys(f for name in ordered for f in _SHOWN_FOR.get(name, (name,))))
    row = store.lead(lead, fields) if fields else {}
    return {_value(name, value): value is not None for name, value in row.items()}


def _value(field: str, value: Any) -> str:
    if value is None:
        return f"no {field.replace('_', ' ')}"
    if isinstance(value, bool):
        return f"{field} = {'yes' if value else 'no'}"
    return f"{field} = {_short(str(value))}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_EVIDENCE else line[: LONGEST_EVIDENCE - 1] + "…"
