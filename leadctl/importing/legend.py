"""How the columns of a file are shown: which goes where, first values, what is kept aside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from leadctl.importing import presets
from leadctl.layout import cut, padded, wide
from leadctl.wording import count_of

if TYPE_CHECKING:
    from leadctl.importing.columns import Columns, Mapped

SAMPLES = 3
_WIDEST = {"header": 28, "place": 17, "sample": 24}
_NARROW = 60
"""Below this many cells the first values stand in a line of their own."""


def looks_like(columns: Columns) -> str | None:
    """Return `looks like a HubSpot export`; None if it is the export of no known program."""
    if columns.preset is None:
        return None
    title = presets.title(columns.preset)
    return f"looks like {'an' if title[0] in 'AEIOU' else 'a'} {title} export"


def mapping_lines(
    columns: Columns, samples: Iterable[Sequence[str]], width: int = 100
) -> Iterator[str]:
    """Yield a line for each column that has a value in the first rows: `Firma → company  Kiln`.

    A word that is read as another stands as `ORGANIC_SEARCH = Website`. `width` is that of the
    terminal in cells; in a narrow one a column takes two lines.
    """
    rows = list(samples)
    shown = [
        (column, words)
        for column in columns
        if (words := _words(columns, column, rows)) is not None
    ]
    headers = max((wide(_cut(column.header, _WIDEST["header"])) for column, _ in shown), default=0)
    for column, words in shown:
        header = _cut(column.header, _WIDEST["header"])
        if width < _NARROW:
            place = f" → {_place(column)}"
            yield _cut(f"  {_cut(header, max(width - 2 - wide(place), 1))}{place}", width)
            if words:
                yield _cut(f"      {words}", width)
        else:
            place = padded(_place(column), _WIDEST["place"])
            yield _cut(f"  {padded(header, headers)} → {place} {words}", width).rstrip()
    if blank := len(columns.mapped) - len(shown):
        yield f"  {count_of(blank, 'column')} without a value"


def _place(column: Mapped) -> str:
    if column.or_else:
        return f"{column.or_else}, or extra"
    return "extra" if column.field is None else column.field or "left out"


def _words(columns: Columns, column: Mapped, rows: Sequence[Sequence[str]]) -> str | None:
    """Return the first values of a column in words, None if there is none."""
    cells = (row[column.position] for row in rows if column.position < len(row))
    seen = list(dict.fromkeys(" ".join(cell.split()) for cell in cells if cell.strip()))
    if not seen:
        return None
    if column.field == "":
        return ""
    before = columns.strip.get(column.field or "", "")
    instead = columns.values.get(column.field or "", {})
    read = [
        f"{word} = {instead[word.casefold()] or 'blank'}"
        for word in seen
        if word.casefold() in instead
    ]
    plain = [word.removeprefix(before) for word in seen if word.casefold() not in instead]
    words = " · ".join(
        [*read[:SAMPLES], *(_cut(word, _WIDEST["sample"]) for word in plain)][:SAMPLES]
    )
    if column.or_else:
        return f"where that is blank: {words}"
    return f"kept, no field: {words}" if column.field is None else words


def _cut(words: str, width: int) -> str:
    return cut(words if words.isprintable() else " ".join(words.split()), width)
