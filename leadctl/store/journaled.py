"""What the journal tells: operations, and what happened to a record."""

from __future__ import annotations

from leadctl.errors import NotFoundError
from leadctl.store.opened import Opened, Row
from leadctl.stored import read_json


class Journaled(Opened):
    """Reads the history."""

    def operations(self, *, limit: int | None = None) -> list[Row]:
        """Return the operations, newest first; `counts` is a dictionary."""
        limited = "" if limit is None else f"LIMIT {int(limit)}"
        rows = self.query(f"SELECT * FROM operations ORDER BY id DESC {limited}")
        return [_operation(row) for row in rows]

    def operation_row(self, operation: int) -> Row:
        """Return one operation; NotFoundError if there is none."""
        rows = self.query("SELECT * FROM operations WHERE id = ?", (operation,))
        if not rows:
            raise NotFoundError(f"there is no operation op{operation}", "leadctl history")
        return _operation(rows[0])

    def size_of(self, operation: int, last: int | None = None) -> int:
        """Return how many records and fields an operation wrote, or all up to a `last` one."""
        made = "SELECT coalesce(sum(last_id - first_id + 1), 0) FROM creations"
        others = ("SELECT count(*) FROM changes", "SELECT count(*) FROM removals")
        parts = (f"({part} WHERE operation BETWEEN :first AND :last)" for part in (made, *others))
        bound = {"first": operation, "last": operation if last is None else last}
        return int(self.value(f"SELECT {' + '.join(parts)}", bound))

    def my_newest_operation(self, before: int | None = None) -> Row | None:
        """Return what `undo` alone takes back: mine, not undone, and not an undo.

        `before` is the id of an operation that is to be newer.
        """
        rows = self.query(
            """SELECT * FROM operations WHERE actor = :actor AND undoable AND undone_by IS NULL
            AND undoes IS NULL AND (:before IS NULL OR id < :before) ORDER BY id DESC LIMIT 1""",
            {"actor": self.actor, "before": before},
        )
        return _operation(rows[0]) if rows else None

    def history(self, kind: str, record: int) -> list[Row]:
        """Return what happened to a record's facts, newest first: field, old, new, operation, at."""
        return self.query(
            """SELECT c.field, c.before AS old, c.after AS new, o.id AS operation, o.at, o.actor,
                o.command, c.undone_by
            FROM changes AS c JOIN operations AS o ON o.id = c.operation
            WHERE c.kind = :kind AND c.record = :record
            UNION ALL SELECT NULL, NULL, 'created', o.id, o.at, o.actor, o.command, NULL
            FROM creations AS n JOIN operations AS o ON o.id = n.operation
            WHERE n.kind = :kind AND :record BETWEEN n.first_id AND n.last_id
            UNION ALL SELECT NULL, 'removed', NULL, o.id, o.at, o.actor, o.command, r.undone_by
            FROM removals AS r JOIN operations AS o ON o.id = r.operation
            WHERE r.kind = :kind AND r.record = :record
            ORDER BY operation DESC, field""",
            {"kind": kind, "record": record},
        )

    def merges(self, kind: str, record: int) -> list[Row]:
        """Return the merges of a record that are in effect: `record`, `survivor`, `operation`, `at` …

        The record is the survivor or one that was merged into another.
        """
        return self.query(
            f"""SELECT f.record, f.{kind}_id AS survivor, o.id AS operation, o.at, o.actor, o.command
            FROM forwards AS f JOIN creations AS n ON n.kind = 'forward'
            AND f.id BETWEEN n.first_id AND n.last_id JOIN operations AS o ON o.id = n.operation
            WHERE f.kind = :kind AND (f.record = :record OR f.{kind}_id = :record)
            ORDER BY o.id DESC, f.record""",
            {"kind": kind, "record": record},
        )

    def imported_file(self, sha256: str) -> int | None:
        """Return the operation that brought a file of this content, None if none did."""
        if not self.exists():
            return None
        found = self.value(
            """SELECT (SELECT min(operation) FROM creations AS n WHERE n.kind = 'imported_file'
            AND f.id BETWEEN n.first_id AND n.last_id) FROM imported_files AS f
            WHERE sha256 = ? ORDER BY id LIMIT 1""",
            (sha256,),
        )
        return None if found is None else int(found)

    def newest_operation(self) -> int:
        """Return the number of the newest operation; 0 without one."""
        return int(self.value("SELECT coalesce(max(id), 0) FROM operations"))


def _operation(row: Row) -> Row:
    return {**row, "counts": read_json(row["counts"]), "undoable": bool(row["undoable"])}
