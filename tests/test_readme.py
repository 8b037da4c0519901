"""The README's console blocks do what they show, command by command."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ELLIPSIS = "…"
"""A line that stands for any number of lines."""


def sessions(text: str) -> list[tuple[str, list[str]]]:
    """Return each command of the console blocks with the lines that it is to print."""
    found: list[tuple[str, list[str]]] = []
    for block in BLOCK.findall(text):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            else:
                found[-1][1].append(line.rstrip())
    return found


def fits(wanted: list[str], printed: list[str]) -> bool:
    """Return whether the lines are the same, `…` standing for any number of them."""
    if not wanted:
        return not printed
    if wanted[0] == ELLIPSIS:
        return any(fits(wanted[1:], printed[skip:]) for skip in range(len(printed) + 1))
    return bool(printed) and wanted[0] == printed[0] and fits(wanted[1:], printed[1:])


def test_the_console_blocks_of_the_readme(tmp_path: Path) -> None:
    commands = sessions((ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(commands) > 10
    shim = tmp_path / "bin" / "leadctl"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\nexec {sys.executable} -m leadctl "$@"\n')
    shim.chmod(0o755)
    cat, lines = commands[0]
    assert cat == "cat leads.csv"
    (tmp_path / "leads.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "leadctl.toml").write_text('timezone = "UTC"\n')
    env = {
        "PATH": f"{shim.parent}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "COLUMNS": "96",
        "LEADCTL_DB": "leads.db",
        "LEADCTL_USER": "you",
        "PYTHONPATH": str(ROOT),
    }
    for command, wanted in commands:
        ran = subprocess.run(
            command, shell=True, cwd=tmp_path, env=env, stdin=subprocess.DEVNULL, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
        printed = [line.rstrip() for line in ran.stdout.splitlines()]
        # 3: a row of the file is rejected, as the page says.
        assert ran.returncode in (0, 3), f"$ {command}\n{ran.stdout}"
        assert fits(wanted, printed), f"$ {command}\n{ran.stdout}"
