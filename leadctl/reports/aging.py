"""Leads to work that wait: never touched, or not for a long time, by their owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadctl.reports.figures import Spread, merged, rates
from leadctl.reports.grouping import Groups, by_figures, in_order, lead_field
from leadctl.reports.shape import Chart, Figure, Question, Report, Row
from leadctl.wording import count_of

if TYPE_CHECKING:
    from leadctl.store import Store


class _Waiting:
    """The leads to work of one owner, by how long each has been waiting."""

    def __init__(self) -> None:
        self.untouched, self.touched = Spread(), Spread()

    def row(self, target: int, stale: int) -> Row:
        untouched, leads = len(self.untouched), len(self.untouched) + len(self.touched)
        overdue = sum(n for days, n in self.untouched.counts.items() if days > target)
        return {
            "leads": leads,
            "untouched": untouched,
            "overdue": overdue,
            **rates("overdue_rate", overdue, leads),
            "stale": sum(n for days, n in self.touched.counts.items() if days > stale),
            "median_days_waiting": merged((self.untouched, self.touched)).median,
            "longest_days_waiting": max(
                (*self.untouched.counts, *self.touched.counts), default=None
            ),
        }


def report(store: Store, question: Question) -> Report:
    """Return the leads to work (open, working, qualified) by owner, and how long they have waited.

    A lead waits since its newest activity, untouched since it was created. `overdue` are untouched
    ones beyond `first_touch_days` of `[targets]`, `stale` touched ones beyond `stale_days`.
    """
    groups = _groups(store, question)
    targets = question.settings.targets
    further = by_figures(question.by, "owner")
    keys = ("owner", *(figure.name for figure in further))
    rows = [
        {**dict(zip(keys, key, strict=False)), **of.row(*targets)} for key, of in groups.items()
    ]
    whole = _Waiting()
    whole.untouched = merged(of.untouched for of in groups.values())
    whole.touched = merged(of.touched for of in groups.values())
    return Report(
        "aging",
        "Leads to work that wait",
        (
            Figure("owner", "owner", "word", keep=9),
            *further,
            Figure("leads", "leads", keep=9),
            Figure("untouched", "untouched", keep=7),
            Figure("overdue", "overdue", keep=8),
            Figure("overdue_rate", "part", "rate", keep=4, of=("overdue", "leads")),
            Figure("overdue_rate_low", "part from", "rate", more=True),
            Figure("overdue_rate_high", "part to", "rate", more=True),
            Figure("stale", "stale", keep=7),
            Figure("median_days_waiting", "median wait", "days", keep=5),
            Figure("longest_days_waiting", "longest", "days", keep=4),
        ),
        keys,
        in_order(rows, keys, {}),
        {**dict.fromkeys(keys), **whole.row(*targets)},
        [
            f"overdue: untouched for more than {count_of(targets.first_touch_days, 'day')},"
            f" stale: nothing for more than {count_of(targets.stale_days, 'day')}"
            " ([targets] in leadctl.toml)"
        ],
        Chart("bars", "owner", "overdue"),
        empty="no lead to work",
    )


def _groups(store: Store, question: Question) -> Groups[_Waiting]:
    wanted = question.to_work
    where, bound = wanted.sql()
    by = "NULL" if question.by == "owner" else lead_field(question.by, store.fields)
    found = store.query_leads(
        wanted,
        f"""SELECT (SELECT name FROM reps WHERE reps.id = waiting.owner_id) AS owner,
            min(part COLLATE BINARY) AS part, is_touched, days, count(*) AS leads
        FROM (SELECT lead.owner_id, {by} AS part, a.newest IS NOT NULL AS is_touched,
                (SELECT day FROM temp.clock) - coalesce(a.newest, created_day) AS days
            FROM lead LEFT JOIN (SELECT lead_id, max(day) AS newest FROM activities
                WHERE lead_id IS NOT NULL AND day <= (SELECT day FROM temp.clock)
                GROUP BY lead_id) AS a ON a.lead_id = lead.id
            WHERE {where}) AS waiting
        GROUP BY waiting.owner_id, waiting.part, is_touched, days""",
        bound,
    )
    groups = Groups(_Waiting)
    for row in found:
        of = groups[row["owner"], row["part"]]
        (of.touched if row["is_touched"] else of.untouched).add(row["days"], row["leads"])
    return groups
