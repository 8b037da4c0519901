"""How leads get owners: chooses the leads, has them dealt, and writes who got which and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from leadctl.errors import ConflictError
from leadctl.rules import assignment
from leadctl.rules.assignment import Deal, Entry, Ring, Seat
from leadctl.values import stored_json

if TYPE_CHECKING:
    from leadctl.journal import Operation
    from leadctl.store import Row, Store

BATCH = 20_000
OWNED = "owned already"
CONVERTED = "converted"
GONE = "no longer there"
"""Why a lead that was named is skipped."""


@dataclass(frozen=True)
class Request:
    """What is asked for: to whom, and which leads.

    Leads go round the ring of `pool`, or all to the rep `to`. `leads` are dealt in the order given,
    those that have an owner only with `reassign`; None means all leads to work without an owner,
    oldest first. `closed` are the statuses of leads that nobody works; `today` is a day number.
    """

    today: int
    closed: Sequence[str]
    pool: str = "everyone"
    to: str | None = None
    leads: Sequence[int] | None = None
    reassign: bool = False

    @property
    def words(self) -> str:
        """The command as the history shows it, without names."""
        way = "--round-robin" if self.pool == "everyone" else "--pool"
        if self.to is not None:
            way = "--to"
        return f"assign {way}" + (" --reassign" if self.reassign else "")


@dataclass
class Assigned:
    """What came of it: the deals, who was skipped and why, and the operation that wrote it."""

    deals: list[Deal]
    skipped: dict[str, list[int]] = field(default_factory=dict)
    operation: int | None = None

    @property
    def assigned(self) -> int:
        """How many leads somebody got."""
        return sum(len(deal.reps) for deal in self.deals)

    @property
    def unassigned(self) -> dict[str, int]:
        """Why nobody got a lead -> how many leads."""
        counts: dict[str, int] = {}
        for deal in self.deals:
            if deal.unassigned:
                why = deal.why_unassigned
                counts[why] = counts.get(why, 0) + deal.unassigned
        return counts

    @property
    def by_rep(self) -> dict[str, int]:
        """Rep -> how many leads, for all who were there."""
        return assignment.spread(self.deals)

    @property
    def passed_over(self) -> list[Seat]:
        """Who was passed over."""
        return list(dict.fromkeys(s for deal in self.deals for s in deal.entry.ring.passed_over()))


def assign(store: Store, request: Request, *, dry_run: bool = False) -> Assigned:
    """Give leads their owners in one operation, and return what came of it.

    The write lock comes first, then reps, pointer and leads are read: whoever assigns at the same
    time waits and goes on behind. Raises NotFoundError for an unknown rep or pool, ConflictError
    for a rep who was removed.
    """
    # An unknown name is said before the lock is taken, and no database is made to look for one.
    _ring(store, request)
    dry_run = dry_run or not store.exists()
    with store.operation(
        request.words, decided_by="machine" if request.to is None else "person", dry_run=dry_run
    ) as op:
        ring = _ring(store, request)
        leads, skipped = _choose(store, request, ring)
        # Ordered rules will put their entries before this one, each with the leads it matches.
        rule = assignment.ROUND_ROBIN if request.to is None else assignment.BY_HAND
        result = Assigned(assignment.plan([Entry(rule, ring, leads)]), skipped)
        _write(op, result.deals)
        op.count("assigned", result.assigned)
        op.count("unassigned", sum(result.unassigned.values()))
    result.operation = op.saved
    return result


def _ring(store: Store, request: Request) -> Ring:
    """Return the ring of the pool as it stands, or of the one rep whom a person chose."""
    if request.to is not None:
        rep = active_rep(store, request.to)
        return Ring(None, (Seat(rep["id"], rep["name"]),))
    pool = store.pool(request.pool)
    seats = tuple(assignment.seat(rep, request.today) for rep in store.ring(pool))
    return Ring(pool["id"], seats, pool["last_rep_id"])


def active_rep(store: Store, name: str) -> Row:
    """Return a rep by name; NotFoundError without one, ConflictError for one who was removed."""
    rep = store.rep(name)
    if not rep["active"]:
        raise ConflictError(f"{rep['name']} was removed", "leadctl rep add brings a rep back")
    return rep


def _choose(store: Store, request: Request, ring: Ring) -> tuple[list[int], dict[str, list[int]]]:
    """Return the leads to deal, and those that are skipped by reason."""
    if request.leads is None:
        return store.leads_to_assign(request.closed), {}
    owners = store.owners(request.leads)
    chosen: list[int] = []
    skipped: dict[str, list[int]] = {}
    for lead in request.leads:
        why = _why_skipped(owners.get(lead), request, ring)
        (skipped.setdefault(why, []) if why else chosen).append(lead)
    return chosen, skipped


def _why_skipped(lead: Row | None, request: Request, ring: Ring) -> str | None:
    if lead is None:
        return GONE
    if lead["converted_at"]:
        return CONVERTED
    # Who has the lead already need not get it again from a second run of the same command.
    theirs = request.to is not None and lead["owner_id"] == ring.seats[0].rep
    if lead["owner_id"] and (theirs or not request.reassign):
        return OWNED
    return None


def _write(op: Operation, deals: Sequence[Deal]) -> None:
    """Write owners, reasons and pointers."""
    for deal in deals:
        rule, ring, leads = deal.entry
        dealt = list(zip(leads, deal.reps, strict=False))
        over = [{"rep": seat.name, "reason": seat.reason()} for seat in ring.passed_over()]
        why = {
            "pool_id": ring.pool,
            "rule": rule,
            "passed_over": stored_json(over) if over else None,
            "at": op.now,
        }
        op.update("lead", ((lead, {"owner_id": rep}) for lead, rep in dealt))
        for start in range(0, len(dealt), BATCH):
            some = dealt[start : start + BATCH]
            op.create("assignment", [{"lead_id": lead, "rep_id": rep, **why} for lead, rep in some])
        if ring.pool is not None:
            op.update("pool", [(ring.pool, {"last_rep_id": deal.last})])
