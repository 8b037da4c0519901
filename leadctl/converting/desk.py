"""Leads on the desk: what there is for their conversion, and what is to be written of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from leadctl.converting.parts import Found, Row
from leadctl.errors import NotFoundError
from leadctl.journal import KEY_FIELDS
from leadctl.similar import Register, Similar, signs
from leadctl.stored import read_json
from leadctl.wording import label

if TYPE_CHECKING:
    from leadctl.journal import Operation
    from leadctl.store import Store

KINDS = ("account", "contact", "deal", "lead")
"""In this order they are written: each may point at those before it."""
FOUND_BY = frozenset(("account", "contact"))
"""The kinds that leads are looked up among."""


class Desk:
    """Leads that are converted together, with the records that they may be.

    What one of them makes or changes is there for the next; `write` writes it all at once. `extra`
    of the rows is a dictionary; `companies` is what some leads' companies are called elsewhere.
    """

    def __init__(
        self, store: Store, leads: Iterable[int], companies: Mapping[int, str] | None = None
    ) -> None:
        self.store = store
        self._rows: dict[str, dict[int, dict[str, Any]]] = {kind: {} for kind in KINDS}
        self._created: dict[str, dict[int, dict[str, Any]]] = {kind: {} for kind in KINDS}
        self._changed: dict[str, dict[int, dict[str, Any]]] = {kind: {} for kind in KINDS}
        self._keys: dict[tuple[str, int], Sequence[str | int | None]] = {}
        self._read("lead", leads)
        for lead, company in (companies or {}).items():
            self._rows["lead"][lead]["company"] = company
        self._signs = {lead: signs(row) for lead, row in self._rows["lead"].items()}
        self._register = Register(store, self._signs.values())
        for kind in ("contact", "account"):
            self._read(kind, self._register.ids(kind))
        self._read("account", _homes(self._rows["contact"].values()))

    def _read(self, kind: str, ids: Iterable[int]) -> None:
        rows = self._rows[kind]
        for row in self.store.records(kind, set(ids) - rows.keys()):
            rows[row["id"]] = {**row, "extra": read_json(row["extra"])}

    def record(self, kind: str, record: int) -> Row:
        """Return a record as it will be; NotFoundError if it does not exist."""
        return self._record(kind, record)

    def _record(self, kind: str, record: int) -> dict[str, Any]:
        if record not in self._rows[kind]:
            self._read(kind, [record])
        if record not in self._rows[kind]:
            raise NotFoundError(f"there is no {kind} {label(kind, record)}")
        return self._rows[kind][record]

    def accounts(self, lead: int) -> list[Similar]:
        """Return the accounts that a lead's company may be, the likeliest first."""
        return self._register.accounts(self._signs[lead])

    def contacts(self, lead: int) -> list[Similar]:
        """Return the contacts that a lead may be, the likeliest first."""
        return self._register.contacts(self._signs[lead])

    def found(
        self,
        lead: Row,
        accounts: Iterable[Similar],
        contacts: Iterable[Similar],
        chosen: Iterable[tuple[str, int]],
        activities: int = 0,
    ) -> Found:
        """Return a lead with who it may be, what was chosen, and the accounts of its contacts."""
        wanted = [("account", each.id) for each in accounts]
        wanted += [("contact", each.id) for each in contacts]
        records = {(kind, id): self.record(kind, id) for kind, id in (*wanted, *chosen)}
        contacts_ = [row for (kind, _), row in records.items() if kind == "contact"]
        homes = {("account", id): self.record("account", id) for id in _homes(contacts_)}
        return Found(lead, tuple(accounts), tuple(contacts), {**homes, **records}, activities)

    def create(self, op: Operation, kind: str, values: Mapping[str, Any]) -> int:
        """Make a record inside an operation; return the id that it will have."""
        created = self._created[kind]
        record = next(reversed(created)) + 1 if created else op.next_id(kind)
        created[record] = {}
        self._rows[kind][record] = dict.fromkeys(op.columns(kind)) | {"id": record, "extra": {}}
        self.update(kind, record, values)
        if kind in FOUND_BY and (kind, record) not in self._keys:
            self._enter(kind, record)
        return record

    def update(self, kind: str, record: int, values: Mapping[str, Any]) -> None:
        """Change fields of a record."""
        row = self._record(kind, record)
        created = self._created[kind].get(record)
        written = self._changed[kind].setdefault(record, {}) if created is None else created
        written.update(values)
        row.update(values)
        if "extra" in values:
            row["extra"] = read_json(values["extra"])
        if kind in FOUND_BY and values.keys() & KEY_FIELDS[kind]:
            self._enter(kind, record)

    def _enter(self, kind: str, record: int) -> None:
        """Let a record be found by what it says now."""
        row = self._rows[kind][record]
        self._keys[kind, record] = self._register.enter(kind, record, row)

    def write(self, op: Operation) -> None:
        """Write what was made and changed."""
        for kind in KINDS:
            created = self._created[kind]
            if created:
                keys = [self._keys[kind, id] for id in created] if kind in FOUND_BY else None
                ids = op.create(kind, list(created.values()), keys)
                assert list(ids) == list(created)
            op.update(kind, self._changed[kind].items())


def _homes(contacts: Iterable[Row]) -> set[int]:
    """Return the ids of the accounts that contacts belong to."""
    return {contact["account_id"] for contact in contacts if contact["account_id"]}
