"""leadctl assign: every lead once, exactly even, explained, and taken back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from datetime import timedelta

import pytest
from conftest import Leadctl, SeedLeads, Store, facts

from leadctl import journal

NOTHING = {
    "operation": None, "dry_run": False, "assigned": 0, "unassigned": 0, "skipped": 0,
    "by_rep": {}, "reasons": {}, "by_rule": [], "left": [], "done_by": None,
}  # fmt: skip


@pytest.fixture(autouse=True)
def three_reps(leadctl: Leadctl) -> None:
    leadctl.ok("rep", "add", "ana", "ben", "eve")


def owners(store: Store) -> dict[int, int | None]:
    return {
        row["id"]: row["owner_id"]
        for row in store.query("SELECT id, owner_id FROM leads ORDER BY id")
    }


def pointers(store: Store) -> list[int | None]:
    return [row["last_rep_id"] for row in store.query("SELECT * FROM pools ORDER BY id")]


# Which leads.


def test_a_deal_of_most_leads_builds_its_indexes_again(
    leadctl: Leadctl, leads: SeedLeads, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    leads({}, {}, {"owner_id": 3}, {"status": "Lost"}, {})
    before = facts(store)
    monkeypatch.setattr(journal, "MANY", 0)
    done = leadctl.ok("assign", "--round-robin")
    assert done["assigned"] == 3
    assert store.query("SELECT lead_id, status FROM unowned") == [{"lead_id": 4, "status": "Lost"}]
    assert leadctl.ok("db", "doctor")["findings"] == []
    leadctl.ok("undo", done["operation"])
    assert facts(store) == before
    assert [row["lead_id"] for row in store.query("SELECT * FROM unowned")] == [1, 2, 4, 5]
    assert leadctl.ok("db", "doctor")["findings"] == []


def test_leads_to_work_without_owner_oldest_first(leadctl: Leadctl, leads: SeedLeads) -> None:
    leads(
        {"last_name": "newest", "created_at": "2026-11-21T09:00:00Z"},
        {"last_name": "oldest", "created_at": "2026-01-01T09:00:00Z"},
        {"last_name": "same time", "created_at": "2026-11-21T09:00:00Z"},
        {"last_name": "owned", "owner_id": 3},
        {"last_name": "lost", "status": "Lost"},
        {"last_name": "junk", "status": "Junk"},
        {"last_name": "converted", "status": "Converted", "converted_at": "2026-11-21T09:00:00Z"},
        {"last_name": "contacted", "status": "Contacted"},
        {"last_name": "qualified", "status": "Qualified"},
        {"last_name": "unknown word", "status": "Simmering"},
    )
    answer = leadctl.ok("assign", "--round-robin")
    assert (answer["assigned"], answer["unassigned"]) == (6, 0)
    dealt = {row["last_name"]: row["owner"] for row in leadctl.ok("list", "--all")}
    assert dealt == {
        "oldest": "ana", "contacted": "ben", "qualified": "eve", "unknown word": "ana",
        "newest": "ben", "same time": "eve", "owned": "eve",
        "lost": None, "junk": None, "converted": None,
    }  # fmt: skip


def test_only_leads_that_are_named_in_the_order_given(
    leadctl: Leadctl, leads: SeedLeads, store: Store
) -> None:
    leads(4)
    leadctl.ok("assign", "4", "2", "--round-robin")
    assert owners(store) == {1: None, 2: 2, 3: None, 4: 1}


def test_ids_from_a_pipe(leadctl: Leadctl, leads: SeedLeads, store: Store) -> None:
    leads(4)
    table = leadctl("list", "--sort", "id", "--limit", 2).out
    leadctl.ok("assign", "--round-robin", "-", stdin=table)
    assert owners(store) == {1: None, 2: None, 3: 2, 4: 1}


def test_an_empty_pipe_does_nothing(leadctl: Leadctl, leads: SeedLeads, store: Store) -> None:
    leads(2)
    before = facts(store)
    for way in (["--round-robin"], ["--to", "ana"]):
        outcome = leadctl("assign", *way, "-")
        assert (outcome.code, outcome.out) == (0, "")
        assert outcome.err == "no lead in the pipe; nothing done\n"
        assert leadctl.ok("assign", *way, "-") == NOTHING
    assert facts(store) == before


def test_a_bad_id_stops_before_the_first_write(
    leadctl: Leadctl, leads: SeedLeads, store: Store
) -> None:
    leads(2)
    before = facts(store)
    assert leadctl("assign", "1", "99", "--round-robin").code == 4
    assert leadctl("assign", "-", "--round-robin", stdin="1\nno id\n").code == 2
    assert facts(store) == before


def test_owned_leads_are_skipped_and_named(
    leadctl: Leadctl, leads: SeedLeads, store: Store
) -> None:
    leads({"last_name": "A", "owner_id": 3}, {"last_name": "B"})
    outcome = leadctl("assign", "1", "2", "--round-robin")
    assert "1 lead skipped, owned already: 1 · --reassign deals them too" in outcome.err
    assert owners(store) == {1: 3, 2: 1}
    answer = leadctl.ok("assign", "1", "--round-robin")
    assert (answer["skipped"], answer["reasons"]) == (1, {"owned already": 1})
    assert answer["operation"] is None
    leadctl.ok("assign", "1", "--round-robin", "--reassign")
    assert owners(store) == {1: 2, 2: 1}
    outcome = leadctl("assign", "1", "--to", "ben", "--reassign")
    assert "1 lead skipped, with this rep already: 1\n" in outcome.err


def test_converted_leads_are_skipped_and_named(
    leadctl: Leadctl, leads: SeedLeads, store: Store
) -> None:
    leads({"last_name": "A", "status": "Converted", "converted_at": "2026-11-21T09:00:00Z"})
    before = facts(store)
    for way in (["--round-robin"], ["--to", "ana", "--reassign"], ["--pool", "everyone"]):
        outcome = leadctl("assign", "1", *way)
        assert (outcome.code, outcome.out) == (0, "nothing to assign\n")
        assert outcome.err == "1 lead skipped, converted: 1\n"
        assert leadctl.ok("assign", "1", *way)["reasons"] == {"converted": 1}
    assert facts(store) == before


# To whom.


def test_a_pool_deals_to_its_own_reps(leadctl: Leadctl, leads: SeedLeads, store: Store) -> None:
    leadctl.ok("pool", "add", "DACH", "eve", "ana")
    leads(4)
    assert leadctl.ok("assign", "1", "--pool", "dach")["by_rep"] == {"eve": 1, "ana": 0}
    answer = leadctl.ok("assign", "--pool", "DACH", "--round-robin")
    assert answer["by_rep"] == {"eve": 1, "ana": 2}
    assert pointers(store) == [None, 1]


def test_to_one_rep_moves_no_pointer_and_is_a_persons(
    leadctl: Leadctl, leads: SeedLeads, store: Store
) -> None:
    leads(3)
    outcome = leadctl("assign", "1", "3", "--to", "EVE")
    assert outcome.out == "2 leads assigned to eve\n"
    assert (owners(store), pointers(store)) == ({1: 3, 2: None, 3: 3}, [None])
    assert [op["decided_by"] for op in store.operations(limit=1)] == ["person"]
    assert leadctl.ok("assign", "1", "--to", "eve", "--reassign")["operation"] is None
    leadctl.ok("assign", "--round-robin")
    assert [op["decided_by"] for op in store.operations(limit=1)] == ["machine"]


def test_to_somebody_on_leave_is_done_and_said(leadctl: Leadctl, leads: SeedLeads) -> None:
    leads(1)
    leadctl.ok("rep", "away", "ana", "--until", "2026-12-01")
    outcome = leadctl("assign", "1", "--to", "ana")
    assert outcome.out == "1 lead assigned to ana\n"
    assert "ana is on leave until 1 Dec" in outcome.err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((), 2),
        (("1",), 2),
        (("--to", "ana"), 2),
        (("1", "--to", "ana", "--round-robin"), 2),
        (("1", "--to", "ana", "--pool", "everyone"), 2),
        (("--round-robin", "--reassign"), 2),
        (("1", "--to", "bob"), 4),
        (("1", "--to", "dan"), 5),
        (("--pool", "nowhere"), 4),
        (("explain",), 2),
        (("explain", "99"), 4),
    ],
)
def test_what_cannot_be_done(
    leadctl: Leadctl, leads: SeedLeads, store: Store, words: tuple[str, ...], code: int
) -> None:
    leads(1)
    leadctl.ok("rep", "add", "dan")
    leadctl.ok("rep", "remove", "dan", "--yes")
    before = facts(store)
    outcome = leadctl("assign", *words)
    assert outcome.code == code, outcome
    assert outcome.out == ""
    assert facts(store) == before


def test_without_a_way_it_names_the_ways(leadctl: Leadctl) -> None:
    outcome = leadctl("assign")
    assert "leadctl.toml" in outcome.err
    assert "--round-robin, --pool NAME or --to REP" in outcome.err


def test_help_shows_the_options_and_explain(leadctl: Leadctl) -> None:
    for words in (["-h"], ["--help"]):
        outcome = subprocess.run(
            [sys.executable, "-m", "leadctl", "assign", *words],
            capture_output=True, text=True, check=True, env={**os.environ, **leadctl.env},
        )  # fmt: skip
        assert "--round-robin" in outcome.stdout
        assert "explain" in outcome.stdout


# Evenness.


def test_the_spread_is_said(leadctl: Leadctl, leads: SeedLeads) -> None:
    leads(7)
    leadctl.ok("rep", "add", "ida")
    leadctl.ok("rep", "away", "ida", "--until", "2026-12-01")
    outcome = leadctl("assign", "--round-robin", terminal=True)
    assert outcome.out == (
        "7 leads dealt: ana 3  ben 2  eve 2  (differ by 1) · ida on leave until 1 Dec\n"
    )
    assert "undo: leadctl undo 5" in outcome.err


def test_it_goes_on_where_it_stopped(leadctl: Leadctl, leads: SeedLeads, store: Store) -> None:
    for _ in range(7):
        leads(1)
        leadctl.ok("assign", "--round-robin")
    assert list(owners(store).values()) == [1, 2, 3, 1, 2, 3, 1]


def test_who_comes_back_is_not_made_up_to(leadctl: Leadctl, leads: SeedLeads, store: Store) -> None:
    leadctl.ok("rep", "away", "ben", "--until", "2026-11-22")
    leads(6)
    leadctl.ok("assign", "--round-robin")
    leadctl.now += timedelta(days=1)
    leads(3)
    assert leadctl.ok("assign", "--round-robin")["by_rep"] == {"ana": 1, "ben": 1, "eve": 1}


def test_who_joins_comes_last_and_who_left_is_passed_over(
    leadctl: Leadctl, leads: SeedLeads, store: Store
) -> None:
    leads(1)
    leadctl.ok("assign", "--round-robin")
    leadctl.ok("rep", "add", "ida")
    leadctl.ok("rep", "remove", "ben", "--yes")
    leads(4)
    leadctl.ok("assign", "--round-robin")
    assert list(owners(store).values()) == [1, 3, 4, 1, 3]


def test_nobody_there_leaves_leads_with_the_reason(
    leadctl: Leadctl, leads: SeedLeads, store: Store
) -> None:
    leads(2)
    for name in ("ana", "ben", "eve"):
        leadctl.ok("rep", "away", name)
    before = facts(store)
    outcome = leadctl("assign", "--round-robin")
    assert (outcome.code, outcome.out) == (0, "no lead was assigned\n")
    assert "2 leads stay without owner: all on leave (1, 2) · ana on leave" in outcome.err
    dry = leadctl("assign", "--round-robin", "--dry-run")
    assert dry.out == "no lead would be assigned\n"
    assert leadctl("assign", "--round-robin", "--strict").code == 3
    assert leadctl.ok("assign", "--round-robin") == {
        **NOTHING, "unassigned": 2, "reasons": {"all on leave": 2},
        "by_rule": [
            {"rule": "round robin", "pool": None, "assigned": 0, "by_rep": {},
             "reasons": {"all on leave": 2}},
        ],
        "left": [{"rule": "round robin", "reason": "all on leave", "leads": [1, 2]}],
    }  # fmt: skip
    assert facts(store) == before


def test_no_reps_names_the_command(leadctl: Leadctl, leads: SeedLeads) -> None:
    leads(1)
    leadctl.ok("pool", "add", "DACH", "ana")
    leadctl.ok("pool", "remove", "DACH", "--yes")
    outcome = leadctl("assign", "--pool", "DACH")
    assert "no reps yet (1) · leadctl pool add DACH ana ben" in outcome.err
    leadctl.ok("rep", "remove", "ana", "ben", "eve", "--yes")
    outcome = leadctl("assign", "--round-robin")
    assert outcome.code == 0
    assert "1 lead stays without owner: no reps yet (1) · leadctl rep add ana ben" in outcome.err


def test_a_second_run_finds_nothing(leadctl: Leadctl, leads: SeedLeads, store: Store) -> None:
    leads(3)
    assert leadctl.ok("assign", "--round-robin")["assigned"] == 3
    before = facts(store)
    assert leadctl.ok("assign", "--round-robin") == NOTHING
    assert leadctl("assign", "--round-robin", "--strict").out == "nothing to assign\n"
    assert facts(store) == before
    assert len(leadctl.ok("history")) == 3


def test_a_dry_run_counts_and_changes_nothing(
    leadctl: Leadctl, leads: SeedLeads, store: Store
) -> None:
    leads(4)
    before = facts(store)
    outcome = leadctl("assign", "--round-robin", "--dry-run")
    assert outcome.out == "4 leads would be dealt: ana 2  ben 1  eve 1  (differ by 1)\n"
    assert "undo" not in outcome.err
    answer = leadctl.ok("assign", "--round-robin", "--dry-run")
    assert (answer["operation"], answer["dry_run"], answer["assigned"]) == (None, True, 4)
    assert facts(store) == before
    assert leadctl.ok("assign", "--round-robin")["by_rep"] == answer["by_rep"]


def test_quiet_says_no_more_than_the_answer(leadctl: Leadctl, leads: SeedLeads) -> None:
    leads(1)
    outcome = leadctl("assign", "--round-robin", "--quiet")
    assert (outcome.out.count("\n"), outcome.err) == (1, "")


def test_a_database_that_is_not_there_is_not_made(leadctl: Leadctl) -> None:
    leadctl.db.unlink()
    assert leadctl("assign", "--round-robin").code == 4
    assert not leadctl.db.exists()
    home = {"LEADCTL_DB": "", "XDG_DATA_HOME": str(leadctl.folder / "data")}
    assert leadctl("assign", "--round-robin", env=home).out == "nothing to assign\n"
    assert not (leadctl.folder / "data").exists()


def test_assigning_never_converts_and_keeps_the_status(
    leadctl: Leadctl, leads: SeedLeads, store: Store
) -> None:
    leads(2)
    leadctl.ok("assign", "--round-robin")
    rows = store.query("SELECT DISTINCT status, converted_at FROM leads")
    assert rows == [{"status": "New", "converted_at": None}]


def test_a_count_stays_with_its_rep_in_a_narrow_window(leadctl: Leadctl, leads: SeedLeads) -> None:
    leads(12)
    leadctl.ok("rep", "remove", "ana", "ben", "eve", "--yes")
    leadctl.ok("rep", "add", "Maximiliane", "Friedrich")
    shown = leadctl("assign", "--round-robin", terminal=True, env={"COLUMNS": "40"}).screen
    assert shown.splitlines() == [
        "12 leads dealt: Maximiliane 6",
        "Friedrich 6  (differ by 0)",
    ]


# Explaining.


def test_explain_names_rule_pool_and_who_was_passed_over(
    leadctl: Leadctl, leads: SeedLeads
) -> None:
    leads({"first_name": "Zoë", "last_name": "Núñez"})
    leadctl.ok("rep", "away", "ana", "--until", "2026-12-01")
    operation = leadctl.ok("assign", "--round-robin")["operation"]
    assert leadctl.ok("assign", "explain", 1) == {
        "lead": 1, "owner": "ben", "rule": "round robin", "pool": "everyone",
        "passed_over": [{"rep": "ana", "reason": "on leave until 2026-12-01"}],
        "at": "2026-11-22T09:00:00Z", "operation": operation, "now": None,
    }  # fmt: skip
    assert leadctl("assign", "explain", 1).out.splitlines() == [
        "1 Zoë Núñez: ben",
        f"round robin of everyone, just now, op{operation}",
        "passed over: ana, on leave until 2026-12-01",
    ]


def test_explain_of_a_persons_choice(leadctl: Leadctl, leads: SeedLeads) -> None:
    leads(1)
    leadctl.ok("assign", "--round-robin")
    leadctl.ok("assign", 1, "--to", "eve", "--reassign")
    answer = leadctl.ok("assign", "explain", 1)
    assert (answer["owner"], answer["rule"], answer["pool"]) == ("eve", "by hand", None)


def test_explain_of_an_owner_that_came_without_assign(leadctl: Leadctl, leads: SeedLeads) -> None:
    leads({"last_name": "A", "owner_id": 3}, {"last_name": "B"})
    answer = leadctl.ok("assign", "explain", 1)
    assert (answer["owner"], answer["rule"], answer["passed_over"]) == ("eve", None, [])
    assert "no rule or pool, came with the lead: seed" in leadctl("assign", "explain", 1).out
    leadctl.ok("assign", "--round-robin")
    leadctl.ok("edit", 2, "owner=ben")
    answer = leadctl.ok("assign", "explain", 2)
    assert (answer["owner"], answer["rule"], answer["operation"]) == ("ben", None, 4)
    assert "no rule or pool, set by edit" in leadctl("assign", "explain", 2).out


def test_explain_of_an_owner_whom_a_person_set_again(leadctl: Leadctl, leads: SeedLeads) -> None:
    leads(1)
    dealt = leadctl.ok("assign", "--round-robin")["operation"]
    leadctl.ok("edit", 1, "owner=ben")
    back = leadctl.ok("edit", 1, "owner=ana")["operation"]
    answer = leadctl.ok("assign", "explain", 1)
    assert (answer["owner"], answer["rule"], answer["operation"]) == ("ana", None, back)
    assert "no rule or pool, set by edit" in leadctl("assign", "explain", 1).out
    leadctl.ok("undo", back)
    leadctl.ok("undo", back - 1)
    answer = leadctl.ok("assign", "explain", 1)
    assert (answer["rule"], answer["operation"]) == ("round robin", dealt)


def test_explain_of_an_owner_whom_an_undo_brought_back(leadctl: Leadctl, leads: SeedLeads) -> None:
    leads({"last_name": "A", "owner_id": 3})
    leadctl.ok("undo", leadctl.ok("edit", 1, "owner=ben")["operation"])
    assert "no rule or pool, came with the lead: seed" in leadctl("assign", "explain", 1).out


def test_explain_of_a_lead_with_which_another_was_merged(
    leadctl: Leadctl, leads: SeedLeads
) -> None:
    leads(3)
    leadctl.ok("assign", 2, 3, "--round-robin")
    leadctl.ok("merge", 2, 3, "--yes")
    leadctl.ok("merge", 1, 2, "--yes")
    answer = leadctl.ok("assign", "explain", 1)
    assert (answer["owner"], answer["rule"], answer["operation"]) == ("ana", "round robin", 3)


def test_explain_of_a_lead_without_owner(leadctl: Leadctl, leads: SeedLeads) -> None:
    leads(1)
    outcome = leadctl("assign", "explain", 1)
    assert outcome.out.splitlines() == [
        "1 Lead 1: no owner",
        "not assigned: leadctl assign 1 --round-robin, --pool or --to",
    ]
    assert leadctl.ok("assign", "explain", 1) == {
        "lead": 1, "owner": None, "rule": None, "pool": None, "passed_over": [],
        "at": None, "operation": None, "now": None,
    }  # fmt: skip


# Undo.


def test_undo_puts_owners_and_pointer_back(
    leadctl: Leadctl, leads: SeedLeads, store: Store
) -> None:
    leads(4)
    leadctl.ok("assign", 1, "--round-robin")
    before = facts(store)
    operation = leadctl.ok("assign", "--round-robin")["operation"]
    after = facts(store)
    leadctl.ok("undo", operation)
    assert facts(store) == before
    leadctl.ok("undo", operation + 1)
    assert facts(store) == after
    assert leadctl.ok("assign", "explain", 4)["operation"] == operation


def test_undo_of_an_older_deal_keeps_the_pointer_of_the_newer(
    leadctl: Leadctl, leads: SeedLeads, store: Store
) -> None:
    leads(3)
    older = leadctl.ok("assign", 1, "--round-robin")["operation"]
    leadctl.ok("assign", 2, "--round-robin")
    outcome = leadctl("undo", older, "--json")
    assert outcome.code == 3
    assert [(left["kind"], left["field"]) for left in outcome.json["kept"]] == [
        ("pool", "last_rep_id")
    ]
    reason = outcome.json["kept"][0]["reason"]
    assert reason.endswith("dealt since, and whose turn it is follows from that")
    assert (owners(store), pointers(store)) == ({1: None, 2: 2, 3: None}, [2])
    leadctl.ok("assign", "--round-robin")
    assert owners(store) == {1: 3, 2: 2, 3: 1}


def test_undo_of_an_older_deal_below_whole_rounds(
    leadctl: Leadctl, leads: SeedLeads, store: Store
) -> None:
    leads(4)
    older = leadctl.ok("assign", 1, "--round-robin")["operation"]
    leadctl.ok("assign", "--round-robin")
    leadctl.ok("undo", older)
    leadctl.ok("assign", "--round-robin")
    assert sorted(Counter(owners(store).values()).values()) == [1, 1, 2]


def test_an_owner_whom_a_person_chose_since_is_kept(
    leadctl: Leadctl, leads: SeedLeads, store: Store
) -> None:
    leads(2)
    operation = leadctl.ok("assign", "--round-robin")["operation"]
    leadctl.ok("edit", 1, "owner=eve")
    assert leadctl("undo", operation).code == 3
    assert owners(store) == {1: 3, 2: None}


# Many at once.


def run_at_once(processes: list[tuple[subprocess.Popen[str], str]]) -> list[dict[str, object]]:
    answers = []
    for process, text in processes:
        assert process.stdin is not None
        process.stdin.write(text)
        process.stdin.close()
        process.stdin = None
    for process, _ in processes:
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        assert "locked" not in err
        answers.append(json.loads(out))
    return answers


@pytest.mark.parametrize("by_pipe", [False, True], ids=["all", "slices"])
def test_eight_processes_at_once(
    leadctl: Leadctl, leads: SeedLeads, store: Store, by_pipe: bool
) -> None:
    ids = leads(500)
    store.close()
    processes = []
    for number in range(8):
        # The slices overlap: each lead is in two of them.
        mine = [*ids[number::8], *ids[(number + 1) % 8 :: 8]]
        words = ["assign", "--round-robin", "--json", *(["-"] if by_pipe else [])]
        process = leadctl.process(*words, stdin=subprocess.PIPE)
        processes.append((process, "\n".join(map(str, mine)) if by_pipe else ""))
    answers = run_at_once(processes)
    assert sum(answer["assigned"] for answer in answers) == 500  # type: ignore[misc]
    counts = Counter(owners(store).values())
    assert set(counts) == {1, 2, 3}
    assert max(counts.values()) - min(counts.values()) <= 1
    assert store.value("SELECT count(DISTINCT lead_id) FROM assignments") == 500
    assert store.value("SELECT count(*) FROM assignments") == 500


def test_a_broken_rules_file_stops_assign(leadctl: Leadctl) -> None:
    leadctl.ok("rep", "add", "ana")
    leadctl.ok("add", "Zoë Núñez")
    leadctl.configure("garbage = [")
    assert leadctl("assign", "--round-robin").code == 6


def test_why_is_written_once_for_all_leads_of_a_deal(
    leadctl: Leadctl, leads: SeedLeads, store: Store
) -> None:
    leadctl.ok("rep", "add", "ana", "ben")
    leads(6)
    deal = leadctl.ok("assign", "--round-robin")["operation"]
    leads(2)
    leadctl.ok("rep", "away", "ben")
    leadctl.ok("assign", "--round-robin")
    dealt = "SELECT count(*) AS leads FROM assignments GROUP BY reason_id ORDER BY reason_id"
    assert [row["leads"] for row in store.query(dealt)] == [6, 2]
    undone = leadctl.ok("undo", deal)["operation"]
    assert store.value("SELECT count(*) FROM reasons") == 1
    leadctl.ok("undo", undone)
    assert [row["leads"] for row in store.query(dealt)] == [6, 2]
