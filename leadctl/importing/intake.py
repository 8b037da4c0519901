"""What was read of all files: rows that are certainly new, rows to be decided, rows to be rejected."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import compress
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from leadctl import matching
from leadctl.importing.aside import Aside
from leadctl.importing.drafting import Rejected, Run
from leadctl.importing.unseen import Unseen
from leadctl.values import stored_json

if TYPE_CHECKING:
    from leadctl.formats.table import Table
    from leadctl.store import Store

CONVERTED = frozenset(("converted", "converted_at"))
"""What says that a lead was converted elsewhere: what it became there has to be found or made."""
PLACES = ("new", "drafts", "rejected")
FEW = 10
"""One in so many rows of the files."""
BYTES_A_ROW = 200
"""About what a row takes in a file, to guess how many there are."""


class Place(Protocol):
    """Where something is laid aside: it can be run through from either end."""

    def put(self, value: Any) -> None:
        """Lay a plain value aside."""

    def __iter__(self) -> Iterator[Any]: ...

    def __reversed__(self) -> Iterator[Any]: ...

    def close(self) -> None:
        """Give the room back."""


class File(NamedTuple):
    """A file whose rows are laid aside, and who makes the numbers of its rows."""

    table: Table
    fingerprint: Callable[[Sequence[str]], int]


class NewLeads(NamedTuple):
    """Leads that nobody else can be, column by column.

    `keys` are their match keys, `fingerprints` those of rows without external id, and `beside` is
    what the rows say of other records. Between them stand rows that are not `new`.
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


class Intake:
    """Lays the rows of an import aside, on disk, until they are written."""

    def __init__(
        self,
        unseen: Unseen | None,
        *,
        by_external_id_only: bool = False,
        places: Callable[[str], Place] = lambda what: Aside(),
    ) -> None:
        self.unseen = unseen
        self.by_external_id_only = by_external_id_only
        self.files: list[File] = []
        self.new_rows = 0
        self.valid_rows = 0
        self._lead_keys = matching.LeadKeys()
        self._new, self._drafts, self._rejected = map(places, PLACES)

    def take(self, run: Run) -> None:
        """Lay valid rows aside: with a filter, those apart that are certainly new."""
        self.valid_rows += len(run)
        if self.unseen is None:
            self._lay_drafts(run)
            return
        keys = self._lead_keys.of(run.values, len(run))
        doubtful = self._doubtful(run, keys)
        for name in run.beside.keys() & CONVERTED:
            doubtful = [
                of or bool(said) for of, said in zip(doubtful, run.beside[name], strict=True)
            ]
        if any(doubtful):
            self._lay_drafts(run.where(doubtful))
        if not all(doubtful):
            self._lay_new(run, keys, [not of for of in doubtful])

    def reject(self, row: Rejected) -> None:
        """Lay a rejected row aside."""
        number = self._number(row.file)
        self._rejected.put((number, row.line, list(row.cells), row.column, row.reason))

    def new(self) -> Iterator[NewLeads]:
        """Yield the rows that are certainly new, in their order."""
        return (NewLeads(*laid).only_new() for laid in self._new)

    def doubtful(self, *, last_first: bool = False) -> Iterator[Run]:
        """Yield the rows to be decided, in their order or in the opposite one."""
        for number, *laid in reversed(self._drafts) if last_first else self._drafts:
            file, fingerprint = self.files[number]
            lines, cells, values, extra, beside = laid
            run = Run(file, lines, cells, values, extra, beside, fingerprint)
            yield run.backwards() if last_first else run

    def rejected(self) -> Iterator[Rejected]:
        """Yield the rejected rows, as they were rejected."""
        for number, *row in self._rejected:
            yield Rejected(self.files[number].table, *row)

    def _number(self, table: Table) -> int:
        return next(number for number, file in enumerate(self.files) if file.table is table)

    def _doubtful(self, run: Run, keys: Sequence[Sequence[str | None]]) -> list[bool]:
        """Return which rows share a key with a row before them or with a lead that is there."""
        assert self.unseen is not None
        found = [False] * len(run)
        externals = _external_keys(run)
        self.unseen.repeated(externals, found)
        if self.by_external_id_only:
            return found
        emails, phones, names, companies, _ = keys
        by_phone = [of if of[0] else None for of in zip(phones, names, strict=True)]
        by_name = [of if of[0] and of[1] else None for of in zip(names, companies, strict=True)]
        for column in (emails, by_phone, by_name):
            self.unseen.repeated(column, found)
        rest = zip(externals, emails, by_phone, by_name, run.cells, strict=True)
        fingerprints = [
            run.fingerprint(cells) if self.unseen.knows_rows or not any(known) else None
            for *known, cells in rest
        ]
        self.unseen.repeated(fingerprints, found)
        return found

    def _lay_drafts(self, run: Run) -> None:
        laid = (run.lines, run.cells, run.values, run.extra, run.beside)
        self._drafts.put((self._number(run.file), *laid))

    def _lay_new(self, run: Run, keys: list[list[str | None]], new: list[bool]) -> None:
        values = dict(run.values)
        if any(run.extra):
            values["extra"] = [extra and stored_json(extra) for extra in run.extra]
        ids = run.values.get("external_id", [None] * len(run))
        fingerprints = [
            run.fingerprint(cells) if external is None else None
            for external, cells in zip(ids, run.cells, strict=True)
        ]
        self._new.put((new, values, keys, fingerprints, run.beside))
        self.new_rows += sum(new)

    def __enter__(self) -> Intake:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        for place in (self._new, self._drafts, self._rejected):
            place.close()


def _external_keys(run: Run) -> list[tuple[str, str] | None]:
    blank = [None] * len(run)
    ids = run.values.get("external_id")
    if ids is None:
        return list(blank)
    if "external_system" not in run.values:
        return [(id_, "") if id_ else None for id_ in ids]
    systems = run.values["external_system"]
    return [
        matching.external_key({"external_id": id_, "external_system": system}) if id_ else None
        for id_, system in zip(ids, systems, strict=True)
    ]


def unseen_of(store: Store, size: int) -> Unseen | None:
    """Return a filter that has seen the leads there are, None where they are not few.

    Then most rows may be known, and looking each up is faster. `size` is that of all files in bytes.
    """
    rows = size // BYTES_A_ROW
    there = matching.number_of_keys(store)
    if there > rows // FEW:
        return None
    unseen = Unseen(rows + there, knows_rows=there > 0)
    for keys in matching.all_keys(store) if there else ():
        unseen.see(keys)
    return unseen
