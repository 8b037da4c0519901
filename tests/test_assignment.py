"""Dealing: exactly even among those who were there throughout, whatever happens meanwhile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadctl.rules.assignment import (
    NO_REPS,
    NO_RULE,
    Entry,
    FromPool,
    Lead,
    OneRep,
    Owner,
    Target,
    deal,
    deal_all,
)
from leadctl.rules.attendance import ON_LEAVE, Absence, Rep, Team, absence
from leadctl.rules.pools import By, Pool, Seat
from leadctl.rules.quota import WHOLE, Quota, Share

ANA, BEN, EVE = Rep(1, "ana"), Rep(2, "ben"), Rep(3, "eve")
AWAY = Absence(ON_LEAVE)
TODAY = 20779  # 2026-11-22


def pool_of(team: Team, *seats: Seat, last: int | None = None) -> Pool:
    return Pool(7, "eu", seats or [Seat(rep) for rep in team.names], team, last)


def dealt(
    reps: Iterable[Rep], number: int, by: By = "round_robin", last: int | None = None
) -> list[int]:
    team = Team(reps)
    pool = pool_of(team, last=last)
    return deal([Entry("r", FromPool(pool, by))], map(Lead, range(number)), team).reps


def test_cards_go_round_in_joining_order() -> None:
    assert dealt([ANA, BEN, EVE], 7) == [1, 2, 3, 1, 2, 3, 1]


def test_it_goes_on_behind_the_one_dealt_to_last() -> None:
    assert dealt([ANA, BEN, EVE], 4, last=2) == [3, 1, 2, 3]


def test_who_is_not_there_is_passed_over_and_keeps_the_place() -> None:
    assert dealt([ANA, BEN._replace(absence=AWAY), EVE], 3, last=2) == [3, 1, 3]
    team = Team([ANA, BEN, EVE])
    left = pool_of(team, Seat(1), Seat(2, member=False), Seat(3), last=2)
    assert [left.take("round_robin") for _ in range(3)] == [3, 1, 3]


def test_a_pointer_at_nobody_of_the_pool_begins_at_the_first() -> None:
    assert dealt([ANA, BEN], 3, last=99) == [1, 2, 1]


def test_who_was_passed_over_stands_with_the_reason_of_that_moment() -> None:
    team = Team([ANA._replace(caps={"1 a day": 1}), BEN, EVE._replace(absence=AWAY)])
    plan = deal([Entry("r", FromPool(pool_of(team), "round_robin"))], map(Lead, range(3)), team)
    assert plan.reps == [1, 2, 2]
    over = [[(p.name, p.reason()) for p in plan.whys[n].passed_over] for n in plan.because]
    assert over == [
        [("eve", "on leave")],
        [("ana", "at a cap: 1 a day"), ("eve", "on leave")],
        [("ana", "at a cap: 1 a day"), ("eve", "on leave")],
    ]


@pytest.mark.parametrize(
    ("reps", "why"),
    [
        ((), NO_REPS),
        ((ANA._replace(absence=AWAY),), "all on leave"),
        (
            (ANA._replace(absence=AWAY), BEN._replace(caps={"2 open": 0})),
            "all on leave or at a cap",
        ),
    ],
)
def test_nobody_there_leaves_leads_with_the_reason(reps: tuple[Rep, ...], why: str) -> None:
    team = Team(reps)
    pool = Pool(7, "eu", [Seat(rep) for rep in team.names], team, 1)
    plan = deal([Entry("r", FromPool(pool, "round_robin"))], [Lead(5), Lead(6)], team)
    assert (plan.reps, plan.nobody, pool.last) == ([], {("r", why): [5, 6]}, 1)
    assert plan.reps == []


def test_spread_has_everybody_who_was_there() -> None:
    team = Team([ANA, BEN, EVE._replace(absence=AWAY)])
    plan = deal([Entry("r", FromPool(pool_of(team), "round_robin"))], [Lead(5)], team)
    assert (plan.reps, plan.there) == ([1], (1, 2))


def test_the_first_entry_that_fits_and_has_somebody_wins() -> None:
    team = Team([ANA._replace(absence=AWAY), BEN, EVE])
    entries = [
        Entry("away, on", OneRep(1, team), stop=False),
        Entry("ben", OneRep(2, team)),
        Entry("away, stop", OneRep(1, team)),
    ]
    leads = [Lead(1, (0, 1)), Lead(2, (2, 1)), Lead(3, ()), Lead(4, (1,))]
    plan = deal(entries, leads, team)
    assert dict(zip(plan.leads, plan.reps, strict=True)) == {1: 2, 4: 2}
    assert [(why.rule, [p.name for p in why.passed_over]) for why in plan.whys] == [
        ("ben", ["ana"]),
        ("ben", []),
    ]
    assert plan.nobody == {("away, stop", "ana on leave"): [2], (None, NO_RULE): [3]}


def test_an_owner_that_nobody_is_does_not_fit() -> None:
    team = Team([ANA, BEN])
    entries = [Entry("account", Owner("account_owner", team)), Entry("rest", OneRep(2, team))]
    plan = deal(entries, [Lead(1, (0, 1), account_owner=1), Lead(2, (0, 1))], team)
    assert plan.reps == [1, 2]


def test_a_second_lead_of_a_company_goes_to_the_rep_of_the_first() -> None:
    team = Team([ANA, BEN, EVE])
    entries = [
        Entry("earlier", Owner("earlier_owner", team)),
        Entry("rest", FromPool(pool_of(team), "round_robin")),
    ]
    companies = ["x", "y", "x", "z", "y", None]
    leads = [Lead(n, (0, 1), company=company) for n, company in enumerate(companies)]
    assert deal(entries, leads, team).reps == [1, 2, 1, 3, 2, 1]


def test_a_pool_goes_on_from_one_entry_to_the_next() -> None:
    team = Team([ANA, BEN, EVE])
    pool = pool_of(team)
    entries = [Entry("a", FromPool(pool, "round_robin")), Entry("b", FromPool(pool, "round_robin"))]
    leads = [Lead(n, (n % 2,)) for n in range(6)]
    assert deal(entries, leads, team).reps == [1, 2, 3, 1, 2, 3]


def test_least_open_goes_to_who_has_least_with_ties_in_turn() -> None:
    reps = [ANA._replace(open=2), BEN, EVE._replace(open=1)]
    assert dealt(reps, 7, "least_open") == [2, 3, 2, 3, 1, 2, 3]


def test_caps_hold_within_a_run_and_in_all_pools() -> None:
    team = Team([ANA._replace(caps={"3 open": 3, "2 a day": 2}), BEN])
    one, other = pool_of(team), pool_of(team)
    entries = [Entry("a", FromPool(one, "round_robin")), Entry("b", FromPool(other, "weighted"))]
    plan = deal(entries, [Lead(n, (n % 2,)) for n in range(9)], team)
    assert Counter(plan.reps) == {1: 2, 2: 7}


@pytest.mark.parametrize("capacity", range(1, 15))
def test_a_capacity_of_a_few_leads_receives_exactly_these(capacity: int) -> None:
    # Odoo makes a monthly capacity of 1 to 14 a daily one of 0, so that they never get any.
    reps = [ANA._replace(caps={f"{capacity} a week": capacity}), BEN]
    assert Counter(dealt(reps, 60)) == {1: capacity, 2: 60 - capacity}


@pytest.mark.parametrize(
    ("start", "until", "there"),
    [
        (None, None, True),
        (TODAY, None, False),
        (TODAY, TODAY, False),
        (TODAY - 9, TODAY, False),
        (TODAY - 9, TODAY - 1, True),
        (TODAY + 1, TODAY + 9, True),
        (TODAY + 1, None, True),
    ],
)
def test_a_leave_lasts_through_its_last_day(
    start: int | None, until: int | None, there: bool
) -> None:
    assert (absence(row(away_from=start, away_until=until), TODAY, 7, 600) is None) is there


def row(**more: object) -> dict[str, object]:
    blank = dict.fromkeys(("away_from", "away_until", "work_days", "work_from", "work_until"))
    return {"active": 1, **blank, **more}


@pytest.mark.parametrize(
    ("weekday", "minute", "there"),
    [(1, 540, True), (5, 1019, True), (5, 1020, False), (1, 539, False), (6, 600, False)],
)
def test_working_days_and_hours(weekday: int, minute: int, there: bool) -> None:
    rep = row(work_days="12345", work_from=540, work_until=1020)
    assert (absence(rep, TODAY, weekday, minute) is None) is there


# Properties.

people = st.lists(
    st.tuples(
        st.sampled_from([None, None, None, AWAY]),
        st.dictionaries(st.sampled_from(["5 open", "2 a day"]), st.integers(-1, 9)),
        st.integers(0, 4),
        st.sampled_from([True, True, True, False]),
        st.integers(1, 3),
    ),
    max_size=5,
)


@given(
    people,
    st.sampled_from(["round_robin", "weighted", "least_open", "rep", "by hand"]),
    st.lists(st.integers(0, 25), min_size=1, max_size=3),
    st.integers(0, 6),
)
def test_runs_deal_as_one_by_one_does(
    them: list[tuple[Absence | None, dict[str, int], int, bool, int]],
    way: Any,
    numbers: list[int],
    last: int,
) -> None:
    def tables() -> tuple[Team, Pool, Entry]:
        team = Team(
            Rep(n, f"rep{n}", absence, dict(caps), held)
            for n, (absence, caps, held, _, _) in enumerate(them)
        )
        seats = [Seat(n, member, weight) for n, (*_, member, weight) in enumerate(them)]
        pool = Pool(7, "eu", seats, team, last)
        target: Target = FromPool(pool, way)
        if way in ("rep", "by hand") and them:
            target = OneRep(0, team, anyway=way == "by hand")
        elif way in ("rep", "by hand"):
            target = FromPool(pool, "round_robin")
        return team, pool, Entry("r", target)

    (team, pool, entry), (other_team, other_pool, other_entry) = tables(), tables()
    for number in numbers:
        leads = range(100, 100 + number)
        plan = deal_all(entry, leads, team)
        other = deal([other_entry], map(Lead, leads), other_team)
        for name in ("leads", "reps", "nobody", "turned_away", "passed_over", "there"):
            assert getattr(plan, name) == getattr(other, name), name
        whys = [[each.whys[n] for n in each.because] for each in (plan, other)]
        assert whys[0] == whys[1]
        assert (team.open, team.absent) == (other_team.open, other_team.absent)
        assert (pool.last, pool.used) == (other_pool.last, other_pool.used)
        counts = [each.quota and each.quota.shares for each in (pool, other_pool)]
        assert counts[0] == counts[1]


weights = st.lists(st.integers(1, 12), min_size=1, max_size=7)


owed = st.integers(-WHOLE, WHOLE)


@given(weights, st.lists(owed, min_size=7, max_size=7), st.integers(1, 120))
def test_a_weighted_pool_is_never_a_whole_lead_from_its_share(
    shares: list[int], before: list[int], number: int
) -> None:
    count = Quota(Share(rep, weight, owed=before[rep]) for rep, weight in enumerate(shares))
    counts = [0] * len(shares)
    for n in range(1, number + 1):
        counts[count.take()] += 1
        for weight, got in zip(shares, counts, strict=True):
            assert abs(Fraction(weight * n, sum(shares)) - got) < 1


@given(weights, st.lists(st.integers(0, 40), max_size=8))
def test_a_count_goes_on_from_one_run_to_the_next(shares: list[int], runs: list[int]) -> None:
    once = count = Quota(Share(rep, weight) for rep, weight in enumerate(shares))
    whole = [once.take() for _ in range(sum(runs))]
    parts: list[int] = []
    count = Quota(Share(rep, weight) for rep, weight in enumerate(shares))
    for run in runs:
        count = Quota(count.shares)
        parts += [count.take() for _ in range(run)]
    assert parts == whole


comings = st.lists(
    st.tuples(st.sets(st.integers(0, 5), min_size=1), st.integers(1, 12)), min_size=1, max_size=40
)


@given(st.lists(st.sampled_from([1, 1, 2, 3, 10, 50]), min_size=6, max_size=6), comings)
def test_nobody_starves_however_often_people_come_and_go(
    shares: list[int], history: list[tuple[set[int], int]]
) -> None:
    """The sum of all shares that a rep had while there, and what they got, stay close."""
    count: Quota | None = None
    due, got = [Fraction()] * 6, Counter[int]()
    for there, leads in history:
        members = [(rep, shares[rep]) for rep in sorted(there)]
        whole = sum(weight for _, weight in members)
        if count is None:
            count = Quota(Share(*member) for member in members)
        elif not count.is_of(members):
            count = count.changed(members, range(6))
        for _ in range(leads):
            got[count.take()] += 1
            for rep, weight in members:
                due[rep] += Fraction(weight, whole)
    assert all(abs(due[rep] - got[rep]) < 3 for rep in range(6))


def test_a_light_member_gets_a_lead_though_each_is_a_new_count() -> None:
    count = Quota([Share(1, 10), Share(2, 1)])
    got = Counter[int]()
    for lead in range(110):
        members = [(1, 10), (2, 1)] if lead % 2 else [(1, 10), (2, 1), (3, 1)]
        count = count.changed(members, (1, 2, 3))
        got[count.take()] += 1
    assert 9 <= got[2] <= 10
    assert 4 <= got[3] <= 5


def test_another_weight_or_absence_starts_a_new_count() -> None:
    team = Team([ANA, BEN, EVE._replace(caps={"1 open": 1})])
    pool = pool_of(team, Seat(1, weight=2), Seat(2), Seat(3))
    taken = [pool.take("weighted") for _ in range(8)]
    assert Counter(taken[: taken.index(3) + 1])[3] == 1
    assert Counter(taken[taken.index(3) + 1 :])[3] == 0
    assert pool.quota is not None
    assert [(each.rep, each.weight) for each in sorted(pool.quota.shares)] == [
        (1, 2),
        (2, 1),
        (3, 0),
    ]


steps = st.one_of(
    st.tuples(st.just("deal"), st.integers(0, 30)),
    st.tuples(
        st.sampled_from(["leave", "return", "remove", "come back", "cap"]), st.integers(0, 9)
    ),
    st.tuples(st.just("join"), st.just(0)),
)


@given(st.integers(1, 6), st.lists(steps, max_size=40))
def test_those_there_throughout_differ_by_at_most_one(
    reps: int, history: list[tuple[str, int]]
) -> None:
    seats = [Seat(rep) for rep in range(1, reps + 1)]
    away: set[int] = set()
    caps: dict[int, int] = {}
    throughout, last, counts = set(range(1, reps + 1)), None, Counter[int]()
    for what, number in history:
        place = number % len(seats)
        rep = seats[place].rep
        if what == "deal":
            team = Team(
                Rep(s.rep, f"rep{s.rep}", AWAY if s.rep in away else None,
                    {"a cap": caps[s.rep]} if s.rep in caps else {})
                for s in seats
            )  # fmt: skip
            pool = Pool(7, "eu", seats, team, last)
            plan = deal([Entry("r", FromPool(pool, "round_robin"))], map(Lead, range(number)), team)
            counts.update(plan.reps)
            last = pool.last
            for capped in caps.keys() & set(plan.reps):
                caps[capped] -= plan.reps.count(capped)
        elif what == "join":
            seats.append(Seat(len(seats) + 1))
        elif what in ("leave", "return"):
            (away.add if what == "leave" else away.discard)(rep)
        elif what == "cap":
            caps[rep] = number
        else:
            seats[place] = Seat(rep, member=what == "come back")
        throughout -= away | caps.keys() | {s.rep for s in seats if not s.member}
        there = [counts[rep] for rep in throughout]
        assert not there or max(there) - min(there) <= 1
