"""How evenly each pool dealt: what each rep got beside the share of the leads they could have got."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from leadctl.reports.figures import rate
from leadctl.reports.grouping import Groups, by_figures, in_order, lead_field
from leadctl.reports.membership import Membership
from leadctl.reports.shape import Figure, Question, Report, Row

if TYPE_CHECKING:
    from leadctl.store import Store


WITHIN = """+a.reason_id IN (SELECT id FROM reasons
    WHERE (:first IS NULL OR day_of(at) >= :first) AND (:last IS NULL OR day_of(at) <= :last))"""
"""Whether an assignment was made in the period: asked in the order of leads, whose rows are wide."""


_OPERATION = """(SELECT operation FROM creations WHERE kind = 'reason' AND first_id <= w.id
    ORDER BY first_id DESC, operation LIMIT 1)"""


class _Share:
    """What a rep got of a pool, and what would have been even."""

    def __init__(self) -> None:
        self.dealt = 0
        self.even = 0.0
        self.scored = 0
        self.total = 0

    def row(self) -> Row:
        # In whatever order the parts were added up, a tie stays one.
        even = round(self.even, 9)
        return {
            "dealt": self.dealt,
            "even": round(even, 1) + 0.0,
            "difference": round(self.dealt - even, 1) + 0.0,
            "mean_score": rate(self.total, self.scored) and round(self.total / self.scored, 1),
        }


def report(store: Store, question: Question) -> Report:
    """Return, by pool and rep, how many leads were dealt in the period, undone ones left out.

    `even` is what the rep would have got if each lead had gone to those who were in the pool then and
    not passed over: by the weights of then, unless the pool dealt otherwise; `difference` what they
    got beyond that. `mean_score`
    is that of the leads dealt, as they are today: of leads of equal quality it is the same for all.
    """
    groups: Groups[_Share] = Groups(_Share)
    pools = {pool["id"]: pool["name"] for pool in store.pools()}
    membership = Membership(store)
    for row in _dealt(store, question):
        pool = pools[row["pool_id"]]
        over = {each["rep"] for each in json.loads(row["passed_over"] or "[]")}
        of = groups[pool, row["rep"], row["part"]]
        of.dealt += row["leads"]
        of.scored += row["scored"]
        of.total += row["total"] or 0
        members = membership.at(row["pool_id"], row["operation"])
        there = {rep: 1 if row["way"] else members[rep] for rep in members if rep not in over}
        there.setdefault(row["rep"], 1)
        whole = sum(there.values())
        for rep, weight in there.items():
            groups[pool, rep, row["part"]].even += row["leads"] * weight / whole
    further = by_figures(question, "rep", "owner", "pool")
    keys = ("pool", "rep", *(figure.name for figure in further))
    rows = [{**dict(zip(keys, key, strict=False)), **of.row()} for key, of in groups.items()]
    return Report(
        "fairness",
        "What pools dealt",
        (
            Figure("pool", "pool", "word", keep=9),
            Figure("rep", "rep", "word", keep=9),
            *further,
            Figure("dealt", "dealt", keep=9),
            Figure("even", "would be even", "number", keep=6),
            Figure("difference", "difference", "number", keep=8),
            Figure("mean_score", "mean score", "number", keep=7),
        ),
        keys,
        in_order(
            rows,
            # Beside each other stand those who shared a pool.
            ("rep", *(key for key in keys if key != "rep")),
            {
                "pool": list(pools.values()),
                "rep": [rep["name"] for rep in store.reps(everyone=True)],
            },
        ),
        notes=["even: each lead by weight, or in turn, among those who could take it"],
        empty="no pool dealt any of these leads",
    )


def _dealt(store: Store, question: Question) -> Iterator[dict[str, Any]]:
    where, bound = question.filter.sql()
    part = lead_field(question.by, store.fields, "rep", "owner", "pool")
    yield from store.query_leads(
        f"""SELECT w.pool_id, (SELECT name FROM reps WHERE reps.id = rep_id) AS rep,
            w.passed_over, w.way, part, leads, scored, total, {_OPERATION} AS operation
        FROM (SELECT a.reason_id, a.rep_id, min(a.id) AS one, min(l.part COLLATE BINARY) AS part,
                count(*) AS leads, count(s.total) AS scored, sum(s.total) AS total
            FROM (SELECT id, {part} AS part FROM lead WHERE {where}) AS l
            JOIN assignments AS a ON a.lead_id = l.id AND {WITHIN}
            LEFT JOIN scores AS s ON s.lead_id = l.id
            GROUP BY +a.reason_id, a.rep_id, l.part) AS dealt
        JOIN reasons AS w ON w.id = dealt.reason_id AND w.pool_id IS NOT NULL
        ORDER BY w.pool_id, one, rep_id""",
        {**bound, "first": question.period.first, "last": question.period.last},
    )
