"""Listings as one SVG drawing: tables of text in which bars, lines and shades are drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from leadctl import charts
from leadctl.pages.text import escaped
from leadctl.results import Column, Listing

_ROW, _GAP, _MARGIN = 24, 18, 24
_LETTER = 7.8
"""About what a character of 13 px takes, in pixels."""
_BAR, _STEP, _POINT = 220, 40, 6
_MARK, _DIM, _RULE = "#3b6ea5", "#6b7684", "#d5dbe2"


def page(listings: Sequence[Listing]) -> str:
    """Return the drawing, as wide and as high as the listings need."""
    parts: list[str] = []
    top, width = float(_MARGIN), 0.0
    for listing in listings:
        drawing = _Drawing(listing, top)
        parts += drawing.lines()
        top, width = drawing.bottom + 2 * _ROW, max(width, drawing.width)
    whole = f"{width + 2 * _MARGIN:.0f}", f"{top:.0f}"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole[0]} {whole[1]}"'
        f' width="{whole[0]}" height="{whole[1]}" font-family="system-ui, sans-serif" font-size="13"'
        ' fill="#1c2430">'
    )
    return "\n".join(
        [head, '<rect width="100%" height="100%" fill="#ffffff"/>', *parts, "</svg>", ""]
    )


class _Drawing:
    """One listing, drawn from a height downwards."""

    def __init__(self, listing: Listing, top: float) -> None:
        self.listing = listing
        self.top = top
        self.rows = [*listing.rows, *([listing.total] if listing.total else [])]
        self.widths = [self._width(column) for column in listing.columns]
        words = [len(text or "") * _LETTER for text in (listing.title, listing.footer)]
        self.width = max(sum(self.widths) + _GAP * (len(self.widths) - 1), *words)
        lines = 2 + len(self.rows) + bool(listing.footer) if listing.rows else 2
        self.bottom = top + lines * _ROW

    def lines(self) -> Iterator[str]:
        """Yield the elements of the drawing."""
        listing, y = self.listing, self.top + 14
        yield _text(_MARGIN, y, listing.title or "", 'font-weight="600" font-size="15"')
        if not listing.rows:
            yield _text(_MARGIN, y + _ROW, listing.empty, f'fill="{_DIM}"')
            return
        y += _ROW
        for x, width, column in self._places():
            yield from self._header(x, y, width, column)
        yield f'<path d="M{_MARGIN} {y + 7}h{self.width:.0f}" stroke="{_RULE}"/>'
        for row in self.rows:
            y += _ROW
            for x, width, column in self._places():
                yield from self._cell(x, y, width, column, row)
        if listing.footer:
            yield _text(_MARGIN, y + _ROW, listing.footer, f'fill="{_DIM}"')

    def _places(self) -> Iterator[tuple[float, float, Column]]:
        x = float(_MARGIN)
        for width, column in zip(self.widths, self.listing.columns, strict=True):
            yield x, width, column
            x += width + _GAP

    def _width(self, column: Column) -> float:
        if column.draw == "bar":
            return _BAR
        if column.draw == "heat":
            return _STEP * len(column.steps)
        if column.draw == "spark":
            drawn = max((len(column.series(row)) for row in self.rows), default=0)
            return max(_POINT * drawn, len(column.header) * _LETTER)
        words = [column.header, *(column.words(row) for row in self.rows)]
        return max(map(len, words)) * _LETTER

    def _header(self, x: float, y: float, width: float, column: Column) -> Iterator[str]:
        dim = f'fill="{_DIM}"'
        if column.draw == "heat":
            for number, step in enumerate(column.steps, 1):
                yield _text(x + number * _STEP - 8, y, step, f'{dim} text-anchor="end"')
        elif column.draw != "bar":
            yield _aligned(x, y, width, column, column.header, dim)

    def _cell(
        self, x: float, y: float, width: float, column: Column, row: Mapping[str, Any]
    ) -> Iterator[str]:
        if column.draw == "bar":
            if length := width * self.listing.share(column, row):
                size = f'width="{length:.1f}" height="13"'
                yield f'<rect x="{x:.0f}" y="{y - 11}" {size} fill="{_MARK}"/>'
        elif column.draw == "heat":
            most = self.listing.highest(column, row)
            yield from _heat(x, y, column.series(row), most)
        elif column.draw == "spark":
            points = charts.points(column.series(row), _POINT, 14)
            place = f'transform="translate({x:.0f} {y - 12})"'
            yield f'<polyline points="{points}" {place} fill="none" stroke="{_MARK}"/>'
        else:
            bold = 'font-weight="600"' if row is self.listing.total else ""
            yield _aligned(x, y, width, column, column.words(row), bold)


def _heat(x: float, y: float, values: charts.Series, most: float) -> Iterator[str]:
    for number, value in enumerate(values):
        if value is None:
            yield _text(x + (number + 1) * _STEP - 8, y, "·", f'fill="{_DIM}" text-anchor="end"')
        else:
            left, share = x + number * _STEP, value / most if most else 0
            yield (
                f'<rect x="{left:.0f}" y="{y - 16}" width="{_STEP - 2}" height="{_ROW - 2}"'
                f' fill="{_MARK}" fill-opacity="{0.75 * share:.2f}"/>'
            )
            yield _text(left + _STEP - 8, y, charts.short(value), 'text-anchor="end"')


def _aligned(x: float, y: float, width: float, column: Column, words: str, more: str) -> str:
    if column.right:
        return _text(x + width, y, words, f'{more} text-anchor="end"'.strip())
    return _text(x, y, words, more)


def _text(x: float, y: float, words: str, more: str = "") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" {more}>{escaped(words)}</text>'
