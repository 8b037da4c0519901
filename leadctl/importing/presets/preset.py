"""The export of a program: what its header looks like, and which column is which field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

Pairs = tuple[tuple[str, str | None], ...]


class Preset(NamedTuple):
    """The export of a program.

    `marks` are sets of header names, letter by letter; a file that has all of one set is such an
    export, unless it has one of `unless`. `fields` are pairs of header and field, the better ones
    first; None keeps the column aside although a word of it sounds like a field. A field that a
    kind has not is no pair of that kind. `values` are words of a field and the words to read
    instead, "" for a blank; `strip` is what stands before each cell of a field. `source` is that of
    rows that name none, `system` the one that the ids belong to. `refuse` are headers of flags that
    say why a row is no record any more; `footer` is how the first cells of rows below the last
    record begin, without case.
    """

    name: str
    title: str
    kinds: tuple[str, ...]
    marks: tuple[tuple[str, ...], ...]
    fields: Pairs = ()
    values: Mapping[str, Mapping[str, str]] = {}
    strip: Mapping[str, str] = {}
    source: str | None = None
    system: str | None = None
    unless: tuple[str, ...] = ()
    refuse: Mapping[str, str] = {}
    footer: tuple[str, ...] = ()


PERSON = ("lead", "contact")
"""The kinds of an export of people."""
