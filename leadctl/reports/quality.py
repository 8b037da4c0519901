"""How well leads are described: blank and invalid fields, and leads that are there twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from leadctl.lead_view import dialled
from leadctl.reports.figures import rates
from leadctl.reports.grouping import NONE, Groups, by_figures, in_order, lead_field, names_of
from leadctl.reports.shape import Chart, Figure, Question, Report, Row

if TYPE_CHECKING:
    from leadctl.store import Store

NEVER_BLANK = ("status", "created_at")
INVALID = {
    "email": "email NOT LIKE '_%@_%._%' OR instr(email, ' ') > 0",
    "phone": f"NOT {dialled('phone')}",
    "mobile": f"NOT {dialled('mobile')}",
    "country": "length(country) <> 2",
    "currency": "length(currency) <> 3",
    "website": "instr(website, '.') = 0 OR instr(website, ' ') > 0",
    "employees": "employees < 0",
    "annual_revenue": "annual_revenue < 0",
    "amount": "amount < 0",
}
"""Field -> the condition of a value that cannot be what it says."""
DUPLICATES = {"email": ("email",), "phone": ("phone", "name"), "company": ("company", "name")}
"""Field -> the stored keys that two leads share in it: a phone or a company with the name."""
BITS = 60
"""How many conditions one whole number of SQLite holds the truth of, with room to spare."""


class _Filled:
    """One field of the leads of a group."""

    def __init__(self) -> None:
        self.leads = self.blank = self.invalid = 0
        self.duplicates: int | None = None


def report(store: Store, question: Question) -> Report:
    """Return for each field of the leads of the period how many are blank, invalid and there twice.

    `duplicates` are the leads that share a stored key with another of the leads meant: the email,
    the phone with the name, the company with the name; other fields have none. Likely duplicates
    that are spelt differently are found by `dedupe`.
    """
    groups: Groups[_Filled] = Groups(_Filled, names_of(question.by, store))
    _count_blanks(store, question, groups)
    for field in DUPLICATES:
        _count_duplicates(store, question, field, groups)
    further = by_figures(question, "field")
    keys = ("field", *(figure.name for figure in further))
    rows: list[Row] = [
        {
            **dict(zip(keys, key, strict=False)),
            "leads": of.leads,
            "blank": of.blank,
            **rates("blank_rate", of.blank, of.leads),
            "invalid": of.invalid,
            "duplicates": of.duplicates,
        }
        for key, of in groups.items()
    ]
    return Report(
        "quality",
        "Blank and invalid fields",
        (
            Figure("field", "field", "word", keep=9),
            *further,
            Figure("leads", "leads", more=True),
            Figure("blank", "blank", keep=9),
            Figure("blank_rate", "part", "rate", keep=7, of=("blank", "leads")),
            Figure("blank_rate_low", "part from", "rate", more=True),
            Figure("blank_rate_high", "part to", "rate", more=True),
            Figure("invalid", "invalid", keep=7),
            Figure("duplicates", "there twice", keep=6),
        ),
        keys,
        in_order(rows, keys, {"field": _fields(store)}),
        chart=Chart("bars", "field", "blank"),
        empty="no such lead",
    )


def _fields(store: Store) -> tuple[str, ...]:
    """Return the fields that may be blank, those of the database's own last."""
    return tuple(f.name for f in store.fields.of("lead") if f.name not in NEVER_BLANK)


def _count_blanks(store: Store, question: Question, groups: Groups[_Filled]) -> None:
    columns = {field: "owner_id" if field == "owner" else field for field in _fields(store)}
    conditions = {
        **{("blank", field): f"{column} IS NULL" for field, column in columns.items()},
        **{("invalid", field): condition for field, condition in INVALID.items()},
    }
    by = lead_field(question.by, store.fields, "field")
    for part, (leads, *numbers) in _counts(store, question, by, list(conditions.values())):
        for field in columns if leads else ():
            groups[field, part].leads += leads
        for (what, field), number in zip(conditions, numbers, strict=True):
            if number:
                of = groups[field, part]
                setattr(of, what, getattr(of, what) + number)


def _counts(
    store: Store, question: Question, by: str, conditions: Sequence[str]
) -> Iterable[tuple[Any, Sequence[int]]]:
    """Return for each part how many leads it has, and for how many of them each condition holds.

    Without a field to group by all leads are one part, counted in one pass. To sort wide rows by a
    field takes half as long again as to count which conditions hold of how many leads.
    """
    where, bound = question.leads.sql()
    if by == NONE:
        counts = [f"count(*) FILTER (WHERE {condition})" for condition in conditions]
        found = store.tally(("count(*)", *counts), f"lead WHERE {where}", bound)
        return ((None, [number * times for number in row]) for row, times in found.items())
    some = [conditions[first : first + BITS] for first in range(0, len(conditions), BITS)]
    sums = [_sum_of_bits(of) for of in some]
    found = store.tally((by, *sums), f"lead WHERE {where} ORDER BY id", bound)
    parts: dict[Any, list[int]] = {}
    for (part, *held), leads in found.items():
        of = parts.setdefault(part, [0] * (1 + len(conditions)))
        of[0] += leads
        for first, bits in enumerate(held):
            for bit in _bits(bits):
                of[1 + first * BITS + bit] += leads
    return parts.items()


def _sum_of_bits(conditions: Sequence[str]) -> str:
    """Return the SQL of the number whose bits are conditions, the first one the lowest."""
    return " + ".join(
        f"CASE WHEN {condition} THEN {1 << bit} ELSE 0 END"
        for bit, condition in enumerate(conditions)
    )


def _bits(number: int) -> tuple[int, ...]:
    """Return the places of the bits that a number has."""
    return tuple(bit for bit in range(number.bit_length()) if number >> bit & 1)


def _count_duplicates(
    store: Store, question: Question, field: str, groups: Groups[_Filled]
) -> None:
    where, bound = question.leads.sql()
    by = lead_field(question.by, store.fields, "field")
    keys = DUPLICATES[field]
    there = " AND ".join(f"k.{key} IS NOT NULL" for key in keys)
    meant = "" if where == "1" else f"AND k.record IN (SELECT id FROM lead WHERE {where})"
    # The plus leaves the index of the keys, in whose order they are grouped.
    ours = f"+k.kind = 'lead' AND {there} {meant}"
    found = store.query_leads(
        f"""WITH twice AS (
            SELECT {", ".join(keys)} FROM main.match_keys AS k WHERE {ours} GROUP BY {", ".join(keys)}
            HAVING count(*) > 1)
        SELECT min({by} COLLATE BINARY) AS part, count(*) AS leads
        FROM lead WHERE ({where}) AND id IN (SELECT k.record FROM twice
            CROSS JOIN main.match_keys AS k ON {" AND ".join(f"k.{key} = twice.{key}" for key in keys)}
            WHERE {ours})
        GROUP BY {by}""",
        bound,
    )
    for (name, _), of in groups.items():
        if name == field:
            of.duplicates = 0
    for row in found:
        of = groups[field, row["part"]]
        of.duplicates = (of.duplicates or 0) + row["leads"]
