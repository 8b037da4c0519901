"""Where leads come from, by source or by campaign: what became of them, what they brought and cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from leadctl import past
from leadctl.lead_view import Words
from leadctl.reports import dealing, moves
from leadctl.reports.costs import Cost
from leadctl.reports.figures import Purse, Spread, merged, purses, rates
from leadctl.reports.grouping import (
    NONE,
    Groups,
    by_figures,
    counted,
    first_by,
    gathered,
    grouped,
    held,
    in_order,
    lead_field,
    names_of,
)
from leadctl.reports.shape import Chart, Figure, Question, Report, Row, fold
from leadctl.stored import whole_units
from leadctl.wording import count_of

if TYPE_CHECKING:
    from leadctl.store import Store

MONEY = ("revenue", "cost")


_EVERY = "SELECT count(*) FROM deals"
_COUNTS = ("leads", "qualified", "converted", "time_errors", "deals", "won", "only_called")


class _Part:
    """The leads of one source or campaign, their deals, and its cost."""

    def __init__(self) -> None:
        self.leads = self.qualified = self.converted = self.time_errors = 0
        self.deals = self.won = self.only_called = 0
        self.days = Spread()
        self.purse = Purse()

    def add(self, other: _Part) -> None:
        for name in _COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.days = merged((self.days, other.days))
        self.purse = purses((self.purse, other.purse))

    def row(self, *, with_cost: bool) -> Row:
        revenue = self.purse.amount("revenue")
        cost = self.purse.amount("cost") if with_cost else None
        known = [each for each in self.purse.held.values() if "cost" in each] if with_cost else []
        if not known:
            cost = None
        return {
            "leads": self.leads,
            "qualified": self.qualified,
            "converted": self.converted,
            **rates("conversion_rate", self.converted, self.leads),
            "mean_days_to_convert": self.days.mean,
            "median_days_to_convert": self.days.median,
            "deals": self.deals,
            "won": self.won,
            "revenue": revenue,
            "cost": cost,
            "currency": self.purse.currency,
            "cost_per_lead": _each(cost, self.leads),
            "cost_per_conversion": _each(cost, self.converted),
            "return": round((revenue - cost) / cost, 4) if cost and revenue is not None else None,
            "time_errors": self.time_errors,
            "by_currency": self.purse.by_currency(MONEY),
        }


def _each(cost: float | None, number: int) -> float | None:
    """Return what one of a number cost, to the hundredth."""
    return whole_units(round(cost * 100 / number)) if cost is not None and number else None


def report(
    store: Store, question: Question, field: str, title: str, costs: Sequence[Cost]
) -> Report:
    """Return the leads of the period by a field, blanks as a row of their own.

    `converted` counts leads, whenever they were converted; days run from creation to conversion as
    calendar days, and a conversion before the creation counts as one but has no days
    (`time_errors`). Deals belong to the lead they came from, and `revenue` is what was won.
    A cost cannot be split by anything but time, so that there is none where more is asked.
    """
    groups = _leads(store, question, field)
    _add_deals(store, question, field, groups)
    with_cost = question.by in (None, field) and not _filtered_otherwise(question, field)
    notes = []
    if with_cost:
        meant = [cost for cost in costs if _is_meant(question.filter.words.get(field), cost.name)]
        for cost in meant:
            groups[cost.name, None].purse.add(cost.currency, "cost", cost.amount)
        if any(cost.part for cost in meant):
            notes.append("costs of a time that is partly in the period count by its days")
    elif costs:
        notes.append("without costs: they belong to all leads of a " + field)
    further = by_figures(question, field)
    keys = (field, *(figure.name for figure in further))
    rows = [
        {**dict(zip(keys, key, strict=False)), **of.row(with_cost=with_cost)}
        for key, of in groups.items()
    ]
    whole = _Part()
    for of in groups.values():
        whole.add(of)
    if whole.time_errors:
        notes.append(f"{count_of(whole.time_errors, 'lead')} converted before being created")
    if whole.only_called:
        notes.append(
            f"{count_of(whole.only_called, 'lead')} by the status alone converted, and no contact:"
            " leadctl convert ID --anyway makes one"
        )
    return Report(
        field + "s",
        title,
        _columns(field, further),
        keys,
        in_order(rows, keys, {"source": question.settings.sources}),
        {**dict.fromkeys(keys), **whole.row(with_cost=with_cost)},
        notes,
        Chart("bars", field, "leads"),
        empty="no such lead",
    )


def _columns(field: str, further: Sequence[Figure]) -> tuple[Figure, ...]:
    return (
        Figure(field, field, "word", keep=9),
        *further,
        Figure("leads", "leads", keep=9),
        Figure("qualified", "qualified", keep=4),
        Figure("converted", "converted", keep=7),
        Figure("conversion_rate", "rate", "rate", keep=8, of=("converted", "leads")),
        Figure("conversion_rate_low", "rate from", "rate", more=True),
        Figure("conversion_rate_high", "rate to", "rate", more=True),
        Figure("mean_days_to_convert", "mean days", "days", more=True),
        Figure("median_days_to_convert", "days to convert", "days", keep=4),
        Figure("deals", "deals", keep=3),
        Figure("won", "won", keep=3),
        Figure("revenue", "revenue", "money", keep=6),
        Figure("cost", "cost", "money", keep=5),
        Figure("currency", "currency", "word", more=True),
        Figure("cost_per_lead", "per lead", "money", keep=2),
        Figure("cost_per_conversion", "per conversion", "money", keep=2),
        Figure("return", "return", "rate", keep=2),
        Figure("time_errors", "time errors", more=True),
        Figure("by_currency", "by currency", "series", more=True),
    )


def _leads(store: Store, question: Question, field: str) -> Groups[_Part]:
    where, bound = question.leads.sql()
    statuses = question.settings.of_role("qualified", "converted")
    by = _further(store, question, field)
    order = first_by(store, by, "status", field, "status")
    counts = counted(
        store,
        question.leads,
        {"name": field, "status": "status"},
        f"lead WHERE {where}",
        bound,
        words=("name",),
        order=first_by(store, NONE, "status"),
        part=by,
    )
    left = store.query_leads(
        f"""SELECT {field} AS name, {by} AS part, count(*) AS leads
        FROM lead WHERE {moves.left(statuses)} AND ({where}) GROUP BY {grouped(field, by)}""",
        {**bound, **moves.bound(statuses)},
    )
    converted = store.query_leads(
        f"""SELECT {field} AS name, {by} AS part, status,
            {gathered(f"{moves.conversion_day(store)} - created_day")} AS days
        FROM lead WHERE converted AND ({where}) GROUP BY {order}""",
        bound,
    )
    groups = Groups(_Part, names_of(question.by, store))
    qualified = set(map(fold, statuses))
    called = set(map(fold, question.settings.of_role("converted")))
    for row in counts:
        of, status, leads = groups[row["name"], row["part"]], fold(row["status"]), row["leads"]
        of.leads += leads
        of.qualified += leads * (status in qualified)
        of.only_called += leads * (status in called)
    for row in left:
        groups[row["name"], row["part"]].qualified += row["leads"]
    for row in converted:
        of, status, days = groups[row["name"], row["part"]], fold(row["status"]), held(row["days"])
        leads = len(days)
        of.converted += leads
        of.qualified += leads * (status not in qualified)
        of.only_called -= leads * (status in called)
        known = Counter(day for day in days if day >= 0)
        of.time_errors += leads - known.total()
        of.days.counts.update(known)
    return groups


def _add_deals(store: Store, question: Question, field: str, groups: Groups[_Part]) -> None:
    where, bound = question.leads.sql()
    stages = dealing.Stages(question.settings.stages)
    by = _further(store, question, field)
    # In the order of an index nothing is sorted; the past has none.
    first = (field,) if past.is_made(store) else ("source", "campaign")
    columns = f"{', '.join(first)}, {field} AS own, {by} AS part"
    order = grouped(*(f"lead.{name}" for name in first), NONE if by == NONE else "lead.part")
    for deals in dealing.with_leads(store, columns, where):
        found = store.query_leads(
            f"""SELECT own, part, count(*) AS deals, sum({stages.won}) AS won,
                {gathered("json_array(upper(d.currency), d.amount)")}
                    FILTER (WHERE {stages.won} AND d.amount IS NOT NULL) AS amounts
            FROM {deals} GROUP BY {order}""",
            {**bound, **stages.bound},
        )
        for row in found:
            of = groups[row["own"], row["part"]]
            of.deals += row["deals"]
            of.won += row["won"]
            for currency, amount in held(row["amounts"]):
                of.purse.add(currency, "revenue", amount)
        # Where these are all deals there are, nobody has to look for others.
        if where == "1" and sum(row["deals"] for row in found) == store.value(_EVERY):
            break


def _further(store: Store, question: Question, field: str) -> str:
    return lead_field(question.by, store.fields, field)


def _filtered_otherwise(question: Question, field: str) -> bool:
    words = {name: of for name, of in question.filter.words.items() if name != field}
    other = question.filter._replace(words=words, since_day=None, until_day=None)
    return other.sql()[0] != "1"


def _is_meant(words: Words | None, name: Any) -> bool:
    """Whether a filter on the field lets a name through."""
    if words is None:
        return True
    match, leave_out = ({fold(word) for word in of} for of in (words.match, words.leave_out))
    chosen = fold(name) in match or not (match or words.blank)
    return chosen and fold(name) not in leave_out
