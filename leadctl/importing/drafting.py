"""From the rows of a file to drafts of leads: what each cell says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

from leadctl.fields import header_key
from leadctl.importing.columns import FULL_NAME, TYPES, Mapped, shortened
from leadctl.values import money_currency, split_name

if TYPE_CHECKING:
    from leadctl.formats.table import Table
    from leadctl.values import Normaliser

_IDENTITY = ("first_name", "last_name", "company", "email", "phone", "mobile", "external_id")


class Draft(NamedTuple):
    """A valid row: its stored values, blanks left out, and what has no field.

    `fingerprint` is a number that two rows share only if they say the same, whatever the order of
    their columns.
    """

    file: Table
    line: int
    values: dict[str, Any]
    extra: dict[str, str]
    cells: Sequence[str]
    fingerprint: int


class Rejected(NamedTuple):
    """A row that cannot be a lead: where, which column, why."""

    file: Table
    line: int
    cells: Sequence[str]
    column: str | None
    reason: str

    def __str__(self) -> str:
        place = f"line {self.line}: "
        return place + (f"{shortened(self.column)} {self.reason}" if self.column else self.reason)


class Notes:
    """What the rows of an import say that a person should know about."""

    def __init__(self) -> None:
        self.unknown: dict[str, Counter[str]] = {"status": Counter(), "source": Counter()}
        self.unknown_owners: Counter[str] = Counter()


class Drafter:
    """Turns cells into drafts: one pass over the columns of a row, without pydantic (see HOUSE)."""

    def __init__(
        self,
        file: Table,
        columns: Sequence[Mapped],
        normaliser: Normaliser,
        notes: Notes,
        *,
        source: str | None = None,
        system: str | None = None,
        reps: Mapping[str, int] | None = None,
    ) -> None:
        self.file = file
        self.width = len(file.header)
        self.normaliser = normaliser
        self.notes = notes
        self.source = source
        self.system = system
        self.reps = reps or {}
        self.known = {
            "status": {status.name for status in normaliser.settings.statuses},
            "source": set(normaliser.settings.sources),
        }
        self.parsed: list[tuple[int, str, str, Callable[[str], Any], bool]] = [
            (at, header, field, normaliser.parsers[TYPES[field]], TYPES[field] == "money")
            for at, header, field in columns
            if field and field != FULL_NAME
        ]
        self.full_name = next((at for at, _, field in columns if field == FULL_NAME), None)
        self.unmapped = [(at, header) for at, header, field in columns if field is None]
        said = [(header_key(header), header.casefold(), at) for at, header, _ in columns]
        left_out = {at for at, _, field in columns if field == ""}
        self.said = [(f"\0{key}=", at) for key, _, at in sorted(said) if at not in left_out]

    def rows(self) -> Iterator[Draft | Rejected]:
        """Yield a draft of each row, or why it can be no lead."""
        for line, cells in self.file.rows:
            try:
                yield self._draft(line, cells)
            except _Refused as refused:
                yield Rejected(self.file, line, cells, refused.column, refused.reason)

    def _draft(self, line: int, cells: Sequence[str]) -> Draft:
        if len(cells) > self.width:
            raise _Refused(None, f"it has {len(cells)} cells, the header has {self.width}")
        values = self._values(cells)
        extra = {header: value for at, header in self.unmapped if (value := cells[at].strip())}
        if self.full_name is not None:
            self._take_name(cells[self.full_name].strip(), values, extra)
        if not any(field in values for field in _IDENTITY):
            raise _Refused(None, "no name, company, email, phone or external id")
        if self.source and "source" not in values:
            values["source"] = self.source
        if self.system and "external_id" in values:
            values.setdefault("external_system", self.system)
        for field, known in self.known.items():
            if field in values and values[field] not in known:
                self.notes.unknown[field][values[field]] += 1
        if "owner" in values:
            self._resolve_owner(values, extra)
        if "created_at" in values:
            values["created_day"] = self.normaliser.day(values["created_at"])
        return Draft(self.file, line, values, extra, cells, self._fingerprint(cells))

    def _values(self, cells: Sequence[str]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for at, header, field, parse, is_money in self.parsed:
            cell = cells[at]
            if not cell:
                continue
            try:
                value = parse(cell)
            except ValueError as error:
                raise _Refused(header, f"{_quoted(cell)} {error}") from None
            if value is not None:
                values[field] = value
                if is_money and "currency" not in values and (code := money_currency(cell)):
                    values["currency"] = code
        return values

    def _take_name(self, name: str, values: dict[str, Any], extra: dict[str, str]) -> None:
        """Split a whole name, or keep it aside if it adds to the first and last name of the row."""
        parts = [values[field] for field in ("first_name", "last_name") if field in values]
        if name and not parts:
            first, values["last_name"] = split_name(name)
            if first:
                values["first_name"] = first
        elif set(name.replace(",", " ").split()) - set(" ".join(parts).split()):
            extra[FULL_NAME] = name

    def _resolve_owner(self, values: dict[str, Any], extra: dict[str, str]) -> None:
        name = values.pop("owner")
        rep = self.reps.get(name.casefold())
        if rep is None:
            extra["owner"] = name
            self.notes.unknown_owners[name] += 1
        else:
            values["owner_id"] = rep

    def _fingerprint(self, cells: Sequence[str]) -> int:
        said = "".join([key + cell for key, at in self.said if (cell := cells[at].strip())])
        digest = blake2b(said.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        return int.from_bytes(digest, "big", signed=True)


class _Refused(Exception):
    def __init__(self, column: str | None, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason


def _quoted(cell: str) -> str:
    return f"“{shortened(cell)}”"
