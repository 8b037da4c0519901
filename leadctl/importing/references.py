"""Whom the rows of a file mean: names become ids, and who is only named is made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING, Any

from leadctl import finding, matching
from leadctl.fields import header_key
from leadctl.finding import Named, labelled
from leadctl.headers import WORDS
from leadctl.importing.drafting import Draft
from leadctl.importing.kinds import SPECS, Key
from leadctl.uids import Meant
from leadctl.values import email, split_full_name
from leadctl.words import external_id

if TYPE_CHECKING:
    from leadctl.importing.kinds import Reference
    from leadctl.journal import Operation
    from leadctl.store import Store

_MADE = {"account": ("account_id", "parent_id"), "contact": ("contact_id",)}
"""The kinds that are made where they are only named -> the columns that refer to them."""


class Said:
    """What one row says: the values of columns, and `beside` what only a new record takes.

    `meant` is the record that it is by its uid, `company` what it calls its account. `coming` are
    the columns that name what a lead becomes. `refused` is why it cannot be a record.
    """

    __slots__ = (
        *("beside", "coming", "company", "draft", "extra", "keys", "meant", "refused", "values"),
    )

    def __init__(self, draft: Draft, meant: Meant | None = None) -> None:
        self.draft = draft
        self.meant = meant
        self.values = dict(draft.values)
        self.extra = dict(draft.extra)
        self.beside: dict[str, Any] = {}
        self.company: str | None = None
        self.coming: set[str] = set()
        self.keys: list[Key] = []
        self.refused: str | None = None


class References:
    """Puts ids in the place of the names by which rows of one kind mean other records.

    Who is only named has a number below zero until `make`, which makes only those to whom a record
    refers in the end. `made` counts them: kind -> number; `aside` counts references that led nowhere
    and are kept in `extra`: field -> number.
    """

    def __init__(
        self,
        store: Store,
        op: Operation,
        kind: str,
        *,
        system: str | None,
        born: Mapping[str, Any],
    ) -> None:
        self.store = store
        self.op = op
        self.kind = kind
        self.spec = SPECS[kind]
        self.system = system
        self.made: Counter[str] = Counter()
        self.aside: Counter[str] = Counter()
        self._born = born
        self._numbers = count(-1, -1)
        self._named_only: dict[str, dict[int, dict[str, Any]]] = {kind: {} for kind in _MADE}
        self._words: dict[str, frozenset[str]] = {}
        self._header_keys: dict[str, str] = {}

    def resolve(self, rows: Sequence[Said]) -> None:
        """Put ids in the place of names; what is not found is numbered, kept aside or refused."""
        for reference in self.spec.references:
            self._resolve(reference, [row for row in rows if reference.field in row.values])
        for row in rows:
            missing = row.beside.pop("missing", None)
            if missing is not None:
                self._miss(row, missing)

    def make(self, records: Iterable[dict[str, Any]]) -> dict[int, int]:
        """Make whom these records refer to, and put the ids in; return number -> id of each."""
        referring, made = list(records), dict[int, int]()
        wanted: dict[str, list[int]] = {}
        for kind in reversed(_MADE):
            # A contact who is made may belong to an account that is only named as well.
            numbers = {row[column] for row, column in _named_only_by(referring, kind)}
            wanted[kind] = sorted(numbers, reverse=True)
            referring += [self._named_only[kind][number] for number in wanted[kind]]
        for kind, rows in self._named_only.items():
            ids = self.op.create(kind, [rows[number] for number in wanted[kind]])
            made |= zip(wanted[kind], ids, strict=True)
            self.made.update([kind] * len(ids))
            for row, column in _named_only_by(referring, kind):
                row[column] = made[row[column]]
            rows.clear()
        return made

    def parents(self, named: Iterable[Named]) -> dict[Named, list[int]]:
        """Return the accounts that each may mean, of what is there and what may be made."""
        found = finding.references(self.store, "account", named)
        return found | self._number("account", [each for each, ids in found.items() if not ids])

    def _resolve(self, reference: Reference, rows: Sequence[Said]) -> None:
        named = {id(row): self._named(reference, row) for row in rows}
        if reference.later:
            for row in rows:
                row.beside[reference.field] = named[id(row)]
                del row.values[reference.field]
            return
        if reference.kind == "account":
            for row in rows:
                row.company = named[id(row)].written
        # Beside a lead stands somebody else, who is made.
        taken = f"{reference.or_else}_id" if reference.make else ""
        others = {named[id(row)] for row in rows if taken in row.values}
        meant = self._meant(reference, named.values(), others)
        became = self._became(
            ids[0] for kind, ids in meant.values() if kind != reference.kind and len(ids) == 1
        )
        for row in rows:
            self._put(reference, row, *meant[named[id(row)]], became)

    def _meant(
        self, reference: Reference, named: Iterable[Named], others: Collection[Named]
    ) -> dict[Named, tuple[str, list[int]]]:
        """Return the kind and the ids that each may mean, of what is there and what may be made.

        Those of `others` are not looked for as another kind.
        """
        found = finding.references(self.store, reference.kind, named)
        meant = {each: (reference.kind, ids) for each, ids in found.items()}
        if reference.or_else:
            left = [each for each, ids in found.items() if not ids and each not in others]
            other = finding.references(self.store, reference.or_else, left)
            meant |= {each: (reference.or_else, ids) for each, ids in other.items() if ids}
        if reference.make:
            new = self._number(reference.kind, [each for each in meant if not meant[each][1]])
            meant |= {each: (reference.kind, numbers) for each, numbers in new.items()}
        return meant

    def _put(
        self,
        reference: Reference,
        row: Said,
        kind: str,
        ids: Sequence[int],
        became: Mapping[int, int],
    ) -> None:
        """Put the id of the record that a row means in its column, if there is exactly one."""
        written = row.values.pop(reference.field)
        if len(ids) > 1:
            row.refused = f"its {kind} fits several: {labelled(kind, ids)}; write one"
        elif ids and kind == "lead" and ids[0] in became:
            row.values.setdefault(reference.column, became[ids[0]])
        elif ids:
            column = reference.column if kind == reference.kind else f"{kind}_id"
            if row.values.setdefault(column, ids[0]) != ids[0]:
                row.extra[reference.field] = written
            elif column != reference.column and self.kind == "deal":
                row.coming.add(reference.column)
        else:
            row.extra[reference.field] = written
            if reference.needed:
                row.beside["missing"] = reference.field
            else:
                self.aside[reference.field] += 1

    def _miss(self, row: Said, missing: str) -> None:
        """Refuse a row that has nobody to belong to; a reference beside another may lead nowhere."""
        if any(row.values.get(column) for column in self.spec.about):
            self.aside[missing] += 1
        elif row.refused is None:
            row.refused = f"its {missing} is not here; import it first, or mend it"

    def _became(self, leads: Iterable[int]) -> dict[int, int]:
        """Return, for a deal, the contacts that leads have become: lead -> contact."""
        if self.kind != "deal":
            return {}
        there = finding.facts(self.store, "lead", set(leads))
        return {lead: row["contact_id"] for lead, row in there.items() if row["contact_id"]}

    def _named(self, reference: Reference, row: Said) -> Named:
        """Return whom a row means: by the words of the field, and by other words for it beside."""
        kind, field = reference.kind, reference.field
        system = row.values.get("external_system") or self.system
        written, *others = finding.several(kind, row.values[field])
        row.extra |= {f"{field} {number}": other for number, other in enumerate(others, 2)}
        beside = self._beside(reference, row) if row.extra else []
        id = None
        if beside and finding.is_id(written):
            name = next((cell for cell in beside if not finding.is_id(cell)), None)
            written, id = (name, written) if name else (written, None)
        elif beside:
            id = next((cell for cell in beside if finding.is_id(cell)), None)
        name, written = finding.name_and_email(written)
        if finding.is_id(written):
            written = external_id(written, system)
        return Named(
            written,
            system,
            row.values.get("account_id") if kind == "contact" else None,
            not reference.make,
            external_id(id, system) if id else None,
            name,
            row.company if kind != "account" else None,
        )

    def _beside(self, reference: Reference, row: Said) -> list[str]:
        """Return the cells that have another word for a field as their header, and no field."""
        field = reference.field
        if field not in self._words:
            self._words[field] = frozenset(map(header_key, WORDS[self.kind][field]))
        return [
            finding.several(reference.kind, cell)[0]
            for header, cell in row.extra.items()
            if self._key(header) in self._words[field]
        ]

    def _key(self, header: str) -> str:
        if header not in self._header_keys:
            self._header_keys[header] = header_key(header)
        return self._header_keys[header]

    def _number(self, kind: str, wanted: Iterable[Named]) -> dict[Named, list[int]]:
        """Return a number for each record that is only named, where its name says enough."""
        rows = self._named_only[kind]
        numbers: dict[Any, int] = {}
        found: dict[Named, list[int]] = {}
        for named in wanted:
            values = named_only(kind, named)
            if values is None:
                continue
            who = _who(kind, values)
            if who not in numbers:
                numbers[who] = next(self._numbers)
                rows[numbers[who]] = {**values, **self._born}
            found[named] = [numbers[who]]
        return found


def _named_only_by(
    rows: Iterable[dict[str, Any]], kind: str
) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield rows, and the column of each, that refer to a record of a kind by a number."""
    for row in rows:
        for column in _MADE[kind]:
            if (row.get(column) or 0) < 0:
                yield row, column


def named_only(kind: str, named: Named) -> dict[str, Any] | None:
    """Return what is known of an account or contact that a cell names; None if that is too little."""
    written = named.written.removeprefix("ext:")
    is_id = written != named.written or finding.is_id(written)
    if finding.is_ours(kind, written):
        return None
    id = written if is_id else named.id
    external = {"external_id": id, "external_system": named.system} if id else {}
    if kind == "account":
        return external if is_id else {"name": written, **external}
    if "@" in written:
        if not _is_email(written):
            return None
        person = _person(named.name) if named.name else {}
        return {**person, "email": written, "account_id": named.within, **external}
    if is_id or (named.within is None and not id):
        return None
    return {**_person(written), "account_id": named.within, **external}


def _person(name: str) -> dict[str, Any]:
    parts = ("salutation", "first_name", "last_name")
    return dict(zip(parts, split_full_name(name), strict=True))


def _is_email(written: str) -> bool:
    try:
        return email(written) == written
    except ValueError:
        return False


def _who(kind: str, values: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what two mentions of one record share: the id in its system, else who it is."""
    external = matching.external_key(values)
    if external:
        return external
    keys = matching.keys(kind, values)
    within = None if keys.email else values.get("account_id")
    return keys.email, keys.email or keys.name, keys.company, within
