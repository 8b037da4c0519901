"""The one shape of every report: what was asked, its rows of figures, and what they mean."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from leadctl.lead_view import RecordFilter
from leadctl.reports.period import EVERYTHING, Period, between

if TYPE_CHECKING:
    from leadctl.config import Settings

Row = dict[str, Any]
Kind = Literal["word", "period", "count", "rate", "money", "days", "number", "flag", "series"]


class Figure(NamedTuple):
    """One column of a report.

    `name` is its name in JSON and files, `header` what a person reads. A `word` is a group (None
    where it is blank), a `period` a day, week or month in ISO words, a `rate` lies between 0 and 1,
    `money` is in whole units, a `series` is a list of numbers. `of` names the columns of a rate's
    numerator and denominator. `more` stands in JSON and files alone; narrow windows drop the columns
    of the lowest `keep` first. Of a `sparse` one a blank is nothing that is missing.
    """

    name: str
    header: str
    kind: Kind = "count"
    keep: int = 5
    of: tuple[str, str] | None = None
    more: bool = False
    sparse: bool = False


class Chart(NamedTuple):
    """How a report is best drawn: bars, a heat map, a line, or a spark line in each row.

    `label` is the column that names a row, `value` the one that is drawn: a number, for `heat` and
    `spark` a series; `steps` names the places of a series, which is drawn as shares of the number
    that it is `of`.
    """

    kind: Literal["bars", "heat", "line", "spark"]
    label: str
    value: str
    steps: Sequence[str] = ()
    of: str | None = None


class Report(NamedTuple):
    """What a report answers; how it looks is decided elsewhere.

    `keys` are the columns that name a row. `total` is the row of all, its keys None; it is made of
    the same facts as the rows, so that counts add up. `parts` are further reports below this one,
    whose figures are never added to it. `empty` is said where there is nothing to count, `subject`
    above a mail if it is not the title. `of_now` are the words of the first key whose rows are those
    of now whatever the period.
    """

    name: str
    title: str
    columns: Sequence[Figure]
    keys: Sequence[str]
    rows: Sequence[Row]
    total: Row | None = None
    notes: Sequence[str] = ()
    chart: Chart | None = None
    parts: Sequence[Report] = ()
    empty: str = "nothing to count"
    subject: str | None = None
    of_now: Collection[str] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all columns, in their order."""
        return tuple(column.name for column in self.columns)


class Question(NamedTuple):
    """What is asked of a report.

    `filter` says which leads are meant, `period` when they were created (in `deals`, `forecast`
    and `activity` the days of the deals and activities), `by` a further field to group by, `called`
    the name of its column where that is another, `each` the length of a step of time. `today` is a
    day number, `settings` knows statuses and stages.
    `alone` asks for no reports below this one.
    """

    filter: RecordFilter
    settings: Settings
    today: int
    period: Period = EVERYTHING
    by: str | None = None
    each: str = "month"
    cumulative: bool = False
    alone: bool = False
    called: str | None = None

    @property
    def leads(self) -> RecordFilter:
        """The leads meant that were created in the period."""
        first, last = self.period.first, self.period.last
        since = [day for day in (self.filter.since_day, first) if day is not None]
        until = [day for day in (self.filter.until_day, last) if day is not None]
        return self.filter._replace(
            since_day=max(since, default=None), until_day=min(until, default=None)
        )

    @property
    def to_work(self) -> RecordFilter:
        """Of the leads meant those that are to be worked."""
        return self.leads._replace(hidden_statuses=self.settings.closed)

    @property
    def spent_in(self) -> Period:
        """The days whose costs count beside the leads meant."""
        leads = self.leads
        return between(leads.since_day, leads.until_day)


class Ordered(list[Row]):
    """Rows in an order that others can be put into."""

    def __init__(self, rows: Iterable[Row], order: Callable[[Row], Any]) -> None:
        super().__init__(sorted(rows, key=order))
        self._order = order

    def with_more(self, rows: Iterable[Row]) -> Ordered:
        """Return these rows with others, in the same order."""
        return Ordered([*self, *rows], self._order)


def fold(value: Any) -> Any:
    """Return a value as groups compare it: as the database does, without the case of A to Z."""
    return value.encode().lower() if isinstance(value, str) else value


def spelling(one: Any, other: Any) -> Any:
    """Return the spelling that a group is shown with, whichever comes first."""
    return min(one, other) if isinstance(one, str) and isinstance(other, str) else one


def blanks_last(row: Mapping[str, Any], keys: Sequence[str]) -> tuple[Any, ...]:
    """Return what rows are sorted by: their keys, numbers before words, blanks last."""
    return tuple(
        (row[key] is None, isinstance(row[key], str), fold(row[key]) if row[key] is not None else 0)
        for key in keys
    )
