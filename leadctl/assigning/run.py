"""A deal as one operation: who gets which lead by rules, by a pool or by hand, written with why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from leadctl.assigning import leads as choosing
from leadctl.assigning.moment import Moment
from leadctl.assigning.team import active_rep, facts_of, is_weighted, names_only, pool_of, read_team
from leadctl.errors import BadDataError
from leadctl.rules import assignment
from leadctl.rules.assignment import (
    WAYS,
    By,
    Entry,
    FromPool,
    Lead,
    OneRep,
    Owner,
    Passed,
    Plan,
    Pool,
    Taker,
    Target,
    Team,
)
from leadctl.rules.entries import AssignRule, AssignRules
from leadctl.rules.territories import Territories
from leadctl.values import stored_json

if TYPE_CHECKING:
    from leadctl.journal import Operation
    from leadctl.store import Row, Store

OWNED = "owned already"
CONVERTED = "converted"
GONE = "no longer there"
PERSONS = "assigned by a person"
"""Why a lead that was named is skipped."""

MOST_NAMED = 1_000
"""So many leads are named in JSON."""


@dataclass(frozen=True)
class Request:
    """What is asked for: to whom, and which leads.

    Leads go by `rules` where they are given, else all to the rep `to`, else round `pool`, `by` its
    weights where it has some. `leads` are dealt in the order given, those that have an owner only
    with `reassign`; None means all leads to work without an owner, oldest first, or with
    `by_score` best first. `closed` are the statuses of leads that nobody works. A second request
    with the same `run_key` does nothing.
    """

    moment: Moment
    closed: Sequence[str]
    rules: AssignRules | None = None
    pool: str = "everyone"
    by: By | None = None
    to: str | None = None
    leads: Sequence[int] | None = None
    reassign: bool = False
    by_score: bool = False
    run_key: str | None = None

    @property
    def counts_open(self) -> bool:
        """Whether who has the fewest leads to work is to be known."""
        ways = [rule.by for rule in self.rules.entries] if self.rules else [self.by]
        return "least_open" in ways

    @property
    def words(self) -> str:
        """The command as the history shows it, without names."""
        way = "--round-robin" if self.pool == "everyone" else "--pool"
        if self.to is not None:
            way = "--to"
        flags = [] if self.rules else [way]
        flags += ["--reassign"] if self.reassign else []
        flags += ["--by score"] if self.by_score else []
        return " ".join(["assign", *flags])


@dataclass
class Assigned:
    """What came of it: the plan, who was skipped and why, and the operation that wrote it.

    `done_by` is the operation that had the same run key before; then nothing was done.
    """

    plan: Plan = field(default_factory=Plan)
    names: dict[int, str] = field(default_factory=dict)
    pools: dict[int, str] = field(default_factory=dict)
    skipped: dict[str, list[int]] = field(default_factory=dict)
    operation: int | None = None
    done_by: int | None = None

    @property
    def assigned(self) -> int:
        """How many leads somebody got."""
        return len(self.plan.leads)

    @property
    def unassigned(self) -> dict[str, int]:
        """Why nobody got a lead -> how many leads."""
        counts: dict[str, int] = {}
        for (_, why), some in self.plan.nobody.items():
            counts[why] = counts.get(why, 0) + len(some)
        return counts

    @property
    def by_rep(self) -> dict[str, int]:
        """Rep -> how many leads, for all who were there if anybody got one."""
        counts = dict.fromkeys(self.plan.there, 0) if self.plan.reps else {}
        for rep in self.plan.reps:
            counts[rep] += 1
        return {self.names[rep]: number for rep, number in counts.items()}

    @property
    def left(self) -> list[dict[str, Any]]:
        """The leads that nobody gets: `rule`, `reason`, `leads`, of which there are the first."""
        return [
            {"rule": rule, "reason": why, "leads": some[:MOST_NAMED]}
            for (rule, why), some in self.plan.nobody.items()
        ]

    @property
    def passed_over(self) -> tuple[Passed, ...]:
        """Who was passed over."""
        return self.plan.passed_over

    @property
    def by_rule(self) -> list[dict[str, Any]]:
        """Each rule and pool that dealt, or would have: `rule`, `pool`, `by_rep`, `reasons`."""
        rows: dict[tuple[str | None, str | None], dict[str, Any]] = {}

        def row(rule: str | None, pool: str | None) -> dict[str, Any]:
            new: dict[str, Any] = {
                "rule": rule,
                "pool": pool,
                "assigned": 0,
                "by_rep": {},
                "reasons": {},
            }
            return rows.setdefault((rule, pool), new)

        whys = self.plan.whys
        for rep, because in zip(self.plan.reps, self.plan.because, strict=True):
            pool = whys[because].pool
            one = row(whys[because].rule, None if pool is None else self.pools[pool])
            name = self.names[rep]
            one["assigned"] += 1
            one["by_rep"][name] = one["by_rep"].get(name, 0) + 1
        for (rule, why), some in self.plan.nobody.items():
            row(rule, None)["reasons"][why] = len(some)
        return list(rows.values())


def assign(store: Store, request: Request, *, dry_run: bool = False) -> Assigned:
    """Give leads their owners in one operation, and return what came of it.

    The write lock comes first, then reps, pointers and leads are read: whoever assigns at the same
    time waits and goes on behind. Raises NotFoundError for an unknown rep or pool, ConflictError
    for a rep who was removed, BadDataError where a rule names such a one.
    """
    # An unknown name is said before the lock is taken, and no database is made to look for one.
    Table(store, request, checks=True).entries()
    # Who finds nothing to do need not wait for those who write.
    everything = request.leads is None and request.run_key is None
    if everything and not choosing.any_to_assign(store, request.closed):
        return Assigned()
    dry_run = dry_run or not store.exists()
    with store.operation(
        request.words, decided_by="machine" if request.to is None else "person", dry_run=dry_run
    ) as op:
        if request.run_key is not None:
            if (done_by := _done_by(store, request.run_key)) is not None:
                return Assigned(done_by=done_by)
            op.create("run_key", [{"key": request.run_key, "at": op.now}])
        table = Table(store, request)
        result = table.deal()
        write(op, table, result.plan)
        op.count("assigned", result.assigned)
        op.count("unassigned", sum(result.unassigned.values()))
    result.operation = op.saved
    return result


def preview(store: Store, request: Request) -> Assigned:
    """Return what a request would come to now, without a lock and without writing."""
    return Table(store, request).deal()


def _done_by(store: Store, key: str) -> int | None:
    """Return the operation that ran with a key, None if none did."""
    found = store.value(
        """SELECT coalesce((SELECT max(operation) FROM creations AS n WHERE n.kind = 'run_key'
        AND k.id BETWEEN n.first_id AND n.last_id), 0) FROM run_keys AS k WHERE key = ?""",
        (key,),
    )
    return None if found is None else int(found)


class Table:
    """Where the cards are dealt: the team and the pools as they stand, and the entries for them.

    One that only `checks` knows who there is, and not who could take a lead.
    """

    def __init__(self, store: Store, request: Request, *, checks: bool = False) -> None:
        self.store = store
        self.request = request
        self.team: Team = (
            read_team(store, request.moment, request.closed, counts_open=request.counts_open)
            if not checks
            else names_only(store)
        )
        self._rows = {pool["name"].casefold(): pool for pool in store.pools()}
        self._pools: dict[str, Pool] = {}
        self._to = None if request.to is None else int(active_rep(store, request.to)["id"])
        self._reps = {name.casefold(): rep for rep, name in self.team.names.items()}

    def deal(self) -> Assigned:
        """Choose the leads, deal them, and return what came of it; nothing is written."""
        skipped = self._stage()
        entries = self.entries()
        plan = assignment.deal(entries, self._leads(), self.team)
        pools = {pool["id"]: pool["name"] for pool in self._rows.values()}
        return Assigned(plan, self.team.names, pools, skipped)

    def dealing(self) -> list[Pool]:
        """Return the pools that have dealt."""
        return [pool for pool in self._pools.values() if pool.used]

    def entries(self) -> list[Entry]:
        """Return the entries of the plan, bound to reps and pools as they stand."""
        request = self.request
        if request.rules is not None:
            return [
                Entry(rule.name, self._target(rule), rule.stop) for rule in request.rules.entries
            ]
        if self._to is not None:
            return [Entry(assignment.BY_HAND, OneRep(self._to, self.team, anyway=True))]
        pool = self.pool(self.store.pool(request.pool))
        by = request.by or ("weighted" if is_weighted(pool) else "round_robin")
        return [Entry(WAYS[by], FromPool(pool, by))]

    def pool(self, row: Row) -> Pool:
        """Return a pool, the same one whenever it is asked for."""
        if row["name"] not in self._pools:
            self._pools[row["name"]] = pool_of(self.store, row, self.team)
        return self._pools[row["name"]]

    def _leads(self) -> Iterator[Lead]:
        if self.request.rules is not None:
            return choosing.staged_by_rules(self.store, self.request.rules)
        return choosing.staged(self.store)

    def _stage(self) -> dict[str, list[int]]:
        """Put the leads to deal aside in their order; return those that are skipped, by reason."""
        request = self.request
        if request.leads is None:
            choosing.stage_unowned(self.store, request.closed, by_score=request.by_score)
            return {}
        owners = self.store.owners(request.leads)
        persons: set[int] = set()
        if request.rules is not None and request.reassign:
            persons = choosing.chosen_by_persons(self.store, request.leads)
        chosen: list[int] = []
        skipped: dict[str, list[int]] = {}
        for lead in request.leads:
            why = self._why_skipped(owners.get(lead), lead in persons)
            (skipped.setdefault(why, []) if why else chosen).append(lead)
        choosing.stage(self.store, chosen, by_score=request.by_score)
        return skipped

    def _why_skipped(self, lead: Row | None, by_person: bool) -> str | None:
        if lead is None:
            return GONE
        if lead["converted_at"]:
            return CONVERTED
        # Who has the lead already need not get it again from a second run of the same command.
        theirs = self._to is not None and lead["owner_id"] == self._to
        if lead["owner_id"] and (theirs or not self.request.reassign):
            return OWNED
        return PERSONS if by_person else None

    # Targets of rules: names that the file has, looked up in the database.

    def _target(self, rule: AssignRule) -> Target:
        if rule.rep is not None:
            return self._rep_of(rule.rep, rule.where)
        if rule.pool is not None:
            return self._pool_of(rule.pool, rule.by, rule.where)
        if rule.territories is not None:
            return _Places(rule.territories, self, rule.where)
        owner = rule.owner or "account_owner"
        return Owner("earlier_owner" if owner == "earlier_lead_owner" else owner, self.team)

    def _rep_of(self, name: str, where: str) -> OneRep:
        rep = self._reps.get(name.casefold())
        if rep is None:
            raise BadDataError(f"{where}: there is no rep {name!r}", self._who())
        absent = self.team.absent.get(rep)
        if absent is not None and absent.kind == assignment.LEFT:
            raise BadDataError(f"{where}: {self.team.names[rep]} was removed", self._who())
        return OneRep(rep, self.team)

    def _pool_of(self, name: str, by: Any, where: str) -> FromPool:
        row = self._rows.get(name.casefold())
        if row is None:
            there = ", ".join(pool["name"] for pool in self._rows.values())
            raise BadDataError(f"{where}: there is no pool {name!r}", f"pools: {there}")
        pool = self.pool(row)
        return FromPool(pool, by or ("weighted" if is_weighted(pool) else "round_robin"))

    def _who(self) -> str:
        there = [
            name
            for rep, name in self.team.names.items()
            if getattr(self.team.absent.get(rep), "kind", None) != assignment.LEFT
        ]
        return f"reps: {', '.join(there[:8])}" if there else "leadctl rep add ana ben"


class _Places:
    """The target of an entry with territories: whoever has the place of a lead."""

    def __init__(self, territories: Territories, table: Table, where: str) -> None:
        self.territories = territories
        self._takers: dict[str, Taker] = {}
        for row in territories.rows:
            at = f"{where}: {territories.name} line {row.line}"
            if row.to is None or row.to in self._takers:
                continue
            if row.pool is not None:
                self._takers[row.to] = table._pool_of(row.pool, None, at)
            elif row.rep is not None:
                self._takers[row.to] = table._rep_of(row.rep, at)

    def chosen(self, lead: Lead) -> Taker | None:
        """Return who has the place; None for a place in no territory, or in one of nobody."""
        row = self.territories.find(lead.postal_code, lead.state, lead.country)
        return None if row is None or row.to is None else self._takers[row.to]


def write(op: Operation, table: Table, plan: Plan) -> None:
    """Write owners, reasons, pointers and counts."""
    if not plan.leads:
        return
    connection = op.connection
    connection.execute(
        """CREATE TEMP TABLE IF NOT EXISTS dealt (
        place INTEGER PRIMARY KEY, lead_id INTEGER NOT NULL, rep_id INTEGER NOT NULL,
        why INTEGER NOT NULL)"""
    )
    connection.execute("DELETE FROM temp.dealt")
    connection.executemany(
        "INSERT INTO temp.dealt (lead_id, rep_id, why) VALUES (?, ?, ?)",
        zip(plan.leads, plan.reps, plan.because, strict=True),
    )
    op.update_from(
        "lead", "SELECT lead_id, 'owner_id', rep_id FROM temp.dealt ORDER BY lead_id", {}
    )
    connection.execute(
        """CREATE TEMP TABLE IF NOT EXISTS dealt_why (
        why INTEGER PRIMARY KEY, pool_id INTEGER, rule TEXT NOT NULL, passed_over TEXT)"""
    )
    connection.execute("DELETE FROM temp.dealt_why")
    connection.executemany(
        "INSERT INTO temp.dealt_why VALUES (?, ?, ?, ?)",
        ((n, why.pool, why.rule, _over(why.passed_over)) for n, why in enumerate(plan.whys)),
    )
    op.create_from(
        "assignment",
        ("lead_id", "rep_id", "pool_id", "rule", "passed_over", "at"),
        """SELECT d.lead_id, d.rep_id, w.pool_id, w.rule, w.passed_over, :at
        FROM temp.dealt AS d JOIN temp.dealt_why AS w ON w.why = d.why ORDER BY d.place""",
        {"at": op.now},
    )
    op.update("pool", [(pool.id, facts_of(pool)) for pool in table.dealing()])
    connection.execute("DELETE FROM temp.dealt")


def _over(passed: Sequence[Passed]) -> str | None:
    if not passed:
        return None
    return stored_json([{"rep": each.name, "reason": each.reason()} for each in passed])
