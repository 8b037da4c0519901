"""The made-up leads: always the same, varied, and with exactly the duplicates that they claim."""

from __future__ import annotations

import csv
import datetime
import io
import statistics
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from leadctl import sample
from leadctl.errors import UsageError
from leadctl.sample import Sample
from leadctl.sample.world import AWKWARD_COMPANIES

TODAY = datetime.date(2026, 3, 2)
ROOT = Path(__file__).resolve().parent.parent

Row = dict[str, str]


@pytest.fixture(scope="module")
def thousand() -> Sample:
    return sample.make(today=TODAY)


def records(made: Sample) -> list[Row]:
    return [dict(zip(made.header, row, strict=True)) for row in made.rows]


def keys(row: Row) -> set[tuple[str, ...]]:
    """Return what identifies a row: its email, each phone with the name, the name and company."""
    name = f"{row['First Name']} {row['Last Name']}".casefold()
    phones = ("".join(filter(str.isdigit, row[column])) for column in ("Phone", "Mobile"))
    found = {("phone", phone, name) for phone in phones if phone}
    if row["Company"]:
        found.add(("company", row["Company"].casefold(), name))
    return found | ({("email", row["Email"].casefold())} if row["Email"] else set())


def test_the_same_arguments_give_the_same_sample(thousand: Sample) -> None:
    assert sample.make(today=TODAY) == thousand
    assert sample.make(today=TODAY, seed=8).rows != thousand.rows


def test_another_process_gives_the_same_sample() -> None:
    code = "import datetime\nfrom leadctl import sample\n"
    code += "print(ascii(sample.make(50, today=datetime.date(2026, 3, 2))))"
    again = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert again.stdout.strip() == ascii(sample.make(50, today=TODAY))


@pytest.mark.parametrize("count", [0, 1, 2, 9, 17, 33, 100])
@pytest.mark.parametrize("history_days", [1, 60])
def test_every_size_can_be_made(count: int, history_days: int) -> None:
    made = sample.make(count, today=TODAY, history_days=history_days)
    assert len(made.rows) == count
    assert made.duplicates == round(count * 0.03)


@pytest.mark.parametrize(("count", "history_days"), [(-1, 60), (10, 0)])
def test_impossible_sizes_are_refused(count: int, history_days: int) -> None:
    with pytest.raises(UsageError):
        sample.make(count, today=TODAY, history_days=history_days)


def test_counts(thousand: Sample) -> None:
    rows = records(thousand)
    ids = [row["Lead ID"] for row in rows if row["Lead ID"]]
    assert len(rows) == 1000
    assert len(ids) == len(set(ids)) == 1000 - thousand.duplicates
    assert len(thousand.converted) == len(set(thousand.converted)) == 90
    assert len(thousand.lost) == 60
    assert set(ids) >= {*thousand.converted, *thousand.lost}
    assert not set(thousand.converted) & set(thousand.lost)


def test_statuses_agree_with_outcomes(thousand: Sample) -> None:
    by_status = defaultdict(set)
    for row in records(thousand):
        by_status[row["Lead Status"]].add(row["Lead ID"])
    assert set(by_status) == {"New", "Contacted", "Nurture", "Qualified", "Lost", "Junk"}
    assert by_status["Lost"] == set(thousand.lost)
    assert not by_status["Junk"] & set(thousand.converted)
    assert len(by_status["New"] | by_status["Contacted"]) > 700


@pytest.mark.parametrize(("count", "seed"), [(1000, 7), (1000, 8), (20_000, 7)])
def test_the_only_duplicates_are_the_known_ones(count: int, seed: int) -> None:
    made = sample.make(count, seed=seed, today=TODAY)
    owner: dict[tuple[str, ...], int] = {}
    repeated: list[int] = []
    originals: list[int] = []
    for number, row in enumerate(records(made)):
        earlier = {owner[key] for key in keys(row) if key in owner}
        if row["Lead ID"]:
            assert not earlier
        else:
            assert len(earlier) == 1
            repeated.append(number)
            originals += earlier
        owner |= {key: number for key in keys(row) if key not in owner}
    assert len(repeated) == made.duplicates == round(count * 0.03)
    assert len(set(originals)) == len(originals)
    assert not set(originals) & set(repeated)


def test_every_kind_of_duplicate_is_there(thousand: Sample) -> None:
    copies = [row for row in records(thousand) if not row["Lead ID"]]
    kinds = {bool(row["Email"]) * 4 + bool(row["Phone"]) * 2 for row in copies}
    assert kinds == {4, 2, 0}
    assert any(row["Email"].isupper() for row in copies)
    assert any(row["Company"].isupper() for row in copies if not row["Email"])


def test_shares(thousand: Sample) -> None:
    rows = records(thousand)

    def share(column: str) -> float:
        return sum(not row[column] for row in rows) / len(rows)

    free = sum("@" in row["Email"] and ".example" not in row["Email"].lower() for row in rows)
    assert 0.12 < share("Email") < 0.20
    assert 0.22 < share("Phone") < 0.30
    assert 0.04 < share("Company") < 0.10
    assert 0.09 < free / len(rows) < 0.15
    assert len({row["Country"] for row in rows}) >= 25


def test_postal_codes_keep_their_zeros(thousand: Sample) -> None:
    zeros = [row for row in records(thousand) if row["Zip Code"].startswith("0")]
    assert {"US", "DE", "FR"} <= {row["Country"] for row in zeros}


def test_addresses_belong_to_nobody(thousand: Sample) -> None:
    for row in records(thousand):
        local, _, domain = row["Email"].lower().partition("@")
        if local:
            assert domain.endswith(".example") or ".sample" in f".{local}"
            assert row["Email"].isascii()
        assert row["Website"] == "" or row["Website"].endswith(".example")
        assert all(row[column][:1] in ("", "+") for column in ("Phone", "Mobile"))


def test_awkward_names_are_there(thousand: Sample) -> None:
    rows = records(thousand)
    last = {row["Last Name"] for row in rows}
    companies = {row["Company"] for row in rows}
    assert last >= {"O’Brien", "O'Brien", "Núñez", "Müller", "李", "van der Berg", "Nguyễn"}
    assert companies >= {name for name, _, _ in AWKWARD_COMPANIES}
    assert any(not row["First Name"] for row in rows)
    assert any(row["Company"].startswith("株式会社") for row in rows)


@pytest.mark.parametrize("history_days", [1, 3, 60])
def test_everything_happens_in_the_history(history_days: int) -> None:
    made = sample.make(500, today=TODAY, history_days=history_days)
    midnight = datetime.datetime.combine(TODAY, datetime.time(), datetime.UTC)
    begin = midnight - datetime.timedelta(days=history_days)
    created = {
        row["Lead ID"]: datetime.datetime.fromisoformat(row["Created Time"])
        for row in records(made)
    }
    assert all(begin <= at < midnight for at in created.values())
    for activity in made.activities:
        day = midnight - datetime.timedelta(days=activity.days_ago)
        at = day + datetime.timedelta(minutes=activity.minute_of_day)
        assert created[activity.lead_external_id] < at < midnight
        assert 0 <= activity.minute_of_day < 24 * 60


def test_rows_are_in_order_of_creation(thousand: Sample) -> None:
    created = [row["Created Time"] for row in records(thousand)]
    assert created == sorted(created)


def test_activities_use_the_words_of_the_product(thousand: Sample) -> None:
    assert {each.kind for each in thousand.activities} == {
        "call",
        "email",
        "meeting",
        "visit",
        "form",
    }
    assert {each.direction for each in thousand.activities} == {"in", "out", None}


def test_there_is_something_for_a_score_to_find(thousand: Sample) -> None:
    engagement: dict[str, int] = defaultdict(int)
    for activity in thousand.activities:
        engagement[activity.lead_external_id] += activity.direction != "out"
    converted = set(thousand.converted)
    rows = [row for row in records(thousand) if row["Lead ID"]]
    won = [row for row in rows if row["Lead ID"] in converted]
    rest = [row for row in rows if row["Lead ID"] not in converted]

    def touches(group: list[Row]) -> float:
        return statistics.mean(engagement[row["Lead ID"]] for row in group)

    def business(group: list[Row]) -> float:
        return statistics.mean(row["Email"].endswith(".example") for row in group)

    assert touches(won) > 2 * touches(rest)
    assert business(won) > business(rest)


def test_the_benchmark_file_reads_back(tmp_path: Path) -> None:
    target = tmp_path / "leads.csv"
    command = [sys.executable, str(ROOT / "benchmarks" / "generate.py"), "200", str(target)]
    subprocess.run(command, check=True, cwd=ROOT, capture_output=True)
    rows = list(csv.reader(io.StringIO(target.read_bytes().decode("utf-8"), newline="")))
    assert len(rows) == 201
    assert {len(row) for row in rows} == {20}
