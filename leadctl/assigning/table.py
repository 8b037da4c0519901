"""The table at which leads are dealt: entries bound to the reps and pools as they stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from leadctl.assigning import leads as choosing
from leadctl.assigning.request import Assigned, Request
from leadctl.assigning.team import names_only, pool_of, read_team
from leadctl.errors import BadDataError
from leadctl.rules import assignment
from leadctl.rules.assignment import Entry, FromPool, Lead, OneRep, Owner, Taker, Target
from leadctl.rules.attendance import LEFT, Team
from leadctl.rules.entries import AssignRule
from leadctl.rules.pools import WAYS, Pool

if TYPE_CHECKING:
    from leadctl.rules.territories import Territories
    from leadctl.store import Row, Store

OWNED = "owned already"
THEIRS = "with this rep already"
CONVERTED = "converted"
GONE = "no longer there"
PERSONS = "assigned by a person"
"""Why a lead that was named is skipped."""


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
        self._to = None if request.to is None else int(store.active_rep(request.to)["id"])
        self._reps = {name.casefold(): rep for rep, name in self.team.names.items()}

    def deal(self) -> Assigned:
        """Choose the leads, deal them, and return what came of it; nothing is written."""
        leads, skipped = self._chosen()
        entries = self.entries()
        if self.request.rules is None:
            plan = assignment.deal_all(entries[0], leads, self.team)
        else:
            plan = assignment.deal(entries, self._leads(leads), self.team)
        pools = {pool["id"]: pool["name"] for pool in self._rows.values()}
        rules = [entry.rule for entry in entries]
        return Assigned(plan, self.team.names, pools, skipped, rules)

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
        by = request.by or ("weighted" if pool.is_weighted else "round_robin")
        return [Entry(WAYS[by], FromPool(pool, by))]

    def pool(self, row: Row) -> Pool:
        """Return a pool, the same one whenever it is asked for."""
        if row["name"] not in self._pools:
            self._pools[row["name"]] = pool_of(self.store, row, self.team)
        return self._pools[row["name"]]

    def _leads(self, leads: Sequence[int]) -> Iterator[Lead]:
        """Yield leads with the entries that fit them."""
        if self.request.rules is not None:
            return choosing.with_entries(self.store, self.request.rules, leads)
        return map(Lead, leads)

    def _chosen(self) -> tuple[list[int], dict[str, list[int]]]:
        """Return the leads to deal in their order, and those that are skipped, by reason."""
        request = self.request
        if request.leads is None:
            return choosing.unowned(self.store, request.closed, by_score=request.by_score), {}
        owners = self.store.owners(request.leads)
        persons: set[int] = set()
        if request.rules is not None and request.reassign:
            persons = choosing.chosen_by_persons(self.store, request.leads)
        chosen: list[int] = []
        skipped: dict[str, list[int]] = {}
        for lead in request.leads:
            why = self._why_skipped(owners.get(lead), lead in persons)
            (skipped.setdefault(why, []) if why else chosen).append(lead)
        if request.by_score:
            chosen = choosing.best_first(self.store, chosen)
        return chosen, skipped

    def _why_skipped(self, lead: Row | None, by_person: bool) -> str | None:
        if lead is None:
            return GONE
        if lead["converted_at"]:
            return CONVERTED
        if self._to is not None and lead["owner_id"] == self._to:
            # They need not get it again from a second run of the same command.
            return THEIRS
        if lead["owner_id"] and not self.request.reassign:
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
        if absent is not None and absent.kind == LEFT:
            raise BadDataError(f"{where}: {self.team.names[rep]} was removed", self._who())
        return OneRep(rep, self.team)

    def _pool_of(self, name: str, by: Any, where: str) -> FromPool:
        row = self._rows.get(name.casefold())
        if row is None:
            there = ", ".join(pool["name"] for pool in self._rows.values())
            raise BadDataError(f"{where}: there is no pool {name!r}", f"pools: {there}")
        pool = self.pool(row)
        return FromPool(pool, by or ("weighted" if pool.is_weighted else "round_robin"))

    def _who(self) -> str:
        there = [
            name
            for rep, name in self.team.names.items()
            if getattr(self.team.absent.get(rep), "kind", None) != LEFT
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
