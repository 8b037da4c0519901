"""Dealing: exactly even among those who were there throughout, whatever happens meanwhile."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadctl.rules.assignment import (
    ALL_ABSENT,
    NO_REPS,
    Entry,
    Ring,
    Seat,
    deal,
    plan,
    seat,
    spread,
)

ANA, BEN, EVE = Seat(1, "ana"), Seat(2, "ben"), Seat(3, "eve")
TODAY = 20779  # 2026-11-22


def dealt(ring: Ring, number: int) -> list[int]:
    return list(deal(Entry("round robin", ring, range(number))).reps)


def test_cards_go_round_in_joining_order() -> None:
    assert dealt(Ring(1, (ANA, BEN, EVE)), 7) == [1, 2, 3, 1, 2, 3, 1]


def test_it_goes_on_behind_the_one_dealt_to_last() -> None:
    assert dealt(Ring(1, (ANA, BEN, EVE), last=2), 4) == [3, 1, 2, 3]


@pytest.mark.parametrize("gone", [BEN._replace(absent="on leave"), BEN._replace(member=False)])
def test_who_is_not_there_is_passed_over_and_keeps_the_place(gone: Seat) -> None:
    ring = Ring(1, (ANA, gone, EVE), last=2)
    assert dealt(ring, 3) == [3, 1, 3]


def test_only_members_are_named_as_passed_over() -> None:
    away = BEN._replace(absent="on leave", until=TODAY)
    ring = Ring(1, (ANA, away, EVE._replace(member=False)))
    assert [(s.name, s.reason()) for s in ring.passed_over()] == [
        ("ben", "on leave until 2026-11-22")
    ]


def test_a_pointer_at_nobody_of_the_ring_begins_at_the_first() -> None:
    assert dealt(Ring(1, (ANA, BEN), last=99), 3) == [1, 2, 1]


@pytest.mark.parametrize(
    ("seats", "why"),
    [
        ((), NO_REPS),
        ((ANA._replace(member=False),), NO_REPS),
        ((ANA._replace(absent="on leave"),), ALL_ABSENT),
        ((ANA._replace(absent="on leave"), BEN._replace(member=False)), ALL_ABSENT),
    ],
)
def test_nobody_there_leaves_leads_with_the_reason(seats: tuple[Seat, ...], why: str) -> None:
    result = deal(Entry("round robin", Ring(1, seats, last=1), [5, 6]))
    assert (result.reps, result.unassigned, result.why_unassigned) == ([], 2, why)
    assert result.last == 1
    assert spread([result]) == {}


def test_spread_has_everybody_who_was_there() -> None:
    away = EVE._replace(absent="on leave")
    result = deal(Entry("round robin", Ring(1, (ANA, BEN, away)), [5]))
    assert spread([result]) == {"ana": 1, "ben": 0}


def test_a_ring_goes_on_from_one_entry_of_a_plan_to_the_next() -> None:
    ring, other = Ring(1, (ANA, BEN, EVE)), Ring(2, (EVE, ANA))
    deals = plan(
        [Entry("east", ring, [7]), Entry("west", other, [8]), Entry("round robin", ring, [9])]
    )
    assert [list(each.reps) for each in deals] == [[1], [3], [2]]
    assert [each.last for each in deals] == [1, 3, 2]


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
    rep = {"id": 1, "name": "ana", "member": 1, "away_from": start, "away_until": until}
    assert (seat(rep, TODAY).absent is None) is there


steps = st.one_of(
    st.tuples(st.just("deal"), st.integers(0, 30)),
    st.tuples(st.sampled_from(["leave", "return", "remove", "come back"]), st.integers(0, 9)),
    st.tuples(st.just("join"), st.just(0)),
)


@given(st.integers(1, 6), st.lists(steps, max_size=40))
def test_those_there_throughout_differ_by_at_most_one(
    reps: int, history: list[tuple[str, int]]
) -> None:
    seats = [Seat(rep, f"rep{rep}") for rep in range(1, reps + 1)]
    throughout, last, counts = set(range(1, reps + 1)), None, Counter[int]()
    for what, number in history:
        if what == "deal":
            result = deal(Entry("round robin", Ring(1, tuple(seats), last), range(number)))
            assert result.reps or not number or not any(s.member and not s.absent for s in seats)
            counts.update(result.reps)
            last = result.last
        elif what == "join":
            seats.append(Seat(len(seats) + 1, f"rep{len(seats) + 1}"))
        else:
            place = number % len(seats)
            change = {
                "leave": {"absent": "on leave"}, "return": {"absent": None},
                "remove": {"member": False}, "come back": {"member": True},
            }[what]  # fmt: skip
            seats[place] = seats[place]._replace(**change)  # type: ignore[arg-type]
            throughout.discard(seats[place].rep)
    shares = [counts[rep] for rep in throughout]
    assert not shares or max(shares) - min(shares) <= 1


@given(st.integers(1, 7), st.lists(st.integers(0, 40)))
def test_many_deals_come_to_the_same_as_one(reps: int, numbers: list[int]) -> None:
    seats = tuple(Seat(rep, f"rep{rep}") for rep in range(1, reps + 1))
    last, got = None, []
    for number in numbers:
        result = deal(Entry("round robin", Ring(1, seats, last), range(number)))
        got += result.reps
        last = result.last
    assert got == dealt(Ring(1, seats), sum(numbers))
