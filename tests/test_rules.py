"""rules: the fields that conditions may name."""

from __future__ import annotations

import pytest
from conftest import Leadctl

from leadctl.commands.rules import EXAMPLES, described
from leadctl.fields import COMPUTED_OF, condition_fields
from leadctl.rules.conditions import check


def test_every_field_is_there_once() -> None:
    assert [row["name"] for row in described()] == list(condition_fields())
    assert EXAMPLES.keys() <= {name for kind in COMPUTED_OF for name in condition_fields(kind)}


@pytest.mark.parametrize("row", list(described()), ids=lambda row: row["name"])
def test_the_example_is_a_condition_on_the_field(row: dict[str, str]) -> None:
    assert row["name"] in check(row["example"], condition_fields()).reads


def test_json_and_a_pipe(leadctl: Leadctl) -> None:
    rows = leadctl.ok("rules", "fields")
    assert rows[0] == {
        "name": "first_name", "type": "text", "meaning": "first name",
        "example": "first_name like 'A%'", "set": True, "looks_up": [],
    }  # fmt: skip
    assert not next(row for row in rows if row["name"] == "score")["set"]
    assert next(row for row in rows if row["name"] == "calls")["looks_up"] == ["activities"]
    lines = leadctl("rules", "fields").out.splitlines()
    assert lines[0].split("\t") == ["name", "type", "meaning", "example", "set", "looks_up"]
    assert len(lines) == len(rows) + 1


def test_a_terminal(leadctl: Leadctl) -> None:
    wide = leadctl("rules", "fields", terminal=True).screen
    assert "postal_code like '01%'" in wide
    narrow = leadctl("rules", "fields", terminal=True, env={"COLUMNS": "40"}).screen
    assert "days_since_activity" in narrow
    assert max(map(len, narrow.splitlines())) <= 40


def test_a_field_that_is_not_there_points_here(leadctl: Leadctl) -> None:
    leadctl.ok("add", "Ada")
    for words in (("--where", "xyzzy = 1"), ("--columns", "xyzzy"), ("--sort", "xyzzy")):
        done = leadctl("list", *words)
        assert done.code == 2
        assert "fields: leadctl rules fields" in done.err
    assert "did you mean company?" in leadctl("list", "--where", "compny = 1").err
