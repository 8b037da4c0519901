"""The files of an import: which they are, and how each is read before its rows are."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from leadctl import moments
from leadctl.errors import NeedsInputError
from leadctl.formats import formulas, reading
from leadctl.formats.table import PART
from leadctl.importing import mapping, rejects
from leadctl.importing.choices import STDIN, Choices
from leadctl.importing.columns import shortened
from leadctl.importing.drafting import Drafter, Notes
from leadctl.importing.outcome import LOOKED_AT, Batch
from leadctl.values import Normaliser

if TYPE_CHECKING:
    from leadctl.app import App
    from leadctl.formats.table import Part, Table

_FIRST = 5_000 // PART
"""Parts that are read to see what a file is."""
_LOOKED_THROUGH = 20 * _FIRST
"""Parts in which the order of day and month may show itself."""
_DATES = ("time", "date", "day", "due")
_IN_WORDS = {"dmy": "day first", "mdy": "month first"}


def existing(names: Sequence[str]) -> list[Path]:
    """Return the files, those of a folder by name; `-` is standard input.

    A pattern that the shell left as it is and that matches nothing means none. Rejected rows of
    another import are not taken along with a folder.
    """
    found: list[Path] = []
    for name in names:
        if not os.path.exists(name) and any(mark in name for mark in "*?["):
            from glob import glob

            found += map(Path, sorted(glob(name)))
        elif os.path.isdir(name):
            files = reading.files_in(Path(name))
            found += [file for file in files if not file.name.endswith(rejects.REJECTS)]
        else:
            found.append(Path(name))
    return found


def opened(leadctl: App, path: Path, stdin: BinaryIO | None, choices: Choices) -> Batch:
    """Open a file and settle how it is read; a person is asked about what is in doubt.

    Raises UsageError and BadDataError for what cannot be read, or only with an option.
    """
    file = reading.read(
        stdin if path == STDIN and stdin else path,
        format=choices.format,
        delimiter=choices.delimiter,
        encoding=choices.encoding,
        quotes=choices.quotes,
        sheet=choices.sheet,
    )
    file = formulas.as_written(file)
    parts = iter(file.parts)
    first = list(islice(parts, _FIRST))
    file = replace(file, parts=chain(first, parts))
    samples = [cells for part in first for cells in part.cells][:LOOKED_AT]
    found = mapping.decide(leadctl, file, choices, samples)
    file, found, orders = _with_dates(leadctl, file, found)
    return Batch(path, file, found, orders, samples)


def drafter(leadctl: App, batch: Batch, notes: Notes, choices: Choices) -> Drafter:
    """Return who makes drafts of the rows of an opened file."""
    columns = batch.columns
    reps = leadctl.store.reps(everyone=True) if leadctl.store.exists() else []
    return Drafter(
        batch.file,
        columns,
        leadctl.normaliser,
        notes,
        source=leadctl.settings.source(choices.source) if choices.source else columns.source,
        system=choices.system or columns.system,
        reps={rep["name"].casefold(): rep["id"] for rep in reps},
        country=batch.reading.country,
        orders=batch.orders,
    )


# The order of day and month.


def _with_dates(
    leadctl: App, file: Table, found: mapping.Reading
) -> tuple[Table, mapping.Reading, dict[int, str]]:
    """Return the order of day and month in the columns of dates in which it is not plain.

    An option or what is remembered decides, else what the column itself proves, else a person,
    whose answer holds for all columns. Raises BadDataError, which names the option, where all of
    them are silent.
    """
    known = found.columns.types
    dated = [c for c in found.columns if c.field and known[c.field] in _DATES]
    orders: dict[int, str] = {}
    for column in dated if found.dates is None else ():
        file, order, example = _proven(leadctl, file, column.position)
        if example is not None:
            order = _asked(leadctl, file, column.header, example)
            found = found._replace(dates=order, answered=True)
            break
        if order is not None:
            orders[column.position] = order
    if found.dates is not None:
        orders = {column.position: found.dates for column in dated}
    return file, found, orders


def _proven(leadctl: App, file: Table, position: int) -> tuple[Table, str | None, str | None]:
    """Return the order that a column proves, or a cell of which nothing tells it; None for neither."""
    parts = iter(file.parts)
    read: list[Part] = []
    possible = frozenset(_IN_WORDS)
    ambiguous = None
    while len(read) < _LOOKED_THROUGH and (more := list(islice(parts, _FIRST))):
        read += more
        cells = dict.fromkeys(row[position] for part in more for row in part.cells)
        possible &= moments.orders(cells)
        if ambiguous is None:
            ambiguous = next(filter(partial(_is_ambiguous, leadctl.normaliser), cells), None)
        if len(possible) < 2 or ambiguous is None:
            break
    file = replace(file, parts=chain(read, parts))
    if len(possible) == 1:
        return file, next(iter(possible)), None
    return file, None, ambiguous if possible else None


def _is_ambiguous(normaliser: Normaliser, cell: str) -> bool:
    try:
        normaliser.parse("time", cell)
    except moments.AmbiguousDate:
        return True
    except ValueError:
        return False
    return False


def _asked(leadctl: App, file: Table, header: str, example: str) -> str:
    if not leadctl.asking:
        raise NeedsInputError(
            f"{file.name}: in {shortened(header)} {shortened(example)} may be day/month or month/day,"
            " and no date of the column tells",
            "say which: --dates dmy or --dates mdy",
        )
    from leadctl.prompts import Choice

    return str(
        leadctl.prompts.choose(
            f"{file.name}: is {shortened(example)} in “{shortened(header)}” day or month first?",
            [Choice(words, order) for order, words in _IN_WORDS.items()],
            flag="--dates",
        )
    )
