"""Fields that the operation changed: they go back if they still have the value that it wrote.

A value that was written again since is the later operation's, even if it is the same one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

from leadctl.fields import KINDS
from leadctl.undo.outcome import TURN, Left, changed_by, constraint, dealt_by
from leadctl.undo.removals import RESTORING
from leadctl.undo.since import led_on, writer, written_again
from leadctl.undo.target import Target


def reverse(target: Target, whose: str, fields_of: Callable[[str], list[str]]) -> None:
    """Reverse the changes `c` that the condition `whose` means, of some fields of each kind."""
    for kind in target.kinds("changes"):
        fields = fields_of(kind)
        if not fields:
            continue
        for field in fields:
            _keep_changed(target, kind, field, whose)
            _fail_dangling(target, kind, field, whose)
        try:
            with target.op.savepoint():
                values = _before_values(target, kind, fields, whose)
                target.op.update_from(kind, values, target.bound)
        except sqlite3.IntegrityError:
            _reverse_singly(target, kind, fields, whose)


def of_removed_fields(target: Target) -> Iterator[Left]:
    """Yield the values of fields that are no more."""
    for kind, fields in target.changed.items():
        there = set(target.op.columns(kind))
        for field in (field for field in fields if field not in there):
            rows = target.rows(
                f"""SELECT record FROM changes WHERE operation = :target AND kind = '{kind}'
                AND field = '{field}' AND undone_by IS NULL ORDER BY record"""
            )
            for (record,) in rows:
                yield Left(kind, record, field, "the field was removed")


def _before_values(target: Target, kind: str, fields: list[str], whose: str) -> str:
    """Return the query of (record, field, before) for the fields that still have our value."""
    table = KINDS[kind]
    return " UNION ALL ".join(
        f"""SELECT c.record, c.field, c.before FROM changes AS c JOIN {table} AS t
        ON t.id = c.record AND {_stands(target, kind, field)}
        WHERE c.operation = :target AND c.kind = '{kind}' AND c.field = '{field}'
        AND c.undone_by IS NULL AND {whose} AND NOT {_points_at_nothing(target, kind, field)}"""
        for field in fields
    )


def _stands(target: Target, kind: str, field: str) -> str:
    """Return the condition that a record has the value of ours still, which nobody wrote again.

    Whose turn it is goes by the value alone: where it is as we left it, whole rounds went by since.
    """
    same = f"t.{field} COLLATE BINARY IS {led_on(target, kind, field)}"
    if (kind, field) in TURN:
        return same
    return f"({same} AND NOT {written_again(target, kind, field)})"


def _points_at_nothing(target: Target, kind: str, field: str) -> str:
    """Return the condition that a value of before names a record that is gone."""
    for reference in target.references:
        if (reference.kind, reference.column) == (kind, field):
            there = f"SELECT id FROM {KINDS[reference.target]}"
            back = f"{RESTORING} WHERE kind = '{reference.target}'"
            return f"""(c.before IS NOT NULL AND c.before NOT IN ({there})
                AND c.before NOT IN ({back}))"""
    return "0"


def _reverse_singly(target: Target, kind: str, fields: list[str], whose: str) -> None:
    records = target.rows(
        f"""SELECT DISTINCT record FROM changes AS c WHERE operation = :target
        AND kind = '{kind}' AND undone_by IS NULL AND {whose}"""
    )
    for (record,) in records:
        values = _before_values(target, kind, fields, f"{whose} AND c.record = {int(record)}")
        try:
            with target.op.savepoint():
                target.op.update_from(kind, values, target.bound)
        except sqlite3.IntegrityError as error:
            target.failed.append(Left(kind, record, None, constraint(error)))


def _keep_changed(target: Target, kind: str, field: str, whose: str) -> None:
    rows = target.rows(
        f"""SELECT c.record, t.id IS NULL, {writer(target, kind, field)}
        FROM changes AS c LEFT JOIN {KINDS[kind]} AS t ON t.id = c.record
        WHERE c.operation = :target AND c.kind = '{kind}' AND c.field = '{field}'
        AND c.undone_by IS NULL AND {whose}
        AND (t.id IS NULL OR NOT {_stands(target, kind, field)})
        ORDER BY c.record"""
    )
    for record, gone, by in rows:
        if gone:
            merged = target.merged_into(kind, record)
            target.failed.append(Left(kind, record, field, merged or "the record is gone"))
        else:
            reason = dealt_by(by) if (kind, field) in TURN else changed_by(by)
            target.kept.append(Left(kind, record, field, reason))


def _fail_dangling(target: Target, kind: str, field: str, whose: str) -> None:
    rows = target.rows(
        f"""SELECT c.record, c.before FROM changes AS c JOIN {KINDS[kind]} AS t
        ON t.id = c.record AND {_stands(target, kind, field)}
        WHERE c.operation = :target AND c.kind = '{kind}' AND c.field = '{field}'
        AND c.undone_by IS NULL AND {whose} AND {_points_at_nothing(target, kind, field)}
        ORDER BY c.record"""
    )
    targets = {(of.kind, of.column): of.target for of in target.references}
    for record, before in rows:
        reason = target.gone(targets[kind, field], before)
        target.failed.append(Left(kind, record, field, reason))
