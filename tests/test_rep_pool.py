"""Reps and pools: who is there, who is away, who has left, and in which place."""

from __future__ import annotations

from datetime import timedelta

import pytest
from conftest import Answers, Leadctl, SeedLeads, Store, facts


def names(leadctl: Leadctl, *words: str) -> list[str]:
    return [rep["name"] for rep in leadctl.ok("rep", "list", *words)]


def reps(leadctl: Leadctl) -> dict[str, object]:
    return {rep["name"]: rep for rep in leadctl.ok("rep", "list", "--all")}


def pools(leadctl: Leadctl, *words: str) -> dict[str, list[str]]:
    return {pool["name"]: pool["members"] for pool in leadctl.ok("pool", "list", *words)}


# Reps.


def test_reps_are_added_several_at_once(leadctl: Leadctl) -> None:
    outcome = leadctl("rep", "add", "ana", "  ben  ", "Zoë Núñez")
    assert outcome.code == 0
    assert outcome.out == "added ana, ben, Zoë Núñez\n"
    assert "undo: leadctl undo 1" in outcome.err
    assert names(leadctl) == ["ana", "ben", "Zoë Núñez"]


def test_a_rep_who_is_there_is_named_and_nothing_is_made(leadctl: Leadctl) -> None:
    leadctl.ok("rep", "add", "Émile")
    outcome = leadctl("rep", "add", "émile")
    assert (outcome.code, outcome.out) == (0, "nobody new\n")
    assert "Émile is there already" in outcome.err
    assert leadctl.ok("rep", "add", "ÉMILE", "ana", "Ana") == {
        "operation": 2, "dry_run": False, "created": 1, "updated": 0, "unchanged": 1,
    }  # fmt: skip
    assert leadctl("rep", "add", "Émile", "--max-open", 9).out == "nobody new\nÉmile: 9 open\n"


@pytest.mark.parametrize("name", ["", "  ", "none", "Me", "a,b", "!ana", "a\x1bb"])
def test_a_name_that_filters_could_not_name_is_refused(leadctl: Leadctl, name: str) -> None:
    assert leadctl("rep", "add", "ben", name).code == 2
    assert leadctl("rep", "add", "ben", "--", "-x").code == 2
    assert not leadctl.db.exists()


def test_a_dry_run_adds_nobody(leadctl: Leadctl) -> None:
    leadctl.ok("rep", "add", "ana")
    assert leadctl.ok("rep", "add", "ben", "--dry-run")["operation"] is None
    assert names(leadctl) == ["ana"]


def test_undo_takes_reps_away_and_back(leadctl: Leadctl, store: Store) -> None:
    leadctl.ok("rep", "add", "ana")
    before = facts(store)
    leadctl.ok("rep", "add", "ben")
    leadctl.ok("undo", 2, "--yes")
    assert facts(store) == before
    leadctl.ok("undo", 3, "--yes")
    assert names(leadctl) == ["ana", "ben"]


def test_the_list_on_a_terminal_and_in_a_pipe(leadctl: Leadctl, leads: SeedLeads) -> None:
    leadctl.ok("rep", "add", "ana", "ida")
    leadctl.ok("pool", "add", "DACH", "ana")
    leadctl.ok("rep", "away", "ida", "--until", "2026-12-01")
    leads({"last_name": "A", "owner_id": 1}, {"last_name": "B", "owner_id": 1, "status": "Lost"})
    shown = leadctl("rep", "list", terminal=True).out
    assert "on leave until 1 Dec" in shown
    assert "DACH" in shown
    assert leadctl("rep", "list").out.splitlines() == [
        "id\tname\tstate\taway_from\taway_until\tleads\tpools\tmax_open\tmax_day\tmax_week\tdays\thours",
        '1\tana\tactive\t\t\t1\t["DACH"]\t\t\t\t\t',
        "2\tida\ton leave\t2026-11-22\t2026-12-01\t0\t\t\t\t\t\t",
    ]


def test_an_empty_list_names_the_next_command(leadctl: Leadctl, store: Store) -> None:
    with store.operation("seed") as op:
        op.create("lead", [{"status": "New", "created_at": "2026-11-20T09:00:00Z",
                            "created_day": 20777}])  # fmt: skip
    outcome = leadctl("rep", "list")
    assert (outcome.code, outcome.out) == (0, "")
    assert "leadctl rep add ana ben" in outcome.err
    assert leadctl.ok("rep", "list") == []


def test_a_leave_ends_by_itself(leadctl: Leadctl) -> None:
    leadctl.ok("rep", "add", "ana")
    answer = leadctl.ok("rep", "away", "ANA", "--until", "2026-11-24")
    assert (answer["rep"], answer["away_from"], answer["away_until"]) == (
        "ana", "2026-11-22", "2026-11-24",
    )  # fmt: skip
    states = []
    for _ in range(4):
        states += [rep["state"] for rep in leadctl.ok("rep", "list")]
        leadctl.now += timedelta(days=1)
    assert states == ["on leave", "on leave", "on leave", "active"]


def test_a_leave_to_come_is_no_leave_yet(leadctl: Leadctl) -> None:
    leadctl.ok("rep", "add", "ana")
    outcome = leadctl("rep", "away", "ana", "--from", "2026-12-20", "--until", "2027-01-06")
    assert outcome.out == "ana: active, on leave from 20 Dec until 6 Jan 2027\n"
    assert leadctl.ok("rep", "list")[0]["state"] == "active"


def test_a_leave_to_come_leaves_room_in_a_narrow_window(leadctl: Leadctl) -> None:
    leadctl.ok("rep", "add", "ana")
    leadctl.ok("rep", "away", "ana", "--from", "2026-12-20", "--until", "2027-01-06")
    shown = leadctl("rep", "list", terminal=True, env={"COLUMNS": "40"}).screen
    assert "leads to work" in shown
    assert " ".join(shown.split()).count("from 20 Dec until") == 1


def test_an_open_leave_ends_with_back(leadctl: Leadctl, store: Store) -> None:
    leadctl.ok("rep", "add", "ana")
    before = facts(store)
    assert leadctl("rep", "away", "ana").out == "ana: on leave\n"
    assert leadctl.ok("rep", "away", "ana") == {
        "operation": None, "dry_run": False, "updated": 0, "unchanged": 1, "rep": "ana",
        "away_from": "2026-11-22", "away_until": None,
    }  # fmt: skip
    assert leadctl("rep", "back", "ana").out == "ana: active\n"
    assert facts(store) == before
    assert leadctl("rep", "back", "ana").out == "ana: already active\n"


def test_undo_of_a_leave(leadctl: Leadctl, store: Store) -> None:
    leadctl.ok("rep", "add", "ana")
    before = facts(store)
    leadctl.ok("rep", "away", "ana", "--until", "2026-12-01", "--dry-run")
    assert facts(store) == before
    leadctl.ok("rep", "away", "ana", "--until", "2026-12-01")
    leadctl.ok("undo", 2)
    assert facts(store) == before


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("ana", "--until", "2026-11-21"), 2),
        (("ana", "--from", "2026-12-24", "--until", "2026-12-01"), 2),
        (("ana", "--until", "soon"), 2),
        (("bob",), 4),
        (("dan",), 5),
    ],
)
def test_a_leave_that_cannot_be(leadctl: Leadctl, words: tuple[str, ...], code: int) -> None:
    leadctl.ok("rep", "add", "ana", "dan")
    leadctl.ok("rep", "remove", "dan", "--yes")
    assert leadctl("rep", "away", *words).code == code


def test_remove_asks(leadctl: Leadctl) -> None:
    leadctl.ok("rep", "add", "ana", "dan")
    assert leadctl("rep", "remove", "dan").code == 7
    assert leadctl("rep", "remove", "dan", answers=Answers(False)).out == "left as it is\n"
    assert names(leadctl) == ["ana", "dan"]
    assert leadctl("rep", "remove", "dan", answers=Answers(True)).out == "removed dan\n"
    assert names(leadctl) == ["ana"]
    assert reps(leadctl)["dan"]["state"] == "removed"  # type: ignore[index]


def test_remove_needs_no_question_for_a_dry_run(leadctl: Leadctl) -> None:
    leadctl.ok("rep", "add", "dan")
    assert leadctl.ok("rep", "remove", "dan", "--dry-run")["updated"] == 1
    assert names(leadctl) == ["dan"]


def test_who_is_removed_already_is_unchanged(leadctl: Leadctl) -> None:
    leadctl.ok("rep", "add", "dan")
    leadctl.ok("rep", "remove", "dan", "--yes")
    assert leadctl.ok("rep", "remove", "dan")["operation"] is None
    assert leadctl("rep", "remove", "nobody", "--yes").code == 4


def test_who_has_leads_to_work_stays(leadctl: Leadctl, leads: SeedLeads) -> None:
    leadctl.ok("rep", "add", "dan", "ana")
    first, *_ = leads({"last_name": "A", "owner_id": 1})
    outcome = leadctl("rep", "remove", "dan", "--yes")
    assert outcome.code == 5
    assert "leadctl assign --from dan --pool NAME" in outcome.err
    ids = leadctl("list", "--owner", "dan", "--format", "ids").out
    leadctl.ok("assign", "--to", "ana", "--reassign", "-", stdin=ids)
    assert leadctl.ok("assign", "explain", first)["owner"] == "ana"
    leadctl.ok("rep", "remove", "dan", "--yes")


def test_leads_that_are_closed_keep_nobody(leadctl: Leadctl, leads: SeedLeads) -> None:
    leadctl.ok("rep", "add", "dan")
    leads({"last_name": "A", "owner_id": 1, "status": "Lost"})
    leadctl.ok("rep", "remove", "dan", "--yes")


def test_a_lead_that_comes_while_the_question_is_open_is_seen(
    leadctl: Leadctl, leads: SeedLeads
) -> None:
    leadctl.ok("rep", "add", "dan")
    answers = Answers(lambda: bool(leads({"last_name": "A", "owner_id": 1})))
    assert leadctl("rep", "remove", "dan", answers=answers).code == 5
    assert names(leadctl) == ["dan"]


def test_a_removed_rep_comes_back_to_the_old_place(leadctl: Leadctl, store: Store) -> None:
    leadctl.ok("rep", "add", "ana", "dan", "eve")
    leadctl.ok("pool", "add", "DACH", "dan", "ana")
    leadctl.ok("rep", "away", "dan")
    leadctl.ok("rep", "remove", "dan", "--yes")
    assert pools(leadctl) == {"everyone": ["ana", "eve"], "DACH": ["ana"]}
    assert leadctl("rep", "add", "Dan").out == "added dan\n"
    assert names(leadctl) == ["ana", "dan", "eve"]
    assert pools(leadctl)["DACH"] == ["dan", "ana"]
    assert leadctl.ok("rep", "list")[1]["state"] == "active"


def test_undo_of_remove(leadctl: Leadctl, store: Store) -> None:
    leadctl.ok("rep", "add", "ana")
    before = facts(store)
    leadctl.ok("rep", "remove", "ana", "--yes")
    leadctl.ok("undo", "--yes")
    assert facts(store) == before


def test_the_history_names_colleagues(leadctl: Leadctl) -> None:
    leadctl.ok("rep", "add", "ana", "Ben Li")
    leadctl.ok("rep", "away", "ana")
    leadctl.ok("pool", "add", "DACH", "ana")
    commands = [operation["command"] for operation in leadctl.ok("history")]
    assert commands == ["pool add DACH ana", "rep away ana", "rep add ana 'Ben Li'"]


# Pools.


def test_a_pool_is_made_and_grows(leadctl: Leadctl) -> None:
    leadctl.ok("rep", "add", "ana", "ben", "eve")
    outcome = leadctl("pool", "add", "DACH", "eve", "ana")
    assert outcome.out == "put eve, ana in DACH\n"
    assert "leadctl assign --pool DACH" in outcome.err
    answer = leadctl.ok("pool", "add", "dach", "ben", "ana")
    assert (answer["created"], answer["unchanged"]) == (1, 1)
    assert pools(leadctl) == {"everyone": ["ana", "ben", "eve"], "DACH": ["eve", "ana", "ben"]}
    assert leadctl.ok("pool", "add", "DACH", "ben")["operation"] is None


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("DACH", "ana", "bob"), 4),
        (("DACH", "ana", "Ana"), 2),
        (("DACH", "dan"), 5),
        (("DACH",), 2),
        (("everyone", "ana"), 2),
        (("Everyone", "ana"), 2),
        (("a,b", "ana"), 2),
    ],
)
def test_a_pool_that_cannot_be(leadctl: Leadctl, words: tuple[str, ...], code: int) -> None:
    leadctl.ok("rep", "add", "ana", "dan")
    leadctl.ok("rep", "remove", "dan", "--yes")
    assert leadctl("pool", "add", *words).code == code
    assert list(pools(leadctl, "--all")) == ["everyone"]


def test_the_list_of_pools(leadctl: Leadctl, leads: SeedLeads) -> None:
    leadctl.ok("rep", "add", "ana", "ben")
    leadctl.ok("pool", "add", "DACH", "ana", "ben")
    leads(3)
    leadctl.ok("assign", "--pool", "DACH")
    assert leadctl.ok("pool", "list") == [
        {"id": 1, "name": "everyone", "members": ["ana", "ben"], "last": None, "dealt": 0,
         "weights": {"ana": 1, "ben": 1}},
        {"id": 2, "name": "DACH", "members": ["ana", "ben"], "last": "ana", "dealt": 3,
         "weights": {"ana": 1, "ben": 1}},
    ]  # fmt: skip
    assert "ana, ben" in leadctl("pool", "list", terminal=True).out
    assert leadctl("pool", "list").out.splitlines()[2] == '2\tDACH\t["ana", "ben"]\tana\t3'


def test_members_leave_and_come_back_to_their_place(leadctl: Leadctl, store: Store) -> None:
    leadctl.ok("rep", "add", "ana", "ben", "eve")
    leadctl.ok("pool", "add", "DACH", "ana", "ben", "eve")
    before = facts(store)
    assert leadctl("pool", "remove", "DACH", "ben").code == 7
    assert leadctl("pool", "remove", "DACH", "ben", "--dry-run").code == 0
    assert facts(store) == before
    outcome = leadctl("pool", "remove", "dach", "ben", "--yes")
    assert outcome.out == "removed ben from DACH\n"
    assert pools(leadctl)["DACH"] == ["ana", "eve"]
    assert leadctl("pool", "remove", "DACH", "ben", "--yes").out == "nobody to remove\n"
    assert leadctl.ok("pool", "add", "DACH", "ben")["updated"] == 1
    assert facts(store) == before


def test_a_pool_without_reps_is_hidden_and_can_come_back(leadctl: Leadctl, store: Store) -> None:
    leadctl.ok("rep", "add", "ana", "ben")
    leadctl.ok("pool", "add", "DACH", "ana", "ben")
    before = facts(store)
    answers = Answers(False, True)
    leadctl("pool", "remove", "DACH", answers=answers)
    assert facts(store) == before
    outcome = leadctl("pool", "remove", "DACH", answers=answers)
    assert outcome.out == "removed the pool DACH\n"
    assert list(pools(leadctl)) == ["everyone"]
    assert pools(leadctl, "--all")["DACH"] == []
    leadctl.ok("undo", "--yes")
    assert facts(store) == before


def test_a_pool_that_is_not_there_or_is_everyone(leadctl: Leadctl) -> None:
    leadctl.ok("rep", "add", "ana")
    assert leadctl("pool", "remove", "DACH", "--yes").code == 4
    assert leadctl("pool", "remove", "everyone", "--yes").code == 2


def test_undo_of_a_new_pool(leadctl: Leadctl, store: Store) -> None:
    leadctl.ok("rep", "add", "ana")
    before = facts(store)
    leadctl.ok("pool", "add", "DACH", "ana")
    leadctl.ok("undo", "--yes")
    assert facts(store) == before
