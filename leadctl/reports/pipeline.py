"""Leads by status; deals by stage stand below, and are never added to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from leadctl import past
from leadctl.reports import deals
from leadctl.reports.figures import Spread, half_up, merged
from leadctl.reports.grouping import (
    NONE,
    OWNER,
    Groups,
    by_figures,
    counted,
    first_by,
    in_index,
    in_order,
    lead_field,
    names_of,
)
from leadctl.reports.shape import Chart, Figure, Question, Report, Row
from leadctl.stored import among

if TYPE_CHECKING:
    from leadctl.lead_view import RecordFilter
    from leadctl.store import Store


class _Leads:
    """The leads of one group: their ages, and what is added up of them."""

    def __init__(self) -> None:
        self.ages = Spread()
        self.unowned = self.scored = self.points = 0

    def row(self) -> Row:
        leads, scored = len(self.ages), self.scored
        return {
            "leads": leads,
            "mean_score": half_up(self.points, scored) if scored else None,
            "median_age_days": self.ages.median,
            "unowned": self.unowned,
        }


def report(store: Store, question: Question) -> Report:
    """Return `status`, `leads`, `mean_score`, `median_age_days` and `unowned` of every status.

    The statuses of the list stand first, in their order, and also without leads unless a further
    field is grouped by. Means are whole numbers; a mean and a median of nothing are None.
    """
    groups = _groups(store, question)
    statuses = [status.name for status in question.settings.statuses]
    further = by_figures(question, "status")
    keys = ("status", *(figure.name for figure in further))
    if not further:
        asked = question.filter.words.get("status")
        for status in statuses:
            if asked is None or not (asked.match or asked.leave_out):
                _ = groups[status, None]
    rows = [{**dict(zip(keys, key, strict=False)), **of.row()} for key, of in groups.items()]
    listed = {status.encode().lower(): status for status in statuses}
    for row in rows:
        row["status"] = listed.get(row["status"].encode().lower(), row["status"])
    return Report(
        "pipeline",
        "Leads by status",
        (
            Figure("status", "status", "word", keep=9),
            *further,
            Figure("leads", "leads", keep=9),
            Figure("mean_score", "mean score", "number", keep=7),
            Figure("median_age_days", "median age", "days", keep=6),
            Figure("unowned", "no owner"),
        ),
        keys,
        in_order(rows, keys, {"status": statuses}),
        {**dict.fromkeys(keys), **_all(groups).row()},
        chart=Chart("bars", "status", "leads"),
        parts=[] if question.alone else [deals.report(store, question._replace(by=None))],
        empty="no such lead",
    )


def _groups(store: Store, question: Question) -> Groups[_Leads]:
    wanted = question.leads
    where, bound = wanted.sql()
    by = lead_field(question.by, store.fields, "status")
    ages = _by_age(store, wanted, where, bound, by)
    groups = Groups(_Leads, names_of(question.by, store))
    for row in ages:
        of = groups[row["status"], row["part"]]
        of.ages.add(row["age"], row["leads"])
        of.unowned += row["unowned"]
    if where == "1" and by == NONE and not past.is_made(store):
        for (status,), leads in store.tally(["status"], "unowned", {}).items():
            groups[status, None].unowned += leads
    if store.value("SELECT EXISTS (SELECT 1 FROM scores)"):
        _add_scores(store, question, by, groups)
    return groups


def _by_age(
    store: Store, wanted: RecordFilter, where: str, bound: Mapping[str, Any], by: str
) -> Iterator[Row]:
    """Return how many leads of each age there are in a status, and how many of them are `unowned`.

    Of all leads none is: these are found without a look at those that somebody owns.
    """
    age = "(SELECT day FROM temp.clock) - created_day"
    source = f"lead WHERE {where}"
    if by == NONE and in_index(store, wanted):
        unowned = "0" if where == "1" else "count(*) - count(owner_id)"
        yield from store.query_leads(
            f"""SELECT min(status COLLATE BINARY) AS status, NULL AS part, {age} AS age,
                sum(leads) AS leads, sum(unowned) AS unowned
            FROM (SELECT status, created_day, count(*) AS leads, {unowned} AS unowned
                FROM {source} GROUP BY {first_by(store, by, "created_day")}) AS counted
            GROUP BY counted.status, created_day""",
            bound,
        )
        return
    columns = {"status": "status", "age": age}
    if by != OWNER:
        columns["is_unowned"] = "owner_id IS NULL"
    order = first_by(store, NONE, "created_day")
    for row in counted(store, wanted, columns, source, bound, ("status",), order, by):
        is_unowned = row["part"] is None if by == OWNER else row["is_unowned"]
        yield {**row, "unowned": row["leads"] * is_unowned}


def _add_scores(store: Store, question: Question, by: str, groups: Groups[_Leads]) -> None:
    """Add up the scores of the leads; of all, the status with most of them has what others leave."""
    where, bound = question.leads.sql()
    rest = None
    if where == "1" and by == NONE:
        *others, (_, rest) = sorted(groups.items(), key=lambda each: len(each[1].ages))
        words, bound = among("status", (status for (status, _), _ in others))
        where = f"status IN ({words})"
        (every,) = store.query("SELECT count(total) AS scored, sum(total) AS points FROM scores")
        rest.scored, rest.points = every["scored"], every["points"] or 0
    # Scores stand in the order of the leads, as the leads of one status do.
    source = f"""lead JOIN (SELECT lead_id, total FROM scores) AS s ON s.lead_id = lead.id
        WHERE {where}"""
    if by == NONE:
        found = store.query_leads(
            f"""SELECT status, NULL AS part, count(total) AS scored, sum(total) AS points
            FROM {source} GROUP BY status""",
            bound,
        )
    else:
        totals = counted(
            store, question.leads, {"status": "status", "total": "total"}, source, bound, part=by
        )
        found = [
            {**row, "scored": row["leads"], "points": row["leads"] * row["total"]}
            for row in totals
            if row["total"] is not None
        ]
    for row in found:
        of, points = groups[row["status"], row["part"]], row["points"] or 0
        of.scored += row["scored"]
        of.points += points
        if rest:
            rest.scored -= row["scored"]
            rest.points -= points


def _all(groups: Groups[_Leads]) -> _Leads:
    whole = _Leads()
    whole.ages = merged(of.ages for of in groups.values())
    for of in groups.values():
        whole.unowned += of.unowned
        whole.scored += of.scored
        whole.points += of.points
    return whole
