"""Score rules as leadctl.toml writes them: read, checked, and refused with what would do."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from leadctl.errors import BadDataError
from leadctl.fields import DOCUMENTED
from leadctl.rules.conditions import Condition
from leadctl.rules.scoring import (
    CAPPED,
    GROUPS,
    SHIPPED,
    Cap,
    Grade,
    Group,
    Ranks,
    Rule,
    ScoreRules,
)
from leadctl.rules.tables import condition_of, nearest, placed, shown

MOST_POINTS = 1_000_000
MOST_DAYS = 36_500
LONGEST_HALF_LIFE = 3_650
MOST_RULES = 200
"""More would make an expression deeper than SQLite takes."""

RESULTS = frozenset(("score", "fit", "engagement", "grade"))
"""Fields that a score run writes, so that its rules must not read them."""


def load(
    document: Mapping[str, Any],
    *,
    path: str,
    kinds: Collection[str] | None = None,
    lines: Sequence[int] = (),
    fields: Mapping[str, str] = DOCUMENTED.conditions(),
) -> ScoreRules:
    """Return the score rules of a parsed leadctl.toml; what it leaves out is as shipped.

    `kinds` are the kinds of activities there are, None to take any; `lines` has the line of each
    `[[score]]` where it is known; `fields` are those that a condition may name. Raises
    BadDataError, one line with `path`, line, table and key.
    """
    own = document.keys() & {"score", "score_caps", "grades", "ranks"}
    shipped = tomllib.loads(Path(__file__).with_name("default.toml").read_text(encoding="utf-8"))
    if "score" not in own:
        kinds = None  # a list of your own need not have all kinds of the shipped rules
    rules = _rules_of(document.get("score", shipped["score"]), path, kinds, lines, fields)
    limits = _caps_of(document.get("score_caps", {}), shipped["score_caps"], path)
    ledger: list[Rule | Cap] = []
    for group in GROUPS:
        ledger += [rule for rule in rules if rule.group == group]
        ledger += [cap for cap in limits if cap.group == group]
    ledger += [cap for cap in limits if cap.group == "total"]
    grades = _grades_of(document.get("grades", shipped["grades"]), path)
    ranks = _ranks_of(document.get("ranks", {}), shipped["ranks"], path)
    return ScoreRules(tuple(ledger), grades, ranks, path if own else SHIPPED)


def rule_of(
    table: Mapping[str, Any],
    where: str,
    kinds: Collection[str] | None = None,
    fields: Mapping[str, str] = DOCUMENTED.conditions(),
) -> Rule:
    """Return the rule that a `[[score]]` table is; BadDataError begins with `where`."""
    written = validated(_RuleTable, table, where, _RULE_KEYS)
    counted = [written.activity] if isinstance(written.activity, str) else written.activity or []
    if written.half_life is not None and written.within is not None:
        raise BadDataError(
            f"{where}: half_life beside within: an activity fades, or it counts until it is too old",
            "leave one of them out",
        )
    if not counted:
        for key in ("direction", "max", "within", "half_life"):
            if getattr(written, key) is not None:
                raise BadDataError(
                    f"{where}: {key} limits activities and needs one", 'add activity = "call"'
                )
        if written.when is None:
            raise BadDataError(
                f"{where}: neither when nor activity says whom the points are for",
                'write when = "true" for every lead',
            )
    return Rule(
        name=written.name,
        group=written.group or ("engagement" if counted else "fit"),
        points=written.points,
        when=None if written.when is None else _condition(written.when, where, fields),
        kinds=tuple(dict.fromkeys(_kind(word, kinds, where) for word in counted)),
        direction=written.direction,
        most=written.max,
        days=_days(written.within, "within", MOST_DAYS, where),
        half_life=_days(written.half_life, "half_life", LONGEST_HALF_LIFE, where),
    )


def cap_of(table: Mapping[str, Any]) -> Cap:
    """Return the cap that its own `table` describes."""
    return Cap(**table)


def _rules_of(
    tables: Any,
    path: str,
    kinds: Collection[str] | None,
    lines: Sequence[int],
    fields: Mapping[str, str],
) -> list[Rule]:
    rules: list[Rule] = []
    for each in placed(tables, "score", path=path, lines=lines, many="rules", most=MOST_RULES):
        rule = rule_of(each.table, each.where, kinds, fields)
        if any(rule.name == other.name for other in rules):
            raise BadDataError(
                f"{each.where}: two rules have this name", "give each rule a name of its own"
            )
        rules.append(rule)
    return rules


def _condition(text: str, where: str, fields: Mapping[str, str]) -> Condition:
    condition = condition_of(text, where, fields, "score")
    results = sorted(condition.reads & RESULTS)
    if results:
        raise BadDataError(
            f"{where}: when: {results[0]} is what the rules give, so that no rule can read it",
            "read other fields, such as employees or age_days",
        )
    return condition


def _kind(word: str, kinds: Collection[str] | None, where: str) -> str:
    if kinds is None:
        return word
    for kind in kinds:
        if kind.casefold() == word.strip().casefold():
            return kind
    raise BadDataError(
        f'{where}: activity: there is no kind "{shown(word)}"', f"kinds: {', '.join(kinds)}"
    )


def _days(written: str | None, key: str, most: int, where: str) -> int | None:
    if written is None:
        return None
    found = re.fullmatch(r"(\d{1,5}) days?", written.strip(), re.ASCII)
    if not found or not 1 <= int(found[1]) <= most:
        raise BadDataError(f"{where}: {key} must be {_RULE_KEYS[key]}")
    return int(found[1])


def _caps_of(table: Any, shipped: Mapping[str, Any], path: str) -> list[Cap]:
    where = f"{path}: [score_caps]"
    limits = validated(_CapsTable, table, where, _CAP_KEYS).model_dump(exclude_none=True)
    for group, (least, most) in limits.items():
        if least > most:
            raise BadDataError(
                f"{where}: {group}: {least} is more than {most}",
                f"the least comes first: {group} = [{most}, {least}]",
            )
    limits = {**shipped, **limits}
    return [Cap(group, *limits[group]) for group in CAPPED if group in limits]


def _grades_of(table: Any, path: str) -> tuple[Grade, ...]:
    where = f"{path}: [grades]"
    example = "for example A = 70, then B = 45"
    if not isinstance(table, Mapping) or not table:
        raise BadDataError(f"{where} must be a table of grades, best first", example)
    for name, least in table.items():
        if not name.isprintable() or not name.strip():
            raise BadDataError(f"{where}: a grade has no name that can be read", example)
        if type(least) is not int or abs(least) > MOST_POINTS:
            raise BadDataError(f"{where}: {shown(name)} must be {_WHOLE}", example)
    grades = tuple(Grade(name, least) for name, least in table.items())
    for above, below in pairwise(grades):
        if below.least >= above.least:
            raise BadDataError(
                f"{where}: {shown(below.name)} must be below the {above.least} of"
                f" {shown(above.name)}",
                "write the best grade first, each with the lowest total that earns it",
            )
    return grades


def _ranks_of(table: Any, shipped: Mapping[str, Any], path: str) -> Ranks:
    where = f"{path}: [ranks]"
    own = validated(_RanksTable, table, where, _RANK_KEYS).model_dump(exclude_none=True)
    for group, lowest in own.items():
        if not lowest[0] > lowest[1] > lowest[2]:
            raise BadDataError(f"{where}: {group} must be {_THREE}", "the best comes first")
    written = {**shipped, **own}
    return Ranks(*(tuple(written[group]) for group in GROUPS))


# The tables as they may be written

_WHOLE = f"a whole number from -{MOST_POINTS} to {MOST_POINTS}"
_TWO = "two whole numbers, the least and the most: [0, 100]"
_RULE_KEYS = {
    "name": "a text of 1 to 60 characters",
    "when": "a condition in quotes: \"country in ('DE', 'AT')\"",
    "points": _WHOLE,
    "group": '"fit" or "engagement"',
    "activity": 'a kind or a list of kinds: "call", or ["call", "email"]',
    "direction": '"in" (from them) or "out" (from us)',
    "max": f"a whole number from 1 to {MOST_POINTS}",
    "within": f'a text such as "28 days", from 1 to {MOST_DAYS} days',
    "half_life": f'a text such as "14 days", from 1 to {LONGEST_HALF_LIFE} days',
}
_THREE = "three whole numbers, each below the one before: [40, 25, 10]"
_RANK_KEYS: dict[str, str] = dict.fromkeys(GROUPS, _THREE)
_CAP_KEYS: dict[str, str] = dict.fromkeys(CAPPED, _TWO)

_Points = Annotated[int, Field(ge=-MOST_POINTS, le=MOST_POINTS)]
_Pair = Annotated[list[_Points], Field(min_length=2, max_length=2)]
_Three = Annotated[list[_Points], Field(min_length=3, max_length=3)]
# Without control characters: it is printed, and a NUL would end a statement.
_Word = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]*$"
    ),
]


class Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


class _RuleTable(Table):
    name: _Word
    points: _Points
    when: str | None = None
    group: Group | None = None
    activity: _Word | Annotated[list[_Word], Field(min_length=1)] | None = None
    direction: Literal["in", "out"] | None = None
    max: Annotated[int, Field(ge=1, le=MOST_POINTS)] | None = None
    within: str | None = None
    half_life: str | None = None


class _CapsTable(Table):
    fit: _Pair | None = None
    engagement: _Pair | None = None
    total: _Pair | None = None


class _RanksTable(Table):
    fit: _Three | None = None
    engagement: _Three | None = None


_T = TypeVar("_T", bound=Table)


def validated(model: type[_T], table: Any, where: str, keys: Mapping[str, str]) -> _T:
    """Return the table as a model; BadDataError says of the first wrong key what it must be."""
    if not isinstance(table, Mapping):
        raise BadDataError(f"{where} must be a table", f"keys: {', '.join(keys)}")
    try:
        return model.model_validate(dict(table))
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)[0]
    key = shown(str(wrong["loc"][0]))
    if wrong["type"] == "missing":
        raise BadDataError(f"{where}: {key} is missing: {keys[key]}")
    if wrong["type"] == "extra_forbidden":
        raise BadDataError(f'{where}: there is no key "{key}"', nearest(key, keys))
    raise BadDataError(f"{where}: {key} must be {keys[key]}")
