"""Records as a text that other programs read: which columns, under which names, how each is written."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from leadctl.errors import BadDataError, UsageError
from leadctl.fields import KINDS
from leadctl.formats.formulas import harmless
from leadctl.formats.writing import NewFile
from leadctl.record_view import BESIDE_OWNER, EXTRA, OWNER, RECORDS, Column, Records
from leadctl.values import read_json, whole_units
from leadctl.wording import clean, plain, to_json

if TYPE_CHECKING:
    from leadctl.lead_view import LeadFilter, Order
    from leadctl.output import Output
    from leadctl.store import Store

FORMATS = ("csv", "tsv", "json", "jsonl")
DELIMITERS = {"csv": ",", "tsv": "\t"}
OUR_OWN = "leadctl_"
"""Before the name of a column that an import leaves out: what leadctl works out by itself."""
SECONDS = 600
"""What a condition may take over all records; without one there is nothing that could run away."""
_IN_MEMORY = 1 << 24
_BLOCK = 1 << 20
_NO_TEXT = ("integer", "money", "flag", "time")
_SUSPICIOUS = """{0} COLLATE BINARY < 'A' AND {0} COLLATE BINARY NOT BETWEEN '0' AND ':'
    AND ({0} NOT GLOB '+*' OR {0} GLOB '+*[^0-9 ()./-]*')"""
"""True of every cell that `harmless` changes and of few others, so that it is seldom called."""

PRESETS: Mapping[str, Sequence[tuple[str, str]]] = {
    "zoho": (
        *(("Lead Owner", "owner"), ("Company", "company"), ("First Name", "first_name")),
        *(("Last Name", "last_name"), ("Salutation", "salutation"), ("Title", "title")),
        *(("Email", "email"), ("Phone", "phone"), ("Mobile", "mobile"), ("Website", "website")),
        *(("Lead Source", "source"), ("Lead Status", "status"), ("Industry", "industry")),
        *(("Rating", "rating"), ("Annual Revenue", "annual_revenue")),
        *(("No. of Employees", "employees"), ("Street", "street"), ("City", "city")),
        *(("State", "state"), ("Zip Code", "postal_code"), ("Country", "country")),
        *(("Description", "description"), ("Email Opt Out", "email_opt_out"), ("Tag", "tags")),
        ("Created Time", "created_at"),
    ),
    "salesforce": (
        *(("LastName", "last_name"), ("FirstName", "first_name"), ("Salutation", "salutation")),
        *(("Title", "title"), ("Company", "company"), ("Street", "street"), ("City", "city")),
        *(("State", "state"), ("PostalCode", "postal_code"), ("Country", "country")),
        *(("Phone", "phone"), ("MobilePhone", "mobile"), ("Email", "email")),
        *(("Website", "website"), ("Description", "description"), ("LeadSource", "source")),
        *(("Status", "status"), ("Industry", "industry"), ("Rating", "rating")),
        *(("AnnualRevenue", "annual_revenue"), ("NumberOfEmployees", "employees")),
        ("HasOptedOutOfEmail", "email_opt_out"),
    ),
    "hubspot": (
        *(("First Name", "first_name"), ("Last Name", "last_name"), ("Salutation", "salutation")),
        *(("Email", "email"), ("Phone Number", "phone"), ("Mobile Phone Number", "mobile")),
        *(("Company Name", "company"), ("Job Title", "title"), ("Website URL", "website")),
        *(("Industry", "industry"), ("Number of Employees", "employees")),
        *(("Annual Revenue", "annual_revenue"), ("Street Address", "street"), ("City", "city")),
        *(("State/Region", "state"), ("Postal Code", "postal_code")),
        *(("Country/Region", "country"), ("Lead Status", "status"), ("Lead Source", "source")),
        ("Contact owner", "owner"),
    ),
}
"""CRM -> the columns that it takes in an import of leads: its header, and our field.

What they set themselves (ids, Salesforce's owner by id, HubSpot's dates) is left out.
"""


class Choices(NamedTuple):
    """What is exported, and how: `columns` are pairs of header and field in the order of a row."""

    records: Records
    wanted: LeadFilter
    order: Order
    format: str
    columns: Sequence[tuple[str, str]]
    raw: bool = False


def chosen_records(word: str) -> Records:
    """Return the records that `--as` names; UsageError if it names none."""
    if word.lower() not in RECORDS:
        raise UsageError(f"--as {word!r} is unknown", f"one of: {', '.join(RECORDS)}")
    return RECORDS[word.lower()]


def chosen_format(asked: str | None, file: Path | None, *, json: bool) -> str:
    """Return the format that was asked for, else that of the file's ending, else CSV."""
    if asked is not None:
        if asked.lower() not in FORMATS:
            raise UsageError(f"no export as {asked!r}", f"one of: {', '.join(FORMATS)}")
        return asked.lower()
    ending = file.suffix.lower().removeprefix(".") if file else ""
    return ending if ending in FORMATS else "json" if json else "csv"


def chosen_columns(
    records: Records, format: str, *, columns: str | None, preset: str | None
) -> list[tuple[str, str]]:
    """Return the header and the field of each column; UsageError for one that there is not.

    In CSV and TSV what no import has a use for is named leadctl_…, which an import leaves out.
    """
    if preset is not None:
        return _of_preset(records, format, columns, preset)
    in_json = format not in DELIMITERS
    if columns is None:
        names = list(records.in_json if in_json else records.default)
    else:
        written = (name.strip().lower() for name in columns.split(","))
        names = list(dict.fromkeys(name.removeprefix(OUR_OWN) for name in written))
        for name in names:
            records.check(name)
        if in_json and "id" not in names:
            names.insert(0, "id")
    if in_json:
        return [(name, name) for name in names]
    return [(OUR_OWN * records.columns[name].ours + name, name) for name in names]


def _of_preset(
    records: Records, format: str, columns: str | None, preset: str
) -> list[tuple[str, str]]:
    if preset.lower() not in PRESETS:
        raise UsageError(f"there is no preset {preset!r}", f"one of: {', '.join(PRESETS)}")
    if columns is not None:
        raise UsageError("--preset and --columns both name the columns", "take one of the two")
    if format not in DELIMITERS:
        raise UsageError(f"a preset is a table, not {format}", "--format csv or tsv")
    if records.kind != "lead":
        raise UsageError(f"a preset has leads, no {KINDS[records.kind]}", "leave out --as")
    return list(PRESETS[preset.lower()])


class Export:
    """One export: a text that is read from the store as it is written.

    `rows` counts the records and `formulas` the cells that got an apostrophe, so far.
    """

    def __init__(self, store: Store, choices: Choices) -> None:
        self.store = store
        self.choices = choices
        self.delimiter = DELIMITERS.get(choices.format, "")
        self.rows = 0
        self.formulas = 0

    def text(self) -> Iterator[str]:
        """Yield the export part by part; all of it is of one moment, and nobody can write before."""
        with self.store.bounded(SECONDS):
            if self.choices.format == "json":
                yield from self._array()
            elif self.choices.format == "jsonl":
                for objects in self._objects():
                    yield "".join(f"{line}\n" for line in objects)
            else:
                yield from self._table()

    def _batches(self, expressions: Sequence[str]) -> Iterator[list[tuple[Any, ...]]]:
        choices = self.choices
        sql, bound = choices.records.query(expressions, choices.wanted, choices.order)
        for rows in self.store.batches(sql, bound):
            self.rows += len(rows)
            yield rows

    # CSV and TSV.

    def _table(self) -> Iterator[str]:
        """Yield a header, then the rows. SQLite joins the cells: that takes half the time.

        Texts stand in quotes, whatever is in them; numbers, times and yes or no do not.
        """
        choices = self.choices
        columns = [(head, name) for head, name in choices.columns if name != EXTRA]
        with_extra = len(columns) < len(choices.columns)
        keys = choices.records.extra_keys(self.store, choices.wanted) if with_extra else []
        heads = [head for head, _ in columns]
        yield self._header([*heads, *_names_beside(keys, heads)])
        self.store.connection.create_function("harmless", 1, self._harmless, deterministic=True)
        fields = [choices.records.columns[name] for _, name in columns]
        marks = self.delimiter.join("%s" if f.type in _NO_TEXT else '"%w"' for f in fields)
        cells = ", ".join([f"'{marks}'", *map(self._cell, fields)])
        line = f"printf({cells})" if fields else "''"
        if not keys:
            for rows in self._batches([line]):
                yield "\n".join([cells for (cells,) in rows]) + "\n"
            return
        before = self.delimiter if columns else ""
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


_IN_JSON: Mapping[str, Callable[[Any], Any]] = {
    "money": whole_units,
    "flag": lambda value: None if value is None else bool(value),
    EXTRA: read_json,
}


def _object(
    names: Sequence[str], row: Sequence[Any], change: Mapping[str, Callable[[Any], Any]]
) -> str:
    record = dict(zip(names, row, strict=True))
    for name, as_read in change.items():
        record[name] = as_read(record[name])
    return to_json(record)


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


def to_file(export: Export, file: Path) -> None:
    """Write an export to a private file that is there whole or not at all.

    It replaces a file of this name: cron writes the same one every night. BadDataError where it
    cannot be written; then nothing has changed.
    """
    with NewFile(file) as new:
        new.write_text(export.text())


def to_stdout(export: Export, output: Output) -> None:
    """Print an export, on a terminal with controls spelt out; without records not even a header.

    It is laid aside first, so that a reader who takes his time keeps nobody from writing, and an
    error leaves nothing half printed.
    """
    with tempfile.SpooledTemporaryFile(_IN_MEMORY, "w+", encoding="utf-8", newline="") as aside:
        try:
            # Its writelines would keep everything in memory before it looks how much that is.
            for part in export.text():
                aside.write(part)
            aside.seek(0)
        except OSError as error:
            raise BadDataError(
                f"no room for the export in {tempfile.gettempdir()}: {error.strerror}",
                "write it to a file with --output",
            ) from None
        if export.delimiter and not export.rows:
            return
        while block := aside.read(_BLOCK):
            output.stdout.write(_shown(block) if output.to_terminal else block)


def _shown(block: str) -> str:
    """Return a text whose tabs and line breaks are its own, and all other controls are spelt out."""
    lines = block.split("\n")
    return "\n".join("\t".join(map(clean, line.split("\t"))) for line in lines)
