"""The operation that is taken back, as the journal has it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from leadctl.fields import MERGEABLE
from leadctl.journal import Operation
from leadctl.references import Reference, references
from leadctl.undo.outcome import Left
from leadctl.wording import label

_TABLE_OF_RECORDS = """CREATE TEMP TABLE IF NOT EXISTS {name} (
    kind TEXT NOT NULL, record INTEGER NOT NULL, PRIMARY KEY (kind, record)
    ) STRICT, WITHOUT ROWID"""
# What the operation made, or removed and is to come back, of changes `c`.
MADE = """coalesce((SELECT n.last_id FROM creations AS n WHERE n.operation = :target
    AND n.kind = c.kind AND n.first_id <= c.record ORDER BY n.first_id DESC LIMIT 1), -1) >= c.record"""


class Target:
    """The operation that is taken back, `id`, inside another one, `op`; and what of it stays, why.

    `kept` and `failed` are those of one attempt, `lost` is what no attempt can bring back.
    """

    def __init__(self, op: Operation, target: int) -> None:
        self.op = op
        self.id = target
        self.connection = op.connection
        self.bound = {"undo": op.id, "target": target}
        self.kept: list[Left] = []
        self.failed: list[Left] = []
        self.lost: list[Left] = []

    @cached_property
    def references(self) -> list[Reference]:
        """Every column of a kind that names a record of a kind."""
        return references(self.connection)

    @property
    def stays(self) -> bool:
        """Whether anything of it stays so far."""
        return bool(self.kept or self.failed or self.lost)

    @property
    def led_on(self) -> list[Reference]:
        """The columns that a merge lets name the survivor."""
        return [of for of in self.references if of.target in MERGEABLE]

    def kinds(self, journal: str) -> list[str]:
        """Return the kinds of which it has something in changes, creations or removals."""
        rows = self.rows(f"SELECT DISTINCT kind FROM {journal} WHERE operation = :target")
        return [kind for (kind,) in rows]

    @cached_property
    def changed(self) -> dict[str, list[str]]:
        """Kind -> the fields that it changed and that are not taken back yet."""
        found: dict[str, list[str]] = {}
        for kind, field in self.rows(
            """SELECT DISTINCT kind, field FROM changes
            WHERE operation = :target AND undone_by IS NULL ORDER BY kind, field"""
        ):
            found.setdefault(kind, []).append(field)
        return found

    @cached_property
    def changed_since(self) -> frozenset[str]:
        """The kinds of its changes of which an operation since that is no undo changed a record."""
        changed = """SELECT 1 FROM operations AS o WHERE o.id > :target AND o.id < :undo
            AND o.undoes IS NULL AND EXISTS (SELECT 1 FROM changes
            WHERE operation = o.id AND kind = '{}') LIMIT 1"""
        return frozenset(kind for kind in self.changed if self.rows(changed.format(kind)))

    @cached_property
    def last_assignment(self) -> int:
        """The id of the last assignment that was made up to the operation."""
        query = """SELECT coalesce(max(last_id), 0) FROM creations
            WHERE kind = 'assignment' AND operation <= :target"""
        return int(self.rows(query)[0][0])

    def fields(self, kind: str) -> list[str]:
        """Return those of them that there are still."""
        there = set(self.op.columns(kind))
        return [field for field in self.changed.get(kind, ()) if field in there]

    def links(self, kind: str) -> list[str]:
        """Return those of the fields that name a record."""
        links = {reference.column for reference in self.references if reference.kind == kind}
        return [field for field in self.fields(kind) if field in links]

    def others(self, kind: str) -> list[str]:
        """Return those of the fields that name none."""
        links = self.links(kind)
        return [field for field in self.fields(kind) if field not in links]

    def gone(self, kind: str, record: int) -> str:
        """Return why a record cannot be named again."""
        merged = self.merged_into(kind, record)
        return f"{kind} {record} was {merged}" if merged else f"{kind} {record} is gone"

    def merged_into(self, kind: str, record: int) -> str | None:
        """Return what became of a record that was merged, as `merged into 42 since`."""
        if kind not in MERGEABLE:
            return None
        found = self.connection.execute(
            f"SELECT {kind}_id FROM forwards WHERE kind = ? AND record = ?", (kind, record)
        ).fetchone()
        return f"merged into {label(kind, found[0])} since" if found else None

    def empty(self, name: str) -> None:
        """Make a temporary table of records, `kind` and `record`, with nothing in it."""
        self.connection.execute(_TABLE_OF_RECORDS.format(name=name))
        self.connection.execute(f"DELETE FROM temp.{name}")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query, which may name `:target` and `:undo`."""
        return self.connection.execute(query, self.bound).fetchall()
