"""Taking an operation back: what is reversed, what a person changed and so is kept, what fails."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cached_property
from typing import Any, NamedTuple

from leadctl import moves
from leadctl.fields import KINDS, MERGEABLE
from leadctl.journal import BOOKKEEPING, Operation, Reference, json_value, references
from leadctl.wording import label

_POINTS = {
    "imported_row": "a later import brought it too",
    "pool_member": "it is in a pool",
    "forward": "another was merged into it",
}
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


class _Stuck(Exception):
    """Ends an attempt in which something could not come back."""


_RESTORING = "SELECT record FROM temp.restoring"
_TABLE_OF_RECORDS = """CREATE TEMP TABLE IF NOT EXISTS {name} (
    kind TEXT NOT NULL, record INTEGER NOT NULL, PRIMARY KEY (kind, record)
    ) STRICT, WITHOUT ROWID"""
# What the operation made, or removed and is to come back, of changes `c`.
_MADE = """coalesce((SELECT n.last_id FROM creations AS n WHERE n.operation = :target
    AND n.kind = c.kind AND n.first_id <= c.record ORDER BY n.first_id DESC LIMIT 1), -1) >= c.record"""
_RETURNS = """EXISTS (SELECT 1 FROM temp.restoring AS b
    WHERE b.kind = c.kind AND b.record = c.record)"""
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
    decided since (assignment by rules) protects nothing and goes along. A record that a merge
    removed comes back, and what leads from it to the survivor goes along with that.
    """

    def __init__(self, op: Operation, target: int) -> None:
        self.op = op
        self.target = target
        self.connection = op.connection
        self.bound = {"undo": op.id, "target": target}
        self.kept: list[Left] = []
        self.failed: list[Left] = []
        self.lost: list[Left] = []

    def run(self) -> Undone:
        """Take the operation back and mark what was taken back; nothing happens where all is kept."""
        self.lost += self._of_removed_fields()
        self._gather_returning()
        self._leave_dangling()
        while stuck := self._try():
            for left in stuck:
                self._leave(left)
            self._leave_dangling()
        if self.op.wrote:
            self._mark()
        return self._result()

    def _try(self) -> list[Left]:
        """Take all of it back; return what cannot come back, with nothing written if there is any.

        The order keeps values that only one record may have free for the next: links first, which
        say what belongs to what, then records go, then fields change, then records come back.
        """
        self.kept, self.failed = [], []
        self._clear("doomed")
        if not self._rows("SELECT 1 FROM temp.restoring LIMIT 1"):
            self._take_back()
            return []
        stuck: list[Left] = []
        with suppress(_Stuck), self.op.savepoint():
            self._take_back()
            stuck = self._bring_back()
            if stuck:
                raise _Stuck
            self._reverse_changes(_RETURNS, self._fields)
        return stuck

    def _take_back(self) -> None:
        there = f"NOT {_RETURNS}"
        self._reverse_changes(there, self._links)
        self._reverse_changes(f"{there} AND {_MADE}", self._others)
        self._remove_creations()
        self._reverse_changes(f"{there} AND NOT {_MADE}", self._others)

    def _clear(self, name: str) -> None:
        self.connection.execute(_TABLE_OF_RECORDS.format(name=name))
        self.connection.execute(f"DELETE FROM temp.{name}")

    # Records that the operation removed.

    def _bring_back(self) -> list[Left]:
        """Restore all that is to return; return what has no place."""
        if stuck := self._forwards_of_what_is_there():
            return stuck
        for (kind,) in self._rows("SELECT DISTINCT kind FROM temp.restoring"):
            try:
                with self.op.savepoint():
                    self.op.restore(kind, self.target, f"{_RESTORING} WHERE kind = '{kind}'")
            except sqlite3.IntegrityError as error:
                stuck += self._colliding(kind, _constraint(error))
        return stuck

    def _forwards_of_what_is_there(self) -> list[Left]:
        """Return the forwards whose record stays, so that it does not lead on to another."""
        kind, record = (json_value("r.before", name) for name in ("kind", "record"))
        there = " UNION ALL ".join(f"SELECT '{of}', id FROM {KINDS[of]}" for of in MERGEABLE)
        rows = self._rows(
            f"""SELECT b.record, {kind} FROM temp.restoring AS b JOIN removals AS r
            ON r.operation = :target AND r.kind = b.kind AND r.record = b.record
            WHERE b.kind = 'forward' AND ({kind}, {record}) IN ({there})"""
        )
        return [Left("forward", forward, None, f"the {of} stays") for forward, of in rows]

    def _gather_returning(self) -> None:
        self._clear("restoring")
        for kind in self._kinds("removals"):
            self.connection.execute(
                f"""INSERT INTO temp.restoring SELECT kind, record FROM removals AS c
                WHERE operation = :target AND kind = '{kind}' AND undone_by IS NULL
                AND record NOT IN (SELECT id FROM {KINDS[kind]}) AND NOT {_MADE}""",
                {"target": self.target},
            )
        # Whoever has got the lead since keeps it, so that nobody else was dealt it.
        self.connection.execute(
            f"""DELETE FROM temp.restoring WHERE kind = 'assignment' AND record IN (
            SELECT r.record FROM removals AS r JOIN changes AS c ON c.operation = r.operation
            AND c.kind = 'lead' AND c.record = {json_value("r.before", "lead_id")}
            AND c.field = 'owner_id' JOIN leads AS l ON l.id = c.record
            AND l.owner_id IS NOT c.after
            WHERE r.operation = :target AND r.kind = 'assignment')""",
            {"target": self.target},
        )

    def _leave_dangling(self) -> None:
        """Leave out what would point at a record that is gone and does not come back either."""
        while lost := [row for reference in self.references for row in self._dangling(reference)]:
            for kind, record, target, gone in lost:
                self._leave(Left(kind, record, None, self._gone(target, gone)))

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

    def _colliding(self, kind: str, why: str) -> list[Left]:
        """Return what cannot come back because another record has taken its name or number."""
        rows = self._rows(f"{_RESTORING} WHERE kind = '{kind}' ORDER BY record")
        reasons = ((record, self._collides(kind, str(record))) for (record,) in rows)
        found = [Left(kind, record, None, reason) for record, reason in reasons if reason]
        return found or [Left(kind, record, None, why) for (record,) in rows]

    def _collides(self, kind: str, records: str) -> str | None:
        """Return why these cannot come back, None if they can; nothing is left written."""
        try:
            with self.op.trial():
                self.op.restore(kind, self.target, records)
        except sqlite3.IntegrityError as error:
            return _constraint(error)
        return None

    def _leave(self, left: Left) -> None:
        if left.kind != "forward":  # what led on from a record says nothing beside the record
            self.lost.append(left)
        self.connection.execute(
            "DELETE FROM temp.restoring WHERE kind = ? AND record = ?", (left.kind, left.id)
        )

    # Fields that the operation changed.

    def _reverse_changes(self, whose: str, fields_of: Callable[[str], list[str]]) -> None:
        """Reverse the changes `c` that the condition `whose` means, of some fields of each kind."""
        for kind in self._kinds("changes"):
            fields = fields_of(kind)
            if not fields:
                continue
            for field in fields:
                self._keep_changed(kind, field, whose)
                self._fail_dangling(kind, field, whose)
            try:
                with self.op.savepoint():
                    self.op.update_from(kind, self._before_values(kind, fields, whose), self.bound)
            except sqlite3.IntegrityError:
                self._reverse_singly(kind, fields, whose)

    def _of_removed_fields(self) -> Iterator[Left]:
        """Yield the values of fields that are no more."""
        for kind in self._kinds("changes"):
            for field in set(self._changed(kind)).difference(self.op.columns(kind)):
                rows = self._rows(
                    f"""SELECT record FROM changes WHERE operation = :target AND kind = '{kind}'
                    AND field = '{field}' AND undone_by IS NULL ORDER BY record"""
                )
                for (record,) in rows:
                    yield Left(kind, record, field, "the field was removed")

    def _before_values(self, kind: str, fields: list[str], whose: str) -> str:
        """Return the query of (record, field, before) for the fields that still have our value."""
        table = KINDS[kind]
        return " UNION ALL ".join(
            f"""SELECT c.record, c.field, c.before FROM changes AS c JOIN {table} AS t
            ON t.id = c.record AND t.{field} COLLATE BINARY IS {self._written(kind, field)}
            WHERE c.operation = :target AND c.kind = '{kind}' AND c.field = '{field}'
            AND c.undone_by IS NULL AND {whose} AND NOT {self._points_at_nothing(kind, field)}"""
            for field in fields
        )

    def _written(self, kind: str, field: str) -> str:
        """Return what the operation wrote as it stands now: what was merged since led it on."""
        for of in self._led_on:
            if (of.kind, of.column) == (kind, field):
                return f"""coalesce((SELECT f.{of.target}_id FROM forwards AS f
                    WHERE f.kind = '{of.target}' AND f.record = c.after), c.after)"""
        return "c.after"

    def _points_at_nothing(self, kind: str, field: str) -> str:
        """Return the condition that a value of before names a record that is gone."""
        for reference in self.references:
            if (reference.kind, reference.column) == (kind, field):
                there = f"SELECT id FROM {KINDS[reference.target]}"
                back = f"{_RESTORING} WHERE kind = '{reference.target}'"
                return f"""(c.before IS NOT NULL AND c.before NOT IN ({there})
                    AND c.before NOT IN ({back}))"""
        return "0"

    def _reverse_singly(self, kind: str, fields: list[str], whose: str) -> None:
        records = self._rows(
            f"""SELECT DISTINCT record FROM changes AS c WHERE operation = :target
            AND kind = '{kind}' AND undone_by IS NULL AND {whose}"""
        )
        for (record,) in records:
            values = self._before_values(kind, fields, f"{whose} AND c.record = {int(record)}")
            try:
                with self.op.savepoint():
                    self.op.update_from(kind, values, self.bound)
            except sqlite3.IntegrityError as error:
                self.failed.append(Left(kind, record, None, _constraint(error)))

    def _keep_changed(self, kind: str, field: str, whose: str) -> None:
        rows = self._rows(
            f"""SELECT c.record, t.id IS NULL,
            (SELECT max(later.operation) FROM changes AS later WHERE later.kind = c.kind
             AND later.record = c.record AND later.field = c.field
             AND later.operation > c.operation AND later.undone_by IS NULL)
            FROM changes AS c LEFT JOIN {KINDS[kind]} AS t ON t.id = c.record
            WHERE c.operation = :target AND c.kind = '{kind}' AND c.field = '{field}'
            AND c.undone_by IS NULL AND {whose}
            AND (t.id IS NULL OR t.{field} COLLATE BINARY IS NOT {self._written(kind, field)})
            ORDER BY c.record"""
        )
        for record, gone, by in rows:
            if gone:
                merged = self._merged_into(kind, record)
                self.failed.append(Left(kind, record, field, merged or "the record is gone"))
            else:
                self.kept.append(Left(kind, record, field, _changed_by(by)))

    def _fail_dangling(self, kind: str, field: str, whose: str) -> None:
        rows = self._rows(
            f"""SELECT c.record, c.before FROM changes AS c JOIN {KINDS[kind]} AS t
            ON t.id = c.record AND t.{field} COLLATE BINARY IS {self._written(kind, field)}
            WHERE c.operation = :target AND c.kind = '{kind}' AND c.field = '{field}'
            AND c.undone_by IS NULL AND {whose} AND {self._points_at_nothing(kind, field)}
            ORDER BY c.record"""
        )
        targets = {(of.kind, of.column): of.target for of in self.references}
        for record, before in rows:
            reason = self._gone(targets[kind, field], before)
            self.failed.append(Left(kind, record, field, reason))

    def _gone(self, kind: str, record: int) -> str:
        """Return why a record cannot be named again."""
        merged = self._merged_into(kind, record)
        return f"{kind} {record} was {merged}" if merged else f"{kind} {record} is gone"

    def _merged_into(self, kind: str, record: int) -> str | None:
        """Return what became of a record that was merged, as `merged into 42 since`."""
        if kind not in MERGEABLE:
            return None
        found = self.connection.execute(
            f"SELECT {kind}_id FROM forwards WHERE kind = ? AND record = ?", (kind, record)
        ).fetchone()
        return f"merged into {label(kind, found[0])} since" if found else None

    # Records that the operation made.

    def _remove_creations(self) -> None:
        for kind in self._kinds("creations"):
            self.connection.execute(
                f"""INSERT INTO temp.doomed SELECT DISTINCT '{kind}', t.id FROM creations AS n
                JOIN {KINDS[kind]} AS t ON t.id BETWEEN n.first_id AND n.last_id
                WHERE n.operation = :target AND n.kind = '{kind}'""",
                self.bound,
            )
        self._keep_merged()
        self._spare_changed()
        self._spare_without_forward()
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
        """Keep what a person has changed since, net of what was undone.

        What only went along when others were merged has not been changed.
        """
        led_on = " OR ".join(
            f"""(c.kind = '{of.kind}' AND c.field = '{of.column}' AND c.before IN (
            SELECT f.record FROM forwards AS f WHERE f.kind = '{of.target}'))"""
            for of in self._led_on
        )
        rows = self._rows(
            f"""SELECT d.kind, d.record, max(c.operation) FROM temp.doomed AS d
            JOIN changes AS c ON c.kind = d.kind AND c.record = d.record
            JOIN operations AS o ON o.id = c.operation
            WHERE c.operation > :target AND c.operation < :undo AND c.undone_by IS NULL
            AND o.decided_by = 'person' AND o.undoes IS NULL AND d.kind <> 'forward'
            AND NOT ({led_on}) GROUP BY d.kind, d.record"""
        )
        self._spare((kind, record, _changed_by(by)) for kind, record, by in rows)

    def _keep_merged(self) -> None:
        """Name what was merged since, and keep the way from a record that does not come back."""
        for kind in set(self._kinds("creations")).intersection(MERGEABLE):
            rows = self._rows(
                f"""SELECT f.record, f.{kind}_id FROM creations AS n JOIN forwards AS f
                ON f.kind = '{kind}' AND f.record BETWEEN n.first_id AND n.last_id
                WHERE n.operation = :target AND n.kind = '{kind}' ORDER BY f.record"""
            )
            for record, survivor in rows:
                reason = f"merged into {label(kind, survivor)} since"
                self.kept.append(Left(kind, record, None, reason))
        self.connection.execute(
            """DELETE FROM temp.doomed WHERE kind = 'forward' AND record IN (
            SELECT f.id FROM forwards AS f WHERE NOT EXISTS (SELECT 1 FROM temp.restoring AS b
            WHERE b.kind = f.kind AND b.record = f.record))"""
        )

    def _spare_without_forward(self) -> None:
        """Keep what would be merged again if what it was merged into were still there."""
        kind, record = (json_value("r.before", name) for name in ("kind", "record"))
        rows = self._rows(
            f"""SELECT d.kind, d.record FROM removals AS r
            JOIN temp.doomed AS d ON d.kind = {kind} AND d.record = {record}
            WHERE r.operation = :target AND r.kind = 'forward' AND NOT EXISTS (
            SELECT 1 FROM temp.restoring AS b WHERE b.kind = r.kind AND b.record = r.record)"""
        )
        self._spare((kind, record, "what it was merged into is gone") for kind, record in rows)

    def _spare_referenced(self, reference: Reference) -> int:
        """Keep what a record that stays points at, unless a machine made it point there."""
        if reference.target == "forward":
            return 0
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
        return references(self.connection)

    @property
    def _led_on(self) -> list[Reference]:
        """The columns that a merge lets name the survivor."""
        return [of for of in self.references if of.target in MERGEABLE]

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
                AND (EXISTS (SELECT 1 FROM temp.restoring AS u
                     WHERE u.kind = removals.kind AND u.record = removals.record)
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
        moves.derive(
            self.connection,
            f"""SELECT record FROM changes WHERE operation = {int(self.op.id)} AND kind = 'lead'
            AND field IN ({", ".join(f"'{field}'" for field in sorted(moves.FIELDS))})""",
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
        failed = [*self.lost, *self.failed]
        return Undone(changed, removed, restored, self.kept, failed, assigned)

    def _count(self, journal: str, number: str) -> dict[str, int]:
        rows = self._rows(
            f"SELECT kind, {number} FROM {journal} WHERE operation = :undo GROUP BY kind"
        )
        return {kind: count for kind, count in rows if kind not in BOOKKEEPING}

    def _kinds(self, journal: str) -> list[str]:
        rows = self._rows(f"SELECT DISTINCT kind FROM {journal} WHERE operation = :target")
        return [kind for (kind,) in rows]

    def _fields(self, kind: str) -> list[str]:
        there = set(self.op.columns(kind))
        return [field for field in self._changed(kind) if field in there]

    def _changed(self, kind: str) -> list[str]:
        rows = self._rows(
            f"""SELECT DISTINCT field FROM changes
            WHERE operation = :target AND kind = '{kind}' AND undone_by IS NULL ORDER BY field"""
        )
        return [field for (field,) in rows]

    def _links(self, kind: str) -> list[str]:
        links = {reference.column for reference in self.references if reference.kind == kind}
        return [field for field in self._fields(kind) if field in links]

    def _others(self, kind: str) -> list[str]:
        links = self._links(kind)
        return [field for field in self._fields(kind) if field not in links]

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(query, self.bound).fetchall()


def _changed_by(operation: int | None) -> str:
    return f"changed since by op{operation}" if operation else "changed since"


def _constraint(error: sqlite3.IntegrityError) -> str:
    """Return why the database refused a value, without the value."""
    unique = str(error).partition("UNIQUE constraint failed: ")[2]
    if "_external'" in unique:
        unique = "external id"
    return f"another record has the same {unique.split('.')[-1]}" if unique else str(error)
