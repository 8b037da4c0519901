"""Making a merge so: what belonged to the others belongs to the survivor, and they lead on to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from leadctl.errors import ConflictError, LeadctlError
from leadctl.fields import KINDS
from leadctl.journal import BOOKKEEPING
from leadctl.merging.planning import MergePlan, Row
from leadctl.references import Reference, references
from leadctl.stored import read_json
from leadctl.wording import label

if TYPE_CHECKING:
    from leadctl.journal import Operation
    from leadctl.store import Store

TOGETHER = 2_000
"""How many groups are merged at once."""


class Failed(NamedTuple):
    """A group that stays as it was, and why."""

    plan: MergePlan
    error: LeadctlError


def look(store: Store, kind: str, ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Return the facts of those of these records that are there, by id, for `planning.plan`.

    A parent that belongs to one of them is none: the survivor cannot belong to it.
    """
    wanted = set(ids)
    found = {
        row["id"]: {**row, "extra": read_json(row["extra"])} for row in store.records(kind, wanted)
    }
    for row in found.values():
        parent = row.get("parent_id")
        if parent and not wanted.isdisjoint(store.accounts_above(parent)):
            row["parent_id"] = None
    return found


def merge(op: Operation, plan: MergePlan) -> dict[str, int]:
    """Merge one group; return kind -> how many records belong to the survivor now.

    Raises ConflictError, with nothing written, if a record changed since the plan.
    """
    with op.savepoint():
        return _merge(op, [plan])


def merge_groups(op: Operation, plans: Sequence[MergePlan]) -> list[Failed]:
    """Merge groups of one kind, each all or nothing; return those that stay as they were.

    They are written together; where one cannot be merged, those around it one by one.
    """
    failed = []
    for start in range(0, len(plans), TOGETHER):
        some = plans[start : start + TOGETHER]
        try:
            with op.savepoint():
                _merge(op, some)
        except (LeadctlError, sqlite3.IntegrityError):
            failed += [Failed(plan, error) for plan in some if (error := _tried(op, plan))]
    return failed


def _tried(op: Operation, plan: MergePlan) -> LeadctlError | None:
    """Merge one group; return what stands against it."""
    try:
        merge(op, plan)
    except LeadctlError as error:
        return error
    except sqlite3.IntegrityError:
        who = f"{plan.kind} {label(plan.kind, plan.survivor)}"
        return ConflictError(f"{who} cannot take over what must be there only once")
    return None


def _merge(op: Operation, plans: Sequence[MergePlan]) -> dict[str, int]:
    """Merge groups of one kind by a fixed number of statements.

    What names the others comes first, then they go, so that the survivor may take over what only
    one record may have.
    """
    kind = plans[0].kind
    _check(op, plans)
    forwards = [forward for plan in plans for forward in plan.forwards]
    _gather(op, forwards, op.create("forward", forwards), f"{kind}_id")
    _mark_rows(op, kind)
    moved: dict[str, int] = {}
    for reference in references(op.connection):
        if reference.target == kind:
            moved[reference.kind] = moved.get(reference.kind, 0) + _move(op, reference)
    op.delete(kind, "SELECT record FROM temp.merging")
    op.update(kind, [(plan.survivor, plan.values) for plan in plans])
    _break_circles(op, kind, [plan.survivor for plan in plans])
    op.count("merged", len(forwards))
    return {of: number for of, number in moved.items() if number and of not in BOOKKEEPING}


def _check(op: Operation, plans: Sequence[MergePlan]) -> None:
    """Raise ConflictError unless every record is as its plan saw it, and in one plan only."""
    kind = plans[0].kind
    seen = {record: version for plan in plans for record, version in plan.versions.items()}
    if len(seen) < sum(len(plan.versions) for plan in plans):
        raise ConflictError(
            f"one of these {KINDS[kind]} is in two groups", "merge one after another"
        )
    wanted = ", ".join(map(str, seen))
    rows = op.connection.execute(f"SELECT id, version FROM {KINDS[kind]} WHERE id IN ({wanted})")
    there = dict(rows.fetchall())
    for record, version in seen.items():
        if there.get(record) != version:
            what = "changed meanwhile" if record in there else "is gone"
            raise ConflictError(
                f"{kind} {label(kind, record)} {what}; nothing was merged", "look again"
            )


def _gather(op: Operation, forwards: Iterable[Row], ids: Iterable[int], survivor: str) -> None:
    """Write down who goes into whom, and what leads there, for the statements that follow."""
    op.connection.execute(
        """CREATE TEMP TABLE IF NOT EXISTS merging (record INTEGER PRIMARY KEY,
        survivor INTEGER NOT NULL, forward INTEGER NOT NULL) STRICT"""
    )
    op.connection.execute("DELETE FROM temp.merging")
    op.connection.executemany(
        "INSERT INTO temp.merging (record, survivor, forward) VALUES (?, ?, ?)",
        ((of["record"], of[survivor], id) for of, id in zip(forwards, ids, strict=True)),
    )


def _mark_rows(op: Operation, kind: str) -> None:
    """Let the rows of files that brought a merged record know it."""
    op.update_field(
        "imported_row",
        "forward_id",
        f"""SELECT t.id, m.forward FROM temp.merging AS m
        CROSS JOIN imported_rows AS t ON t.{kind}_id = m.record AND t.forward_id IS NULL""",
    )


def _move(op: Operation, reference: Reference) -> int:
    """Let what names a merged record name the survivor; nothing names itself."""
    of, column, kind = reference
    own = of == kind
    survivor = "nullif(m.survivor, t.id)" if own else "m.survivor"
    stays = "WHERE t.id NOT IN (SELECT record FROM temp.merging)" if own else ""
    return op.update_field(
        of,
        column,
        f"""SELECT t.id, {survivor} FROM temp.merging AS m
        CROSS JOIN {KINDS[of]} AS t ON t.{column} = m.record {stays}""",
    )


def _break_circles(op: Operation, kind: str, survivors: Sequence[int]) -> None:
    """Let no survivor belong to one that belongs to it: it belongs to none then."""
    own = [of.column for of in references(op.connection) if (of.kind, of.target) == (kind, kind)]
    table = KINDS[kind]
    for column in own:
        for survivor in survivors:
            above = op.connection.execute(
                f"""WITH RECURSIVE above (id) AS (
                SELECT {column} FROM {table} WHERE id = :survivor
                UNION SELECT t.{column} FROM {table} AS t JOIN above ON t.id = above.id
                WHERE t.{column} IS NOT NULL) SELECT 1 FROM above WHERE id = :survivor""",
                {"survivor": survivor},
            ).fetchone()
            if above:
                op.update(kind, [(survivor, {column: None})])
