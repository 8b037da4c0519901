"""What a start pays for: no command loads a library that it does not use."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest
from conftest import Leadctl

HEAVY = {
    "pydantic", "rich", "questionary", "prompt_toolkit", "sqlite_utils", "rapidfuzz", "tomllib",
    "importlib.metadata", "json", "csv", "dataclasses", "hashlib", "unicodedata", "asyncio",
}  # fmt: skip
"""Libraries that a list in a pipe has no need of; the first six are slow to load."""
RUNNER = """
import sys
from leadctl.__main__ import main
try:
    main()
finally:
    sys.stderr.write("\\n".join(sys.modules))
"""


@pytest.fixture(scope="module")
def of_typer() -> set[str]:
    """What is loaded anyway; it differs from Python to Python."""
    code = "import sys, typer, pathlib, sqlite3, zoneinfo; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def loaded(leadctl: Leadctl, *words: object) -> set[str]:
    """Return the modules that a command has loaded, after it has worked."""
    env = {**os.environ, **leadctl.env}
    command = [sys.executable, "-c", RUNNER, *map(str, words)]
    done = subprocess.run(
        command, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout
    return set(done.stderr.split())


@pytest.fixture
def shop(leadctl: Leadctl, leads: Any) -> Leadctl:
    leads(60)
    (leadctl.folder / "leadctl.toml").unlink()
    return leadctl


def test_a_list_in_a_pipe(shop: Leadctl, of_typer: set[str]) -> None:
    modules = loaded(shop, "list", "--limit", 50)
    assert "leadctl.commands.list" in modules
    assert not modules & (HEAVY - of_typer)
    assert not any(name.startswith("leadctl.rules") for name in modules)
    assert not modules & {"leadctl.ids", "leadctl.when"}


@pytest.mark.parametrize("words", [("--help",), ("--version",), ("-h",)])
def test_what_needs_no_database_loads_none(
    shop: Leadctl, of_typer: set[str], words: tuple[str, ...]
) -> None:
    modules = loaded(shop, *words)
    assert not modules & (HEAVY - of_typer | {"sqlite3", "leadctl.store"})
    assert not any(name.startswith("leadctl.commands.") for name in modules)


@pytest.mark.parametrize(
    ("words", "needs"),
    [
        (("list", "--json"), {"json"}),
        (("list", "--format", "csv"), {"csv"}),
        (("list", "--format", "table"), {"rich", "dataclasses"}),
        (("list", "--where", "id > 0"), {"leadctl.rules.conditions", "dataclasses"}),
        (("list", "--sort", "last_name", "--status", "New", "--since", "30d"), set()),
        (("show", 1), {"json"}),
        (("history",), {"json"}),
    ],
)
def test_each_reading_command_loads_only_its_own(
    shop: Leadctl, words: tuple[object, ...], needs: set[str]
) -> None:
    modules = loaded(shop, *words)
    slow = {"pydantic", "rich", "questionary", "prompt_toolkit", "sqlite_utils", "rapidfuzz"}
    assert modules & slow <= needs
    assert needs <= modules
