"""A deal as one operation: who gets which lead, written with why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from leadctl import together
from leadctl.assigning import leads as choosing
from leadctl.assigning.request import Assigned, Request
from leadctl.assigning.table import Table
from leadctl.assigning.team import facts_of
from leadctl.rules.assignment import Plan, Why
from leadctl.rules.attendance import Passed
from leadctl.stored import stored_json

if TYPE_CHECKING:
    from leadctl.journal import Operation
    from leadctl.store import Store


def assign(store: Store, request: Request, *, dry_run: bool = False) -> Assigned:
    """Give leads their owners in one operation, and return what came of it.

    The write lock comes first, then reps, pointers and leads are read: whoever assigns at the same
    time waits and goes on behind. Raises NotFoundError for an unknown rep or pool, ConflictError
    for a rep who was removed, BadDataError where a rule names such a one.
    """
    # An unknown name is said before the lock is taken, and no database is made to look for one.
    Table(store, request, checks=True).entries()
    # Who finds nothing to do need not wait for those who write.
    named = request.leads
    size = choosing.number_to_assign(store, request.closed) if named is None else len(named)
    if not size and named is None and request.run_key is None:
        return Assigned()
    dry_run = dry_run or not store.exists()
    with store.operation(
        request.words, decided_by=request.decided_by, dry_run=dry_run, records=size
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
    together.insert(
        connection,
        "INSERT INTO temp.dealt (lead_id, rep_id, why)",
        "(?, ?, ?)",
        (plan.leads, plan.reps, plan.because),
    )
    op.update_field("lead", "owner_id", "SELECT lead_id, rep_id FROM temp.dealt ORDER BY lead_id")
    reasons = reasons_of(op, plan.whys)
    op.create_from(
        "assignment",
        ("lead_id", "rep_id", "reason_id"),
        f"SELECT lead_id, rep_id, why + {reasons.start} FROM temp.dealt ORDER BY place",
        many=len(plan.leads),
    )
    op.update("pool", [(pool.id, facts_of(pool)) for pool in table.dealing()])
    connection.execute("DELETE FROM temp.dealt")


def reasons_of(op: Operation, whys: Sequence[Why]) -> range:
    """Write down why leads go to whom; return the id of each of the reasons."""
    return op.create(
        "reason",
        [
            {
                "pool_id": why.pool, "rule": why.rule, "passed_over": _over(why.passed_over),
                "way": why.evenly, "at": op.now,
            }
            for why in whys
        ],
    )  # fmt: skip


def _over(passed: Sequence[Passed]) -> str | None:
    if not passed:
        return None
    return stored_json([{"rep": each.name, "reason": each.reason()} for each in passed])
