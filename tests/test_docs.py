"""The documentation names everything that there is."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from conftest import Leadctl

from leadctl import config, errors
from leadctl.cli import COMMANDS, load
from leadctl.fields import DOCUMENTED, condition_fields
from leadctl.lead_view import json_columns
from leadctl.rules.conditions import PLAIN_FUNCTIONS

ROOT = Path(__file__).resolve().parent.parent


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("field", condition_fields())
def test_every_field_is_documented(field: str) -> None:
    assert f"| `{field}` |" in page("docs/rules.md")


@pytest.mark.parametrize("function", sorted(PLAIN_FUNCTIONS - {"like"}))
def test_every_function_of_conditions_is_documented(function: str) -> None:
    words = page("docs/rules.md").replace("`", " ").replace("()", " ").split()
    assert function in words


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme_or_its_pages(command: str) -> None:
    pages = page("README.md") + page("docs/json.md") + page("docs/rules.md") + page("CHANGELOG.md")
    assert f"leadctl {command}" in pages or f"`{command}`" in pages or f"`{command} " in pages


@pytest.mark.parametrize("column", json_columns(DOCUMENTED))
def test_every_column_of_json_is_documented(column: str) -> None:
    text = page("docs/json.md") + page("docs/rules.md")
    assert column in text.replace("`", " ").split()


def test_every_exit_code_and_word_is_documented() -> None:
    table = page("docs/exit-codes.md")
    for name in dir(errors):
        error = getattr(errors, name)
        if isinstance(error, type) and issubclass(error, errors.LeadctlError):
            assert f"| {error.exit_code} | `{error.code}` |" in table


def test_contributing_names_every_room() -> None:
    table = re.findall(r"^\| (`.*?) \|", page("CONTRIBUTING.md"), re.MULTILINE)
    named = Counter(re.findall(r"`([a-z_]+(?:\.py|/))`", " ".join(table)))
    rooms = [
        f"{path.name}/" if path.is_dir() else path.name
        for path in (ROOT / "leadctl").iterdir()
        if not path.name.startswith("__")
    ]
    assert named == Counter(rooms), "the table of rooms and `ls leadctl/` differ"


def test_the_readme_links_every_page_once_behind_its_tour() -> None:
    pages = [f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")]
    index = page("README.md").partition("\n## More\n")[2]
    linked = re.findall(r"\]\((docs/[^)#]*)\)", index)
    assert sorted(linked) == sorted(pages)


def test_links_lead_somewhere() -> None:
    for source in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")):
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", source.read_text(encoding="utf-8")):
            assert (source.parent / link).exists(), (source.name, link)


def test_the_changelog_says_everything_once() -> None:
    text = page("CHANGELOG.md")
    assert re.findall(r"^## .*", text, re.MULTILINE) == ["## 0.1.0 (unreleased)"]
    items = [" ".join(item.split()) for item in text.split("\n- ")[1:]]
    assert [item for item, times in Counter(items).items() if times > 1] == []


@pytest.mark.parametrize("name", ["docs/json.md", "docs/exit-codes.md", "docs/rules.md"])
def test_no_row_of_a_table_is_there_twice(name: str) -> None:
    rows = Counter(line for line in page(name).splitlines() if line.startswith("| `"))
    assert [row for row, times in rows.items() if times > 1] == []


@pytest.mark.parametrize("name", sorted(config.NAMES))
def test_the_file_of_init_says_everything_that_may_be_set(name: str) -> None:
    text = page("leadctl/rules/default.toml")
    assert re.search(rf"^#? *(\[\[?{name}\]|{name} = )", text, re.MULTILINE)


def commands_of(name: str) -> list[list[str]]:
    inside = getattr(load(name), "commands", {})
    return [[name], *([name, each] for each in inside)]


@pytest.mark.parametrize("words", [words for name in COMMANDS for words in commands_of(name)])
def test_help_is_whole_and_in_one_style(leadctl: Leadctl, words: list[str]) -> None:
    text = leadctl(*words, "--help").out
    assert "..." not in text.partition("\n")[2]
    options = text.partition("Options:\n")[2].partition("\n\n")[0].splitlines()
    assert [line for line in options if re.match(r"  -[-\w, ]+( <| *$)", line)] == []
    said = [line.split("  ")[-1] for line in text.splitlines() if line.startswith("  --")]
    assert [line for line in said if not line.strip()[0].isupper() and line.islower()] == []
