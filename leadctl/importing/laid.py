"""What was laid aside of an import, to be read again: new rows, rows to be decided, rejected rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Reversible, Sequence
from itertools import compress
from typing import TYPE_CHECKING, Any, NamedTuple

from leadctl.importing.aside import Aside
from leadctl.importing.drafting import Rejected, Run

if TYPE_CHECKING:
    from leadctl.formats.table import Table

PLACES = ("new", "drafts", "rejected")
"""What is laid aside apart."""


class File(NamedTuple):
    """A file whose rows are laid aside, and who makes the numbers of its rows."""

    table: Table
    fingerprint: Callable[[Sequence[str]], int]


class NewLeads(NamedTuple):
    """Leads that nobody else can be, column by column.

    `keys` are those by which people are found, `fingerprints` those of rows without external id,
    and `beside` is what the rows say of other records. Between them stand rows that are not `new`.
    """

    new: list[bool]
    values: dict[str, list[Any]]
    keys: list[list[str | None]]
    fingerprints: list[int | None]
    beside: dict[str, list[Any]]

    def only_new(self) -> NewLeads:
        """Return the rows without those between them."""
        new = self.new
        if all(new):
            return self
        return NewLeads(
            list(compress(new, new)),
            {field: list(compress(of, new)) for field, of in self.values.items()},
            [list(compress(of, new)) for of in self.keys],
            list(compress(self.fingerprints, new)),
            {name: list(compress(of, new)) for name, of in self.beside.items()},
        )


class Laid:
    """The rows of an import, as they wait to be written.

    `places` are those of `PLACES`; one of them may be filled while it is read. `is_sorted` says that
    new rows stand apart, `valid_rows` how many there are where all have been read.
    """

    def __init__(
        self,
        files: Sequence[File],
        places: Mapping[str, Iterable[Any]],
        rejected: Aside,
        *,
        is_sorted: bool = False,
    ) -> None:
        self.files = files
        self.is_sorted = is_sorted
        self.valid_rows = 0
        self._places = places
        self._rejected = rejected

    def new(self) -> Iterator[NewLeads]:
        """Yield the rows that are certainly new, in their order."""
        laid = self._places["new"] if self.is_sorted else ()
        return (NewLeads(*of).only_new() for of in laid)

    def doubtful(self, *, last_first: bool = False) -> Iterator[Run]:
        """Yield the rows to be decided, in their order or in the opposite one."""
        drafts = self._places["drafts"]
        if not last_first:
            yield from _joined(map(self._run, drafts))
            return
        assert isinstance(drafts, Reversible), "what comes through a pipe comes in order"
        for draft in reversed(drafts):
            yield self._run(draft).backwards()

    def _run(self, laid: Sequence[Any]) -> Run:
        number, lines, cells, values, extra, beside = laid
        file, fingerprint = self.files[number]
        return Run(file, lines, cells, values, extra, beside, fingerprint)

    def reject(self, row: Rejected) -> None:
        """Lay a row aside that is rejected when it is decided."""
        self._rejected.put(rejected_row(self.files, row))

    def rejected(self) -> Iterator[Rejected]:
        """Yield the rejected rows, as they were rejected."""
        for number, *row in self._rejected:
            yield Rejected(self.files[number].table, *row)


def _joined(runs: Iterable[Run]) -> Iterator[Run]:
    """Yield runs of some size: those between new rows have few rows each, and cost as much."""
    held: Run | None = None
    for run in runs:
        if held is not None and held.can_go_on_with(run):
            held = held.with_more(run)
            continue
        if held is not None:
            yield held
        held = run
    if held is not None:
        yield held


def number_of(files: Sequence[File], table: Table) -> int:
    """Return the place of a file among those of the import."""
    return next(number for number, file in enumerate(files) if file.table is table)


def rejected_row(files: Sequence[File], row: Rejected) -> tuple[Any, ...]:
    """Return a rejected row as it is laid aside."""
    return number_of(files, row.file), row.line, list(row.cells), row.column, row.reason
