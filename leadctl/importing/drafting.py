"""From the rows of a file to drafts of records, column by column: what each cell says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b
from itertools import compress
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from leadctl import words
from leadctl.fields import Field, header_key
from leadctl.formats.table import PART, Part, parts_of
from leadctl.importing import presets
from leadctl.importing.cells import BY_COUNTRY, Column, parsers_of, spellings
from leadctl.importing.columns import (
    FULL_NAME,
    IN_EXTRA,
    UID,
    WORKED_OUT,
    Columns,
    is_our_table,
    shortened,
)
from leadctl.importing.origin import FIELDS as ORIGIN
from leadctl.importing.origin import origin
from leadctl.values import PLACEHOLDERS, flag, split_full_name

if TYPE_CHECKING:
    from leadctl.formats.table import Row, Table
    from leadctl.importing.columns import Mapped
    from leadctl.values import Normaliser

IDENTITY = ("first_name", "last_name", "company", "email", "phone", "mobile", "external_id")
_LINE_BREAK = re.compile(r"\r\n?|\n")
_NAMED = 1_000
"""Words that are in no list and are remembered one by one."""
NO_IDENTITY = "no name, company, email, phone or external id"
_TEST_LEAD = "<test lead"
_A_TEST_LEAD = "a test lead of an advertisement"


NOT_CONVERTED = "{} (not converted)"
"""The status of a lead that is called converted, where its own flag says that it is not."""
_Refused = dict[int, tuple[str | None, str]]
"""Place of a row -> the column that cannot be read, and why; None is the row as a whole."""


class Draft(NamedTuple):
    """A valid row: its stored values, blanks left out, and what has no field.

    `fingerprint` is a number that two rows share only if they say the same, whatever the order of
    their columns. `beside` is what it says of other records (see `columns.COMPANIONS`), and which
    record it is (`columns.UID`).
    """

    file: Table
    line: int
    values: dict[str, Any]
    extra: dict[str, str]
    cells: Sequence[str]
    fingerprint: int
    beside: Mapping[str, Any] = {}


class Rejected(NamedTuple):
    """A row that cannot be a record: where, which column, why."""

    file: Table
    line: int
    cells: Sequence[str]
    column: str | None
    reason: str

    def __str__(self) -> str:
        place = f"line {self.line}: "
        return place + (f"{shortened(self.column)} {self.reason}" if self.column else self.reason)


@dataclass(frozen=True)
class Run:
    """Valid rows of a file, column by column: the stored values of each field, None for a blank.

    `extra` has what a row says without a field, `beside` what it says of other records, by column
    too. `fingerprint` makes the number of a row's cells.
    """

    file: Table
    lines: Sequence[int]
    cells: Sequence[Sequence[str]]
    values: dict[str, list[Any]]
    extra: list[dict[str, str] | None]
    beside: dict[str, list[Any]]
    fingerprint: Callable[[Sequence[str]], int]

    def __len__(self) -> int:
        return len(self.lines)

    def where(self, wanted: Sequence[bool]) -> Run:
        """Return the rows that are wanted."""
        places = list(compress(range(len(self)), wanted))  # often few, and looked up faster
        return replace(
            self,
            lines=[self.lines[at] for at in places],
            cells=[self.cells[at] for at in places],
            values={field: [of[at] for at in places] for field, of in self.values.items()},
            extra=[self.extra[at] for at in places],
            beside={name: [of[at] for at in places] for name, of in self.beside.items()},
        )

    def backwards(self) -> Run:
        """Return the rows in the opposite order."""
        return replace(
            self,
            lines=self.lines[::-1],
            cells=self.cells[::-1],
            values={field: of[::-1] for field, of in self.values.items()},
            extra=self.extra[::-1],
            beside={name: of[::-1] for name, of in self.beside.items()},
        )

    def can_go_on_with(self, other: Run) -> bool:
        """Whether another run is of the same file and columns, and both are no more than one."""
        return (
            self.file is other.file
            and self.values.keys() == other.values.keys()
            and self.beside.keys() == other.beside.keys()
            and len(self) + len(other) <= PART
        )

    def with_more(self, other: Run) -> Run:
        """Return the rows with those of another run behind them."""
        return replace(
            self,
            lines=[*self.lines, *other.lines],
            cells=[*self.cells, *other.cells],
            values={field: of + other.values[field] for field, of in self.values.items()},
            extra=self.extra + other.extra,
            beside={name: of + other.beside[name] for name, of in self.beside.items()},
        )

    def drafts(self) -> Iterator[Draft]:
        """Yield the rows one by one."""
        values, beside = rows_of(self.values, len(self)), rows_of(self.beside, len(self))
        for at, (line, cells) in enumerate(zip(self.lines, self.cells, strict=True)):
            yield Draft(
                self.file, line, values[at], self.extra[at] or {}, cells, self.fingerprint(cells),
                beside[at],
            )  # fmt: skip


def nobody(run: Run) -> list[int]:
    """Return the places of the rows that have nothing by which leads are told apart."""
    ways = [run.values[name] for name in IDENTITY if name in run.values]
    if not all(None in of for of in ways):
        return []
    rows = zip(*ways, strict=True) if ways else ((),) * len(run)
    return [at for at, row in enumerate(rows) if row.count(None) == len(row)]


def rows_of(columns: Mapping[str, Sequence[Any]], count: int) -> list[dict[str, Any]]:
    """Return what stands in columns row by row, blanks left out."""
    if not columns:
        return [{} for _ in range(count)]
    names = list(columns)
    return [
        {name: value for name, value in zip(names, row, strict=True) if value is not None}
        for row in zip(*columns.values(), strict=True)
    ]


class Notes:
    """What the rows of an import say that a person should know about."""

    def __init__(self) -> None:
        self.unknown: dict[str, Counter[str]] = {"status": Counter(), "source": Counter()}
        self.unknown_owners: Counter[str] = Counter()
        self.placeholders: Counter[str] = Counter()
        self.unread: Counter[str] = Counter()
        self.other_currency: Counter[str] = Counter()
        self.national = 0
        self.footers = 0
        self.test_leads = 0
        self.more_unknown: Counter[str] = Counter()

    def see_unknown(self, field: str, words: Mapping[str | None, int]) -> None:
        """Count words of a field that are in no list; beyond the first thousand only how many."""
        seen = self.unknown.setdefault(field, Counter())
        for word, number in words.items():
            if word is not None and not _count(seen, word, number):
                self.more_unknown[field] += 1

    def see_owner(self, name: str) -> None:
        """Count the name of an owner who is no rep."""
        _count(self.unknown_owners, name, 1)


def _count(seen: Counter[str], word: str, number: int) -> bool:
    """Count a word, unless it is a new one and many are remembered already."""
    if word not in seen and len(seen) >= _NAMED:
        return False
    seen[word] += number
    return True


class Drafter:
    """Turns cells into drafts: a pass over each column of a run, without pydantic (see HOUSE)."""

    def __init__(
        self,
        file: Table,
        columns: Columns,
        normaliser: Normaliser,
        notes: Notes,
        *,
        source: str | None = None,
        system: str | None = None,
        reps: Mapping[str, int] | None = None,
        country: str | None = None,
        orders: Mapping[int, str] = MappingProxyType({}),
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
        self.kind = columns.kind
        self.types = columns.types
        own = {field.name: field for field in columns.fields.own.get(self.kind, ())}
        parsers = {order: parsers_of(normaliser, order) for order in {None, *orders.values()}}

        def reader(column: Mapped, name: str) -> Column:
            return Column(
                column._replace(field=name),
                own.get(name) or Field(name, self.types[name], ""),
                columns,
                parsers[orders.get(column.position)],
                normaliser.plain,
                country,
            )

        self.columns = [reader(column, column.field) for column in columns if column.field]
        self.or_else = [reader(column, column.or_else) for column in columns if column.or_else]
        # The country of a row is read before what depends on it.
        # An amount says the currency of its row before what else is money in it.
        self.columns.sort(key=lambda of: (of.type != "country", of.field != "amount", of.position))
        self.identity = (*IDENTITY, FULL_NAME) if self.kind == "lead" else ()
        self.deleted = columns.refuse
        self.footer = columns.footer
        self.unmapped = [
            (of.position, of.header)
            for of in columns
            if of.field is None and of.position not in columns.refuse
        ]
        self.blanks = spellings(PLACEHOLDERS)
        is_json = columns.is_our_json
        if is_json or is_our_table(file.header):
            # Every cell means what it says, a lone dash too.
            self.blanks = frozenset()
            if is_json:
                self.unmapped = [
                    (at, header.removeprefix(IN_EXTRA))
                    for at, header in self.unmapped
                    if header not in WORKED_OUT
                ]
            for column in self.columns:
                column.placeholders = frozenset()
        self.fingerprint = _fingerprint(columns)
        self._day_of_hour = lru_cache(None)(self._day_of)

    def rows(self) -> Iterator[Draft | Rejected]:
        """Yield a draft of each row, or why it can be no record."""
        for run, rejected in self.runs():
            found: list[Draft | Rejected] = [*run.drafts(), *rejected]
            yield from sorted(found, key=lambda row: row.line)

    def runs(self) -> Iterator[tuple[Run, list[Rejected]]]:
        """Yield the valid rows of the file, part by part, and those between them that are not.

        Rows without anything in them, with which spreadsheets fill a file up, are none.
        """
        parts: Iterator[Part] = (of for part in self.file.parts if (of := part.said()).lines)
        if self.footer:
            parts = parts_of(self._above_footer(row for part in parts for row in part.rows()))
        return map(self._run, parts)

    def _above_footer(self, rows: Iterator[Row]) -> Iterator[Row]:
        """Yield the rows of a report without those below its table, which are counted.

        They are those that begin as a footer does, and what stands with them: the title, set apart
        by a blank line, and whose report it is.
        """
        title: list[Row] = []
        in_footer, before = False, None
        for row in rows:
            is_one = sum(map(bool, map(str.strip, row.cells))) < 2
            if presets.is_footer(row.cells, self.footer) or (is_one and in_footer):
                self.notes.footers += len(title) + 1
                title, in_footer = [], True
            elif is_one and not title and before is not None and row.line > _line_below(before):
                title = [row]
            else:
                yield from (*title, row)
                title, in_footer = [], False
            before = row
        yield from title

    def _run(self, part: Part) -> tuple[Run, list[Rejected]]:
        lines, cells = part
        refused = self._refused_as_a_whole(cells)
        run = Run(self.file, lines, cells, {}, [None] * len(lines), {}, self.fingerprint)
        self._read(run, refused)
        if FULL_NAME in run.values:
            self._take_names(run, run.values.pop(FULL_NAME))
        if self.kind == "lead":
            self._finish(run, refused)
        else:
            self._take_defaults(run)
        rejected = [
            Rejected(self.file, lines[at], cells[at], *refused[at]) for at in sorted(refused)
        ]
        if refused:
            run = run.where([at not in refused for at in range(len(lines))])
        self._count_national(run)
        return run, rejected

    def _count_national(self, run: Run) -> None:
        """Count the telephone numbers that are of no known country."""
        for column in self.columns:
            for phone in run.values.get(column.field, ()) if column.type == "phone" else ():
                self.notes.national += phone is not None and phone[0] != "+"

    def _refused_as_a_whole(self, cells: Sequence[Sequence[str]]) -> _Refused:
        """Return the rows that are too long, and those that their program calls deleted."""
        refused: _Refused = {}
        if max(map(len, cells)) > self.width:
            for at, row in enumerate(cells):
                if len(row) > self.width:
                    refused[at] = None, f"it has {len(row)} cells, the header has {self.width}"
        for position, reason in self.deleted.items():
            for at, row in enumerate(cells):
                if _says_yes(row[position]):
                    refused[at] = None, reason
        return refused

    def _read(self, run: Run, refused: _Refused) -> None:
        """Fill the values of a run and what has no field; note the rows whose cells say nothing."""
        by_column = [list(of) for of in zip(*run.cells, strict=False)]
        refusals: dict[int, list[tuple[int, str, str]]] = {}
        for column in self.columns:
            cells = by_column[column.position]
            if column.field in self.identity and _TEST_LEAD in "\n".join(cells):
                self._refuse_test_leads(column, cells, refused)
            values = column.read(cells, self._countries(run, column))
            if column.blank:
                self.notes.placeholders.update(cell for cell in cells if cell in column.blank)
            for at in column.refused_in(values):
                said = (column.position, column.header, str(values[at]))
                values[at] = None
                if column.is_companion:
                    _keep_aside(run, at, column.header, cells[at].strip())
                    self.notes.unread[column.header] += 1
                else:
                    refusals.setdefault(at, []).append(said)
            (run.beside if column.is_beside else run.values)[column.field] = values
        for at, of_row in refusals.items():
            refused.setdefault(at, min(of_row)[1:])
        for column in self.or_else:
            self._fill_blanks(run, column, by_column[column.position])
        currencies: dict[int, str] = {}
        for column in self.columns:
            self._read_more(run, column, by_column[column.position], currencies)
        for at, header in self.unmapped:
            cells = by_column[at]
            if any(map(str.strip, cells)):
                for row, cell in enumerate(cells):
                    if (word := cell.strip()) and word not in self.blanks:
                        _keep_aside(run, row, header, word)

    def _countries(self, run: Run, column: Column) -> Sequence[str | None] | None:
        """Return the country of each row for a column whose values depend on it."""
        if column.type not in BY_COUNTRY:
            return None
        return run.values.get("country")

    def _fill_blanks(self, run: Run, column: Column, cells: list[str]) -> None:
        """Let a column say a field where the first column of it does not; what it says is taken."""
        said = run.values[column.field]
        blank = [at for at, value in enumerate(said) if value is None and cells[at].strip()]
        if not blank:
            return
        values = column.read(cells, self._countries(run, column))
        unreadable = set(column.refused_in(values))
        more = {at for at, _ in column.more(cells, self._countries(run, column))}
        for at in blank:
            if at not in unreadable and values[at] is not None:
                said[at] = values[at]
                if at not in more:
                    cells[at] = ""

    def _read_more(
        self, run: Run, column: Column, cells: Sequence[str], currencies: dict[int, str]
    ) -> None:
        """Take what cells say beside the value of their field: a currency, further addresses.

        `currencies` are those that amounts have named, by row. A row has one: an amount in another
        is kept aside as it is written.
        """
        for at, (currency, rest) in column.more(cells, self._countries(run, column)):
            if currency is not None and "currency" in self.types:
                if currencies.setdefault(at, currency) != currency:
                    run.values[column.field][at] = None
                    _keep_aside(run, at, column.header, cells[at].strip())
                    self.notes.other_currency[column.header] += 1
                    continue
                of = run.values.setdefault("currency", [None] * len(run))
                of[at] = of[at] or currency or None
            for number, another in enumerate(rest, 2):
                _keep_aside(run, at, f"{column.header} {number}", another)

    # What rows say as leads.

    def _finish(self, run: Run, refused: _Refused) -> None:
        values, uids = run.values, run.beside.get(UID)
        for at in nobody(run):
            if not (uids and uids[at]):
                refused.setdefault(at, (None, NO_IDENTITY))
        self._take_origins(run)
        self._take_defaults(run)
        self._see_who_was_converted(run)
        for name, known in self.known.items():
            if set(values.get(name, ())).difference(known, (None,)):
                said = Counter(of for at, of in enumerate(values[name]) if at not in refused)
                self.notes.see_unknown(name, {w: n for w, n in said.items() if w not in known})
        if "owner" in values:
            self._resolve_owners(run, values.pop("owner"), refused)
        if "created_at" in values:
            values["created_day"] = [self._day(at) for at in values["created_at"]]

    def _refuse_test_leads(self, column: Column, cells: Sequence[str], refused: _Refused) -> None:
        """Refuse what an advertiser's test of a form wrote, `<test lead: dummy data for …>`."""
        for at, cell in enumerate(cells):
            if column.without_prefix(cell).startswith(_TEST_LEAD):
                self.notes.test_leads += refused.get(at) != (None, _A_TEST_LEAD)
                refused[at] = (None, _A_TEST_LEAD)

    def _take_origins(self, run: Run) -> None:
        """Let what stood in a link say source and campaign where the row does not; keep it aside."""
        said = {name: run.beside.pop(name) for name in ORIGIN if name in run.beside}
        if not said:
            return
        sources = run.values.setdefault("source", [None] * len(run))
        campaigns = run.values.setdefault("campaign", [None] * len(run))
        for at, row in enumerate(rows_of(said, len(run))):
            if row:
                source, campaign = origin(row)
                sources[at] = sources[at] or source
                campaigns[at] = campaigns[at] or campaign
                for name, value in row.items():
                    _keep_aside(run, at, name, value)

    def _see_who_was_converted(self, run: Run) -> None:
        """Take a status for a conversion; beside a column that says who was, it converts nobody."""
        sounds = set(self.normaliser.settings.of_role("converted"))
        statuses = run.values.get("status")
        if statuses is None or sounds.isdisjoint(statuses):
            return
        flags, dates = run.beside.get("converted"), run.beside.get("converted_at")
        if flags is None and dates is None:
            run.beside["converted"] = [True if status in sounds else None for status in statuses]
            return
        blank = [None] * len(run)
        at = next(column.position for column in self.columns if column.field == "status")
        for row, (said, date) in enumerate(zip(flags or blank, dates or blank, strict=True)):
            if not said and date is None and statuses[row] in sounds:
                written = run.cells[row][at].strip()
                statuses[row] = NOT_CONVERTED.format(written) if written in sounds else written

    def _take_names(self, run: Run, names: Sequence[str | None]) -> None:
        """Split whole names, or keep one aside that adds to the first and last name of its row."""
        blanks = [None] * len(run)
        firsts = list(run.values.get("first_name", blanks))
        lasts = list(run.values.get("last_name", blanks))
        salutations = list(run.values.get("salutation", blanks))
        for at, name in enumerate(names):
            if name is None:
                continue
            parts = [part for part in (firsts[at], lasts[at]) if part is not None]
            if not parts:
                salutation, firsts[at], lasts[at] = split_full_name(name)
                salutations[at] = salutations[at] or salutation
            elif set(name.replace(",", " ").split()) - set(" ".join(parts).split()):
                _keep_aside(run, at, FULL_NAME, name)
        run.values["first_name"], run.values["last_name"] = firsts, lasts
        if any(salutations):
            run.values["salutation"] = salutations

    def _take_defaults(self, run: Run) -> None:
        values = run.values
        if self.source:
            sources = values.get("source") or [None] * len(run)
            values["source"] = [self.source if of is None else of for of in sources]
        if self.system and "external_id" in values:
            systems = values.get("external_system") or [None] * len(run)
            values["external_system"] = [
                self.system if system is None and external is not None else system
                for system, external in zip(systems, values["external_id"], strict=True)
            ]
        if "external_id" in values:
            systems = values.get("external_system") or [None] * len(run)
            values["external_id"] = [
                of and words.external_id(of, system)
                for of, system in zip(values["external_id"], systems, strict=True)
            ]

    def _resolve_owners(self, run: Run, names: Sequence[str | None], refused: _Refused) -> None:
        ids = [None if name is None else self.reps.get(name.casefold()) for name in names]
        run.values["owner_id"] = ids
        for at, (name, rep) in enumerate(zip(names, ids, strict=True)):
            if name is not None and rep is None and at not in refused:
                _keep_aside(run, at, "owner", name)
                self.notes.see_owner(name)

    def _day(self, stamped: str | None) -> int | None:
        """Return the day of a stored time; times of one hour are nearly always of one day."""
        if stamped is None:
            return None
        day = self._day_of_hour(stamped[:13])
        return self.normaliser.day(stamped) if day is None else day

    def _day_of(self, hour: str) -> int | None:
        first, last = (self.normaliser.day(f"{hour}:{rest}") for rest in ("00:00Z", "59:59Z"))
        return first if first == last else None


def _line_below(row: Row) -> int:
    """Return the number of the line below a row, whose cells may go over several."""
    return row.line + 1 + sum(len(_LINE_BREAK.findall(cell)) for cell in row.cells)


def _says_yes(cell: str) -> bool:
    try:
        return bool(flag(cell))
    except ValueError:
        return False


def _keep_aside(run: Run, at: int, key: str, value: str) -> None:
    extra = run.extra[at]
    if extra is None:
        run.extra[at] = {key: value}
    else:
        extra[key] = value


def _fingerprint(columns: Columns) -> Callable[[Sequence[str]], int]:
    """Return who makes the number of a row's cells."""
    said = sorted(
        (header_key(of.header), of.header.casefold(), of.position)
        for of in columns
        if of.field not in ("", UID)
    )
    named = [(f"\0{key}=", at) for key, _, at in said]

    def fingerprint(cells: Sequence[str]) -> int:
        said = "".join([key + cell for key, at in named if (cell := cells[at].strip())])
        digest = blake2b(said.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        return int.from_bytes(digest, "big", signed=True)

    return fingerprint
