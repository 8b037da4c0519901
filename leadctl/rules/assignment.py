"""Who gets which lead, and who was passed over: entries in order, pools that deal like cards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd
from typing import Any, Literal, NamedTuple, Protocol

from leadctl.values import day_of_number

By = Literal["round_robin", "weighted", "least_open"]
WAYS: Mapping[By, str] = {
    "round_robin": "round robin",
    "weighted": "weighted",
    "least_open": "least open",
}
"""How a pool deals -> how people call it."""

BY_HAND = "by hand"
RETURNED = "given back"
"""What decided where a person chose the rep, or came back and took over again."""

NO_REPS = "no reps yet"
NO_RULE = "no rule fits"
"""Why leads stay without an owner; who is there but cannot take one has reasons of their own."""

ON_LEAVE, AT_CAP, OFF, LEFT = "on leave", "at a cap", "off work", "removed"
HANDS_OVER = "hands over"
"""The kinds of absence."""

DayInWords = Callable[[int], str]


class Absence(NamedTuple):
    """Why a rep cannot take a lead now: one of four kinds, until which day, or which cap."""

    kind: str
    until: int | None = None
    detail: str = ""

    def reason(self, in_words: DayInWords = lambda day: day_of_number(day).isoformat()) -> str:
        """Return it in words, such as `on leave until 2026-12-01` or `at a cap: 10 a day`."""
        until = "" if self.until is None else f" until {in_words(self.until)}"
        return f"{self.kind}{until}" + (f": {self.detail}" if self.detail else "")


class Passed(NamedTuple):
    """A rep who was passed over, and why."""

    rep: int
    name: str
    absence: Absence

    def reason(self, in_words: DayInWords = lambda day: day_of_number(day).isoformat()) -> str:
        """Return why in words."""
        return self.absence.reason(in_words)


class Rep(NamedTuple):
    """A rep as the run finds them; `caps` are words for each cap -> how many leads it leaves."""

    id: int
    name: str
    absence: Absence | None = None
    caps: Mapping[str, int] = {}
    open: int = 0


class Team:
    """All reps while leads are dealt: who can take one now, and why the others cannot.

    `changes` grows whenever somebody comes to a cap.
    """

    def __init__(self, reps: Iterable[Rep]) -> None:
        self.changes = 0
        self.begin(reps)

    def begin(self, reps: Iterable[Rep]) -> None:
        """Take the reps as they are now, such as on another day."""
        reps = list(reps)
        self.names = {rep.id: rep.name for rep in reps}
        self.open = {rep.id: rep.open for rep in reps}
        self.absent = {rep.id: rep.absence for rep in reps if rep.absence}
        self._left = {rep.id: dict(rep.caps) for rep in reps if rep.caps}
        self.changes += 1
        for rep in self._left.keys() - self.absent.keys():
            self._look_at_caps(rep)

    def took(self, rep: int) -> None:
        """Note that a rep got one lead more."""
        self.open[rep] += 1
        if rep in self._left:
            for cap in self._left[rep]:
                self._left[rep][cap] -= 1
            self._look_at_caps(rep)

    def passed(self, reps: Iterable[int]) -> tuple[Passed, ...]:
        """Return those of the reps who cannot take a lead now."""
        return tuple(
            Passed(rep, self.names[rep], self.absent[rep]) for rep in reps if rep in self.absent
        )

    def _look_at_caps(self, rep: int) -> None:
        full = [cap for cap, left in self._left.get(rep, {}).items() if left <= 0]
        if full:
            self.absent[rep] = Absence(AT_CAP, detail=full[0])
            self.changes += 1


class Seat(NamedTuple):
    """A rep's place in a pool.

    Who is no `member` any more keeps the place, so that the rep after it stays the next one.
    """

    rep: int
    member: bool = True
    weight: int = 1


class Quota:
    """One count of a weighted pool: whose turn it is, by Tijdeman's quota method.

    `order` is reps with their weights, those who win a tie first; `dealt` is how many leads of the
    present cycle went. After every lead each rep is less than one lead away from their share. See
    R. Tijdeman, "The chairman assignment problem", Discrete Mathematics 32 (1980), 323-330.
    """

    def __init__(self, order: Sequence[tuple[int, int]], dealt: int = 0) -> None:
        self.order = tuple(order)
        weights = [weight for _, weight in order]
        self._cycle = sum(weights) // gcd(*weights)
        self._turns = quota_turns(weights)
        self._known: list[int] = []
        self.dealt = dealt % self._cycle

    def take(self) -> int:
        """Return the rep whose turn it is, and go on to the next turn."""
        while len(self._known) <= self.dealt:
            self._known.append(self.order[next(self._turns)][0])
        rep = self._known[self.dealt]
        self.dealt = (self.dealt + 1) % self._cycle
        return rep

    def is_of(self, members: Sequence[tuple[int, int]]) -> bool:
        """Whether this is the count of these reps with these weights."""
        return sorted(self.order) == sorted(members)


def quota_turns(weights: Sequence[int]) -> Iterator[int]:
    """Yield for ever the place in `weights` of who is next; ties go to the first."""
    whole, counts, number = sum(weights), [0] * len(weights), 0
    # Tijdeman's 2k - 2; with one rep alone nothing is to be shared.
    parts = max(2 * len(weights) - 2, 1)
    while True:
        number += 1
        behind = [w * number - c * whole for w, c in zip(weights, counts, strict=True)]
        may = [n for n, owed in enumerate(behind) if owed * parts >= whole]
        turn = min(may, key=lambda n: Fraction((parts - 1) * whole - parts * behind[n], weights[n]))
        counts[turn] += 1
        yield turn


class Pool:
    """A pool while it deals: its seats in joining order, and who was dealt to last.

    `id` and `name` are the pool's; `quota` is the running count of its weights.
    """

    def __init__(
        self,
        id: int,
        name: str,
        seats: Sequence[Seat],
        team: Team,
        last: int | None = None,
        quota: Quota | None = None,
    ) -> None:
        self.id, self.name, self.team = id, name, team
        self.last = last
        self.quota = quota
        self.used = False
        self._seen = -1
        self.sit(seats)
        self._ways: Mapping[By, Callable[[], int | None]] = {
            "round_robin": self._next_in_turn,
            "weighted": self._next_by_weight,
            "least_open": self._least_open,
        }

    def sit(self, seats: Sequence[Seat]) -> None:
        """Take these seats, in joining order."""
        self.seats = tuple(seats)
        self._places = {seat.rep: place for place, seat in enumerate(self.seats)}
        self._at = self._places.get(self.last, -1) if self.last is not None else -1

    def take(self, by: By) -> int | None:
        """Deal one lead: return the rep who gets it, None if nobody can take one."""
        rep = self._ways[by]()
        if rep is not None:
            self._at = self._places[rep]
            self.last, self.used = rep, True
            self.team.took(rep)
        return rep

    def members(self) -> list[int]:
        """Return the reps in it, in joining order."""
        return [seat.rep for seat in self.seats if seat.member]

    def _there(self) -> list[Seat]:
        """Return who can be dealt to now, in turn."""
        seats = self.seats[self._at + 1 :] + self.seats[: self._at + 1]
        return [seat for seat in seats if seat.member and seat.rep not in self.team.absent]

    def _next_in_turn(self) -> int | None:
        seats, absent, at = self.seats, self.team.absent, self._at
        for _ in seats:
            at = (at + 1) % len(seats)
            seat = seats[at]
            if seat.member and seat.rep not in absent:
                return seat.rep
        return None

    def _next_by_weight(self) -> int | None:
        if self._seen != self.team.changes:
            self._seen = self.team.changes
            there = [(seat.rep, seat.weight) for seat in self._there()]
            if not there:
                self._seen = -1
                return None
            # Another member, weight or absence starts a new count, with the next in turn first.
            if self.quota is None or not self.quota.is_of(there):
                self.quota = Quota(there)
        return None if self.quota is None else self.quota.take()

    def _least_open(self) -> int | None:
        there = [seat.rep for seat in self._there()]
        return min(there, key=self.team.open.__getitem__) if there else None


class Lead(NamedTuple):
    """A lead that is to be dealt: which entries fit it, and what targets look at.

    `account_owner`, `contact_owner` and `earlier_owner` are reps; `company` is what leads of the
    same company have in common.
    """

    id: int
    fits: Sequence[int] = (0,)
    account_owner: int | None = None
    contact_owner: int | None = None
    earlier_owner: int | None = None
    company: str | None = None
    postal_code: str | None = None
    state: str | None = None
    country: str | None = None


class Target(Protocol):
    """Where an entry sends leads."""

    def chosen(self, lead: Lead) -> Taker | None:
        """Return who is to take a lead; None if the entry has nobody for it, so does not fit."""


class Taker(Protocol):
    """Who takes leads: one rep or a pool; `pool` is its id."""

    @property
    def pool(self) -> int | None:
        """The id of a pool, None for one rep."""

    def take(self) -> int | None:
        """Return the rep who gets one lead more, None if nobody can take it."""

    def reps(self) -> Sequence[int]:
        """Return all who might have got it, in joining order."""


class OneRep:
    """One rep takes all."""

    pool = None

    def __init__(self, rep: int, team: Team, *, anyway: bool = False) -> None:
        self.rep, self.team, self.anyway = rep, team, anyway

    def take(self) -> int | None:
        """Return the rep if they can take a lead; with `anyway` in any case."""
        if self.rep in self.team.absent and not self.anyway:
            return None
        self.team.took(self.rep)
        return self.rep

    def reps(self) -> Sequence[int]:
        """Return the rep."""
        return [] if self.anyway else [self.rep]

    def chosen(self, lead: Lead) -> Taker | None:
        """Return itself."""
        return self


class FromPool:
    """A pool takes leads in one of its ways."""

    def __init__(self, dealing: Pool, by: By) -> None:
        self.dealing, self.by, self.pool = dealing, by, dealing.id

    def take(self) -> int | None:
        """Return the rep whose turn it is."""
        return self.dealing.take(self.by)

    def reps(self) -> Sequence[int]:
        """Return the members."""
        return self.dealing.members()

    def chosen(self, lead: Lead) -> Taker | None:
        """Return itself."""
        return self


class Owner:
    """Who has the account, the contact or an earlier lead of the same company takes the lead.

    An earlier lead may be one of the same run.
    """

    def __init__(self, of: str, team: Team) -> None:
        self.of, self.team = of, team
        self.companies: dict[str, int] = {}
        self._takers: dict[int, OneRep] = {}

    def chosen(self, lead: Lead) -> Taker | None:
        """Return the owner; None where there is no such record, or nobody owns it."""
        rep = getattr(lead, self.of)
        if rep is None and self.of == "earlier_owner" and lead.company is not None:
            rep = self.companies.get(lead.company)
        if rep is None:
            return None
        if rep not in self._takers:
            self._takers[rep] = OneRep(rep, self.team)
        return self._takers[rep]


@dataclass
class Entry:
    """One entry of a plan: what it is called, to whom it sends, and whether it ends the search."""

    rule: str
    target: Target
    stop: bool = True


class Why(NamedTuple):
    """Why a lead went where it went: the rule, the pool's id, and who was passed over."""

    rule: str
    pool: int | None
    passed_over: tuple[Passed, ...]


@dataclass
class Plan:
    """Who gets which lead: `leads`, their `reps` and the place of the reason in `whys`.

    `nobody` is (rule, reason) -> the leads that nobody gets, `turned_away` who was passed over for
    the first of these; `there` are all who might have
    got a lead, in the order of their entries.
    """

    leads: list[int] = field(default_factory=list)
    reps: list[int] = field(default_factory=list)
    because: list[int] = field(default_factory=list)
    whys: list[Why] = field(default_factory=list)
    nobody: dict[tuple[str | None, str], list[int]] = field(default_factory=dict)
    turned_away: dict[tuple[str | None, str], tuple[Passed, ...]] = field(default_factory=dict)
    passed_over: tuple[Passed, ...] = ()
    there: tuple[int, ...] = ()


def deal(entries: Sequence[Entry], leads: Iterable[Lead], team: Team) -> Plan:
    """Deal leads one by one, in their order: the first entry that fits and has somebody wins.

    What a pool has dealt in turn differs by at most one among reps who could take every lead,
    however the deals were cut up, because the others never change who of two reps comes next.
    """
    plan = Plan()
    known: dict[tuple[Any, ...], int] = {}
    earlier = [entry.target for entry in entries if isinstance(entry.target, Owner)]
    passed: dict[Passed, None] = dict.fromkeys(team.passed(_all_reps(entries)))
    there = [rep for rep in dict.fromkeys(_all_reps(entries)) if rep not in team.absent]
    for lead in leads:
        tried: tuple[Taker, ...] = ()
        rule = None
        rep = None
        for number in lead.fits:
            entry = entries[number]
            taker = entry.target.chosen(lead)
            if taker is None:
                continue
            changes, rule = team.changes, entry.rule
            rep = taker.take()
            tried += (taker,)
            if rep is not None:
                key = (number, changes, *map(id, tried))
                if key not in known:
                    known[key] = len(plan.whys)
                    over = _passed(team, tried, but=rep)
                    passed.update(dict.fromkeys(over))
                    plan.whys.append(Why(rule, taker.pool, over))
                plan.leads.append(lead.id)
                plan.reps.append(rep)
                plan.because.append(known[key])
                if earlier and lead.company is not None:
                    for owner in earlier:
                        owner.companies.setdefault(lead.company, rep)
                break
            if entry.stop:
                break
        if rep is None:
            why = why_nobody(team, tried)
            if (rule, why) not in plan.nobody:
                plan.turned_away[rule, why] = _passed(team, tried)
                passed.update(dict.fromkeys(plan.turned_away[rule, why]))
            plan.nobody.setdefault((rule, why), []).append(lead.id)
    plan.passed_over = tuple(passed)
    plan.there = tuple(dict.fromkeys([*there, *plan.reps]))
    return plan


def _all_reps(entries: Sequence[Entry]) -> Iterator[int]:
    for entry in entries:
        if isinstance(entry.target, (OneRep, FromPool)):
            yield from entry.target.reps()


def _passed(team: Team, tried: Iterable[Taker], but: int | None = None) -> tuple[Passed, ...]:
    over = dict.fromkeys(each for taker in tried for each in team.passed(taker.reps()))
    return tuple(each for each in over if each.rep != but)


def why_nobody(team: Team, tried: Sequence[Taker]) -> str:
    """Return why nobody takes a lead: `no rule fits`, `no reps yet`, `all on leave or at a cap`."""
    if not tried:
        return NO_RULE
    reps = list(tried[-1].reps())
    kinds = dict.fromkeys(each.absence.kind for each in team.passed(reps))
    if not kinds:
        return NO_REPS
    if len(reps) == 1 and tried[-1].pool is None:
        return f"{team.names[reps[0]]} {next(iter(kinds))}"
    return f"all {' or '.join(kinds)}"


def spread(plan: Plan, team: Team) -> dict[str, int]:
    """Return rep -> number of leads, for all who were there if anybody got one."""
    got = Counter(plan.reps)
    return {team.names[rep]: got[rep] for rep in plan.there} if got else {}


def is_on_leave(rep: Mapping[str, Any], today: int) -> bool:
    """Return whether a rep is away on a day; the last day of a leave belongs to it."""
    start, end = rep["away_from"], rep["away_until"]
    return start is not None and start <= today and (end is None or today <= end)


def is_off(rep: Mapping[str, Any], weekday: int, minute: int) -> bool:
    """Return whether a rep does not work on a weekday (1 is Monday) at a minute of the day."""
    days, start, end = rep["work_days"], rep["work_from"], rep["work_until"]
    if days is not None and str(weekday) not in days:
        return True
    return start is not None and not start <= minute < end


def absence(rep: Mapping[str, Any], today: int, weekday: int, minute: int) -> Absence | None:
    """Return why a rep cannot take any lead at a time, None if only caps may hinder them."""
    if not rep["active"]:
        return Absence(LEFT)
    if is_on_leave(rep, today):
        return Absence(ON_LEAVE, rep["away_until"])
    return Absence(OFF) if is_off(rep, weekday, minute) else None
