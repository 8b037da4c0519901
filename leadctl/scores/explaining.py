"""Why a lead has its score: the ledger as its last run wrote it, and what it would be now."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from leadctl import past
from leadctl.errors import BadDataError
from leadctl.rules.score_tables import cap_of, rule_of
from leadctl.rules.scoring import Cap, Rule, ScoreRules
from leadctl.scores.evidence import Touch, capped, evidence_of, touches_of
from leadctl.scores.ledger import as_of, ledger_of
from leadctl.scores.running import tables_of

if TYPE_CHECKING:
    from leadctl.config import Settings
    from leadctl.store import Row, Store


class LedgerLine(NamedTuple):
    """One line of a lead's score; `kind` is fit, engagement or cap, `evidence` why, in words.

    `activities` are those that the rule counts, newest first.
    """

    rule: str
    kind: str
    points: int
    evidence: str
    activities: Sequence[Touch] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the line as scripts read it."""
        return {**self._asdict(), "activities": [touch._asdict() for touch in self.activities]}


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
    rank: str | None
    at: str | None
    rules: str | None
    stale: bool
    now_total: int | None
    reasons: list[str]
    lines: list[LedgerLine]


def explain(store: Store, settings: Settings, rules: ScoreRules, lead: int) -> Explanation:
    """Return the ledger of a lead's score as its last run wrote it, with evidence for each line.

    Evidence is that of the run: its day, and the facts that it found. Raises NotFoundError if there
    is no such lead.
    """
    converted = store.lead(lead, ("converted_at",))["converted_at"] is not None
    stored = _stored(store, lead)
    if stored is None:
        return _never_scored(store, rules, lead, converted)
    now = stored if converted else ledger_of(store, rules, lead)
    same_rules = rules.hash == stored["rules_hash"]
    with as_of(store, stored["day"]):
        # What these rules would have given then, of the facts of now.
        then = ledger_of(store, rules, lead)
        if same_rules and then["points"] == stored["points"]:
            lines = _lines(store, stored)
        else:
            lines = _lines_then(store, settings, stored)
    changed = _changed(rules, stored, then, now) if same_rules else ["the rules have changed since"]
    reasons = [] if converted else changed
    return Explanation(
        lead=lead,
        total=stored["total"],
        fit=stored["fit"],
        engagement=stored["engagement"],
        grade=stored["grade"],
        rank=stored["rank"],
        at=stored["at"],
        rules=stored["rules_path"],
        stale=bool(reasons),
        now_total=now["total"],
        reasons=reasons,
        lines=lines,
    )


def _never_scored(store: Store, rules: ScoreRules, lead: int, converted: bool) -> Explanation:
    now = ledger_of(store, rules, lead)
    return Explanation(
        lead=lead,
        total=None,
        fit=None,
        engagement=None,
        grade=None,
        rank=None,
        at=None,
        rules=None,
        stale=not converted,
        now_total=None if converted else now["total"],
        reasons=["converted before it was scored" if converted else "never scored"],
        lines=lines_of(store, lead, tables_of(rules), json.loads(now["points"])),
    )


def _stored(store: Store, lead: int) -> Row | None:
    rows = store.query(
        """SELECT s.lead_id, s.total, s.fit, s.engagement, s.grade, s.rank, s.points,
            r.day, r.at, r.rules_path, r.rules_hash, r.lines
        FROM scores AS s JOIN score_runs AS r ON r.operation = s.run WHERE s.lead_id = ?""",
        (lead,),
    )
    return rows[0] if rows else None


def _lines(store: Store, stored: Row) -> list[LedgerLine]:
    tables, points = json.loads(stored["lines"]), json.loads(stored["points"])
    return lines_of(store, stored["lead_id"], tables, points)


def _lines_then(store: Store, settings: Settings, stored: Row) -> list[LedgerLine]:
    """Return the lines with evidence of the facts that the run found, if the history knows them."""
    moment = {"lead": stored["lead_id"], "at": stored["at"], "day": stored["day"]}
    with past.leads_at(store, settings, "SELECT :lead, :at, :day", moment) as found:
        if found.there:
            return _lines(store, stored)
    return _lines(store, stored)


def _changed(rules: ScoreRules, stored: Row, then: Row, now: Row) -> list[str]:
    """Return why the stored score is not `now`, what a run of the same rules would give."""
    causes = {
        "the lead has changed since": _moves(rules, stored["points"], then["points"]),
        "days have passed since": _moves(rules, then["points"], now["points"]),
    }
    return [f"{cause}: {moves}" for cause, moves in causes.items() if moves]


def _moves(rules: ScoreRules, before: str, after: str) -> str:
    """Return which lines have other points, as `visit 15 → 12, form 0 → 15`."""
    points = zip(rules.lines, json.loads(before), json.loads(after), strict=True)
    return ", ".join(f"{line.name} {old} → {new}" for line, old, new in points if old != new)


def lines_of(
    store: Store, lead: int, tables: Sequence[Mapping[str, Any]], points: Sequence[int]
) -> list[LedgerLine]:
    """Return the lines of a ledger, with evidence from the facts; a cap only where it took part."""
    sums = {"fit": 0, "engagement": 0, "total": 0}
    lines = []
    for table, given in zip(tables, points, strict=True):
        touches: Sequence[Touch] = ()
        if table["kind"] == "cap":
            group = table["group"]
            evidence = capped(_cap_of(table), sums[group])
        else:
            group = table["kind"]
            rule = _rule_of(table, store.fields.conditions())
            touches = touches_of(store, lead, rule) if rule else ()
            evidence = (
                evidence_of(store, lead, rule, touches, given)
                if rule
                else "the rule cannot be read"
            )
        sums[group] += given
        if group != "total":
            sums["total"] += given
        if given or table["kind"] != "cap":
            lines.append(LedgerLine(table["rule"], table["kind"], given, evidence, touches))
    return lines


def _rule_of(table: Mapping[str, Any], fields: Mapping[str, str]) -> Rule | None:
    """Return a rule of an earlier run; None if it reads a field that there no longer is."""
    written = {key: value for key, value in table.items() if key not in ("rule", "kind")}
    try:
        return rule_of(written, str(table["rule"]), fields=fields)
    except BadDataError:
        return None


def _cap_of(table: Mapping[str, Any]) -> Cap:
    return cap_of({key: value for key, value in table.items() if key not in ("rule", "kind")})
