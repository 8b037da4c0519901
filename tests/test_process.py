"""The process: streams that nobody reads, or that are not there; Ctrl-C before and after a commit."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from conftest import Leadctl, SeedLeads, Store
from test_write_ahead import environment, importing, rows

INTERRUPTED = textwrap.dedent("""
    import os, signal, sqlite3, sys
    from leadctl import database
    from leadctl.app import App

    stage = sys.argv.pop(1)
    press = lambda *_: os.kill(os.getpid(), signal.SIGINT)

    class Pressed(sqlite3.Connection):
        def execute(self, sql, *of):
            if (stage, sql) == ("before", "BEGIN IMMEDIATE") or (stage, sql) == ("commit", "COMMIT"):
                press()
            answer = super().execute(sql, *of)
            if (stage, sql) == ("after", "COMMIT"):
                press()
            return answer

    connect = sqlite3.connect
    sqlite3.connect = lambda *of, **more: connect(*of, factory=Pressed, **more)
    if stage == "function":
        from leadctl import app

        day_of = app.App.day_of.func
        app.App.day_of = property(lambda self: lambda at: (press(), day_of(self)(at))[1])
    if stage == "end":
        close = App.close
        App.close = lambda self: (close(self), press())
    if stage == "start":
        import importlib.abc

        class Finder(importlib.abc.MetaPathFinder):
            def find_spec(self, name, *_):
                if name == "leadctl.cli":
                    press()

        sys.meta_path.insert(0, Finder())
    from leadctl.__main__ import main
    main()
""")
"""A command during which somebody presses Ctrl-C at a stage."""


def pressed(leadctl: Leadctl, stage: str, *words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", INTERRUPTED, stage, *map(str, words)],
        env=environment(leadctl), stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("stage", "code", "assigned"),
    [
        ("start", 130, 0),
        ("before", 130, 0),
        ("commit", 0, 2),
        ("after", 0, 2),
        ("end", 0, 2),
    ],
)
def test_interrupted_is_said_of_what_changed_nothing(
    leadctl: Leadctl, leads: SeedLeads, store: Store, stage: str, code: int, assigned: int
) -> None:
    leadctl.ok("rep", "add", "ana")
    leads(2)
    store.close()
    done = pressed(leadctl, stage, "assign", "--round-robin")
    assert done.returncode == code, done.stderr
    assert done.stderr.splitlines()[:1] == (
        ["leadctl: interrupted"] if code else ["undo: leadctl undo 3"]
    )
    assert ("2 leads dealt: ana 2" in done.stdout) == (not code)
    assert store.value("SELECT count(*) FROM leads WHERE owner_id = 1") == assigned


def test_ctrl_c_in_a_function_that_sqlite_calls(
    leadctl: Leadctl, leads: SeedLeads, store: Store
) -> None:
    leads(1)
    store.close()
    done = pressed(leadctl, "function", "move", "1", "Contacted")
    assert (done.returncode, done.stderr) == (130, "leadctl: interrupted\n")
    assert store.value("SELECT status FROM leads") == "New"


def test_rejected_rows_stay_when_ctrl_c_comes_too_late(leadctl: Leadctl) -> None:
    leadctl.ok("rep", "add", "ana")
    file = leadctl.write("a.csv", "Last Name,Email\nLee,lee@x.example\n,\nx,y,z,z\n")
    rejects = leadctl.folder / "rejects.csv"
    done = pressed(leadctl, "after", "import", file, "--rejects", rejects)
    assert done.returncode == 3, done.stderr
    assert rejects.exists()


def test_nobody_reads_what_is_said_beside_the_data(leadctl: Leadctl) -> None:
    file = leadctl.write("a.csv", rows(30))
    source, target = os.pipe()
    os.close(source)
    process = subprocess.Popen(
        [sys.executable, "-m", "leadctl", "import", str(file)],
        env=environment(leadctl), stdout=subprocess.PIPE, stderr=target, text=True,
    )  # fmt: skip
    os.close(target)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "30 created" in out
    assert leadctl.store().value("SELECT count(*) FROM leads") == 30


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full disk")
def test_no_room_for_what_is_said_beside_the_data(leadctl: Leadctl) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "leadctl", "rep", "add", "ana"],
            env=environment(leadctl), stdout=subprocess.PIPE, stderr=full, check=False,
        )  # fmt: skip
    assert done.returncode == 0
    assert leadctl.ok("rep", "list")[0]["name"] == "ana"


@pytest.mark.parametrize("closed", [(0,), (1,), (2,), (0, 1, 2)])
def test_streams_that_the_caller_has_closed(leadctl: Leadctl, closed: tuple[int, ...]) -> None:
    file = leadctl.write("a.csv", rows(3))

    def close() -> None:
        for descriptor in closed:
            os.close(descriptor)

    process = subprocess.Popen(
        [sys.executable, "-m", "leadctl", "import", str(file)],
        env=environment(leadctl), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, preexec_fn=close,
    )  # fmt: skip
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert ("3 created" in out) == (1 not in closed)
    assert leadctl.store().value("SELECT count(*) FROM leads") == 3


def test_ctrl_c_while_much_is_read(leadctl: Leadctl) -> None:
    process = importing(leadctl, leadctl.write("a.csv", rows(60_000)))
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.6)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, "leadctl: interrupted\n")
    assert sorted(path.name for path in leadctl.folder.iterdir()) == ["a.csv", "leadctl.toml"]
