"""Reports as people look at them: what fits, what is drawn, and what they are told of bad input."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import Leadctl

from leadctl.layout import wide
from leadctl.reports import REPORTS


@pytest.fixture
def shop(leadctl: Leadctl) -> Leadctl:
    """A database of three months, with blanks, deals, wide letters and long words."""
    now = leadctl.now
    sources = ("Website", "", "Trade fair of the craftspeople of Upper Franconia", "展示会")
    lines = ["Name,Email,Company,Source,Created At"]
    lines += [
        f"Lead {n} Núñez,n{n}@x.example,{'金兴' * 8 if n % 3 else 'Kiln'},{sources[n % 4]},"
        f"{(now - timedelta(days=n * 2)):%Y-%m-%d}"
        for n in range(40)
    ]
    file = leadctl.write("leads.csv", "\n".join(lines) + "\n")
    leadctl.ok("import", file)
    leadctl.ok("rep", "add", "ana", "ben")
    leadctl.ok("assign", "--round-robin")
    for lead in (1, 2, 9, 30):
        leadctl.ok("convert", lead, "--yes", "--deal", "Machine", "--amount", "1234567.50 EUR")
    leadctl.ok("score")
    leadctl.ok("log", 5, "call", "hello")
    return leadctl


@pytest.mark.parametrize("width", [40, 80, 100])
def test_every_report_fits_the_window(shop: Leadctl, width: int) -> None:
    env = {"COLUMNS": str(width)}
    for name in REPORTS:
        for more in ((), ("--by", "owner"), ("--compare", "previous", "--period", "last-30d")):
            outcome = shop("report", name, *more, terminal=True, env=env)
            assert outcome.code == 0, outcome
            lines = outcome.screen.splitlines()
            assert lines or outcome.err
            cut = [line for line in lines if wide(line) > width]
            # What has to stay may need more than a phone's width where a further field is asked for.
            assert not cut or (width == 40 and more), (name, more, cut)


def test_nothing_there_is_said_once(leadctl: Leadctl) -> None:
    leadctl.ok("rep", "add", "ana")
    for name in REPORTS:
        outcome = leadctl("report", name, terminal=True)
        assert outcome.code == 0
        assert "leadctl import" in outcome.out + outcome.err


def test_cohorts_are_a_heat_map_of_shares(shop: Leadctl) -> None:
    wide = shop("report", "cohorts", terminal=True, env={"COLUMNS": "100"})
    header, _, first, *_ = wide.screen.splitlines()
    assert header.split()[-4:] == ["usual", "0", "1", "2"]
    assert "·" in wide.screen
    assert "open" in first
    assert "\x1b[30;" in wide.out
    plain = shop("report", "cohorts", terminal=True, env={"COLUMNS": "100", "NO_COLOR": "1"})
    assert plain.screen == wide.screen
    assert shop.ok("report", "cohorts")[0]["by_month"][0] in (0, 1, 2, 3, 4)


def test_the_estimate_stands_beside_the_rate_at_80_columns(leadctl: Leadctl) -> None:
    for month in range(1, 13):
        leadctl.ok(
            "add", f"L{month}", f"created_at=2026-{month:02}-01" if month < 12 else "company=K"
        )
    for lead in (1, 2):
        leadctl.ok("convert", lead, "--yes")
    leadctl.ok("add", "Old One", "created_at=2026-01-09")
    table = leadctl("report", "cohorts", terminal=True, env={"COLUMNS": "80"}).screen
    assert table.split()[:4] == ["created", "leads", "rate", "estimate"]
    assert max(map(len, table.splitlines())) <= 80


def test_the_day_has_no_dashes(shop: Leadctl) -> None:
    day, _ = shop("report", "daily", terminal=True).screen.split("To call first")
    assert "deals won" in day
    assert "–" not in day


def test_a_trend_has_its_name(shop: Leadctl) -> None:
    assert "medians by month" in shop("report", "velocity", terminal=True).screen


def test_a_column_of_blanks_is_no_column(shop: Leadctl) -> None:
    assert "cost" not in shop("report", "sources", terminal=True).screen
    shop.ok("source", "cost", "Website", "2026-05", "100 EUR")
    assert "100 EUR" in shop("report", "sources", terminal=True).screen


def test_a_title_has_its_period(shop: Leadctl) -> None:
    assert "Funnel · 2026-10" in shop("report", "funnel", "--period", "2026-10", terminal=True).out
    shop.ok("report", "all", "--period", "2026-10", "--save", shop.folder / "all.html")
    page = (shop.folder / "all.html").read_text(encoding="utf-8")
    assert "<title>All reports · 2026-10</title>" in page
    assert page.count("· 2026-10</h2>") >= len(REPORTS) - 2


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("pipline",), 2, "did you mean pipeline?"),
        (("weather",), 2, "reports: pipeline, deals"),
        (("funnel", "--from", "2026-05-01", "--to", "2026-04-01"), 2, "--to is before --from"),
        (("funnel", "--period", "2026-13"), 2, "is no period"),
        (("funnel", "--by", "colour"), 2, "did you mean country?"),
        (("funnel", "--compare", "last", "--period", "2026-10"), 2, "previous"),
        (("funnel", "--compare", "previous"), 2, "--period this-month"),
        (("all", "--save", "all.csv"), 2, "a CSV file holds one report"),
        (("funnel", "--save", "funnel.docx"), 2, "html, svg, md or csv"),
        (("funnel", "--save", "nowhere/funnel.html"), 6, "choose another place"),
    ],
)
def test_bad_input(
    shop: Leadctl, words: tuple[str, ...], code: int, said: str, tmp_path: Path, monkeypatch: Any
) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    monkeypatch.chdir(folder)
    outcome = shop("report", *words)
    assert (outcome.code, outcome.out) == (code, "")
    assert said in outcome.err
    assert len(outcome.err.splitlines()) == 1
    assert not list(folder.iterdir())


def test_amounts_of_several_currencies_are_never_cut(leadctl: Leadctl) -> None:
    for amount in ("2410 EUR", "250.50 USD", "99"):
        leadctl.ok("deal", "add", "Oaks", f"amount={amount}", "stage=Negotiation/Review")
    lines = leadctl("report", "deals", terminal=True, env={"COLUMNS": "40"}).screen.splitlines()
    [row] = [line for line in lines if line.startswith("Negotiation")]
    assert row.split()[1] == "3"
    assert sum("250.50" in line for line in lines) == 2
    assert sum(line.rstrip().endswith(" 99") for line in lines) == 2


def test_a_line_is_drawn_whole_or_not_at_all(shop: Leadctl) -> None:
    words = ("report", "activity", "--period", "this-month", "--compare", "previous")
    narrow, wide = (
        shop(*words, terminal=True, env={"COLUMNS": str(width)}).out for width in (36, 80)
    )
    assert "activities" in narrow
    assert "previous" in narrow
    assert not {*"▁█"} & {*narrow}
    assert {*"▁█"} <= {*wide}
