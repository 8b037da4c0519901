"""The documentation names everything that there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadctl import errors
from leadctl.cli import COMMANDS
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
