"""Sorts what is read: rows that are certainly new, rows to be decided, rejected rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from leadctl import matching, uids
from leadctl.importing.columns import CONVERTED, UID
from leadctl.importing.drafting import Rejected, Run, nobody
from leadctl.importing.laid import PLACES, File, number_of, rejected_row
from leadctl.importing.unseen import Unseen
from leadctl.stored import stored_json

if TYPE_CHECKING:
    from leadctl.store import Store

FEW = 10
"""One in so many rows of the files."""
BYTES_A_ROW = 200
"""About what a row takes in a file, to guess how many there are."""


class Sink(Protocol):
    """Takes plain values (lists, tuples, dictionaries, texts, numbers)."""

    def put(self, value: Any) -> None:
        """Take a value."""


class Intake:
    """Lays the rows that are read into the places of `laid.PLACES`, until they are written."""

    def __init__(
        self,
        unseen: Unseen | None,
        files: Sequence[File],
        sinks: Mapping[str, Sink],
        *,
        by_external_id_only: bool = False,
    ) -> None:
        self.unseen = unseen
        self.by_external_id_only = by_external_id_only
        self.files = files
        self.valid_rows = 0
        self._lead_keys = matching.LeadKeys()
        self._new, self._drafts, self._rejected = (sinks[what] for what in PLACES)

    def take(self, run: Run) -> None:
        """Lay valid rows aside: with a filter, those apart that are certainly new."""
        self.valid_rows += len(run)
        if self.unseen is None:
            self._lay_drafts(run)
            return
        keys = self._lead_keys.personal(run.values, len(run))
        doubtful = self._doubtful(run, keys)
        for at in nobody(run) if UID in run.beside else ():
            doubtful[at] = True
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
        self._rejected.put(rejected_row(self.files, row))

    def _doubtful(self, run: Run, keys: Sequence[Sequence[str | None]]) -> list[bool]:
        """Return which rows share a key with a row before them or with a lead that is there."""
        assert self.unseen is not None
        found = [False] * len(run)
        externals = _external_keys(run)
        self.unseen.repeated(externals, found)
        if self.by_external_id_only:
            return found
        emails, phones, names, companies = keys
        by_phone = [of if of[0] else None for of in zip(phones, names, strict=True)]
        by_name = [of if of[0] and of[1] else None for of in zip(names, companies, strict=True)]
        for column in (emails, by_phone, by_name):
            self.unseen.repeated(column, found)
        every = self.unseen.knows_rows
        fingerprints = [
            None if (a or b or c or d) and not every else run.fingerprint(cells)
            for a, b, c, d, cells in zip(
                externals, emails, by_phone, by_name, run.cells, strict=True
            )
        ]
        self.unseen.repeated(fingerprints, found)
        if UID in run.beside:
            self.unseen.repeated(run.beside[UID], found)
        return found

    def _lay_drafts(self, run: Run) -> None:
        laid = (run.lines, run.cells, run.values, run.extra, run.beside)
        self._drafts.put((number_of(self.files, run.file), *laid))

    def _lay_new(self, run: Run, keys: list[list[str | None]], new: list[bool]) -> None:
        values = dict(run.values)
        if any(run.extra):
            values["extra"] = [extra and stored_json(extra) for extra in run.extra]
        ids = run.values.get("external_id", [None] * len(run))
        fingerprints = [
            run.fingerprint(cells) if external is None else None
            for external, cells in zip(ids, run.cells, strict=True)
        ]
        beside = {name: of for name, of in run.beside.items() if name != UID}
        self._new.put((new, values, keys, fingerprints, beside))


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


def unseen_of(store: Store, size: int, *, by_uid: bool = False) -> Unseen | None:
    """Return a filter that has seen the leads there are, None where they are not few.

    Then most rows may be known, and looking each up is faster. `size` is that of all files in
    bytes; `by_uid` says that rows may name leads by their uid.
    """
    rows = size // BYTES_A_ROW
    there = matching.number_of_keys(store)
    if there > rows // FEW:
        return None
    unseen = Unseen(rows + there, knows_rows=there > 0)
    for keys in matching.all_keys(store) if there else ():
        unseen.see(keys)
    for some in uids.every(store, "lead") if there and by_uid else ():
        unseen.see(some)
    return unseen
