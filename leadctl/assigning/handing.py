"""Handing over: the open leads, tasks and deals of one rep go to others, and come back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from leadctl.assigning import leads as choosing
from leadctl.assigning.request import Request
from leadctl.assigning.run import reasons_of, write
from leadctl.assigning.table import Table
from leadctl.fields import KINDS
from leadctl.rules import assignment
from leadctl.rules.assignment import FromPool, OneRep, Taker, Why
from leadctl.rules.attendance import AT_CAP, HANDS_OVER, Absence, Rep, Team
from leadctl.rules.pools import Pool
from leadctl.stored import among

if TYPE_CHECKING:
    from leadctl.config import Settings
    from leadctl.journal import Operation
    from leadctl.store import Row, Store

WORK = ("lead", "task", "deal")
"""The kinds of records that are handed over."""

_OPEN = {
    "lead": """SELECT id, NULL AS lead_id, NULL AS deal_id FROM leads
        WHERE id IN (SELECT lead_id FROM owners WHERE owner_id = :rep)
        AND converted_at IS NULL AND status NOT IN ({statuses}) ORDER BY created_at, id""",
    "task": """SELECT id, lead_id, deal_id FROM tasks WHERE owner_id = :rep
        AND done_at IS NULL ORDER BY created_at, id""",
    "deal": """SELECT id, lead_id, NULL AS deal_id FROM deals WHERE owner_id = :rep
        AND closed_at IS NULL AND stage NOT IN ({stages}) ORDER BY created_at, id""",
}


class Closed(NamedTuple):
    """The words for what is over: statuses of leads that nobody works, stages of ended deals."""

    statuses: Sequence[str]
    stages: Sequence[str]

    @classmethod
    def of(cls, settings: Settings) -> Closed:
        """Return those of the settings."""
        ended = [stage for stage, percent in settings.stages.items() if percent in (0, 100)]
        return cls(settings.closed, ended)


def open_work(store: Store, rep: int, closed: Closed) -> dict[str, list[Row]]:
    """Return kind -> the open records of a rep, oldest first: `id`, `lead_id`, `deal_id`."""
    bound: dict[str, int | str] = {"rep": rep}
    marks = {}
    for name, words in closed._asdict().items():
        marks[name], named = among(name, words)
        bound |= named
    return {kind: store.query(sql.format(**marks), bound) for kind, sql in _OPEN.items()}


@dataclass
class HandedOver:
    """What went to whom: kind -> rep -> how many; `left` is kind -> how many nobody could take."""

    by_kind: Mapping[str, Counter[str]]
    left: Mapping[str, int]
    why: str
    operation: int | None = None

    @property
    def total(self) -> int:
        """How many records went."""
        return sum(reps.total() for reps in self.by_kind.values())


def hand_over(
    store: Store,
    giver: str,
    request: Request,
    closed: Closed,
    *,
    until: int | None = None,
    dry_run: bool = False,
) -> HandedOver:
    """Give all open work of a rep to the pool or rep of the request, in one operation.

    Leads are dealt like others. A task goes with its lead or deal; other tasks and deals go round
    without moving the pool's pointer, which counts leads. Raises NotFoundError or ConflictError
    for names that are not there.
    """
    words = f"assign --from {request.words.removeprefix('assign ')}"
    store.rep(giver)
    Table(store, request, checks=True).entries()
    dry_run = dry_run or not store.exists()
    with store.operation(words, decided_by=request.decided_by, dry_run=dry_run) as op:
        rep = store.rep(giver)
        work = open_work(store, rep["id"], closed)
        table = Table(store, request)
        table.team.absent[rep["id"]] = Absence(HANDS_OVER)
        table.team.changes += 1
        (entry,) = table.entries()
        taker = entry.target
        assert isinstance(taker, (FromPool, OneRep))
        leads = [row["id"] for row in work["lead"]]
        if request.by_score:
            leads = choosing.best_first(store, leads)
        plan = assignment.deal_all(entry, leads, table.team)
        write(op, table, plan)
        went: dict[str, dict[int, int]] = {
            "lead": dict(zip(plan.leads, plan.reps, strict=True)), "task": {}, "deal": {},
        }  # fmt: skip
        others = _for_others(taker, table.team)
        for kind in ("deal", "task"):
            for row in work[kind]:
                follows = went["deal"].get(row["deal_id"]) or went["lead"].get(row["lead_id"])
                to = follows or others.take()
                if to is not None:
                    went[kind][row["id"]] = to
        _write(op, rep["id"], went, until)
        names = table.team.names
        result = HandedOver(
            {kind: Counter(names[rep] for rep in went[kind].values()) for kind in WORK},
            {kind: len(work[kind]) - len(went[kind]) for kind in WORK},
            assignment.why_nobody(table.team, [taker]),
        )
        for kind in WORK:
            op.count(f"{kind}s", len(went[kind]))
    result.operation = op.saved
    return result


def _for_others(taker: FromPool | OneRep, team: Team) -> Taker:
    """Return who takes deals and tasks: the same turns, without caps and without a trace."""
    there = Team(
        Rep(rep, name, _not_a_cap(team.absent.get(rep))) for rep, name in team.names.items()
    )
    if isinstance(taker, OneRep):
        return OneRep(taker.rep, there, anyway=True)
    dealing = taker.dealing
    copy = Pool(dealing.id, dealing.name, dealing.seats, there, dealing.last)
    return FromPool(copy, "round_robin")


def _not_a_cap(absence: Absence | None) -> Absence | None:
    return None if absence is None or absence.kind == AT_CAP else absence


def _write(
    op: Operation, giver: int, went: Mapping[str, Mapping[int, int]], until: int | None
) -> None:
    for kind in ("task", "deal"):
        op.update(kind, ((record, {"owner_id": rep}) for record, rep in went[kind].items()))
    op.create(
        "handover",
        [
            {
                f"{kind}_id": record, "from_rep_id": giver, "to_rep_id": rep,
                "until_day": until, "at": op.now,
            }
            for kind in WORK
            for record, rep in went[kind].items()
        ],
    )  # fmt: skip


# Back again.

_HANDED = """SELECT h.id AS handover, t.id, t.owner_id AS holder, h.to_rep_id AS stand_in
    FROM handovers AS h JOIN {table} AS t ON t.id = h.{kind}_id
    WHERE h.from_rep_id = :rep AND NOT h.returned ORDER BY h.id"""


def give_back(op: Operation, store: Store, rep: str, closed: Closed) -> tuple[dict[str, int], int]:
    """Give a rep back what is still with the stand-in and open.

    Returns kind -> how many came back, and how many stay because they are with somebody else, or
    are done.
    """
    owner = store.active_rep(rep)["id"]
    came: dict[str, int] = {}
    stayed = 0
    for kind in WORK:
        sql = _HANDED.format(table=KINDS[kind], kind=kind)
        handed = store.query(sql, {"rep": owner})
        # What was handed over twice is with whom it went to last.
        rows = {row["id"]: row for row in handed}.values()
        with_stand_in = [row for row in rows if row["holder"] == row["stand_in"]]
        open_now: set[int] = set()
        for stand_in in {row["stand_in"] for row in with_stand_in}:
            open_now |= {each["id"] for each in open_work(store, stand_in, closed)[kind]}
        back = [row["id"] for row in with_stand_in if row["id"] in open_now]
        stayed += len(rows) - len(back)
        came[kind] = op.update(kind, ((record, {"owner_id": owner}) for record in back))
        op.update("handover", ((row["handover"], {"returned": 1}) for row in handed))
        if kind == "lead" and back:
            reason = reasons_of(op, [Why(assignment.RETURNED, None, ())])[0]
            op.create(
                "assignment",
                [{"lead_id": lead, "rep_id": owner, "reason_id": reason} for lead in back],
            )
    return came, stayed
