"""What leadctl.toml remembers of a file's header: the `[[mapping]]` that somebody confirmed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from leadctl.fields import OUR_OWN
from leadctl.importing import presets
from leadctl.importing.columns import EXTRA, Columns, Wanted, column_key
from leadctl.toml_file import TomlFile, quoted

if TYPE_CHECKING:
    from leadctl.config import Settings

TABLE = "[[mapping]]"
_ALIKE = 2 / 3
"""Part of the columns of two headers that both have, from which one stands for the other."""
_NOT_SAVED = "the mapping is not saved"


class Remembered(NamedTuple):
    """A `[[mapping]]`: header -> field (or extra, or "" for left out), and how cells are read.

    `is_same` says that it is of this very header, not of one like it.
    """

    columns: Mapping[str, str]
    preset: str | None = None
    values: Mapping[str, Mapping[str, str]] = {}
    dates: str | None = None
    kind: str = "lead"
    country: str | None = None
    is_same: bool = True

    def fields(self, known: Mapping[str, str]) -> dict[str, Wanted]:
        """Return header -> field and rank; None for extra, and for what is no field (any more).

        A header stands as it is written, without case, and by its key; the first of two columns of
        a field goes first.
        """
        said: dict[str, Wanted] = {
            header.casefold(): (name if not name or name in known else None, (1, number))
            for number, (header, name) in enumerate(self.columns.items())
        }
        return {column_key(header): of for header, of in said.items()} | said

    def has(self, header: str) -> bool:
        """Whether a person confirmed what a column of this name is."""
        return column_key(header) in _keys(self.columns)

    def unknown(self, known: Mapping[str, str]) -> list[str]:
        """Return what its columns name and is no field."""
        named = dict.fromkeys(self.columns.values())
        return [name for name in named if name and name != EXTRA and name not in known]


def find(settings: Settings, header: Sequence[str], kind: str = "lead") -> Remembered | None:
    """Return what is remembered for files with these columns, in whatever order they stand.

    Without that it is what is remembered for the header most like this one: a column more or less
    in tonight's export takes nothing back that a person confirmed. The newest goes first.
    """
    wanted = _keys(header)
    likeness, best = 0.0, None
    for table in reversed(settings.mappings):
        found = _read(table)
        if found.kind != kind:
            continue
        keys = _keys(found.columns)
        if keys == wanted:
            return found
        alike = len(keys & wanted) / len(keys | wanted)
        if alike >= _ALIKE and alike > likeness:
            likeness, best = alike, found._replace(is_same=False)
    return best


def save(
    path: Path, columns: Columns, dates: str | None = None, country: str | None = None
) -> None:
    """Write how a file was read to `path`, in place of what was remembered for such a header.

    All other text stays as it is. Raises BadDataError if it is no file that can be changed so.
    """
    file = TomlFile(path, _NOT_SAVED)
    tables = _tables(file)
    wanted = _keys([column.header for column in columns])
    new = _table(columns, dates, country)
    kept, numbers = [], []
    for number, table in enumerate(tables):
        of = _read(table)
        if of.kind == columns.kind and _keys(of.columns) == wanted:
            numbers.append(number)
        else:
            kept.append(table)
    changed = _without_tables(file.text, numbers).rstrip("\n")
    changed += ("\n\n" if changed else "") + new
    file.write(changed, {**file.document, "mapping": [*kept, *file.parsed(new)["mapping"]]})


def _keys(header: Sequence[str] | Mapping[str, str]) -> frozenset[str]:
    return frozenset(column_key(name) for name in header if not name.startswith(OUR_OWN))


def _read(table: Mapping[str, Any]) -> Remembered:
    preset = table.get("preset")
    return Remembered(
        table["columns"],
        preset if preset in presets.names() else None,
        table.get("values", {}),
        table.get("dates"),
        table.get("kind", "lead"),
        table.get("country"),
    )


def _tables(file: TomlFile) -> list[dict[str, Any]]:
    tables = file.document.get("mapping", [])
    if not isinstance(tables, list) or not all(
        isinstance(table, dict) and isinstance(table.get("columns"), dict) for table in tables
    ):
        raise file.refusal()
    return tables


def _table(columns: Columns, dates: str | None, country: str | None) -> str:
    lines = [TABLE]
    if columns.kind != "lead":
        lines.append(f"kind = {quoted(columns.kind)}")
    if columns.preset:
        lines.append(f"preset = {quoted(columns.preset)}")
    if dates:
        lines.append(f"dates = {quoted(dates)}")
    if country:
        lines.append(f"country = {quoted(country)}")
    lines.append("[mapping.columns]")
    for column in sorted(columns, key=lambda column: column.or_else is not None):
        if not column.header.startswith(OUR_OWN):
            name = column.or_else or (EXTRA if column.field is None else column.field)
            lines.append(f"{quoted(column.header)} = {quoted(name)}")
    built_in = presets.words(columns.preset, columns.kind)
    for name, words in columns.values.items():
        own = {word: to for word, to in words.items() if built_in.get(name, {}).get(word) != to}
        if own:
            lines.append(f"[mapping.values.{name}]")
            lines += [f"{quoted(word)} = {quoted(to)}" for word, to in own.items()]
    return "\n".join(lines) + "\n"


def _without_tables(text: str, numbers: Sequence[int]) -> str:
    """Return a text without some of its `[[mapping]]` tables; remarks above the next table stay."""
    kept: list[str] = []
    number, dropping, multiline = -1, False, None
    aside: list[str] = []
    for line in text.splitlines(keepends=True):
        bare = line.strip()
        if multiline is None and bare.startswith("["):
            words = "".join(bare.split("#")[0].split())
            if words == TABLE:
                number += 1
                dropping = number in numbers
            elif not words.startswith(("[mapping.", "[[mapping.")):
                dropping = False
            if not dropping:
                kept += aside
            aside = []
        if multiline is None and dropping and (not bare or bare.startswith("#")):
            aside.append(line)
        elif not dropping:
            kept.append(line)
        else:
            aside = []
        multiline = _multiline_after(line, multiline)
    return "".join([*kept, *aside])


def _multiline_after(line: str, inside: str | None) -> str | None:
    """Return the quotes of the text that goes on after a line, None if none does."""
    at = 0
    while True:
        found = [(line.find(quotes, at), quotes) for quotes in ('"' * 3, "'" * 3)]
        here = [(place, q) for place, q in found if place >= 0 and inside in (None, q)]
        if not here:
            return inside
        position, quotes = min(here)
        inside = None if inside else quotes
        at = position + 3
