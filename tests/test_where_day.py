"""The first screens: leadctl alone, where, init; on a terminal, in a pipe, as JSON, in 40 columns."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from conftest import Leadctl, Outcome, SeedLeads

from leadctl import config
from leadctl.rules import score_tables
from leadctl.store import Store

NARROW = {"COLUMNS": "40"}


def plain(outcome: Outcome) -> list[str]:
    return re.sub(r"\x1b\[[0-9;]*m", "", outcome.out).splitlines()


def scored(store: Store, scores: dict[int, int]) -> None:
    with store.operation("score", undoable=False) as op:
        op.connection.executemany(
            "UPDATE scores SET total = ?, grade = ? WHERE lead_id = ?",
            [
                (total, "A" if total >= 70 else "B" if total >= 45 else "C", lead)
                for lead, total in scores.items()
            ],
        )
        op.wrote = True


def touched(store: Store, *leads: int, kind: str = "call") -> None:
    with store.operation("log") as op:
        op.create(
            "activity",
            [
                {"lead_id": lead, "kind": kind, "at": "2026-11-20T10:00:00Z", "day": 20777}
                for lead in leads
            ],
        )


# Alone, without leads.


@pytest.mark.parametrize("terminal", [False, True])
def test_alone_it_says_how_to_begin(leadctl: Leadctl, terminal: bool) -> None:
    outcome = leadctl(terminal=terminal)
    assert (outcome.code, outcome.err) == (0, "")
    assert str(leadctl.db) in outcome.out
    for command in ("leadctl import leads.csv", "leadctl add ", "leadctl demo"):
        assert command in outcome.out
    assert not leadctl.db.exists()


def test_alone_with_an_empty_or_a_fresh_database(leadctl: Leadctl, store: Store) -> None:
    leadctl.db.touch()
    assert "leadctl demo" in leadctl().out
    with store.operation("rep add") as op:
        op.create("rep", [{"name": "ana"}])
    assert "leadctl demo" in leadctl().out


def test_alone_on_a_file_of_another_program(leadctl: Leadctl) -> None:
    leadctl.db.write_text("hello, I am a spreadsheet\n" * 100)
    assert leadctl().code == 6


# Alone, with leads: the day.


@pytest.fixture
def day(store: Store, leads: SeedLeads) -> None:
    """Lead 1 touched and best, 2 C, 3 B and fresh, 4 A and fresh, 5 lost, 6 nobody scored yet.

    Nobody has answered the form of 4.
    """
    leads({}, {}, {}, {"first_name": "Zoë", "last_name": "Núñez"}, {"status": "Lost"}, {})
    scored(store, {1: 99, 2: 30, 3: 50, 4: 70, 5: 100})
    touched(store, 1)
    touched(store, 4, kind="form")


def test_the_day_calls_fresh_good_leads_first(leadctl: Leadctl, day: None) -> None:
    outcome = leadctl()
    header, *rows = (line.split("\t") for line in outcome.out.splitlines())
    assert [row[header.index("id")] for row in rows] == ["4", "3", "1", "2", "6"]
    assert outcome.err == ""


def test_the_day_on_a_terminal(leadctl: Leadctl, day: None) -> None:
    lines = plain(leadctl(terminal=True))
    assert lines[0] == "5 leads to work · 4 never touched · 5 without owner · to call next:"
    assert "Zoë Núñez" in lines[3]
    assert "leadctl score" in " ".join(lines[-2:])
    assert "leadctl assign --round-robin" in " ".join(lines[-2:])
    assert "leadctl show 4" in " ".join(lines[-2:])


def test_the_day_in_a_narrow_window(leadctl: Leadctl, day: None) -> None:
    lines = plain(leadctl(terminal=True, env=NARROW))
    assert max(map(len, lines)) <= 40
    assert any("Zoë Núñez" in line and "70 A" in line for line in lines)


def test_the_day_as_json(leadctl: Leadctl, day: None) -> None:
    answer = leadctl("--json").json
    assert {key: value for key, value in answer.items() if key != "next"} == {
        "to_work": 5, "untouched": 4, "unowned": 5, "unscored": 1, "mine": 0,
    }  # fmt: skip
    assert [lead["id"] for lead in answer["next"]] == [4, 3, 1, 2, 6]


def test_my_leads_come_before_those_of_others(leadctl: Leadctl, day: None, store: Store) -> None:
    with store.operation("rep add") as op:
        op.create("rep", [{"name": "tester"}, {"name": "ana"}])
    assert "4" in leadctl().out
    with store.operation("assign") as op:
        op.update("lead", [(2, {"owner_id": 1}), (5, {"owner_id": 1}), (4, {"owner_id": 2})])
    outcome = leadctl(terminal=True)
    assert "1 yours, to call next:" in outcome.out
    assert "Zoë" not in outcome.out


def test_there_are_at_most_seven(leadctl: Leadctl, leads: SeedLeads) -> None:
    leads(30)
    assert len(leadctl().out.splitlines()) == 8


def test_with_nobody_to_work(leadctl: Leadctl, leads: SeedLeads) -> None:
    leads({"status": "Lost"})
    outcome = leadctl(terminal=True)
    assert (outcome.code, outcome.out) == (0, "")
    assert "leadctl list --all" in outcome.err


# Where.


def test_where_nothing_is_yet(leadctl: Leadctl) -> None:
    (leadctl.folder / "leadctl.toml").unlink()
    found = leadctl.ok("where")
    assert found["database"] == {
        "path": str(leadctl.db), "why": "LEADCTL_DB", "exists": False, "bytes": None,
        "leads": None, "problem": None,
    }  # fmt: skip
    assert found["configuration"]["path"] is None
    assert found["configuration"]["why"].startswith("shipped defaults")
    assert found["me"] == {"name": "tester", "why": "LEADCTL_USER"}
    assert found["timezone"]["why"] == "this machine's /etc/localtime"
    assert list(leadctl.folder.iterdir()) == []


def test_where_things_are(leadctl: Leadctl, leads: SeedLeads) -> None:
    leads(3)
    found = leadctl.ok("where")
    assert found["database"]["exists"] is True
    assert found["database"]["leads"] == 3
    assert found["database"]["bytes"] == leadctl.db.stat().st_size
    assert found["configuration"]["why"] == "beside the database"
    assert found["timezone"] == {
        "name": "UTC", "why": f"timezone in {leadctl.folder / 'leadctl.toml'}",
    }  # fmt: skip
    assert leadctl.ok("--db", "/nowhere/x.db", "where")["database"]["why"] == "--db"
    home = leadctl.ok("where", env={"LEADCTL_DB": "", "LEADCTL_USER": "", "LOGNAME": "ida"})
    assert home["database"]["why"] == "your data folder"
    assert home["me"] == {"name": "ida", "why": "login name"}


def test_where_on_a_terminal_keeps_paths_in_one_piece(leadctl: Leadctl, leads: SeedLeads) -> None:
    leads(3)
    for env in ({}, NARROW):
        lines = plain(leadctl("where", terminal=True, env=env))
        # The reason goes on below where the path of a temporary folder fills the line.
        said = re.sub(r"\s+", " ", " ".join(lines))
        assert said.startswith(f"database {leadctl.db} · LEADCTL_DB leads 3 · in ")


def test_where_in_a_pipe(leadctl: Leadctl) -> None:
    header, database, *_ = leadctl("where").out.splitlines()
    assert header.split("\t") == ["what", "where", "why"]
    assert database.split("\t") == ["database", str(leadctl.db), "LEADCTL_DB"]


BROKEN = ["this is no toml", 'timezone = "Europe/Bonn"\n', "status = 3\n"]


@pytest.mark.parametrize("text", BROKEN)
def test_where_with_a_broken_configuration(leadctl: Leadctl, leads: SeedLeads, text: str) -> None:
    leads(3)
    (leadctl.folder / "leadctl.toml").write_text(text)
    found = leadctl.ok("where")
    assert found["configuration"]["problem"]
    assert found["database"]["leads"] == 3
    assert "in force" in leadctl("where").out


def test_where_with_a_configuration_that_is_not_there(leadctl: Leadctl, leads: SeedLeads) -> None:
    leads(3)
    found = leadctl.ok("--config", "/nowhere/leadctl.toml", "where")
    assert found["configuration"] == {
        "path": "/nowhere/leadctl.toml", "why": "--config", "exists": False,
        "problem": "no such configuration: /nowhere/leadctl.toml",
    }  # fmt: skip
    assert found["database"]["leads"] == 3


def test_where_with_a_damaged_database(leadctl: Leadctl) -> None:
    leadctl.db.write_bytes(b"no database" * 1000)
    found = leadctl.ok("where")["database"]
    assert found["bytes"] == 11_000
    assert found["leads"] is None
    assert "not a database" in found["problem"]
    assert leadctl("where").code == 0


# Init.


def test_init_writes_what_is_shipped_beside_the_database(leadctl: Leadctl) -> None:
    target = leadctl.folder / "leadctl.toml"
    target.unlink()
    outcome = leadctl("init")
    assert outcome.code == 0
    assert outcome.out == f"wrote {target}\n"
    assert target.stat().st_mode & 0o777 == 0o600
    assert leadctl.ok("where")["configuration"]["path"] == str(target)
    assert leadctl.ok("where")["configuration"]["problem"] is None


def test_what_init_writes_changes_nothing(leadctl: Leadctl, tmp_path: Path) -> None:
    target = tmp_path / "mine.toml"
    assert leadctl.ok("init", target) == {"file": str(target)}
    written, shipped = config.load(target), config.Settings()
    for name, value in vars(shipped).items():
        if name != "document":
            assert vars(written)[name] == value, name
    rules = score_tables.load(written.document, path="shipped")
    assert rules == score_tables.load({}, path="shipped")


def test_every_commented_setting_of_it_can_be_switched_on(leadctl: Leadctl, tmp_path: Path) -> None:
    target = tmp_path / "mine.toml"
    leadctl.ok("init", target)
    text = target.read_text(encoding="utf-8")
    for name in ("timezone", "country", "sources", "kinds", "lost_reasons"):
        (line,) = re.findall(rf"^# ({name} = .+)$", text, re.MULTILINE)
        assert config.Settings(tomllib.loads(line)).document.keys() == {name}


def test_init_overwrites_nothing(leadctl: Leadctl) -> None:
    before = (leadctl.folder / "leadctl.toml").read_text()
    outcome = leadctl("init")
    assert outcome.code == 5
    assert "there already" in outcome.err
    assert (leadctl.folder / "leadctl.toml").read_text() == before
    assert leadctl("init", "--json").json["error"]["code"] == "conflict"
    assert leadctl("init", "/proc/nowhere/leadctl.toml").code == 6


def test_init_makes_the_folder_and_writes_where_the_configuration_is_looked_for(
    leadctl: Leadctl, tmp_path: Path
) -> None:
    target = tmp_path / "etc" / "rules.toml"
    assert leadctl.ok("init", env={"LEADCTL_CONFIG": str(target)}) == {"file": str(target)}
    assert target.parent.stat().st_mode & 0o777 == 0o700
    elsewhere = leadctl("init", tmp_path / "elsewhere.toml")
    assert "--config" in elsewhere.out
    assert f"leadctl --config {tmp_path / 'elsewhere.toml'} score" in elsewhere.err


def test_the_first_screens_need_no_environment(tmp_path: Path) -> None:
    for words in ([], ["where"], ["init", str(tmp_path / "x.toml")]):
        done = subprocess.run(
            [sys.executable, "-m", "leadctl", *words], cwd=Path(__file__).parents[1],
            env={"HOME": str(tmp_path)}, capture_output=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    assert not (tmp_path / ".local").exists()
