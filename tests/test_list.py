"""list: what is shown, to whom, in which order, page by page."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from conftest import Answers, Leadctl
from hypothesis import given, settings
from hypothesis import strategies as st

from leadctl.fields import DOCUMENTED, LEAD_FIELDS
from leadctl.lead_view import Order, RecordFilter, Words, columns_of, json_columns, order_by
from leadctl.store import Store

PRODUCT = (
    "first_name last_name salutation company title email phone mobile website source campaign "
    "status lost_reason rating industry employees annual_revenue amount currency product street "
    "city state postal_code country description tags email_opt_out owner external_id "
    "external_system created_at id uid score fit engagement grade rank version updated_at "
    "last_activity_at converted_at contact_id account_id deal_id extra"
).split()


@pytest.fixture
def shop(leadctl: Leadctl, leads: Any) -> Leadctl:
    """Seven leads: three fresh ones, two worked, one lost and one junk."""
    leads(
        {"first_name": "Zoë", "last_name": "Núñez", "company": "Crème & Fils", "country": "FR"},
        {"last_name": "Müller", "status": "Contacted", "source": "Phone", "tags": "vip, north"},
        {"email": "info@shop.example", "source": "Website", "tags": "north"},
        {"last_name": "Lost", "status": "Lost"},
        {"last_name": "Junk", "status": "Junk"},
        {"last_name": "Quill", "status": "Qualified", "source": "Website", "country": "DE"},
        {"last_name": "Old", "created_at": "2025-01-01T00:00:00Z", "created_day": 20089},
    )
    leadctl.ok("rep", "add", "ana", "tester")
    leadctl.ok("assign", 1, 2, "--to", "ana")
    leadctl.ok("assign", 6, "--to", "tester")
    leadctl.ok("log", 2, "call", "wants a quote")
    leadctl.ok("score")
    return leadctl


def ids(leadctl: Leadctl, *words: object) -> list[int]:
    return [lead["id"] for lead in leadctl.ok("list", *words)]


class TestForPeople:
    def test_a_table_with_a_rule_under_the_header_only(self, shop: Leadctl) -> None:
        lines = shop("list", terminal=True).screen.splitlines()
        assert lines[0].split() == "id lead company source status owner score last touch".split()
        assert set(lines[1]) == {"─"}
        assert len(lines[1]) == max(len(line) for line in lines[:7])
        assert sum("─" in line for line in lines) == 1

    def test_blank_is_a_dash_and_never_touched_is_said(self, shop: Leadctl) -> None:
        out = shop("list", terminal=True).screen
        zoe = next(line for line in out.splitlines() if "Núñez" in line)
        assert "–" in zoe
        assert zoe.endswith("never")
        assert "None" not in out
        assert "null" not in out

    def test_numbers_stand_right_under_their_header(self, shop: Leadctl) -> None:
        lines = shop("list", terminal=True).screen.splitlines()
        ends = {line.find(" " + line.split()[1]) for line in lines[2:7]}
        assert len(ends) == 1

    def test_the_footer_counts_what_is_there_and_what_is_hidden(self, shop: Leadctl) -> None:
        assert shop("list", terminal=True).screen.splitlines()[-1] == (
            "5 leads to work · 2 converted, lost or junk hidden (--all)"
        )
        assert shop("list", "--all", terminal=True).screen.splitlines()[-1] == "7 leads"

    def test_the_footer_writes_out_the_next_page(self, shop: Leadctl) -> None:
        words = ("--where", "id > 0", "--sort", "last_name", "--limit", 2)
        footer = shop("list", *words, terminal=True, env={"COLUMNS": "200"}).screen.splitlines()[-1]
        assert footer.startswith("first 2 of 5 to work")
        command = "leadctl list --where 'id > 0' --sort last_name --limit 2 --after"
        assert command in footer

    def test_the_footer_says_which_page(self, leadctl: Leadctl, leads: Any) -> None:
        leads(5)
        footers: list[str] = []
        after: tuple[object, ...] = ()
        for _ in range(3):
            lines = leadctl("list", "--limit", 2, *after, terminal=True).screen.splitlines()
            footers.append(lines[-1])
            after = ("--after", lines[-1].split()[-1])
        assert footers == [
            "first 2 of 5 to work · next: leadctl list --limit 2 --after 4",
            "next 2 of 5 to work · next: leadctl list --limit 2 --after 2",
            "last 1 of 5 to work",
        ]

    def test_fifty_on_a_terminal_and_all_in_a_pipe(self, leadctl: Leadctl, leads: Any) -> None:
        leads(60)
        lines = leadctl("list", terminal=True).screen.splitlines()
        assert len(lines) == 2 + 50 + 1
        assert "first 50 of 60 to work" in lines[-1]
        assert len(leadctl("list").out.splitlines()) == 61
        assert len(ids(leadctl)) == 60

    @pytest.mark.parametrize("width", [100, 80, 60, 50, 40])
    def test_no_line_is_wider_than_the_window(self, shop: Leadctl, width: int) -> None:
        from rich.cells import cell_len

        out = shop("list", terminal=True, env={"COLUMNS": str(width)}).screen
        assert max(cell_len(line) for line in out.splitlines()) <= width
        for needed in ("Núñez", "Contacted", "Qualified"):
            assert needed in out

    def test_narrow_windows_drop_the_source_first(self, shop: Leadctl) -> None:
        headers = [
            shop("list", terminal=True, env={"COLUMNS": str(width)}).screen.splitlines()[0].split()
            for width in (100, 70, 58)
        ]
        assert "source" in headers[0]
        assert "source" not in headers[1]
        assert "company" not in headers[2]
        for header in headers:
            assert {"id", "lead", "status", "score"} <= set(header)

    def test_at_40_columns_a_lead_is_two_lines(self, shop: Leadctl) -> None:
        lines = shop("list", terminal=True, env={"COLUMNS": "40"}).screen.splitlines()
        place = next(n for n, line in enumerate(lines) if "Zoë Núñez" in line)
        assert lines[place].split()[0] == "1"
        assert lines[place + 1].strip() == "Crème & Fils · New · ana · never"

    def test_an_empty_list_names_the_next_command_on_stderr(self, leadctl: Leadctl) -> None:
        leadctl.ok("rep", "add", "ana")
        for words in ((), ("--json",)):
            outcome = leadctl("list", *words)
            assert outcome.code == 0
            assert outcome.out == ("[]\n" if words else "")
        assert "leadctl import leads.csv" in leadctl("list", terminal=True).err

    def test_no_match_says_what_is_hidden(self, shop: Leadctl) -> None:
        outcome = shop("list", "--owner", "none", "--country", "XX")
        assert (outcome.code, outcome.out) == (0, "")
        assert "hidden (--all)" in outcome.err

    def test_chosen_columns(self, shop: Leadctl) -> None:
        out = shop("list", "--columns", "id,email, amount", terminal=True).screen
        assert out.splitlines()[0].split() == ["id", "email", "amount"]

    def test_ascii_where_the_terminal_has_nothing_else(self, shop: Leadctl) -> None:
        import os
        import subprocess
        import sys

        env = {**os.environ, **shop.env, "PYTHONIOENCODING": "ascii:backslashreplace"}
        command = [sys.executable, "-m", "leadctl", "list", "--format", "table"]
        done = subprocess.run(command, env=env, capture_output=True, check=True)
        lines = done.stdout.decode("ascii").splitlines()
        assert set(lines[1]) == {"-"}
        assert len({len(line.rstrip()) for line in lines[2:5]}) == 1
        assert "Zo\\xeb N\\xfa\\xf1ez" in done.stdout.decode()


HOSTILE = (
    "[/]", "[bold]x[/bold]", "\x1b[31mred", "\x1b]52;c;aGk=\x07", "a\u202eb", "c\x9bd", "李小龙",
    "👩‍👩‍👧 family", "e\u0301cole", "محمد علي", "tab\there", "line\nbreak", "back\\slash", ":smile:",
)  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_names_from_strangers_are_harmless_and_aligned(
    leadctl: Leadctl, leads: Any, name: str
) -> None:
    from rich.cells import cell_len

    leads({"last_name": name, "company": name}, {"last_name": "Plain", "company": "Plain"})
    for width in ("100", "40"):
        outcome = leadctl("list", terminal=True, env={"COLUMNS": width})
        assert outcome.code == 0
        shown = outcome.screen.replace("\u200e", "")  # ours, behind what is read from the right
        assert not set("\x1b\x07\x9b\u202e\t") & set(shown)
    lines = leadctl("list", terminal=True).screen.splitlines()
    assert len({cell_len(line) for line in lines[2:4]}) == 1
    assert leadctl("list", "--json").json[1]["last_name"] == name
    header, _, row = leadctl("list", "--columns", "id,last_name").out.splitlines()
    assert header == "id\tlast_name"
    assert unescaped(row.split("\t")[1]) == name
    assert leadctl("show", 1, terminal=True).code == 0


def unescaped(cell: str) -> str:
    import re

    short = {"t": "\t", "n": "\n", "r": "\r", "\\": "\\"}

    def meant(found: re.Match[str]) -> str:
        code = found.group(1)
        return short.get(code) or chr(int(code[1:], 16))

    return re.sub(r"\\(x[0-9a-f]{2}|u[0-9a-f]{4}|[tnr\\])", meant, cell)


class TestForPrograms:
    def test_json_has_the_documented_names_in_an_array(self, shop: Leadctl) -> None:
        rows = shop.ok("list")
        assert all(sorted(row) == sorted(PRODUCT) for row in rows)
        assert sorted(json_columns(DOCUMENTED)) == sorted(PRODUCT)

    def test_json_values_have_their_types(self, leadctl: Leadctl) -> None:
        leadctl.ok(
            "add", "Ada", "amount=12,000.50 EUR", "annual_revenue=1000", "employees=7",
            "email_opt_out=yes", "tags=a,b",
        )  # fmt: skip
        lead = leadctl.ok("list")[0]
        assert (lead["amount"], lead["annual_revenue"]) == (12000.5, 1000)
        assert isinstance(lead["annual_revenue"], int)
        assert lead["email_opt_out"] is True
        assert lead["extra"] == {}
        assert lead["company"] is None

    def test_tsv_has_whole_values_and_no_footer(self, shop: Leadctl) -> None:
        outcome = shop("list", "--limit", 2)
        header, *rows = [line.split("\t") for line in outcome.out.splitlines()]
        assert header[0] == "id"
        assert [len(row) for row in rows] == [len(header)] * 2
        assert outcome.err == ""

    def test_other_formats(self, shop: Leadctl) -> None:
        table = list(csv.DictReader(io.StringIO(shop("list", "--format", "csv").out)))
        assert [int(row["id"]) for row in table] == ids(shop)
        jsonl = [json.loads(line) for line in shop("list", "--format", "jsonl").out.splitlines()]
        assert jsonl == shop.ok("list")
        assert list(map(int, shop("list", "--format", "ids").out.split())) == ids(shop)
        assert shop("list", "--format", "table").out.splitlines()[0].split()[0] == "id"
        assert shop("list", "--format", "xml").code == 2

    def test_errors_are_one_line_and_json_where_it_was_asked_for(self, shop: Leadctl) -> None:
        outcome = shop("list", "--sort", "scoer", "--json")
        assert outcome.code == 2
        assert outcome.json["error"]["code"] == "usage"
        assert "did you mean score?" in outcome.json["error"]["hint"]
        assert len(outcome.err.splitlines()) == 1

    def test_reading_makes_no_database(self, leadctl: Leadctl) -> None:
        assert leadctl("list").code == 4
        assert not leadctl.db.exists()

    def test_the_column_that_is_not_there(self, shop: Leadctl) -> None:
        outcome = shop("list", "--columns", "id,emial")
        assert outcome.code == 2
        assert "did you mean email?" in outcome.err

    def test_a_page_after_nobody(self, shop: Leadctl) -> None:
        assert shop("list", "--after", 4711).code == 4

    @pytest.mark.parametrize("option", ["--after", "--limit"])
    @pytest.mark.parametrize("number", ["x", "", "-1"])
    def test_numbers_that_are_none(self, shop: Leadctl, option: str, number: object) -> None:
        assert shop("list", option, number).code == 2

    def test_a_limit_beyond_counting_is_none(self, shop: Leadctl) -> None:
        assert len(shop.ok("list", "--limit", 10**20)) == len(shop.ok("list"))
        assert shop("list", "--after", 10**20).code == 2


class TestFilters:
    @pytest.mark.parametrize(
        ("words", "expected"),
        [
            ((), [7, 6, 3, 2, 1]),
            (("--all",), [7, 6, 5, 4, 3, 2, 1]),
            (("--status", "Lost"), [4]),
            (("--status", "lost,junk"), [5, 4]),
            (("--status", "Lost", "--status", "Junk"), [5, 4]),
            (("--status", "!New"), [6, 5, 4, 2]),
            (("--status", "open"), [7, 3, 1]),
            (("--source", "website"), [6, 3]),
            (("--source", "none"), [7, 1]),
            (("--source", "!none"), [6, 3, 2]),
            (("--source", "Website,none"), [7, 6, 3, 1]),
            (("--source", "!Website"), [7, 2, 1]),
            (("--owner", "ana"), [2, 1]),
            (("--owner", "ANA,none"), [7, 3, 2, 1]),
            (("--owner", "!ana"), [7, 6, 3]),
            (("--owner", "none"), [7, 3]),
            (("--owner", "!none"), [6, 2, 1]),
            (("--owner", "me"), [6]),
            (("--mine",), [6]),
            (("--country", "de"), [6]),
            (("--country", "DE,FR"), [6, 1]),
            (("--tag", "north"), [3, 2]),
            (("--tag", "VIP"), [2]),
            (("--tag", "nor"), []),
            (("--tag", "none"), [7, 6, 1]),
            (("--tag", "!vip"), [7, 6, 3, 1]),
            (("--since", "7d"), [6, 3, 2, 1]),
            (("--since", "2024-01-01"), [7, 6, 3, 2, 1]),
            (("--since", "today"), []),
            (("--untouched",), [7, 6, 3, 1]),
            (("--where", "country = 'fr'"), [1]),
            (("--where", "country is null and activities > 0"), [2]),
            (("--where", "owner = 'ANA'"), [2, 1]),
            (("--where", "owner = me()"), [6]),
            (("--campaign", "none", "--source", "Phone"), [2]),
            (("--limit", 0), []),
        ],
    )
    def test_filter(self, shop: Leadctl, words: tuple[object, ...], expected: list[int]) -> None:
        assert ids(shop, *words) == expected

    def test_untouched_are_those_to_whom_nobody_has_called_or_written(
        self, leadctl: Leadctl, leads: Any
    ) -> None:
        leads(8)
        done: list[tuple[object, ...]] = [
            ("form",), ("visit",), ("call", "--direction", "in"), ("form", "--direction", "out"),
            ("email", "--direction", "out"), ("call",), ("meeting", "--at", "2026-12-24"),
        ]  # fmt: skip
        for lead, words in enumerate(done, 1):
            leadctl.ok("log", lead, *words)
        untouched = [8, 7, 4, 3, 2, 1]
        assert ids(leadctl, "--untouched") == untouched
        assert ids(leadctl, "--where", "touches = 0 and last_touch_at is null") == untouched
        table = leadctl("list", terminal=True).screen.splitlines()[2:-1]
        assert [int(line.split()[0]) for line in table if line.endswith("never")] == untouched
        leadctl.ok("log", 1, "email", "our answer")
        assert ids(leadctl, "--untouched") == untouched[:-1]
        leadctl.ok("undo", "--yes")
        assert ids(leadctl, "--untouched") == untouched

    def test_by_grade(self, shop: Leadctl) -> None:
        everyone = {lead["id"]: lead["grade"] for lead in shop.ok("list")}
        for grade in set(everyone.values()):
            wanted = [lead for lead, its in everyone.items() if its == grade]
            assert ids(shop, "--grade", grade.lower()) == wanted
            assert sorted(ids(shop, "--grade", grade, "--sort", "score")) == sorted(wanted)

    def test_a_rep_who_is_not_there(self, shop: Leadctl) -> None:
        outcome = shop("list", "--owner", "nobody")
        assert outcome.code == 4
        assert "ana" in outcome.err

    def test_a_time_that_is_none(self, shop: Leadctl) -> None:
        assert shop("list", "--since", "yesterweek").code == 2

    @pytest.mark.parametrize(
        "where",
        [
            "contry = 'DE'", 'country = "DE"', "status = 'New' or 'Qualified'", "a && b",
            "(select 1)", "1; drop table leads", "country = 'DE", "country = 'DE' --",
            "id in (select id from leads)", "",
        ],
    )  # fmt: skip
    def test_conditions_that_are_refused(self, shop: Leadctl, where: str) -> None:
        outcome = shop("list", "--where", where)
        assert (outcome.code, outcome.out) == (2, "")
        assert len(outcome.err.splitlines()) == 1

    def test_a_word_that_is_in_no_list_is_noted(self, shop: Leadctl) -> None:
        outcome = shop("list", "--where", "status = 'Qualifed'")
        assert (outcome.code, outcome.out) == (0, "")
        assert "did you mean" in outcome.err


class TestPages:
    ROWS = st.lists(
        st.fixed_dictionaries(
            {
                "last_name": st.sampled_from(["Ä", "b", "B", "c", "\u00df"]),
                "company": st.sampled_from([None, None, "x", "X", "y"]),
                "amount": st.sampled_from([None, 1, 33, 100, 1999, 2_000_00]),
                "employees": st.sampled_from([None, 0, 1, 10]),
                "status": st.sampled_from(["New", "Contacted"]),
            }
        ),
        min_size=1,
        max_size=9,
    )

    @given(data=st.data(), rows=ROWS)
    @settings(max_examples=60)
    def test_pages_of_any_size_in_any_order_are_the_whole(
        self, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, rows: list[Any]
    ) -> None:
        leadctl = Leadctl(tmp_path_factory.mktemp("pages"))
        store = leadctl.store()
        shared = {"created_at": "2026-11-20T09:00:00Z", "created_day": 20777}
        with store.operation("seed") as op:
            made = op.create("lead", [{**shared, **row} for row in rows])
        scored = data.draw(st.lists(st.sampled_from(made), unique=True))
        for lead in scored:
            total = data.draw(st.integers(0, 3))
            store.connection.execute("DELETE FROM scores WHERE lead_id = ?", (lead,))
            store.connection.execute(
                "INSERT INTO scores (lead_id, total) VALUES (?, ?)", (lead, total)
            )
        field = data.draw(
            st.sampled_from([*columns_of(DOCUMENTED)[:45], "score", "amount", "company", "id"])
        )
        order = order_by(data.draw(st.sampled_from(["", "-"])) + field, DOCUMENTED)
        size = data.draw(st.integers(1, 4))
        whole = [row["id"] for row in store.leads(RecordFilter(), order, columns=("id",))]
        walked: list[int] = []
        after = None
        while page := store.leads(RecordFilter(), order, limit=size, after=after, columns=("id",)):
            walked += [row["id"] for row in page]
            after = walked[-1]
            assert len(walked) <= len(made)
        store.close()
        assert walked == whole
        assert sorted(whole) == list(made)

    def test_blanks_come_last_in_both_directions(self, shop: Leadctl) -> None:
        for sort in ("source", "-source", "country", "-last_activity_at", "score", "-score"):
            field = sort.removeprefix("-")
            values = [lead[field] is None for lead in shop.ok("list", "--all", "--sort", sort)]
            assert values == sorted(values), sort

    def test_numbers_and_times_start_with_the_highest_texts_with_a(self, shop: Leadctl) -> None:
        assert ids(shop, "--sort", "created_at")[-1] == 7
        assert ids(shop, "--sort", "-created_at")[0] == 7
        assert ids(shop, "--sort", "id") == ids(shop)
        assert ids(shop, "--sort", "-id") == ids(shop)[::-1]
        assert ids(shop, "--sort", "country")[:2] == [6, 1]
        assert ids(shop, "--sort", "-country")[:2] == [1, 6]

    def test_every_documented_field_can_be_sorted_by(self, shop: Leadctl) -> None:
        everyone = sorted(ids(shop))
        for field in LEAD_FIELDS:
            assert sorted(ids(shop, "--sort", field.name)) == everyone


HIDDEN = ("Converted", "Lost", "Junk")


@pytest.mark.parametrize(
    ("wanted", "order"),
    [
        (RecordFilter(), None),
        (RecordFilter(hidden_statuses=HIDDEN), None),
        (RecordFilter(words={"status": Words(("New",))}), None),
        (RecordFilter(owners=(1,), hidden_statuses=HIDDEN), None),
        (RecordFilter(words={"source": Words(("Website",))}, hidden_statuses=HIDDEN), None),
        (RecordFilter(hidden_statuses=HIDDEN), order_by("score", DOCUMENTED)),
        (RecordFilter(words={"grade": Words(("A",))}), order_by("score", DOCUMENTED)),
    ],
)
@pytest.mark.parametrize("after", [None, 2])
def test_a_page_needs_no_sort(
    store: Store, leads: Any, wanted: RecordFilter, order: Order | None, after: int | None
) -> None:
    leads(3)
    asked: list[str] = []
    store.connection.set_trace_callback(asked.append)
    store.leads(wanted, order, limit=50, after=after, columns=json_columns(DOCUMENTED))
    store.connection.set_trace_callback(None)
    plan = [row["detail"] for row in store.query(f"EXPLAIN QUERY PLAN {asked[-1]}")]
    assert not any("TEMP B-TREE" in step for step in plan), plan
    if order:
        assert "scores_total" in plan[0]
    elif wanted.owners or wanted.words:
        assert plan[0].startswith(("SEARCH l USING", "SEARCH owners USING COVERING")), plan


def test_a_terminal_is_never_asked(shop: Leadctl) -> None:
    answers = Answers()
    assert shop("list", answers=answers).code == 0
    assert answers.asked == []


def test_a_limit_of_nothing_says_so(shop: Leadctl) -> None:
    assert shop("list", "--limit", 0).err == (
        "--limit 0 shows no lead; leave it out for all of them\n"
    )
