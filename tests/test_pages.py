"""Pages of reports: whole in one file, harmless, and the same figures as on the terminal."""

from __future__ import annotations

import csv
import io
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from conftest import Leadctl
from hypothesis import given
from hypothesis import strategies as st

from leadctl import pages
from leadctl.results import Column, Listing

ROOT = Path(__file__).parent.parent
EVIL = "<script>alert(1)</script>|`=cmd()`\x1b]0;x\x07\ufffe"
COLUMNS = [
    Column("name", "name"),
    Column("leads", "leads", right=True),
    Column("leads", "", draw="bar"),
    Column("trend", "trend", draw="spark"),
    Column("won", "won", draw="heat", steps=("0", "1")),
]
ROWS = [
    {"name": EVIL, "leads": 12, "trend": [1, None, 3], "won": [0.25, None]},
    {"name": None, "leads": 3, "trend": [0, 0, 0], "won": [0.0, 0.5]},
]
TOTAL = {"name": "all", "leads": 15, "trend": [1, 0, 3], "won": [0.2, 0.5]}
LISTING = Listing(ROWS, COLUMNS, title="Leads by name", total=TOTAL, footer="a note")


class Checked(HTMLParser):
    """Knows which elements a page has and that all are closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert not {"src", "href", "onclick"} & {name for name, _ in attrs}
        if tag not in ("meta", "polyline"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("meta", "polyline"):
            assert self.open.pop() == tag


def checked(page: str) -> Checked:
    parser = Checked()
    parser.feed(page)
    parser.close()
    assert parser.open == []
    return parser


def test_html_is_whole_and_runs_nothing() -> None:
    page = pages.page([LISTING, Listing([], COLUMNS, empty="nobody")], "html")
    assert "script" not in checked(page).tags
    assert "&lt;script&gt;" in page
    assert "\x1b" not in page
    assert "nobody" in page
    assert page.startswith("<!doctype html>")
    assert "width:100.0%" in page
    assert ">25</td>" in page


def test_svg_is_xml_and_has_the_words() -> None:
    root = ElementTree.fromstring(pages.page([LISTING, LISTING], "svg"))
    words = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert words.count("Leads by name") == 2
    assert words.count("12") == 2
    assert not list(root.iter("{http://www.w3.org/2000/svg}script"))
    height = float(root.attrib["height"])
    assert all(
        0 < float(element.attrib["y"]) < height
        for element in root.iter()
        if element.text and "y" in element.attrib
    )


def test_markdown_keeps_its_columns() -> None:
    lines = pages.page([LISTING], "md").splitlines()
    assert lines[0] == "## Leads by name"
    table = [line for line in lines if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in table} == {len(COLUMNS) + 1}
    assert "**15**" in table[-1]


def test_csv_is_harmless_for_spreadsheets() -> None:
    rows = list(
        csv.DictReader(io.StringIO(pages.page([Listing([{"name": "=1+1"}], COLUMNS[:1])], "csv")))
    )
    assert rows == [{"name": "'=1+1"}]
    with pytest.raises(pages.UsageError, match="one report"):
        pages.page([LISTING, LISTING], "csv")


@given(st.text(max_size=40), st.lists(st.none() | st.integers(-9, 10**9), max_size=6))
def test_whatever_is_in_it_a_page_is_well_formed(name: str, trend: list[int | None]) -> None:
    row = {"name": name, "leads": 1, "trend": trend, "won": [0.5, None]}
    listing = Listing([row], COLUMNS, title=name, footer=name)
    ElementTree.fromstring(pages.page([listing], "svg"))
    checked(pages.page([listing], "html"))


@pytest.mark.parametrize("ending", ["html", "svg", "md", "csv"])
def test_a_report_is_saved(leadctl: Leadctl, ending: str) -> None:
    leadctl.ok("add", "Zoë Núñez", "company=<b>Kiln</b>", "source=Website")
    file = leadctl.folder / f"pipeline.{ending}"
    done = leadctl.ok("report", "pipeline", "--save", str(file))
    assert (done["file"], done["format"], done["rows"]) == (str(file), ending, 7)
    assert file.stat().st_mode & 0o777 == 0o600
    assert "New" in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("format", ["html", "md"])
def test_a_page_in_a_pipe(leadctl: Leadctl, format: str) -> None:
    leadctl.ok("add", "Zoë Núñez", "source=Website")
    page, _ = leadctl.process("report", "sources", "--format", format, cwd=ROOT).communicate()
    assert "Website" in page
    assert "Leads by source" in page


def test_what_cannot_be_saved_is_named(leadctl: Leadctl, tmp_path: Path) -> None:
    leadctl.ok("add", "Zoë Núñez")
    wrong = leadctl("report", "pipeline", "--save", "page.pdf")
    assert (wrong.code, "html, svg, md or csv" in wrong.err) == (2, True)
    missing = leadctl("report", "pipeline", "--save", str(tmp_path / "no" / "page.html"))
    assert (missing.code, "cannot write" in missing.err) == (6, True)
    ours = leadctl("report", "pipeline", "--save", str(leadctl.db))
    assert ours.code == 2
    assert leadctl("list", "--format", "md").code == 2
