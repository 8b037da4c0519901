"""The demo: real processes on a scratch database, checked step by step, and nothing else touched."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Leadctl, SeedLeads

from leadctl.app import App
from leadctl.commands.demo import Walk
from leadctl.errors import LeadctlError
from leadctl.lead_view import RecordFilter

ROOT = Path(__file__).resolve().parents[1]


def demo(*words: object, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "leadctl", "demo", "--leads", "200", *map(str, words)],
        cwd=ROOT, env=env, capture_output=True, encoding="utf-8", timeout=120,
    )  # fmt: skip


def test_the_walk_in_an_empty_environment(tmp_path: Path) -> None:
    done = demo(TMPDIR=str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    commands = re.findall(r"^\$ (?:leadctl )?(\w+)", done.stdout, re.MULTILINE)
    assert commands == [
        *("import", "import", "rep", "rep", "score", "list", "rules", "report", "report", "report"),
        *("for", "why", "add", "dedupe", "merge", "convert", "history", "undo", "db"),
    ]
    assert "0 created · 0 updated · 200 unchanged" in done.stdout
    assert done.stdout.count("leads dealt: ") == 4
    assert "They differ by one at most" in done.stdout
    assert "the database is sound" in done.stdout
    assert re.search(r"^\d+ merged into \d+ ", done.stdout, re.MULTILINE)
    assert "known outcome" in done.stdout
    assert done.stderr == (
        "look around in it: leadctl demo --keep DIR · now yours: leadctl import leads.csv\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_ones_own_leads_and_settings_stay_as_they_are(leadctl: Leadctl, leads: SeedLeads) -> None:
    leads(3)
    leadctl.configure("score = 'broken'")
    before = {path: path.read_bytes() for path in leadctl.folder.rglob("*") if path.is_file()}
    done = demo(**leadctl.env, LEADCTL_CONFIG=str(leadctl.folder / "leadctl.toml"))
    assert done.returncode == 0, done.stdout + done.stderr
    after = {path: path.read_bytes() for path in leadctl.folder.rglob("*") if path.is_file()}
    assert after == before


def test_it_can_be_kept(leadctl: Leadctl, tmp_path: Path) -> None:
    place = tmp_path / "kept here"
    done = demo("--keep", place, HOME=str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"leadctl --db '{place}/leads.db'" in done.stderr
    database = place / "leads.db"
    assert (place.stat().st_mode | database.stat().st_mode) & 0o077 == 0
    assert leadctl("--db", database, "db", "doctor").code == 0
    commands = [operation["command"] for operation in leadctl.ok("--db", database, "history")]
    assert len(commands) == 13
    assert commands[-1] == "import leads.csv --on-duplicate fill"
    # What the walk converts it takes back.
    won = leadctl.ok("--db", database, "list", "--all", "--where", "converted_at is not null")
    assert len(won) == 18
    assert all(lead["deal_id"] and lead["status"] == "Converted" for lead in won)
    assert len({lead["converted_at"] for lead in won}) > 10
    again = demo("--keep", place, HOME=str(tmp_path))
    assert (again.returncode, again.stdout) == (5, "")
    assert demo("--keep", database, HOME=str(tmp_path)).returncode == 6


def test_an_ascii_terminal_can_show_it(tmp_path: Path) -> None:
    done = demo(TMPDIR=str(tmp_path), PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C")
    assert done.returncode == 0, done.stderr
    assert done.stdout.isascii()


def test_a_step_that_fails_ends_it_with_exit_code_1(
    leadctl: Leadctl, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    walk = Walk(App({**os.environ, **leadctl.env}), tmp_path)
    with pytest.raises(LeadctlError, match="leadctl show ended with 4") as failed:
        walk.run("show", 1)
    assert failed.value.exit_code == 1
    assert "$ leadctl show 1" in capfd.readouterr().out
    with walk.opened() as inside:
        inside.store.path.touch()
        assert inside.store.count_leads(RecordFilter()) == 0
