"""The records of an export, as each format writes them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any, BinaryIO

from leadctl.exporting.choices import DELIMITERS, Choices
from leadctl.formats.formulas import harmless
from leadctl.record_view import BESIDE_OWNER, EXTRA, OWNER, Column
from leadctl.stored import AS_READ, from_stamp, read_json
from leadctl.wording import name_of, plain, to_json

if TYPE_CHECKING:
    from leadctl.formats.xlsx_writing import Cell
    from leadctl.store import Store

SECONDS = 600
"""What a condition may take over all records; without one there is nothing that could run away."""
_EXACT = 10**15
_CALENDAR = datetime(1901, 1, 1)
_NO_TEXT = ("integer", "number", "money", "flag", "time")
_SUSPICIOUS = """{0} COLLATE BINARY < 'A' AND {0} COLLATE BINARY NOT BETWEEN '0' AND ':'
    AND ({0} NOT GLOB '+*' OR {0} GLOB '+*[^0-9 ()./-]*')"""
"""True of every cell that `harmless` changes and of few others, so that it is seldom called."""


class Export:
    """One export: a text, or a workbook, that is read from the store as it is written.

    `rows` counts the records and `formulas` the cells that got an apostrophe, so far; `report` is
    told the former from time to time. `lacking` is the header of a required field -> how many
    records are without.
    """

    def __init__(
        self, store: Store, choices: Choices, report: Callable[[int], None] = lambda _: None
    ) -> None:
        self.store = store
        self.choices = choices
        self.report = report
        self.delimiter = DELIMITERS.get(choices.format, "")
        self.rows = 0
        self.formulas = 0
        self.lacking: dict[str, int] = {}

    def text(self) -> Iterator[str]:
        """Yield the export part by part; all of it is of one moment, and nobody can write before."""
        with self.store.bounded(SECONDS):
            if self.choices.format == "json":
                yield from self._array()
            elif self.choices.format == "jsonl":
                for objects in self._objects():
                    yield "".join(f"{line}\n" for line in objects)
            elif self.choices.format == "vcard":
                yield from self._cards()
            else:
                yield from self._table()

    def workbook(self, stream: BinaryIO) -> None:
        """Write the export as a workbook, with a header even where there are no records."""
        from leadctl.formats import xlsx_writing

        with self.store.bounded(SECONDS):
            columns, keys, header = self._columns()
            xlsx_writing.write(stream, header, self._cells(columns, keys))

    def _batches(self, expressions: Sequence[str]) -> Iterator[list[tuple[Any, ...]]]:
        choices = self.choices
        sql, bound = choices.records.query(expressions, choices.wanted, choices.order)
        for rows in self.store.batches(sql, bound):
            self.rows += len(rows)
            yield rows
            self.report(self.rows)

    def _columns(self) -> tuple[list[Column], list[str], list[str]]:
        """Return the columns of a table, the keys of `extra` beside them, and the whole header."""
        choices = self.choices
        columns = [(head, name) for head, name in choices.columns if name != EXTRA]
        with_extra = len(columns) < len(choices.columns)
        keys = choices.records.extra_keys(self.store, choices.wanted) if with_extra else []
        heads = [head for head, _ in columns]
        fields = [choices.records.columns[name] for _, name in columns]
        blanks = choices.records.blanks(self.store, choices.wanted, choices.required)
        self.lacking = {head: blanks[name] for head, name in columns if name in blanks}
        return fields, keys, [*heads, *_names_beside(keys, heads)]

    # CSV and TSV.

    def _table(self) -> Iterator[str]:
        """Yield a header, then the rows. SQLite joins the cells: that takes half the time.

        Texts stand in quotes, whatever is in them; numbers, times and yes or no do not.
        """
        fields, keys, header = self._columns()
        yield self._header(header)
        self.store.connection.create_function("harmless", 1, self._harmless, deterministic=True)
        marks = self.delimiter.join("%s" if f.type in _NO_TEXT else '"%w"' for f in fields)
        cells = ", ".join([f"'{marks}'", *map(self._cell, fields)])
        line = f"printf({cells})" if fields else "''"
        if not keys:
            for rows in self._batches([line]):
                yield "\n".join([cells for (cells,) in rows]) + "\n"
            return
        before = self.delimiter if fields else ""
        for rows in self._batches([line, BESIDE_OWNER]):
            yield "".join(
                [f"{cells}{before}{self._of_extra(extra, keys)}\n" for cells, extra in rows]
            )

    def _header(self, names: Sequence[str]) -> str:
        line = io.StringIO()
        safe = names if self.choices.raw else list(map(harmless, names))
        csv.writer(line, delimiter=self.delimiter, lineterminator="\n").writerow(safe)
        return line.getvalue()

    def _cell(self, column: Column) -> str:
        """Return the expression of a column's cell."""
        stored = self.choices.records.stored(column.name)
        if column.type == "money":
            return f"""CASE WHEN {stored} % 100 = 0 THEN {stored} / 100
                WHEN {stored} IS NOT NULL THEN printf('%s%d.%02d', CASE WHEN {stored} < 0
                THEN '-' ELSE '' END, abs({stored}) / 100, abs({stored}) % 100) END"""
        if column.type == "flag":
            return f"CASE {stored} WHEN 0 THEN 'false' WHEN 1 THEN 'true' END"
        if column.type == "number":
            whole = f"CAST({stored} AS INTEGER)"
            return f"CASE WHEN {stored} = {whole} THEN {whole} ELSE {stored} END"
        if column.type in _NO_TEXT:
            return stored
        text = stored if column.name != "owner" else OWNER
        if self.choices.raw:
            return f"coalesce({text}, '')"
        suspicious = _SUSPICIOUS.format(stored) if text == stored else f"{text} IS NOT NULL"
        return f"CASE WHEN {suspicious} THEN harmless({text}) ELSE coalesce({text}, '') END"

    def _harmless(self, cell: str | None) -> str:
        safe = harmless(cell or "")
        self.formulas += safe != (cell or "")
        return safe

    def _of_extra(self, extra: str | None, keys: Sequence[str]) -> str:
        """Return the cells of what has no field, in the order of the keys."""
        if extra is None:
            return self.delimiter * (len(keys) - 1)
        values = read_json(extra)
        cells = [plain(values.get(key)) for key in keys]
        if not self.choices.raw:
            cells = list(map(self._harmless, cells))
        return self.delimiter.join(_quoted(cell) if cell else "" for cell in cells)

    # XLSX.

    def _cells(self, columns: Sequence[Column], keys: Sequence[str]) -> Iterator[list[Cell]]:
        """Yield the cells of each record, with the values that their columns have."""
        stored = self.choices.records.stored
        expressions = [OWNER if c.name == "owner" else stored(c.name) for c in columns]
        as_cell = [self._as_cell(column) for column in columns]
        for rows in self._batches([*expressions, BESIDE_OWNER] if keys else expressions):
            for row in rows:
                cells = [
                    None if value is None else make(value) if make else value
                    for value, make in zip(row, as_cell, strict=False)
                ]
                if keys:
                    extra = read_json(row[-1])
                    cells += [plain(extra.get(key)) for key in keys]
                yield cells

    def _as_cell(self, column: Column) -> Callable[[Any], Cell] | None:
        """Return what makes a cell of a stored value, None for one that is a cell as it is."""
        if column.type == "money":
            return _amount
        if column.type == "flag":
            return bool
        if column.type == "number":
            return AS_READ["number"]
        if column.type == "time":
            return lambda stamped: _clock_time(stamped, self.choices.zone)
        return None

    # vCards.

    def _cards(self) -> Iterator[str]:
        from leadctl.formats.vcard_writing import card

        choices = self.choices
        heads = [head for head, _ in choices.columns]
        names = [name for _, name in choices.columns]
        for rows in self._batches(list(map(choices.records.stored, names))):
            cards = []
            for row in rows:
                cells = dict(zip(heads, row, strict=True))
                record = dict(zip(names, row, strict=True))
                called = cells["Company"] or name_of(record)
                uid, revised = record["uid"], record["updated_at"]
                cards.append(card(cells, uid=uid, revised=revised, called=called))
            yield "".join(cards)

    # JSON.

    def _array(self) -> Iterator[str]:
        between = "[\n"
        for objects in self._objects():
            yield between + ",\n".join(objects)
            between = ",\n"
        yield "\n]\n" if self.rows else "[]\n"

    def _objects(self) -> Iterator[list[str]]:
        """Yield JSON objects in lines, as `list --json` has them."""
        names = [name for name, _ in self.choices.columns]
        records = self.choices.records
        change = {
            name: _IN_JSON[records.columns[name].type]
            for name in names
            if records.columns[name].type in _IN_JSON
        }
        for rows in self._batches(list(map(records.stored, names))):
            yield [_object(names, row, change) for row in rows]


_IN_JSON: Mapping[str, Callable[[Any], Any]] = {**AS_READ, EXTRA: read_json}


def _object(
    names: Sequence[str], row: Sequence[Any], change: Mapping[str, Callable[[Any], Any]]
) -> str:
    record = dict(zip(names, row, strict=True))
    for name, as_read in change.items():
        record[name] = as_read(record[name])
    return to_json(record)


def _amount(hundredths: int) -> int | float | str:
    """Return stored money as a number, or as a text if a number could not be exact."""
    if abs(hundredths) < _EXACT:
        return hundredths // 100 if hundredths % 100 == 0 else hundredths / 100
    sign, digits = "-" * (hundredths < 0), abs(hundredths)
    return f"{sign}{digits // 100}.{digits % 100:02}"


def _clock_time(stamped: str, zone: tzinfo) -> datetime | str:
    """Return a stored time as the clocks of the zone showed it, without a zone.

    It stays as stored where that would not lead back to it: in the hour that comes twice in autumn,
    before a spreadsheet's calendar begins, and for what is no time.
    """
    if stamped[10:11] != "T" or stamped[-1:] != "Z":
        return stamped
    moment = from_stamp(stamped)
    try:
        local = moment.astimezone(zone).replace(tzinfo=None, fold=0)
        leads_back = local.replace(tzinfo=zone).astimezone(UTC) == moment
    except OverflowError:
        return stamped
    return local if leads_back and local >= _CALENDAR else stamped


def _quoted(cell: str) -> str:
    doubled = cell.replace('"', '""')
    return f'"{doubled}"'


def _names_beside(keys: Sequence[str], taken: Sequence[str]) -> list[str]:
    """Return a header for each key: the key, with a number where another column is called so."""
    seen = {name.casefold() for name in taken}
    names = []
    for key in keys:
        name, number = key, 2
        while name.casefold() in seen:
            name, number = f"{key} ({number})", number + 1
        seen.add(name.casefold())
        names.append(name)
    return names
