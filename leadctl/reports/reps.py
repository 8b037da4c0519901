"""What reps have, were dealt and made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadctl.reports import fairness, packing, touches
from leadctl.reports.figures import Spread, merged, rates
from leadctl.reports.grouping import Groups, by_figures, in_order, lead_field, rep_names
from leadctl.reports.shape import Chart, Figure, Question, Report, Row
from leadctl.stored import among

if TYPE_CHECKING:
    from leadctl.store import Store

COUNTS = ("leads", "open", "untouched", "dealt", "taken_back", "converted", "time_errors")


class _Rep:
    """The leads of one owner."""

    def __init__(self) -> None:
        self.counts = dict.fromkeys(COUNTS, 0)
        self.response = Spread()

    def row(self) -> Row:
        counts = self.counts
        return {
            **{name: counts[name] for name in COUNTS[:-1]},
            **rates("conversion_rate", counts["converted"], counts["leads"]),
            "responded": len(self.response),
            "median_response_days": self.response.median,
            "time_errors": counts["time_errors"],
        }


def report(store: Store, question: Question) -> Report:
    """Return the leads of the period by owner: those to work, converted, and how soon touched.

    `dealt` are the times that assign gave a lead to the rep in the period, `taken_back` those of them
    whose lead belongs to somebody else, or to nobody, by now. The response is the first touch, in
    days from the creation of the lead; `untouched` are those to work that had none.
    """
    groups: Groups[_Rep] = Groups(_Rep)
    _add_leads(store, question, groups)
    _add_dealt(store, question, groups)
    further = by_figures(question, "rep", "owner")
    keys = ("rep", *(figure.name for figure in further))
    rows = [{**dict(zip(keys, key, strict=False)), **of.row()} for key, of in groups.items()]
    whole = _Rep()
    for of in groups.values():
        for name, number in of.counts.items():
            whole.counts[name] += number
    whole.response = merged(of.response for of in groups.values())
    return Report(
        "reps",
        "Reps",
        (
            Figure("rep", "rep", "word", keep=9),
            *further,
            Figure("leads", "leads", keep=9),
            Figure("open", "to work", keep=8),
            Figure("untouched", "untouched", keep=4),
            Figure("dealt", "dealt", keep=5),
            Figure("taken_back", "taken back", keep=3),
            Figure("converted", "converted", keep=6),
            Figure("conversion_rate", "rate", "rate", keep=7, of=("converted", "leads")),
            Figure("conversion_rate_low", "rate from", "rate", more=True),
            Figure("conversion_rate_high", "rate to", "rate", more=True),
            Figure("responded", "touched by us", more=True),
            Figure("median_response_days", "first touch", "days", keep=5),
            Figure("time_errors", "time errors", more=True),
        ),
        keys,
        in_order(rows, keys, {"rep": [rep["name"] for rep in store.reps(everyone=True)]}),
        {**dict.fromkeys(keys), **whole.row()},
        chart=Chart("bars", "rep", "open"),
        parts=[fairness.report(store, question)] if not question.alone and _dealt(store) else [],
        empty="no such lead",
    )


def _dealt(store: Store) -> bool:
    """Whether a pool has dealt any leads at all."""
    dealt = """SELECT EXISTS (SELECT 1 FROM reasons AS w
        CROSS JOIN assignments AS a ON a.reason_id = w.id WHERE w.pool_id IS NOT NULL) AS dealt"""
    return any(row["dealt"] for row in store.query_leads(dealt))


def _further(store: Store, question: Question) -> str:
    return lead_field(question.by, store.fields, "rep", "owner")


def _add_leads(store: Store, question: Question, groups: Groups[_Rep]) -> None:
    where, bound = question.leads.sql()
    marks, closed = among("closed", question.settings.closed)
    numbers = (
        packing.record("owner_id"),
        packing.flag(f"status NOT IN ({marks})"),
        packing.flag("converted_at IS NOT NULL"),
        packing.day(f"({touches.FIRST}) - created_day"),
    )
    source, by = f"lead WHERE {where} ORDER BY id", _further(store, question)
    found = packing.tallied(store, numbers, by, source, {**bound, **closed})
    names = rep_names(store)
    for owner, to_work, is_converted, days, part, leads in found:
        of = groups[names.get(owner), part]
        of.counts["leads"] += leads
        of.counts["open"] += leads * to_work
        of.counts["untouched"] += leads * (to_work and days is None)
        of.counts["converted"] += leads * is_converted
        if days is not None and days < 0:
            of.counts["time_errors"] += leads
        elif days is not None:
            of.response.add(days, leads)


def _add_dealt(store: Store, question: Question, groups: Groups[_Rep]) -> None:
    where, bound = question.filter.sql()
    found = store.query_leads(
        f"""SELECT (SELECT name FROM reps WHERE reps.id = a.rep_id) AS rep,
            min(l.part COLLATE BINARY) AS part, count(*) AS dealt,
            coalesce(sum(l.owner_id IS NOT a.rep_id), 0) AS taken_back
        FROM (SELECT id, owner_id, {_further(store, question)} AS part FROM lead WHERE {where}) AS l
        JOIN assignments AS a ON a.lead_id = l.id AND {fairness.WITHIN}
        GROUP BY a.rep_id, l.part""",
        {**bound, "first": question.period.first, "last": question.period.last},
    )
    for row in found:
        of = groups[row["rep"], row["part"]]
        of.counts["dealt"] += row["dealt"]
        of.counts["taken_back"] += row["taken_back"]
