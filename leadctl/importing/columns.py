"""Which column of a file is which field: by the words of its header, and by what `--map` says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from leadctl.errors import BadDataError, UsageError
from leadctl.fields import LEAD_FIELDS, NAME_WORDS, header_key

if TYPE_CHECKING:
    from leadctl.formats.table import Table

FULL_NAME = "full_name"
EXTRA = "extra"
OUR_OWN = "leadctl_"
"""Columns of a rejects file, such as leadctl_reason, are ours and not data."""
TYPES = {field.name: field.type for field in LEAD_FIELDS} | {FULL_NAME: "text"}


class Mapped(NamedTuple):
    """A column of the file and the field that it fills: None is `extra`, "" is left out."""

    position: int
    header: str
    field: str | None


def map_columns(file: Table, chosen: Mapping[str, str]) -> list[Mapped]:
    """Return which column fills which field, by the header's words and by what `--map` chose.

    Where two columns mean one field, `--map` wins, then the field's own name, then the word that
    `fields` names first, wherever the columns stand; the others go to `extra`. Raises UsageError
    for a `--map` of an unknown header or field, BadDataError if no column is known.
    """
    words = _words()
    keys = {header_key(header) for header in file.header}
    if "jobtitle" in keys and "salutation" not in keys:
        # Outlook's Title is Mr. or Dr.
        words["title"] = ("salutation", len(LEAD_FIELDS))
    asked = {_column(file, header): _field(field) for header, field in chosen.items()}
    fields: list[str | None] = []
    ranks: list[int] = []
    for position, header in enumerate(file.header):
        field, rank = words.get(header_key(header), (None, 0))
        if header.startswith(OUR_OWN):
            field = ""
        if position in asked:
            field, rank = asked[position], -1
        fields.append(field)
        ranks.append(rank)
    taken = set()
    for position in sorted(range(len(fields)), key=lambda at: (ranks[at], at)):
        if fields[position] in taken:
            fields[position] = None
        elif fields[position]:
            taken.add(fields[position])
    if not taken:
        seen = ", ".join(map(shortened, file.header[:6]))
        raise BadDataError(
            f"{file.name}: no column is known (it has {seen})", 'name them: --map "Header=field"'
        )
    return [Mapped(*column) for column in zip(range(len(fields)), file.header, fields, strict=True)]


def _column(file: Table, asked: str) -> int:
    """Return which column `--map` means: the one of that name, else the one that reads alike."""
    folded = [header.casefold() for header in file.header]
    if asked.casefold() in folded:
        return folded.index(asked.casefold())
    alike = [at for at, header in enumerate(file.header) if header_key(header) == header_key(asked)]
    if len(alike) != 1 or not header_key(asked):
        seen = ", ".join(map(shortened, file.header))
        raise UsageError(f"--map: {file.name} has no column {asked!r}", f"it has {seen}")
    return alike[0]


def _field(asked: str) -> str | None:
    if asked == EXTRA:
        return None
    if asked and asked not in TYPES:
        from difflib import get_close_matches

        near = get_close_matches(asked, TYPES, 1)
        hint = f"did you mean {near[0]}?" if near else f"one of: {', '.join((*TYPES, EXTRA))}"
        raise UsageError(f"--map: leads have no field {asked!r}", hint)
    return asked


def _words() -> dict[str, tuple[str, int]]:
    """Return header key -> its field and its rank among the words for it; a field's name is 0.

    A field's own name goes before another field's word for it.
    """
    fields = [(field.name, (field.name, *field.words)) for field in LEAD_FIELDS]
    ranked = [
        (rank, header_key(word), field)
        for field, words in [(FULL_NAME, NAME_WORDS), *fields]
        for rank, word in enumerate(words)
    ]
    return {key: (field, rank) for rank, key, field in sorted(ranked, reverse=True)}


def shortened(words: str) -> str:
    shown = " ".join(words.split())
    return f"{shown[:40]}…" if len(shown) > 40 else shown
