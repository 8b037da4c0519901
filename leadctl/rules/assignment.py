"""Who gets which lead, and who was passed over: the first entry that fits and has somebody wins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NamedTuple, Protocol

from leadctl.rules.attendance import HANDS_OVER, Passed, Team
from leadctl.rules.pools import By, Pool

BY_HAND = "by hand"
RETURNED = "given back"
"""What decided where a person chose the rep, or came back and took over again."""

NO_REPS = "no reps yet"
NOBODY_ELSE = "nobody else there"
NO_RULE = "no rule fits"
"""Why leads stay without an owner; who is there but cannot take one has reasons of their own."""


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

    @property
    def evenly(self) -> By | None:
        """How a pool with weights deals if it does not go by them; None for any other."""

    def take(self) -> int | None:
        """Return the rep who gets one lead more, None if nobody can take it."""

    def take_some(self, most: int) -> list[int]:
        """Return who gets the next leads, nobody if nobody can take one.

        It is one rep for each of at most `most` leads, and less once somebody has come to a cap.
        """

    def reps(self) -> Sequence[int]:
        """Return all who might have got it, in joining order."""


class OneRep:
    """One rep takes all."""

    pool = None
    evenly = None

    def __init__(self, rep: int, team: Team, *, anyway: bool = False) -> None:
        self.rep, self.team, self.anyway = rep, team, anyway

    def take(self) -> int | None:
        """Return the rep if they can take a lead; with `anyway` in any case."""
        if self.rep in self.team.absent and not self.anyway:
            return None
        self.team.took(self.rep)
        return self.rep

    def take_some(self, most: int) -> list[int]:
        """Return the rep as often as they can take a lead; with `anyway` for all."""
        if self.rep in self.team.absent and not self.anyway:
            return []
        left = self.team.left(self.rep)
        leads = most if left is None or self.anyway else min(most, left)
        self.team.took(self.rep, leads)
        return [self.rep] * leads

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
        self.evenly = by if dealing.is_weighted and by != "weighted" else None

    def take(self) -> int | None:
        """Return the rep whose turn it is."""
        return self.dealing.take(self.by)

    def take_some(self, most: int) -> list[int]:
        """Return those whose turn it is, one after the other."""
        return self.dealing.take_some(self.by, most)

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
    """Why a lead went where it went: the rule, the pool's id, and who was passed over.

    `evenly` is how a pool with weights dealt where it did not go by them.
    """

    rule: str
    pool: int | None
    passed_over: tuple[Passed, ...]
    evenly: By | None = None


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
                    plan.whys.append(Why(rule, taker.pool, over, taker.evenly))
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


def deal_all(entry: Entry, leads: Sequence[int], team: Team) -> Plan:
    """Return the plan of `deal` for one entry that sends all leads to one taker, made in runs.

    A run ends when somebody comes to a cap: until then the same reps are passed over.
    """
    plan = Plan()
    taker = entry.target.chosen(Lead(0))
    assert taker is not None
    passed = dict.fromkeys(team.passed(taker.reps()))
    there = [rep for rep in taker.reps() if rep not in team.absent]
    while left := len(leads) - len(plan.reps):
        over = team.passed(taker.reps())
        reps = taker.take_some(left)
        if not reps:
            reason = entry.rule, why_nobody(team, (taker,))
            plan.nobody[reason], plan.turned_away[reason] = list(leads[-left:]), over
            break
        plan.because += [len(plan.whys)] * len(reps)
        plan.whys.append(Why(entry.rule, taker.pool, over, taker.evenly))
        plan.reps += reps
    plan.leads = list(leads[: len(plan.reps)])
    for over in (*(why.passed_over for why in plan.whys), *plan.turned_away.values()):
        passed.update(dict.fromkeys(over))
    plan.passed_over = tuple(passed)
    plan.there = tuple(dict.fromkeys(chain(there, plan.reps)))
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
    if HANDS_OVER in kinds:
        del kinds[HANDS_OVER]
        return f"all others {' or '.join(kinds)}" if kinds else NOBODY_ELSE
    if len(reps) == 1 and tried[-1].pool is None:
        return f"{team.names[reps[0]]} {next(iter(kinds))}"
    return f"all {' or '.join(kinds)}"
