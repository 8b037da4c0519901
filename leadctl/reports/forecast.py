"""What open deals may bring, by the month in which they are to close."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadctl.reports import dealing
from leadctl.reports.figures import Purse, purses
from leadctl.reports.grouping import Groups, by_figures, in_order
from leadctl.reports.period import step_of
from leadctl.reports.shape import Chart, Figure, Question, Report, Row
from leadctl.wording import count_of

if TYPE_CHECKING:
    from leadctl.store import Store

MONEY = ("amount", "weighted", "won", "worst", "expected", "best")


class _Month:
    """The open deals that are to close in one step of time, and what was won in it already."""

    def __init__(self) -> None:
        self.deals = self.late = self.without_amount = self.unsure = 0
        self.purse = Purse()

    def row(self) -> Row:
        return {
            "deals": self.deals,
            "late": self.late,
            **{name: self.purse.amount(name) for name in MONEY},
            "currency": self.purse.currency,
            "without_amount": self.without_amount,
            "by_currency": self.purse.by_currency(MONEY),
        }


def report(store: Store, question: Question) -> Report:
    """Return the open deals by the month (or other step) of the day on which they are to close.

    The period is of that day. `worst` is what is won already in the steps shown, `expected` also
    the amounts of open deals times their probability, `best` all of them; deals without a day are a
    row. `late` are deals that should have closed before today.
    """
    months = _months(store, question)
    further = by_figures(question)
    step = question.each
    keys = (step, *(figure.name for figure in further))
    rows = [{**dict(zip(keys, key, strict=False)), **of.row()} for key, of in months.items()]
    whole = _Month()
    for of in months.values():
        for name in ("deals", "late", "without_amount", "unsure"):
            setattr(whole, name, getattr(whole, name) + getattr(of, name))
    whole.purse = purses(of.purse for of in months.values())
    notes = []
    if whole.late:
        notes.append(f"{count_of(whole.late, 'deal')} should have closed before today")
    if whole.unsure:
        notes.append(f"{count_of(whole.unsure, 'deal')} without a probability, weighted as nothing")
    return Report(
        "forecast",
        f"Open deals by {step} of their close",
        (
            Figure(step, "closes", "period", keep=9),
            *further,
            Figure("deals", "open deals", keep=9),
            Figure("late", "late", keep=3),
            Figure("amount", "amount", "money", keep=4),
            Figure("weighted", "weighted", "money", keep=5),
            Figure("won", "won", "money", keep=3),
            Figure("worst", "worst", "money", keep=7),
            Figure("expected", "expected", "money", keep=8),
            Figure("best", "best", "money", keep=7),
            Figure("currency", "currency", "word", more=True),
            Figure("without_amount", "no amount", more=True),
            Figure("by_currency", "by currency", "series", more=True),
        ),
        keys,
        in_order(rows, keys, {}),
        {**dict.fromkeys(keys), **whole.row()},
        notes,
        Chart("bars", step, "deals"),
        empty="no open deal: leadctl convert ID --deal NAME",
    )


def _months(store: Store, question: Question) -> Groups[_Month]:
    where, bound = dealing.of_leads(question.filter)
    stages = dealing.Stages(question.settings.stages)
    found = store.query_leads(
        f"""SELECT min(deal.part COLLATE BINARY) AS part, day, is_open, currency, count(*) AS deals,
            count(amount) AS with_amount, count(percent) AS with_percent,
            coalesce(sum(amount), 0) AS amount,
            coalesce(sum((amount * coalesce(percent, 0) + 50) / 100), 0) AS weighted
        FROM (SELECT {dealing.field(question.by, store.fields)} AS part, day_of(d.closed_at) AS day,
                {stages.open} AS is_open, upper(d.currency) AS currency, {stages.percent} AS percent,
                d.amount
            FROM deals AS d WHERE ({where}) AND ({stages.open} OR {stages.won})) AS deal
        WHERE (:first IS NULL OR day >= :first) AND (:last IS NULL OR day <= :last)
        GROUP BY deal.part, day, is_open, currency""",
        {**bound, **stages.bound, "first": question.period.first, "last": question.period.last},
    )
    months = Groups(_Month)
    # What was won before counts beside open deals of the same time alone: the past is no forecast.
    present = step_of(question.each, question.today)
    for row in sorted(found, key=lambda row: not row["is_open"]):
        day = row["day"]
        step = None if day is None else step_of(question.each, day)
        key = (step, row["part"])
        if row["is_open"]:
            _add_open(months[key], row, question.today)
        elif row["with_amount"] and step is not None and (key in months or step >= present):
            purse = months[key].purse
            for purpose in ("won", "worst", "expected", "best"):
                purse.add(row["currency"], purpose, row["amount"])
    return months


def _add_open(of: _Month, row: Row, today: int) -> None:
    deals = row["deals"]
    of.deals += deals
    of.without_amount += deals - row["with_amount"]
    of.unsure += deals - row["with_percent"]
    if row["day"] is not None and row["day"] < today:
        of.late += deals
    if not row["with_amount"]:
        return
    for purpose in ("amount", "best"):
        of.purse.add(row["currency"], purpose, row["amount"])
    for purpose in ("weighted", "expected"):
        of.purse.add(row["currency"], purpose, row["weighted"])
