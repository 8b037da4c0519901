"""What leadctl.toml remembers of a header: found again, replaced, and nothing else changed."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

import pytest
from conftest import Answers, Leadctl
from hypothesis import given
from hypothesis import strategies as st

from leadctl.app import App
from leadctl.config import Settings
from leadctl.errors import BadDataError
from leadctl.formats.table import Table
from leadctl.importing import mapping, remembered
from leadctl.importing.choices import Choices
from leadctl.importing.columns import Columns, Mapped, map_columns


def table(*header: str) -> Table:
    return Table("file.csv", "UTF-8", ",", header, iter(()))


def settings(path: Path) -> Settings:
    return Settings(tomllib.loads(path.read_text(encoding="utf-8")))


def fields(columns: Columns) -> list[str | None]:
    return [column.field for column in columns]


def again(path: Path, *header: str, kind: str = "lead", **chosen: str) -> Columns:
    kept = remembered.find(settings(path), header, kind)
    return map_columns(table(*header), chosen, kind, remembered=kept)


def saved(path: Path, header: str, *, dates: str | None = None, **chosen: str) -> Columns:
    columns = map_columns(table(*header.split(",")), chosen)
    remembered.save(path, columns, dates)
    return columns


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "leadctl.toml"


def test_what_was_confirmed_comes_back(path: Path) -> None:
    saved(path, "Kunde,Mail,Farbe,Fax", Kunde="company", Fax="")
    assert path.read_text() == (
        "[[mapping]]\n[mapping.columns]\n"
        '"Kunde" = "company"\n"Mail" = "email"\n"Farbe" = "extra"\n"Fax" = ""\n'
    )
    found = again(path, "Kunde", "Mail", "Farbe", "Fax")
    assert fields(found) == ["company", "email", None, ""]
    assert found.doubts == ()


def test_a_header_in_another_order_and_spelling(path: Path) -> None:
    saved(path, "Kunde,E-Mail", Kunde="company")
    assert fields(again(path, "e mail", "KUNDE")) == ["email", "company"]
    assert fields(again(path, "Kunde", "E-Mail", "leadctl_reason")) == ["company", "email", ""]
    assert remembered.find(settings(path), ("Kunde", "City", "Land")) is None


def test_headers_of_one_key_are_told_apart(path: Path) -> None:
    saved(path, "Email,E-Mail", **{"E-Mail": "email"})
    assert fields(again(path, "Email", "E-Mail")) == [None, "email"]


def test_map_wins_over_what_is_remembered(path: Path) -> None:
    saved(path, "Kunde,Mail", Kunde="company")
    assert fields(again(path, "Kunde", "Mail", Kunde="last_name")) == ["last_name", "email"]
    assert fields(again(path, "Kunde", "Mail", Kunde="email")) == ["email", None]


def test_preset_words_and_dates(path: Path) -> None:
    header = ("Record ID", "First Name", "Last Name", "Lead Status", "Original Source")
    columns = map_columns(table(*header), {}, values={"status": {"HOT": "Qualified"}})
    remembered.save(path, columns, "mdy")
    text = path.read_text()
    assert 'preset = "hubspot"\ndates = "mdy"\n' in text
    assert text.endswith('[mapping.values.status]\n"hot" = "Qualified"\n')
    kept = remembered.find(settings(path), header)
    assert kept
    assert kept.dates == "mdy"
    found = map_columns(table(*header), {}, remembered=kept)
    assert (found.preset, found.system, found.values) == ("hubspot", "hubspot", columns.values)


def test_another_kind_is_another_mapping(path: Path) -> None:
    header = ("Name", "Domain")
    remembered.save(path, map_columns(table(*header), {}, "account"))
    assert remembered.find(settings(path), header) is None
    assert fields(again(path, *header, kind="account")) == ["name", "domain"]


COMMENTED = """\
# my settings
timezone = "UTC"   # here

[[mapping]]   # the old one
[mapping.columns]
"Kunde" = "last_name"
# a remark inside
"Mail" = "email"

# who they are
[[score]]
name = "x"
when = \"\"\"
[[mapping]]
company is not null
\"\"\"
points = 1

[[mapping]]
[mapping.columns]
"Other" = "company"
"""


def test_a_mapping_is_replaced_and_all_else_stays(path: Path) -> None:
    path.write_text(COMMENTED)
    saved(path, "Mail,Kunde", Kunde="company")
    text = path.read_text()
    before, after = tomllib.loads(COMMENTED), tomllib.loads(text)
    assert {**before, "mapping": 0} == {**after, "mapping": 0}
    assert [set(of["columns"]) for of in after["mapping"]] == [{"Other"}, {"Mail", "Kunde"}]
    for line in ("# my settings", 'timezone = "UTC"   # here', "# who they are"):
        assert line in text
    assert "the old one" not in text
    saved(path, "Mail,Kunde", Kunde="company")
    assert path.read_text() == text


def test_a_file_keeps_its_mode_and_its_link(path: Path, tmp_path: Path) -> None:
    saved(path, "Kunde,Mail", Kunde="company")
    assert path.stat().st_mode & 0o777 == 0o600
    os.chmod(path, 0o640)
    link = tmp_path / "link.toml"
    link.symlink_to(path)
    saved(link, "Firm,Mail", Firm="company")
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    assert len(settings(path).mappings) == 2


@pytest.mark.parametrize(
    "text", ["timezone = \n", 'mapping = [{columns = {"Kunde" = "email", "Mail" = ""}}]\n']
)
def test_a_file_that_cannot_be_changed_stays(path: Path, text: str) -> None:
    path.write_text(text)
    with pytest.raises(BadDataError, match="cannot be changed; the mapping is not saved"):
        saved(path, "Kunde,Mail", Kunde="company")
    assert path.read_text() == text


@given(
    headers=st.lists(
        st.text(min_size=1, max_size=8).map(lambda word: f"h{word}h"), unique_by=str.casefold
    )
)
def test_any_header_comes_back(tmp_path_factory: Any, headers: list[str]) -> None:
    path = tmp_path_factory.mktemp("toml") / "leadctl.toml"
    path.write_text(COMMENTED)
    names = [name.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for name in headers]
    columns = [Mapped(at, name, None) for at, name in enumerate(names)]
    remembered.save(path, Columns([*columns, Mapped(len(columns), "email", "email")]))
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    assert document["mapping"][-1]["columns"] == {**dict.fromkeys(names, "extra"), "email": "email"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("mapping = 3", r"write each mapping as \[\[mapping\]\]"),
        ("[[mapping]]", r"each \[\[mapping\]\] has a \[mapping.columns\]"),
        (
            "[[mapping]]\n[mapping.columns]\na = 1",
            r"each \[\[mapping\]\] has a \[mapping.columns\]",
        ),
        ('[[mapping]]\ncolumns = {a = "b"}\nvalues = 3', r"\[\[mapping\]\]: write values"),
        ('[[mapping]]\ncolumns = {a = "b"}\npreset = 3', "preset, dates, kind, country are words"),
    ],
)
def test_a_broken_table_is_named(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Settings(tomllib.loads(text))


# The way from a file to its columns.


def an_app(leadctl: Leadctl, answers: Answers | None = None) -> App:
    return App(leadctl.env, terminal=answers is not None, prompts=answers)  # type: ignore[arg-type]


def test_a_person_is_asked_once_and_never_again(leadctl: Leadctl) -> None:
    header = ("Frist Name", "City")
    app, choices = an_app(leadctl, Answers("first_name")), Choices({})
    reading = mapping.decide(app, table(*header), choices, [])
    assert fields(reading.columns) == ["first_name", "city"]
    path = leadctl.folder / "leadctl.toml"
    assert mapping.keep(app, reading, choices) == f"remembered in {path} for files with this header"
    app = an_app(leadctl, Answers())
    reading = mapping.decide(app, table(*header), choices, [])
    assert fields(reading.columns) == ["first_name", "city"]
    assert reading.notes == (f"file.csv: read as {path} remembers for this header",)
    assert mapping.keep(app, reading, choices) is None


def test_nobody_is_asked_without_a_terminal(leadctl: Leadctl) -> None:
    app, choices = an_app(leadctl), Choices({})
    reading = mapping.decide(app, table("Frist Name", "City"), choices, [])
    assert fields(reading.columns) == [None, "city"]
    assert reading.notes == (
        "column “Frist Name” is kept in extra: its name is nearly first_name "
        '(--map "Frist Name=first_name")',
    )
    assert mapping.keep(app, reading, choices) is None


def test_a_mapping_is_saved_where_that_is_asked_for(leadctl: Leadctl) -> None:
    app = an_app(leadctl)
    choices = Choices({"Kunde": "company"}, save_mapping=True, dates="dmy")
    reading = mapping.decide(app, table("Kunde", "City"), choices, [])
    assert mapping.keep(app, reading, choices._replace(dry_run=True)) is None
    assert mapping.keep(app, reading, choices)
    reading = mapping.decide(an_app(leadctl), table("City", "Kunde"), Choices({}), [])
    assert (fields(reading.columns), reading.dates) == (["city", "company"], "dmy")


def test_a_preset_that_is_asked_for_goes_before_what_is_remembered(leadctl: Leadctl) -> None:
    leadctl.configure('[[mapping]]\ncolumns = {Email = "email", Notes = "extra"}\n')
    choices = Choices({}, preset="outlook")
    reading = mapping.decide(an_app(leadctl), table("Email", "Notes"), choices, [])
    assert fields(reading.columns) == ["email", "description"]
    assert reading.notes == ()


def test_what_is_no_field_is_kept_aside_and_said(leadctl: Leadctl) -> None:
    leadctl.configure('[[mapping]]\ncolumns = {Email = "email", Colour = "colour"}\n')
    reading = mapping.decide(an_app(leadctl), table("Email", "Colour"), Choices({}), [])
    assert fields(reading.columns) == ["email", None]
    assert reading.notes[1] == "[[mapping]]: 'colour' is no field, its column is kept in extra"


def test_a_broken_file_stops_nothing(leadctl: Leadctl) -> None:
    leadctl.configure("[[mapping]]\ncolumns = 3\n")
    app, choices = an_app(leadctl), Choices({}, save_mapping=True)
    reading = mapping.decide(app, table("Email", "City"), choices, [])
    assert fields(reading.columns) == ["email", "city"]
    said = mapping.keep(app, reading, choices)
    assert said
    assert "cannot be changed; the mapping is not saved" in said


def test_sources_of_ones_own_list_stay(leadctl: Leadctl) -> None:
    leadctl.configure('sources = ["Organic Search", "Website", "Email"]\n')
    header = ("Record ID", "First Name", "Last Name", "Original Source")
    choices = Choices({}, values={"source": {"offline": "Fair"}})
    values = mapping.decide(an_app(leadctl), table(*header), choices, []).columns.values["source"]
    assert "organic search" not in values
    assert "paid_social" not in values
    assert values["paid_search"] == "Website"
    assert values["offline"] == "Fair"


# The command.

DOUBTFUL = "Frist Name,Email\nZoë,zoe@creme.example\n"


def test_import_asks_and_remembers(leadctl: Leadctl) -> None:
    path, answers = leadctl.write("leads.csv", DOUBTFUL), Answers("first_name")
    assert leadctl("import", path, answers=answers).code == 0
    assert answers.asked == ["leads.csv: what is “Frist Name” (Zoë)? Its name is nearly first_name"]
    assert leadctl.ok("show", 1)["first_name"] == "Zoë"
    leadctl.write("more.csv", DOUBTFUL.replace("zoe", "anne"))
    assert leadctl("import", leadctl.folder / "more.csv", answers=Answers()).code == 0
    assert leadctl.ok("show", 2)["first_name"] == "Zoë"


def test_import_without_input_asks_nothing(leadctl: Leadctl) -> None:
    path = leadctl.write("leads.csv", DOUBTFUL)
    assert leadctl("import", path, "--no-input", terminal=True).code == 0
    assert leadctl.ok("show", 1)["extra"] == {"Frist Name": "Zoë"}
    assert "mapping" not in (leadctl.folder / "leadctl.toml").read_text()


def test_import_saves_a_mapping_for_cron(leadctl: Leadctl) -> None:
    path = leadctl.write("leads.csv", "Kunde,Stufe\nKiln,hot\n")
    words = (
        "--map",
        "Kunde=company",
        "--map",
        "Stufe=status",
        "--map-value",
        "status:hot=Qualified",
    )
    leadctl.ok("import", path, *words, "--save-mapping", "--dry-run")
    assert "mapping" not in (leadctl.folder / "leadctl.toml").read_text()
    leadctl.ok("import", path, *words, "--save-mapping")
    leadctl.write("leads.csv", "Stufe,Kunde\nHOT,Creme\n")
    leadctl.ok("import", path)
    lead = leadctl.ok("show", 2)
    assert (lead["company"], lead["status"]) == ("Creme", "Qualified")


def test_the_country_of_the_phones_is_remembered_too(leadctl: Leadctl) -> None:
    words = "import", "--country", "AT", "--map", "Kunde=company", "--save-mapping"
    leadctl.ok(*words, leadctl.write("one.csv", "Kunde,Phone\nKiln AG,0732 555707\n"))
    leadctl.ok("import", leadctl.write("two.csv", "Kunde,Phone\nBerg KG,0732 555708\n"))
    assert [row["phone"] for row in leadctl.ok("list")] == ["+43732555708", "+43732555707"]


def test_a_column_more_or_less_takes_nothing_back(leadctl: Leadctl) -> None:
    row = "Kundenname,Mail,Chef,Umsatz\nAcme,a@x.example,Li,1000\n"
    chosen = ("--map", "Chef=last_name", "--map", "Umsatz=extra")
    leadctl.ok("import", leadctl.write("a.csv", row), *chosen, "--save-mapping")
    more = "Kundenname,Mail,Chef,Umsatz,Neu,Frist Name\nFoo,f@x.example,Mo,2000,hm,Jo\n"
    outcome = leadctl("import", leadctl.write("b.csv", more))
    assert "remembers for a header like this one, without Neu, Frist Name" in outcome.err
    assert "column “Frist Name” is kept in extra" in outcome.err
    less = leadctl("import", leadctl.write("c.csv", "Mail,Chef,Umsatz\nb@x.example,Bo,3000\n"))
    assert "remembers for a header like this one, with Kundenname" in less.err
    assert [(lead["last_name"], lead["amount"]) for lead in leadctl.ok("list")] == [
        ("Bo", None),
        ("Mo", None),
        ("Li", None),
    ]
    other = leadctl("import", leadctl.write("d.csv", "Mail,Chef,City\nc@x.example,Fo,Ulm\n"))
    assert "remembers" not in other.err


def test_a_preset_that_does_not_fit_is_said(leadctl: Leadctl) -> None:
    file = leadctl.write("kunden.csv", "Kunde,Mail\nKiln AG,a@kiln.example\n")
    done = leadctl("import", file, "--preset", "zoho", "--dry-run", "--map", "Kunde=company")
    assert "kunden.csv: no column is one of a Zoho export" in done.err
    header = "First Name,Last Name,URL,Email Address,Company,Position,Connected On"
    file = leadctl.write(
        "links.csv", f"{header}\nZoë,Núñez,,zoe@creme.example,Kiln,CEO,02 Mar 2026\n"
    )
    done = leadctl("import", file, "--preset", "hubspot", "--dry-run")
    assert "links.csv: it looks like a LinkedIn export, and is read as --preset hubspot" in done.err
