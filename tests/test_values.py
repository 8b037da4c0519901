"""values: what is stored of a cell, for every type and notation."""

from __future__ import annotations

import csv
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from conftest import SHARED
from hypothesis import given
from hypothesis import strategies as st

from leadctl import moments, stored, values
from leadctl.config import Settings
from leadctl.matching import domain_of, email_key
from leadctl.values import (
    Normaliser,
    email,
    flag,
    integer,
    money,
    money_currency,
    several,
    split_full_name,
    tags,
)

BERLIN = Settings({"timezone": "Europe/Berlin"})
ADDRESSES = SHARED / "emails" / "isemail-tests.csv"

# --- email

ACCEPTED = {"ISEMAIL_VALID_CATEGORY", "ISEMAIL_DNSWARN"}
"""Categories that are accepted; nobody is asked whether a domain is there."""

NOT_ACCEPTED = {
    "5": "a domain without a dot",
    **dict.fromkeys(("13", "37"), "a domain that ends in one letter"),
}
CLEANED = {
    **dict.fromkeys(("35", "99", "127", "128", "132", "141", "150"), "a dot or line break around"),
    **dict.fromkeys(("142", "143", "145", "146", "147", "151", "152"), "line breaks around"),
    **dict.fromkeys(("154", "155", "156"), "line breaks around"),
    **dict.fromkeys(("88", "89", "144", "148", "149", "153", "157", "158"), "white space around"),
    **dict.fromkeys(("50", "103"), "a quotation mark before"),
}
"""What is no address, or one that is folded, and is one without what stands around it."""


@pytest.mark.skipif(not ADDRESSES.exists(), reason="no addresses beside the checkout")
def test_verdicts_on_addresses() -> None:
    with ADDRESSES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    pictures = {0x2400 + code: code for code in range(33)}
    wrong = []
    for number, address, category, *_ in rows:
        wanted = (category in ACCEPTED and number not in NOT_ACCEPTED) or number in CLEANED
        try:
            accepted = email(address.translate(pictures)) is not None
        except ValueError:
            accepted = False
        if accepted != wanted:
            wrong.append((number, address, category))
    assert wrong == []
    assert len(rows) == 164


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("Anne.B@Example.COM", "Anne.B@Example.COM"),
        (" a@b.example ", "a@b.example"),
        ("mailto:a@b.example", "a@b.example"),
        ("a@b.example (Work)", "a@b.example"),
        ("Anne <a@b.example> (home); ", "a@b.example"),
        ("MAILTO:a@b.example?subject=hi", "a@b.example"),
        ("Anne <a@b.example>", "a@b.example"),
        ('"B, Anne" <a@b.example>;', "a@b.example"),
        ("<a@b.example>", "a@b.example"),
        ("'a@b.example'", "a@b.example"),
        ("a@b.example;", "a@b.example"),
        ("a@b.example.", "a@b.example"),
        ("work: a@b.example", "a@b.example"),
        ("a\u200b@b.example", "a@b.example"),
        ("müller@bücher.example", "müller@bücher.example"),
        ("x@हिन्दी.भारत", "x@हिन्दी.भारत"),
        ("x@xn--bcher-kva.example", "x@xn--bcher-kva.example"),
        ("mailto:", None),
        ("  ", None),
    ],
)
def test_an_address_is_stored_as_written(written: str, stored: str | None) -> None:
    assert email(written) == stored


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("jane@@acme", "it has two @"),
        ("a@b.example, c@d.example", "it has two @"),
        ("jane.example", "it has no @"),
        ("jane@", "it has no domain"),
        ("@acme.example", "it has nothing before the @"),
        ("jane doe@acme.example", "it has a space"),
        ("jane@acme", "its domain has no dot"),
        ("jane..doe@acme.example", "it has a dot too many"),
        (".jane@acme.example", "it has a dot too many"),
        ("jane@acme.123", "its domain cannot be one"),
        ("jane@-acme.example", "its domain cannot be one"),
        ("jane@ac_me.example", "its domain cannot be one"),
        ("ja(ne@acme.example", "it has a character that addresses have not"),
        ("j" * 65 + "@acme.example", "it is too long"),
    ],
)
def test_a_refused_address_says_why(written: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^is no email address: {reason}$"):
        email(written)


@pytest.mark.parametrize(
    ("cell", "singles"),
    [
        ("a@b.example", ["a@b.example"]),
        ("a@b.example; c@d.example", ["a@b.example", "c@d.example"]),
        ("a@b.example,c@d.example,", ["a@b.example", "c@d.example"]),
        ("a@b.example ::: c@d.example", ["a@b.example", "c@d.example"]),
        ("a@b.example\nc@d.example", ["a@b.example", "c@d.example"]),
        ("a@b.example c@d.example", ["a@b.example", "c@d.example"]),
        ("a@b.example/c@d.example", ["a@b.example", "c@d.example"]),
        ("Anne B <a@b.example>, Bob <c@d.example>", ["a@b.example", "c@d.example"]),
        ("work: a@b.example, home: c@d.example", ["a@b.example", "c@d.example"]),
        ("B, Anne <a@b.example>", ["B, Anne <a@b.example>"]),
        ("jane@@acme", ["jane@@acme"]),
        ("", [""]),
    ],
)
def test_several_addresses_in_a_cell(cell: str, singles: list[str]) -> None:
    assert several("email", cell) == singles
    assert several("text", cell) == [cell]


def test_the_key_of_an_address() -> None:
    assert email_key(" Anne@B.Example") == "anne@b.example"
    assert email_key("anne@googlemail.com") == email_key("Anne@gmail.com") == "anne@gmail.com"
    assert email_key("a@bücher.example") == email_key("a@xn--bcher-kva.example")
    assert email_key("an.ne+x@gmail.com") == "an.ne+x@gmail.com"
    assert email_key("a@" + "é" * 70 + ".example") == "a@" + "é" * 70 + ".example"


@pytest.mark.parametrize(
    ("website", "address", "domain"),
    [
        ("https://www.acme.example/x", "a@b.example", "acme.example"),
        ("https://facebook.com/acme", "a@acme.example", "acme.example"),
        ("de.linkedin.com/company/acme", None, None),
        ("https://acme.wixsite.com/home", "a@gmail.com", None),
        ("sites.google.com/acme", None, None),
        ("https://x.com/acme", None, None),
        ("https://google.com", None, "google.com"),
        ("https://x.company", None, "x.company"),
        (None, "a@facebook.com", "facebook.com"),
    ],
)
def test_a_portal_is_no_domain_of_a_company(
    website: str | None, address: str | None, domain: str | None
) -> None:
    assert domain_of(website, address) == domain


# --- blanks


def is_placeholder(field: str, cell: str) -> bool:
    return cell.strip().casefold() in values.placeholders(field)


def test_placeholders_are_blank_but_not_where_they_can_be_a_name() -> None:
    for cell in (
        "N/A",
        "-None-",
        "--none--",
        " - ",
        "#N/A",
        "Please select",
        "(blank)",
        "0000-00-00",
    ):
        assert is_placeholder("last_name", cell)
        assert is_placeholder("city", cell)
    for cell in ("None", "null", "NaN", "Nil", "Select"):
        assert is_placeholder("status", cell)
        assert is_placeholder("industry", cell)
        assert not is_placeholder("company", cell)
        assert not is_placeholder("last_name", cell)
        assert not is_placeholder("description", cell)
    for cell in ("unknown", "NA", "Na", "no", "0", "Nobody", "x", "Nil & Co"):
        assert not is_placeholder("country", cell)
    assert all(word == word.strip().casefold() for word in values.PLACEHOLDERS_BUT_NAMES)


# --- money and numbers


@pytest.mark.parametrize(
    ("written", "hundredths", "currency"),
    [
        ("$1,234.50", 123450, "USD"), ("1.234,50 €", 123450, "EUR"), ("1 234,50", 123450, None),
        ("1'234.50", 123450, None), ("CHF 1’200.50", 120050, "CHF"), ("12k", 1200000, None),
        ("1.5M", 150000000, None), ("1,5 Mio", 150000000, None), ("2 Mio. EUR", 200000000, "EUR"),
        ("2,5 Mrd €", 250000000000, "EUR"), ("500 TEUR", 50000000, "EUR"),
        ("EUR 12.000", 1200000, "EUR"), ("(500)", -50000, None), ("$(1,000)", -100000, "USD"),
        ("12,000.–", 1200000, None), ("12.000,-", 1200000, None), ("USD 5 000", 500000, "USD"),
        ("1,00,000", 10000000, None), ("Rs. 12,34,567.50", 123456750, None),
        ("3 lakh", 30000000, None), ("1.234", 123400, None), ("1,234", 123400, None),
        ("1234.5000", 123450, None), ("-5", -500, None), ("5-", -500, None), ("− 5", -500, None),
        ("-$500", -50000, "USD"), ("R$ 1.000,00", 100000, "BRL"), ("A$ 5", 500, "AUD"),
        ("500 kr", 50000, None), ("12.000 Euro", 1200000, "EUR"), (".50", 50, None),
        ("\u20ac\u00a012\u202f000", 1200000, "EUR"), ("0", 0, None), ("1.0", 100, None),
        ("1234.5", 123450, None), ("1,234,567.89", 123456789, None),
        ("1E+06", 100000000, None), ("1,2E+07", 1200000000, None), ("5e2", 50000, None),
    ],
)  # fmt: skip
def test_money_in_any_notation(written: str, hundredths: int, currency: str | None) -> None:
    assert money(written) == hundredths
    assert money_currency(written) == currency


@pytest.mark.parametrize(
    "written",
    [
        *(
            "x",
            "1,2,3",
            "1.2.3",
            "1.2345",
            "1,234,50",
            "1.234M",
            "1.200k",
            "5 mil",
            "5 per",
            "1.234E+2",
        ),
        *("free", "500 per month", "12 abc", "9" * 30, "9" * 5000, "1-2", "()", "€", "1..5"),
    ],
)
def test_what_is_no_clear_amount_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="amount"):
        money(written)


@given(st.integers(0, 10**12), st.sampled_from([",", ".", " ", "'", ""]))
def test_an_amount_is_read_back_whatever_groups_it(cents: int, mark: str) -> None:
    whole, rest = divmod(cents, 100)
    grouped = f"{whole:,}".replace(",", mark)
    decimal = "," if mark == "." else "."
    assert money(f"{grouped}{decimal}{rest:02}") == cents
    assert money(f"EUR {grouped}{decimal}{rest:02}") == cents
    assert money(f"({grouped}{decimal}{rest:02} €)") == -cents


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("7", 7), (" 1,200 ", 1200), ("1.200", 1200), ("1'000", 1000), ("51-200", 51), ("10.0", 10),
        ("1,001 – 5,000", 1001), ("10+", 10), (">1000", 1000), ("10k+", 10000),
        ("50 employees", 50), ("ca. 50", 50), ("", None),
    ],
)  # fmt: skip
def test_whole_numbers(written: str, number: int | None) -> None:
    assert integer(written) == number


@pytest.mark.parametrize("written", ["-3", "1.5", "x", "1,2", "9" * 40])
def test_what_is_no_whole_number_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="number"):
        integer(written)


# --- dates


def at(written: str, dates: str | None = None, settings: Settings = BERLIN) -> str | None:
    return Normaliser(settings, dates=dates).time(written)


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-22T09:00:00Z", "2026-11-22T09:00:00.000+0000", "2026-11-22T11:00:00+02:00",
        "2026-11-22 10:00", "2026-11-22T10:00:00", "2026/11/22 10:00", "22.11.2026 10:00",
        "22.11.26 10:00", "22.11.2026, 10.00 Uhr", "22.11.2026 10 Uhr", "22/11/2026 10:00",
        "11/22/2026 10:00 AM", "11/22/26 10:00am", "22-Nov-2026 10:00", "Nov 22, 2026 10:00",
        "Nov 22, 2026 at 10:00 a.m.", "22 November 2026 10:00", "22. November 2026 10:00",
        "22 novembre 2026 10:00", "22 de noviembre de 2026 10:00", "22 nov 26 10:00:00",
        "Sun, 22 Nov 2026 09:00:00 +0000", "Sun Nov 22 09:00:00 UTC 2026",
        "Sun Nov 22 2026 09:00:00 GMT+0000 (Coordinated Universal Time)",
        "2026-11-22 09:00:00 UTC", "2026-11-22 09:00 GMT", "2026-11-22 10:00 CET",
        "2026-11-22 11:00 CEST", "2026-11-22 04:00 EST", "2026-11-22 1:00 AM PST",
        "11/22/2026 09:00:00 Z", "1795338000", "1795338000000", "20261122T100000", "20261122100000",
    ],
)  # fmt: skip
def test_times_in_any_notation(written: str) -> None:
    assert at(written) == "2026-11-22T09:00:00Z"


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("11/22/2026 12:00 AM", "2026-11-21T23:00:00Z"),
        ("11/22/2026 12:30 PM", "2026-11-22T11:30:00Z"),
        ("11/22/2026 14:30 PM", "2026-11-22T13:30:00Z"),
        ("5. März 2026", "2026-03-04T23:00:00Z"),
        ("1er août 2026", "2026-07-31T22:00:00Z"),
        ("2026-W47", "2026-11-15T23:00:00Z"),
        ("03/03/2026", "2026-03-02T23:00:00Z"),
        ("22-11-99", "1999-11-21T23:00:00Z"),
        ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"),
        ("", None),
    ],
)
def test_dates_in_the_zone_of_the_settings(written: str, stored: str | None) -> None:
    assert at(written) == stored


@pytest.mark.parametrize(
    "written",
    [
        *("soon", "46000", "Nov 2026", "2026", "99/99/2026", "31/02/2026", "1/2/3", "2026-13-01"),
        *("2026-02-30T00:00:00Z", "22.22.2026", "2026-11-22 25:00", "22 Nov 2026 10:00 XYZ"),
        *("0001-01-01", "123456789012", "9" * 200, "x 22 Nov 2026", "11/22/2026 13:00 AM"),
    ],
)
def test_what_is_no_date_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="is no date"):
        at(written)


def test_the_order_of_day_and_month_is_an_option_or_proven() -> None:
    with pytest.raises(moments.AmbiguousDate, match="--dates dmy or mdy"):
        at("03/04/2026")
    assert at("03/04/2026", "dmy") == "2026-04-02T22:00:00Z"
    assert at("03/04/2026", "mdy") == "2026-03-03T23:00:00Z"
    assert at("03.04.2026") == at("03.04.2026", "dmy") == "2026-04-02T22:00:00Z"
    for dates, written in (("mdy", "13/02/2026"), ("dmy", "02/13/2026"), ("iso", "13/02/2026")):
        with pytest.raises(ValueError, match="is no date"):
            at(written, dates)
    assert at("2026-11-22", "iso") == "2026-11-21T23:00:00Z"


@pytest.mark.parametrize(
    ("cells", "orders"),
    [
        (["13/02/2026", "1/2/2026"], {"dmy"}),
        (["02/13/26 9:00 AM", "x", ""], {"mdy"}),
        (["2026-01-01", "1/2/2026"], {"dmy", "mdy"}),
        (["22.11.2026", "1/2/2026"], {"dmy"}),
        (["3.4.2026"], {"dmy"}),
        (["13-1-2026", "1/13/2026"], set()),
        ([], {"dmy", "mdy"}),
    ],
)
def test_what_a_column_proves(cells: list[str], orders: set[str]) -> None:
    assert moments.orders(cells) == orders


def test_a_date_is_a_day_number() -> None:
    normaliser = Normaliser(BERLIN)
    day = stored.day_number(datetime(2026, 11, 22))
    assert normaliser.date("22.11.2026") == normaliser.date("2026-11-22 23:59") == day
    assert normaliser.parse("date", "22.11.2026") == "2026-11-22"
    assert normaliser.parse("date", " ") is None
    assert normaliser.date("2026-11-21T23:30:00Z") == day
    assert normaliser.date(" ") is None


ZONES = "Europe/Berlin America/St_Johns Asia/Kathmandu Pacific/Apia Australia/Lord_Howe UTC".split()


@pytest.mark.parametrize("zone", ZONES)
def test_remembered_offsets_give_what_the_zone_gives(zone: str) -> None:
    normaliser = Normaliser(Settings({"timezone": zone}))
    dice = random.Random(3)
    for _ in range(4000):
        moment = datetime(1990, 1, 1) + timedelta(seconds=dice.randrange(45 * 365 * 86400))
        kept = stored.stamp(moment.replace(tzinfo=normaliser.zone))
        assert normaliser.time(moment.isoformat(" ")) == kept
        here = moment.replace(tzinfo=UTC).astimezone(normaliser.zone)
        assert normaliser.day(moment.isoformat() + "Z") == stored.day_number(here)


@pytest.mark.parametrize(
    ("zone", "written"),
    [
        ("Europe/Berlin", "9999-12-31T23:59:59Z"),
        ("America/New_York", "0001-01-01T00:00:00Z"),
        ("America/New_York", "9999-12-31T23:59:59"),
    ],
)
def test_a_time_without_a_day_in_the_zone_is_refused(zone: str, written: str) -> None:
    normaliser = Normaliser(Settings({"timezone": zone}))
    with pytest.raises(ValueError, match="can be stored"):
        normaliser.time(written)
    if written.endswith("Z"):
        with pytest.raises(ValueError, match="can be stored"):
            normaliser.date(written)


@given(st.text(max_size=30) | st.text("0123456789./-: APMTZnov", max_size=20))
def test_any_text_is_a_time_or_refused(written: str) -> None:
    try:
        stored = at(written)
    except ValueError:
        return
    assert stored is None or at(stored) == stored


# --- yes and no, tags, names


def test_yes_and_no_in_many_languages() -> None:
    for word in [*"Yes TRUE t 1 1.0 x ja oui sí sim tak da checked ✓".split(), "opted out"]:
        assert flag(word) == 1
    for word in [*"No FALSE f 0 nein non não nej nie unchecked".split(), "opted in"]:
        assert flag(word) == 0
    for day in ["2024-05-01 12:00:00", "2024-05-01T12:00:00Z", "01.05.2024", "1 May 2024"]:
        assert flag(day) == 1
    assert flag(" ") is None
    for word in ["maybe", "12", "1,5"]:
        with pytest.raises(ValueError, match="neither yes nor no"):
            flag(word)


def test_groups_of_an_address_book() -> None:
    assert tags("* myContacts ::: Leads ::: Berlin") == "Leads, Berlin"
    assert tags("* myContacts ::: * starred") is None
    assert tags("a:::b; * c d") == "a:::b"


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("a; b;a", "a, b"), ("a|b\nc", "a, b, c"), ('["a","b c"]', "a, b c"),
        ('"a","b"', "a, b"), ("[]", None), (",", None), ("O'Neil", "O'Neil"),
    ],
)  # fmt: skip
def test_tags(written: str, stored: str | None) -> None:
    assert tags(written) == stored


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("Zoë Núñez", (None, "Zoë", "Núñez")),
        ("Cher", (None, None, "Cher")),
        ("Smith, John", (None, "John", "Smith")),
        ("Dr. Anna Müller", ("Dr.", "Anna", "Müller")),
        ("Prof. Dr. med. Hans von und zu Stein", ("Prof. Dr. med.", "Hans", "von und zu Stein")),
        ("Smith, Dr. John", ("Dr.", "John", "Smith")),
        ("Herr Müller", ("Herr", None, "Müller")),
        ("Frau Dr. Müller-Lüdenscheidt", ("Frau Dr.", None, "Müller-Lüdenscheidt")),
        ("M. Jean Dupont", ("M.", "Jean", "Dupont")),
        ("Mme Dupont", ("Mme", None, "Dupont")),
        ("Sr. García", ("Sr.", None, "García")),
        ("Sra. Ana de la Cruz", ("Sra.", "Ana", "de la Cruz")),
        ("Mr. John Q. Public", ("Mr.", "John Q.", "Public")),
        ("John Smith Jr.", (None, "John", "Smith Jr.")),
        ("John Smith, Jr.", (None, "John", "Smith Jr.")),
        ("Mary Jones, PhD, MBA", (None, "Mary", "Jones PhD MBA")),
        ("Dr Smith M.D.", ("Dr", None, "Smith M.D.")),
        ("Vincent van Gogh", (None, "Vincent", "van Gogh")),
        ("van der Berg", (None, None, "van der Berg")),
        ("Van Morrison", (None, "Van", "Morrison")),
        ("Al Gore", (None, "Al", "Gore")),
        ("Abd al-Rahman", (None, "Abd", "al-Rahman")),
        ("Osama bin Said", (None, "Osama", "bin Said")),
        ("Sinéad O'Connor", (None, "Sinéad", "O'Connor")),
        ("Seán Ó Súilleabháin", (None, "Seán", "Ó Súilleabháin")),
        ("Aoife Ní Bhriain", (None, "Aoife", "Ní Bhriain")),
        ("Mary Nic Craith", (None, "Mary", "Nic Craith")),
        ("Liam Mac Mathúna", (None, "Liam", "Mac Mathúna")),
        ("Mac Smith", (None, "Mac", "Smith")),
        ("José Ortega y Gasset", (None, "José", "Ortega y Gasset")),
        ("李小龙", (None, None, "李小龙")),
        ("李 小龙", (None, "小龙", "李")),
        ("Anna (Acme)", (None, None, "Anna (Acme)")),
        ("Anna und Peter Müller", (None, None, "Anna und Peter Müller")),
        ("John Smith - Acme", (None, None, "John Smith - Acme")),
        ("Acme, Inc.", (None, None, "Acme, Inc.")),
        ("a@b.example", (None, None, "a@b.example")),
        ("Mr", (None, None, "Mr")),
    ],
)
def test_a_whole_name_is_taken_apart(written: str, parts: tuple[Any, ...]) -> None:
    assert split_full_name(written) == parts


@given(st.text(max_size=40) | st.text("aB .,-'éJr und vonDr", max_size=30))
def test_no_word_of_a_name_is_lost(written: str) -> None:
    said = " ".join(filter(None, split_full_name(written)))
    assert sorted(said.replace(",", " ").split()) == sorted(written.replace(",", " ").split())


# --- plain cells

WRITTEN = st.one_of(
    st.from_regex(r"\s?[a-zA-Z.+-]{0,5}@{0,2}[a-z.-]{0,5}\.[a-z]{0,3}\s?", fullmatch=True),
    st.from_regex(r"\s?(\+|00)?[0-9 ()./-]{0,18}(ext 1)?\s?", fullmatch=True),
    st.datetimes().map(lambda at: at.isoformat()[:19] + "Z"),
    st.from_regex(r"[12]\d{3}-[013]\d-[0-3]\dT[0-2]\d:[0-6]\d:[0-6]\dZ?", fullmatch=True),
    st.text(max_size=20),
)


@given(WRITTEN, st.sampled_from(["email", "phone", "time"]), st.sampled_from([None, "DE", "x"]))
def test_what_is_plain_is_what_is_parsed(written: str, type_: str, country: str | None) -> None:
    normaliser = Normaliser(BERLIN)
    countries = (country,) if type_ == "phone" else ()
    found = normaliser.plain[type_](written, *countries)
    assert found is None or found == normaliser.parse(type_, written, *countries)
