"""What a command answers: rows under columns, sentences with an object, or several parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from leadctl import charts
from leadctl.wording import clean, plain

Style = Callable[[Any, Mapping[str, Any]], str]
Show = Callable[[Any, Mapping[str, Any]], str]


class Column(NamedTuple):
    """One column of a listing.

    `name` is the field in JSON and TSV; `header` what a person reads; `show` turns a value into
    words for a person; `style` names its colour. Narrow windows drop the columns of the lowest
    `keep` first; those of `keep` 9 always stay. Words that are too long go on in the next line if
    the column `wraps`, and end in `…` if it is `cut`. What a column draws is a `bar` of its number,
    a `spark` line or a `heat` map of its series, whose places `steps` names; where the series is
    `of` another column, as shares of its number.
    """

    name: str
    header: str
    right: bool = False
    keep: int = 5
    wraps: bool = False
    show: Show | None = None
    style: Style | None = None
    cut: bool = False
    draw: Literal["bar", "spark", "heat"] | None = None
    steps: Sequence[str] = ()
    of: str | None = None

    def series(self, row: Mapping[str, Any]) -> charts.Series:
        """Return the numbers of a row that are drawn; None where none is yet."""
        values = row.get(self.name) or ()
        if self.of is None:
            return values
        whole = row.get(self.of) or 1
        return [None if value is None else value / whole for value in values]

    def words(self, row: Mapping[str, Any]) -> str:
        """Return the value of a row as people read it, harmless; `–` where it is blank."""
        value = row.get(self.name)
        return clean(self.show(value, row) if self.show else plain(value)) or "–"


class Listing(NamedTuple):
    """Rows under columns. `total` is a last row apart; `empty` is said where there are no rows.

    `data` is what `--json` prints where it is more than the rows; `columns_in_pipe` are the fields
    of TSV and CSV where they are others than the columns of the table. In a narrow window each row
    takes two lines if `first_line` names what stands in the first. Without any header there is no
    rule either.
    """

    rows: Sequence[Mapping[str, Any]]
    columns: Sequence[Column]
    columns_in_pipe: Sequence[str] = ()
    title: str | None = None
    total: Mapping[str, Any] | None = None
    footer: str | None = None
    empty: str = "nothing there"
    data: Any = None
    exit_code: int = 0
    first_line: Sequence[str] = ()

    def share(self, column: Column, row: Mapping[str, Any]) -> float:
        """Return a number as its share of the highest in its column; 0 of the total."""
        most = charts.highest([other.get(column.name) for other in self.rows])
        return float(row.get(column.name) or 0) / most if most and row is not self.total else 0

    def highest(self, column: Column, row: Mapping[str, Any]) -> float:
        """Return the highest number of a column's series; the total is compared with itself."""
        rows = [row] if row is self.total else self.rows
        return max((charts.highest(column.series(of)) for of in rows), default=0)


class Answer(NamedTuple):
    """What a changing command answers: an object for scripts, sentences for people.

    `text` goes to stdout; `notes` and `next` (the undo line, where to look) go to stderr.
    """

    data: Mapping[str, Any]
    text: Sequence[str] = ()
    notes: Sequence[str] = ()
    next: Sequence[str] = ()
    exit_code: int = 0
    details: Sequence[Listing] = ()


class Screen(NamedTuple):
    """Several parts under each other for a person; one value for scripts."""

    data: Any
    parts: Sequence[Listing | str]
    exit_code: int = 0


class Panel(NamedTuple):
    """What waits for an answer: a title, and rows of what, which and why. The only box there is."""

    title: str
    rows: Sequence[tuple[str, str, str]]


Result = Listing | Answer | Screen


def next_steps(operation: int | None, *more: str) -> list[str]:
    """Return how to take an operation back and where to go on; nothing if none was written."""
    return [] if operation is None else [f"undo: leadctl undo {operation}", *more]
