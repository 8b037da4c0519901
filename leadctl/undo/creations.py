"""Records that the operation made: which go, what goes along, and what stays.

What is to go stands in the table temp.doomed. What stays does so with all that the operation wrote
in it, so that it is whole.
"""

from __future__ import annotations

from typing import Any

from leadctl.fields import KINDS, MERGEABLE
from leadctl.journal import BOOKKEEPING, json_value
from leadctl.references import Reference
from leadctl.undo.outcome import Left, changed_by
from leadctl.undo.target import MADE, Target
from leadctl.wording import label

_POINTS = {
    "reason": "leads were assigned since",
    "imported_row": "a later import brought it too",
    "pool_member": "it is in a pool",
    "forward": "another was merged into it",
}
"""Why a record stays that one of these points at; of other kinds the record itself is named."""
DOOMED = """EXISTS (SELECT 1 FROM temp.doomed AS g
    WHERE g.kind = c.kind AND g.record = c.record)"""
"""The condition that the record of changes `c` goes."""
# A change counts as a person's if it is in effect and was not itself part of an undo.
_LAST_HAND = """
    coalesce(
        (SELECT o.decided_by FROM changes AS c JOIN operations AS o ON o.id = c.operation
         WHERE c.kind = '{kind}' AND c.record = s.id AND c.field = '{column}'
         AND c.undone_by IS NULL AND o.undoes IS NULL ORDER BY c.operation DESC LIMIT 1),
        (SELECT o.decided_by FROM creations AS n JOIN operations AS o ON o.id = n.operation
         WHERE n.kind = '{kind}' AND n.first_id <= s.id AND n.last_id >= s.id
         AND o.undoes IS NULL ORDER BY n.first_id DESC LIMIT 1))"""


def gather(target: Target) -> None:
    """Fill temp.doomed with what the operation made and nobody has changed or needs."""
    target.empty("doomed")
    for kind in target.kinds("creations"):
        target.connection.execute(
            f"""INSERT INTO temp.doomed SELECT DISTINCT '{kind}', t.id FROM creations AS n
            JOIN {KINDS[kind]} AS t ON t.id BETWEEN n.first_id AND n.last_id
            WHERE n.operation = :target AND n.kind = '{kind}'""",
            target.bound,
        )
    _keep_merged(target)
    _spare_changed(target)
    _spare_without_forward(target)
    references = target.references
    while sum(_spare_referenced(target, reference) for reference in references):
        pass
    _keep_known(target)


def are_facts(target: Target) -> bool:
    """Whether more is to go, or to come back, than what goes along with other records."""
    kinds = target.rows("SELECT kind FROM temp.doomed UNION SELECT kind FROM temp.restoring")
    return any(kind not in BOOKKEEPING for (kind,) in kinds)


def remove(target: Target) -> None:
    """Delete what is to go, with what goes along."""
    references = target.references
    while sum(_doom_machine_made(target, reference) for reference in references):
        pass
    for reference in references:
        _blank_machine_pointers(target, reference)
    for (kind,) in target.rows("SELECT DISTINCT kind FROM temp.doomed"):
        target.op.delete(kind, f"SELECT record FROM temp.doomed WHERE kind = '{kind}'")


def _keep_merged(target: Target) -> None:
    """Name what was merged since, and keep the way from a record that does not come back."""
    for kind in (kind for kind in target.kinds("creations") if kind in MERGEABLE):
        rows = target.rows(
            f"""SELECT f.record, f.{kind}_id FROM creations AS n JOIN forwards AS f
            ON f.kind = '{kind}' AND f.record BETWEEN n.first_id AND n.last_id
            WHERE n.operation = :target AND n.kind = '{kind}' ORDER BY f.record"""
        )
        for record, survivor in rows:
            reason = f"merged into {label(kind, survivor)} since"
            target.kept.append(Left(kind, record, None, reason))
    target.connection.execute(
        """DELETE FROM temp.doomed WHERE kind = 'forward' AND record IN (
        SELECT f.id FROM forwards AS f WHERE NOT EXISTS (SELECT 1 FROM temp.restoring AS b
        WHERE b.kind = f.kind AND b.record = f.record))"""
    )


def _spare_changed(target: Target) -> None:
    """Keep what a person has changed since, net of what was undone.

    What only went along when others were merged has not been changed. What was changed since may be
    most of the journal, so that it is looked up for each record that is to go.
    """
    led_on = " OR ".join(
        f"""(c.kind = '{of.kind}' AND c.field = '{of.column}' AND c.before IN (
        SELECT f.record FROM forwards AS f WHERE f.kind = '{of.target}'))"""
        for of in target.led_on
    )
    rows = target.rows(
        f"""SELECT d.kind, d.record, max(c.operation) FROM temp.doomed AS d
        CROSS JOIN changes AS c ON c.kind = d.kind AND c.record = d.record
        CROSS JOIN operations AS o ON o.id = c.operation
        WHERE c.operation > :target AND c.operation < :undo AND c.undone_by IS NULL
        AND o.decided_by = 'person' AND o.undoes IS NULL
        AND d.kind NOT IN ('forward', 'imported_row')
        AND NOT ({led_on}) GROUP BY d.kind, d.record"""
    )
    _spare(target, ((kind, record, changed_by(by)) for kind, record, by in rows))


def _spare_without_forward(target: Target) -> None:
    """Keep what would be merged again if what it was merged into were still there."""
    kind, record = (json_value("r.before", name) for name in ("kind", "record"))
    rows = target.rows(
        f"""SELECT d.kind, d.record FROM removals AS r
        JOIN temp.doomed AS d ON d.kind = {kind} AND d.record = {record}
        WHERE r.operation = :target AND r.kind = 'forward' AND NOT EXISTS (
        SELECT 1 FROM temp.restoring AS b WHERE b.kind = r.kind AND b.record = r.record)"""
    )
    _spare(target, ((kind, record, "what it was merged into is gone") for kind, record in rows))


def _spare_referenced(target: Target, reference: Reference) -> int:
    """Keep what a record that stays points at, unless a machine made it point there.

    A pool stays with the leads that it dealt, whose owners do.
    """
    if reference.target == "forward":
        return 0
    hand = _LAST_HAND.format(kind=reference.kind, column=reference.column)
    if reference.kind == "reason":
        hand = """CASE WHEN EXISTS (SELECT 1 FROM assignments WHERE reason_id = s.id)
            THEN 'dealt' ELSE 'machine' END"""
    rows = target.rows(
        f"""SELECT d.record, min(s.id) FROM temp.doomed AS d
        JOIN {reference.source} AS s ON s.{reference.column} = d.record
        WHERE d.kind = '{reference.target}'
        AND NOT EXISTS (SELECT 1 FROM temp.doomed AS e
                        WHERE e.kind = '{reference.kind}' AND e.record = s.id)
        AND {hand} IS NOT 'machine' GROUP BY d.record"""
    )
    reasons = [
        (
            reference.target,
            record,
            _POINTS.get(reference.kind) or f"{reference.kind} {by} belongs to it",
        )
        for record, by in rows
    ]
    _spare(target, reasons)
    return len(reasons)


def _doom_machine_made(target: Target, reference: Reference) -> int:
    """Take along what a machine made for a record that goes."""
    return target.connection.execute(
        f"""INSERT INTO temp.doomed SELECT DISTINCT '{reference.kind}', s.id
        FROM temp.doomed AS d JOIN {reference.source} AS s
        ON s.{reference.column} = d.record
        JOIN creations AS n ON n.kind = '{reference.kind}'
        AND s.id BETWEEN n.first_id AND n.last_id
        JOIN operations AS o ON o.id = n.operation
        WHERE d.kind = '{reference.target}' AND o.decided_by = 'machine'
        AND NOT EXISTS (SELECT 1 FROM temp.doomed AS e
                        WHERE e.kind = '{reference.kind}' AND e.record = s.id)"""
    ).rowcount


def _blank_machine_pointers(target: Target, reference: Reference) -> None:
    """Blank what a machine wrote into a record that stays, such as an owner who goes."""
    target.op.update_field(
        reference.kind,
        reference.column,
        f"""SELECT s.id, NULL FROM temp.doomed AS d
        JOIN {reference.source} AS s ON s.{reference.column} = d.record
        WHERE d.kind = '{reference.target}'
        AND NOT EXISTS (SELECT 1 FROM temp.doomed AS e
                        WHERE e.kind = '{reference.kind}' AND e.record = s.id)""",
    )


def _keep_known(target: Target) -> None:
    """Let a row of a file stay known whose record stays, so that the file brings it only once."""
    for of in target.references:
        if of.kind == "imported_row" and of.target != "forward":
            target.connection.execute(
                f"""DELETE FROM temp.doomed WHERE kind = 'imported_row' AND record IN (
                SELECT c.id FROM temp.doomed AS d CROSS JOIN (SELECT id, forward_id,
                '{of.target}' AS kind, {of.column} AS record FROM imported_rows) AS c
                ON c.id = d.record WHERE d.kind = 'imported_row' AND c.record IS NOT NULL
                AND (c.forward_id IS NOT NULL OR {MADE}) AND NOT {DOOMED})""",
                target.bound,
            )


def _spare(target: Target, reasons: Any) -> None:
    for kind, record, reason in reasons:
        target.kept.append(Left(kind, record, None, reason))
        target.connection.execute(
            "DELETE FROM temp.doomed WHERE kind = ? AND record = ?", (kind, record)
        )
