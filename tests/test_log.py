"""log: an activity in one line, in words that need no quotes."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Leadctl


@pytest.fixture
def shop(leadctl: Leadctl, leads: Any) -> Leadctl:
    leads({"last_name": "One", "email": "one@x.example"}, {"last_name": "Two"})
    return leadctl


def logged(shop: Leadctl, lead: int = 1) -> dict[str, Any]:
    newest: dict[str, Any] = shop.ok("show", lead)["activities"][0]
    return newest


def test_words_need_no_quotes(shop: Leadctl) -> None:
    said = shop.ok("log", 1, "call", "wants", "a", "quote")
    assert said == {
        "operation": 2, "dry_run": False, "id": 1, "lead": 1, "kind": "call",
        "at": "2026-11-22T09:00:00Z",
    }  # fmt: skip
    assert logged(shop)["note"] == "wants a quote"


@pytest.mark.parametrize(
    ("words", "note"),
    [
        (("-", "wants", "-20%"), "- wants -20%"),
        (("-20%",), "-20%"),
        (("-x", "--", "--status", "is", "no", "option"), "-x --status is no option"),
        (("---", "so"), "--- so"),
        (("a", "--outcome", "reached", "b"), "a b"),
        (("[/]", "\x1b[31mred"), "[/] \x1b[31mred"),
        ((), None),
    ],
)
def test_words_may_begin_with_hyphens(
    shop: Leadctl, words: tuple[str, ...], note: str | None
) -> None:
    assert shop("log", 1, "call", *words).code == 0
    assert logged(shop)["note"] == note


@pytest.mark.parametrize("option", ["--outcom=x", "--statsu", "--jsno", "--where"])
def test_a_mistyped_option_is_an_error(shop: Leadctl, option: str) -> None:
    outcome = shop("log", 1, "call", "wants a quote", option, "x")
    assert outcome.code == 2
    assert option.split("=")[0] in outcome.err
    assert len(shop.ok("history")) == 1


def test_an_option_without_its_value(shop: Leadctl) -> None:
    assert shop("log", 1, "call", "--outcome").code == 2


@pytest.mark.parametrize("words", [(), (1,), ("call", 1), (1, "carrier-pigeon"), ("one", "call")])
def test_lead_and_kind_are_needed(shop: Leadctl, words: tuple[object, ...]) -> None:
    outcome = shop("log", *words)
    assert outcome.code == 2
    assert len(shop.ok("history")) == 1


def test_kinds_are_those_of_the_list(shop: Leadctl) -> None:
    shop.ok("log", 1, "CALL")
    assert logged(shop)["kind"] == "call"
    assert "one of: call, email" in shop("log", 1, "cal").err
    shop.configure('kinds = ["Besuch"]\n')
    assert shop.ok("log", 1, "besuch")["kind"] == "Besuch"


@pytest.mark.parametrize(
    ("written", "stored"),
    [("in", "in"), ("OUT", "out"), ("inbound", "in"), ("incoming", "in"), ("sent", "out")],
)
def test_directions(shop: Leadctl, written: str, stored: str) -> None:
    shop.ok("log", 1, "email", "--direction", written)
    assert logged(shop)["direction"] == stored


def test_an_unknown_direction(shop: Leadctl) -> None:
    assert shop("log", 1, "email", "--direction", "up").code == 2


@pytest.mark.parametrize(
    ("zone", "written", "stored"),
    [
        ("UTC", "2026-11-21", "2026-11-21T00:00:00Z"),
        ("Europe/Berlin", "2026-11-21 14:30", "2026-11-21T13:30:00Z"),
        ("Europe/Berlin", "2026-07-01 14:30", "2026-07-01T12:30:00Z"),
        ("Europe/Berlin", "21.11.2026 14:30", "2026-11-21T13:30:00Z"),
        ("Europe/Berlin", "2026-11-21T14:30+02:00", "2026-11-21T12:30:00Z"),
        ("Europe/Berlin", "2026-10-25 02:30", "2026-10-25T00:30:00Z"),
        ("Europe/Berlin", "2026-03-29 02:30", "2026-03-29T01:30:00Z"),
        ("Europe/Berlin", "today", "2026-11-21T23:00:00Z"),
        ("America/New_York", "yesterday", "2026-11-21T05:00:00Z"),
        ("UTC", "now", "2026-11-22T09:00:00Z"),
        ("UTC", "2h", "2026-11-22T07:00:00Z"),
        ("UTC", "2d", "2026-11-20T00:00:00Z"),
    ],
)
def test_times_are_in_the_settings_zone(
    shop: Leadctl, zone: str, written: str, stored: str
) -> None:
    (shop.folder / "leadctl.toml").write_text(f'timezone = "{zone}"\n')
    assert shop.ok("log", 1, "call", "--at", written)["at"] == stored


def test_the_day_is_the_zones(shop: Leadctl) -> None:
    (shop.folder / "leadctl.toml").write_text('timezone = "Pacific/Auckland"\n')
    shop.ok("log", 1, "call", "--at", "2026-11-20T23:00:00Z")
    assert shop.store().value("SELECT day FROM activities") == 20778  # 21 November there


@pytest.mark.parametrize("at", ["soon", "2026-13-01", "25:00", "0001-01-01T00:00+14:00", ""])
def test_a_time_that_is_none(shop: Leadctl, at: str) -> None:
    outcome = shop("log", 1, "call", "--at", at)
    assert outcome.code == (0 if at == "" else 2)


def test_a_status_moves_the_lead_in_the_same_operation(shop: Leadctl) -> None:
    shop.ok("log", 1, "call", "reached", "her", "--status", "contacted", "--outcome", " reached ")
    lead = shop.ok("show", 1)
    assert lead["status"] == "Contacted"
    assert lead["activities"][0]["outcome"] == "reached"
    shop.ok("undo", 2)
    lead = shop.ok("show", 1)
    assert (lead["status"], lead["activities"]) == ("New", [])


def test_statuses_that_log_cannot_give(shop: Leadctl) -> None:
    outcome = shop("log", 1, "call", "--status", "Converted")
    assert outcome.code == 2
    assert "leadctl convert" in outcome.err


def test_a_converted_lead_keeps_its_status_but_can_be_called(shop: Leadctl) -> None:
    shop.ok("convert", 1, "--yes")
    assert shop.ok("log", 1, "call")["id"] == 1
    outcome = shop("log", 1, "call", "--status", "Contacted")
    assert outcome.code == 5
    assert len(shop.ok("show", 1)["activities"]) == 1


def test_one_line_and_the_way_back(shop: Leadctl) -> None:
    outcome = shop("log", "one@x.example", "call", "hello", terminal=True)
    assert outcome.out == "call with lead 1 noted\n"
    assert "undo: leadctl undo 2" in outcome.err
    assert len(outcome.err.splitlines()) == 1


def test_a_dry_run(shop: Leadctl) -> None:
    said = shop.ok("log", 1, "call", "--dry-run")
    assert (said["operation"], said["dry_run"]) == (None, True)
    assert shop.ok("show", 1)["activities"] == []


def test_a_lead_that_is_not_there(shop: Leadctl) -> None:
    assert shop("log", 9, "call", "hello").code == 4


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("in asked for a quote", "“in” stands in the note; as the direction it is --direction in"),
        ("Outgoing", "--direction out"),
        ("wants in", None),
        ("in --direction in", None),
        ("", None),
    ],
)
def test_a_word_like_a_direction_is_the_note_and_said(
    shop: Leadctl, words: str, said: str | None
) -> None:
    outcome = shop("log", 1, "call", *words.split())
    assert (outcome.code, said is not None) == (0, "stands in the note" in outcome.err)
    assert said is None or said in outcome.err
    assert logged(shop)["direction"] == ("in" if "--direction" in words else None)


def test_durations(shop: Leadctl) -> None:
    shop.ok("log", 1, "call", "--duration", 15)
    assert logged(shop)["duration"] == 15
    for bad in ("-5", "long", "99999999999999999999"):
        assert shop("log", 1, "call", "--duration", bad).code == 2


def test_the_history_keeps_the_note_to_itself(shop: Leadctl) -> None:
    shop.ok("log", 1, "call", "secret plan", "--outcome", "secret")
    assert shop.ok("history")[0]["command"] == "log 1 call …"
    assert "secret" not in shop("history", 1).out


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_the_help_is_not_logged(
    shop: Leadctl, capsys: pytest.CaptureFixture[str], flag: str
) -> None:
    assert shop("log", 1, "call", flag).code == 0
    assert "Note an activity" in capsys.readouterr().out
    assert len(shop.ok("history")) == 1
