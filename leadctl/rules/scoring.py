"""The score rules as values, and the expressions that make points of them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import count, takewhile
from typing import Any, Literal, NamedTuple

from leadctl.fields import COMPUTED
from leadctl.rules.conditions import Condition
from leadctl.rules.writing import quoted

Group = Literal["fit", "engagement"]
Capped = Literal["fit", "engagement", "total"]
GROUPS: tuple[Group, ...] = ("fit", "engagement")
CAPPED: tuple[Capped, ...] = (*GROUPS, "total")
WHOLE = 1_000_000
"""What an activity of today counts for, where it counts for less with age."""
SHIPPED = "shipped"
"""The path of rules that come with leadctl."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the ledger: points for a lead that `when` fits, or for each of its activities.

    `kinds` are the activities that count, () for none; `days` the window that ends today,
    `half_life` the days after which an activity counts for half, `most` the most points, above or
    below zero, that all of them give together.
    """

    name: str
    group: Group
    points: int
    when: Condition | None = None
    kinds: tuple[str, ...] = ()
    direction: str | None = None
    most: int | None = None
    days: int | None = None
    half_life: int | None = None

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
            "half_life": self.half_life and f"{self.half_life} days",
        }
        return {key: value for key, value in written.items() if value is not None}

    @property
    def counts_sql(self) -> str:
        """Which activities count: a condition on a row of `activities`, with today as `:today`."""
        parts = [f"kind IN ({', '.join(map(quoted, self.kinds))})"]
        if self.direction:
            parts.append(f"direction = {quoted(self.direction)}")
        if self.days:
            parts.append(f"day > :today - {self.days}")
        return " AND ".join(parts)

    def weight(self, age: int) -> float:
        """Return what an activity that counts still counts for when it is so many days old."""
        if self.half_life is None:
            return 1.0
        by_age = weights(self.half_life)
        return by_age[age] / WHOLE if age < len(by_age) else 0.0

    @property
    def reach(self) -> int | None:
        """How many days back an activity counts for something, today included; None for ever."""
        return len(weights(self.half_life)) if self.half_life else self.days

    @property
    def tally_sql(self) -> str:
        """What is added up of the activities that count: they themselves, or their weights."""
        added = f"sum({weight_column(self.half_life)})" if self.half_life else "count(*)"
        return f"{added} FILTER (WHERE {self.counts_sql})"

    def points_sql(self, tally: str) -> str:
        """Return the points of a row of the view `lead`; `tally` is the sum of its activities.

        Decay and cap come first, then one rounding, halves away from zero.
        """
        points = str(self.points)
        if self.kinds:
            points = f"coalesce({tally}, 0) * {self.points}"
        unit = WHOLE if self.half_life else 1
        if self.kinds and self.most is not None:
            points = _clamp(points, -self.most * unit, self.most * unit)
        if self.half_life:
            points = f"({points} {'-' if self.points < 0 else '+'} {WHOLE // 2}) / {WHOLE}"
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


@cache
def weights(half_life: int) -> tuple[int, ...]:
    """Return what an activity still counts for, in millionths, by its age in days.

    That is 2 to the power of -age/half_life, until it comes to nothing: whole numbers, so that a
    sum is the same in whatever order it is made.
    """
    by_age = (round(WHOLE * 0.5 ** (age / half_life)) for age in count())
    return tuple(takewhile(bool, by_age))


def weight_column(half_life: int) -> str:
    """Return the column of the table of weights that has those of a half-life."""
    return f"after_{half_life}"


class Ranks(NamedTuple):
    """The lowest fit of the letters A, B and C, and the lowest engagement of the numbers 1 to 3."""

    fit: tuple[int, int, int]
    engagement: tuple[int, int, int]

    @property
    def sql(self) -> str:
        """The rank of a fit and an engagement, such as A1; below the lowest it is D and 4."""
        return f"{_step('fit', self.fit, 'ABCD')} || {_step('engagement', self.engagement, '1234')}"


def _step(number: str, lowest: tuple[int, ...], names: str) -> str:
    steps = (
        f"WHEN {number} >= {least} THEN '{name}'"
        for least, name in zip(lowest, names, strict=False)
    )
    return f"CASE {' '.join(steps)} ELSE '{names[-1]}' END"


class Grade(NamedTuple):
    """A grade and the lowest total that earns it."""

    name: str
    least: int


@dataclass(frozen=True)
class ScoreRules:
    """All rules of a score run; `path` says where they come from.

    `lines` are in the order of the ledger: each group's rules, then its cap, and the total's cap
    last. The expressions build on one another: line_points read the view `lead` and
    tallies, sums read line_points, groups read sums, total reads groups, the rest all.
    """

    lines: tuple[Rule | Cap, ...]
    grades: tuple[Grade, ...]
    ranks: Ranks
    path: str

    @cached_property
    def hash(self) -> str:
        """32 hexadecimal digits that two sets of rules share if they mean the same."""
        meaning = [[line.table for line in self.lines], self.grades, self.ranks]
        return hashlib.blake2b(json.dumps(meaning).encode(), digest_size=16).hexdigest()

    @property
    def counted_sql(self) -> str:
        """Which activities any rule counts: a condition on a row of `activities`."""
        counting = [rule for rule in self.rules if rule.kinds]
        if not counting:
            return "1 = 0"
        kinds = dict.fromkeys(kind for rule in counting for kind in rule.kinds)
        parts = [f"kind IN ({', '.join(map(quoted, kinds))})", "day <= :today"]
        windows = [rule.reach for rule in counting if rule.reach]
        if len(windows) == len(counting):
            parts.append(f"day > :today - {max(windows)}")
        return " AND ".join(parts)

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The lines that are rules, in the order of the ledger."""
        return tuple(self._rules.values())

    @cached_property
    def half_lives(self) -> tuple[int, ...]:
        """The half-lives that its rules have, each once."""
        return tuple(sorted({rule.half_life for rule in self.rules if rule.half_life}))

    @cached_property
    def reads(self) -> frozenset[str]:
        """The fields that the conditions of its rules read."""
        return frozenset().union(*(rule.when.reads for rule in self.rules if rule.when))

    @cached_property
    def conditions(self) -> dict[str, Condition]:
        """Where a condition stands (file, table and key) -> the condition."""
        return {
            f'{self.path}: [[score]] "{rule.name}": when': rule.when
            for rule in self.rules
            if rule.when
        }

    @property
    def daily(self) -> bool:
        """Whether a score may change with the day alone."""
        ages = {computed.name for computed in COMPUTED if computed.daily}
        return any(rule.kinds for rule in self.rules) or not self.reads.isdisjoint(ages)

    @property
    def tallies(self) -> dict[str, str]:
        """Column -> what it adds up of a lead's activities, for each rule that counts some."""
        return {_tally(n): rule.tally_sql for n, rule in self._rules.items() if rule.kinds}

    @property
    def line_points(self) -> dict[str, str]:
        """Column -> points of one rule."""
        return {_points(n): rule.points_sql(_tally(n)) for n, rule in self._rules.items()}

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
        steps = (f"WHEN total >= {grade.least} THEN {quoted(grade.name)}" for grade in self.grades)
        return f"CASE {' '.join(steps)} END"

    @property
    def points_sql(self) -> str:
        """The points of all lines, in their order, as the text of a JSON array."""
        return f"'[' || {' || {} || '.format(quoted(',')).join(self._line_sql)} || ']'"

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
def _tally(line: int) -> str:
    return f"_tally{line}"


def _points(line: int) -> str:
    return f"_points{line}"


def _clamp(number: str, least: int, most: int) -> str:
    return f"max({least}, min({most}, {number}))"
