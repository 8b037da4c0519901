"""Fields that the operation changed: they go back if they still have the value that it wrote.

A value that was written again since is the later operation's, even if it is the same one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

from leadctl.fields import KINDS
from leadctl.undo.conversions import WHOLE, half
from leadctl.undo.outcome import TURN, Left, changed_by, constraint, dealt_by
from leadctl.undo.removals import points_at_nothing
from leadctl.undo.since import stands, writer
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
        ON t.id = c.record AND {stands(target, kind, field)}
        WHERE c.operation = :target AND c.kind = '{kind}' AND c.field = '{field}'
        AND c.undone_by IS NULL AND {whose} AND NOT {points_at_nothing(target, kind, field)}
        AND NOT {half(kind, field)}"""
        for field in fields
    )


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
        f"""SELECT c.record, t.id IS NULL, {half(kind, field)} AND {stands(target, kind, field)},
        {writer(target, kind, field)}
        FROM changes AS c LEFT JOIN {KINDS[kind]} AS t ON t.id = c.record
        WHERE c.operation = :target AND c.kind = '{kind}' AND c.field = '{field}'
        AND c.undone_by IS NULL AND {whose}
        AND (t.id IS NULL OR NOT {stands(target, kind, field)}
        OR ({half(kind, field)} AND NOT {points_at_nothing(target, kind, field)}))
        ORDER BY c.record"""
    )
    changed = dealt_by if (kind, field) in TURN else changed_by
    for record, gone, is_half, by in rows:
        if gone:
            merged = target.merged_into(kind, record)
            target.failed.append(Left(kind, record, field, merged or "the record is gone"))
        else:
            target.kept.append(Left(kind, record, field, WHOLE if is_half else changed(by)))


def _fail_dangling(target: Target, kind: str, field: str, whose: str) -> None:
    rows = target.rows(
        f"""SELECT c.record, c.before FROM changes AS c JOIN {KINDS[kind]} AS t
        ON t.id = c.record AND {stands(target, kind, field)}
        WHERE c.operation = :target AND c.kind = '{kind}' AND c.field = '{field}'
        AND c.undone_by IS NULL AND {whose} AND {points_at_nothing(target, kind, field)}
        ORDER BY c.record"""
    )
    targets = {(of.kind, of.column): of.target for of in target.references}
    for record, before in rows:
        reason = target.gone(targets[kind, field], before)
        target.failed.append(Left(kind, record, field, reason))
