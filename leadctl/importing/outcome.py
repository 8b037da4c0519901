"""What an import did: its files, the five ends of their rows, and what should be known of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from leadctl.importing.columns import Columns
from leadctl.importing.drafting import Notes, Rejected, Run

if TYPE_CHECKING:
    from leadctl.formats.table import Table
    from leadctl.importing.mapping import Reading

NAMED = 1_000
"""How many rejected rows are named for scripts; the rejects file has all."""
LOOKED_AT = 200
"""How many rows are looked at for the first values of a column."""


@dataclass
class Batch:
    """A file: how it is read, its first rows, and what of it has no field.

    `orders` are position of a column of dates -> order of day and month.
    """

    path: Path
    file: Table
    reading: Reading
    orders: Mapping[int, str]
    samples: list[list[str]]
    aside: set[str] = field(default_factory=set)

    @property
    def columns(self) -> Columns:
        """How the file is read."""
        return self.reading.columns

    def look_at(self, run: Run) -> None:
        """Take note of a run of its valid rows."""
        self.aside.update(*filter(None, run.extra))

    @property
    def left(self) -> list[str]:
        """The headers without a field that have a value somewhere."""
        return [of.header for of in self.columns if of.field is None and of.header in self.aside]


class Report:
    """What an import did: the five ends of a row, and what a person should know about them."""

    ENDS = ("created", "updated", "unchanged", "skipped", "rejected")

    def __init__(self, kind: str = "lead") -> None:
        self.kind = kind
        self.made: Counter[str] = Counter()
        self.unfound: Counter[str] = Counter()
        self.ends: Counter[str] = Counter()
        self.rejected: list[Rejected] = []  # the first of them
        self.converted: Counter[int] = Counter()
        self.merged: Counter[int] = Counter()
        self.contacts: Counter[int] = Counter()
        self.contacts_skipped = 0
        self.arrived = 0
        self.other_ids = 0
        self.unreadable: list[str] = []
        self.remembered: list[str] = []
        self.differing: dict[int, frozenset[str]] = {}
        self._alike: dict[frozenset[str], frozenset[str]] = {}
        self.notes = Notes()

    @property
    def rows(self) -> int:
        """How many rows there were: the sum of the five ends."""
        return sum(self.ends.values())

    def differ(self, record: int, fields: Iterable[str]) -> None:
        """Note in which fields a record stays other than the file; many differ in the same ones."""
        of = self.differing.get(record, frozenset()).union(fields)
        self.differing[record] = self._alike.setdefault(of, of)

    def reject(self, row: Rejected) -> None:
        """Note a row that was rejected."""
        if len(self.rejected) < NAMED:
            self.rejected.append(row)
        self.ends["rejected"] += 1


class Done(NamedTuple):
    """A finished import: its operation if it wrote anything, and where rejected rows are.

    `known` are files that were imported before -> their operation, `moved` those in the archive.
    """

    operation: int | None
    dry_run: bool
    batches: list[Batch]
    report: Report
    rejects: Path | None
    rejects_ok: bool
    known: dict[Path, int]
    moved: dict[Path, Path]
