"""The pipeline report: its figures against plain arithmetic, its totals against `list --all`."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from conftest import NOW, Leadctl, SeedLeads
from hypothesis import given
from hypothesis import strategies as st

from leadctl import reports
from leadctl.config import STATUSES, Settings
from leadctl.lead_view import RecordFilter
from leadctl.reports.shape import Question
from leadctl.store import Store
from leadctl.stored import day_number, stamp

TODAY = day_number(NOW.date())
LISTED = [status.name for status in STATUSES]

made_up_leads = st.lists(
    st.fixed_dictionaries(
        {
            "status": st.sampled_from(["New", "new", "NEW", "Lost", "Contacted", "Ärger", "ärger"]),
            "age": st.integers(-3, 12),
            "score": st.none() | st.integers(-30, 120),
            "owner": st.none() | st.just(1),
        }
    ),
    max_size=40,
)


def seed(store: Store, leads: list[dict[str, Any]]) -> None:
    with store.operation("seed") as op:
        op.create("rep", [{"name": "ana"}])
        op.create(
            "lead",
            [
                {
                    "last_name": "Someone",
                    "status": lead["status"],
                    "owner_id": lead["owner"],
                    "created_at": stamp(NOW),
                    "created_day": TODAY - lead["age"],
                }
                for lead in leads
            ],
        )
        op.connection.executemany(
            "UPDATE scores SET total = ? WHERE lead_id = ?",
            [(lead["score"], id) for id, lead in enumerate(leads, 1)],
        )


def expected(leads: list[dict[str, Any]]) -> dict[str, Any]:
    scores = [lead["score"] for lead in leads if lead["score"] is not None]
    middle = median(lead["age"] for lead in leads) if leads else None
    return {
        "leads": len(leads),
        # Half a point goes up.
        "mean_score": (2 * sum(scores) + len(scores)) // (2 * len(scores)) if scores else None,
        "median_age_days": middle,
        "unowned": sum(lead["owner"] is None for lead in leads),
    }


@given(made_up_leads)
def test_figures_are_those_of_plain_arithmetic(leads: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Leadctl(Path(folder)).store()
        seed(store, leads)
        made = reports.make("pipeline", store, Question(RecordFilter(), Settings(), TODAY))
        store.close()
    rows, everything = made.rows, made.total
    groups = {
        row["status"]: [
            lead
            for lead in leads
            # The database knows no case of other letters than ASCII.
            if lead["status"].encode().lower() == row["status"].encode().lower()
        ]
        for row in rows
    }
    assert [row["status"] for row in rows][: len(LISTED)] == LISTED
    assert rows == [{"status": status, **expected(group)} for status, group in groups.items()]
    assert everything == {"status": None, **expected(leads)}
    assert sum(row["leads"] for row in rows) == len(leads)


@pytest.fixture
def pipeline(store: Store, leads: SeedLeads) -> None:
    with store.operation("reps") as op:
        op.create("rep", [{"name": "ana"}, {"name": "tester"}])
    leads(
        {"source": "Website", "owner_id": 1, "country": "DE"},
        {"source": "Website", "status": "Qualified", "owner_id": 2, "country": "AT"},
        {"source": "Phone", "status": "Lost", "country": "DE"},
        {"status": "On ice", "country": "DE", "created_day": 20700},
        {"status": "Converted", "created_day": 20700},
    )


FILTERS = [
    (),
    ("--owner", "ana"),
    ("--owner", "none"),
    ("--mine",),
    ("--source", "website,none"),
    ("--country", "!DE"),
    ("--where", "country = 'DE' and age_days < 10"),
    ("--untouched",),
    ("--since", "7d"),
    ("--status", "lost,new"),
    ("--source", "Fax"),
]


@pytest.mark.parametrize("words", FILTERS, ids=" ".join)
def test_the_total_is_the_sum_and_what_list_all_shows(
    leadctl: Leadctl, pipeline: None, words: tuple[str, ...]
) -> None:
    rows = leadctl.ok("report", "pipeline", *words)
    listed = leadctl.ok("list", "--all", *words)
    table = leadctl("report", "pipeline", *words, "--format", "table")
    assert sum(row["leads"] for row in rows) == len(listed)
    for row in rows:
        ids = [lead["id"] for lead in listed if lead["status"] == row["status"]]
        assert row["leads"] == len(ids)
        assert row["unowned"] == sum(l["owner"] is None for l in listed if l["id"] in ids)  # noqa: E741
    assert table.code == 0
    (total,) = [line.split() for line in table.out.splitlines() if line.startswith("all")]
    assert total[1] == str(len(listed))


def test_every_status_of_the_list_stands_in_its_order_and_others_after_it(
    leadctl: Leadctl, pipeline: None
) -> None:
    rows = leadctl.ok("report", "pipeline")
    assert [row["status"] for row in rows] == [*LISTED, "On ice"]
    assert list(rows[0]) == ["status", "leads", "mean_score", "median_age_days", "unowned"]
    assert rows[2] == {
        "status": "Nurture", "leads": 0, "mean_score": None, "median_age_days": None, "unowned": 0,
    }  # fmt: skip


def test_a_list_of_statuses_of_ones_own(leadctl: Leadctl, pipeline: None) -> None:
    leadctl.configure(
        '[[status]]\nname = "On ice"\nrole = "open"\n[[status]]\nname = "Won"\nrole = "converted"\n'
    )
    rows = leadctl.ok("report", "pipeline")
    assert [row["status"] for row in rows][:2] == ["On ice", "Won"]
    assert {row["status"] for row in rows} >= {"New", "Lost", "Converted", "Qualified"}


def test_with_a_status_named_only_that_one_is_shown(leadctl: Leadctl, pipeline: None) -> None:
    assert [row["status"] for row in leadctl.ok("report", "pipeline", "--status", "new")] == ["New"]
    nothing = leadctl("report", "pipeline", "--status", "Junk")
    assert (nothing.code, nothing.out) == (0, "")
    assert "no such lead" in nothing.err


def test_a_filter_without_hits_shows_zeros(leadctl: Leadctl, pipeline: None) -> None:
    rows = leadctl.ok("report", "pipeline", "--source", "Fax")
    assert [row["leads"] for row in rows] == [0] * len(LISTED)


def test_in_a_pipe_it_is_tsv_without_a_total(leadctl: Leadctl, pipeline: None) -> None:
    outcome = leadctl("report", "pipeline")
    header, first, *_ = outcome.out.splitlines()
    assert header.split("\t") == ["status", "leads", "mean_score", "median_age_days", "unowned"]
    assert first.split("\t") == ["New", "1", "", "2", "0"]
    assert "all\t" not in outcome.out
    assert outcome.err == ""


def test_on_a_terminal_it_has_bars(leadctl: Leadctl, pipeline: None) -> None:
    outcome = leadctl("report", "pipeline", terminal=True)
    assert "█" in outcome.out
    assert "median age" in outcome.out


def test_in_a_narrow_window_status_and_count_stay(leadctl: Leadctl, pipeline: None) -> None:
    outcome = leadctl("report", "pipeline", terminal=True, env={"COLUMNS": "40"})
    lines = re.sub(r"\x1b\[[0-9;]*m", "", outcome.out).splitlines()
    assert max(map(len, lines)) <= 40
    assert any(line.split()[:3] == ["On", "ice", "1"] for line in lines)


def test_without_leads_it_says_how_to_begin(leadctl: Leadctl, store: Store) -> None:
    with store.operation("rep add") as op:
        op.create("rep", [{"name": "ana"}])
    for terminal in (False, True):
        outcome = leadctl("report", "pipeline", terminal=terminal)
        assert (outcome.code, outcome.out) == (0, "")
        assert "leadctl import" in outcome.err
    assert leadctl("report", "pipeline", "--json").out == "[]\n"


def test_a_name_that_is_no_report_is_told_which_there_are(leadctl: Leadctl) -> None:
    for words, said in (
        (("report", "pipelines"), "did you mean pipeline?"),
        (("report", "weather"), "reports: pipeline"),
        (("report",), "reports: pipeline"),
    ):
        outcome = leadctl(*words)
        assert outcome.code == 2
        assert said in outcome.err
    assert leadctl("report", "nonsense", "--json").json["error"]["code"] == "usage"


def test_a_broken_filter_is_a_usage_error(leadctl: Leadctl, pipeline: None) -> None:
    assert leadctl("report", "pipeline", "--where", "nofield = 1").code == 2
    assert leadctl("report", "pipeline", "--owner", "nobody").code == 4
    assert leadctl("report", "pipeline", "--format", "ids").code == 2


def test_status_words_cannot_drive_the_terminal(
    leadctl: Leadctl, store: Store, leads: SeedLeads
) -> None:
    leads({"status": "\x1b[31m[red]evil"})
    for outcome in (leadctl("report", "pipeline", terminal=True), leadctl("report", "pipeline")):
        assert "\x1b[31m[red]" not in outcome.out
        assert "[red]evil" in outcome.out
