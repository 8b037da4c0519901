"""Listings as Markdown: a heading and a table each, as GitHub reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from leadctl import charts
from leadctl.results import Column, Listing
from leadctl.wording import clean

_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~])")
_BAR = 20


def page(listings: Sequence[Listing]) -> str:
    """Return all listings under each other."""
    return "\n\n".join("\n".join(_lines(listing)) for listing in listings) + "\n"


def _lines(listing: Listing) -> Iterator[str]:
    if listing.title:
        yield f"## {_plain(listing.title)}\n"
    if not listing.rows:
        yield _plain(listing.empty)
        return
    columns = listing.columns
    yield _row(_plain(column.header) for column in columns)
    yield _row("--:" if column.right else "---" for column in columns)
    for row in listing.rows:
        yield _row(_cell(listing, column, row) for column in columns)
    if listing.total is not None:
        yield _row(_bold(_cell(listing, column, listing.total)) for column in columns)
    if listing.footer:
        yield f"\n{_plain(listing.footer)}"


def _row(cells: Iterator[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(listing: Listing, column: Column, row: Mapping[str, Any]) -> str:
    if column.draw == "bar":
        return charts.bar(listing.share(column, row), _BAR)
    if column.draw == "spark":
        return charts.spark(column.series(row))
    if column.draw == "heat":
        return " ".join(charts.short(value) or "·" for value in column.series(row))
    return _plain(column.words(row))


def _plain(words: str) -> str:
    """Return words that Markdown shows as they are."""
    return _SIGNS.sub(r"\\\1", clean(" ".join(words.split())))


def _bold(words: str) -> str:
    return f"**{words}**" if words else ""
