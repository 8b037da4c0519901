"""show: one record with everything that is known about it."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Leadctl, SeedLeads

from leadctl.store import Store


@pytest.fixture
def shop(leadctl: Leadctl, leads: Any) -> Leadctl:
    leads(
        {
            "salutation": "Dr.", "first_name": "Zoë", "last_name": "Núñez", "title": "CTO",
            "email": "zoe@creme.example", "phone": "+33 1 23456789", "company": "Crème & Fils",
            "employees": 1200, "annual_revenue": 1_234_500_00, "amount": 12_000_50,
            "currency": "EUR", "street": "1, rue X", "postal_code": "75001", "city": "Paris",
            "country": "FR", "source": "Website", "external_id": "Z1", "external_system": "zoho",
            "tags": "vip", "email_opt_out": 1, "extra": '{"Favourite colour":"blue"}',
        },
        {"last_name": "Bare"},
    )  # fmt: skip
    leadctl.ok("rep", "add", "ana")
    leadctl.ok("assign", 1, "--to", "ana")
    leadctl.ok("log", 1, "call", "wants a quote", "--direction", "in", "--duration", 15)
    leadctl.ok("log", 1, "note", "second", "--at", "2026-11-21 08:00")
    return leadctl


def test_groups_of_fields_under_a_title(shop: Leadctl) -> None:
    lines = shop("show", 1, terminal=True).screen.splitlines()
    assert lines[0] == "1 Zoë Núñez · Crème & Fils · New"
    words = [" ".join(line.split()) for line in lines]
    for line in (
        "who name Dr. Zoë Núñez", "company company Crème & Fils", "employees 1,200",
        "revenue 1,234,500 EUR", "where address 1, rue X, 75001 Paris, FR",
        "about amount 12,000.50 EUR", "origin source Website", "external id Z1 in zoho",
        "created 2 d ago (2026-11-20)", "standing status New", "owner ana",
        "extra Favourite colour blue", "wants no email yes",
    ):  # fmt: skip
        assert line in words, line
    out = "\n".join(lines)
    for inside in ("uid", "version", "None", "True", "owner_id", "created_day"):
        assert inside not in out


def test_the_timeline_has_the_newest_first(shop: Leadctl) -> None:
    lines = shop("show", 1, terminal=True).screen.splitlines()
    start = next(n for n, line in enumerate(lines) if line.split()[:2] == ["when", "activity"])
    assert "just now" in lines[start + 2]
    assert "call in" in lines[start + 2]
    assert "15 min" in lines[start + 2]
    assert "yesterday" in lines[start + 3]
    assert lines[-1] == "why this score: leadctl score explain 1 · past: leadctl history 1"


def test_only_the_newest_activities_are_shown(shop: Leadctl) -> None:
    for number in range(12):
        shop.ok("log", 2, "call", f"number {number}")
    out = shop("show", 2, terminal=True).screen
    assert "2 older: leadctl show 2 --json" in out
    assert "number 11" in out
    assert "number 1\n" not in out
    assert len(shop.ok("show", 2)["activities"]) == 12


def test_nothing_known_says_what_to_do(shop: Leadctl) -> None:
    out = shop("show", 2, terminal=True).screen
    assert out.splitlines()[-1] == "no activity yet: leadctl log 2 call …"


def test_json_is_the_lead_with_its_activities(shop: Leadctl) -> None:
    lead = shop.ok("show", 1)
    assert lead == {**shop.ok("list", "--where", "id = 1")[0], "activities": lead["activities"]}
    assert lead["extra"] == {"Favourite colour": "blue"}
    assert (lead["annual_revenue"], lead["amount"]) == (1234500, 12000.5)
    assert [a["note"] for a in lead["activities"]] == ["wants a quote", "second"]
    assert lead["activities"][0]["lead_id"] == 1


def test_a_pipe_gets_fields_and_values(shop: Leadctl) -> None:
    lines = shop("show", 1).out.splitlines()
    assert lines[0] == "field\tvalue"
    fields = dict(line.split("\t") for line in lines)
    assert fields["amount"] == "12000.5"
    assert fields["extra: Favourite colour"] == "blue"
    assert fields["email_opt_out"] == "true"


@pytest.mark.parametrize("name", ["1", "zoe@CREME.example", "+33 (0)1 23 45 67 89", "ext:Z1"])
def test_by_any_name(shop: Leadctl, name: str) -> None:
    assert shop.ok("show", name)["id"] == 1


@pytest.mark.parametrize("name", ["9", "c1", "a1", "d1", "ext:no", "99999999999999999999"])
def test_nobody_of_that_name(shop: Leadctl, name: str) -> None:
    outcome = shop("show", name, "--json")
    assert outcome.code == 4
    assert outcome.json["error"]["code"] == "not_found"
    assert len(outcome.err.splitlines()) == 1


@pytest.mark.parametrize("name", ["zoe", "1x", "", "-1", "١"])
def test_what_is_no_name(shop: Leadctl, name: str) -> None:
    assert shop("show", name).code == 2


def test_a_converted_lead_and_what_it_became_name_each_other(shop: Leadctl) -> None:
    shop.ok("convert", 1, "--yes", "--deal", "Big one")
    lead = [" ".join(line.split()) for line in shop("show", 1, terminal=True).screen.splitlines()]
    for link in ("contact c1", "account a1", "deal d1"):
        assert link in lead
    contact = shop("show", "c1", terminal=True).screen
    assert contact.splitlines()[0].startswith("c1 Zoë Núñez")
    words = [" ".join(line.split()) for line in contact.splitlines()]
    assert "leads 1" in words or "standing leads 1" in words
    assert "wants a quote" in contact
    assert "account a1 Crème & Fils" in words
    account = shop("show", "a1", terminal=True).screen
    assert account.splitlines()[0].startswith("a1 Crème & Fils")
    deal = shop("show", "d1", terminal=True).screen
    assert "from lead 1 Zoë Núñez" in [" ".join(line.split()) for line in deal.splitlines()]
    assert shop.ok("show", "d1")["lead_id"] == 1


@pytest.mark.parametrize("width", [100, 60, 40])
def test_it_fits_the_window(shop: Leadctl, width: int) -> None:
    from rich.cells import cell_len

    shop.ok("edit", 1, "description=" + "a rather long story " * 20)
    out = shop("show", 1, terminal=True, env={"COLUMNS": str(width)}).screen
    assert max(cell_len(line) for line in out.splitlines()) <= width


def test_extra_from_strangers_is_harmless(leadctl: Leadctl, leads: Any) -> None:
    leads({"last_name": "X", "extra": '{"[/]\\u001b]52;c;x":"[bold]\\u202e", "name": "n"}'})
    outcome = leadctl("show", 1, terminal=True)
    assert outcome.code == 0
    assert "[bold]" in outcome.screen
    assert not {"\x1b", "\u202e"} & set(outcome.screen)
    assert ["name", "n"] in [line.split() for line in outcome.screen.splitlines()]


def test_a_task(leadctl: Leadctl, store: Store, leads: SeedLeads) -> None:
    leads({"last_name": "Li"})
    born = {"created_at": "2026-11-20T09:00:00Z", "created_day": 20777}
    with store.operation("seed") as op:
        op.create("rep", [{"name": "ana"}])
        op.create(
            "task", [{"title": "Call", "lead_id": 1, "due_day": 20777, "owner_id": 1, **born}]
        )
    task = leadctl.ok("show", "t1")
    assert (task["title"], task["due"], task["owner"], task["lead_id"], task["done_at"]) == (
        "Call", "2026-11-20", "ana", 1, None,
    )  # fmt: skip
    screen = leadctl("show", "t1", terminal=True).screen
    assert "t1 Call" in screen
    assert "due" in screen
    assert leadctl("show", "t9").code == 4


def test_days_on_screens_are_those_of_the_zone(leadctl: Leadctl) -> None:
    (leadctl.folder / "leadctl.toml").write_text('timezone = "Europe/Zurich"\n')
    leadctl.ok("account", "add", "Kiln AG")
    said = leadctl("account", "record", "a1", "invoice", "INV-9", "--date", "2026-11-01").out
    assert "INV-9 · 2026-11-01 noted" in said
    leadctl.ok("deal", "add", "Oaks", "account=a1", "closed_at=2026-09-01")
    assert "(2026-09-01)" in leadctl("show", "d1", terminal=True).screen
    for _ in range(2):
        leadctl.ok("add", "Ana Ash", "company=Trees", "created_at=2026-03-01")
    screen = leadctl("merge", 1, 2, "--dry-run", terminal=True).screen
    assert screen.count("2026-03-01") == 3


def test_the_last_touch_is_one_of_ours(shop: Leadctl) -> None:
    shop.ok("log", 2, "form")
    assert "last touch" not in shop("show", 2, terminal=True).screen
    shop.ok("log", 2, "call", "--at", "2026-11-21 08:00")
    words = [" ".join(line.split()) for line in shop("show", 2, terminal=True).screen.splitlines()]
    assert "last touch yesterday (2026-11-21)" in words
