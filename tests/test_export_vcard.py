"""export --format vcard: cards that phones read, folded and escaped, read back as they were."""

from __future__ import annotations

import io
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from conftest import Leadctl
from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_export import EMAIL, WORD

from leadctl import exporting
from leadctl.exporting.choices import CARDS
from leadctl.formats import vcard
from leadctl.formats.vcard_writing import card, folded

WORDS = st.text(
    st.one_of(
        st.sampled_from("a,;:\\\"'.nN=\n äß李🙂"),
        st.characters(exclude_categories=["Cs", "Cc"]),
    ),
    min_size=1,
    max_size=60,
).map(str.strip).filter(bool)  # fmt: skip
LINE = WORDS.map(lambda words: " ".join(words.split())).filter(bool)


def read(content: str) -> list[dict[str, str]]:
    table = vcard.read(io.BytesIO(content.encode()))
    return [
        {name: cell for name, cell in zip(table.header, row.cells, strict=True) if cell}
        for row in table.rows
    ]


def made(cells: dict[str, str], called: str = "") -> str:
    return card(cells, uid="9f" * 16, revised="2026-11-22T09:00:00Z", called=called)


class TestCard:
    def test_what_stands_on_it(self) -> None:
        cells = {
            "First Name": "Zoë", "Last Name": "Núñez", "Company": "Crème, Brûlée; Fils",
            "Mobile": "+49 170 1", "Website": "https://a.example/x?a=1;b,c", "City": "Lyon",
            "Tags": "vip, north", "Notes": "one\r\ntwo",
        }  # fmt: skip
        assert made(cells).split("\r\n") == [
            "BEGIN:VCARD", "VERSION:3.0", "FN:Zoë Núñez", "N:Núñez;Zoë;;;",
            r"ORG:Crème\, Brûlée\; Fils", "TEL;TYPE=CELL:+49 170 1",
            "URL:https://a.example/x?a=1;b,c", "ADR;TYPE=WORK:;;;Lyon;;;", "CATEGORIES:vip,north",
            r"NOTE:one\ntwo", f"UID:{'9f' * 16}", "REV:2026-11-22T09:00:00Z", "END:VCARD", "",
        ]  # fmt: skip

    def test_a_name_must_be_there(self) -> None:
        assert "\r\nFN:Kiln AG\r\nN:;;;;\r\n" in made({"Company": "Kiln AG"}, called="Kiln AG")

    @pytest.mark.parametrize(
        "cells", [{"Company": "Kiln AG"}, {"Email": "a@b.example"}, {"Mobile": "+49 170 1"}]
    )
    def test_what_it_is_called_by_is_no_name(self, cells: dict[str, str]) -> None:
        assert read(made(cells, called=next(iter(cells.values())))) == [cells]

    def test_controls_have_no_place_on_it(self) -> None:
        assert read(made({"Last Name": "a\x1b\x00b"})) == [{"Last Name": "ab"}]

    @given(st.fixed_dictionaries({"Last Name": LINE}, optional={
        **{name: LINE for name in CARDS["lead"] if name not in ("Tags", "Notes", "Last Name")},
        "Company": WORDS, "Title": WORDS, "Notes": WORDS, "Email": EMAIL,
        "Tags": st.lists(WORD.filter(lambda tag: "," not in tag), min_size=1, max_size=3, unique=True)
        .map(", ".join),
    }))  # fmt: skip
    @example({"Last Name": "\\n", "Notes": "a\\nb\nc;,\\"})
    def test_the_reader_gives_it_back(self, cells: dict[str, str]) -> None:
        cells = {name: cell for name, cell in cells.items() if not _is_uri(name, cell)}
        assert read(made(cells)) == [cells]


def _is_uri(name: str, cell: str) -> bool:
    return name in ("Phone", "Mobile", "Website") and cell.lower().startswith(("tel:", "mailto:"))


class TestFolding:
    @given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n")))
    def test_no_line_is_longer_than_75_octets(self, line: str) -> None:
        lines = folded(line).removesuffix("\r\n").split("\r\n")
        assert all(len(each.encode()) <= 75 for each in lines)
        assert all(each.startswith(" ") for each in lines[1:])
        assert lines[0] + "".join(each[1:] for each in lines[1:]) == line

    def test_characters_stay_whole(self) -> None:
        lines = folded("NOTE:" + "🙂" * 40).split("\r\n")
        assert lines[0] == "NOTE:" + "🙂" * 17
        assert lines[1] == " " + "🙂" * 18


@pytest.fixture
def shop(leadctl: Leadctl, leads: Any) -> Leadctl:
    leads(
        {"first_name": "Zoë", "last_name": "Núñez", "company": "Crème", "email": "zoe@c.example"},
        {"email": "only@c.example", "status": "Lost"},
    )
    return leadctl


class TestCommand:
    def test_a_file(self, shop: Leadctl) -> None:
        file = shop.folder / "out.vcf"
        done = shop("export", "--output", file)
        assert (done.code, done.out, done.err) == (0, f"2 leads → {file}\n", "")
        content = file.read_bytes().decode()
        assert content.count("BEGIN:VCARD\r\n") == 2
        assert content == shop("export", "--format", "vcard").out
        assert read(content)[1] == {"Email": "only@c.example"}

    def test_a_terminal(self, shop: Leadctl) -> None:
        out = shop("export", "--format", "vcard", terminal=True).out
        assert out.startswith("BEGIN:VCARD\nVERSION:3.0\n")

    def test_contacts(self, shop: Leadctl) -> None:
        shop.ok("convert", 1, "--yes")
        (contact,) = read(shop("export", "--as", "contacts", "--format", "vcard").out)
        assert contact == {
            "First Name": "Zoë", "Last Name": "Núñez", "Company": "Crème", "Email": "zoe@c.example",
        }  # fmt: skip

    def test_none(self, shop: Leadctl) -> None:
        done = shop("export", "--format", "vcard", "--status", "Junk")
        assert (done.code, done.out, done.err) == (0, "", "no such lead\n")

    @pytest.mark.parametrize(
        ("words", "hint"),
        [
            (("--as", "deals"), "of leads and contacts"),
            (("--columns", "email"), "leave out --columns"),
            (("--preset", "zoho"), "leave out --columns and --preset"),
        ],
    )
    def test_what_there_is_not(self, shop: Leadctl, words: tuple[str, ...], hint: str) -> None:
        done = shop("export", "--format", "vcard", *words)
        assert done.code == 2
        assert hint in done.err


FIELDS = tuple(name for name in exporting.CARDS["lead"].values() if name != "description")
"""What a card holds as a field; its note may come back as a note, which the reader's test covers."""
LEAD = st.fixed_dictionaries(
    # Of a card that is a dot or “n/a” alone nobody is known.
    {"last_name": LINE.map("Li {}".format)},
    optional={
        **{name: LINE for name in FIELDS if name != "last_name"},
        "company": LINE, "email": EMAIL,
        "country": st.sampled_from(["DE", "FR"]), "phone": st.sampled_from(["+4930123456"]),
        "mobile": st.sampled_from(["+49 170 1234567"]),
        "tags": st.lists(WORD.filter(lambda tag: "," not in tag), min_size=1, max_size=3, unique=True)
        .map(", ".join),
    },
)  # fmt: skip


@given(leads=st.lists(LEAD, min_size=1, max_size=5))
@settings(max_examples=25)
def test_import_reads_back_what_a_card_holds(leads: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        ours, theirs = Leadctl(Path(one)), Leadctl(Path(other))
        # What an import has tidied stays as it is in the next one.
        ours.ok("import", ours.write("in.json", json.dumps(leads)), "--on-duplicate", "create")
        file = Path(one) / "out.vcf"
        assert ours("export", "--output", file).code == 0
        theirs.ok("import", file, "--on-duplicate", "create")
        assert _held(theirs) == _held(ours)


def _held(leadctl: Leadctl) -> list[dict[str, Any]]:
    store = leadctl.store()
    found = store.query(f"SELECT {', '.join(FIELDS)} FROM leads ORDER BY id")
    store.close()
    return found
