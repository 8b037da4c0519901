"""Listings as one HTML page: it loads nothing, runs nothing, and prints well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from leadctl import charts
from leadctl.pages.text import escaped
from leadctl.results import Column, Listing

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2430; --dim: #6b7684; --rule: #d5dbe2; --mark: 59 110 165; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaef; --dim: #98a2ae; --rule: #3a4450;
  --mark: 110 165 220; } }
body { font: 15px/1.45 system-ui, sans-serif; color: var(--ink); max-width: 72rem; margin: 2rem auto;
  padding: 0 1rem; }
h2 { font-size: 1.1rem; margin: 2.2rem 0 .6rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th { color: var(--dim); font-weight: normal; text-align: left; border-bottom: 1px solid var(--rule); }
th, td { padding: .2rem .9rem .2rem 0; vertical-align: top; }
.right { text-align: right; white-space: nowrap; }
.bar { min-width: 12rem; } .bar div { background: rgb(var(--mark)); height: .95em; margin-top: .2em; }
.heat { text-align: right; padding: .2rem .5rem; min-width: 1.6rem; }
tfoot td { border-top: 1px solid var(--rule); font-weight: 600; }
p { color: var(--dim); } svg { fill: none; stroke: rgb(var(--mark)); stroke-width: 1.5; }
""".strip()


def page(listings: Sequence[Listing]) -> str:
    """Return the whole page; what strangers wrote stands in it as text."""
    title = escaped(next((each.title for each in listings if each.title), "leadctl"))
    parts = "\n".join(line for listing in listings for line in _lines(listing))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{_STYLE}\n</style>\n</head>\n<body>\n{parts}\n"
        "</body>\n</html>\n"
    )


def _lines(listing: Listing) -> Iterator[str]:
    if listing.title:
        yield f"<h2>{escaped(listing.title)}</h2>"
    if not listing.rows:
        yield f"<p>{escaped(listing.empty)}</p>"
        return
    yield "<table>\n<thead><tr>"
    yield from (cell for column in listing.columns for cell in _headers(column))
    yield "</tr></thead>\n<tbody>"
    for row in listing.rows:
        yield f"<tr>{''.join(_cell(listing, column, row) for column in listing.columns)}</tr>"
    yield "</tbody>"
    if listing.total is not None:
        cells = "".join(_cell(listing, column, listing.total) for column in listing.columns)
        yield f"<tfoot><tr>{cells}</tr></tfoot>"
    yield "</table>"
    if listing.footer:
        yield f"<p>{escaped(listing.footer)}</p>"


def _headers(column: Column) -> Iterator[str]:
    if column.draw == "heat":
        yield from (f'<th class="heat">{escaped(step)}</th>' for step in column.steps)
    else:
        words = "" if column.draw == "bar" else escaped(column.header)
        yield f'<th class="right">{words}</th>' if column.right else f"<th>{words}</th>"


def _cell(listing: Listing, column: Column, row: Mapping[str, Any]) -> str:
    if column.draw == "bar":
        share = 100 * listing.share(column, row)
        return f'<td class="bar"><div style="width:{share:.1f}%"></div></td>'
    if column.draw == "heat":
        most = listing.highest(column, row)
        return "".join(_step(each, most) for each in column.series(row))
    if column.draw == "spark":
        return f"<td>{_spark(column.series(row))}</td>"
    words = escaped(column.words(row))
    return f'<td class="right">{words}</td>' if column.right else f"<td>{words}</td>"


def _step(value: float | None, most: float) -> str:
    if value is None:
        return '<td class="heat">·</td>'
    share = value / most if most else 0
    colour = f"background:rgb(var(--mark) / {0.75 * share:.2f})"
    return f'<td class="heat" style="{colour}">{escaped(charts.short(value))}</td>'


def _spark(values: charts.Series) -> str:
    points = charts.points(values, 5, 22)
    return (
        f'<svg width="{5 * len(values)}" height="24" role="img"><polyline points="{points}"/></svg>'
    )
