"""Territories that people keep in a spreadsheet: postal code, state or country -> rep or pool."""

from __future__ import annotations

import csv
import io
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from leadctl.errors import BadDataError
from leadctl.fields import header_key
from leadctl.headers import headers_of
from leadctl.rules.tokens import one_line

WORDS = {
    **{name: headers_of("lead", name) for name in ("postal_code", "state", "country")},
    "rep": ("rep", "owner", "sales rep", "salesperson", "employee", "assigned to"),
    "pool": ("pool", "team", "queue"),
    "name": ("name", "territory", "territory name", "description", "territory description"),
}
"""What a column may be called, in whatever spelling."""

_CODES = re.compile(r"[0-9A-Z][0-9A-Z ]*\*?|[0-9A-Z]+-[0-9A-Z]+")


class Territory(NamedTuple):
    """One row: a place, and who has it; neither `rep` nor `pool` is a territory of nobody.

    `low` and `high` are prefixes of postal codes, equally long, None where the row is a whole
    state or country; `whole` says that they are no prefixes but codes.
    """

    line: int
    low: str | None
    high: str | None
    whole: bool
    state: str | None
    country: str | None
    rep: str | None
    pool: str | None
    name: str | None

    @property
    def place(self) -> str:
        """The place in words, such as `DE 01-09` or `US, WA`."""
        codes = self.low or ""
        if self.low and not self.whole:
            codes = f"{self.low}*" if self.low == self.high else f"{self.low}-{self.high}"
        return ", ".join(filter(None, (self.country, self.state, codes)))

    @property
    def to(self) -> str | None:
        """Rep or pool in words, None for nobody."""
        return f"pool {self.pool}" if self.pool else self.rep

    @property
    def digits(self) -> int:
        """How long its codes are; the longest that fit a place count."""
        return len(self.low or "")

    def _key(self) -> tuple[object, ...]:
        return self.country, self.state, self.low, self.high, self.whole


class _Ranges:
    """Rows of equally long codes, found by the codes they have in common with others."""

    def __init__(self, rows: Sequence[Territory], digits: int) -> None:
        self.rows = sorted(rows, key=lambda row: (row.low or "")[:digits])
        self._lows = [(row.low or "")[:digits] for row in self.rows]
        self._highs = [(row.high or "")[:digits] for row in self.rows]
        self._highest = list(accumulate(self._highs, max))

    def meeting(self, low: str, high: str) -> Iterator[Territory]:
        """Yield the rows that have codes from one to another."""
        place = bisect_right(self._lows, high) - 1
        while place >= 0 and self._highest[place] >= low:
            if self._highs[place] >= low:
                yield self.rows[place]
            place -= 1


@dataclass(frozen=True)
class Territories:
    """The rows of a file; the most specific one that fits a place has it, the first of several."""

    name: str
    rows: tuple[Territory, ...]
    unread: tuple[str, ...] = ()
    """The headers of columns that say nothing here."""
    _found: dict[tuple[str | None, str | None, str | None], Territory | None] = field(
        default_factory=dict, compare=False, repr=False
    )

    _cuts: dict[tuple[int, int], _Ranges] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def read(cls, text: str, name: str, where: str) -> Territories:
        """Return the territories of a CSV; BadDataError names a broken row with its line."""
        records = _records(text, name, where)
        header = next(records, None)
        if header is None:
            raise BadDataError(f"{where}: {name} is empty", _ACCEPTED)
        line, headers = header
        columns = _columns(headers, f"{where}: {name} line {line}")
        rows = tuple(
            _row(cells, columns, line, f"{where}: {name} line {line}") for line, cells in records
        )
        read = columns.values()
        unread = (word.strip() for place, word in enumerate(headers) if place not in read)
        return cls(name, rows, tuple(filter(None, unread)))

    def find(
        self, postal_code: str | None, state: str | None, country: str | None
    ) -> Territory | None:
        """Return the territory of a place: by postal code, else by state, else by country."""
        place = (postal_code and postal_code.strip().upper(), state, country)
        if place not in self._found:
            fitting = [row for row in self._candidates(place[0]) if _fits(row, *place)]
            self._found[place] = max(fitting, key=_narrowness, default=None)
        return self._found[place]

    def _candidates(self, postal: str | None) -> Iterator[Territory]:
        whole, _, _ = (postal or "").partition("-")
        for code in dict.fromkeys((postal or "", whole)):
            yield from self._by_code.get(code, ())
        for digits, ranges in self._ranges.items():
            code = (postal or "")[:digits]
            yield from ranges.meeting(code, code)
        yield from self._without_code

    @cached_property
    def _by_code(self) -> dict[str, list[Territory]]:
        rows: dict[str, list[Territory]] = {}
        for row in self.rows:
            if row.whole and row.low:
                rows.setdefault(row.low, []).append(row)
        return rows

    @cached_property
    def _ranges(self) -> dict[int, _Ranges]:
        """The rows of ranges and prefixes, by how long their codes are."""
        rows: dict[int, list[Territory]] = {}
        for row in self.rows:
            if row.low and not row.whole:
                rows.setdefault(row.digits, []).append(row)
        return {digits: _Ranges(some, digits) for digits, some in rows.items()}

    @cached_property
    def _without_code(self) -> list[Territory]:
        return [row for row in self.rows if row.low is None]

    def overlaps(self) -> list[tuple[Territory, Territory]]:
        """Return the pairs of rows with places in common and other owners; there the first counts."""
        pairs = []
        first: dict[tuple[object, ...], Territory] = {}
        for row in self.rows:
            other = first.setdefault(row._key(), row)
            if other is not row and other.to != row.to:
                pairs.append((other, row))
        for row in self.rows:
            if not row.low or row.whole:
                continue
            for digits in (each for each in self._ranges if each >= row.digits):
                for other in self._cut(digits, row.digits).meeting(row.low, row.high or ""):
                    if digits == row.digits and other.line >= row.line:
                        continue
                    if _overlap(other, row) and other._key() != row._key() and other.to != row.to:
                        pairs.append((other, row))
        pairs.sort(key=lambda pair: (pair[0].line, pair[1].line))
        return pairs

    def _cut(self, digits: int, to: int) -> _Ranges:
        """Return the ranges of so long codes by the beginnings of these."""
        if (digits, to) not in self._cuts:
            self._cuts[digits, to] = _Ranges(self._ranges[digits].rows, to)
        return self._cuts[digits, to]

    def holes(self) -> list[Territory]:
        """Return the territories of nobody."""
        return [row for row in self.rows if row.to is None]

    def shortened(self) -> list[Territory]:
        """Return the codes of one digit less than most: a spreadsheet drops a leading zero."""
        codes = [row for row in self.rows if row.whole and (row.low or "").isdecimal()]
        lengths = Counter((row.country, row.digits) for row in codes)
        return [
            row
            for row in codes
            if lengths[row.country, row.digits + 1] > lengths[row.country, row.digits]
        ]


def _overlap(counts: Territory, hidden: Territory) -> bool:
    """Whether a range takes codes of another that are as long, or shorter ones."""
    first, last = hidden.low or "", hidden.high or ""
    low, high = ((end or "")[: hidden.digits] for end in (counts.low, counts.high))
    if high < first or last < low:
        return False
    places = ((counts.country, hidden.country), (counts.state, hidden.state))
    if counts.digits == hidden.digits:
        return all(one == other for one, other in places)
    # Longer codes that all lie in the shorter ones are a part of these, and meant so.
    within = first <= low and high <= last
    return not within and all(one in (None, other) for one, other in places)


def _fits(row: Territory, postal: str | None, state: str | None, country: str | None) -> bool:
    if row.country and (country or "").upper() != row.country.upper():
        return False
    if row.state and (state or "").upper() != row.state.upper():
        return False
    if row.low is None or row.high is None:
        return True
    if not postal:
        return False
    if row.whole:
        # The first five digits of 02139-1234 are its postal code.
        return postal == row.low or postal.partition("-")[0] == row.low
    return row.low <= postal[: len(row.low)] <= row.high


def _narrowness(row: Territory) -> tuple[int, bool, bool, int]:
    """Return what is greater the narrower a row is: longest codes first, then the first line."""
    codes = row.digits * 2 + row.whole
    return codes, row.state is not None, row.country is not None, -row.line


def _records(text: str, name: str, where: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each line that says something with its number, the header first."""
    text = text.removeprefix("\ufeff")
    # A spreadsheet may leave a line free above its header.
    header = text.lstrip().partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    line, width = 1, 0
    try:
        for cells in reader:
            # A row is where it begins; a quote may have taken the lines behind it along.
            first, line = line, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            width = width or len(cells)
            if any(cell.strip() for cell in cells[width:]):
                raise BadDataError(
                    f"{where}: {name} line {first}: the row has more cells than the header",
                    "a comma in a cell needs quotes",
                )
            yield first, cells
    except csv.Error as error:
        problem = "a quote is never closed" if "unexpected end" in str(error) else str(error)
        raise BadDataError(f"{where}: {name} line {line}: {problem}", _ACCEPTED) from None


_ACCEPTED = "columns: postal_code, state or country, and rep or pool; also name"


def _columns(cells: Sequence[str], at: str) -> dict[str, int]:
    keys = [header_key(cell) for cell in cells]
    columns = {}
    for field_name, words in WORDS.items():
        known = [keys.index(key) for key in map(header_key, words) if key in keys]
        if known:
            columns[field_name] = known[0]
    if not columns.keys() & {"postal_code", "state", "country"}:
        raise BadDataError(f"{at}: no column of a place", _ACCEPTED)
    if not columns.keys() & {"rep", "pool"}:
        raise BadDataError(f"{at}: no column of a rep or pool", _ACCEPTED)
    return columns


def _row(cells: Sequence[str], columns: Mapping[str, int], line: int, at: str) -> Territory:
    from leadctl.countries import code_of, state_of

    def cell(name: str) -> str | None:
        place = columns.get(name)
        if place is None:
            return None
        if place >= len(cells):
            raise BadDataError(f"{at}: the row ends before its column {name}", _ACCEPTED)
        return cells[place].strip() or None

    rep, pool = cell("rep"), cell("pool")
    if rep and pool:
        raise BadDataError(f"{at}: both a rep and a pool", "name one of them in each row")
    country, state = cell("country"), cell("state")
    country = country and (code_of(country) or country)
    state = state and (state_of(state, country) or state)
    low = high = None
    whole = False
    if code := cell("postal_code"):
        low, high, whole = _codes(code, at)
    if not (low or state or country):
        raise BadDataError(f"{at}: no postal code, state or country", _ACCEPTED)
    return Territory(line, low, high, whole, state, country, rep, pool, cell("name"))


def _codes(written: str, at: str) -> tuple[str, str, bool]:
    """Return the ends of a code, of a prefix `01*` or of a range `01-09`, and whether it is a code."""
    code = " ".join(written.upper().split())
    low, dash, high = code.partition("-")
    if not _CODES.fullmatch(code) or (dash and (len(low) != len(high) or low > high)):
        raise BadDataError(
            f'{at}: "{one_line(written)}" is no postal code, prefix or range',
            "accepted: 01581, 01* and 01-09, both ends equally long",
        )
    if dash:
        return low, high, False
    return code.removesuffix("*"), code.removesuffix("*"), not code.endswith("*")
