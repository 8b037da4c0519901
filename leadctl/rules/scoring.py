"""The score rules as values, and the expressions that make points of them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple

from leadctl.rules.conditions import Condition

Group = Literal["fit", "engagement"]
Capped = Literal["fit", "engagement", "total"]
GROUPS: tuple[Group, ...] = ("fit", "engagement")
CAPPED: tuple[Capped, ...] = (*GROUPS, "total")
SHIPPED = "shipped"
"""The path of rules that come with leadctl."""


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
