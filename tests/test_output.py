"""output: whole and reversible in a pipe, harmless and aligned on a terminal."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from conftest import Leadctl, Stream
from hypothesis import given
from hypothesis import strategies as st

from leadctl.app import App
from leadctl.charts import bar, level, shades, spark
from leadctl.output import Output
from leadctl.prompts import Choice
from leadctl.results import Answer, Column, Listing, Screen
from leadctl.wording import clean, escaped, to_json

ANY_TEXT = st.text(st.characters(), max_size=30)
UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\ud800-\udfff]")


def printed(
    result: Any, *, terminal: bool = True, width: int = 80, format: str | None = None,
    encoding: str = "utf-8",
) -> tuple[str, str]:  # fmt: skip
    """Return stdout without colours, and stderr."""
    out, err = Stream(terminal=terminal), Stream(terminal=terminal)
    out.encoding = err.encoding = encoding  # type: ignore[misc]
    env = {"COLUMNS": str(width), "NO_COLOR": "1"}
    app = App(env, stdin=Stream(), stdout=out, stderr=err, terminal=terminal)
    app.output.format = format
    app.output.show(result)
    return re.sub(r"\x1b\[[0-9;]*m", "", out.getvalue()), err.getvalue()


def table(*rows: dict[str, Any], **more: Any) -> Listing:
    columns = [
        Column("id", "id", right=True, keep=9),
        Column("name", "name", keep=9, wraps=True),
        Column("firm", "firm", keep=4, cut=True),
        Column("town", "town", keep=3),
    ]
    return Listing(rows, columns, **more)


ADA = {"id": 1, "name": "Ada", "firm": "Kiln AG", "town": "Bonn"}


@given(ANY_TEXT)
def test_what_is_cleaned_drives_no_terminal(words: str) -> None:
    assert not UNSAFE.search(clean(words))
    assert not UNSAFE.search(escaped(words))
    assert not UNSAFE.search(to_json({words: words}))


@given(ANY_TEXT)
def test_escapes_are_reversible(words: str) -> None:
    meant = {"\\\\": "\\", "\\t": "\t", "\\n": "\n", "\\r": "\r"}

    def read(found: re.Match[str]) -> str:
        return meant.get(found.group()) or chr(int(found.group()[2:], 16))

    back = re.sub(r"\\(?:\\|t|n|r|x[0-9a-f]{2}|u[0-9a-f]{4})", read, escaped(words))
    assert back == words


@given(st.recursive(ANY_TEXT | st.integers() | st.none() | st.booleans(), st.lists, max_leaves=5))
def test_json_says_the_same(value: Any) -> None:
    assert json.loads(to_json(value)) == value


@given(st.lists(ANY_TEXT, min_size=1, max_size=4), st.integers(30, 120))
def test_any_text_is_aligned_in_any_window(names: list[str], width: int) -> None:
    from rich.cells import cell_len

    rows = [{**ADA, "id": n, "name": "x", "firm": name} for n, name in enumerate(names)]
    out, _ = printed(table(*rows), width=width)
    lines = out.replace("\u200e", "").rstrip("\n").split("\n")
    assert len(lines) == 2 + len(rows)
    assert max(map(cell_len, lines)) <= width
    # rich counts some clusters of marks otherwise than their parts
    if all(name.isascii() for name in names):
        assert len({len(line) for line in lines[2:]}) == 1


@given(st.lists(ANY_TEXT, min_size=1, max_size=4), st.integers(20, 55))
def test_two_lines_each_fit_any_window(names: list[str], width: int) -> None:
    from rich.cells import cell_len

    rows = [{**ADA, "name": name, "firm": name} for name in names]
    out, _ = printed(table(*rows, first_line=("id", "name")), width=width)
    lines = out.rstrip("\n").split("\n")
    assert len(lines) == 2 * len(rows)
    assert max(map(cell_len, lines)) <= width


def test_columns_are_dropped_from_the_least_needed() -> None:
    rows = [{**ADA, "name": "A rather long name in here", "firm": "A long firm", "town": "Bonn"}]
    headers = [printed(table(*rows), width=w)[0].splitlines()[0].split() for w in (80, 42, 28)]
    assert headers == [["id", "name", "firm", "town"], ["id", "name", "firm"], ["id", "name"]]


def test_a_long_firm_is_cut_and_a_long_name_goes_on() -> None:
    out, _ = printed(table({**ADA, "name": "Ada " * 12, "firm": "Kiln " * 12}), width=60)
    assert "Kiln K…  Bonn" in out
    assert out.count("Ada") == 12


def test_a_cell_read_from_the_right_ends_there() -> None:
    out, _ = printed(table({**ADA, "name": "محمد علي", "firm": "שלום"}))
    assert "محمد علي\u200e" in out
    assert "שלום\u200e" in out
    assert "\u200e" not in printed(table({**ADA, "name": "محمد"}), terminal=False)[0]


def test_ascii_where_there_is_nothing_else() -> None:
    listing = table({**ADA, "name": "Zoë", "firm": None}, footer="1 · 2 → 3", title="a – b")
    out, _ = printed(listing, encoding="ascii")
    assert out.isascii()
    assert out.splitlines()[0] == "a - b"
    assert set(out.splitlines()[2]) == {"-"}
    assert "Zo\\xeb" in out
    out, err = printed(Answer({}, ["a · b"], next=["c → d"]), encoding="ascii")
    assert (out, err) == ("a - b\n", "c > d\n")


def test_bars() -> None:
    assert bar(1, 10) == "█" * 10
    assert bar(0.5, 3) == "█▌"
    assert bar(0.001, 10) == "▏"
    assert bar(0, 10) == ""
    assert bar(0.5, 10, blocks=False) == "#####"


@given(st.floats(0, 1), st.integers(1, 40))
def test_bars_never_outgrow_their_column(share: float, length: int) -> None:
    assert len(bar(share, length)) <= length
    assert len(bar(share, length, blocks=False)) <= length


def test_a_listing_in_every_format() -> None:
    listing = table(ADA, {**ADA, "id": 2, "name": 'a\tb\n"c"', "firm": None})
    assert printed(listing, terminal=False)[0] == (
        'id\tname\tfirm\ttown\n1\tAda\tKiln AG\tBonn\n2\ta\\tb\\n"c"\t\tBonn\n'
    )
    assert printed(listing, format="csv", terminal=False)[0] == (
        'id,name,firm,town\n1,Ada,Kiln AG,Bonn\n2,"a\tb\n""c""",,Bonn\n'
    )
    assert json.loads(printed(listing, format="json")[0]) == list(listing.rows)
    lines = printed(listing, format="jsonl")[0].splitlines()
    assert [json.loads(line) for line in lines] == list(listing.rows)
    assert printed(listing, format="ids")[0] == "1\n2\n"


def test_csv_on_a_terminal_is_harmless() -> None:
    out, _ = printed(table({**ADA, "name": "\x1b[31mred"}), format="csv")
    assert "\x1b" not in out


def test_an_empty_listing_prints_nothing_and_says_so() -> None:
    for format in (None, "tsv", "csv", "ids", "table"):
        assert printed(table(empty="nobody there"), format=format) == ("", "nobody there\n")
    for format, out in (("json", "[]\n"), ("jsonl", "")):
        assert printed(table(empty="nobody there"), format=format)[0] == out


def test_a_total_stands_apart() -> None:
    out, _ = printed(table(ADA, total={"name": "all"}))
    lines = out.splitlines()
    assert lines[3].strip() == ""
    assert lines[4].split()[1] == "all"


def test_without_headers_there_is_no_rule() -> None:
    columns = [Column("field", ""), Column("value", "", wraps=True)]
    out, _ = printed(Listing([{"field": "a", "value": "b"}], columns))
    assert out.split() == ["a", "b"]


def test_an_answer_keeps_its_sentences_apart() -> None:
    answer = Answer({"id": 1}, ["done"], notes=["by the way"], next=["undo: x", "look: y"])
    assert printed(answer) == ("done\n", "by the way\nundo: x · look: y\n")
    out, err = printed(answer, format="json")
    assert (json.loads(out), err) == ({"id": 1}, "by the way\n")
    assert printed(answer, format="ids")[0] == "1\n"


def test_a_screen_is_one_value_for_programs() -> None:
    screen = Screen({"a": 1}, ["first", table(ADA)])
    assert json.loads(printed(screen, format="json")[0]) == {"a": 1}
    assert printed(screen)[0].splitlines()[0] == "first"
    assert printed(screen, terminal=False)[0].splitlines()[1].startswith("id\t")


def test_a_footer_breaks_between_its_parts() -> None:
    out, _ = printed(table(ADA, footer="first part · second part · third part"), width=30)
    assert out.splitlines()[-2:] == ["first part · second part", "third part"]


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-11-22T09:00:00Z", "just now"),
        ("2026-11-22T08:59:00Z", "1 min ago"),
        ("2026-11-22T07:30:00Z", "1 h ago"),
        ("2026-11-21T23:59:59Z", "yesterday"),
        ("2026-11-20T23:00:00Z", "2 d ago"),
        ("2026-09-24T00:00:00Z", "59 d ago"),
        ("2026-09-22T00:00:00Z", "22 Sep"),
        ("2025-11-22T00:00:00Z", "22 Nov 2025"),
        ("2026-12-01T00:00:00Z", "1 Dec"),
        (None, "–"),
    ],
)
def test_times_as_people_say_them(leadctl: Leadctl, moment: str | None, words: str) -> None:
    app = App(leadctl.env, clock=lambda: leadctl.now, stdout=Stream(), stderr=Stream())
    assert isinstance(app.output, Output)
    assert app.output.human(moment) == words


def test_a_reader_who_has_gone_is_no_error(leadctl: Leadctl, leads: Any) -> None:
    import subprocess

    leads(3000)
    process = leadctl.process("list")
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.wait(timeout=30) == 0
    assert process.stderr is not None
    assert process.stderr.read() == ""
    assert isinstance(process, subprocess.Popen)


def test_sentences_are_cut_between_words_on_a_terminal() -> None:
    words = "  12 leads dealt: ana 6  ben 6 (differ by 0) · ida on leave until 1 Dec"
    out, _ = printed(Answer({}, [words]), width=40)
    assert out.splitlines() == [
        "  12 leads dealt: ana 6  ben 6 (differ",
        "  by 0) · ida on leave until 1 Dec",
    ]
    assert printed(Answer({}, [words]), terminal=False, width=40)[0] == words + "\n"


def test_what_is_said_on_the_way_is_cut_between_words_too() -> None:
    out = Stream(terminal=True)
    app = App({"COLUMNS": "40", "NO_COLOR": "1"}, stdin=Stream(), stdout=out, terminal=True)
    words = "what comes next goes on for longer than a line has room"
    for style in ("", "bold"):
        app.output.say("# " + words, style)
        app.output.say("$ " + words, style, whole=True)
    in_lines = ["# what comes next goes on for longer", "than a line has room", "$ " + words]
    assert re.sub(r"\x1b\[[0-9;]*m", "", out.getvalue()).splitlines() == in_lines * 2


def test_questions_are_cut_between_words(monkeypatch: pytest.MonkeyPatch) -> None:
    import questionary

    class Question:
        def __init__(self, words: str, *_: Any, **more: Any) -> None:
            asked.append(words)

        def unsafe_ask(self) -> int:
            return 0

    asked: list[str] = []
    for how in ("confirm", "select", "text"):
        monkeypatch.setattr(questionary, how, Question)
    app = App({"COLUMNS": "40"}, stdin=Stream(), stdout=Stream(), stderr=Stream(), terminal=True)
    question = "Remove budget of leads; 3 values will be kept in extra?"
    app.prompts.confirm(question)
    app.prompts.choose(question, [Choice("yes", 1)], flag="--yes")
    app.prompts.text(question, flag="--yes")
    # In front of it stands a mark, behind it what one may answer.
    assert asked == ["Remove budget of leads; 3\nvalues will be kept in extra?"] * 3


def test_series_are_drawn_in_a_character_each() -> None:
    assert spark([0, 1, None, 8]) == "▁▂·█"
    assert spark([0, 1, None, 8], blocks=False) == "_. @"
    assert shades([None, 0, 1, 49, 100], 100) == "· ░▒█"
    assert spark([]) == shades([], 0) == ""


@given(st.lists(st.none() | st.floats(-5, 1e9)), st.integers(2, 9))
def test_a_series_keeps_its_length_and_only_nothing_is_lowest(
    values: list[float | None], levels: int
) -> None:
    most = max((v for v in values if v is not None), default=0)
    assert len(spark(values)) == len(shades(values, most)) == len(values)
    for value in values:
        if value is not None:
            assert (level(value, most, levels) == 0) == (value <= 0 or most <= 0)
            assert level(value, most, levels) < levels


COHORTS = Listing(
    [
        {"month": "2026-01", "leads": 120, "won": [0.05, 0.25, 0.4, None]},
        {"month": "2026-02", "leads": 8, "won": [0.0, 0.5, None, None]},
    ],
    [
        Column("month", "month", keep=9),
        Column("leads", "leads", right=True, keep=9),
        Column("won", "by month", keep=9, draw="heat", steps=("0", "1", "2", "3")),
    ],
)


def test_a_heat_map_has_its_numbers_where_they_fit() -> None:
    wide, _ = printed(COHORTS, width=80)
    assert [line.rstrip() for line in wide.splitlines()] == [
        "month    leads    0  1  2  3",
        "────────────────────────────",
        "2026-01    120    5 25 40  ·",
        "2026-02      8    0 50  ·  ·",
    ]
    narrow, _ = printed(COHORTS, width=28)
    assert narrow.splitlines()[2].rstrip() == "2026-01    120  ░▓█·"
