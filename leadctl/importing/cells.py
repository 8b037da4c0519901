"""The cells of one column: what each says as a value of its field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from leadctl import words
from leadctl.importing.columns import COMPANIONS, UID, Columns, Mapped, shortened
from leadctl.values import currency_in, parser_of, placeholders, several

if TYPE_CHECKING:
    from leadctl.fields import Field
    from leadctl.values import Normaliser

BY_COUNTRY = ("phone", "state")
"""Types whose values depend on the country of their row."""
_MANY = ("email", "phone")
"""Types of which a cell may hold several."""
_REMEMBERED = 20_000
"""Cells of a column that are remembered together with what they say."""


class Refusal(str):
    """Why a cell cannot be read: it stands in the place of its value."""


class _Known(dict[Any, Any]):
    """What was read before; anything else is read when it is asked for."""

    def __init__(self, read: Callable[[Any], Any]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, asked: Any) -> Any:
        value = self[asked] = self._read(asked)
        return value


class Column:
    """Reads the cells of one column; what was read before is remembered."""

    def __init__(
        self,
        mapped: Mapped,
        field: Field,
        columns: Columns,
        parsers: Mapping[str, Callable[..., Any]],
        plain: Mapping[str, Callable[..., Any]],
        country: str | None,
    ) -> None:
        assert mapped.field
        self.position, self.header, self.field = mapped.position, mapped.header, mapped.field
        self.type = field.type
        self.is_companion = columns.kind == "lead" and self.field in COMPANIONS
        self.is_beside = self.is_companion or self.field == UID
        self.placeholders = spellings(placeholders(self.field))
        self._country = country
        self._parse = parser_of(field, parsers)
        self._words = columns.values.get(self.field, {})
        self._before = columns.strip.get(self.field, "")
        is_as_written = not (self._words or self._before)
        self._is_text = self._parse is parsers["text"] and is_as_written
        self._plain = plain.get(self.type) if is_as_written and not field.choices else None
        self._known = _Known(self._read)
        self._more: dict[Any, tuple[str | None, list[str]]] = {}
        self._refuses = False
        self.blank: frozenset[str] = frozenset()

    def read(self, cells: Sequence[str], countries: Sequence[str | None] | None) -> list[Any]:
        """Return the stored value of each cell, or a refusal; `blank` are those that say they are."""
        if self._is_text:
            texts = map(str.strip, cells)
            if self.placeholders.isdisjoint(cells):
                return [text or None for text in texts]
            self.blank = self.placeholders.intersection(cells)
            pairs = zip(cells, texts, strict=True)
            return [None if cell in self.blank else text or None for cell, text in pairs]
        if len(self._known) > _REMEMBERED:
            self._known.clear()
            self._more.clear()
            self._refuses = False
            self.blank = frozenset()
        known = self._known
        if self._plain is None:
            asked = cells if countries is None else zip(cells, countries, strict=True)
            return list(map(known.__getitem__, asked))
        values = self._plainly(cells, countries)
        for at, value in enumerate(values):
            if value is None and (cell := cells[at]):
                values[at] = known[cell if countries is None else (cell, countries[at])]
        return values

    def _plainly(self, cells: Sequence[str], countries: Sequence[str | None] | None) -> list[Any]:
        """Return what cells plainly say, None where that has to be looked at: they rarely repeat."""
        assert self._plain
        if self.type not in BY_COUNTRY:
            return list(map(self._plain, cells))
        home = self._country
        if countries is None:
            return [self._plain(cell, home) for cell in cells]
        pairs = zip(cells, countries, strict=True)
        return [self._plain(cell, country or home) if cell else None for cell, country in pairs]

    def without_prefix(self, cell: str) -> str:
        """Return a cell without what stands before each of the column."""
        return cell.strip().removeprefix(self._before)

    def _read(self, asked: Any) -> Any:
        """Return what a cell says, or a cell and its country; what more it says is kept under both."""
        cell, country = (asked, None) if isinstance(asked, str) else asked
        if self._before or self._words:
            cell = self.without_prefix(cell)
            cell = self._words.get(cell.casefold(), cell)
        if not cell:
            return None
        if cell in self.placeholders:
            self.blank |= {cell}
            return None
        if self.type in BY_COUNTRY:
            country = country or self._country
            more: tuple[str, ...] = (country,) if country else ()
        else:
            more = ()
        try:
            value = self._parse(cell, *more)
        except ValueError as error:
            if self.type in _MANY:
                return self._first_of(asked, cell, more, str(error))
            self._refuses = True
            return Refusal(f"“{shortened(cell)}” {error}")
        if self.type == "money":
            if value is not None and (code := currency_in(cell)) is not None:
                self._more[asked] = code, []
        elif self.type == "phone" and value is not None and not value[1:].isdecimal():
            return self._first_of(asked, cell, more, "")
        return value

    def _first_of(self, asked: Any, cell: str, more: tuple[str, ...], error: str) -> Any:
        """Return the first value of a cell that is no single one, and keep the others."""
        found: list[str] = []
        rest: list[str] = []
        for one in several(self.type, cell):
            try:
                found.append(self._parse(one, *more))
            except ValueError:
                rest.append(one)
        if not found:
            self._refuses = True
            return Refusal(f"“{shortened(cell)}” {error}")
        if len(found) + len(rest) > 1:
            self._more[asked] = None, found[1:] + rest
        return found[0]

    def refused_in(self, values: Sequence[Any]) -> Iterable[int]:
        """Yield the places of the cells that cannot be read."""
        if self._refuses:
            yield from (at for at, value in enumerate(values) if type(value) is Refusal)

    def more(
        self, cells: Sequence[str], countries: Sequence[str | None] | None
    ) -> Iterable[tuple[int, tuple[str | None, list[str]]]]:
        """Yield the places of cells that say more: which currency, "" for one of several, or others."""
        if self._more:
            asked = cells if countries is None else zip(cells, countries, strict=True)
            for at, one in enumerate(asked):
                if one in self._more:
                    yield at, self._more[one]


def parsers_of(normaliser: Normaliser, order: str | None) -> dict[str, Callable[..., Any]]:
    """Return type -> who reads it; `order` is that of day, month and year."""
    if order is not None:
        normaliser = type(normaliser)(normaliser.settings, dates=order)
    of_records = {name: make(normaliser.settings) for name, make in words.PARSERS.items()}
    by_country = {name: getattr(normaliser, name) for name in BY_COUNTRY}
    return {**normaliser.parsers, **of_records, **by_country}


def spellings(words: Iterable[str]) -> frozenset[str]:
    """Return words in the cases in which they are written."""
    return frozenset(
        spelt
        for word in words
        if word
        for spelt in (word, word.upper(), word.capitalize(), word.title())
    )
