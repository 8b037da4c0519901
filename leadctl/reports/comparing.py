"""A report beside the same report of the period before."""

from __future__ import annotations

from typing import Any

from leadctl.reports.shape import Figure, Report, Row, fold

PREVIOUS = "previous"
_COMPARED = ("count", "rate", "money", "days", "number")


def beside(now: Report, before: Report) -> Report:
    """Return a report whose rows have `previous`: the same figures of the period before.

    What there was only before has a row too, of noughts and Nones. The figure that is drawn has a
    column of its own for what it was; the other figures of before stand in JSON.
    """
    compared = [figure for figure in now.columns if figure.kind in _COMPARED]
    were = {_key(now, row): row for row in before.rows}
    rows = [_with(row, were.pop(_key(now, row), None), compared) for row in now.rows]
    for row in were.values():
        gone = {**_nothing(now), **{key: row[key] for key in now.keys}}
        rows.append(_with(gone, row, compared))
    drawn = now.chart.value if now.chart else None
    columns: list[Figure] = []
    for figure in now.columns:
        columns.append(figure)
        if figure.name == drawn and figure in compared:
            columns.append(figure._replace(name=f"{PREVIOUS}_{figure.name}", header=PREVIOUS))
    columns.append(Figure(PREVIOUS, PREVIOUS, "series", more=True))
    total = None if now.total is None else _with(now.total, before.total, compared, drawn)
    return now._replace(columns=columns, rows=[_drawn(row, drawn) for row in rows], total=total)


def _with(row: Row, before: Row | None, compared: list[Figure], drawn: str | None = None) -> Row:
    were = before or {}
    noughts = {figure.name: 0 if figure.kind == "count" else None for figure in compared}
    previous = {name: were.get(name, nought) for name, nought in noughts.items()}
    return _drawn({**row, PREVIOUS: previous}, drawn)


def _drawn(row: Row, drawn: str | None) -> Row:
    if drawn is None or drawn not in row[PREVIOUS]:
        return row
    return {**row, f"{PREVIOUS}_{drawn}": row[PREVIOUS][drawn]}


def _nothing(report: Report) -> Row:
    return {
        figure.name: 0 if figure.kind == "count" else [] if figure.kind == "series" else None
        for figure in report.columns
    }


def _key(report: Report, row: Row) -> tuple[Any, ...]:
    return tuple(fold(row[key]) for key in report.keys)
