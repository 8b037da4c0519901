"""Who gets which lead, and who was passed over: rings of reps, dealt to as cards are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import cycle, islice
from typing import Any, NamedTuple

from leadctl.values import day_of_number

ROUND_ROBIN = "round robin"
BY_HAND = "by hand"
"""The names of what decided where no rule of leadctl.toml did."""

NO_REPS = "no reps yet"
ALL_ABSENT = "all on leave"
"""Why leads stay without an owner."""

DayInWords = Callable[[int], str]


class Seat(NamedTuple):
    """A rep's place in a ring.

    Who is no `member` any more keeps the place, so that the rep after it stays the next one.
    `absent` says why a member is passed over now, and `until` which day is the last of it.
    """

    rep: int
    name: str
    member: bool = True
    absent: str | None = None
    until: int | None = None

    def reason(self, in_words: DayInWords = lambda day: day_of_number(day).isoformat()) -> str:
        """Return why the rep is passed over, such as `on leave until 2026-12-01`; "" if not."""
        until = "" if self.until is None else f" until {in_words(self.until)}"
        return f"{self.absent or ''}{until}"


class Ring(NamedTuple):
    """Reps in joining order, and the id of the one who was dealt to last.

    `pool` is the id of the pool whose ring it is, None for a single rep whom a person chose.
    """

    pool: int | None
    seats: tuple[Seat, ...]
    last: int | None = None

    def in_turn(self) -> tuple[Seat, ...]:
        """Return the seats beginning with the one whose turn is next."""
        places = [seat.rep for seat in self.seats]
        start = places.index(self.last) + 1 if self.last in places else 0
        return self.seats[start:] + self.seats[:start]

    def there(self) -> list[Seat]:
        """Return who can be dealt to now, in turn."""
        return [seat for seat in self.in_turn() if seat.member and not seat.absent]

    def passed_over(self) -> list[Seat]:
        """Return the members who cannot be dealt to now, in joining order."""
        return [seat for seat in self.seats if seat.member and seat.absent]


class Entry(NamedTuple):
    """One entry of a plan: the leads that a rule sends round a ring, in the order of dealing."""

    rule: str
    ring: Ring
    leads: Sequence[int]


class Deal(NamedTuple):
    """What came of an entry: the rep of each lead; no reps at all where nobody is there."""

    entry: Entry
    reps: Sequence[int]

    @property
    def last(self) -> int | None:
        """The rep who was dealt to last, which is where the ring goes on the next time."""
        return self.reps[-1] if self.reps else self.entry.ring.last

    @property
    def unassigned(self) -> int:
        """How many leads of the entry nobody got."""
        return len(self.entry.leads) - len(self.reps)

    @property
    def why_unassigned(self) -> str:
        """Why nobody is there."""
        return ALL_ABSENT if self.entry.ring.passed_over() else NO_REPS


def plan(entries: Iterable[Entry]) -> list[Deal]:
    """Return what each entry deals, in their order; a ring goes on where the one before stopped."""
    last: dict[int | None, int | None] = {}
    deals = []
    for entry in entries:
        ring = entry.ring._replace(last=last.get(entry.ring.pool, entry.ring.last))
        deals.append(deal(entry._replace(ring=ring)))
        last[ring.pool] = deals[-1].last
    return deals


def deal(entry: Entry) -> Deal:
    """Deal leads one by one to those who are there, beginning behind the one dealt to last.

    What a ring has dealt differs by at most one among reps who were there throughout, however the
    deals were cut up, because the others never change who of two reps comes next.
    """
    there = [seat.rep for seat in entry.ring.there()]
    return Deal(entry, list(islice(cycle(there), len(entry.leads))))


def spread(deals: Iterable[Deal]) -> dict[str, int]:
    """Return rep -> number of leads for all who were there, in joining order."""
    counts: dict[str, int] = {}
    for dealt in deals:
        got = Counter(dealt.reps)
        for seat in dealt.entry.ring.seats if dealt.reps else ():
            if seat.member and not seat.absent:
                counts[seat.name] = counts.get(seat.name, 0) + got[seat.rep]
    return counts


def seat(rep: Mapping[str, Any], today: int) -> Seat:
    """Return a rep's seat as of a day. `rep` has the columns of a rep and `member`."""
    member = bool(rep["member"])
    if is_on_leave(rep, today):
        return Seat(rep["id"], rep["name"], member, "on leave", rep["away_until"])
    return Seat(rep["id"], rep["name"], member)


def is_on_leave(rep: Mapping[str, Any], today: int) -> bool:
    """Return whether a rep is away on a day; the last day of a leave belongs to it."""
    start, end = rep["away_from"], rep["away_until"]
    return start is not None and start <= today and (end is None or today <= end)
