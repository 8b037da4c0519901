"""Pools that deal like cards: in turn, by weight, or to who has the fewest leads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import cycle, islice
from typing import Literal, NamedTuple

from leadctl.rules.attendance import Team
from leadctl.rules.quota import Quota, Share

By = Literal["round_robin", "weighted", "least_open"]
WAYS: Mapping[By, str] = {
    "round_robin": "round robin",
    "weighted": "weighted",
    "least_open": "least open",
}
"""How a pool deals -> how people call it."""


class Seat(NamedTuple):
    """A rep's place in a pool.

    Who is no `member` any more keeps the place, so that the rep after it stays the next one.
    """

    rep: int
    member: bool = True
    weight: int = 1


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

    @property
    def is_weighted(self) -> bool:
        """Whether members have different weights."""
        return len({seat.weight for seat in self.seats if seat.member}) > 1

    def take_some(self, by: By, most: int) -> list[int]:
        """Deal up to `most` leads, until somebody comes to a cap; return who gets each."""
        if by == "round_robin":
            return self._take_turns(most)
        dealt: list[int] = []
        changes = self.team.changes
        while len(dealt) < most and changes == self.team.changes:
            rep = self.take(by)
            if rep is None:
                break
            dealt.append(rep)
        return dealt

    def _take_turns(self, most: int) -> list[int]:
        there = [seat.rep for seat in self._there()]
        for place, rep in enumerate(there):
            if (left := self.team.left(rep)) is not None:
                most = min(most, (left - 1) * len(there) + place + 1)
        dealt = list(islice(cycle(there), most))
        for rep, leads in Counter(dealt).items():
            self.team.took(rep, leads)
        if dealt:
            self.last, self.used = dealt[-1], True
            self._at = self._places[self.last]
        return dealt

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
            if self.quota is None:
                self.quota = Quota(Share(rep, weight) for rep, weight in there)
            elif not self.quota.is_of(there):
                self.quota = self.quota.changed(there, self.members())
        return None if self.quota is None else self.quota.take()

    def _least_open(self) -> int | None:
        there = [seat.rep for seat in self._there()]
        return min(there, key=self.team.open.__getitem__) if there else None
