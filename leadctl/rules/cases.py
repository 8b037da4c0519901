"""The `[[case]]` tables of leadctl.toml: a made-up lead, and what the rules are to make of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from leadctl.errors import BadDataError
from leadctl.rules.score_tables import Table, validated
from leadctl.rules.tables import Placed, placed

EXPECTED = ("score", "fit", "engagement", "grade", "rank", "points", "rule", "rep", "pool")
"""What a case may expect of a lead; `points` is rule -> points, `rule` an `[[assign]]` entry."""
OLDEST = 36_500


@dataclass(frozen=True)
class Case:
    """One case: the fields of a lead as people write them, its activities, and what is expected.

    `name` is what it is called, `where` file, line and table for messages.
    """

    name: str
    where: str
    lead: Mapping[str, str]
    age_days: int
    activities: Sequence[Mapping[str, Any]]
    expected: Mapping[str, Any]


class _CaseTable(Table):
    lead: dict[str, str | int | float | bool]
    name: str | None = None
    activities: list[dict[str, Any]] | None = None
    score: int | None = None
    fit: int | None = None
    engagement: int | None = None
    grade: str | None = None
    rank: str | None = None
    points: dict[str, int] | None = None
    rule: str | None = None
    rep: str | None = None
    pool: str | None = None


class _ActivityTable(Table):
    kind: str
    days_ago: int = 0
    direction: Literal["in", "out"] | None = None


_KEYS = {
    "lead": 'a table of fields: { country = "DE", employees = 50 }',
    "name": "a text",
    "activities": 'a list of tables: [{ kind = "call", days_ago = 3, direction = "in" }]',
    **dict.fromkeys(("score", "fit", "engagement"), "a whole number"),
    "grade": "the name of a grade",
    "rank": "a rank such as A1",
    "points": 'a table of rules and their points: { "DACH" = 15 }',
    "rule": "the name of an [[assign]] entry",
    "rep": "the name of a rep",
    "pool": "the name of a pool",
}
_ACTIVITY_KEYS = {
    "kind": "a kind of activity",
    "days_ago": f"a whole number from 0 to {OLDEST}",
    "direction": '"in" or "out"',
}


def load(
    document: Mapping[str, Any],
    *,
    path: str,
    kinds: Collection[str],
    lines: Sequence[int] = (),
) -> list[Case]:
    """Return the cases of a parsed leadctl.toml, none where it has none.

    Raises BadDataError, one line with `path`, line, table and key.
    """
    tables = document.get("case", [])
    found = placed(tables, "case", path=path, lines=lines, many="cases")
    return [_case_of(each, kinds) for each in found]


def _case_of(of: Placed, kinds: Collection[str]) -> Case:
    where = of.where
    written = validated(_CaseTable, of.table, where, _KEYS)
    expected = {key: value for key in EXPECTED if (value := getattr(written, key)) is not None}
    if not expected:
        raise BadDataError(f"{where}: nothing is expected", f"one of: {', '.join(EXPECTED)}")
    lead = dict(written.lead)
    age = lead.pop("age_days", 0)
    if type(age) is not int or not 0 <= age <= OLDEST:
        raise BadDataError(f"{where}: lead: age_days must be a whole number from 0 to {OLDEST}")
    return Case(
        name=written.name or _unnamed(of),
        where=where,
        lead={field: _as_written(value) for field, value in lead.items()},
        age_days=age,
        activities=[_activity_of(each, where, kinds) for each in written.activities or []],
        expected=expected,
    )


def _unnamed(of: Placed) -> str:
    line = "" if of.line is None else f", line {of.line}"
    return f"case {of.number}{line}"


def _as_written(value: str | int | float | bool) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _activity_of(table: Mapping[str, Any], where: str, kinds: Collection[str]) -> dict[str, Any]:
    where = f"{where}: activities"
    written = validated(_ActivityTable, table, where, _ACTIVITY_KEYS)
    by_word = {kind.casefold(): kind for kind in kinds}
    if written.kind.casefold() not in by_word:
        raise BadDataError(
            f"{where}: there is no kind {written.kind!r}", f"kinds: {', '.join(kinds)}"
        )
    if not 0 <= written.days_ago <= OLDEST:
        raise BadDataError(f"{where}: days_ago must be {_ACTIVITY_KEYS['days_ago']}")
    return {**written.model_dump(), "kind": by_word[written.kind.casefold()]}
