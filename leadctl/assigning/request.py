"""What a deal is asked for, and what it answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from leadctl.assigning.moment import Moment
from leadctl.rules.assignment import Plan
from leadctl.rules.attendance import Passed
from leadctl.rules.entries import AssignRules
from leadctl.rules.pools import By

if TYPE_CHECKING:
    from leadctl.config import Settings

MOST_NAMED = 1_000
"""So many leads are named in JSON."""


@dataclass(frozen=True)
class Request:
    """What is asked for: to whom, and which leads.

    Leads go by `rules` where they are given, else all to the rep `to`, else round `pool`, `by` its
    weights where it has some. `leads` are dealt in the order given, those that have an owner only
    with `reassign`; None means all leads to work without an owner, oldest first, or with
    `by_score` best first. `closed` are the statuses of leads that nobody works. A second request
    with the same `run_key` does nothing.
    """

    moment: Moment
    closed: Sequence[str]
    rules: AssignRules | None = None
    pool: str = "everyone"
    by: By | None = None
    to: str | None = None
    leads: Sequence[int] | None = None
    reassign: bool = False
    by_score: bool = False
    run_key: str | None = None

    @classmethod
    def of(cls, now: datetime, settings: Settings, **asked: Any) -> Request:
        """Return what is asked for at a time, by the zone and the statuses of the settings."""
        return cls(Moment.of(now, settings.zone), settings.closed, **asked)

    @property
    def counts_open(self) -> bool:
        """Whether who has the fewest leads to work is to be known."""
        ways = [rule.by for rule in self.rules.entries] if self.rules else [self.by]
        return "least_open" in ways

    @property
    def decided_by(self) -> Literal["person", "machine"]:
        """Who decides who gets the leads: a person, if that one names the rep."""
        return "machine" if self.to is None else "person"

    @property
    def words(self) -> str:
        """The command as the history shows it, without names."""
        way = "--round-robin" if self.pool == "everyone" else "--pool"
        if self.to is not None:
            way = "--to"
        flags = [] if self.rules else [way]
        flags += ["--reassign"] if self.reassign else []
        flags += ["--by score"] if self.by_score else []
        return " ".join(["assign", *flags])


@dataclass
class Assigned:
    """What came of it: the plan, who was skipped and why, and the operation that wrote it.

    `done_by` is the operation that had the same run key before; then nothing was done.
    """

    plan: Plan = field(default_factory=Plan)
    names: dict[int, str] = field(default_factory=dict)
    pools: dict[int, str] = field(default_factory=dict)
    skipped: dict[str, list[int]] = field(default_factory=dict)
    rules: Sequence[str] = ()
    operation: int | None = None
    done_by: int | None = None

    @property
    def assigned(self) -> int:
        """How many leads somebody got."""
        return len(self.plan.leads)

    @property
    def unassigned(self) -> dict[str, int]:
        """Why nobody got a lead -> how many leads."""
        counts: dict[str, int] = {}
        for (_, why), some in self.plan.nobody.items():
            counts[why] = counts.get(why, 0) + len(some)
        return counts

    @property
    def by_rep(self) -> dict[str, int]:
        """Rep -> how many leads, for all who were there if anybody got one."""
        counts = Counter(self.plan.reps)
        there = self.plan.there if counts else ()
        return {self.names[rep]: counts[rep] for rep in there}

    @property
    def left(self) -> list[dict[str, Any]]:
        """The leads that nobody gets: `rule`, `reason`, `leads`, of which there are the first."""
        return [
            {"rule": rule, "reason": why, "leads": some[:MOST_NAMED]}
            for (rule, why), some in self.plan.nobody.items()
        ]

    @property
    def passed_over(self) -> tuple[Passed, ...]:
        """Who was passed over."""
        return self.plan.passed_over

    @property
    def by_rule(self) -> list[dict[str, Any]]:
        """Each rule and pool that dealt, or would have, in the order of the rules.

        `rule`, `pool`, `by_rep`, `reasons`; leads that no rule fits come last.
        """
        rows: dict[tuple[str | None, str | None], dict[str, Any]] = {}

        def row(rule: str | None, pool: str | None) -> dict[str, Any]:
            new: dict[str, Any] = {
                "rule": rule,
                "pool": pool,
                "assigned": 0,
                "by_rep": {},
                "reasons": {},
            }
            return rows.setdefault((rule, pool), new)

        whys = self.plan.whys
        dealt = Counter(zip(self.plan.because, self.plan.reps, strict=True))
        for (because, rep), leads in dealt.items():
            pool = whys[because].pool
            one = row(whys[because].rule, None if pool is None else self.pools[pool])
            name = self.names[rep]
            one["assigned"] += leads
            one["by_rep"][name] = one["by_rep"].get(name, 0) + leads
        for (rule, why), some in self.plan.nobody.items():
            row(rule, None)["reasons"][why] = len(some)
        places = {rule: place for place, rule in enumerate(self.rules)}
        return sorted(rows.values(), key=lambda each: places.get(each["rule"], len(places)))
