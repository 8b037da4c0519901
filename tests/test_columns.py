"""Which column is which field: words, doubts and their questions, and how it is shown."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from conftest import Answers, Leadctl
from hypothesis import given
from hypothesis import strategies as st

from leadctl.commands import import_
from leadctl.errors import BadDataError, UsageError
from leadctl.fields import FIELDS, header_key
from leadctl.formats.table import Table
from leadctl.headers import NAME_WORDS, headers_of
from leadctl.importing import settling
from leadctl.importing.columns import COMPANIONS, TYPES, Columns, map_columns, types
from leadctl.importing.legend import mapping_lines
from leadctl.layout import wide


def table(header: str) -> Table:
    return Table("file.csv", "UTF-8", ",", tuple(header.split(",")), iter(()))


def mapped(header: str, *rows: str, kind: str = "lead", **more: Any) -> Columns:
    samples = [row.split(",") for row in rows]
    return map_columns(table(header), more.pop("chosen", {}), kind, samples=samples, **more)


def fields(header: str, *rows: str, **more: Any) -> list[str | None]:
    return [column.field for column in mapped(header, *rows, **more)]


def doubts(header: str, *rows: str, **more: Any) -> list[tuple[str, tuple[str, ...]]]:
    return [(doubt.header, doubt.candidates) for doubt in mapped(header, *rows, **more).doubts]


# A founder's sheet.


def test_a_founders_sheet() -> None:
    header = "Name,Company,Email,Notes,Last contacted,Next step,Follow up,Value,Tags,Assigned to"
    assert fields(header) == [
        *("full_name", "company", "email", "note", "last_contacted", "next_step", "next_step_at"),
        *("amount", "tags", "owner"),
    ]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        *(("Notes", "note"), ("Comment", "note"), ("Comments", "note"), ("Notizen", "note")),
        *(("Message", "description"), ("Remarks", "description"), ("Description", "description")),
        *(("utm_source", "utm_source"), ("UTM Campaign", "utm_campaign"), ("GCLID", "gclid")),
        *(("fbclid", "fbclid"), ("Campaign", "campaign"), ("Is Converted", "converted")),
        *(
            ("Converted Date", "converted_at"),
            ("Deal Name", "deal_name"),
            ("Next steps", "next_step"),
            ("Commentaires", "note"),
            ("Anmerkung", "note"),
        ),
    ],
)
def test_words_of_companions(header: str, field: str) -> None:
    assert fields(f"Email,{header}") == ["email", field]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        *(("First", "first_name"), ("Last", "last_name"), ("Contact Phone Number", "phone")),
        *(("Phone 1", "phone"), ("Address", "street"), ("Added", "created_at")),
        *(("Erstellt am", "created_at"), ("Ansprechpartner", "full_name")),
        *(("Kundenname", "company"), ("Firma/Name", "company"), ("Société", "company")),
        *(("Where from", "source"), ("Interest", "product")),
        *(("How did you hear about us?", "source"), ("Date created", "created_at")),
        *(("Correo electrónico", "email"), ("Straße", "street"), ("Code postal", "postal_code")),
        *(("Timestamp", "created_at"), ("Zeitstempel", "created_at"), ("your-email", "email")),
        *(("fields.email", "email"), ("What's your name?", "full_name"), ("Ihre Firma", "company")),
        *(("Enter your phone number", "phone"), ("Company / Organisation", "company")),
    ],
)
def test_usual_headers(header: str, field: str) -> None:
    assert fields(f"Colour,{header}") == [None, field]


def test_no_word_of_a_lead_means_two_fields() -> None:
    words = [(field.name, headers_of("lead", field.name)) for field in FIELDS["lead"]]
    words += [("full_name", NAME_WORDS)]
    words += [(name, (name, *of)) for name, (_, of) in COMPANIONS.items()]
    claimed: dict[str, str] = {}
    for name, of in words:
        for word in of:
            assert claimed.setdefault(header_key(word), name) == name, word


def test_an_unknown_header_names_what_was_noted_of_the_file() -> None:
    file = replace(table("Report,2026"), notes=('read the sheet "Cover"; others: Data',))
    with pytest.raises(BadDataError, match="no column is known") as caught:
        map_columns(file, {})
    assert caught.value.message.endswith('; read the sheet "Cover"; others: Data')


def test_types_of_all_kinds() -> None:
    assert TYPES["note"] == "text"
    assert TYPES["last_contacted"] == "time"
    assert TYPES["converted"] == "flag"
    assert types("lead") == TYPES
    assert set(COMPANIONS) <= set(TYPES)
    assert "full_name" in types("contact")
    for kind in FIELDS:
        assert {field.name for field in FIELDS[kind]} <= set(types(kind))
    assert "note" not in types("deal")


@pytest.mark.parametrize("kind", FIELDS)
def test_every_field_of_every_kind_is_known_by_its_name(kind: str) -> None:
    for field in FIELDS[kind]:
        found = mapped(f"{field.name},x", kind=kind, preset="none")
        assert found.mapped[0].field == field.name
        assert found.kind == kind


def test_a_field_of_another_kind_is_none_here() -> None:
    with pytest.raises(UsageError, match="deals have no field 'rating'"):
        mapped("Deal Name,Hot", kind="deal", chosen={"Hot": "rating"})


# Words of cells.


def test_map_value_wins_over_the_preset() -> None:
    header = "Record ID,First Name,Last Name,Lead Status,Original Source"
    found = mapped(header, values={"source": {"PAID_SOCIAL": "Partner"}, "status": {"hot": "New"}})
    assert found.values["source"]["paid_social"] == "Partner"
    assert found.values["source"]["organic_search"] == "Website"
    assert found.values["status"]["hot"] == "New"


def test_map_value_of_an_unknown_field() -> None:
    with pytest.raises(UsageError, match="no field 'statsu'") as caught:
        mapped("Email", values={"statsu": {"hot": "New"}})
    assert caught.value.hint == "did you mean status?"
    with pytest.raises(UsageError, match="'extra' is no field"):
        mapped("Email", values={"extra": {"a": "b"}})


def test_the_words_of_map_value() -> None:
    assert import_.chosen_words(["status:Hot = Qualified", "status:cold=", "source:a=b=Email"]) == {
        "status": {"hot": "Qualified", "cold": ""},
        "source": {"a=b": "Email"},
    }
    for bad in ("status", "status:hot", "hot=Qualified", ":hot=x", "status:=x"):
        with pytest.raises(UsageError, match="is not field:word=our word"):
            import_.chosen_words([bad])


def test_the_words_of_other_options() -> None:
    assert import_.preset_name("HubSpot") == "hubspot"
    assert import_.preset_name(None) is None
    assert import_.country_code("de") == "DE"
    with pytest.raises(UsageError, match="--country 'Germany' is no country"):
        import_.country_code("Germany")
    with pytest.raises(UsageError, match="--preset 'sugar' is unknown"):
        import_.preset_name("sugar")
    with pytest.raises(UsageError, match="--dates 'ymd' is unknown") as caught:
        import_.one_of("ymd", ("dmy", "mdy"), "--dates")
    assert caught.value.hint == "one of: dmy, mdy"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--preset", "sugar"), "--preset 'sugar' is unknown"),
        (
            ("--map-value", "hot=Qualified"),
            "--map-value 'hot=Qualified' is not field:word=our word",
        ),
        (("--dates", "ymd"), "--dates 'ymd' is unknown"),
        (("--as", "people"), "--as 'people' is unknown"),
        (("--country", "Germany"), "--country 'Germany' is no country"),
    ],
)
def test_a_wrong_option_is_one_line(leadctl: Leadctl, words: tuple[str, str], why: str) -> None:
    outcome = leadctl("import", leadctl.write("leads.csv", "Email\na@x.example\n"), *words)
    assert outcome.code == 2
    assert outcome.err.startswith(f"leadctl: {why}")
    assert outcome.err.count("\n") == 1
    assert not leadctl.db.exists()


# Doubts.


def test_no_doubt_in_a_plain_file() -> None:
    assert doubts("First Name,Last Name,Email,Phone,Company,Favourite colour") == []


@pytest.mark.parametrize(
    ("header", "field"),
    [
        *(("Frist Name", "first_name"), ("Comapny", "company"), ("Postal Coode", "postal_code")),
        *(("Emial Address", "email"),),
    ],
)
def test_a_header_that_is_nearly_one(header: str, field: str) -> None:
    assert doubts(f"{header},City") == [(header, (field,))]
    assert fields(f"{header},City") == [None, "city"]


def test_nearly_a_field_that_another_column_has_is_no_doubt() -> None:
    assert doubts("First Name,Frist Name,City") == []
    assert doubts("Email,Email 2,Phone,Phone 2") == []
    assert doubts("Email 2,City") == []


def test_two_columns_that_say_the_same_field_as_well() -> None:
    assert doubts("Email,E-Mail,City") == [("E-Mail", ("email",))]
    assert fields("Email,E-Mail,City") == ["email", None, "city"]
    assert doubts("Email,Work Email,City") == []


@pytest.mark.parametrize(
    ("cells", "candidates"),
    [
        (("a@x.example", "", "b@y.example"), ("email",)),
        (("+49 30 123456", "0170/1234567"), ("phone", "mobile")),
        (("https://x.example/a", "www.y.example"), ("website",)),
        (("2026-11-22", "01.02.2026"), ()),
        (("03/15/2024",), ()),
        (("12345678", "4711"), ()),
        (("red", "a@x.example"), ()),
        ((), ()),
    ],
)
def test_cells_that_look_like_a_field(cells: tuple[str, ...], candidates: tuple[str, ...]) -> None:
    rows = [f"Kiln,{cell}" for cell in cells]
    wanted = [("Contact info", candidates)] if candidates else []
    assert doubts("Company,Contact info", *rows) == wanted


def test_cells_look_like_a_field_that_is_taken() -> None:
    assert doubts("Email,Reports to", "a@x.example,b@x.example") == []


def test_a_name_beside_nothing_else_is_of_a_person_or_a_company() -> None:
    assert doubts("Name,City") == [("Name", ("company",))]
    assert fields("Name,City") == ["full_name", "city"]
    assert doubts("Name,Email") == doubts("Name,Company") == []
    assert doubts("Full Name,City") == []


def test_a_name_that_says_nothing_of_first_and_last_name_may_be_of_a_company() -> None:
    header = "Lead name,First name,Last name"
    assert doubts(header, "Kiln GmbH,Ann,Meier", ",Bo,Li") == [("Lead name", ("company",))]
    assert doubts(header, "Kiln GmbH,Ann,Meier", "Bo Li,Bo,Li") == []
    assert doubts(f"{header},Company", "Kiln GmbH,Ann,Meier,Kiln") == []
    assert doubts(header) == doubts(header, "Kiln GmbH,,") == []


def test_a_title_may_be_mr_and_ms() -> None:
    assert doubts("Last Name,Title", "Li,Mr.", "Ito,Ms") == [("Title", ("salutation",))]
    assert doubts("Last Name,Title", "Li,CEO", "Ito,Mr") == []
    assert fields("Last Name,Title", "Li,Mr.") == ["last_name", "title"]


def test_a_bare_date_may_be_of_two_things() -> None:
    rows = ("2026-01-05,Anna", "2026-02-05,Bo")
    assert doubts("Date,Name", *rows) == [
        ("Date", ("created_at", "last_contacted")), ("Name", ("company",)),
    ]  # fmt: skip
    assert fields("Date,Email", *rows) == [None, "email"]
    assert doubts("Datum,Email,Created", *rows) == [("Datum", ("last_contacted",))]
    assert doubts("Date,Email,Created,Last contact", *rows) == []
    assert doubts("Date,Email", ",a@x.example") == []


def test_a_word_goes_before_the_same_one_with_a_lead_in() -> None:
    assert fields("Your email,Email") == [None, "email"]
    assert fields("Contact email,primary_contact_primary_email") == ["email", None]


def test_what_is_said_around_a_field_is_left_out() -> None:
    assert fields("Lead: City,primary_address_zipcode,Contact-Country,Company (from Deals)") == [
        "city", "postal_code", "country", "company",
    ]  # fmt: skip
    assert fields("City,Contact type,Leader,Email (private),Lead score")[1:] == [None] * 4


def test_what_was_said_is_in_no_doubt() -> None:
    assert doubts("Frist Name,City", chosen={"Frist Name": "extra"}) == []
    assert doubts("Record ID,Contact owner,Frist Name") == []
    assert doubts("leadctl_emial,City") == []


@given(st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=6, unique_by=str.casefold))
def test_doubts_of_any_header(header: list[str]) -> None:
    found = (
        map_columns(Table("f", "UTF-8", ",", ("email", *header), iter(())), {}, samples=[["a"] * 7])
        if "email" not in map(str.casefold, header)
        else None
    )
    for doubt in found.doubts if found else ():
        assert found is not None
        assert found.mapped[doubt.position].header == doubt.header
        assert found.mapped[doubt.position].field not in doubt.candidates
        assert set(doubt.candidates) <= set(TYPES)


# The questions.


def settled(header: str, rows: list[str], *answers: Any) -> tuple[Columns, Answers]:
    columns, asked = mapped(header, *rows), Answers(*answers)
    samples = [row.split(",") for row in rows]
    return settling.settle(asked, columns, table(header), samples), asked  # type: ignore[arg-type]


def test_a_person_is_asked_once_per_column() -> None:
    columns, asked = settled("Frist Name,Comapny,City", ["Zoë,Kiln,Rome"], "first_name", "extra")
    assert [column.field for column in columns] == ["first_name", None, "city"]
    assert columns.doubts == ()
    assert asked.asked == [
        "file.csv: what is “Frist Name” (Zoë)? Its name is nearly first_name",
        "file.csv: what is “Comapny” (Kiln)? Its name is nearly company",
    ]


def test_a_column_can_be_left_out() -> None:
    columns, _ = settled("Frist Name,City", [], "")
    assert [column.field for column in columns] == ["", "city"]


def test_a_field_goes_to_one_column() -> None:
    columns, _ = settled("Email,E-Mail", [], "email")
    assert [column.field for column in columns] == [None, "email"]
    columns, _ = settled("Name,City", [], "company")
    assert [column.field for column in columns] == ["company", "city"]


def test_the_first_answer_is_what_happens_without_a_person() -> None:
    class First(Answers):
        def choose(self, question: str, choices: Any, *, flag: str) -> Any:
            self.asked.append(flag)
            return choices[0].value

    for header in ("Name,City", "Frist Name,City", "Email,E-Mail"):
        columns, session = mapped(header), First()
        after = settling.settle(session, columns, table(header), [])  # type: ignore[arg-type]
        assert after.mapped == columns.mapped
        assert session.asked[0].startswith("--map ")


def test_what_is_said_where_nobody_is_asked() -> None:
    assert list(settling.in_words(mapped("Last Name,Emial Address"))) == [
        "column “Emial Address” is kept in extra: its name is nearly email "
        '(--map "Emial Address=email")'
    ]
    assert list(settling.in_words(mapped("Name,City"))) == [
        'column “Name” is taken for full_name: of a person or of a company? (--map "Name=company")'
    ]


# How it is shown.

HEADER = "Record ID,First Name,Associated Company,Original Source,Favourite colour,Fax,Private"
ROWS = ["1,Zoë,Crème & Fils,ORGANIC_SEARCH,red,,x", "2,Jürgen,Müller GmbH,PAID_SOCIAL,,,y"]


def lines(width: int) -> list[str]:
    columns = mapped(HEADER, *ROWS, chosen={"Private": ""})
    return list(mapping_lines(columns, [row.split(",") for row in ROWS], width))


def test_the_mapping_on_a_terminal() -> None:
    assert lines(100) == [
        "  Record ID          → external_id       1 · 2",
        "  First Name         → first_name        Zoë · Jürgen",
        "  Associated Company → company           Crème & Fils · Müller GmbH",
        "  Original Source    → source            ORGANIC_SEARCH = Website · "
        "PAID_SOCIAL = Social Media",
        "  Favourite colour   → extra             kept, no field: red",
        "  Private            → left out",
        "  1 column without a value",
    ]


def test_the_mapping_at_40_columns() -> None:
    assert lines(40)[:4] == [
        "  Record ID → external_id",
        "      1 · 2",
        "  First Name → first_name",
        "      Zoë · Jürgen",
    ]
    assert all(len(line) <= 40 for line in lines(40))


def test_a_narrow_window_cuts_the_header_and_not_the_field() -> None:
    columns = mapped("primary_contact_first_name,City", "Ann,Rome")
    shown = list(mapping_lines(columns, [["Ann", "Rome"]], 30))
    assert shown[0] == "  primary_contac… → first_name"


def test_wide_characters_take_two_cells() -> None:
    header, row = (
        "姓名,会社名,First Name",
        "山田太郎,株式会社千葉ソリューションズ東日本本店営業部,花子🌸",
    )
    columns = mapped(header, row, chosen={"会社名": "company"})
    assert list(mapping_lines(columns, [row.split(",")], 100)) == [
        "  姓名       → extra             kept, no field: 山田太郎",
        "  会社名     → company           株式会社千葉ソリューシ…",
        "  First Name → first_name        花子🌸",
    ]
    narrow = list(mapping_lines(columns, [row.split(",")], 30))
    assert all(wide(line) <= 30 for line in narrow)


def test_a_word_that_is_read_as_blank_and_what_stands_before() -> None:
    header = "id,created_time,ad_id,form_id,lead_status,phone_number,is_organic"
    row = "l:12,2026-01-01,ag:1,f:1,CREATED,p:+49301234567,false".split(",")
    shown = "\n".join(mapping_lines(map_columns(table(header), {}), [row]))
    assert "CREATED = blank" in shown
    assert "→ phone             +49301234567" in shown
    assert "→ external_id       12" in shown


def test_a_column_with_controls_stays_in_one_line() -> None:
    columns = map_columns(Table("f", "UTF-8", ",", ("Email", "a\nb"), iter(())), {})
    shown = list(mapping_lines(columns, [["a@x.example", "c\nd"]]))
    assert all("\n" not in line for line in shown)
