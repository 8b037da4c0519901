"""Scores of an earlier moment, computed from the facts of then; and who moved since."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from leadctl import past
from leadctl.errors import BadDataError, NotFoundError
from leadctl.patience import patient
from leadctl.rules.score_tables import cap_of, rule_of
from leadctl.rules.scoring import Cap, Rule, ScoreRules
from leadctl.scores.explaining import Explanation, lines_of
from leadctl.scores.ledger import as_of, ledger_of, ledger_sql, set_weights, today
from leadctl.scores.running import tables_of

if TYPE_CHECKING:
    from leadctl.config import Settings
    from leadctl.lead_view import RecordFilter
    from leadctl.store import Row, Store


class Moment(NamedTuple):
    """A moment as stored (UTC), and its day in the settings' zone."""

    at: str
    day: int


class Step(NamedTuple):
    """A line of the ledger with other points than before."""

    rule: str
    before: int
    after: int


class Move(NamedTuple):
    """A lead whose total is another one than before, and the lines that moved it."""

    id: int
    before: int
    after: int
    grade_before: str | None
    grade: str | None
    steps: list[Step]


class Moves(NamedTuple):
    """How many leads moved, up and down, of how many; and those who moved farthest."""

    compared: int
    up: int
    down: int
    moves: list[Move]


def rules_of_then(store: Store, rules: ScoreRules, at: str) -> ScoreRules | None:
    """Return the rules of the last run by a moment, as the run kept them; None without such a run.

    Runs keep no grades and ranks: those are of `rules`.
    """
    runs = store.query(
        """SELECT rules_path, rules_hash, lines FROM score_runs
        WHERE at <= ? ORDER BY operation DESC LIMIT 1""",
        (at,),
    )
    if not runs:
        return None
    if runs[0]["rules_hash"] == rules.hash:
        return rules
    try:
        lines = tuple(_line_of(store, table) for table in json.loads(runs[0]["lines"]))
    except BadDataError:  # it reads a field that there no longer is
        return None
    return replace(rules, lines=lines, path=runs[0]["rules_path"])


def _line_of(store: Store, table: Mapping[str, Any]) -> Rule | Cap:
    written = {key: value for key, value in table.items() if key not in ("rule", "kind")}
    if table["kind"] == "cap":
        return cap_of(written)
    return rule_of(written, str(table["rule"]), fields=store.fields.conditions())


def explain_at(
    store: Store, settings: Settings, rules: ScoreRules, lead: int, moment: Moment
) -> Explanation:
    """Return the ledger that these rules give a lead on the facts of a moment, with evidence.

    Raises NotFoundError if the lead was not there then.
    """
    one = {"lead": lead, "at": moment.at, "day": moment.day}
    with (
        as_of(store, moment.day),
        past.leads_at(store, settings, "SELECT :lead, :at, :day", one) as found,
    ):
        if not found.there:
            raise NotFoundError(f"lead {lead} was not there yet", f"leadctl history {lead}")
        then = ledger_of(store, rules, lead)
        return Explanation(
            lead=lead,
            total=then["total"],
            fit=then["fit"],
            engagement=then["engagement"],
            grade=then["grade"],
            rank=then["rank"],
            at=moment.at,
            rules=rules.path,
            stale=False,
            now_total=then["total"],
            reasons=_unsure(rules, found.imported),
            lines=lines_of(store, lead, tables_of(rules), json.loads(then["points"])),
        )


def _unsure(rules: ScoreRules, imported: int) -> list[str]:
    """Return what may have been otherwise at the moment of which a ledger is."""
    reasons = ["its first known state, which may be later"] if imported else []
    if "account_owner" in rules.reads:
        reasons.append("account_owner by the accounts of today")
    return reasons


def moved_since_run(
    store: Store, rules: ScoreRules, wanted: RecordFilter, limit: int | None = None
) -> Moves:
    """Return who would move if scores were computed now: what differs from the stored ones."""
    _compute_now(store, rules, wanted)
    try:
        lines = {
            run["operation"]: [table["rule"] for table in json.loads(run["lines"])]
            for run in store.query("SELECT operation, lines FROM score_runs")
        }
        return _moves(store, rules, "scores", lines, limit)
    finally:
        store.connection.execute("DROP TABLE temp.scored_now")


def moved_since(
    store: Store,
    settings: Settings,
    rules: ScoreRules,
    then: ScoreRules,
    moment: Moment,
    wanted: RecordFilter,
    limit: int | None = None,
) -> Moves:
    """Return who moved since a moment: by `then` on the facts of it, by `rules` on those of now."""
    _compute_now(store, rules, wanted)
    try:
        with past.leads_as_of(store, settings, moment.at, moment.day):
            set_weights(store, then)
            with patient(store, then.conditions):
                store.connection.execute(
                    f"""CREATE TEMP TABLE scored_then AS {ledger_sql(then)}
                    SELECT lead_id, total, grade, points, 0 AS run FROM ledger
                    WHERE lead_id IN (SELECT lead_id FROM temp.scored_now)""",
                    {"today": moment.day},
                )
            names = [line.name for line in then.lines]
            return _moves(store, rules, "scored_then", {0: names}, limit)
    finally:
        store.connection.execute("DROP TABLE temp.scored_now")


class Regraded(NamedTuple):
    """Who has another grade by other rules: how many by (from, to), and those who moved farthest."""

    counts: dict[tuple[str | None, str | None], int]
    moves: list[Move]


def regraded(
    store: Store, rules: ScoreRules, other: ScoreRules, wanted: RecordFilter, limit: int
) -> Regraded:
    """Return whose grade would be another one now if `other` were the rules."""
    _compute_now(store, other, wanted)
    set_weights(store, rules)
    try:
        with patient(store, rules.conditions):
            store.connection.execute(
                f"""CREATE TEMP TABLE scored_then AS {ledger_sql(rules)}
                SELECT lead_id, total, grade, points, 0 AS run FROM ledger""",
                {"today": today(store)},
            )
        store.connection.execute(
            """DELETE FROM temp.scored_now WHERE EXISTS (SELECT 1 FROM temp.scored_then AS b
            WHERE b.lead_id = scored_now.lead_id AND b.grade IS scored_now.grade)"""
        )
        rows = store.query(
            """SELECT b.grade AS before, n.grade AS after, count(*) AS leads
            FROM temp.scored_now AS n JOIN temp.scored_then AS b ON b.lead_id = n.lead_id
            GROUP BY b.grade, n.grade ORDER BY leads DESC, b.grade, n.grade"""
        )
        names = {0: [line.name for line in rules.lines]}
        moves = _moves(store, other, "scored_then", names, limit).moves
        return Regraded({(row["before"], row["after"]): row["leads"] for row in rows}, moves)
    finally:
        store.connection.execute("DROP TABLE temp.scored_now")
        store.connection.execute("DROP TABLE IF EXISTS temp.scored_then")


def _compute_now(store: Store, rules: ScoreRules, wanted: RecordFilter) -> None:
    where, bound = wanted.sql()
    set_weights(store, rules)
    store.connection.execute("DROP TABLE IF EXISTS temp.scored_now")
    store.connection.execute(
        """CREATE TEMP TABLE scored_now (
        lead_id INTEGER PRIMARY KEY, total INTEGER, grade TEXT, points TEXT)"""
    )
    with patient(store, rules.conditions):
        store.connection.execute(
            f"""INSERT INTO temp.scored_now {ledger_sql(rules)}
            SELECT lead_id, total, grade, points FROM ledger
            WHERE lead_id IN (SELECT id FROM lead WHERE {where})""",
            {**bound, "today": today(store)},
        )


def _moves(
    store: Store,
    rules: ScoreRules,
    before: str,
    lines: Mapping[int, Sequence[str]],
    limit: int | None,
) -> Moves:
    both = f"FROM temp.scored_now AS n JOIN {before} AS b ON b.lead_id = n.lead_id"
    (counts,) = store.query(
        f"""SELECT count(b.total) AS compared, coalesce(sum(n.total > b.total), 0) AS up,
        coalesce(sum(n.total < b.total), 0) AS down {both}"""
    )
    rows = store.query(
        f"""SELECT n.lead_id, n.total, n.grade, n.points, b.run, b.total AS total_before,
            b.grade AS grade_before, b.points AS points_before
        {both} WHERE n.total <> b.total
        ORDER BY abs(n.total - b.total) DESC, n.lead_id LIMIT :limit""",
        {"limit": -1 if limit is None else limit},
    )
    now = [line.name for line in rules.lines]
    return Moves(**counts, moves=[_move(row, lines[row["run"]], now) for row in rows])


def _move(row: Row, names_before: Sequence[str], names: Sequence[str]) -> Move:
    before = dict(zip(names_before, json.loads(row["points_before"]), strict=True))
    after = dict(zip(names, json.loads(row["points"]), strict=True))
    steps = [
        Step(name, before.get(name, 0), after.get(name, 0))
        for name in {**after, **before}
        if before.get(name, 0) != after.get(name, 0)
    ]
    steps.sort(key=lambda step: abs(step.after - step.before), reverse=True)
    return Move(
        row["lead_id"], row["total_before"], row["total"], row["grade_before"], row["grade"], steps
    )
