"""leadctl merge: several records become one, nothing is lost, and undo gives them all back."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from conftest import Answers, Leadctl, facts
from hypothesis import given
from hypothesis import strategies as st

from leadctl.matching import email_key, phone_key
from leadctl.merging.planning import POLICIES, plan


def two(leadctl: Leadctl) -> None:
    leadctl.ok(
        *("add", "Zoë Núñez", "email=zoe@creme.example", "phone=+49 30 23125001"),
        *("company=Crème & Fils", "city=Bonn", "tags=vip", "source=Website"),
    )
    leadctl.ok(
        *("add", "Zoe Nunez", "email=zoe@gmail.com", "mobile=+49 171 1234567", "external_id=X7"),
        *("street=Weg 1", "city=Köln", "title=Head of Purchasing", "tags=fair, VIP"),
        *("description=met at a fair", "source=Referral", "created_at=2026-01-02"),
    )
    leadctl.ok("log", 2, "call", "wants", "a", "quote")


def contacts_and_accounts(leadctl: Leadctl) -> None:
    """Make contacts c1 and c2 of the accounts a1 and a2, each with a deal."""
    leadctl.ok("add", "Anne O’Brien", "email=anne@queens.example", "company=Queen's Foods Ltd")
    leadctl.ok("add", "Anne OBrien", "email=anne@obrien.example", "company=Queens Foods Group")
    for lead in (1, 2):
        leadctl.ok("convert", lead, "--yes", "--deal", f"Deal {lead}")


def rows(leadctl: Leadctl, query: str) -> list[dict[str, Any]]:
    store = leadctl.store()
    found = store.query(query)
    store.close()
    return found


def test_blanks_are_filled_and_nothing_is_lost(leadctl: Leadctl) -> None:
    two(leadctl)
    done = leadctl.ok("merge", 1, 2, "--yes")
    assert (done["kind"], done["survivor"], done["merged"]) == ("lead", 1, [2])
    assert done["moved"] == {"activity": 1}
    assert done["filled"] == ["external_id", "title", "mobile"]
    assert set(done["differing"]) == {"name", "address", "email"}
    lead = leadctl.ok("show", 1)
    assert (lead["email"], lead["extra"]) == ("zoe@creme.example", {"email 2": "zoe@gmail.com"})
    assert (lead["title"], lead["mobile"]) == ("Head of Purchasing", "+491711234567")
    assert (lead["tags"], lead["description"]) == ("vip, fair", "met at a fair")
    assert (lead["city"], lead["street"]) == ("Bonn", None), "an address is taken as a whole"
    assert (lead["source"], lead["created_at"][:10]) == ("Referral", "2026-01-02"), "the first"
    assert [activity["note"] for activity in lead["activities"]] == ["wants a quote"]
    assert [lead["id"] for lead in leadctl.ok("list", "--all")] == [1]
    assert leadctl.ok("db", "doctor")["findings"] == []


@pytest.mark.parametrize("name", ["2", "ext:X7", "zoe@gmail.com", "+491711234567"])
def test_the_merged_one_leads_to_the_survivor_whatever_it_is_called(
    leadctl: Leadctl, name: str
) -> None:
    two(leadctl)
    leadctl.ok("edit", 1, "mobile=+49 171 7654321")
    leadctl.ok("merge", 1, 2, "--yes", "--field", "external_id=1")
    outcome = leadctl("show", name, "--json")
    assert (outcome.code, outcome.json["id"]) == (0, 1)
    assert outcome.err == "2 was merged into 1\n"
    leadctl.ok("log", name, "call", "again")
    assert len(leadctl.ok("show", 1)["activities"]) == 2


def test_history_shows_the_past_and_the_merge(leadctl: Leadctl) -> None:
    two(leadctl)
    leadctl.ok("edit", 2, "status=Contacted")
    merge = leadctl.ok("merge", 1, 2, "--yes")["operation"]
    past = [(row["field"], row["old"], row["new"]) for row in leadctl.ok("history", 2)]
    assert past == [
        ("merged", None, "into 1"), ("status", "New", "Contacted"), (None, None, "created"),
    ]  # fmt: skip
    of_survivor = leadctl.ok("history", 1)
    assert ("merged", "2", "into 1", merge) in [
        (row["field"], row["old"], row["new"], row["operation"]) for row in of_survivor
    ]


def test_undo_gives_everything_back_also_later(leadctl: Leadctl) -> None:
    two(leadctl)
    before = facts(leadctl.store())
    operation = leadctl.ok("merge", 1, 2, "--yes")["operation"]
    after = facts(leadctl.store())
    undone = leadctl.ok("undo", operation)
    assert (undone["kept"], undone["failed"]) == ([], [])
    assert facts(leadctl.store()) == before
    leadctl.ok("undo", undone["operation"])
    assert facts(leadctl.store()) == after
    leadctl.ok("undo", operation)
    assert facts(leadctl.store()) == before
    assert leadctl.ok("db", "doctor")["findings"] == []


def test_undo_names_what_a_person_changed_since(leadctl: Leadctl) -> None:
    two(leadctl)
    operation = leadctl.ok("merge", 1, 2, "--yes")["operation"]
    edit = leadctl.ok("edit", 1, "title=Director")["operation"]
    leadctl.ok("log", 1, "meeting", "signed")
    outcome = leadctl("undo", operation, "--json")
    assert outcome.code == 3
    assert outcome.json["kept"] == [
        {"kind": "lead", "id": 1, "field": "title", "reason": f"changed since by op{edit}"}
    ]
    assert leadctl.ok("show", 1)["title"] == "Director"
    assert leadctl.ok("show", 2)["title"] == "Head of Purchasing"
    notes = [activity["note"] for activity in leadctl.ok("show", 1)["activities"]]
    assert notes == ["signed"]
    assert leadctl.ok("db", "doctor")["findings"] == []


def test_who_took_over_an_external_id_stands_in_the_way_until_that_is_undone(
    leadctl: Leadctl,
) -> None:
    two(leadctl)
    leadctl.ok("add", "Z. Núñez", "email=z@nunez.example")
    before = facts(leadctl.store())
    first = leadctl.ok("merge", 1, 2, "--yes")["operation"]
    second = leadctl.ok("merge", 3, 1, "--yes")["operation"]
    after = facts(leadctl.store())
    outcome = leadctl("undo", first, "--json")
    assert (outcome.code, outcome.json["operation"]) == (3, None)
    assert "another record has the same external id" in outcome.err
    assert facts(leadctl.store()) == after
    leadctl.ok("undo", second)
    leadctl.ok("undo", first)
    assert facts(leadctl.store()) == before


def test_a_chain_leads_to_the_last_and_comes_apart_in_any_order(leadctl: Leadctl) -> None:
    two(leadctl)
    leadctl.ok("edit", 2, "external_id=")
    leadctl.ok("add", "Z. Núñez", "email=z@nunez.example")
    before = facts(leadctl.store())
    first = leadctl.ok("merge", 1, 2, "--yes")["operation"]
    second = leadctl.ok("merge", 3, 1, "--yes")["operation"]
    assert leadctl.ok("show", 2)["id"] == leadctl.ok("show", 1)["id"] == 3
    outcome = leadctl("undo", first, "--json")
    assert outcome.code == 3
    assert {left["reason"] for left in outcome.json["failed"]} == {"merged into 3 since"}
    assert leadctl.ok("show", 2)["id"] == 2
    assert leadctl.ok("db", "doctor")["findings"] == []
    assert leadctl("undo", second).code in (0, 3)
    assert leadctl("undo", first).code == 0
    assert facts(leadctl.store()) == before
    assert leadctl.ok("db", "doctor")["findings"] == []


def test_undo_of_an_import_keeps_what_was_merged_and_says_so(leadctl: Leadctl) -> None:
    leadctl.ok("add", "Zoë Núñez", "email=zoe@creme.example")
    file = leadctl.write("leads.csv", "Name,Email\nZoe Nunez,zoe@gmail.com\nJo Li,jo@li.example\n")
    operation = leadctl.ok("import", file)["operation"]
    merge = leadctl.ok("merge", 1, 2, "--yes")["operation"]
    outcome = leadctl("undo", operation, "--json")
    assert outcome.code == 3
    kept = {(left["kind"], left["id"]): left["reason"] for left in outcome.json["kept"]}
    assert kept["lead", 2] == "merged into 1 since"
    assert [lead["id"] for lead in leadctl.ok("list")] == [1]
    leadctl.ok("undo", merge)
    leadctl.ok("undo", operation)
    assert [lead["id"] for lead in leadctl.ok("list")] == [1]


def test_undo_of_an_older_edit_of_a_merged_lead_says_where_it_went(leadctl: Leadctl) -> None:
    two(leadctl)
    edit = leadctl.ok("edit", 2, "rating=hot")["operation"]
    leadctl.ok("merge", 1, 2, "--yes")
    outcome = leadctl("undo", edit, "--json")
    assert outcome.code == 3
    assert outcome.json["failed"] == [
        {"kind": "lead", "id": 2, "field": "rating", "reason": "merged into 1 since"}
    ]


def test_a_lead_comes_back_as_it_was_to_the_second(leadctl: Leadctl) -> None:
    leadctl.ok("rep", "add", "Ana")
    two(leadctl)
    leadctl.ok("assign", 2, "--to", "Ana")
    before = leadctl.ok("show", 2)
    leadctl.ok("merge", 1, 2, "--yes")
    leadctl.now += timedelta(days=2)
    leadctl.ok("undo", "--yes")
    assert leadctl.ok("show", 2) == before


def test_the_survivor_may_be_converted_before_the_merge_is_undone(leadctl: Leadctl) -> None:
    two(leadctl)
    before = leadctl.ok("show", 2)
    merge = leadctl.ok("merge", 1, 2, "--yes")["operation"]
    leadctl.ok("convert", 1, "--yes")
    assert leadctl("undo", merge).code == 0
    again = leadctl.ok("show", 2)
    assert {**again, "version": 0, "updated_at": 0} == {**before, "version": 0, "updated_at": 0}
    assert leadctl.ok("show", 1)["converted_at"]
    assert leadctl.ok("db", "doctor")["findings"] == []


def test_a_converted_lead_survives_and_keeps_its_values(leadctl: Leadctl) -> None:
    two(leadctl)
    leadctl.ok("convert", 2, "--yes")
    done = leadctl.ok("merge", 1, 2, "--yes", "--policy", "oldest")
    assert (done["survivor"], done["merged"]) == (2, [1])
    lead = leadctl.ok("show", 1)
    assert (lead["email"], lead["phone"]) == ("zoe@gmail.com", "+493023125001")
    assert lead["extra"] == {"email 2": "zoe@creme.example"}


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((1, 1), 2, "lead 1 cannot be merged with itself"),
        ((1,), 2, "merge needs two or more"),
        ((1, 99), 4, "there is no lead 99"),
        ((1, 3), 5, "lead 3 was merged into 2"),
        ((1, "c1"), 2, "leads and contacts are not merged with each other"),
        (("d1", "d2"), 2, "deals are not merged"),
        ((1, 2, "--keep", 4), 2, "4 is none of those to merge"),
        ((1, 2, "--field", "email=4"), 2, "4 is none of those to merge"),
        ((1, 2, "--field", "colour=1"), 2, "no value of leads can be chosen in 'colour'"),
        ((1, 2, "--field", "email"), 2, "--field 'email' names no record"),
        ((1, 2, "--policy", "best"), 2, "unknown policy 'best'"),
        ((5, 6), 5, "leads 5 and 6 are both converted"),
        ((1, 5, "--keep", 1), 5, "lead 5 is converted, so that it stays"),
        ((5, 1, "--field", "name=1"), 5, "lead 5 is converted: its values stay"),
    ],
)
def test_what_cannot_be_merged_is_said_in_one_line(
    leadctl: Leadctl, words: tuple[Any, ...], code: int, said: str
) -> None:
    for number in range(1, 7):
        leadctl.ok("add", f"Lead {number}", f"email=lead{number}@x.example")
    leadctl.ok("merge", 2, 3, "--yes")
    for lead in (5, 6):
        leadctl.ok("convert", lead, "--yes")
    before = facts(leadctl.store())
    outcome = leadctl("merge", *words, "--yes", "--json")
    assert (outcome.code, outcome.err.count("\n")) == (code, 1), outcome
    assert said in outcome.json["error"]["message"]
    assert facts(leadctl.store()) == before


def test_someone_who_changed_one_meanwhile_is_a_conflict(leadctl: Leadctl) -> None:
    two(leadctl)

    def meanwhile() -> str:
        leadctl.ok("edit", 2, "rating=hot", env={"LEADCTL_USER": "other"})
        return "yes"

    outcome = leadctl("merge", 1, 2, answers=Answers(meanwhile))
    assert outcome.code == 5
    assert "lead 2 changed meanwhile; nothing was merged" in outcome.err
    assert len(leadctl.ok("list")) == 2


def test_without_a_terminal_it_needs_yes_and_a_dry_run_changes_nothing(leadctl: Leadctl) -> None:
    two(leadctl)
    before = facts(leadctl.store())
    outcome = leadctl("merge", 1, 2)
    assert (outcome.code, outcome.out) == (7, "")
    assert "--yes" in outcome.err
    trial = leadctl.ok("merge", 1, 2, "--dry-run")
    assert (trial["operation"], trial["dry_run"], trial["moved"]) == (None, True, {"activity": 1})
    assert facts(leadctl.store()) == before
    asked = leadctl("merge", 1, 2, "--policy", "ask", "--yes")
    assert asked.code == 7
    assert "--field name=1" in asked.err


def test_at_a_terminal_records_stand_side_by_side(leadctl: Leadctl) -> None:
    two(leadctl)
    answers = Answers("field", "email", 2, "keep", 2, "yes")
    outcome = leadctl("merge", 1, 2, terminal=True, answers=answers)
    assert outcome.code == 0, outcome
    assert "≠ email " in outcome.screen
    assert answers.asked == [
        "Merge?", "Of which field?", "Which email?", "Merge?", "Which one survives?", "Merge?",
    ]  # fmt: skip
    lead = leadctl.ok("show", 1)
    assert (lead["id"], lead["email"]) == (2, "zoe@gmail.com")
    assert leadctl("merge", 2, 2, terminal=True, answers=Answers()).code == 2


def test_no_leaves_both_and_ctrl_c_too(leadctl: Leadctl) -> None:
    two(leadctl)
    before = facts(leadctl.store())
    assert leadctl("merge", 1, 2, answers=Answers("no")).code == 0
    assert leadctl("merge", 1, 2, answers=Answers(KeyboardInterrupt)).code == 130
    assert facts(leadctl.store()) == before


def test_policies(leadctl: Leadctl) -> None:
    two(leadctl)
    done = leadctl.ok("merge", 1, 2, "--policy", "oldest", "--dry-run")
    assert done["differing"] == {"name": 2, "address": 2, "email": 2}
    done = leadctl.ok("merge", 2, 1, "--policy", "newest", "--dry-run")
    assert (done["survivor"], done["differing"]) == (2, {"name": 1, "address": 1, "email": 1})
    answers = Answers(2, 1, 2, "yes")
    leadctl("merge", 1, 2, "--policy", "ask", answers=answers)
    assert answers.asked == ["Which name?", "Which address?", "Which email?", "Merge?"]
    lead = leadctl.ok("show", 1)
    assert (lead["last_name"], lead["city"], lead["email"]) == ("Nunez", "Bonn", "zoe@gmail.com")
    assert lead["extra"] == {"email 2": "zoe@creme.example"}


def test_contacts_and_accounts_take_what_belongs_to_them_along(leadctl: Leadctl) -> None:
    contacts_and_accounts(leadctl)
    before = facts(leadctl.store())
    done = leadctl.ok("merge", "a1", "a2", "--yes")
    assert done["moved"] == {"lead": 1, "contact": 1, "deal": 1}
    done = leadctl.ok("merge", "c1", "c2", "--yes")
    assert done["moved"] == {"lead": 1, "deal": 1}
    for table, column in (
        ("leads", "contact_id"),
        ("deals", "account_id"),
        ("deals", "contact_id"),
    ):
        assert {row[column] for row in rows(leadctl, f"SELECT {column} FROM {table}")} == {1}
    assert leadctl.ok("show", "c2")["id"] == 1
    assert leadctl.ok("db", "doctor")["findings"] == []
    leadctl.ok("undo", "--yes")
    leadctl.ok("undo", "--yes")
    assert facts(leadctl.store()) == before


def test_the_same_file_again_creates_nothing_after_a_merge(leadctl: Leadctl) -> None:
    file = leadctl.write(
        "leads.csv",
        "Id,Name,Email,Street,City\n7,Zoë Núñez,zoe@creme.example,,Bonn\n"
        "8,Zoe Nunez,zoe@gmail.com,Weg 1,Köln\n,Z. Nunez,z@nunez.example,Allee 2,Essen\n",
    )
    leadctl.ok("import", file, "--map", "Id=external_id")
    leadctl.ok("merge", 1, 2, 3, "--yes")
    before = facts(leadctl.store())
    for policy in ("fill", "overwrite"):
        again = leadctl.ok("import", file, "--map", "Id=external_id", "--on-duplicate", policy)
        assert (again["created"], again["updated"], again["rejected"]) == (0, 0, 0)
        assert (again["skipped"], again["merged"]) == (2, [1])
    assert facts(leadctl.store())["leads"] == before["leads"]
    other = leadctl.write("other.csv", "Name,Email,Title\nZoe N.,ZOE@gmail.com,Director\n")
    assert leadctl("import", other).err.count("merged into others since (lead 1)") == 1


def test_who_is_no_duplicate_of_a_merged_one_is_none_of_the_survivor(leadctl: Leadctl) -> None:
    for email in ("zoe@creme.example", "zoe@gmail.com", "zoe@gmail.com"):
        leadctl.ok("add", "Zoë Núñez", f"email={email}", "phone=+49 30 23125001")
    leadctl.ok("dedupe", "--not", 2, 3)
    leadctl.ok("merge", 1, 2, "--yes")
    assert leadctl.ok("dedupe") == []
    leadctl.ok("undo", "--yes")
    assert [3 in group["ids"] and 2 in group["ids"] for group in leadctl.ok("dedupe")] == [False]


def test_fields_of_your_own_are_merged_as_others_are(leadctl: Leadctl) -> None:
    two(leadctl)
    leadctl.ok("field", "add", "budget", "--type", "money")
    leadctl.ok("edit", 2, "budget=1200")
    assert leadctl.ok("merge", 1, 2, "--dry-run")["filled"][-1] == "budget"
    assert "1,200" in leadctl("merge", 1, 2, "--dry-run", terminal=True).screen
    leadctl.ok("merge", 1, 2, "--yes")
    assert leadctl.ok("show", 1)["budget"] == 1200
    leadctl.ok("undo", "--yes")
    assert leadctl.ok("show", 2)["budget"] == 1200


def test_money_reads_in_thousands(leadctl: Leadctl) -> None:
    two(leadctl)
    leadctl.ok("edit", 1, "amount=12000 EUR", "annual_revenue=2240000")
    screen = leadctl("merge", 1, 2, "--dry-run", terminal=True).screen
    assert "12,000 revenue 2,240,000 EUR" in " ".join(screen.split())


def test_an_account_never_belongs_to_itself(leadctl: Leadctl) -> None:
    for name in ("Top", "Middle", "Bottom"):
        leadctl.ok("account", "add", name)
    leadctl.ok("account", "edit", "a2", "parent=a1")
    assert leadctl.ok("merge", "a2", "a1", "--dry-run")["survivor"] == 2
    leadctl.ok("account", "edit", "a3", "parent=a2")
    before = facts(leadctl.store())
    leadctl.ok("merge", "a2", "a1", "--yes")
    assert leadctl.ok("account", "show", "a2")["parent_id"] is None
    leadctl.ok("undo", "--yes")
    assert facts(leadctl.store()) == before


@pytest.mark.parametrize(
    ("words", "parents"),
    [
        # Above everything stands a4.
        (("a1", "a2"), {1: 4, 3: 1}),
        (("a1", "a3"), {1: 4, 2: 1}),
        (("a3", "a1"), {2: 3, 3: 4}),
        (("a3", "a1", "a2"), {3: 4}),
        (("a2", "a3"), {1: 4, 2: 1}),
        (("a3", "a4"), {1: 3, 2: 1, 3: None}),
        (("a4", "a3"), {1: 4, 2: 1}),
    ],
)
def test_parent_and_child_become_one(
    leadctl: Leadctl, words: tuple[str, ...], parents: dict[int, int | None]
) -> None:
    for name in ("Middle", "Lower", "Bottom", "Top"):
        leadctl.ok("account", "add", name)
    for child, parent in (("a1", "a4"), ("a2", "a1"), ("a3", "a2")):
        leadctl.ok("account", "edit", child, f"parent={parent}")
    before = facts(leadctl.store())
    leadctl.ok("merge", *words, "--yes")
    accounts = leadctl.ok("account", "list")
    assert {of["id"]: of["parent_id"] for of in accounts if of["id"] != 4} == parents
    assert leadctl.ok("db", "doctor")["findings"] == []
    leadctl.ok("undo", "--yes")
    assert facts(leadctl.store()) == before


WORDS = st.sampled_from(["", "Zoë", "zoe", "Bonn", "Köln", "X"])
PEOPLE = st.fixed_dictionaries(
    {
        "first_name": WORDS, "last_name": WORDS, "street": WORDS, "city": WORDS, "tags": WORDS,
        "email": st.sampled_from(["", "a@x.example", "A@x.example", "b@x.example"]),
        "phone": st.sampled_from(["", "+4930111111", "+49 30 111111", "+4930222222"]),
        "mobile": st.sampled_from(["", "+4930111111", "+4917133333"]),
        "email_opt_out": st.sampled_from([None, 0, 1]),
        "extra": st.dictionaries(st.sampled_from(["budget", "email 2"]), WORDS.filter(bool)),
        "created_day": st.integers(1, 3),
    }
)  # fmt: skip


@given(people=st.lists(PEOPLE, min_size=2, max_size=4), policy=st.sampled_from(POLICIES))
def test_nothing_that_is_united_is_lost(people: list[dict[str, Any]], policy: str) -> None:
    blank = dict.fromkeys(
        "title source campaign status lost_reason external_id external_system amount currency"
        " annual_revenue website company description postal_code state country salutation"
        " owner_id".split()
    )
    records = [
        {
            **blank, **{name: value or None for name, value in person.items()}, "id": number,
            "extra": person["extra"], "email_opt_out": person["email_opt_out"],
            "version": 1, "created_at": f"2026-01-0{person['created_day']}",
        }
        for number, person in enumerate(people, 1)
    ]  # fmt: skip
    made = plan("lead", records, policy=policy)
    merged = {**records[0], **made.values}
    if "extra" in made.values:
        merged["extra"] = json.loads(made.values["extra"] or "{}")
    kept = [str(value) for value in merged["extra"].values()]
    for record in records:
        for name, key in (("email", email_key), ("phone", phone_key), ("mobile", phone_key)):
            own = (merged["email"],) if name == "email" else (merged["phone"], merged["mobile"])
            if record[name]:
                assert key(record[name]) in {key(value) for value in (*own, *kept) if value}
        assert set(record["extra"].values()) <= set(kept)
        assert (record["tags"] or "").casefold() in f", {merged['tags'] or ''}".casefold()
        assert merged["created_day"] <= record["created_day"]
        assert not record["email_opt_out"] or merged["email_opt_out"] == 1
    address = (merged["street"], merged["city"])
    assert address in {(record["street"], record["city"]) for record in records}
    assert plan("lead", records, policy=policy) == made


def test_a_merge_in_bulk_leaves_out_what_cannot_be_merged(leadctl: Leadctl) -> None:
    from leadctl.merging.writing import look, merge_groups

    for number in range(1, 9):
        leadctl.ok("add", f"Lead {number}", f"external_id=X{number}")
    store = leadctl.store()
    there = look(store, "lead", range(1, 9))
    plans = [plan("lead", [there[a], there[b]]) for a, b in ((1, 2), (3, 4), (4, 5), (6, 7))]
    with store.operation("merge groups") as op:
        op.update("lead", [(7, {"rating": "hot"})])
        failed = merge_groups(op, plans)
    assert [(each.plan.survivor, each.error.message) for each in failed] == [
        (4, "lead 4 is gone; nothing was merged"),
        (6, "lead 7 changed meanwhile; nothing was merged"),
    ]
    assert store.existing("lead", range(1, 9)) == {1, 3, 5, 6, 7, 8}
    store.close()
    assert leadctl.ok("db", "doctor")["findings"] == []
    leadctl.ok("undo", "--yes")
    assert len(leadctl.ok("list")) == 8


def test_the_doctor_finds_a_forward_that_leads_nowhere(leadctl: Leadctl) -> None:
    two(leadctl)
    leadctl.ok("merge", 1, 2, "--yes")
    store = leadctl.store()
    store.connection.execute("PRAGMA foreign_keys = off")
    store.connection.execute("UPDATE forwards SET lead_id = 99")
    store.close()
    outcome = leadctl("db", "doctor", "--json")
    assert outcome.code == 6
    assert [finding["check"] for finding in outcome.json["findings"]] == ["references"]
