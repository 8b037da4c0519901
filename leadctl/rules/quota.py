"""Whose turn it is in a pool with weights: each lead within its quota, and what is owed first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import heapify, heappop, heappush
from itertools import accumulate
from math import gcd
from typing import NamedTuple

WHOLE = 1_000_000
"""What is owed is counted in millionths of a lead."""


class Share(NamedTuple):
    """A rep in a count: their weight, how many leads they got, and what they were owed before.

    Who is not there has no weight, and is remembered for what is owed: millionths of a lead, less
    than none for who got more than their share.
    """

    rep: int
    weight: int
    got: int = 0
    owed: int = 0


class Quota:
    """One count of a weighted pool, in which each rep stays less than one lead from their share.

    The n-th lead of a rep with the part p of the weights is due behind lead (n - 1) / p and not
    behind lead n / p; that there always is an order in which all fall due in time is a theorem of
    R. Tijdeman, "The chairman assignment problem", Discrete Mathematics 32 (1980), 323-330. Among
    those who can have a lead so that the others still come in time, it goes to who is owed most,
    from this count and those before it; ties go to the first of `shares`.
    """

    def __init__(self, shares: Iterable[Share]) -> None:
        shares = tuple(shares)
        there = [share for share in shares if share.weight]
        self._away = [share for share in shares if not share.weight]
        self._reps = [share.rep for share in there]
        self._owed = [share.owed for share in there]
        self._weights = [share.weight for share in there]
        self._cycle = sum(self._weights) // gcd(*self._weights)
        self._parts = [weight // gcd(*self._weights) for weight in self._weights]
        self._begin([share.got for share in there])

    @property
    def shares(self) -> list[Share]:
        """The count as it stands, those who are away last."""
        rows = zip(self._reps, self._weights, self._got, self._owed, strict=True)
        return [*(Share(*row) for row in rows), *self._away]

    def is_of(self, members: Sequence[tuple[int, int]]) -> bool:
        """Whether this is the count of these reps with these weights."""
        return sorted(zip(self._reps, self._weights, strict=True)) == sorted(members)

    def take(self) -> int:
        """Return the rep whose turn it is, and go on to the next turn."""
        lead = sum(self._got) + 1
        while self._tight[0] < lead:
            heappop(self._tight)
        # All leads up to this one are spoken for.
        until = self._tight[0]
        may = [
            place
            for place, part in enumerate(self._parts)
            if self._got[place] * self._cycle < lead * part and self._due(place) <= until
        ]
        turn = max(may, key=lambda place: self._total(place, lead))
        due = self._due(turn)
        self._got[turn] += 1
        for number in range(lead, due):
            self._slack[number] -= 1
            if not self._slack[number]:
                heappush(self._tight, number)
        if lead == self._cycle:
            self._begin([0] * len(self._got))
        return self._reps[turn]

    def changed(self, members: Sequence[tuple[int, int]], known: Iterable[int]) -> Quota:
        """Return a new count of these reps and weights; `known` are those who are remembered.

        What is owed goes along, up to one lead.
        """
        lead = sum(self._got)
        owed = {share.rep: share.owed for share in self._away}
        for place, rep in enumerate(self._reps):
            total = self._total(place, lead) // self._cycle
            owed[rep] = max(-WHOLE, min(total, WHOLE))
        there = [Share(rep, weight, owed=owed.pop(rep, 0)) for rep, weight in members]
        return Quota([*there, *(Share(rep, 0, owed=owed[rep]) for rep in known if rep in owed)])

    def _begin(self, got: list[int]) -> None:
        """Note how many of the leads up to each one are free, while so many were dealt."""
        self._got = got
        due = [0] * (self._cycle + 1)
        for part, had in zip(self._parts, got, strict=True):
            for number in range(had + 1, part + 1):
                due[-(-number * self._cycle // part)] += 1
        dealt = sum(got)
        self._slack = [lead - dealt - spoken for lead, spoken in enumerate(accumulate(due))]
        self._tight = [lead for lead in range(dealt + 1, self._cycle + 1) if not self._slack[lead]]
        heapify(self._tight)

    def _due(self, place: int) -> int:
        """Return behind which lead the next one of a rep comes too late."""
        return -(-(self._got[place] + 1) * self._cycle // self._parts[place])

    def _total(self, place: int, lead: int) -> int:
        """Return what a rep is owed when a number of leads were dealt, times the cycle."""
        behind = lead * self._parts[place] - self._got[place] * self._cycle
        return self._owed[place] * self._cycle + behind * WHOLE
