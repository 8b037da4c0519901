"""Scores by grade and band, and how many of each were converted: does the score work?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadctl import past
from leadctl.reports.figures import rates
from leadctl.reports.grouping import NONE, Groups, by_figures, grouped, lead_field, names_of, spelt
from leadctl.reports.shape import Chart, Figure, Question, Report, Row, blanks_last

if TYPE_CHECKING:
    from leadctl.store import Store

BAND = 10
GRADES = ("A", "B", "C", "D")


class _Scored:
    """The leads of one band of scores."""

    def __init__(self) -> None:
        self.leads = self.converted = 0
        self.lowest: int | None = None

    def row(self) -> Row:
        return {
            "leads": self.leads,
            "converted": self.converted,
            **rates("conversion_rate", self.converted, self.leads),
        }


def report(store: Store, question: Question) -> Report:
    """Return the leads by grade and band of ten points, best first; without a score last.

    The scores are those of the last run, and may count what came after a conversion; how well
    rules would have told beforehand is said by `rules backtest`.
    """
    groups, separation = _groups(store, question)
    further = by_figures(question, "grade", "band")
    keys = ("grade", "band", *(figure.name for figure in further))
    # A grade may begin within a band.
    places = sorted(
        groups.items(),
        key=lambda each: (each[1].lowest is None, -(each[1].lowest or 0), each[0][0] or ""),
    )
    rows = [{**dict(zip(keys, key, strict=False)), **of.row()} for key, of in places]
    whole = _Scored()
    for of in groups.values():
        whole.leads += of.leads
        whole.converted += of.converted
    notes = []
    unscored = sum(of.converted for of in groups.values() if of.lowest is None)
    if unscored:
        notes.append(
            f"{unscored:,} of {whole.converted:,} converted never had a score: leadctl rules backtest"
            " scores them as they were before"
        )
    if separation is not None:
        notes.append(
            f"of a converted and another lead the converted one has the better score in"
            f" {separation:.0%} of pairs (50% is chance), by the scores of now"
        )
    return Report(
        "scores",
        "Leads by grade and score",
        (
            Figure("grade", "grade", "word", keep=9),
            Figure("band", "score", "word", keep=9),
            *further,
            Figure("leads", "leads", keep=9),
            Figure("converted", "converted", keep=7),
            Figure("conversion_rate", "rate", "rate", keep=8, of=("converted", "leads")),
            Figure("conversion_rate_low", "rate from", "rate", keep=4),
            Figure("conversion_rate_high", "rate to", "rate", keep=4),
        ),
        keys,
        sorted(rows, key=lambda row: blanks_last(row, keys[2:])),
        {**dict.fromkeys(keys), **whole.row()},
        notes,
        Chart("bars", "band", "leads"),
        empty="no such lead",
    )


def _groups(store: Store, question: Question) -> tuple[Groups[_Scored], float | None]:
    found = _counted(store, question)
    groups = Groups(_Scored, names_of(question.by, store))
    for row in found:
        total = row["total"]
        lowest = None if total is None else total // BAND * BAND
        band = None if lowest is None else f"{lowest} to {lowest + BAND - 1}"
        of = groups[row["grade"], band, row["part"]]
        of.leads += row["leads"]
        of.converted += row["leads"] * row["is_converted"]
        of.lowest = lowest
    return groups, _separation(found)


def _counted(store: Store, question: Question) -> list[Row]:
    """Return the leads by grade, total and further field, and how many of them were converted."""
    where, bound = question.leads.sql()
    by = lead_field(question.by, store.fields, "grade", "band")
    if where != "1" or by != NONE:
        return store.query_leads(
            f"""SELECT s.grade, s.total, {spelt(by)} AS part,
                converted_at IS NOT NULL AS is_converted, count(*) AS leads
            FROM lead LEFT JOIN (SELECT lead_id, total, grade FROM scores) AS s
                ON s.lead_id = lead.id
            WHERE {where} GROUP BY {grouped("s.grade, s.total", by, "4")}""",
            bound,
        )
    return _of_all(store)


def _of_all(store: Store) -> list[Row]:
    """Count every lead by its row of scores, in the order of their index; in the past none has one."""
    converted = {
        (row["grade"], row["total"]): row["leads"]
        for row in store.query(
            """SELECT grade, total, count(*) AS leads FROM scores
            WHERE lead_id IN (SELECT id FROM leads WHERE converted_at IS NOT NULL)
            GROUP BY grade, total"""
        )
    }
    graded = ", ".join(f"sum(grade IS '{grade}') AS {grade}" for grade in GRADES)
    rows = []
    for row in store.query(f"SELECT total, {graded}, count(*) AS leads FROM scores GROUP BY total"):
        counts: dict[str | None, int] = {grade: row[grade] or 0 for grade in GRADES}
        counts[None] = row["leads"] - sum(counts.values())
        for grade, leads in counts.items():
            became = converted.get((grade, row["total"]), 0)
            for is_converted, number in ((0, leads - became), (1, became)):
                key = {"grade": grade, "total": row["total"], "part": None}
                if number:
                    rows.append({**key, "is_converted": is_converted, "leads": number})
    scored = sum(row["leads"] for row in rows)
    if past.is_made(store) or scored < store.value("SELECT count(*) FROM leads"):
        rows += store.query_leads(
            """SELECT NULL AS grade, NULL AS total, NULL AS part,
                converted_at IS NOT NULL AS is_converted, count(*) AS leads FROM leads
            WHERE id NOT IN (SELECT lead_id FROM scores) GROUP BY 4""",
        )
    return rows


def _separation(found: list[Row]) -> float | None:
    """Return how often a converted lead has the better score than another, a tie being half.

    The area under the receiver operating characteristic (Hanley and McNeil, Radiology 143, 1982).
    """
    scored: dict[int, list[int]] = {}
    for row in found:
        if row["total"] is not None:
            scored.setdefault(row["total"], [0, 0])[row["is_converted"]] += row["leads"]
    others = converted = better = 0
    for _, (without, became) in sorted(scored.items()):
        better += became * (2 * others + without)
        others += without
        converted += became
    return better / (2 * others * converted) if others and converted else None
