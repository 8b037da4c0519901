"""A replay: past leads dealt once more in memory, by other rules or to another team."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

from leadctl.assigning.request import Assigned, Request
from leadctl.assigning.table import Table
from leadctl.assigning.team import caps_of
from leadctl.past import leads_at
from leadctl.past.created import made_by
from leadctl.rules import assignment
from leadctl.rules.assignment import Lead, Plan
from leadctl.rules.attendance import Absence, Rep, Team, absence
from leadctl.rules.pools import Pool, Seat
from leadctl.stored import among, day_number, day_of_number, from_stamp

if TYPE_CHECKING:
    from leadctl.config import Settings
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


class Arrival(NamedTuple):
    """The day on which a lead came, and the one on which it was closed, None while it is open."""

    day: int
    closed: int | None


class Past(NamedTuple):
    """The leads that came after a day, oldest first, and what was open then.

    `owners` is rep -> how many of them they own today, `open` the (day of closing, rep) of the
    leads from before, as far as a cap asks for them; the day is None while they are open.
    """

    since: int
    leads: Mapping[int, Arrival]
    owners: Mapping[str | None, int]
    open: Sequence[tuple[int | None, int]]


_CLOSED_AT = """CASE WHEN converted_at IS NOT NULL THEN converted_at
    WHEN status IN ({closed}) THEN coalesce(
        (SELECT max(o.at) FROM changes AS c JOIN operations AS o ON o.id = c.operation
         WHERE c.kind = 'lead' AND c.record = leads.id AND c.field = 'status'
         AND c.undone_by IS NULL), created_at) END"""


def past(store: Store, settings: Settings, since: int) -> Past:
    """Return the leads created after a day, whatever became of them."""
    marks, closed = among("closed", settings.closed)
    bound = {**closed, "since": since}
    closed_at = _CLOSED_AT.format(closed=marks)

    def day(closed: str | None) -> int | None:
        if closed is None:
            return None
        return day_number(from_stamp(closed).astimezone(settings.zone).date())

    rows = store.query(
        f"""SELECT id, created_day, (SELECT name FROM reps WHERE id = owner_id) AS owner,
        {closed_at} AS closed_at FROM leads WHERE created_day > :since ORDER BY created_at, id""",
        bound,
    )
    before = []
    if any(rep["max_open"] is not None for rep in store.reps()):
        before = store.query(
            f"""SELECT owner_id, {closed_at} AS closed_at FROM leads
            WHERE created_day <= :since AND owner_id IS NOT NULL ORDER BY id""",
            bound,
        )
    leads = {row["id"]: Arrival(row["created_day"], day(row["closed_at"])) for row in rows}
    open_then = [(day(row["closed_at"]), row["owner_id"]) for row in before]
    return Past(since, leads, Counter(row["owner"] for row in rows), open_then)


def replay(store: Store, settings: Settings, request: Request, past: Past, cast: Cast) -> Replayed:
    """Deal past leads day by day as if nobody had them yet; nothing is written.

    Conditions see each lead as it came. Leave, working days and caps are looked at as of that day,
    and a lead counts as open until the day on which it was closed, whoever closed it. Hours of the
    day, and leave that was noted before the present one, are left out, and owners of accounts and
    contacts are those of today. Raises NotFoundError for a rep who is not there.
    """
    table = _Stage(store, request, cast, past.open)
    entries = table.entries()
    with ExitStack() as as_they_came:
        if request.rules is not None:
            as_they_came.enter_context(leads_at(store, settings, _CAME, {"since": past.since}))
        plan = assignment.deal(entries, table.day_by_day(past.leads), table.team)
    return Replayed(_counts(plan, table), Assigned(plan).unassigned)


def _as_it_came(field: str) -> str:
    return f"""coalesce((SELECT c.before FROM changes AS c WHERE c.kind = 'lead'
        AND c.record = leads.id AND c.field = '{field}' AND NOT {made_by("c.operation", "leads.id")}
        ORDER BY c.operation LIMIT 1), {field})"""


# A merge may give a lead an earlier time, at which nobody knew it.
_CAME = f"""SELECT id, {_as_it_came("created_at")}, {_as_it_came("created_day")}
    FROM leads WHERE created_day > :since"""


def _counts(plan: Plan, table: Table) -> dict[str, int]:
    counts = {table.team.names[rep]: 0 for rep in plan.there}
    for rep in plan.reps:
        counts[table.team.names[rep]] += 1
    return counts


class _Watched(Team):
    """A team of which it is known who took the last lead."""

    taker: int | None = None

    def took(self, rep: int, leads: int = 1) -> None:
        """Note that a rep got one lead more, or so many."""
        self.taker = rep
        super().took(rep, leads)


class _Stage(Table):
    """The table of a replay: its team is that of the day on which a lead came."""

    def __init__(
        self,
        store: Store,
        request: Request,
        cast: Cast,
        open_then: Iterable[tuple[int | None, int]],
    ) -> None:
        super().__init__(store, request, checks=True)
        self.team: _Watched = _Watched(Rep(rep, name) for rep, name in self.team.names.items())
        self._closing: list[tuple[int, int]] = []
        for closed, holder in open_then:
            self._opens(holder, closed)
            self.team.open[holder] += 1
        self._out = {store.rep(name)["id"] for name in cast.without}
        known = {rep["name"].casefold(): rep for rep in store.reps(everyone=True)}
        blank = dict.fromkeys(
            "away_from away_until work_days work_from work_until max_open max_day max_week".split()
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

    def day_by_day(self, leads: Mapping[int, Arrival]) -> Iterator[Lead]:
        """Yield the leads, and let each day begin with the leave and the caps that it had."""
        today, monday = None, None
        week: Counter[int] = Counter()
        for lead in self._leads(list(leads)):
            day, closed = leads[lead.id]
            if day != today:
                today = day
                begins = day - day_of_number(day).weekday()
                if begins != monday:
                    monday = begins
                    week.clear()
                self._close_before(day)
                self.team.begin(self._reps_of(day, week))
            self.team.taker = None
            yield lead
            if self.team.taker is not None:
                week[self.team.taker] += 1
                self._opens(self.team.taker, closed)

    def _opens(self, rep: int, closed: int | None) -> None:
        """Note when a lead that a rep has is closed."""
        if closed is not None:
            heappush(self._closing, (closed, rep))

    def _close_before(self, day: int) -> None:
        while self._closing and self._closing[0][0] < day:
            self.team.open[heappop(self._closing)[1]] -= 1

    def _reps_of(self, day: int, week: Mapping[int, int]) -> list[Rep]:
        weekday = day_of_number(day).isoweekday()
        reps = []
        for rep in self._people:
            away = absence({**rep, "work_from": None}, day, weekday, 0)
            if rep["id"] in self._out:
                away = Absence(LEFT_OUT)
            open_now = self.team.open.get(rep["id"], 0)
            used = {"max_open": open_now, "max_day": 0, "max_week": week.get(rep["id"], 0)}
            reps.append(Rep(rep["id"], rep["name"], away, caps_of(rep, used), open_now))
        return reps
