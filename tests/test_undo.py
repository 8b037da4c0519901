"""leadctl undo: reversed, kept, failed; undo of undo; what machines did goes along."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Answers, Leadctl, Outcome, Store, facts

from leadctl.undo import Undo


def lead_of(leadctl: Leadctl, lead: int = 1) -> Any:
    return leadctl.ok("show", lead)


def imported(leadctl: Leadctl, *rows: str) -> int:
    file = leadctl.write("leads.csv", "\n".join(["Name,Email,Phone,Company", *rows]) + "\n")
    return leadctl.ok("import", file)["operation"]


def left_of(outcome: Outcome, field: str) -> str:
    """Return why an undo kept a field."""
    [reason] = [left["reason"] for left in outcome.json["kept"] if left["field"] == field]
    return str(reason)


def test_an_edit_goes_back_to_the_value_before(leadctl: Leadctl) -> None:
    leadctl.ok("add", "Zoë Núñez", "phone=+493023125001")
    operation = leadctl.ok("edit", 1, "phone=", "status=Contacted")["operation"]
    undone = leadctl.ok("undo", operation)
    assert (undone["undone"], undone["reversed"], undone["kept"], undone["failed"]) == (
        operation, 1, [], [],
    )  # fmt: skip
    assert lead_of(leadctl)["phone"] == "+493023125001"
    assert lead_of(leadctl)["status"] == "New"


def test_a_field_that_changed_since_is_kept_and_named(leadctl: Leadctl) -> None:
    leadctl.ok("add", "Zoë Núñez")
    first = leadctl.ok("edit", 1, "status=Contacted", "rating=hot")["operation"]
    second = leadctl.ok("edit", 1, "status=Nurture")["operation"]
    outcome = leadctl("undo", first, "--json")
    assert outcome.code == 3
    assert outcome.json["kept"] == [
        {"kind": "lead", "id": 1, "field": "status", "reason": f"changed since by op{second}"}
    ]
    assert lead_of(leadctl)["status"] == "Nurture"
    assert lead_of(leadctl)["rating"] is None


def test_what_was_kept_can_be_tried_again(leadctl: Leadctl) -> None:
    leadctl.ok("add", "Zoë Núñez")
    first = leadctl.ok("edit", 1, "status=Contacted", "rating=hot")["operation"]
    second = leadctl.ok("edit", 1, "status=Nurture")["operation"]
    assert leadctl("undo", first).code == 3
    leadctl.ok("undo", second)
    again = leadctl.ok("undo", first)
    assert again["reversed"] == 1
    assert lead_of(leadctl)["status"] == "New"
    nothing = leadctl("undo", first)
    assert nothing.code == 0
    assert "undone already" in nothing.out


def test_an_edit_that_was_undone_does_not_protect_what_an_import_made(leadctl: Leadctl) -> None:
    operation = imported(leadctl, "Zoë Núñez,zoe@creme.example,,")
    edit = leadctl.ok("edit", 1, "status=Contacted")["operation"]
    assert leadctl("undo", operation).code == 3
    leadctl.ok("undo", edit)
    leadctl.ok("undo", operation)
    assert leadctl.ok("list", "--all") == []


def test_an_activity_that_a_person_logged_protects_a_lead(leadctl: Leadctl) -> None:
    operation = imported(leadctl, "Zoë Núñez,zoe@creme.example,,", "Jo Li,jo@li.example,,")
    leadctl.ok("log", 1, "call", "wants", "a", "quote")
    outcome = leadctl("undo", operation, "--json")
    assert outcome.code == 3
    assert [(left["id"], left["reason"]) for left in outcome.json["kept"]] == [
        (1, "activity 1 belongs to it")
    ]
    assert [lead["id"] for lead in leadctl.ok("list")] == [1]


def test_an_import_goes_although_cron_has_assigned_and_scored_its_leads(leadctl: Leadctl) -> None:
    leadctl.ok("rep", "add", "ana", "ben")
    with_reps = facts(leadctl.store())
    operation = imported(
        leadctl, "Zoë Núñez,zoe@creme.example,,", "Jo Li,jo@li.example,,", "Al Ba,al@ba.example,,"
    )
    assign = leadctl.ok("assign", "--round-robin")["operation"]
    leadctl.ok("score")
    trial = leadctl("undo", operation, "--dry-run")
    assert "3 leads removed, 3 assignments of them since taken back" in trial.out
    undone = leadctl.ok("undo", operation)
    assert undone["reversed"] == 3
    assert leadctl.ok("list", "--all") == []
    left = facts(leadctl.store())
    assert left["assignments"] == []
    assert left["leads"] == with_reps["leads"] == []
    leadctl.ok("undo", undone["operation"])
    assert {lead["owner"] for lead in leadctl.ok("list")} == {"ana", "ben"}
    leadctl.ok("undo", assign)
    leadctl.ok("undo", operation)
    assert facts(leadctl.store()) == with_reps


def test_a_lead_that_a_person_assigned_is_kept(leadctl: Leadctl) -> None:
    leadctl.ok("rep", "add", "ana")
    operation = imported(leadctl, "Zoë Núñez,zoe@creme.example,,", "Jo Li,jo@li.example,,")
    leadctl.ok("assign", 1, "--to", "ana")
    outcome = leadctl("undo", operation, "--json")
    assert outcome.code == 3
    assert [left["id"] for left in outcome.json["kept"]] == [1]


def test_a_rep_to_whom_only_cron_has_dealt_goes_and_the_leads_are_free_again(
    leadctl: Leadctl,
) -> None:
    imported(leadctl, "Zoë Núñez,zoe@creme.example,,")
    reps = leadctl.ok("rep", "add", "ana")["operation"]
    leadctl.ok("assign", "--round-robin")
    leadctl.ok("undo", reps)
    assert lead_of(leadctl)["owner"] is None
    assert leadctl.ok("rep", "list") == []


def test_an_undo_can_be_undone(leadctl: Leadctl) -> None:
    operation = imported(leadctl, "Zoë Núñez,zoe@creme.example,,", "Jo Li,jo@li.example,,")
    before = facts(leadctl.store())
    undo = leadctl.ok("undo", operation)["operation"]
    assert leadctl.store().operation_row(operation)["undone_by"] == undo
    leadctl.ok("undo", undo)
    assert facts(leadctl.store()) == before
    assert leadctl.store().operation_row(operation)["undone_by"] is None
    leadctl.ok("undo", operation)
    assert leadctl.ok("list", "--all") == []


def test_updated_rows_of_an_import_go_back_too(leadctl: Leadctl) -> None:
    leadctl.ok("add", "Zoë Núñez", "email=zoe@creme.example")
    before = facts(leadctl.store())
    operation = imported(leadctl, "Zoë Núñez,zoe@creme.example,+49 30 23125 001,Crème & Fils")
    assert lead_of(leadctl)["company"] == "Crème & Fils"
    leadctl.ok("undo", operation)
    assert facts(leadctl.store()) == before


def test_undo_alone_takes_back_my_newest_and_leaves_others_and_undos(leadctl: Leadctl) -> None:
    mine = leadctl.ok("add", "Zoë Núñez")["operation"]
    leadctl.ok("add", "Jo Li", env={"LEADCTL_USER": "other"})
    leadctl.ok("score")
    assert leadctl.ok("undo", "--yes")["undone"] == mine
    assert leadctl.ok("undo", "--yes")["undone"] is None
    assert [lead["last_name"] for lead in leadctl.ok("list")] == ["Li"]


def test_undo_alone_asks_at_a_terminal_after_showing_what_it_is(leadctl: Leadctl) -> None:
    leadctl.ok("add", "Zoë Núñez")
    no = Answers(False)
    outcome = leadctl("undo", answers=no)
    assert outcome.code == 0
    assert "op1 (add, you, just now, 1 created): 1 lead removed" in outcome.out
    assert no.asked == ["Take it back?"]
    assert len(leadctl.ok("list")) == 1
    assert leadctl("undo", answers=Answers(True)).code == 0
    assert leadctl.ok("list") == []


def test_undo_alone_without_a_terminal_names_the_flag(leadctl: Leadctl) -> None:
    leadctl.ok("add", "Zoë Núñez")
    outcome = leadctl("undo")
    assert (outcome.code, outcome.out) == (7, "")
    assert "--yes" in outcome.err
    assert leadctl("undo", 1).code == 0


def test_ctrl_c_at_the_question_leaves_everything(leadctl: Leadctl) -> None:
    leadctl.ok("add", "Zoë Núñez")
    assert leadctl("undo", answers=Answers(KeyboardInterrupt)).code == 130
    assert len(leadctl.ok("list")) == 1


def test_a_dry_run_counts_the_same_and_changes_nothing(leadctl: Leadctl) -> None:
    operation = imported(leadctl, "Zoë Núñez,zoe@creme.example,,", "Jo Li,jo@li.example,,")
    before = facts(leadctl.store())
    trial = leadctl.ok("undo", operation, "--dry-run")
    assert (trial["operation"], trial["dry_run"]) == (None, True)
    assert facts(leadctl.store()) == before
    real = leadctl.ok("undo", operation)
    assert trial["reversed"] == real["reversed"] == 2


def test_scoring_is_no_undo_point(leadctl: Leadctl) -> None:
    leadctl.ok("add", "Zoë Núñez", "phone=+493023125001")
    operation = leadctl.ok("score")["operation"]
    outcome = leadctl("undo", operation)
    assert outcome.code == 2
    assert "nothing to take back" in outcome.err


@pytest.mark.parametrize(("words", "code"), [((99,), 4), (("op99",), 4), (("x",), 2)])
def test_an_operation_that_is_not_there(leadctl: Leadctl, words: tuple[str], code: int) -> None:
    leadctl.ok("add", "Zoë Núñez")
    outcome = leadctl("undo", *words)
    assert (outcome.code, outcome.out) == (code, "")
    assert outcome.err.count("\n") == 1


def test_a_removed_record_that_cannot_come_back_is_said_to_have_failed(leadctl: Leadctl) -> None:
    leadctl.ok("add", "Zoë Núñez", "external_id=4711")
    undo = leadctl.ok("undo", 1)["operation"]
    leadctl.ok("add", "Jo Li", "external_id=4711")
    outcome = leadctl("undo", undo, "--json")
    assert outcome.code == 3
    assert [(left["kind"], left["id"]) for left in outcome.json["failed"]] == [("lead", 1)]
    assert outcome.json["operation"] is None


def test_history_of_a_record_shows_each_field_and_who_undid_it(leadctl: Leadctl) -> None:
    leadctl.ok("add", "Zoë Núñez")
    leadctl.ok("edit", 1, "status=Contacted")
    leadctl.ok("undo", 2)
    rows = leadctl.ok("history", 1)
    assert [(row["field"], row["old"], row["new"], row["operation"]) for row in rows] == [
        ("status", "Contacted", "New", 3),
        ("status", "New", "Contacted", 2),
        (None, None, "created", 1),
    ]


def test_doing_an_assign_again_after_its_leads_are_gone_fails_by_name(leadctl: Leadctl) -> None:
    leadctl.ok("rep", "add", "ana")
    operation = imported(leadctl, "Zoë Núñez,zoe@creme.example,,")
    assign = leadctl.ok("assign", "--round-robin")["operation"]
    undo = leadctl.ok("undo", assign)["operation"]
    leadctl.ok("undo", operation)
    outcome = leadctl("undo", undo, "--json")
    assert outcome.code == 3
    assert {(left["kind"], left["reason"]) for left in outcome.json["failed"]} == {
        ("assignment", "lead 1 is gone"),
        ("lead", "the record is gone"),
    }


def test_an_owner_who_is_gone_does_not_come_back_to_a_lead(leadctl: Leadctl) -> None:
    reps = leadctl.ok("rep", "add", "ana")["operation"]
    imported(leadctl, "Zoë Núñez,zoe@creme.example,,")
    leadctl.ok("assign", 1, "--to", "ana")
    cleared = leadctl.ok("edit", 1, "owner=")["operation"]
    assert leadctl("undo", reps).code == 3
    leadctl.ok("undo", cleared)
    assert lead_of(leadctl)["owner"] == "ana"


def test_ctrl_c_is_said_in_one_line(leadctl: Leadctl) -> None:
    leadctl.ok("add", "Zoë Núñez")
    outcome = leadctl("undo", answers=Answers(KeyboardInterrupt))
    assert (outcome.code, outcome.err) == (130, "leadctl: interrupted\n")


def test_undo_alone_leads_on_where_all_of_an_operation_stays(leadctl: Leadctl) -> None:
    before = leadctl.ok("add", "Zoë Núñez")["operation"]
    stuck = leadctl.ok("edit", 1, "city=Bonn")["operation"]
    leadctl.ok("edit", 1, "city=Cologne", env={"LEADCTL_USER": "other"})
    for more in ({"answers": Answers()}, {}):
        outcome = leadctl("undo", *([] if more else ["--yes"]), **more)
        assert outcome.code == 3
        assert f"op{stuck} (edit 1 city, you, just now, 1 updated) stays as it is: " in outcome.out
        assert "kept lead 1 city: changed since by op3" in outcome.err
        assert f"the one before it: leadctl undo {before}" in outcome.err


def test_a_value_that_was_written_again_since_stays(leadctl: Leadctl) -> None:
    leadctl.ok("rep", "add", "ana", "ben")
    imported(leadctl, "Zoë Núñez,zoe@creme.example,,")
    dealt = leadctl.ok("assign", "--round-robin")["operation"]
    leadctl.ok("assign", 1, "--to", "ben", "--reassign")
    again = leadctl.ok("assign", 1, "--to", "ana", "--reassign")["operation"]
    outcome = leadctl("undo", dealt, "--json")
    assert outcome.code == 3
    assert [(left["field"], left["reason"]) for left in outcome.json["kept"]] == [
        ("owner_id", f"changed since by op{again}")
    ]
    assert lead_of(leadctl)["owner"] == "ana"
    leadctl.ok("undo", again)
    leadctl.ok("undo", again - 1)
    leadctl.ok("undo", dealt)
    assert lead_of(leadctl)["owner"] is None


def test_a_deal_is_not_made_again_where_its_blank_was_written_again(leadctl: Leadctl) -> None:
    leadctl.ok("rep", "add", "ana", "ben")
    imported(leadctl, "Zoë Núñez,zoe@creme.example,,")
    dealt = leadctl.ok("assign", "--round-robin")["operation"]
    undone = leadctl.ok("undo", dealt)["operation"]
    leadctl.ok("assign", 1, "--to", "ben")
    leadctl.ok("edit", 1, "owner=")
    leadctl("undo", undone)
    assert lead_of(leadctl)["owner"] is None
    assert leadctl.ok("assign", "explain", 1)["owner"] is None
    assert leadctl.ok("assign", "--round-robin")["assigned"] == 1


def test_a_lead_that_was_dealt_to_its_owner_again_stays_there(leadctl: Leadctl) -> None:
    leadctl.ok("rep", "add", "ana")
    imported(leadctl, "Zoë Núñez,zoe@creme.example,,")
    dealt = leadctl.ok("assign", "--round-robin")["operation"]
    again = leadctl.ok("assign", 1, "--round-robin", "--reassign")["operation"]
    outcome = leadctl("undo", dealt, "--json")
    assert [(left["field"], left["reason"]) for left in outcome.json["kept"]] == [
        ("owner_id", f"changed since by op{again}")
    ]
    assert leadctl.ok("assign", "explain", 1)["operation"] == again
    assert leadctl.ok("assign", "--round-robin")["assigned"] == 0
    assert leadctl.ok("undo", again)["reversed"] == 1
    leadctl.ok("undo", dealt)
    assert lead_of(leadctl)["owner"] is None


def test_an_undo_of_an_assignment_alone_says_so(leadctl: Leadctl) -> None:
    leadctl.ok("rep", "add", "ana")
    imported(leadctl, "Zoë Núñez,zoe@creme.example,,")
    leadctl.ok("assign", "--round-robin")
    again = leadctl.ok("assign", 1, "--round-robin", "--reassign")["operation"]
    outcome = leadctl("undo", again)
    assert outcome.code == 0
    assert f"took back op{again} " in outcome.out
    assert "1 assignment removed" in outcome.out


def test_a_pool_stays_with_the_leads_that_it_dealt(leadctl: Leadctl) -> None:
    leadctl.ok("rep", "add", "ana", "--max-day", 1)
    made = leadctl.ok("pool", "add", "eu", "ana")["operation"]
    imported(leadctl, "Zoë Núñez,zoe@creme.example,,")
    dealt = leadctl.ok("assign", "--pool", "eu")["operation"]
    outcome = leadctl("undo", made, "--json")
    assert outcome.code == 3
    assert [(left["kind"], left["reason"]) for left in outcome.json["kept"]] == [
        ("pool", "leads were assigned since")
    ]
    assert leadctl.ok("assign", "explain", 1)["pool"] == "eu"
    imported(leadctl, "Jo Li,jo@gmail.com,,")
    assert leadctl.ok("assign", "--round-robin")["reasons"] == {"all at a cap": 1}
    leadctl.ok("undo", dealt)
    leadctl.ok("undo", made)
    assert leadctl.ok("pool", "list", "--all")[1:] == []


def test_the_reason_of_a_deal_comes_back_alone_before_its_lead_does(
    leadctl: Leadctl, store: Store
) -> None:
    leadctl.ok("rep", "add", "ana")
    brought = imported(leadctl, "Zoë Núñez,zoe@creme.example,,")
    dealt = leadctl.ok("assign", "--round-robin")["operation"]
    before = facts(store)
    # 3: of the deal only whose turn it is and its reason are there to be taken back.
    undone = [leadctl("undo", each, "--json").json["operation"] for each in (brought, dealt)]
    for operation in reversed(undone):
        leadctl.ok("undo", operation)
    assert facts(store) == before


def test_what_is_asked_is_cut_between_words(leadctl: Leadctl) -> None:
    operation = imported(leadctl, "Zoë Núñez,zoe@x.example,,", "Bo Ng,bo@x.example,,")
    no = Answers(False)
    screen = leadctl("undo", operation, terminal=True, answers=no, env={"COLUMNS": "40"}).screen
    assert no.asked == ["Take it back?"]
    said = screen.removesuffix("left as it is\n")
    assert max(map(len, said.splitlines())) <= 40
    assert " ".join(said.split()).endswith("2 created): 2 leads removed")


def test_a_value_that_was_written_again_stays_where_a_merge_led_the_first_one_on(
    leadctl: Leadctl,
) -> None:
    for name in ("Zoë Núñez", "Zoe Nunez", "Jo Li"):
        leadctl.ok("contact", "add", name)
    leadctl.ok("deal", "add", "Crème")
    first = leadctl.ok("edit", "d1", "contact=c2")["operation"]
    leadctl.ok("merge", "c1", "c2", "--yes")
    leadctl.ok("edit", "d1", "contact=c3")
    again = leadctl.ok("edit", "d1", "contact=c1")["operation"]
    outcome = leadctl("undo", first, "--json")
    assert left_of(outcome, "contact_id") == f"changed since by op{again}"
    assert leadctl.ok("deal", "show", "d1")["contact_id"] == 1


def test_a_value_that_was_led_on_by_a_merge_alone_goes_back(leadctl: Leadctl) -> None:
    for name in ("Zoë Núñez", "Zoe Nunez"):
        leadctl.ok("contact", "add", name)
    leadctl.ok("deal", "add", "Crème")
    first = leadctl.ok("edit", "d1", "contact=c2")["operation"]
    leadctl.ok("merge", "c1", "c2", "--yes")
    leadctl.ok("undo", first)
    assert leadctl.ok("deal", "show", "d1")["contact_id"] is None


def test_what_keeps_a_value_is_named_and_not_the_undo_that_led_back_to_it(leadctl: Leadctl) -> None:
    leadctl.ok("add", "Zoë Núñez")
    first = leadctl.ok("edit", 1, "city=Bonn")["operation"]
    leadctl.ok("edit", 1, "city=Graz")
    again = leadctl.ok("edit", 1, "city=Bonn")["operation"]
    leadctl.ok("undo", leadctl.ok("edit", 1, "city=Linz")["operation"])
    outcome = leadctl("undo", first, "--json")
    assert left_of(outcome, "city") == f"changed since by op{again}"


def test_rows_of_a_file_stay_known_while_a_lead_that_they_brought_stays(leadctl: Leadctl) -> None:
    file = leadctl.write("leads.csv", "Name,City\nJo Li,Bonn\nAnn Bo,Graz\n")
    operation = leadctl.ok("import", file)["operation"]
    edit = leadctl.ok("edit", 1, "city=Cologne")["operation"]
    assert leadctl("undo", operation).code == 3
    again = leadctl.ok("import", file)
    assert (again["created"], again["unchanged"]) == (1, 1)
    for each in (again["operation"], edit, operation):
        leadctl.ok("undo", each)
    store = leadctl.store()
    assert not any(facts(store)[table] for table in ("leads", "imported_rows"))


def test_an_operation_of_which_all_stays_is_not_undone(leadctl: Leadctl) -> None:
    file = leadctl.write("leads.csv", "Name,City\nJo Li,Bonn\n")
    operation = leadctl.ok("import", file)["operation"]
    leadctl.ok("edit", 1, "city=Cologne", env={"LEADCTL_USER": "other"})
    before = facts(leadctl.store())
    outcome = leadctl("undo", operation, "--json")
    assert (outcome.code, outcome.json["operation"], outcome.json["reversed"]) == (3, None, 0)
    assert facts(leadctl.store()) == before
    assert leadctl.store().my_newest_operation()["id"] == operation


def test_a_deal_stays_as_it_is_where_its_lead_and_its_turn_stay(leadctl: Leadctl) -> None:
    leadctl.ok("rep", "add", "ana", "ben")
    imported(leadctl, "Zoë Núñez,zoe@creme.example,,")
    dealt = leadctl.ok("assign", "--round-robin")["operation"]
    imported(leadctl, "Jo Li,jo@li.example,,")
    leadctl.ok("assign", "--round-robin")
    given = leadctl.ok("assign", 1, "--to", "ben", "--reassign")["operation"]
    outcome = leadctl("undo", dealt, "--json")
    assert (outcome.code, outcome.json["operation"]) == (3, None)
    leadctl.ok("undo", given)
    assert leadctl.ok("assign", "explain", 1)["rule"] == "round robin"


def test_a_converted_lead_of_an_import_stays_whole_where_it_stays(leadctl: Leadctl) -> None:
    file = leadctl.write(
        "leads.csv", "Name,Email,Company,Status,Converted\nJo Li,jo@li.example,Kiln,Converted,yes\n"
    )
    operation = leadctl.ok("import", file)["operation"]
    before = facts(leadctl.store())
    note = leadctl.ok("log", 1, "note", "hello")["operation"]
    outcome = leadctl("undo", operation, "--json")
    assert outcome.code == 3
    assert {(left["kind"], left["reason"]) for left in outcome.json["kept"]} == {
        ("lead", "activity 1 belongs to it"),
        ("contact", "lead 1 belongs to it"),
        ("account", "lead 1 belongs to it"),
    }
    leadctl.ok("undo", note)
    assert facts(leadctl.store()) == before
    leadctl.ok("undo", operation)
    assert leadctl.ok("list", "--all") == leadctl.ok("contact", "list") == []


def test_a_lead_is_converted_again_as_a_whole_or_not_at_all(leadctl: Leadctl) -> None:
    leadctl.ok("add", "Jo Li", "email=jo@li.example", "company=Kiln")
    undone = leadctl.ok("undo", leadctl.ok("convert", 1, "--yes")["operation"])["operation"]
    moved = leadctl.ok("move", 1, "Contacted")["operation"]
    outcome = leadctl("undo", undone, "--json")
    assert outcome.code == 3
    assert left_of(outcome, "status") == f"changed since by op{moved}"
    assert left_of(outcome, "converted_at") == "a lead is converted again as a whole"
    lead = lead_of(leadctl)
    assert (lead["status"], lead["converted_at"], lead["contact_id"]) == ("Contacted", None, None)
    leadctl.ok("undo", moved)
    leadctl.ok("undo", undone)
    lead = lead_of(leadctl)
    assert (lead["status"], lead["contact_id"], lead["account_id"]) == ("Converted", 1, 1)
    assert lead["converted_at"]


def test_a_lead_is_not_converted_again_without_its_contact(leadctl: Leadctl) -> None:
    leadctl.ok("add", "Jo Li", "email=jo@li.example")
    contact = leadctl.ok("contact", "add", "Jo Li", "email=jo@li.example")["operation"]
    converted = leadctl.ok("convert", 1, "--contact", "c1", "--yes")["operation"]
    undone = leadctl.ok("undo", converted)["operation"]
    leadctl.ok("undo", contact)
    outcome = leadctl("undo", undone, "--json")
    assert outcome.code == 3
    assert ("lead", "contact_id", "contact 1 is gone") in {
        (left["kind"], left["field"], left["reason"]) for left in outcome.json["failed"]
    }
    assert lead_of(leadctl)["converted_at"] is None
    assert leadctl.ok("convert", 1, "--yes")["contact"] == 2


def test_an_undo_does_not_read_all_that_was_changed_since(leadctl: Leadctl) -> None:
    leadctl.ok("add", "Zoë Núñez")
    operation = leadctl.ok("log", 1, "call", "a", "quote")["operation"]
    store = leadctl.store()
    seen: list[str] = []
    with store.operation("undo", dry_run=True) as op:
        store.connection.set_trace_callback(seen.append)
        Undo(op, operation).run()
        store.connection.set_trace_callback(None)
        [asked] = [query for query in seen if "max(c.operation) FROM temp.doomed" in query]
        plan = [row["detail"] for row in store.query(f"EXPLAIN QUERY PLAN {asked}")]
    assert any("SEARCH c USING INDEX changes_of_record" in step for step in plan), plan
