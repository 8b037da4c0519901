"""add and edit: one grammar, duplicates named, questions only where a condition decides."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Answers, Leadctl, facts

from leadctl.store import Store


class TestAdd:
    def test_a_name_and_fields(self, leadctl: Leadctl) -> None:
        lead = leadctl.ok(
            "add", "Zoë", "van", "Núñez", "email=zoe@creme.example", "company=Crème & Fils",
            "employees=1,200", "amount=12.000,50 EUR", "country=fr", "email_opt_out=nein",
        )  # fmt: skip
        assert (lead["first_name"], lead["last_name"]) == ("Zoë", "van Núñez")
        assert (lead["employees"], lead["amount"], lead["currency"]) == (1200, 12000.5, "EUR")
        assert (lead["country"], lead["email_opt_out"], lead["status"]) == ("FR", False, "New")
        assert lead["created_at"] == "2026-11-22T09:00:00Z"
        assert (lead["operation"], lead["dry_run"], lead["duplicates"]) == (1, False, [])
        assert lead["id"] == 1

    def test_the_currency_may_stand_in_any_amount(self, leadctl: Leadctl) -> None:
        lead = leadctl.ok("add", "Ada", "annual_revenue=1,200 EUR")
        assert (lead["annual_revenue"], lead["currency"]) == (1200, "EUR")
        both = leadctl.ok("add", "Bob", "annual_revenue=5 USD", "amount=3 EUR")
        assert both["currency"] == "EUR"

    def test_one_line_and_the_way_back_on_a_terminal(self, leadctl: Leadctl) -> None:
        outcome = leadctl("add", "Ada", "company=Kiln AG", terminal=True)
        assert outcome.out == "lead 1 added: Ada · Kiln AG\n"
        assert outcome.err.splitlines()[0].startswith("new database: ")
        assert "\x1b[2mundo: leadctl undo 1 · look: leadctl show 1\x1b[0m\n" in outcome.err

    def test_the_way_back_is_plain_where_colours_are_unwanted(self, leadctl: Leadctl) -> None:
        for env in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
            outcome = leadctl("add", "Ada", terminal=True, env=env)
            assert "\x1b" not in outcome.err
        assert "\x1b" not in leadctl("add", "Bo").err

    def test_quiet(self, leadctl: Leadctl) -> None:
        assert leadctl("add", "Ada", "--quiet").err == ""

    def test_a_lead_needs_an_identity(self, leadctl: Leadctl) -> None:
        outcome = leadctl("add", "city=Paris")
        assert outcome.code == 2
        assert "a lead needs" in outcome.err
        assert not leadctl.db.exists()

    @pytest.mark.parametrize(
        ("field", "said"),
        [
            ("emial=x", "did you mean email?"),
            ("email=not-an-address", "email is no email address"),
            ("employees=many", "employees is no whole number"),
            ("amount=1,2,3", "amount"),
            ("currency=Crowns", "currency is no currency"),
            ("email_opt_out=perhaps", "email_opt_out is neither yes nor no"),
            ("created_at=soon", "created_at is no date or time"),
            ("status=", "status cannot be blank"),
            ("status=Converted", "leadctl convert"),
            ("score=7", "no field 'score'"),
            ("company=Kiln", "company is given twice"),
        ],
    )
    def test_bad_fields_are_named_without_what_they_say(
        self, leadctl: Leadctl, field: str, said: str
    ) -> None:
        outcome = leadctl("add", "Ada", "company=Kiln", field)
        assert outcome.code == 2
        assert said in outcome.err
        for secret in ("not-an-address", "perhaps", "many", "soon", "1,2,3"):
            assert secret not in outcome.err
        assert len(outcome.err.splitlines()) == 1
        assert not leadctl.db.exists()

    def test_every_bad_field_is_named_at_once(self, leadctl: Leadctl) -> None:
        outcome = leadctl("add", "Ada", "email=x", "employees=y")
        assert "email" in outcome.err
        assert "employees" in outcome.err

    def test_an_unknown_rep(self, leadctl: Leadctl) -> None:
        leadctl.ok("rep", "add", "ana")
        assert leadctl.ok("add", "Ada", "owner=ANA")["owner"] == "ana"
        outcome = leadctl("add", "Bo", "owner=ben")
        assert (outcome.code, outcome.out) == (4, "")

    def test_a_status_that_is_in_no_list_is_kept_and_noted(self, leadctl: Leadctl) -> None:
        outcome = leadctl("add", "Ada", "status=Contactd")
        assert outcome.code == 0
        assert "did you mean Contacted?" in outcome.err
        assert leadctl.ok("list")[0]["status"] == "Contactd"

    def test_a_duplicate_is_named_and_added_without_a_terminal(self, leadctl: Leadctl) -> None:
        leadctl.ok("add", "Ada", "email=ada@x.example")
        outcome = leadctl("add", "Ada", "Byron", "email=ADA@x.example", "--json")
        assert outcome.code == 0
        assert outcome.json["duplicates"] == [1]
        assert "looks like lead 1 (same email)" in outcome.err

    @pytest.mark.parametrize("answer", [True, False])
    def test_a_duplicate_is_asked_about_at_a_terminal(self, leadctl: Leadctl, answer: bool) -> None:
        leadctl.ok("add", "Ada", "email=ada@x.example")
        answers = Answers(answer)
        outcome = leadctl("add", "Ada", "email=ada@x.example", answers=answers)
        assert outcome.code == 0
        assert len(answers.asked) == 1
        assert "looks like lead 1 (same email)" in outcome.out
        assert len(leadctl.ok("list")) == 1 + answer

    def test_nobody_is_asked_with_yes_or_no_input(self, leadctl: Leadctl) -> None:
        leadctl.ok("add", "Ada", "email=ada@x.example")
        for flag in ("--yes", "--no-input", "--dry-run"):
            answers = Answers()
            assert leadctl("add", "A", "email=ada@x.example", flag, answers=answers).code == 0

    def test_an_external_id_that_is_taken(self, leadctl: Leadctl) -> None:
        leadctl.ok("add", "Ada", "external_id=X1", "external_system=zoho")
        outcome = leadctl("add", "Bo", "external_id=X1", "external_system=zoho")
        assert outcome.code == 5
        assert "lead 1 has this external id" in outcome.err
        assert leadctl("add", "Bo", "external_id=X1").code == 0

    def test_a_dry_run_writes_nothing_and_undo_takes_it_back(self, leadctl: Leadctl) -> None:
        said = leadctl.ok("add", "Ada", "--dry-run")
        assert (said["operation"], said["dry_run"], said["id"]) == (None, True, 1)
        assert not leadctl.db.exists()
        leadctl.ok("add", "Ada")
        leadctl.ok("undo", 1)
        assert leadctl.ok("list", "--all") == []

    def test_the_history_has_no_personal_data(self, leadctl: Leadctl) -> None:
        leadctl.ok("add", "Ada", "Byron", "email=ada@x.example")
        leadctl.ok("edit", 1, "email=b@x.example", "description=secret plan")
        commands = " ".join(row["command"] for row in leadctl.ok("history"))
        assert commands == "edit 1 email description add"


class TestEdit:
    @pytest.fixture
    def shop(self, leadctl: Leadctl, leads: Any) -> Leadctl:
        leads(
            {"last_name": "One", "email": "one@x.example", "company": "Kiln"},
            {"last_name": "Two", "phone": "+49 30 1234567", "company": "Kiln"},
            {"company": "Three", "external_id": "X3"},
        )
        return leadctl

    def test_by_id(self, shop: Leadctl) -> None:
        said = shop.ok("edit", 1, 2, "status=Contacted", "phone=")
        assert said == {
            "operation": 2, "dry_run": False, "changed": 2, "unchanged": 0, "skipped": 0,
            "ids": [1, 2],
        }  # fmt: skip
        rows = shop.ok("list", "--status", "Contacted")
        assert [(row["id"], row["phone"], row["version"]) for row in rows] == [
            (2, None, 2),
            (1, None, 2),
        ]

    def test_one_line_and_the_way_back(self, shop: Leadctl) -> None:
        outcome = shop("edit", 1, 2, "company=Kiln", terminal=True)
        assert outcome.out == "0 leads changed, 2 had it already\n"
        assert outcome.err == ""
        outcome = shop("edit", 1, 2, "company=Oven", terminal=True)
        assert outcome.out == "2 leads changed\n"
        assert "undo: leadctl undo 2" in outcome.err

    @pytest.mark.parametrize(
        ("name", "lead"),
        [("2", 2), ("one@X.example", 1), ("+49 (0)30 123 45 67", 2), ("ext:X3", 3)],
    )
    def test_by_any_name(self, shop: Leadctl, name: str, lead: int) -> None:
        assert shop.ok("edit", name, "city=Bonn")["ids"] == [lead]

    @pytest.mark.parametrize(
        ("name", "code"),
        [("9", 4), ("ext:X9", 4), ("no@x.example", 4), ("+49 1", 4), ("One", 2), ("c1", 2)],
    )
    def test_names_that_name_no_lead(self, shop: Leadctl, name: str, code: int) -> None:
        outcome = shop("edit", 1, name, "city=Bonn")
        assert (outcome.code, outcome.out) == (code, "")
        assert shop.ok("show", 1)["city"] is None

    def test_several_of_that_name(self, shop: Leadctl) -> None:
        shop.ok("add", "Uno", "email=one@x.example")
        outcome = shop("edit", "one@x.example", "city=Bonn")
        assert outcome.code == 5
        assert "one of: 1, 4" in outcome.err

    def test_a_name_is_split_and_can_be_cleared(self, shop: Leadctl) -> None:
        shop.ok("edit", 1, "name=Ada van Dyk")
        lead = shop.ok("show", 1)
        assert (lead["first_name"], lead["last_name"]) == ("Ada", "van Dyk")
        shop.ok("edit", 1, "name=")
        assert shop.ok("show", 1)["last_name"] is None

    def test_the_last_identity_stays(self, shop: Leadctl) -> None:
        outcome = shop("edit", 3, "company=", "external_id=")
        assert outcome.code == 2
        assert shop.ok("show", 3)["company"] == "Three"

    def test_an_external_id_that_is_taken(self, shop: Leadctl) -> None:
        outcome = shop("edit", 1, "external_id=X3")
        assert outcome.code == 5
        assert "X3" not in outcome.err

    @pytest.mark.parametrize(
        "words", [("1",), ("city=Bonn",), (), ("1", "city=Bonn", "--where", "id = 1")]
    )
    def test_it_needs_leads_and_fields(self, shop: Leadctl, words: tuple[str, ...]) -> None:
        assert shop("edit", *words).code == 2

    def test_clearing_what_cannot_be_blank(self, shop: Leadctl) -> None:
        for field in ("status=", "created_at="):
            assert shop("edit", 1, field).code == 2

    def test_owner(self, shop: Leadctl) -> None:
        shop.ok("rep", "add", "ana", "tester")
        shop.ok("edit", 1, 2, "owner=me")
        assert shop.ok("show", 1)["owner"] == "tester"
        shop.ok("edit", 1, "owner=none")
        assert shop.ok("show", 1)["owner"] is None

    def test_who_was_removed_owns_nothing_new(self, shop: Leadctl) -> None:
        shop.ok("rep", "add", "ana")
        shop.ok("rep", "remove", "ana", "--yes")
        for words in (
            ("edit", 1, "owner=ana"),
            ("add", "Eve Elm", "owner=ana"),
            ("deal", "add", "Oaks", "owner=ana"),
            ("convert", 1, "--yes", "--owner", "ana"),
        ):
            outcome = shop(*words)
            assert (outcome.code, outcome.out) == (5, "")
            assert "ana was removed" in outcome.err

    def test_a_hint_says_that_there_are_more_reps(self, shop: Leadctl) -> None:
        shop.ok("rep", "add", *(f"rep{number}" for number in range(9)))
        assert "rep7, …" in shop("edit", 1, "owner=nobody").err

    def test_a_condition_needs_yes_without_a_terminal(self, shop: Leadctl) -> None:
        outcome = shop("edit", "--where", "company = 'kiln'", "city=Bonn")
        assert outcome.code == 7
        assert "--yes" in outcome.err
        said = shop.ok("edit", "--where", "company = 'kiln'", "city=Bonn", "--yes")
        assert said["ids"] == [1, 2]

    def test_a_condition_previews_and_asks(self, shop: Leadctl) -> None:
        answers = Answers(False)
        words = ("edit", "--where", "company = 'kiln'", "city=Bonn")
        outcome = shop(*words, terminal=True, answers=answers)
        assert answers.asked == ["Change city of 2 leads?"]
        assert "One" in outcome.screen
        assert "left as they are" in outcome.out
        assert shop.ok("show", 1)["city"] is None
        assert shop(*words, terminal=True, answers=Answers(True)).code == 0
        assert shop.ok("show", 1)["city"] == "Bonn"

    @pytest.mark.parametrize("change", ["company=Oven", "phone=+1 555"])
    def test_what_changed_while_the_question_stood_is_a_conflict(
        self, shop: Leadctl, change: str
    ) -> None:
        def meanwhile() -> bool:
            shop.ok("edit", 2, change)
            return True

        words = ("edit", "--where", "company = 'Kiln'", "city=Bonn")
        outcome = shop(*words, terminal=True, answers=Answers(meanwhile))
        assert outcome.code == 5
        assert "changed meanwhile" in outcome.err
        assert shop.ok("show", 1)["city"] is None

    def test_ctrl_c_at_the_question(self, shop: Leadctl) -> None:
        answers = Answers(KeyboardInterrupt())
        words = ("edit", "--where", "id > 0", "city=Bonn")
        assert shop(*words, terminal=True, answers=answers).code == 130
        assert len(shop.ok("history")) == 1

    def test_a_dry_run_counts_and_leaves_all_as_it_was(self, shop: Leadctl, store: Store) -> None:
        before = facts(store)
        said = shop.ok("edit", "--where", "company = 'Kiln'", "company=Oven", "--dry-run")
        assert (said["changed"], said["operation"], said["dry_run"]) == (2, None, True)
        assert facts(store) == before
        shop.ok("edit", 1, 2, 3, "company=Oven", "amount=3 EUR")
        shop.ok("undo", 2)
        assert facts(store) == before

    def test_a_converted_lead_is_read_only(self, shop: Leadctl) -> None:
        shop.ok("convert", 1, "--yes")
        outcome = shop("edit", 1, "city=Bonn")
        assert outcome.code == 5
        assert "c1" in outcome.err
        outcome = shop("edit", 1, 2, "city=Bonn", "--json")
        assert outcome.code == 3
        assert (outcome.json["changed"], outcome.json["skipped"]) == (1, 1)

    def test_hidden_leads_are_left_out_of_a_condition(self, shop: Leadctl) -> None:
        shop.ok("edit", 2, "status=Junk")
        words = ("edit", "--where", "company = 'Kiln'", "city=Bonn", "--yes")
        assert shop.ok(*words)["ids"] == [1]
        assert shop.ok(*words, "--all")["ids"] == [1, 2]


class TestIdsFromAPipe:
    @pytest.fixture
    def shop(self, leadctl: Leadctl, leads: Any) -> Leadctl:
        leads(4)
        return leadctl

    @pytest.mark.parametrize(
        "pipe",
        [
            "2\n3\n",
            "id\n2\n3\n",
            "2\n\n3",
            "\ufeff2\n3\n",
            "2\r\n3\r\n",
            "ext:E2\n3\n",
            "2\n3\n2\n",
        ],
    )
    def test_one_a_line(self, shop: Leadctl, pipe: str) -> None:
        shop.ok("edit", 2, "external_id=E2")
        assert shop.ok("edit", "-", "city=Bonn", stdin=pipe)["ids"] == [2, 3]

    @pytest.mark.parametrize("format", ["tsv", "csv", "json", "jsonl", "ids"])
    def test_our_own_lists(self, shop: Leadctl, format: str) -> None:
        shop.ok("edit", 2, 'last_name=a, "b"\tc\nd \'e', 'description="')
        listed = shop("list", "--where", "id in (2, 3)", "--format", format).out
        assert shop.ok("edit", "-", "city=Bonn", stdin=listed)["ids"] == [3, 2]

    def test_together_with_ids(self, shop: Leadctl) -> None:
        assert shop.ok("edit", 1, "-", "city=Bonn", stdin="1\n4\n")["ids"] == [1, 4]

    @pytest.mark.parametrize("pipe", ["", "\n", "[]\n", "id\tname\n", "id,name\n", "id\n"])
    def test_an_empty_pipe_does_nothing(self, shop: Leadctl, pipe: str) -> None:
        outcome = shop("edit", "-", "city=Bonn", stdin=pipe)
        assert outcome.code == 0
        assert "nothing done" in outcome.err
        assert len(outcome.err.splitlines()) == 1
        assert len(shop.ok("history")) == 1

    @pytest.mark.parametrize(
        "pipe",
        [
            "2\ntwo words\n", "2\nbad\n", "id\tname\n2\tx\n\ty\n", '{"id": 2}\n{"no": 3}\n',
            '{"id": 2}\n{', '[{"id": 2}, {}]', "[2", "id,name\n2,x\n,y\n",
        ],
    )  # fmt: skip
    def test_a_bad_line_stops_before_the_first_write(self, shop: Leadctl, pipe: str) -> None:
        outcome = shop("edit", "-", "city=Bonn", stdin=pipe)
        assert (outcome.code, outcome.out) == (2, "")
        assert len(shop.ok("history")) == 1

    def test_an_id_that_is_not_there(self, shop: Leadctl) -> None:
        assert shop("edit", "-", "city=Bonn", stdin="2\n99\n").code == 4
        assert len(shop.ok("history")) == 1


def test_a_word_is_no_phone_that_could_be_dialled(leadctl: Leadctl) -> None:
    leadctl.ok("add", "Zoë Núñez", "phone=n/a")
    leadctl.ok("add", "Jo Li", "mobile=+49 30 23125 001")
    assert [lead["id"] for lead in leadctl.ok("list", "--where", "has_phone = 1")] == [2]


def test_a_database_may_be_called_anything(leadctl: Leadctl, monkeypatch: Any) -> None:
    monkeypatch.chdir(leadctl.folder)
    for name in (":memory:", "file:x.db", "a?b#c%20.db"):
        leadctl("add", "Zoë Núñez", env={"LEADCTL_DB": name})
        assert len(leadctl.ok("list", env={"LEADCTL_DB": name})) == 1
        assert (leadctl.folder / name).stat().st_mode & 0o777 == 0o600


class TestPreview:
    def test_old_and_new(self, leadctl: Leadctl) -> None:
        leadctl.ok("rep", "add", "ana")
        leadctl.ok("add", "Ada", "amount=12.5 EUR", "email=a@b.example")
        words = (
            "edit",
            "--where",
            "id = 1",
            "status=contacted",
            "owner=ana",
            "amount=15",
            "email=",
        )
        for width in ("40", "100"):
            done = leadctl(*words, answers=Answers(False), env={"COLUMNS": width})
            said = " ".join(done.screen.split())
            for change in ("New → Contacted", "– → ana", "12.5 → 15", "a@b.example → –"):
                assert change in said
