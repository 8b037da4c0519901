"""leadctl report daily, by a field and beside the day before, against plain SQL of the tables."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from conftest import NOW, Leadctl, SeedLeads

from leadctl.store import Store
from leadctl.stored import day_number

TODAY = day_number(NOW.date())
OF_THE_PERIOD = {"new", "converted", "activities", "won"}

TO_WORK = "FROM leads AS l WHERE l.status NOT IN ('Converted', 'Lost')"
TOUCHES = "(SELECT max(day) FROM activities WHERE lead_id = l.id)"
OF_TASK = "FROM tasks AS t LEFT JOIN leads AS l ON l.id = t.lead_id WHERE t.done_at IS NULL"
OF_DEAL = "FROM deals AS d LEFT JOIN leads AS l ON l.id = d.lead_id WHERE d.stage"
IS_OPEN = "NOT IN ('Closed Won', 'Closed Lost')"
COUNTS = {
    "new": "FROM leads AS l WHERE l.created_day = :day",
    "converted": "FROM leads AS l WHERE date(l.converted_at) = :date",
    "activities": """FROM activities AS a LEFT JOIN leads AS l ON l.id = a.lead_id
        WHERE a.day = :day""",
    "won": f"{OF_DEAL} = 'Closed Won' AND date(d.closed_at) = :date",
    "open_deals": f"{OF_DEAL} {IS_OPEN}",
    "late_deals": f"{OF_DEAL} {IS_OPEN} AND date(d.closed_at) < :today",
    "to_work": TO_WORK,
    "unowned": f"{TO_WORK} AND l.owner_id IS NULL",
    "untouched": f"{TO_WORK} AND {TOUCHES} IS NULL",
    "overdue": f"{TO_WORK} AND {TOUCHES} IS NULL AND l.created_day < :now - 1",
    "stale": f"{TO_WORK} AND {TOUCHES} < :now - 14",
    "tasks_due": f"{OF_TASK} AND t.due_day = :now",
    "tasks_late": f"{OF_TASK} AND t.due_day < :now",
}
"""What a row counts, as a stranger would ask for it."""
FIELDS = {
    "source": ("l.source", "coalesce(d.source, l.source)"),
    "country": ("l.country", "l.country"),
    "owner": (
        "(SELECT name FROM reps WHERE id = l.owner_id)",
        "(SELECT name FROM reps WHERE id = d.owner_id)",
    ),
}
"""A field of a lead, and the same of a deal, in SQL."""


def at(day: int) -> str:
    return f"{NOW.date() - timedelta(days=TODAY - day)}T10:00:00Z"


@pytest.fixture
def busy(leadctl: Leadctl, store: Store, leads: SeedLeads) -> Leadctl:
    """Sixty leads of the last days with what was done about them, blanks and strays among it."""
    chance = Random(20261122)
    pick = chance.choice
    with store.operation("reps") as op:
        op.create("rep", [{"name": "ana"}, {"name": "Ben"}])
    rows: list[Any] = []
    for number in range(60):
        day = TODAY - chance.randrange(5)
        gone = pick([None, None, at(TODAY - chance.randrange(3))])
        rows.append({
            "last_name": f"Lead {number}", "source": pick([None, "Website", "website", "Fair"]),
            "country": pick([None, "DE"]), "owner_id": pick([None, 1, 2]), "converted_at": gone,
            "status": "Converted" if gone else pick(["New", "Contacted", "Lost"]),
            "created_at": at(day), "created_day": day,
        })  # fmt: skip
    ids = [*leads(*rows), None]
    with store.operation("work") as op:
        op.create("activity", [
            {"lead_id": lead, "kind": "call", "direction": "out", "at": at(day), "day": day}
            for lead, day in (
                *((pick(ids[15:40]), TODAY - chance.randrange(3)) for _ in range(40)),
                *((lead, TODAY - 20) for lead in ids[:15]), (None, TODAY - 1),
            )
        ])  # fmt: skip
        op.create("task", [
            {"lead_id": pick(ids[:60]), "title": "Call", "due_day": TODAY - chance.randrange(3),
             "done_at": pick([None, None, at(TODAY)]), "created_at": at(TODAY - 9),
             "created_day": TODAY - 9}
            for _ in range(30)
        ])  # fmt: skip
        op.create("deal", [
            {"name": "Oaks", "lead_id": pick(ids), "owner_id": pick([None, 1, 2]),
             "source": pick([None, "Fair"]), "currency": pick([None, "EUR", "USD"]),
             "stage": pick(["Closed Won", "Closed Lost", "Qualification"]),
             "amount": pick([None, 12_300, 5_000]), "closed_at": at(TODAY - chance.randrange(4)),
             "created_at": at(day), "created_day": day}
            for day in (TODAY - chance.randrange(4) for _ in range(60))
        ])  # fmt: skip
    return leadctl


def counted(store: Store, what: str, field: str, day: int) -> Counter[str | None]:
    """Count one `what` by a field whose spelling is of no account, from the tables alone."""
    of_lead, of_deal = FIELDS[field]
    group = of_deal if what in ("won", "open_deals", "late_deals") else of_lead
    found = store.query(
        f"SELECT lower({group}) AS part, count(*) AS number {COUNTS[what]} GROUP BY 1",
        {"day": day, "date": at(day)[:10], "now": TODAY, "today": at(TODAY)[:10]},
    )
    return Counter({row["part"]: row["number"] for row in found})


def rows_by(rows: list[dict[str, Any]], field: str) -> dict[str, Counter[str | None]]:
    by: dict[str, Counter[str | None]] = {what: Counter() for what in COUNTS}
    for row in rows:
        assert (row[field] and row[field].lower()) not in by[row["what"]]
        by[row["what"]][row[field] and row[field].lower()] = row["number"]
    return by


@pytest.mark.parametrize("field", FIELDS)
def test_by_a_field_it_counts_what_plain_sql_counts(
    busy: Leadctl, store: Store, field: str
) -> None:
    by = rows_by(busy.ok("report", "daily", "--by", field), field)
    for what, numbers in by.items():
        assert numbers == counted(store, what, field, TODAY - 1), what
    assert all(by.values())


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize(
    "words", [(), ("--where", "country = 'DE' or source is null"), ("--owner", "ana")]
)
def test_its_parts_are_the_day_without_the_field(
    busy: Leadctl, field: str, words: tuple[str, ...]
) -> None:
    for more in ((), ("--period", "last-3d"), ("--as-of", "2026-11-21")):
        sums: Counter[str] = Counter()
        money: Counter[tuple[str, str | None]] = Counter()
        for row in busy.ok("report", "daily", "--by", field, *words, *more):
            sums[row["what"]] += row["number"]
            for each in row["by_currency"]:
                money[row["what"], each["currency"]] += each["amount"]
        whole = busy.ok("report", "daily", *words, *more)
        assert sums == {row["what"]: row["number"] for row in whole if row["number"]}
        assert money == {
            (row["what"], each["currency"]): each["amount"]
            for row in whole
            for each in row["by_currency"]
        }


@pytest.mark.parametrize("field", FIELDS)
def test_only_what_happened_has_a_day_before(busy: Leadctl, store: Store, field: str) -> None:
    for row in busy.ok("report", "daily", "--compare", "previous"):
        assert (row["previous"] is None) == (row["what"] not in OF_THE_PERIOD)
        if row["previous"]:
            before = counted(store, row["what"], field, TODAY - 2).total()
            assert row["previous"]["number"] == row["previous_number"] == before
            assert row["says"].endswith(", yesterday")
        else:
            assert row["previous_number"] is None
    rows = busy.ok("report", "daily", "--compare", "previous", "--by", field)
    for what in OF_THE_PERIOD:
        was = {row[field] and row[field].lower(): row["previous"]["number"]
               for row in rows if row["what"] == what}  # fmt: skip
        assert +Counter(was) == counted(store, what, field, TODAY - 2)
    assert all(row["says"] for row in rows)


@pytest.mark.parametrize("name", ["daily", "deals", "pipeline", "activity", "sources"])
def test_what_there_was_only_before_stands_in_its_place(busy: Leadctl, name: str) -> None:
    """Groups stand together, each with its words in the one order that all of them have."""
    words = ("--by", "owner", "--compare", "previous", "--period", "last-2d")
    rows = busy.ok("report", name, *words)
    key = next(iter(rows[0]))
    whole = [str(row[key]).lower() for row in busy.ok("report", name)]
    places = [
        (["ana", "Ben", None].index(row["owner"]), whole.index(str(row[key]).lower()))
        for row in rows
    ]
    assert places == sorted(places)


def test_the_day_before_is_that_of_the_period_or_of_the_day_asked_for(
    leadctl: Leadctl, leads: SeedLeads
) -> None:
    for day, number in ((TODAY - 1, 1), (TODAY - 2, 2), (TODAY - 3, 4), (TODAY - 4, 8)):
        leads(*({"created_day": day, "created_at": at(day)} for _ in range(number)))

    def new(*words: str) -> tuple[int, int]:
        first = leadctl.ok("report", "daily", "--compare", "previous", *words)[0]
        return first["number"], first["previous"]["number"]

    assert new() == (1, 2)
    assert new("--as-of", "2026-11-20") == (4, 8)
    assert new("--from", "2026-11-20", "--to", "2026-11-21") == (3, 12)
    endless = leadctl("report", "daily", "--compare", "previous", "--from", "2026-11-20")
    assert "--period this-month" in endless.err


def test_rows_of_now_are_blank_beside_what_was(busy: Leadctl) -> None:
    for words in ((), ("--by", "owner")):
        outcome = busy("report", "daily", "--compare", "previous", *words, terminal=True)
        day, _ = f"{outcome.screen}\nTo call first".split("To call first", 1)
        assert "previous" in day
        assert "–" not in day
    head, first, *_ = busy("report", "daily", "--compare", "previous").out.splitlines()
    row = dict(zip(head.split("\t"), first.split("\t"), strict=True))
    assert row["number"] != row["previous_number"] != ""


def test_on_a_phone_no_number_is_cut(leadctl: Leadctl, leads: SeedLeads) -> None:
    leads(*({"owner_id": None} for _ in range(1234)))
    for words in ((), ("--compare", "previous"), ("--by", "owner", "--compare", "previous")):
        outcome = leadctl("report", "daily", *words, terminal=True, env={"COLUMNS": "40"})
        [to_work] = [line for line in outcome.screen.splitlines() if "leads to work" in line]
        assert "1,234" in to_work


def test_a_mail_by_owner_has_the_subject_of_the_day(busy: Leadctl) -> None:
    to = ("--format", "mail", "--mail-to", "ana@x.example")
    for more in ((), ("--compare", "previous")):
        plain = busy("report", "daily", *to, *more).out
        by = busy("report", "daily", "--by", "owner", *to, *more).out
        subjects = [line for text in (plain, by) for line in text.splitlines() if "Subject" in line]
        assert subjects[0] == subjects[1]
        assert max(map(len, by.splitlines())) <= 78
        assert ("previous" in by) == bool(more)
        text = busy("report", "daily", "--by", "owner", "--format", "text", *more).out
        assert "(none)" in text


def test_a_field_called_as_a_figure_or_of_deals_alone(leadctl: Leadctl) -> None:
    leadctl.ok("field", "add", "stale", "--type", "text")
    leadctl.ok("add", "Ana Ash", "amount=70", "stale=bread", "currency=CHF")
    for field, value in (("amount", 70), ("currency", "CHF")):
        rows = leadctl.ok("report", "daily", "--by", field)
        assert {row[f"lead_{field}"] for row in rows} == {value}
    rows = leadctl.ok("report", "daily", "--by", "stale")
    assert {(row["what"], row["stale"], row["number"]) for row in rows} == {
        ("to_work", "bread", 1),
        ("unowned", "bread", 1),
        ("untouched", "bread", 1),
    }
    outcome = leadctl("report", "daily", "--by", "stage")
    assert (outcome.code, outcome.out, len(outcome.err.splitlines())) == (2, "", 1)


def test_all_reports_by_a_field_and_beside_the_period_before(busy: Leadctl) -> None:
    words = ("--by", "owner", "--compare", "previous", "--period", "last-3d")
    whole = busy.ok("report", "all", *words)
    for name, rows in whole.items():
        assert rows == busy.ok("report", name, *words), name
        assert all("previous" in row for row in rows), name
    refused = busy("report", "all", "--compare", "previous")
    assert (refused.code, refused.out) == (2, "")
    assert "--period this-month" in refused.err
    assert "did you mean source" in busy("report", "all", "--by", "sorce").err
