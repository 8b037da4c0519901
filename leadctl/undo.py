"""Taking an operation back: what is reversed, what a person changed and so is kept, what fails."""

from __future__ import annotations

import sqlite3
from functools import cached_property
from typing import Any, NamedTuple

from leadctl.fields import KINDS
from leadctl.journal import Operation, json_value

BOOKKEEPING = frozenset(("imported_row", "imported_file", "assignment", "handover", "run_key"))
"""Kinds that go along with other records, so that an undo does not count them."""


_POINTS = {"imported_row": "a later import brought it too", "pool_member": "it is in a pool"}
"""Why a record stays that one of these points at; of other kinds the record itself is named."""


class Left(NamedTuple):
    """Something that an undo left as it is, and why."""

    kind: str
    id: int
    field: str | None
    reason: str


class Undone(NamedTuple):
    """What an undo did: what it reversed, what it kept and what failed.

    `changed`, `removed` and `restored` are kind -> number of records. `assigned` is how many
    assignments went along with leads that a machine had dealt since.
    """

    changed: dict[str, int]
    removed: dict[str, int]
    restored: dict[str, int]
    kept: list[Left]
    failed: list[Left]
    assigned: int = 0

    @property
    def reversed(self) -> int:
        """How many records went back as they were before."""
        return sum(sum(part.values()) for part in (self.changed, self.removed, self.restored))


class Reference(NamedTuple):
    """A column of one kind's table that names a record of another kind."""

    kind: str
    column: str
    target: str


_RESTORING = "SELECT record FROM temp.restoring"
_TABLE_OF_RECORDS = """CREATE TEMP TABLE IF NOT EXISTS {name} (
    kind TEXT NOT NULL, record INTEGER NOT NULL, PRIMARY KEY (kind, record)
    ) STRICT, WITHOUT ROWID"""
# A change counts as a person's if it is in effect and was not itself part of an undo.
_LAST_HAND = """
    coalesce(
        (SELECT o.decided_by FROM changes AS c JOIN operations AS o ON o.id = c.operation
         WHERE c.kind = '{kind}' AND c.record = s.id AND c.field = '{column}'
         AND c.undone_by IS NULL AND o.undoes IS NULL ORDER BY c.operation DESC LIMIT 1),
        (SELECT o.decided_by FROM creations AS n JOIN operations AS o ON o.id = n.operation
         WHERE n.kind = '{kind}' AND n.first_id <= s.id AND n.last_id >= s.id
         AND o.undoes IS NULL ORDER BY n.first_id DESC LIMIT 1))"""


class Undo:
    """Takes one operation back inside another one, `op`, that journals what this does.

    Values decide: a field goes back if it still has the value that the operation wrote. A record
    that the operation made goes if no person has changed it or pointed at it since; what a machine
    decided since (assignment by rules) protects nothing and goes along.
    """

    def __init__(self, op: Operation, target: int) -> None:
        self.op = op
        self.target = target
        self.connection = op.connection
        self.bound = {"undo": op.id, "target": target}
        self.kept: list[Left] = []
        self.failed: list[Left] = []

    def run(self) -> Undone:
        """Take the operation back and mark what was taken back; nothing happens where all is kept."""
        self._bring_back()
        self._reverse_changes()
        self._remove_creations()
        if self.op.wrote:
            self._mark()
        return self._result()

    # Records that the operation removed.

    def _bring_back(self) -> None:
        """Restore all that can stand where it stood: nothing may be left pointing at nothing."""
        self._gather_returning()
        self._leave_dangling()
        if colliding := self._colliding():
            for left in colliding:
                self._leave(left)
            self._leave_dangling()
        for (kind,) in self._rows("SELECT DISTINCT kind FROM temp.restoring"):
            self.op.restore(kind, self.target, f"{_RESTORING} WHERE kind = '{kind}'")

    def _gather_returning(self) -> None:
        self.connection.execute(_TABLE_OF_RECORDS.format(name="restoring"))
        self.connection.execute("DELETE FROM temp.restoring")
        for kind in self._kinds("removals"):
            self.connection.execute(
                f"""INSERT INTO temp.restoring SELECT kind, record FROM removals
                WHERE operation = :target AND kind = '{kind}' AND undone_by IS NULL
                AND record NOT IN (SELECT id FROM {KINDS[kind]})""",
                {"target": self.target},
            )

    def _leave_dangling(self) -> None:
        """Leave out what would point at a record that is gone and does not come back either."""
        while lost := [row for reference in self.references for row in self._dangling(reference)]:
            for kind, record, target, gone in lost:
                self._leave(Left(kind, record, None, f"{target} {gone} is gone"))

    def _dangling(self, reference: Reference) -> list[tuple[Any, ...]]:
        pointer = json_value("r.before", reference.column)
        return self._rows(
            f"""SELECT '{reference.kind}', b.record, '{reference.target}', {pointer}
            FROM temp.restoring AS b JOIN removals AS r ON r.operation = :target
            AND r.kind = b.kind AND r.record = b.record
            WHERE b.kind = '{reference.kind}' AND {pointer} IS NOT NULL
            AND {pointer} NOT IN (SELECT id FROM {KINDS[reference.target]})
            AND {pointer} NOT IN ({_RESTORING} WHERE kind = '{reference.target}')"""
        )

    def _colliding(self) -> list[Left]:
        """Return what cannot come back because another record has taken its name or number."""
        kinds = [kind for (kind,) in self._rows("SELECT DISTINCT kind FROM temp.restoring")]
        whole = {kind: f"{_RESTORING} WHERE kind = '{kind}'" for kind in kinds}
        return [
            left
            for kind in kinds
            if self._collides(kind, whole[kind])
            for left in self._colliding_of(kind)
        ]

    def _colliding_of(self, kind: str) -> list[Left]:
        rows = self._rows(f"{_RESTORING} WHERE kind = '{kind}' ORDER BY record")
        reasons = ((record, self._collides(kind, str(record))) for (record,) in rows)
        return [Left(kind, record, None, reason) for record, reason in reasons if reason]

    def _collides(self, kind: str, records: str) -> str | None:
        """Return why these cannot come back together, None if they can; nothing is left written."""
        try:
            with self.op.trial():
                self.op.restore(kind, self.target, records)
        except sqlite3.IntegrityError as error:
            return _constraint(error)
        return None

    def _leave(self, left: Left) -> None:
        self.failed.append(left)
        self.connection.execute(
            "DELETE FROM temp.restoring WHERE kind = ? AND record = ?", (left.kind, left.id)
        )

    # Fields that the operation changed.

    def _reverse_changes(self) -> None:
        for kind in self._kinds("changes"):
            if not self._fields(kind):
                continue
            for field in self._fields(kind):
                self._keep_changed(kind, field)
                self._fail_dangling(kind, field)
            try:
                with self.op.savepoint():
                    self.op.update_from(kind, self._before_values(kind), self.bound)
            except sqlite3.IntegrityError:
                self._reverse_singly(kind)

    def _before_values(self, kind: str, only: str = "") -> str:
        """Return the query of (record, field, before) for the fields that still have our value."""
        table = KINDS[kind]
        return " UNION ALL ".join(
            f"""SELECT c.record, c.field, c.before FROM changes AS c JOIN {table} AS t
            ON t.id = c.record AND t.{field} COLLATE BINARY IS c.after
            WHERE c.operation = :target AND c.kind = '{kind}' AND c.field = '{field}'
            AND c.undone_by IS NULL AND NOT {self._points_at_nothing(kind, field)} {only}"""
            for field in self._fields(kind)
        )

    def _points_at_nothing(self, kind: str, field: str) -> str:
        """Return the condition that a value of before names a record that is gone."""
        for reference in self.references:
            if (reference.kind, reference.column) == (kind, field):
                there = f"SELECT id FROM {KINDS[reference.target]}"
                return f"(c.before IS NOT NULL AND c.before NOT IN ({there}))"
        return "0"

    def _reverse_singly(self, kind: str) -> None:
        records = self._rows(
            f"""SELECT DISTINCT record FROM changes WHERE operation = :target
            AND kind = '{kind}' AND undone_by IS NULL"""
        )
        for (record,) in records:
            only = f"AND c.record = {int(record)}"
            try:
                with self.op.savepoint():
                    self.op.update_from(kind, self._before_values(kind, only), self.bound)
            except sqlite3.IntegrityError as error:
                self.failed.append(Left(kind, record, None, _constraint(error)))

    def _keep_changed(self, kind: str, field: str) -> None:
        rows = self._rows(
            f"""SELECT c.record, t.id IS NULL,
            (SELECT max(later.operation) FROM changes AS later WHERE later.kind = c.kind
             AND later.record = c.record AND later.field = c.field
             AND later.operation > c.operation AND later.undone_by IS NULL)
            FROM changes AS c LEFT JOIN {KINDS[kind]} AS t ON t.id = c.record
            WHERE c.operation = :target AND c.kind = '{kind}' AND c.field = '{field}'
            AND c.undone_by IS NULL
            AND (t.id IS NULL OR t.{field} COLLATE BINARY IS NOT c.after) ORDER BY c.record"""
        )
        for record, gone, by in rows:
            if gone:
                self.failed.append(Left(kind, record, field, "the record is gone"))
            else:
                self.kept.append(Left(kind, record, field, _changed_by(by)))

    def _fail_dangling(self, kind: str, field: str) -> None:
        rows = self._rows(
            f"""SELECT c.record FROM changes AS c JOIN {KINDS[kind]} AS t
            ON t.id = c.record AND t.{field} COLLATE BINARY IS c.after
            WHERE c.operation = :target AND c.kind = '{kind}' AND c.field = '{field}'
            AND c.undone_by IS NULL AND {self._points_at_nothing(kind, field)} ORDER BY c.record"""
        )
        for (record,) in rows:
            self.failed.append(Left(kind, record, field, "what it named before is gone"))

    # Records that the operation made.

    def _remove_creations(self) -> None:
        self.connection.execute(_TABLE_OF_RECORDS.format(name="doomed"))
        self.connection.execute("DELETE FROM temp.doomed")
        for kind in self._kinds("creations"):
            self.connection.execute(
                f"""INSERT INTO temp.doomed SELECT DISTINCT '{kind}', t.id FROM creations AS n
                JOIN {KINDS[kind]} AS t ON t.id BETWEEN n.first_id AND n.last_id
                WHERE n.operation = :target AND n.kind = '{kind}'""",
                self.bound,
            )
        self._spare_changed()
        references = self.references
        while sum(self._spare_referenced(reference) for reference in references):
            pass
        while sum(self._doom_machine_made(reference) for reference in references):
            pass
        for reference in references:
            self._blank_machine_pointers(reference)
        for (kind,) in self._rows("SELECT DISTINCT kind FROM temp.doomed"):
            self.op.delete(kind, f"SELECT record FROM temp.doomed WHERE kind = '{kind}'")

    def _spare_changed(self) -> None:
        """Keep what a person has changed since, net of what was undone."""
        rows = self._rows(
            """SELECT d.kind, d.record, max(c.operation) FROM temp.doomed AS d
            JOIN changes AS c ON c.kind = d.kind AND c.record = d.record
            JOIN operations AS o ON o.id = c.operation
            WHERE c.operation > :target AND c.operation < :undo AND c.undone_by IS NULL
            AND o.decided_by = 'person' AND o.undoes IS NULL GROUP BY d.kind, d.record"""
        )
        self._spare((kind, record, _changed_by(by)) for kind, record, by in rows)

    def _spare_referenced(self, reference: Reference) -> int:
        """Keep what a record that stays points at, unless a machine made it point there."""
        hand = _LAST_HAND.format(kind=reference.kind, column=reference.column)
        rows = self._rows(
            f"""SELECT d.record, min(s.id) FROM temp.doomed AS d
            JOIN {KINDS[reference.kind]} AS s ON s.{reference.column} = d.record
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
        self._spare(reasons)
        return len(reasons)

    def _doom_machine_made(self, reference: Reference) -> int:
        """Take along what a machine made for a record that goes."""
        return self.connection.execute(
            f"""INSERT INTO temp.doomed SELECT DISTINCT '{reference.kind}', s.id
            FROM temp.doomed AS d JOIN {KINDS[reference.kind]} AS s
            ON s.{reference.column} = d.record
            JOIN creations AS n ON n.kind = '{reference.kind}'
            AND s.id BETWEEN n.first_id AND n.last_id
            JOIN operations AS o ON o.id = n.operation
            WHERE d.kind = '{reference.target}' AND o.decided_by = 'machine'
            AND NOT EXISTS (SELECT 1 FROM temp.doomed AS e
                            WHERE e.kind = '{reference.kind}' AND e.record = s.id)"""
        ).rowcount

    def _blank_machine_pointers(self, reference: Reference) -> None:
        """Blank what a machine wrote into a record that stays, such as an owner who goes."""
        self.op.update_from(
            reference.kind,
            f"""SELECT s.id, '{reference.column}', NULL FROM temp.doomed AS d
            JOIN {KINDS[reference.kind]} AS s ON s.{reference.column} = d.record
            WHERE d.kind = '{reference.target}'
            AND NOT EXISTS (SELECT 1 FROM temp.doomed AS e
                            WHERE e.kind = '{reference.kind}' AND e.record = s.id)""",
            {},
        )

    def _spare(self, reasons: Any) -> None:
        for kind, record, reason in reasons:
            self.kept.append(Left(kind, record, None, reason))
            self.connection.execute(
                "DELETE FROM temp.doomed WHERE kind = ? AND record = ?", (kind, record)
            )

    @cached_property
    def references(self) -> list[Reference]:
        """Every column of a kind that names a record of a kind."""
        from sqlite_utils import Database

        schema = Database(self.connection, execute_plugins=False, recursive_triggers=False)
        kind_of = {table: kind for kind, table in KINDS.items()}
        return [
            Reference(kind, key.column, kind_of[key.other_table])
            for kind, table in KINDS.items()
            for key in schema.table(table).foreign_keys
            if key.column is not None and key.other_table in kind_of
        ]

    # What the journal remembers of it.

    def _mark(self) -> None:
        """Note on each reversed change which undo took it back, down the chain of undos.

        An undo of an undo puts the first change into effect again, so marks alternate.
        """
        chain = self._chain()
        for depth, operation in enumerate(chain):
            by = self.op.id if depth == 0 else None if depth % 2 else chain[depth - 1]
            bound = {"by": by, "operation": operation, "undo": self.op.id}
            self.connection.execute(
                """UPDATE changes SET undone_by = :by WHERE operation = :operation
                AND EXISTS (SELECT 1 FROM changes AS u WHERE u.operation = :undo
                AND u.kind = changes.kind AND u.record = changes.record
                AND u.field = changes.field)""",
                bound,
            )
            self.connection.execute(
                """UPDATE removals SET undone_by = :by WHERE operation = :operation
                AND (EXISTS (SELECT 1 FROM creations AS u WHERE u.operation = :undo
                     AND u.kind = removals.kind
                     AND removals.record BETWEEN u.first_id AND u.last_id)
                OR EXISTS (SELECT 1 FROM removals AS u WHERE u.operation = :undo
                     AND u.kind = removals.kind AND u.record = removals.record))""",
                bound,
            )
        self.connection.execute(
            "UPDATE operations SET undoes = :target WHERE id = :undo", self.bound
        )
        for operation in chain:
            self.connection.execute(
                """UPDATE operations SET undone_by = (SELECT max(u.id) FROM operations AS u
                WHERE u.undoes = :operation AND u.undone_by IS NULL) WHERE id = :operation""",
                {"operation": operation},
            )

    def _chain(self) -> list[int]:
        """Return the operation, what it undoes, what that undoes, and so on."""
        chain = [self.target]
        while True:
            row = self.connection.execute(
                "SELECT undoes FROM operations WHERE id = ?", (chain[-1],)
            ).fetchone()
            if row is None or row[0] is None:
                return chain
            chain.append(row[0])

    def _result(self) -> Undone:
        """Count what this undo journaled; a record that goes counts as removed only."""
        removed = self._count("removals", "count(*)")
        restored = self._count("creations", "sum(last_id - first_id + 1)")
        changed = self._count(
            """(SELECT DISTINCT kind, record, operation FROM changes WHERE operation = :undo
            EXCEPT SELECT kind, record, operation FROM removals WHERE operation = :undo)""",
            "count(*)",
        )
        dealt = "SELECT count(*) FROM removals WHERE operation = :undo AND kind = 'assignment'"
        assigned = self._rows(dealt)[0][0] if "lead" in removed else 0
        return Undone(changed, removed, restored, self.kept, self.failed, assigned)

    def _count(self, journal: str, number: str) -> dict[str, int]:
        rows = self._rows(
            f"SELECT kind, {number} FROM {journal} WHERE operation = :undo GROUP BY kind"
        )
        return {kind: count for kind, count in rows if kind not in BOOKKEEPING}

    def _kinds(self, journal: str) -> list[str]:
        rows = self._rows(f"SELECT DISTINCT kind FROM {journal} WHERE operation = :target")
        return [kind for (kind,) in rows]

    def _fields(self, kind: str) -> list[str]:
        rows = self._rows(
            f"""SELECT DISTINCT field FROM changes
            WHERE operation = :target AND kind = '{kind}' AND undone_by IS NULL ORDER BY field"""
        )
        return [field for (field,) in rows]

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        names = {name: value for name, value in self.bound.items() if f":{name}" in query}
        return self.connection.execute(query, names).fetchall()


def _changed_by(operation: int | None) -> str:
    return f"changed since by op{operation}" if operation else "changed since"


def _constraint(error: sqlite3.IntegrityError) -> str:
    """Return why the database refused a value, without the value."""
    unique = str(error).partition("UNIQUE constraint failed: ")[2]
    return f"another record has the same {unique.split('.')[-1]}" if unique else str(error)
