"""A replay: past leads dealt once more in memory, by other rules or to another team."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from leadctl.assigning import leads as choosing
from leadctl.assigning.request import Request
from leadctl.assigning.table import Table
from leadctl.rules import assignment
from leadctl.rules.assignment import Lead, Plan
from leadctl.rules.attendance import Absence, Rep, absence
from leadctl.rules.pools import Pool, Seat
from leadctl.values import day_of_number

if TYPE_CHECKING:
    from leadctl.store import Row, Store

LEFT_OUT = "left out"
"""The absence of a rep without whom leads are replayed."""


class Cast(NamedTuple):
    """Another team: reps who are left out, and reps who come in.

    Who comes in takes a seat in the pools of those who are left out, without any in every pool.
    """

    without: Sequence[str] = ()
    others: Sequence[str] = ()


@dataclass
class Replayed:
    """What a replay gave: rep -> how many leads, and why nobody would have got others."""

    by_rep: dict[str, int] = field(default_factory=dict)
    nobody: dict[str, int] = field(default_factory=dict)


class Past(NamedTuple):
    """The leads that came in some days, oldest first: id -> day, and rep -> how many they own."""

    days: Mapping[int, int]
    owners: Mapping[str | None, int]


def past(store: Store, since: int) -> Past:
    """Return the leads created after a day, whatever became of them."""
    rows = store.query(
        """SELECT id, created_day, (SELECT name FROM reps WHERE id = owner_id) AS owner
        FROM leads WHERE created_day > :since ORDER BY created_at, id""",
        {"since": since},
    )
    owners: dict[str | None, int] = {}
    for row in rows:
        owners[row["owner"]] = owners.get(row["owner"], 0) + 1
    return Past({row["id"]: row["created_day"] for row in rows}, owners)


def replay(store: Store, request: Request, leads: Past, cast: Cast) -> Replayed:
    """Deal past leads day by day as if nobody had them yet; nothing is written.

    Leave, working days and caps of days and weeks are looked at as of the day of each lead; how
    many leads were open then, and at what time somebody was at work, is not known. Conditions see
    the leads as they are today. Raises NotFoundError for a rep who is not there.
    """
    table = _Stage(store, request, cast)
    entries = table.entries()
    choosing.stage(store, list(leads.days), by_score=False)
    plan = assignment.deal(entries, table.day_by_day(leads.days), table.team)
    return Replayed(_counts(plan, table), _reasons(plan))


def _counts(plan: Plan, table: Table) -> dict[str, int]:
    counts = {table.team.names[rep]: 0 for rep in plan.there}
    for rep in plan.reps:
        counts[table.team.names[rep]] += 1
    return counts


def _reasons(plan: Plan) -> dict[str, int]:
    counts: dict[str, int] = {}
    for (_, why), some in plan.nobody.items():
        counts[why] = counts.get(why, 0) + len(some)
    return counts


class _Stage(Table):
    """The table of a replay: its team is that of the day on which a lead came."""

    def __init__(self, store: Store, request: Request, cast: Cast) -> None:
        super().__init__(store, request, checks=True)
        self._out = {store.rep(name)["id"] for name in cast.without}
        known = {rep["name"].casefold(): rep for rep in store.reps(everyone=True)}
        blank = dict.fromkeys(
            "away_from away_until work_days work_from work_until max_day max_week".split()
        )
        self._people: list[Row] = [dict(rep) for rep in known.values()]
        self._new: list[int] = []
        for number, name in enumerate(cast.others, 1):
            rep = known.get(name.casefold())
            if rep is None:
                # Somebody who is not there yet has a number that no rep has.
                rep = {**blank, "id": -number, "name": name}
            self._new.append(rep["id"])
            self._people = [each for each in self._people if each["id"] != rep["id"]]
            self._people.append({**rep, "active": 1})
        self.team.begin(self._reps_of(request.moment.today, {}))

    def pool(self, row: Row) -> Pool:
        """Return a pool with those who come in."""
        made = row["name"] in self._pools
        pool = super().pool(row)
        members = {seat.rep for seat in pool.seats if seat.member}
        if not made and (not self._out or members & self._out):
            seats = [seat for seat in pool.seats if seat.rep not in self._new]
            pool.sit(seats + [Seat(rep) for rep in self._new])
        return pool

    def day_by_day(self, days: Mapping[int, int]) -> Iterator[Lead]:
        """Yield the leads, and let each day begin with the leave and the caps that it had."""
        today, week = None, None
        begun: dict[int, int] = {}
        for lead in self._leads():
            day = days[lead.id]
            if day != today:
                monday = day_of_number(day) - timedelta(days=day_of_number(day).weekday())
                if monday != week:
                    week, begun = monday, dict(self.team.open)
                got = {rep: n - begun.get(rep, 0) for rep, n in self.team.open.items()}
                today = day
                self.team.begin(self._reps_of(day, got))
            yield lead

    def _reps_of(self, day: int, got: Mapping[int, int]) -> list[Rep]:
        weekday = day_of_number(day).isoweekday()
        reps = []
        for rep in self._people:
            away = absence({**rep, "work_from": None}, day, weekday, 0)
            caps = {}
            if rep["max_day"] is not None:
                caps[f"{rep['max_day']:,} a day"] = rep["max_day"]
            if rep["max_week"] is not None:
                caps[f"{rep['max_week']:,} a week"] = rep["max_week"] - got.get(rep["id"], 0)
            if rep["id"] in self._out:
                away = Absence(LEFT_OUT)
            open_now = self.team.open.get(rep["id"], 0)
            reps.append(Rep(rep["id"], rep["name"], away, caps, open_now))
        return reps
