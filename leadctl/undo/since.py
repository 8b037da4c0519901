"""What was written since over what the operation wrote, be it the same value: it is the later one's."""

from __future__ import annotations

from leadctl.undo.outcome import TURN
from leadctl.undo.target import Target

_LATER = """(SELECT max(later.operation) FROM changes AS later
    JOIN operations AS o ON o.id = later.operation WHERE later.kind = c.kind
    AND later.record = c.record AND later.field = c.field AND later.operation > c.operation
    AND later.undone_by IS NULL{which})"""
_OWNER = ("lead", "owner_id")


def led_on(target: Target, kind: str, field: str, value: str = "c.after") -> str:
    """Return a value of a field as it stands now: what was merged since led it on."""
    for of in target.led_on:
        if (of.kind, of.column) == (kind, field):
            return f"""coalesce((SELECT f.{of.target}_id FROM forwards AS f
                WHERE f.kind = '{of.target}' AND f.record = {value}), {value})"""
    return value


def stands(target: Target, kind: str, field: str) -> str:
    """Return the condition that a record has the value of ours still, which nobody wrote again.

    Whose turn it is goes by the value alone: where it is as we left it, whole rounds went by since.
    """
    same = f"t.{field} COLLATE BINARY IS {led_on(target, kind, field)}"
    if (kind, field) in TURN:
        return same
    return f"({same} AND NOT {written_again(target, kind, field)})"


def written_again(target: Target, kind: str, field: str) -> str:
    """Return the condition that what a change `c` wrote was written again by an operation since.

    One that was undone does not count, nor do undos, which write what stood there before, nor a
    merge that only led the value on. Who was dealt a lead once more has it by that deal.
    """
    conditions = []
    if kind in target.changed_since:
        before, after, ours = (
            led_on(target, kind, field, value)
            for value in ("again.before", "again.after", "c.after")
        )
        conditions.append(
            f"""EXISTS (SELECT 1 FROM changes AS again
            JOIN operations AS o ON o.id = again.operation WHERE again.kind = c.kind
            AND again.record = c.record AND again.operation > c.operation
            AND again.field = c.field AND {after} IS {ours} AND {before} IS NOT {after}
            AND again.undone_by IS NULL AND o.undoes IS NULL)"""
        )
    if (kind, field) == _OWNER:
        conditions.append(
            f"""EXISTS (SELECT 1 FROM assignments AS a WHERE a.lead_id = c.record
            AND a.rep_id = c.after AND a.id > {target.last_assignment})"""
        )
    return f"({' OR '.join(conditions) or '0'})"


def writer(target: Target, kind: str, field: str) -> str:
    """Return the operation that a value of `t` is of which was written over that of a change `c`.

    It is an undo where no other operation is in effect.
    """
    wrote = _LATER.format(which=" AND o.undoes IS NULL")
    if (kind, field) == _OWNER:
        wrote = f"nullif(max(coalesce({wrote}, 0), coalesce({_dealer(target)}, 0)), 0)"
    return f"coalesce({wrote}, {_LATER.format(which='')})"


def _dealer(target: Target) -> str:
    """Return the operation that dealt a lead to its owner since."""
    return f"""(SELECT n.operation FROM creations AS n JOIN operations AS o ON o.id = n.operation
        WHERE n.kind = 'assignment' AND o.undoes IS NULL AND n.first_id <= (
        SELECT max(a.id) FROM assignments AS a WHERE a.lead_id = c.record
        AND a.rep_id = t.owner_id AND a.id > {target.last_assignment})
        ORDER BY n.first_id DESC LIMIT 1)"""
