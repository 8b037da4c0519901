"""A report beside the same report of the period before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from leadctl.reports.shape import Figure, Ordered, Report, Row, fold

PREVIOUS = "previous"
_COMPARED = ("count", "rate", "money", "days", "number")


def beside(now: Report, before: Report) -> Report:
    """Return a report whose rows have `previous`: the same figures of the period before.

    What there was only before has a row too, of noughts and Nones; a row of now has None. One
    figure has a column of its own for what it was: the one that is drawn, else the first; the
    others of before stand in JSON. A report of parts alone has them in its parts.
    """
    if not now.columns:
        parts = [beside(*both) for both in zip(now.parts, before.parts, strict=True)]
        return now._replace(parts=parts)
    compared = [figure for figure in now.columns if figure.kind in _COMPARED]
    seen = _seen(now, compared)
    were = {_key(now, row): row for row in before.rows}
    rows: list[Row] = []
    for row in _with_gone(now, were):
        if row[now.keys[0]] in now.of_now:
            rows.append(_shown({**row, PREVIOUS: None}, seen))
        else:
            rows.append(_with(row, were.get(_key(now, row)), compared, seen))
    columns: list[Figure] = []
    for figure in now.columns:
        columns.append(figure)
        if figure.name == seen:
            name, sparse = f"{PREVIOUS}_{figure.name}", bool(now.of_now)
            columns.append(figure._replace(name=name, header=PREVIOUS, sparse=sparse))
    columns.append(Figure(PREVIOUS, PREVIOUS, "series", more=True))
    total = None if now.total is None else _with(now.total, before.total, compared, seen)
    return now._replace(columns=columns, rows=rows, total=total)


def _seen(now: Report, compared: list[Figure]) -> str | None:
    """Return the name of the figure that people see beside what it was."""
    names = [figure.name for figure in compared if not figure.more]
    if now.chart and now.chart.value in names:
        return now.chart.value
    return next(iter(names), None)


def _with_gone(now: Report, were: Mapping[tuple[Any, ...], Row]) -> Sequence[Row]:
    """Return the rows, and one of noughts for each that there was only before."""
    there = {_key(now, row) for row in now.rows}
    gone = [_nothing(now, was) for key, was in were.items() if key not in there]
    return now.rows.with_more(gone) if isinstance(now.rows, Ordered) else [*now.rows, *gone]


def _with(row: Row, before: Row | None, compared: list[Figure], seen: str | None) -> Row:
    were = before or {}
    noughts = {figure.name: 0 if figure.kind == "count" else None for figure in compared}
    previous = {name: were.get(name, nought) for name, nought in noughts.items()}
    return _shown({**row, PREVIOUS: previous}, seen)


def _shown(row: Row, seen: str | None) -> Row:
    return row if seen is None else {**row, f"{PREVIOUS}_{seen}": (row[PREVIOUS] or {}).get(seen)}


def _nothing(report: Report, was: Row) -> Row:
    """Return a row in which nothing is counted, under the words of the one that was."""
    words = {figure.name for figure in report.columns if figure.kind == "word" and not figure.more}
    noughts: Row = {"count": 0, "series": []}
    return {
        figure.name: was[figure.name]
        if figure.name in words or figure.name in report.keys
        else noughts.get(figure.kind)
        for figure in report.columns
    }


def _key(report: Report, row: Row) -> tuple[Any, ...]:
    return tuple(fold(row[key]) for key in report.keys)
