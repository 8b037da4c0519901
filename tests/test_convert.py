"""leadctl convert: terminal, pipe, JSON, exit codes, dry run, undo, and what a kill leaves."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Answers, Leadctl, SeedLeads, Store, facts

ZOE = {
    "first_name": "Zoë", "last_name": "Núñez", "company": "Crème & Fils",
    "email": "zoe@creme.example", "phone": "+49 30 123456", "source": "Website",
    "campaign": "spring", "product": "CRM", "status": "Qualified", "tags": "vip",
    "extra": '{"Favourite colour":"blue"}',
}  # fmt: skip
ANNE = {"first_name": "Anne", "last_name": "O’Brien", "company": "Creme & Fils SARL"}
AT = {"created_at": "2026-11-20T09:00:00Z", "created_day": 20777}
NOW = "2026-11-22T09:00:00Z"


def make(store: Store, kind: str, **values: Any) -> int:
    with store.operation("seed") as op:
        return op.create(kind, [{**AT, **values}])[0]


def counted(store: Store) -> tuple[int, int, int]:
    return tuple(
        store.value(f"SELECT count(*) FROM {table}") for table in ("contacts", "accounts", "deals")
    )


# What a lead becomes.


def test_json_of_one_lead(leadctl: Leadctl, store: Store, leads: SeedLeads) -> None:
    (lead,) = leads(ZOE)
    done = leadctl.ok("convert", lead, "--yes")
    assert done == {
        "operation": done["operation"], "dry_run": False, "lead": lead,
        "contact": 1, "account": 1, "deal": None, "created": ["account", "contact"],
        "filled": {}, "kept": {}, "carried": ["Favourite colour"], "plan": done["plan"],
    }  # fmt: skip
    assert [(part["kind"], part["action"], part["id"]) for part in done["plan"]] == [
        *(("account", "create", None), ("contact", "create", None)),
    ]
    row = store.record("lead", lead)
    assert row is not None
    assert (row["status"], row["converted_at"]) == ("Converted", NOW)
    assert (row["contact_id"], row["account_id"], row["deal_id"]) == (1, 1, None)
    contact = store.record("contact", 1)
    assert contact is not None
    assert (contact["account_id"], contact["source"], contact["campaign"]) == (
        1,
        "Website",
        "spring",
    )
    assert (contact["created_at"], contact["created_day"]) == (NOW, 20779)
    assert contact["extra"] == '{"Favourite colour":"blue"}'


def test_the_answer_in_words(leadctl: Leadctl, leads: SeedLeads) -> None:
    (lead,) = leads(ZOE)
    done = leadctl("convert", lead, "--yes", "--deal", "CRM for all")
    assert done.code == 0
    assert done.out == "1 lead converted: contact c1 (new), account a1 (new), deal d1 (new)\n"
    assert "carries · Favourite colour" in done.err
    assert "undo: leadctl undo 2 · look: leadctl show c1" in done.err
    assert "undo" not in leadctl("undo", "--yes", "--quiet").err


def test_the_deal_and_its_options(leadctl: Leadctl, store: Store, leads: SeedLeads) -> None:
    (lead,) = leads(ZOE)
    leadctl.ok("rep", "add", "ben")
    leadctl.ok(
        "convert", lead, "--yes", "--amount", "€12,000.50", "--stage", "needs analysis",
        "--close-date", "2027-01-31", "--owner", "ben",
    )  # fmt: skip
    deal, contact = store.record("deal", 1), store.record("contact", 1)
    assert deal is not None
    assert contact is not None
    wanted = {
        "name": "Crème & Fils – CRM", "account_id": 1, "contact_id": 1, "lead_id": lead,
        "stage": "Needs Analysis", "probability": 20, "amount": 1_200_050, "currency": "EUR",
        "closed_at": "2027-01-31T00:00:00Z", "converted_at": NOW, "created_at": NOW,
        "source": "Website", "campaign": "spring", "product": "CRM", "owner_id": 1,
    }  # fmt: skip
    assert {key: deal[key] for key in wanted} == wanted
    assert contact["owner_id"] == 1


@pytest.mark.parametrize("stage", ["Closed Won", "closed won", " CLOSED WON ", "won"])
def test_won_at_conversion(leadctl: Leadctl, store: Store, leads: SeedLeads, stage: str) -> None:
    (lead,) = leads(ZOE)
    assert leadctl.ok("convert", lead, "--yes", "--stage", stage)["deal"] == 1
    deal = store.record("deal", 1)
    assert deal is not None
    assert (deal["stage"], deal["probability"], deal["closed_at"]) == ("Closed Won", 100, NOW)


def test_won_earlier(leadctl: Leadctl, store: Store, leads: SeedLeads) -> None:
    (lead,) = leads(ZOE)
    leadctl.ok("convert", lead, "--yes", "--stage", "Closed Won", "--close-date", "2026-11-01")
    assert store.value("SELECT closed_at FROM deals") == "2026-11-01T00:00:00Z"


def test_activities_show_by_reference(leadctl: Leadctl, store: Store, leads: SeedLeads) -> None:
    (lead,) = leads(ZOE)
    leadctl.ok("log", lead, "call", "wants a quote")
    said = leadctl("convert", lead, "--yes", "--deal", "new")
    assert "moves · 1 activity, tags vip" in said.err
    for kind in ("lead", "contact", "account", "deal"):
        assert len(store.activities(of=kind, record=1)) == 1
    assert store.value("SELECT count(*) FROM activities") == 1


def test_an_existing_account_contact_and_deal(
    leadctl: Leadctl, store: Store, leads: SeedLeads
) -> None:
    (lead,) = leads({**ZOE, "industry": "Food"})
    account = make(store, "account", name="Kiln AG", phone="030 7777777")
    contact = make(store, "contact", last_name="Núñez")
    deal = make(store, "deal", name="Old", stage="Qualification", amount=100, currency="USD")
    done = leadctl.ok(
        "convert", lead, "--yes", "--account", f"a{account}", "--contact", f"c{contact}",
        "--deal", f"d{deal}", "--stage", "Closed Won", "--amount", "500",
    )  # fmt: skip
    assert done["created"] == []
    assert done["filled"]["account"] == ["industry"]
    assert done["kept"]["account"] == ["name", "phone"]
    row = store.record("deal", deal)
    assert row is not None
    assert (row["amount"], row["currency"], row["stage"]) == (50_000, "USD", "Closed Won")
    assert (row["account_id"], row["contact_id"], row["lead_id"]) == (account, contact, lead)
    assert (row["name"], row["converted_at"], row["closed_at"]) == ("Old", NOW, NOW)


def test_overwrite(leadctl: Leadctl, store: Store, leads: SeedLeads) -> None:
    (lead,) = leads(ZOE)
    make(store, "account", name="Crème & Fils", phone="030 7777777")
    done = leadctl.ok("convert", lead, "--yes", "--overwrite", "account.phone")
    assert done["filled"]["account"] == ["phone"]
    assert store.value("SELECT phone FROM accounts") == "+49 30 123456"


def test_the_mapping_of_the_file(leadctl: Leadctl, store: Store, leads: SeedLeads) -> None:
    (lead,) = leads(ZOE)
    leadctl.configure('[convert]\nmap = {"product" = "deal.name"}\n')
    leadctl.ok("convert", lead, "--yes", "--deal", "new")
    assert store.value("SELECT name FROM deals") == "CRM"


def test_a_broken_mapping_stops_before_anything(leadctl: Leadctl, leads: SeedLeads) -> None:
    (lead,) = leads(ZOE)
    leadctl.configure('[convert]\nmap = {"product" = "deal.nmae"}\n')
    refused = leadctl("convert", lead, "--yes")
    assert refused.code == 6
    assert "convert.map.product" in refused.err


def test_two_leads_of_one_company_share_its_account(
    leadctl: Leadctl, store: Store, leads: SeedLeads
) -> None:
    zoe, anne = leads(ZOE, ANNE)
    assert leadctl.ok("convert", zoe, "--yes")["account"] == 1
    done = leadctl.ok("convert", anne, "--yes")
    assert (done["account"], done["created"]) == (1, ["contact"])
    assert counted(store) == (2, 1, 0)


@pytest.mark.parametrize(
    ("first", "last", "company"),
    [
        ("Anne", "O’Brien", "Queen's Foods Ltd"),
        ("", "李小龙", "株式会社キルン"),
        ("<b>", "[red]", "=1+1"),
    ],
)
def test_names_of_all_kinds(
    leadctl: Leadctl, store: Store, leads: SeedLeads, first: str, last: str, company: str
) -> None:
    again = {"last_name": last.replace("’", "'"), "company": company.lower()}
    one, two = leads(
        {"first_name": first or None, "last_name": last, "company": company, "phone": "030 123456"},
        {"first_name": first or None, **again, "phone": "030/123456"},
    )
    assert leadctl("convert", one, "--yes", "--dry-run", terminal=True).code == 0
    first_, second = (leadctl.ok("convert", lead, "--yes") for lead in (one, two))
    assert (first_["contact"], first_["account"]) == (second["contact"], second["account"])
    row = store.record("contact", first_["contact"])
    assert row is not None
    assert row["last_name"] == last


# What cannot be converted.


def test_a_second_conversion_names_the_records(
    leadctl: Leadctl, store: Store, leads: SeedLeads
) -> None:
    (lead,) = leads(ZOE)
    leadctl.ok("convert", lead, "--yes", "--deal", "new")
    before = facts(store)
    again = leadctl("convert", lead, "--yes")
    assert again.code == 5
    assert f"lead {lead} is converted already: contact c1, account a1, deal d1" in again.err
    assert (
        leadctl("convert", lead, "--anyway", "--yes", "--json").json["error"]["code"] == "conflict"
    )
    assert leadctl("convert", lead).code == 5
    assert facts(store) == before


def test_only_from_the_statuses_of_the_file(leadctl: Leadctl, leads: SeedLeads) -> None:
    (lead,) = leads({**ZOE, "status": "Contacted"})
    leadctl.configure('[convert]\nfrom = ["Qualified"]\n')
    refused = leadctl("convert", lead, "--yes")
    assert refused.code == 5
    assert "is Contacted" in refused.err
    assert "--anyway" in refused.err
    assert leadctl("convert", lead, "--yes", "--anyway").code == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--stage", "Done"], 2),
        (["--amount", "a lot"], 2),
        (["--amount", ""], 2),
        (["--currency", "Euros"], 2),
        (["--close-date", "soon"], 2),
        (["--overwrite", "phnoe"], 2),
        (["--overwrite", "account.title"], 2),
        (["--deal", ""], 2),
        (["--deal", "none", "--amount", "5"], 2),
        (["--account", "Kiln"], 4),
        (["--account", "a99"], 4),
        (["--contact", "99"], 4),
        (["--deal", "d99"], 4),
        (["--owner", "nobody"], 4),
    ],
)
def test_options_that_cannot_be(
    leadctl: Leadctl, store: Store, leads: SeedLeads, words: list[str], code: int
) -> None:
    (lead,) = leads(ZOE)
    before = facts(store)
    refused = leadctl("convert", lead, "--yes", *words)
    assert refused.code == code, refused
    assert refused.err.count("\n") == 1
    assert facts(store) == before


def test_an_unknown_stage_names_those_there_are(leadctl: Leadctl, leads: SeedLeads) -> None:
    (lead,) = leads(ZOE)
    assert "Closed Won" in leadctl("convert", lead, "--yes", "--stage", "Won!").err


def test_no_such_lead(leadctl: Leadctl, leads: SeedLeads) -> None:
    leads(1)
    assert leadctl("convert", 99, "--yes").code == 4
    assert leadctl("convert").code == 2


def test_a_contact_of_another_account_is_a_conflict(
    leadctl: Leadctl, store: Store, leads: SeedLeads
) -> None:
    (lead,) = leads(ZOE)
    kiln, creme = make(store, "account", name="Kiln"), make(store, "account", name="Crème & Fils")
    contact = make(store, "contact", last_name="Núñez", account_id=kiln)
    refused = leadctl("convert", lead, "--yes", "--contact", contact)
    assert refused.code == 5
    assert f"contact c{contact} belongs to account a{kiln}" in refused.err
    done = leadctl.ok("convert", lead, "--yes", "--contact", contact, "--anyway")
    assert done["account"] == creme
    assert "account" in done["kept"]["contact"]
    assert store.value("SELECT account_id FROM contacts") == kiln
    leadctl("undo", "--yes")
    leadctl.ok("convert", lead, "--yes", "--contact", contact, "--overwrite", "account")
    assert store.value("SELECT account_id FROM contacts") == creme


# Without a terminal, and dry runs.


@pytest.mark.parametrize("words", [[], ["--json"], ["--deal", "x"]])
def test_without_a_terminal_the_flag_is_named(
    leadctl: Leadctl, store: Store, leads: SeedLeads, words: list[str]
) -> None:
    lead, other = leads(ZOE, ANNE)
    before = facts(store)
    for ids in ([lead], [lead, other]):
        refused = leadctl("convert", *ids, *words)
        assert refused.code == 7
        assert "--yes" in refused.err
    assert leadctl("convert", lead, "--no-input", terminal=True).code == 7
    assert facts(store) == before


def test_a_process_on_dev_null_does_not_wait(leadctl: Leadctl, leads: SeedLeads) -> None:
    (lead,) = leads(ZOE)
    process = leadctl.process("convert", lead)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (7, "")
    assert "--yes" in err
    assert "Traceback" not in err


def test_a_dry_run_writes_nothing(leadctl: Leadctl, store: Store, leads: SeedLeads) -> None:
    (lead,) = leads(ZOE)
    make(store, "account", name="Crème & Fils")
    before = facts(store)
    done = leadctl.ok("convert", lead, "--dry-run", "--deal", "CRM")
    assert done["operation"] is None
    assert done["dry_run"] is True
    assert (done["contact"], done["account"], done["deal"]) == (None, 1, None)
    assert done["created"] == ["contact", "deal"]
    assert "phone" in done["filled"]["account"]
    screen = leadctl("convert", lead, "--dry-run", terminal=True)
    assert "use a1 Crème & Fils" in screen.out
    assert "1 lead would be converted: a new contact, account a1 (same" in screen.out
    assert facts(store) == before
    assert len(leadctl.ok("history")) == 2


# Several leads.


def test_several_leads_are_one_operation(leadctl: Leadctl, store: Store, leads: SeedLeads) -> None:
    zoe, anne, lost = leads(ZOE, ANNE, {"last_name": "Lost", "status": "Lost"})
    before = facts(store)
    done = leadctl("convert", zoe, lost, anne, "--yes", "--json")
    assert done.code == 3
    assert (done.json["converted"], done.json["failed"]) == (2, 1)
    ok, also, stays = done.json["items"]
    assert (ok["account"], also["account"]) == (1, 1)
    assert (stays["lead"], stays["error"]["code"]) == (lost, "conflict")
    assert counted(store) == (2, 1, 0)
    assert leadctl.ok("history", "--limit", 1)[0]["counts"] == {"converted": 2, "failed": 1}
    leadctl.ok("undo", done.json["operation"], "--yes")
    assert facts(store) == before


def test_several_leads_of_which_none_can_be(
    leadctl: Leadctl, store: Store, leads: SeedLeads
) -> None:
    ids = leads({"last_name": "A", "status": "Lost"}, {"last_name": "B", "status": "Lost"})
    done = leadctl("convert", *ids, "--yes", "--json")
    assert (done.code, done.json["operation"], done.json["failed"]) == (3, None, 2)


def test_ids_from_a_pipe(leadctl: Leadctl, store: Store, leads: SeedLeads) -> None:
    ids = leads(12)
    piped = "".join(f"{lead}\n" for lead in ids)
    done = leadctl("convert", "-", "--yes", stdin=piped)
    assert done.code == 0
    assert done.out.startswith("12 leads converted\n  1: contact c1 (new), no account, no deal")
    assert "and 7 more" in done.out
    assert leadctl.ok("history", "--limit", 1)[0]["command"] == "convert 12 leads"
    nothing = leadctl("convert", "-", "--yes", "--json", stdin="")
    assert (nothing.code, nothing.json["converted"], nothing.json["operation"]) == (0, 0, None)


def test_an_id_that_is_not_there_stops_before_the_first(
    leadctl: Leadctl, store: Store, leads: SeedLeads
) -> None:
    (lead,) = leads(ZOE)
    assert leadctl("convert", lead, 99, "--yes").code == 4
    assert counted(store) == (0, 0, 0)


def test_several_leads_at_a_terminal(leadctl: Leadctl, store: Store, leads: SeedLeads) -> None:
    ids = leads(ZOE, {"last_name": "Lost", "status": "Lost"}, ANNE)
    asked = Answers(False)
    left = leadctl("convert", *ids, answers=asked)
    assert (left.code, asked.asked) == (0, ["Convert 2 leads?"])
    assert "2 stays: lead 2 is Lost" in left.out
    assert counted(store) == (0, 0, 0)
    assert leadctl("convert", *ids, answers=Answers(True)).code == 3
    assert counted(store) == (2, 1, 0)


def test_a_lead_that_changes_while_several_are_asked_about(
    leadctl: Leadctl, store: Store, leads: SeedLeads
) -> None:
    zoe, anne = leads(ZOE, ANNE)

    def meanwhile() -> bool:
        leadctl.ok("edit", zoe, "title=Boss")
        return True

    done = leadctl("convert", zoe, anne, answers=Answers(meanwhile))
    assert done.code == 3
    assert f"{zoe} stays: lead {zoe} changed meanwhile" in done.out


# Questions.


def test_yes_takes_what_is_shown(leadctl: Leadctl, store: Store, leads: SeedLeads) -> None:
    (lead,) = leads(ZOE)
    asked = Answers("yes")
    done = leadctl("convert", lead, answers=asked, terminal=True)
    assert done.code == 0, done
    assert asked.asked == ["Convert?"]
    for words in (
        f"convert {lead} Zoë Núñez", "create Crème & Fils", "no account of this name or domain",
        "create Zoë Núñez", "create “Crème & Fils – CRM”", "Qualification", "tags vip",
    ):  # fmt: skip
        assert words in done.out
    assert counted(store) == (1, 1, 1)


def test_the_panel_is_beside_the_json(leadctl: Leadctl, leads: SeedLeads) -> None:
    (lead,) = leads(ZOE)
    done = leadctl("convert", lead, "--json", answers=Answers("yes"), terminal=True)
    assert done.json["contact"] == 1
    assert "create Zoë Núñez" in done.err


def test_no_and_interrupt_leave_everything(
    leadctl: Leadctl, store: Store, leads: SeedLeads
) -> None:
    (lead,) = leads(ZOE)
    before = facts(store)
    left = leadctl("convert", lead, answers=Answers("no"))
    assert (left.code, "left as it is" in left.out) == (0, True)
    assert leadctl("convert", lead, "--json", answers=Answers("no")).code == 0
    assert leadctl("convert", lead, answers=Answers(KeyboardInterrupt)).code == 130
    assert leadctl("convert", lead, answers=Answers("deal", KeyboardInterrupt)).code == 130
    assert facts(store) == before


def test_another_account_contact_and_deal(leadctl: Leadctl, store: Store, leads: SeedLeads) -> None:
    (lead,) = leads(ZOE)
    make(store, "account", name="Kiln AG", domain="creme.example")
    make(store, "contact", last_name="Info", email="zoe@creme.example")
    asked = Answers(
        "account", "new", "contact", "new", "deal", "new", "name", "Ovens", "amount", "9000 CHF",
        "stage", "Proposal/Price Quote", "closes", "2027-01-31", "name", None, "done", "yes",
    )  # fmt: skip
    done = leadctl("convert", lead, "--json", answers=asked)
    assert done.code == 0, done
    assert done.json["created"] == ["account", "contact", "deal"]
    deal = store.record("deal", done.json["deal"])
    assert deal is not None
    assert (deal["name"], deal["amount"], deal["currency"]) == ("Ovens", 900_000, "CHF")
    assert (deal["probability"], deal["closed_at"]) == (75, "2027-01-31T00:00:00Z")


def test_a_day_that_is_shown_again_stays_the_same(
    leadctl: Leadctl, store: Store, leads: SeedLeads
) -> None:
    (lead,) = leads(ZOE)
    (leadctl.folder / "leadctl.toml").write_text('timezone = "Europe/Berlin"\n')
    again = ["deal", "new", "closes", None, "done"]
    done = leadctl(
        "convert", lead, "--close-date", "2027-01-31", answers=Answers(*again, *again, "yes")
    )
    assert done.code == 0, done
    assert store.value("SELECT closed_at FROM deals") == "2027-01-30T23:00:00Z"


def test_one_of_those_found_or_by_its_id(leadctl: Leadctl, store: Store, leads: SeedLeads) -> None:
    lead, other = leads(ZOE, ANNE)
    make(store, "account", name="Crème & Fils")
    far = make(store, "account", name="Far away")
    deal = make(store, "deal", name="Old", stage="Qualification")
    asked = Answers("account", "another", f"a{far}", "deal", "another", f"d{deal}", "yes")
    done = leadctl("convert", lead, "--json", answers=asked)
    assert (done.json["account"], done.json["deal"]) == (far, deal)
    none = Answers("account", "none", "deal", "none", "yes")
    done = leadctl("convert", other, "--json", answers=none)
    assert (done.json["account"], done.json["deal"]) == (None, None)


def test_seen_and_agreed_a_contact_stays_with_its_account(
    leadctl: Leadctl, store: Store, leads: SeedLeads
) -> None:
    (lead,) = leads(ZOE)
    kiln = make(store, "account", name="Kiln")
    make(store, "account", name="Crème & Fils")
    make(store, "contact", email="zoe@creme.example", account_id=kiln)
    done = leadctl("convert", lead, answers=Answers("yes"), terminal=True)
    assert done.code == 0
    assert f"contact c1 belongs to account a{kiln}" in done.out
    assert store.value("SELECT account_id FROM contacts") == kiln


def edits(leadctl: Leadctl, lead: int) -> None:
    leadctl.ok("edit", lead, "title=Boss")


def gains_a_contact(leadctl: Leadctl, lead: int) -> None:
    store = leadctl.store()
    make(store, "contact", last_name="Somebody", email="zoe@creme.example")
    store.close()


def is_converted(leadctl: Leadctl, lead: int) -> None:
    leadctl.ok("convert", lead, "--yes")


@pytest.mark.parametrize("change", [edits, gains_a_contact, is_converted])
def test_what_changes_while_the_question_is_open_is_a_conflict(
    leadctl: Leadctl, store: Store, leads: SeedLeads, change: Callable[[Leadctl, int], None]
) -> None:
    (lead,) = leads(ZOE)
    after: list[Any] = []

    def meanwhile() -> str:
        change(leadctl, lead)
        after.append(facts(store))
        return "yes"

    refused = leadctl("convert", lead, "--contact", "new", answers=Answers(meanwhile))
    assert refused.code == 5
    assert ("changed meanwhile" in refused.err) or ("converted already" in refused.err)
    assert facts(store) == after[0]


# Undo.


def test_undo_gives_the_lead_back_and_its_undo_converts_again(
    leadctl: Leadctl, store: Store, leads: SeedLeads
) -> None:
    (lead,) = leads(ZOE)
    make(store, "account", name="Crème & Fils")
    before = facts(store)
    operation = leadctl.ok("convert", lead, "--yes", "--deal", "new")["operation"]
    after = facts(store)
    undone = leadctl.ok("undo", operation, "--yes")
    assert (undone["kept"], undone["failed"]) == ([], [])
    assert facts(store) == before
    leadctl.ok("undo", undone["operation"], "--yes")
    assert facts(store) == after
    assert leadctl("convert", lead, "--yes").code == 5


def test_undo_keeps_what_a_person_changed_since(
    leadctl: Leadctl, store: Store, leads: SeedLeads
) -> None:
    (lead,) = leads(ZOE)
    operation = leadctl.ok("convert", lead, "--yes", "--deal", "new")["operation"]
    with store.operation("edit") as op:
        op.update("contact", [(1, {"title": "Boss"})])
    undone = leadctl("undo", operation, "--yes", "--json")
    assert undone.code == 3
    assert {(kept["kind"], kept["id"]) for kept in undone.json["kept"]} == {
        ("contact", 1), ("account", 1),
    }  # fmt: skip
    assert counted(store) == (1, 1, 0)
    row = store.record("lead", lead)
    assert row is not None
    assert (row["status"], row["converted_at"], row["contact_id"]) == ("Qualified", None, None)


# Several processes, and a kill at any moment.


def test_of_two_processes_one_converts(leadctl: Leadctl, store: Store, leads: SeedLeads) -> None:
    (lead,) = leads(ZOE)
    both = [leadctl.process("convert", lead, "--yes") for _ in range(2)]
    said = [process.communicate(timeout=30) for process in both]
    assert sorted(process.returncode for process in both) == [0, 5], said
    assert counted(store) == (1, 1, 0)


def test_a_kill_leaves_all_of_a_conversion_or_nothing(
    leadctl: Leadctl, store: Store, leads: SeedLeads
) -> None:
    rows = [
        {
            "last_name": f"Lead {n}",
            "company": f"Company {n // 2}",
            "email": f"l{n}@c{n // 2}.example",
        }
        for n in range(400)
    ]
    ids, seen = leads(*rows), {"before": 0, "after": 0}
    random_ = random.Random(7)
    for kill in range(40):
        batch = ids[kill * 10 : kill * 10 + 10]
        journal = leadctl.db.with_name(leadctl.db.name + "-journal")
        before = written(journal)
        process = leadctl.process("convert", *batch, "--yes", "--deal", "new")
        while process.poll() is None and written(journal) == before:
            time.sleep(0.0005)
        time.sleep(random_.uniform(0, 0.04))
        process.kill()
        process.communicate()
        seen[whole_or_nothing(store, batch)] += 1
    assert store.value("PRAGMA integrity_check") == "ok"
    assert seen["before"] > 0, seen


def written(journal: Path) -> tuple[int, int] | None:
    """Return a mark that moves when an operation begins to write; a kill may leave the file."""
    try:
        stat = journal.stat()
    except FileNotFoundError:
        return None
    return stat.st_ino, stat.st_mtime_ns


def whole_or_nothing(store: Store, batch: list[int]) -> str:
    """Return whether these leads are as before or as after; fail if they are between."""
    marks = ", ".join("?" * len(batch))
    converted = store.value(
        f"SELECT count(*) FROM leads WHERE id IN ({marks}) AND status = 'Converted'"
        " AND converted_at IS NOT NULL AND contact_id IS NOT NULL AND account_id IS NOT NULL"
        " AND deal_id IS NOT NULL",
        batch,
    )
    touched = store.value(
        f"SELECT count(*) FROM leads WHERE id IN ({marks}) AND (version > 1 OR status <> 'New')",
        batch,
    )
    assert converted == touched
    assert converted in (0, len(batch))
    made = store.value("SELECT count(*) FROM leads WHERE converted_at IS NOT NULL")
    assert counted(store) == (made, made // 2, made)
    deals = store.value(f"SELECT count(*) FROM deals WHERE lead_id IN ({marks})", batch)
    assert deals == converted
    return "after" if converted else "before"


def test_a_dry_run_has_the_plan_with_names_and_reasons(leadctl: Leadctl, leads: SeedLeads) -> None:
    first, second = leads(ZOE, {**ZOE, "email": "other@creme.example", "last_name": "Other"})
    leadctl.ok("convert", first, "--yes")
    done = leadctl.ok("convert", second, "--dry-run", "--deal", "CRM", "--amount", "5 EUR")
    account, contact, deal = done["plan"]
    assert (account["kind"], account["id"], account["name"]) == ("account", 1, "Crème & Fils")
    assert account["action"] in ("use", "fill")
    assert account["reason"]
    assert contact == {
        "kind": "contact", "action": "create", "id": None, "name": contact["name"],
        "reason": "no contact with this email or phone",
    }  # fmt: skip
    assert (deal["kind"], deal["action"], deal["name"], deal["reason"]) == (
        *("deal", "create", "CRM", None),
    )


def test_an_amount_without_a_currency_is_noted(leadctl: Leadctl, leads: SeedLeads) -> None:
    (lead,) = leads({"last_name": "Ash"})
    words = ("convert", lead, "--deal", "CRM", "--amount", "500", "--dry-run")
    assert "the amount of the deal has no currency: --currency EUR" in leadctl(*words).err
    assert "currency" not in leadctl(*words, "--currency", "EUR").err


def test_no_deal_is_worth_less_than_nothing(leadctl: Leadctl, leads: SeedLeads) -> None:
    (lead,) = leads({"last_name": "Ash"})
    done = leadctl("convert", lead, "--deal", "CRM", "--amount=-5 EUR", "--yes")
    assert done.code == 2
    assert "--amount '-5 EUR' is less than nothing" in done.err
