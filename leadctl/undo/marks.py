"""What the journal says of an undo: marks on what it took back, and how much that was."""

from __future__ import annotations

from collections.abc import Collection

from leadctl import moves
from leadctl.journal import BOOKKEEPING
from leadctl.undo.outcome import Undone
from leadctl.undo.target import Target


def mark(target: Target) -> None:
    """Note on each reversed change which undo took it back, down the chain of undos.

    An undo of an undo puts the first change into effect again, so marks alternate.
    """
    chain = _chain(target)
    for depth, operation in enumerate(chain):
        by = target.op.id if depth == 0 else None if depth % 2 else chain[depth - 1]
        bound = {"by": by, "operation": operation, "undo": target.op.id}
        target.connection.execute(
            """UPDATE changes SET undone_by = :by WHERE operation = :operation
            AND EXISTS (SELECT 1 FROM changes AS u WHERE u.operation = :undo
            AND u.kind = changes.kind AND u.record = changes.record
            AND u.field = changes.field)""",
            bound,
        )
        target.connection.execute(
            """UPDATE removals SET undone_by = :by WHERE operation = :operation
            AND (EXISTS (SELECT 1 FROM temp.restoring AS u
                 WHERE u.kind = removals.kind AND u.record = removals.record)
            OR EXISTS (SELECT 1 FROM removals AS u WHERE u.operation = :undo
                 AND u.kind = removals.kind AND u.record = removals.record))""",
            bound,
        )
    target.connection.execute(
        "UPDATE operations SET undoes = :target WHERE id = :undo", target.bound
    )
    for operation in chain:
        target.connection.execute(
            """UPDATE operations SET undone_by = (SELECT max(u.id) FROM operations AS u
            WHERE u.undoes = :operation AND u.undone_by IS NULL) WHERE id = :operation""",
            {"operation": operation},
        )
    moves.derive(
        target.connection,
        f"""SELECT record FROM changes WHERE operation = {int(target.op.id)} AND kind = 'lead'
        AND field IN ({", ".join(f"'{field}'" for field in sorted(moves.FIELDS))})""",
    )


def _chain(target: Target) -> list[int]:
    """Return the operation, what it undoes, what that undoes, and so on."""
    chain = [target.id]
    while True:
        row = target.connection.execute(
            "SELECT undoes FROM operations WHERE id = ?", (chain[-1],)
        ).fetchone()
        if row is None or row[0] is None:
            return chain
        chain.append(row[0])


def outcome(target: Target) -> Undone:
    """Count what this undo journaled; a record that goes counts as removed only.

    What goes along with other records counts where it goes alone.
    """
    journaled = (
        _count(
            target,
            """(SELECT DISTINCT kind, record, operation FROM changes WHERE operation = :undo
            EXCEPT SELECT kind, record, operation FROM removals WHERE operation = :undo)""",
            "count(*)",
        ),
        _count(target, "removals", "count(*)"),
        _count(target, "creations", "sum(last_id - first_id + 1)"),
    )
    counted = [_without(BOOKKEEPING, counts) for counts in journaled]
    if not any(counted):
        counted = [_without(("reason",), counts) for counts in journaled]
    changed, removed, restored = counted
    dealt = "SELECT count(*) FROM removals WHERE operation = :undo AND kind = 'assignment'"
    assigned = target.rows(dealt)[0][0] if "lead" in removed else 0
    failed = [*target.lost, *target.failed]
    return Undone(changed, removed, restored, target.kept, failed, assigned)


def _without(kinds: Collection[str], counts: dict[str, int]) -> dict[str, int]:
    return {kind: count for kind, count in counts.items() if kind not in kinds}


def _count(target: Target, journal: str, number: str) -> dict[str, int]:
    return dict(
        target.rows(f"SELECT kind, {number} FROM {journal} WHERE operation = :undo GROUP BY kind")
    )
