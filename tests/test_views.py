"""view: saved, listed, removed, undone; @name beside options and inside conditions."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Leadctl, SeedLeads

WORDS = "first_name last_name company email source status country employees tags owner".split()


@pytest.fixture
def shop(leadctl: Leadctl, leads: SeedLeads) -> Leadctl:
    leads(
        {
            "last_name": "A",
            "country": "DE",
            "employees": 10,
            "source": "Website",
            "tags": "vip, eu",
        },
        {"last_name": "B", "country": "DE", "employees": 90, "source": "Email", "tags": "vips"},
        {"last_name": "C", "country": "AT", "employees": 90, "created_day": 20000},
        {"last_name": "D", "country": "FR", "employees": 90, "source": "Website", "tags": "50%"},
        {"last_name": "E", "country": "DE", "employees": 90, "status": "Lost"},
    )
    leadctl.ok("rep", "add", "tester", "ben")
    leadctl.ok("assign", 1, 2, "--to", "tester")
    leadctl.ok("assign", 3, "--to", "ben")
    leadctl.ok("log", 1, "call")
    leadctl.ok("log", 3, "form")
    return leadctl


def ids(leadctl: Leadctl, *words: object) -> list[int]:
    return [lead["id"] for lead in leadctl.ok("list", *words)]


def test_a_view_is_saved_used_changed_and_removed(shop: Leadctl) -> None:
    done = shop.ok("view", "save", "big", "--where", "employees > 50")
    assert done == {
        "operation": done["operation"], "dry_run": False, "created": 1, "updated": 0,
        "unchanged": 0, "name": "big", "leads": 4,
    }  # fmt: skip
    assert done["operation"]
    assert ids(shop, "@big") == [4, 3, 2]
    assert ids(shop, "@BIG", "--all") == [5, 4, 3, 2]
    assert ids(shop, "@big", "--country", "DE") == [2]
    assert ids(shop, "@big", "--where", "country = 'AT' or country = 'FR'") == [4, 3]
    assert ids(shop, "--where", "@big and not country = 'FR'") == [3, 2]
    assert shop.ok("view", "save", "@big", "--where", "employees > 50")["unchanged"] == 1
    changed = shop.ok("view", "save", "Big", "--where", "employees < 50")
    assert (changed["updated"], changed["name"]) == (1, "big")
    assert ids(shop, "@big") == [1]
    shop.ok("undo", changed["operation"])
    assert ids(shop, "@big") == [4, 3, 2]
    removed = shop.ok("view", "remove", "big")
    assert shop("list", "@big").code == 4
    shop.ok("undo", removed["operation"])
    assert ids(shop, "@big") == [4, 3, 2]


@pytest.mark.parametrize(
    "options",
    [
        ("--country", "DE,AT"), ("--country", "!DE"), ("--source", "none"),
        ("--source", "none,Email"), ("--source", "!none"), ("--owner", "me"), ("--mine",),
        ("--owner", "none"), ("--owner", "!ben"), ("--owner", "ben,none"), ("--tag", "vip"),
        ("--tag", "!vip"), ("--tag", "none"), ("--tag", "50%"), ("--since", "7d"),
        ("--untouched",), ("--status", "Lost"), ("--grade", "none"), ("--status", "!New"),
        ("--country", "O'Land"), ("--where", "employees > 50", "--country", "DE"),
    ],
)  # fmt: skip
def test_a_view_means_what_its_options_mean(shop: Leadctl, options: tuple[str, ...]) -> None:
    shop.ok("view", "save", "some", *options)
    assert ids(shop, "@some") == ids(shop, *options)
    assert ids(shop, "--where", "@some", "--all") == ids(shop, *options, "--all")
    assert ids(shop, "--where", "not @some", "--all") == [
        lead for lead in (5, 4, 3, 2, 1) if lead not in ids(shop, *options, "--all")
    ]


def test_order_columns_and_all_come_along(shop: Leadctl) -> None:
    shop.ok("view", "save", "best", "--all", "--sort", "-employees", "--columns", "last_name")
    lines = shop("list", "@best").out.split()
    assert lines == ["last_name", "A", "E", "D", "C", "B"]
    assert shop("list", "@best", "--columns", "id", "--sort", "id").out.split()[1] == "5"
    exported = shop("export", "@best").out.splitlines()
    assert [line.strip('"') for line in exported] == ["last_name", "A", "E", "D", "C", "B"]


def test_exports_and_reports_take_views(shop: Leadctl) -> None:
    shop.ok("view", "save", "big", "--where", "employees > 50")
    assert [lead["id"] for lead in shop.ok("export", "@big")] == [2, 3, 4, 5]
    rows = shop.ok("report", "pipeline", "@big")
    leads = sum(row["leads"] for row in (rows if isinstance(rows, list) else rows["rows"]))
    assert leads == 4
    shop.ok("edit", "--where", "@big and country = 'AT'", "product=Kiln", "--yes")
    assert shop.store().lead(3)["product"] == "Kiln"


def test_views_use_views_but_never_themselves(shop: Leadctl) -> None:
    shop.ok("view", "save", "big", "--where", "employees > 50")
    shop.ok("view", "save", "near", "@big", "--where", "country = 'DE' or country = 'AT'")
    assert ids(shop, "@near") == [3, 2]
    for circle in ("@big", "@near"):
        refused = shop("view", "save", "big", "--where", f"{circle} or 1")
        assert refused.code == 5
        assert "@big would use itself" in refused.err
    assert "@near used it" in shop("view", "remove", "big").err
    broken = shop("list", "@near")
    assert broken.code == 2
    assert "view @near: there is no view @big" in broken.err


def test_a_broken_view_is_named(shop: Leadctl) -> None:
    shop.ok("view", "save", "mine", "--owner", "ben", "--where", "employees > 50")
    with shop.store().operation("a field goes") as op:
        op.update("view", [(1, {"filters": '{"where": "budget > 5"}'})])
    done = shop("list", "--where", "@mine and 1 = 1")
    assert (done.code, done.out) == (2, "")
    assert "view @mine: unknown field budget" in done.err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("list", "@hto"), 4, "there is no view @hto · did you mean @hot?"),
        (("list", "--where", "@hto"), 4, "did you mean @hot?"),
        (("view", "remove", "nothing"), 4, "leadctl view list"),
        (("list", "hot"), 2, "'hot' chooses no leads"),
        (("view", "save", "a-b", "--mine"), 2, "'a-b' is no name of a view"),
        (("view", "save", "2", "--mine"), 2, "is no name of a view"),
        (("view", "save", "all"), 2, "a view needs a filter"),
        (("view", "save", "x", "--where", "employes > 5"), 2, "did you mean employees?"),
        (("view", "save", "x", "--where", "@nothing"), 4, "there is no view @nothing"),
        (("view", "save", "x", "--owner", "nobody"), 4, "there is no rep 'nobody'"),
        (("view", "save", "x", "--mine", "--columns", "xyzzy"), 2, "leads have no field"),
        (("view", "save", "x", "--mine", "--sort", "xyzzy"), 2, "leads have no field"),
    ],
)
def test_what_is_refused(shop: Leadctl, words: Any, code: int, said: str) -> None:
    shop.ok("view", "save", "hot", "--where", "employees > 50")
    done = shop(*words)
    assert done.code == code, done
    assert said in done.err.replace("\n", " · ").replace("  ", " ")
    assert [view["name"] for view in shop.ok("view", "list")] == ["hot"]


def test_an_at_sign_in_a_text_is_no_view(shop: Leadctl) -> None:
    assert ids(shop, "--where", "email like '%@kiln.example' or last_name = 'it''s @hot'") == []


def test_a_dry_run_saves_nothing(shop: Leadctl) -> None:
    done = shop.ok("view", "save", "big", "--where", "employees > 50", "--dry-run")
    assert (done["operation"], done["created"], done["leads"]) == (None, 1, 4)
    assert shop.ok("view", "list") == []


def test_the_list_of_views(shop: Leadctl) -> None:
    shop.ok("view", "save", "hot", "--where", "employees > 50", "--country", "DE,AT", "--mine")
    [view] = shop.ok("view", "list")
    written = "--country DE,AT --mine --where 'employees > 50'"
    assert (view["name"], view["options"]) == ("hot", written)
    assert shop("view", "list").out.splitlines() == ["name\toptions", f"hot\t{written}"]
    for width in ("100", "40"):
        shown = shop("view", "list", terminal=True, env={"COLUMNS": width}).screen
        assert "@hot" in shown
        assert max(map(len, shown.splitlines())) <= int(width)


def test_the_next_page_of_a_view_is_named_with_it(shop: Leadctl) -> None:
    shop.ok("view", "save", "big", "--where", "employees > 50")
    shown = shop("list", "@big", "--limit", "1", terminal=True).screen
    assert "leadctl list @big --limit 1 --after 4" in " ".join(shown.split())
