"""Deals by stage: how many, how much, and what that is worth by their probability."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadctl.reports import dealing
from leadctl.reports.figures import Purse, Spread, merged, purses
from leadctl.reports.grouping import Groups, by_figures, in_order
from leadctl.reports.shape import Chart, Figure, Question, Report, Row
from leadctl.wording import count_of

if TYPE_CHECKING:
    from leadctl.store import Store

MONEY = ("amount", "weighted")


class _Deals:
    """The deals of one group."""

    def __init__(self) -> None:
        self.deals = self.without_amount = self.time_errors = 0
        self.ages = Spread()
        self.purse = Purse()
        self.unsure = 0

    def row(self) -> Row:
        return {
            "deals": self.deals,
            **{name: self.purse.amount(name) for name in MONEY},
            "currency": self.purse.currency,
            "median_age_days": self.ages.median,
            "without_amount": self.without_amount,
            "time_errors": self.time_errors,
            "by_currency": self.purse.by_currency(MONEY),
        }


def report(store: Store, question: Question) -> Report:
    """Return the deals that were created in the period, by stage.

    A deal's age are the days from its creation to its close, while it is open to today; of a deal
    that closed before it was created there is none (`time_errors`). `weighted` is the amount times
    the probability: the deal's own while it is open, else its stage's, nothing where neither is
    known. Amounts of several currencies stand in `by_currency` alone.
    """
    groups = _groups(store, question)
    stages = list(question.settings.stages)
    further = by_figures(question, "stage")
    keys = ("stage", *(figure.name for figure in further))
    rows = [{**dict(zip(keys, key, strict=False)), **of.row()} for key, of in groups.items()]
    spelt = {stage.encode().lower(): stage for stage in stages}
    for row in rows:
        row["stage"] = spelt.get(row["stage"].encode().lower(), row["stage"])
    whole = _all(groups)
    notes = []
    if whole.without_amount:
        notes.append(f"{count_of(whole.without_amount, 'deal')} without an amount")
    if whole.unsure:
        notes.append(f"{count_of(whole.unsure, 'deal')} without a probability, weighted as nothing")
    return Report(
        "deals",
        "Deals by stage",
        (
            Figure("stage", "stage", "word", keep=9),
            *further,
            Figure("deals", "deals", keep=9),
            Figure("amount", "amount", "money", keep=9),
            Figure("weighted", "weighted", "money", keep=7),
            Figure("currency", "currency", "word", more=True),
            Figure("median_age_days", "median age", "days", keep=6),
            Figure("without_amount", "no amount", more=True),
            Figure("time_errors", "time errors", more=True),
            Figure("by_currency", "by currency", "series", more=True),
        ),
        keys,
        in_order(rows, keys, {"stage": stages}),
        {**dict.fromkeys(keys), **whole.row()},
        notes,
        Chart("bars", "stage", "deals"),
        empty="no deal: leadctl convert ID, or leadctl import --as deals",
    )


def _groups(store: Store, question: Question) -> Groups[_Deals]:
    where, bound = dealing.of_leads(question.filter)
    stages = dealing.Stages(question.settings.stages)
    by = dealing.field(question.by, store.fields, "stage")
    found = store.query_leads(
        f"""SELECT min(deal.stage COLLATE BINARY) AS stage, min(deal.part COLLATE BINARY) AS part,
            currency, age, count(*) AS deals, count(amount) AS with_amount,
            count(percent) AS with_percent, coalesce(sum(amount), 0) AS total,
            coalesce(sum((amount * coalesce(percent, 0) + 50) / 100), 0) AS weighted
        FROM (SELECT d.stage, {by} AS part, upper(d.currency) AS currency, {stages.percent} AS percent,
                CASE WHEN {stages.open} THEN (SELECT day FROM temp.clock) - d.created_day
                    ELSE day_of(d.closed_at) - d.created_day END AS age, d.amount
            FROM deals AS d WHERE ({where}) AND (:first IS NULL OR d.created_day >= :first)
            AND (:last IS NULL OR d.created_day <= :last)) AS deal
        GROUP BY deal.stage, deal.part, currency, age""",
        {**bound, **stages.bound, "first": question.period.first, "last": question.period.last},
    )
    groups = Groups(_Deals)
    for row in found:
        of, deals = groups[row["stage"], row["part"]], row["deals"]
        of.deals += deals
        of.without_amount += deals - row["with_amount"]
        of.unsure += deals - row["with_percent"]
        if row["age"] is not None and row["age"] < 0:
            of.time_errors += deals
        elif row["age"] is not None:
            of.ages.add(row["age"], deals)
        if row["with_amount"]:
            of.purse.add(row["currency"], "amount", row["total"])
            of.purse.add(row["currency"], "weighted", row["weighted"])
    return groups


def _all(groups: Groups[_Deals]) -> _Deals:
    whole = _Deals()
    for of in groups.values():
        whole.deals += of.deals
        whole.without_amount += of.without_amount
        whole.time_errors += of.time_errors
        whole.unsure += of.unsure
    whole.ages = merged(of.ages for of in groups.values())
    whole.purse = purses(of.purse for of in groups.values())
    return whole
