"""source: the list in leadctl.toml, its words on records, and what they cost."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from conftest import Leadctl, facts
from hypothesis import given
from hypothesis import strategies as st

from leadctl.errors import BadDataError
from leadctl.toml_file import TomlFile

TOML = """# mine
sources = [
    "Website",  # the first
    "Fax",
]
country = "DE"

[grades]
A = 70
B = 45
C = 20
D = 0
"""


@pytest.fixture
def shop(leadctl: Leadctl) -> Leadctl:
    leadctl.configure(TOML)
    leadctl.ok("add", "Zoë Núñez", "source=Website", "company=Kiln")
    leadctl.ok("add", "Ada Berg", "source=fax")
    leadctl.ok("add", "Jo Li", "source=Fair")
    leadctl.ok("convert", 1, "--yes")
    return leadctl


def listed(leadctl: Leadctl) -> list[str]:
    return [row["source"] for row in leadctl.ok("source", "list") if row["listed"]]


def test_list_has_those_of_leads_too(shop: Leadctl) -> None:
    rows = {row["source"]: (row["leads"], row["listed"]) for row in shop.ok("source", "list")}
    assert rows == {"Website": (1, True), "Fax": (1, True), "Fair": (1, False)}
    assert "not in the list" in shop("source", "list", terminal=True).screen
    assert shop("source", "list").out.splitlines()[0] == "source\tleads\tcost\tlisted"


def test_add_changes_the_list_and_nothing_else(shop: Leadctl) -> None:
    assert shop.ok("source", "add", "Fair", "website")["created"] == 1
    assert listed(shop) == ["Website", "Fax", "Fair"]
    text = (shop.folder / "leadctl.toml").read_text()
    assert '# mine\nsources = ["Website", "Fax", "Fair"]\ncountry = "DE"\n\n[grades]' in text
    assert shop.ok("source", "add", "FAIR")["created"] == 0
    assert shop("source", "add", "none").code == 2


def test_add_takes_the_place_of_a_remark(leadctl: Leadctl) -> None:
    (leadctl.folder / "leadctl.toml").unlink()
    leadctl.ok("init")
    leadctl.ok("source", "add", "Fair")
    lines = (leadctl.folder / "leadctl.toml").read_text().splitlines()
    assert [line for line in lines if "sources =" in line] == [
        'sources = ["Website", "Email", "Social Media", "Phone", "In Person", "Other", "Fair"]'
    ]
    assert leadctl.ok("source", "add", "Fair")["unchanged"] == 1


def test_add_without_a_file_makes_one(leadctl: Leadctl) -> None:
    (leadctl.folder / "leadctl.toml").unlink()
    assert leadctl.ok("source", "add", "Fair", "--dry-run")["created"] == 1
    assert not (leadctl.folder / "leadctl.toml").exists()
    leadctl.ok("source", "add", "Fair")
    assert "Fair" in (leadctl.folder / "leadctl.toml").read_text()
    assert (leadctl.folder / "leadctl.toml").stat().st_mode & 0o777 == 0o600


def test_retire_leaves_the_leads(shop: Leadctl) -> None:
    assert shop.ok("source", "retire", "fax")["leads"] == 1
    assert listed(shop) == ["Website"]
    assert shop.ok("list", "--source", "Fax")[0]["id"] == 2
    assert shop("source", "retire", "Websit").code == 4
    assert "did you mean Website?" in shop("source", "retire", "Websit").err


def test_rename_changes_all_records_and_undo_gives_them_back(shop: Leadctl) -> None:
    store = shop.store()
    before = facts(store)
    done = shop.ok("source", "rename", "website", "Web")
    assert (done["lead"], done["contact"], done["deal"]) == (1, 1, 0)
    assert listed(shop) == ["Web", "Fax"]
    assert shop.ok("show", 1)["source"] == "Web"
    shop.ok("undo", done["operation"], "--yes")
    assert facts(store) == before
    store.close()


def test_rename_of_what_is_nowhere(shop: Leadctl) -> None:
    assert shop("source", "rename", "Radio", "TV").code == 4
    shop.ok("source", "rename", "Fair", "Expo")
    assert listed(shop) == ["Website", "Fax"]
    assert shop.ok("show", 3)["source"] == "Expo"


def test_a_cost_is_noted_once_and_replaced(shop: Leadctl) -> None:
    words = "source", "cost", "website", "2026-11"
    assert shop.ok(*words, "1,200 EUR")["created"] == 1
    again = shop.ok(*words, "1200", "--currency", "EUR")
    assert (again["operation"], again["unchanged"]) == (None, 1)
    done = shop.ok(*words, "900", "--currency", "EUR")
    assert done["updated"] == 1
    assert shop.ok("source", "list")[0]["cost"] == 900
    shop.ok("undo", done["operation"], "--yes")
    [website] = [row for row in shop.ok("report", "sources") if row["source"] == "Website"]
    assert (website["cost"], website["currency"]) == (1200, "EUR")


def test_a_currency_said_later_counts_nothing_twice(shop: Leadctl) -> None:
    words = "source", "cost", "website", "2026-11"
    shop.ok(*words, "310")
    assert shop.ok(*words, "310 EUR")["updated"] == 1
    assert shop.ok(*words, "310")["unchanged"] == 1
    assert shop.ok(*words, "300")["updated"] == 1
    [website] = [row for row in shop.ok("source", "list") if row["source"] == "Website"]
    assert (website["cost"], website["currency"]) == (300, "EUR")
    assert shop.ok(*words, "9 USD")["created"] == 1
    assert shop.ok(*words, "9 usd")["unchanged"] == 1
    assert shop.ok(*words, "310 EUR")["updated"] == 1
    assert shop.ok(*words, "5")["created"] == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["Website", "2026-13", "5"], 2),
        (["Website", "Nov", "5"], 2),
        (["Website", "2026-11", "a lot"], 2),
        (["Website", "2026-11", "-5"], 2),
        (["Radio", "2026-11", "5"], 4),
    ],
)
def test_a_cost_that_is_none(shop: Leadctl, words: list[str], code: int) -> None:
    outcome = shop("source", "cost", "--", *words)
    assert outcome.code == code
    assert len(outcome.err.splitlines()) == 1
    assert shop.ok("source", "list")[0]["cost"] is None


def test_costs_of_two_sources_in_one_month_cannot_be_one(shop: Leadctl) -> None:
    shop.ok("source", "cost", "Website", "2026-11", "5")
    shop.ok("source", "cost", "Fax", "2026-11", "7")
    assert shop("source", "rename", "Fax", "Website").code == 5
    assert shop.ok("show", 2)["source"] == "Fax"


@given(words=st.lists(st.text(min_size=1, max_size=20), max_size=5))
def test_any_words_can_stand_in_a_list(
    tmp_path_factory: pytest.TempPathFactory, words: list[str]
) -> None:
    path = tmp_path_factory.mktemp("toml") / "leadctl.toml"
    path.write_text(TOML, encoding="utf-8")
    words = [word.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for word in words]
    TomlFile(path, "nothing is done").set_list("sources", words)
    assert tomllib.loads(path.read_text(encoding="utf-8"))["sources"] == words


def test_a_broken_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "leadctl.toml"
    path.write_text("sources = [", encoding="utf-8")
    with pytest.raises(BadDataError, match="cannot be changed; nothing is done"):
        TomlFile(path, "nothing is done")
