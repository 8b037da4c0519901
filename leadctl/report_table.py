"""How a report stands in a table: its figures as words for people, its columns in a pipe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from leadctl.results import Column, Listing
from leadctl.wording import plain

if TYPE_CHECKING:
    from leadctl.reports.shape import Chart, Figure, Report

BLANK = "(none)"
ALL = "all"
NOTHING = " "
"""Where nothing is missing, so that no dash is needed."""
STAYS = 9
"""What a column is kept at that is never dropped."""
_LEFT = ("word", "period", "flag")


def listing(report: Report, *, title: bool = False) -> Listing:
    """Return a report as a listing; `title` stands above it, and its notes below."""
    columns = [_column(report, figure) for figure in report.columns if _is_said(report, figure)]
    if report.chart:
        _add_chart(columns, report, report.chart)
    return Listing(
        rows=report.rows,
        columns=columns,
        columns_in_pipe=report.names,
        title=report.title if title else None,
        total=report.total if report.rows else None,
        footer=" · ".join(report.notes) if report.rows else None,
        empty=report.empty,
    )


def _is_said(report: Report, figure: Figure) -> bool:
    """Whether people read a figure: where no row has it, there is no column of blanks."""
    if figure.more or not report.rows or figure.name in report.keys or figure.kind == "series":
        return not figure.more
    return any(in_words(figure, row.get(figure.name), row).strip() for row in report.rows)


def _add_chart(columns: list[Column], report: Report, chart: Chart) -> None:
    """Draw a chart in the rows: a line as bars too, for each row is a step of time."""
    places = [column.name for column in columns]
    if chart.kind in ("bars", "line"):
        after = places.index(chart.value) + 1
        columns.insert(after, Column(chart.value, "", keep=4, draw="bar"))
        return
    header = next(figure.header for figure in report.columns if figure.name == chart.value)
    draw: Literal["heat", "spark"] = "heat" if chart.kind == "heat" else "spark"
    drawn = Column(chart.value, header, keep=9, draw=draw, steps=chart.steps, of=chart.of)
    if chart.value in places:
        columns[places.index(chart.value)] = drawn
    else:
        columns.append(drawn)


def _column(report: Report, figure: Figure) -> Column:
    def show(value: Any, row: Mapping[str, Any]) -> str:
        if figure.name in report.keys and value is None:
            first = figure.name == report.keys[0]
            return BLANK if row is not report.total else ALL if first else NOTHING
        return in_words(figure, value, row)

    return Column(
        figure.name,
        "" if figure.kind == "flag" else figure.header,
        right=figure.kind not in _LEFT,
        keep=figure.keep,
        wraps=_wraps(report, figure),
        show=show,
    )


def _wraps(report: Report, figure: Figure) -> bool:
    """Whether a column goes on in the next line: words that have to stay, and long amounts."""
    if figure.kind == "word":
        return figure.name in report.keys or figure.keep == STAYS
    return _is_long(report, figure)


def _is_long(report: Report, figure: Figure) -> bool:
    """Whether an amount of several currencies stands somewhere in a column."""
    rows = [*report.rows, report.total or {}]
    return figure.kind == "money" and any(len(_currencies(figure, row)) > 1 for row in rows)


def _currencies(figure: Figure, row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the amounts of a row that has no single one, each with its currency."""
    if row.get(figure.name) is not None:
        return []
    return [each for each in row.get("by_currency") or () if each.get(figure.name)]


def in_words(figure: Figure, value: Any, row: Mapping[str, Any]) -> str:
    """Return a figure as people read it; money of several currencies names each."""
    if figure.kind == "money" and (parts := _currencies(figure, row)):
        return " + ".join(_money(each[figure.name], each["currency"]) for each in parts)
    if figure.kind == "flag":
        return figure.header if value else NOTHING
    if value is None:
        return "" if figure.header and not figure.sparse else NOTHING
    if figure.kind == "money":
        return _money(value, row.get("currency"))
    if figure.kind == "rate":
        return f"{100 * value:.1f} %"
    if figure.kind == "days":
        return f"{value:,} d"
    if figure.kind in ("count", "number"):
        return f"{value:,}"
    if figure.kind == "series":
        return " ".join("·" if each is None else plain(each) for each in value)
    return plain(value)


def _money(amount: float, currency: str | None) -> str:
    words = f"{amount:,}" if isinstance(amount, int) else f"{amount:,.2f}"
    return f"{words} {currency}" if currency and amount else words
