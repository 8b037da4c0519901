"""The score rules: what leadctl.toml says of points, checked, and the expressions for it."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from leadctl.errors import BadDataError
from leadctl.fields import condition_fields
from leadctl.rules.conditions import Condition, ConditionError, check

Group = Literal["fit", "engagement"]
Capped = Literal["fit", "engagement", "total"]
GROUPS: tuple[Group, ...] = ("fit", "engagement")
CAPPED: tuple[Capped, ...] = (*GROUPS, "total")
SHIPPED = "shipped"
"""The path of rules that come with leadctl."""

MOST_POINTS = 1_000_000
MOST_DAYS = 36_500
MOST_RULES = 200
"""More would make an expression deeper than SQLite takes."""

RESULTS = frozenset(("score", "fit", "engagement", "grade"))
"""Fields that a score run writes, so that its rules must not read them."""


# The rules


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the ledger: points for a lead that `when` fits, or for each of its activities.

    `kinds` are the activities that count, () for none; `days` the window that ends today, `most`
    the most points, above or below zero, that all of them give together.
    """

    name: str
    group: Group
    points: int
    when: Condition | None = None
    kinds: tuple[str, ...] = ()
    direction: str | None = None
    most: int | None = None
    days: int | None = None

    @property
    def kind(self) -> str:
        """What the ledger calls it."""
        return self.group

    @property
    def table(self) -> dict[str, Any]:
        """The rule as a `[[score]]` table, from which `rule_of` makes it again."""
        written = {
            "name": self.name,
            "group": self.group,
            "points": self.points,
            "when": self.when and self.when.text,
            "activity": list(self.kinds) or None,
            "direction": self.direction,
            "max": self.most,
            "within": self.days and f"{self.days} days",
        }
        return {key: value for key, value in written.items() if value is not None}

    @property
    def counts_sql(self) -> str:
        """Which activities count: a condition on a row of `activities`, with today as `:today`."""
        parts = [f"kind IN ({', '.join(map(_literal, self.kinds))})"]
        if self.direction:
            parts.append(f"direction = {_literal(self.direction)}")
        if self.days:
            parts.append(f"day > :today - {self.days}")
        return " AND ".join(parts)

    def points_sql(self, count: str) -> str:
        """Return the points of a row of the view `lead`; `count` is how many activities count."""
        points = str(self.points)
        if self.kinds:
            points = f"coalesce({count}, 0) * {self.points}"
        if self.kinds and self.most is not None:
            points = _clamp(points, -self.most, self.most)
        if self.when is None:
            return points
        return f"CASE WHEN {self.when.sql} THEN {points} ELSE 0 END"


@dataclass(frozen=True, slots=True)
class Cap:
    """The line of the ledger that keeps a group, or the total, between two numbers."""

    group: Capped
    least: int
    most: int

    @property
    def name(self) -> str:
        """What the ledger calls the line."""
        return f"{self.group} cap"

    @property
    def kind(self) -> str:
        """What the ledger calls its kind."""
        return "cap"

    @property
    def table(self) -> dict[str, Any]:
        """The cap as it is kept with a run, from which `cap_of` makes it again."""
        return {"group": self.group, "least": self.least, "most": self.most}


class Grade(NamedTuple):
    """A grade and the lowest total that earns it."""

    name: str
    least: int


@dataclass(frozen=True)
class ScoreRules:
    """All rules of a score run; `path` says where they come from.

    `lines` are in the order of the ledger: each group's rules, then its cap, and the total's cap
    last. The expressions build on one another: line_points read the view `lead` and
    activity_counts, sums read line_points, groups read sums, total reads groups, the rest all.
    """

    lines: tuple[Rule | Cap, ...]
    grades: tuple[Grade, ...]
    path: str

    @cached_property
    def hash(self) -> str:
        """32 hexadecimal digits that two sets of rules share if they mean the same."""
        meaning = [[line.table for line in self.lines], self.grades]
        return hashlib.blake2b(json.dumps(meaning).encode(), digest_size=16).hexdigest()

    @property
    def counted_sql(self) -> str:
        """Which activities any rule counts: a condition on a row of `activities`."""
        counting = [rule for rule in self._rules.values() if rule.kinds]
        if not counting:
            return "1 = 0"
        kinds = dict.fromkeys(kind for rule in counting for kind in rule.kinds)
        parts = [f"kind IN ({', '.join(map(_literal, kinds))})", "day <= :today"]
        windows = [rule.days for rule in counting if rule.days]
        if len(windows) == len(counting):
            parts.append(f"day > :today - {max(windows)}")
        return " AND ".join(parts)

    @property
    def activity_counts(self) -> dict[str, str]:
        """Column -> which activities it counts, for each rule that counts activities."""
        return {_count(n): rule.counts_sql for n, rule in self._rules.items() if rule.kinds}

    @property
    def line_points(self) -> dict[str, str]:
        """Column -> points of one rule."""
        return {_points(n): rule.points_sql(_count(n)) for n, rule in self._rules.items()}

    @property
    def sums(self) -> dict[str, str]:
        """Column -> points of a group's rules, before its cap."""
        return {
            f"{group}_sum": " + ".join(
                ["0", *(_points(n) for n, rule in self._rules.items() if rule.group == group)]
            )
            for group in GROUPS
        }

    @property
    def groups(self) -> dict[str, str]:
        """Column -> points of a group."""
        return {group: self._capped(group, f"{group}_sum") for group in GROUPS}

    @property
    def total(self) -> dict[str, str]:
        """Column -> the total."""
        return {"total": self._capped("total", "fit + engagement")}

    @property
    def grade_sql(self) -> str:
        """The grade of a total; NULL below the lowest."""
        steps = (
            f"WHEN total >= {grade.least} THEN {_literal(grade.name)}" for grade in self.grades
        )
        return f"CASE {' '.join(steps)} END"

    @property
    def points_sql(self) -> str:
        """The points of all lines, in their order, as the text of a JSON array."""
        return f"'[' || {' || {} || '.format(_literal(',')).join(self._line_sql)} || ']'"

    @property
    def _line_sql(self) -> list[str]:
        before_cap = {group: f"{group}_sum" for group in GROUPS} | {"total": "(fit + engagement)"}
        return [
            f"({line.group} - {before_cap[line.group]})" if isinstance(line, Cap) else _points(n)
            for n, line in enumerate(self.lines)
        ]

    @property
    def _rules(self) -> dict[int, Rule]:
        return {n: line for n, line in enumerate(self.lines) if isinstance(line, Rule)}

    def _capped(self, group: str, points: str) -> str:
        for line in self.lines:
            if isinstance(line, Cap) and line.group == group:
                return _clamp(points, line.least, line.most)
        return points


# No field of a lead begins with an underscore.
def _count(line: int) -> str:
    return f"_count{line}"


def _points(line: int) -> str:
    return f"_points{line}"


def _clamp(number: str, least: int, most: int) -> str:
    return f"max({least}, min({most}, {number}))"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


# Reading them


def load(
    document: Mapping[str, Any],
    *,
    path: str,
    kinds: Collection[str] | None = None,
    lines: Sequence[int] = (),
) -> ScoreRules:
    """Return the score rules of a parsed leadctl.toml; what it leaves out is as shipped.

    `kinds` are the kinds of activities there are, None to take any; `lines` has the line of each
    `[[score]]` where it is known. Raises BadDataError, one line with `path`, line, table and key.
    """
    own = document.keys() & {"score", "score_caps", "grades"}
    shipped = tomllib.loads(Path(__file__).with_name("default.toml").read_text(encoding="utf-8"))
    if "score" not in own:
        kinds = None  # a list of your own need not have all kinds of the shipped rules
    rules = _rules_of(document.get("score", shipped["score"]), path, kinds, lines)
    limits = _caps_of(document.get("score_caps", {}), shipped["score_caps"], path)
    ledger: list[Rule | Cap] = []
    for group in GROUPS:
        ledger += [rule for rule in rules if rule.group == group]
        ledger += [cap for cap in limits if cap.group == group]
    ledger += [cap for cap in limits if cap.group == "total"]
    grades = _grades_of(document.get("grades", shipped["grades"]), path)
    return ScoreRules(tuple(ledger), grades, path if own else SHIPPED)


def rule_of(table: Mapping[str, Any], where: str, kinds: Collection[str] | None = None) -> Rule:
    """Return the rule that a `[[score]]` table is; BadDataError begins with `where`."""
    written = _validated(_RuleTable, table, where, _RULE_KEYS)
    counted = [written.activity] if isinstance(written.activity, str) else written.activity or []
    if written.half_life is not None:
        beside = " beside within" if written.within is not None else ""
        raise BadDataError(
            f"{where}: half_life{beside}: half-lives come later", 'write within = "28 days"'
        )
    if not counted:
        for key in ("direction", "max", "within"):
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
        when=None if written.when is None else _condition(written.when, where),
        kinds=tuple(dict.fromkeys(_kind(word, kinds, where) for word in counted)),
        direction=written.direction,
        most=written.max,
        days=None if written.within is None else _days(written.within, where),
    )


def cap_of(table: Mapping[str, Any]) -> Cap:
    """Return the cap that its own `table` describes."""
    return Cap(**table)


def _rules_of(
    tables: Any, path: str, kinds: Collection[str] | None, lines: Sequence[int]
) -> list[Rule]:
    if not isinstance(tables, list) or not all(isinstance(table, Mapping) for table in tables):
        raise BadDataError(f"{path}: score is no list of rules", "begin each rule with [[score]]")
    if len(tables) > MOST_RULES:
        raise BadDataError(
            f"{path}: [[score]]: {len(tables)} rules are too many", f"at most {MOST_RULES}"
        )
    # A header within a text would be counted too: then no line is better than a wrong one.
    at = [f" line {line}" for line in lines] if len(lines) == len(tables) else [""] * len(tables)
    rules = [
        rule_of(table, f"{path}{line}: [[score]] {_called(table, number)}", kinds)
        for number, (table, line) in enumerate(zip(tables, at, strict=True), 1)
    ]
    names: set[str] = set()
    for rule, line in zip(rules, at, strict=True):
        if rule.name in names:
            raise BadDataError(
                f'{path}{line}: [[score]] "{rule.name}": two rules have this name',
                "give each rule a name of its own",
            )
        names.add(rule.name)
    return rules


def _called(table: Mapping[str, Any], number: int) -> str:
    name = table.get("name")
    return f'"{_one_line(name)}"' if isinstance(name, str) and name.strip() else f"number {number}"


def _condition(text: str, where: str) -> Condition:
    try:
        condition = check(text, condition_fields())
    except ConditionError as error:
        raise BadDataError(f"{where}: when: {error.message}", error.hint) from None
    results = sorted(condition.reads & RESULTS)
    if results:
        raise BadDataError(
            f"{where}: when: {results[0]} is what the rules give, so that no rule can read it",
            "read other fields, such as employees or age_days",
        )
    if _ASKS_WHO.search(_TEXT.sub("''", condition.text)):
        raise BadDataError(
            f"{where}: when: me() is another one for each who runs score",
            "write the name: owner = 'ana'",
        )
    return condition


_TEXT = re.compile(r"'[^']*'")
_ASKS_WHO = re.compile(r"\bme\s*\(", re.IGNORECASE)


def _kind(word: str, kinds: Collection[str] | None, where: str) -> str:
    if kinds is None:
        return word
    for kind in kinds:
        if kind.casefold() == word.strip().casefold():
            return kind
    raise BadDataError(
        f'{where}: activity: there is no kind "{_one_line(word)}"', f"kinds: {', '.join(kinds)}"
    )


def _days(written: str, where: str) -> int:
    found = re.fullmatch(r"(\d{1,5}) days?", written.strip(), re.ASCII)
    if not found or not 1 <= int(found[1]) <= MOST_DAYS:
        raise BadDataError(f"{where}: within must be {_RULE_KEYS['within']}")
    return int(found[1])


def _caps_of(table: Any, shipped: Mapping[str, Any], path: str) -> list[Cap]:
    where = f"{path}: [score_caps]"
    limits = _validated(_CapsTable, table, where, _CAP_KEYS).model_dump(exclude_none=True)
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
            raise BadDataError(f"{where}: {_one_line(name)} must be {_WHOLE}", example)
    grades = tuple(Grade(name, least) for name, least in table.items())
    for above, below in pairwise(grades):
        if below.least >= above.least:
            raise BadDataError(
                f"{where}: {_one_line(below.name)} must be below the {above.least} of"
                f" {_one_line(above.name)}",
                "write the best grade first, each with the lowest total that earns it",
            )
    return grades


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
    "half_life": 'left out: half-lives come later; write within = "28 days"',
}
_CAP_KEYS: dict[str, str] = dict.fromkeys(CAPPED, _TWO)

_Points = Annotated[int, Field(ge=-MOST_POINTS, le=MOST_POINTS)]
_Pair = Annotated[list[_Points], Field(min_length=2, max_length=2)]
# Without control characters: it is printed, and a NUL would end a statement.
_Word = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]*$"
    ),
]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


class _RuleTable(_Table):
    name: _Word
    points: _Points
    when: str | None = None
    group: Group | None = None
    activity: _Word | Annotated[list[_Word], Field(min_length=1)] | None = None
    direction: Literal["in", "out"] | None = None
    max: Annotated[int, Field(ge=1, le=MOST_POINTS)] | None = None
    within: str | None = None
    half_life: Any = None


class _CapsTable(_Table):
    fit: _Pair | None = None
    engagement: _Pair | None = None
    total: _Pair | None = None


_T = TypeVar("_T", bound=_Table)


def _validated(model: type[_T], table: Any, where: str, keys: Mapping[str, str]) -> _T:
    """Return the table as a model; BadDataError says of the first wrong key what it must be."""
    if not isinstance(table, Mapping):
        raise BadDataError(f"{where} must be a table", f"keys: {', '.join(keys)}")
    try:
        return model.model_validate(dict(table))
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)[0]
    key = _one_line(str(wrong["loc"][0]))
    if wrong["type"] == "missing":
        raise BadDataError(f"{where}: {key} is missing: {keys[key]}")
    if wrong["type"] == "extra_forbidden":
        raise BadDataError(f'{where}: there is no key "{key}"', _nearest(key, list(keys)))
    raise BadDataError(f"{where}: {key} must be {keys[key]}")


def _nearest(key: str, keys: Sequence[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(key, keys, 1)
    return f"did you mean {near[0]}?" if near else f"keys: {', '.join(keys)}"


def _one_line(text: str) -> str:
    words = "".join(c if c.isprintable() else " " for c in text).split()
    line = " ".join(words)
    return line if len(line) <= 60 else line[:59] + "…"
