"""Records that the operation removed: which come back, and why others cannot.

What is to come back stands in the table temp.restoring.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from leadctl.fields import KINDS, MERGEABLE
from leadctl.journal import json_value
from leadctl.references import Reference
from leadctl.undo.outcome import Left, constraint
from leadctl.undo.since import written_again
from leadctl.undo.target import MADE, Target

RESTORING = "SELECT record FROM temp.restoring"
RETURNS = """EXISTS (SELECT 1 FROM temp.restoring AS b
    WHERE b.kind = c.kind AND b.record = c.record)"""
"""The condition that the record of changes `c` comes back."""


def gather(target: Target) -> None:
    """Fill temp.restoring with what the operation removed and nothing has in the meantime."""
    target.empty("restoring")
    for kind in target.kinds("removals"):
        target.connection.execute(
            f"""INSERT INTO temp.restoring SELECT kind, record FROM removals AS c
            WHERE operation = :target AND kind = '{kind}' AND undone_by IS NULL
            AND record NOT IN (SELECT id FROM {KINDS[kind]}) AND NOT {MADE}""",
            {"target": target.id},
        )
    # Whoever has got the lead since keeps it, so that nobody else was dealt it.
    target.connection.execute(
        f"""DELETE FROM temp.restoring WHERE kind = 'assignment' AND record IN (
        SELECT r.record FROM removals AS r JOIN changes AS c ON c.operation = r.operation
        AND c.kind = 'lead' AND c.record = {json_value("r.before", "lead_id")}
        AND c.field = 'owner_id' JOIN leads AS l ON l.id = c.record
        AND (l.owner_id IS NOT c.after OR {written_again(target, "lead", "owner_id")})
        WHERE r.operation = :target AND r.kind = 'assignment')""",
        {"target": target.id},
    )


def leave_dangling(target: Target) -> None:
    """Leave out what would point at a record that is gone and does not come back either."""
    while lost := [row for reference in target.references for row in _dangling(target, reference)]:
        for kind, record, of, gone in lost:
            leave(target, Left(kind, record, None, target.gone(of, gone)))
    # Why leads went where they went says nothing where all that went with it stay away.
    reason = json_value("r.before", "reason_id")
    went = "removals AS r WHERE r.operation = :target AND r.kind = 'assignment'"
    back = f"AND r.record IN ({RESTORING} WHERE kind = 'assignment')"
    target.connection.execute(
        f"""DELETE FROM temp.restoring WHERE kind = 'reason'
        AND record IN (SELECT {reason} FROM {went})
        AND record NOT IN (SELECT {reason} FROM {went} {back})""",
        {"target": target.id},
    )


def _dangling(target: Target, reference: Reference) -> list[tuple[Any, ...]]:
    pointer = json_value("r.before", reference.column)
    return target.rows(
        f"""SELECT '{reference.kind}', b.record, '{reference.target}', {pointer}
        FROM temp.restoring AS b JOIN removals AS r ON r.operation = :target
        AND r.kind = b.kind AND r.record = b.record
        WHERE b.kind = '{reference.kind}' AND {pointer} IS NOT NULL
        AND {pointer} NOT IN (SELECT id FROM {KINDS[reference.target]})
        AND {pointer} NOT IN ({RESTORING} WHERE kind = '{reference.target}')"""
    )


def points_at_nothing(target: Target, kind: str, field: str) -> str:
    """Return the condition that a value of before names a record that is gone."""
    for reference in target.references:
        if (reference.kind, reference.column) == (kind, field):
            there = f"SELECT id FROM {KINDS[reference.target]}"
            back = f"{RESTORING} WHERE kind = '{reference.target}'"
            return f"""(c.before IS NOT NULL AND c.before NOT IN ({there})
                AND c.before NOT IN ({back}))"""
    return "0"


def leave(target: Target, left: Left) -> None:
    """Let a record stay away, and say why."""
    if left.kind != "forward":  # what led on from a record says nothing beside the record
        target.lost.append(left)
    target.connection.execute(
        "DELETE FROM temp.restoring WHERE kind = ? AND record = ?", (left.kind, left.id)
    )


def bring_back(target: Target) -> list[Left]:
    """Restore all that is to return; return what has no place."""
    if stuck := _forwards_of_what_is_there(target):
        return stuck
    for (kind,) in target.rows("SELECT DISTINCT kind FROM temp.restoring"):
        try:
            with target.op.savepoint():
                target.op.restore(kind, target.id, f"{RESTORING} WHERE kind = '{kind}'")
        except sqlite3.IntegrityError as error:
            stuck += _colliding(target, kind, constraint(error))
    return stuck


def _forwards_of_what_is_there(target: Target) -> list[Left]:
    """Return the forwards whose record stays, so that it does not lead on to another."""
    kind, record = (json_value("r.before", name) for name in ("kind", "record"))
    there = " UNION ALL ".join(f"SELECT '{of}', id FROM {KINDS[of]}" for of in MERGEABLE)
    rows = target.rows(
        f"""SELECT b.record, {kind} FROM temp.restoring AS b JOIN removals AS r
        ON r.operation = :target AND r.kind = b.kind AND r.record = b.record
        WHERE b.kind = 'forward' AND ({kind}, {record}) IN ({there})"""
    )
    return [Left("forward", forward, None, f"the {of} stays") for forward, of in rows]


def _colliding(target: Target, kind: str, why: str) -> list[Left]:
    """Return what cannot come back because another record has taken its name or number."""
    rows = target.rows(f"{RESTORING} WHERE kind = '{kind}' ORDER BY record")
    reasons = ((record, _collides(target, kind, str(record))) for (record,) in rows)
    found = [Left(kind, record, None, reason) for record, reason in reasons if reason]
    return found or [Left(kind, record, None, why) for (record,) in rows]


def _collides(target: Target, kind: str, records: str) -> str | None:
    """Return why these cannot come back, None if they can; nothing is left written."""
    try:
        with target.op.trial():
            target.op.restore(kind, target.id, records)
    except sqlite3.IntegrityError as error:
        return constraint(error)
    return None
