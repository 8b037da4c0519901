"""campaign: records of what brings leads in, beside the words that leads have."""

from __future__ import annotations

import pytest
from conftest import Leadctl, facts

ADD = ("campaign", "add", "Spring fair", "starts=2026-03-01", "ends=2026-03-03")


@pytest.fixture
def shop(leadctl: Leadctl) -> Leadctl:
    leadctl.ok("add", "Zoë Núñez", "campaign=spring fair", "email=zoe@creme.example")
    leadctl.ok("add", "Jo Li", "campaign=Webinar")
    leadctl.ok("add", "Ada Berg")
    leadctl.ok("convert", 1, "--yes")
    leadctl.ok(*ADD, "source=In Person", "budget=1200", "currency=EUR", "cost=900.50")
    return leadctl


def test_list_has_records_and_words_of_leads(shop: Leadctl) -> None:
    fair, webinar = shop.ok("campaign", "list")
    assert (fair["id"], fair["name"], fair["leads"], fair["converted"]) == (1, "Spring fair", 1, 1)
    assert (fair["starts"], fair["ends"], fair["cost"]) == ("2026-03-01", "2026-03-03", 900.5)
    assert (fair["budget"], fair["currency"], fair["conversion_rate"]) == (1200, "EUR", 1.0)
    assert (webinar["id"], webinar["name"], webinar["leads"]) == (None, "Webinar", 1)
    assert shop("campaign", "list").out.startswith("id\tname\tkind\tstarts\tends\tsource\tleads\t")
    screen = shop("campaign", "list", terminal=True).screen
    assert "900.50 EUR" in screen
    assert "without id: only named by leads" in screen
    assert shop("campaign", "list", "--format", "ids").out == "1\n"


def test_an_empty_list_names_the_next_command(leadctl: Leadctl) -> None:
    leadctl.ok("add", "Ada Berg")
    outcome = leadctl("campaign", "list")
    assert (outcome.code, outcome.out) == (0, "")
    assert "leadctl campaign add" in outcome.err


@pytest.mark.parametrize("named", [("1",), ("spring", "FAIR"), ("Spring fair",)])
def test_show_takes_id_or_name(shop: Leadctl, named: tuple[str, ...]) -> None:
    assert shop.ok("campaign", "show", *named)["name"] == "Spring fair"
    assert "1,200 EUR" in shop("campaign", "show", *named, terminal=True).screen
    assert "budget\t1200" in shop("campaign", "show", *named).out


def test_edit_and_undo(shop: Leadctl) -> None:
    before = facts(shop.store())
    done = shop.ok("campaign", "edit", "Spring", "fair", "cost=1,000 EUR", "ends=")
    assert (done["changed"], done["ids"]) == (1, [1])
    row = shop.ok("campaign", "show", 1)
    assert (row["cost"], row["ends"]) == (1000, None)
    shop.ok("undo", done["operation"])
    assert facts(shop.store()) == before
    again = shop.ok("campaign", "edit", 1, "budget=1200")
    assert (again["operation"], again["unchanged"]) == (None, 1)
    assert shop.ok("campaign", "edit", 1, "budget=1", "--dry-run")["dry_run"]
    assert facts(shop.store()) == before


def test_add_is_undone_and_tried(leadctl: Leadctl) -> None:
    assert leadctl.ok(*ADD, "--dry-run")["operation"] is None
    assert not leadctl("campaign", "list").out
    done = leadctl.ok(*ADD)
    leadctl.ok("undo", done["operation"])
    assert not leadctl("campaign", "list").out


def test_a_new_name_says_who_has_the_old_one(shop: Leadctl) -> None:
    outcome = shop("campaign", "edit", 1, "name=Big fair")
    assert (
        """leadctl edit --all --where "campaign = 'Spring fair'" 'campaign=Big fair'"""
        in outcome.err
    )


def test_the_report_has_its_cost(shop: Leadctl) -> None:
    fair = next(r for r in shop.ok("report", "campaigns") if r["campaign"] == "Spring fair")
    assert (fair["leads"], fair["cost"], fair["cost_per_lead"]) == (1, 900.5, 900.5)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("show", "Sprnig fair"), 4, "did you mean Spring fair?"),
        (("show", "7"), 4, "leadctl campaign list"),
        (("edit", "7", "cost=1"), 4, "leadctl campaign list"),
        (("edit", "1"), 2, "leadctl campaign edit 3 cost=950"),
        (("add", "spring fair"), 5, "leadctl campaign edit 1"),
        (("add", "X", "cost=a lot"), 2, "cost is no amount of money (write 1200, or 1,200 EUR)"),
        (("add", "X", "cost=-1"), 2, "cost cannot be below 0"),
        (("add", "X", "starts=2026-03-03", "ends=2026-03-01"), 2, "ends is before starts"),
        (("edit", "1", "ends=2026-02-01"), 2, "ends is before starts"),
        (("add", "X", "starts=2026-13-01"), 2, "starts is no date"),
        (("add", "X", "bugdet=3"), 2, "did you mean budget?"),
        (("add", "cost=3"), 2, "a campaign needs a name or external id"),
        (("add", "X", "owner=nobody-here"), 4, "rep"),
    ],
)
def test_bad_input(shop: Leadctl, words: tuple[str, ...], code: int, said: str) -> None:
    before = facts(shop.store())
    outcome = shop("campaign", *words)
    assert outcome.code == code, outcome.err
    assert said in outcome.err
    assert len(outcome.err.splitlines()) == 1
    assert facts(shop.store()) == before


def test_an_import_is_the_same_record(shop: Leadctl) -> None:
    shop.write("c.csv", "Campaign Name,Start Date,Actual Cost\nspring fair,2026-03-02,950\n")
    done = shop.ok(
        "import", shop.folder / "c.csv", "--as", "campaigns", "--on-duplicate", "overwrite"
    )
    assert done["updated"] == 1
    row = shop.ok("campaign", "show", 1)
    assert (row["starts"], row["cost"]) == ("2026-03-02", 950)
