"""phones: plain numbers take a short path that gives what the library gives, the rest goes to it."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator

import phonenumbers
import pytest
from conftest import SHARED
from hypothesis import given
from hypothesis import strategies as st

from leadctl import phones
from leadctl.config import Settings
from leadctl.matching import phone_key
from leadctl.models import checked
from leadctl.values import Normaliser, several

EXAMPLES = SHARED / "phones" / "example_numbers.csv"


def both_paths(written: str, country: str | None) -> tuple[str | None, str | None]:
    return phones.plain(written, country), phones._long_path(written, country)


@pytest.mark.skipif(not EXAMPLES.exists(), reason="no example numbers beside the checkout")
def test_every_example_of_every_region_in_every_way_of_writing_it() -> None:
    with EXAMPLES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    short = 0
    for row in rows:
        region = row["region"] if row["region"].isalpha() else None
        wanted = row["e164"]
        ways = [(row["international"], None), (wanted, None), ("00" + wanted[1:], "DE")]
        for written, country in [*ways, (row["national_as_dialled"], region)]:
            if country or written[0] == "+":
                assert phones.e164(written, country) == wanted, (written, country)
                found, of_library = both_paths(written, country)
                assert found in (None, of_library), (written, country)
                short += found is not None
    assert len(rows) == 829
    assert short > 2 * len(rows)


def test_valid_numbers_of_all_regions_in_all_formats_of_the_library() -> None:
    formats = phonenumbers.PhoneNumberFormat
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in phonenumbers.PhoneNumberType.values():
            example = phonenumbers.example_number_for_type(region, kind)
            if example is None:
                continue
            wanted = phonenumbers.format_number(example, formats.E164)
            for form in (formats.E164, formats.INTERNATIONAL, formats.RFC3966):
                assert phones.e164(phonenumbers.format_number(example, form)) == wanted
            national = phonenumbers.format_number(example, formats.NATIONAL)
            assert phones.e164(national, region) == wanted, (national, region)


def generated() -> Iterator[tuple[str, str | None]]:
    """Yield numbers near the library's examples of all regions, with and without prefixes."""
    dice = random.Random(7)
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        tables = phonenumbers.PhoneMetadata.metadata_for_region(region)
        assert tables is not None
        for kind in phonenumbers.PhoneNumberType.values():
            example = phonenumbers.example_number_for_type(region, kind)
            if example is None:
                continue
            national = phonenumbers.national_significant_number(example)
            for _ in range(8):
                digits = list(national)
                for _ in range(dice.randint(0, 4)):
                    digits[dice.randrange(len(digits))] = dice.choice("0123456789")
                if dice.random() < 0.3:
                    digits = digits[: dice.randint(3, len(digits))]
                if dice.random() < 0.2:
                    digits.append(dice.choice("0123456789"))
                number = "".join(digits)
                yield f"+{example.country_code}{number}", None
                yield f"+{example.country_code} ({number[:2]}) {number[2:]}", region
                yield number, region
                yield (tables.national_prefix or "0") + number, region
                yield f"{example.country_code}{number}", region


def test_the_short_path_gives_what_the_library_gives() -> None:
    taken = total = 0
    for written, country in generated():
        found, of_library = both_paths(written, country)
        assert found in (None, of_library), (written, country)
        taken += found is not None
        total += 1
    assert taken > total / 3


@given(
    st.text("0123456789+ -()./#x", max_size=18),
    st.sampled_from([None, "DE", "US", "IT", "FR", "BR", "AR", "RU", "GG", "XX"]),
)
def test_any_marks_and_digits_go_the_same_way(written: str, country: str | None) -> None:
    found, of_library = both_paths(written, country)
    assert found in (None, of_library)
    number = phones.e164(written, country)
    assert number is None or phones.e164(number) == number


@pytest.mark.parametrize(
    ("written", "country", "stored"),
    [
        ("030 23125001", "DE", "+493023125001"),
        ("030/2312500", "DE", "+49302312500"),
        ("+49 (0)30 23125001", None, "+493023125001"),
        ("(+49) 30 23125001", None, "+493023125001"),
        ("0049 30 23125001", "US", "+493023125001"),
        ("011 49 30 23125001", "US", "+493023125001"),
        ("49 30 23125001", "DE", "+493023125001"),
        ("(555) 123-4567", "US", "+15551234567"),
        ("1-212-555-0100", "US", "+12125550100"),
        ("8 912 345-67-89", "RU", "+79123456789"),
        ("06 1234 5678", "IT", "+390612345678"),
        ("+39 06 1234 5678", None, "+390612345678"),
        ("142685300", "FR", "+33142685300"),
        ("171 1234567", "DE", "+491711234567"),
        ("Tel.: 030 23125001", "DE", "+493023125001"),
        ("work: +49 30 23125001", None, "+493023125001"),
        ("+49 30 23125001 (mobile)", None, "+493023125001"),
        ("tel:+49-30-23125001", None, "+493023125001"),
        ("'030 23125001;", "DE", "+493023125001"),
        ("０３０ 23125001", "DE", "+493023125001"),
        ("+49 30 23125001 ext. 12", None, "+493023125001 ext. 12"),
        ("030 23125001 x12", "DE", "+493023125001 ext. 12"),
        ("030 23125001 Durchwahl 12", "DE", "+493023125001 ext. 12"),
        ("+493023125001;ext=12", None, "+493023125001 ext. 12"),
    ],
)
def test_numbers_become_e164(written: str, country: str | None, stored: str) -> None:
    assert phones.e164(written, country) == stored
    assert phones.e164(stored) == stored


@pytest.mark.parametrize(
    ("written", "country"),
    [
        ("030 23125001", None),
        ("2312500", "DE"),  # The town is missing.
        ("4711", "DE"),
        ("110", "DE"),
        ("00000", "DE"),
        ("000 000 000", "DE"),
        ("555-0100", "US"),
        ("call me", "US"),
        ("mobile", "DE"),
        ("1-800-FLOWERS", "US"),
        ("030 23125001 Anna", "DE"),
        ("030 1 / 040 2", "DE"),
        ("+49", None),
        ("+", None),
        ("00", "DE"),
        ("", "DE"),
        ("+999 123456", None),
        ("030 23125001", "XX"),
        ("1" * 5000, "DE"),
    ],
)
def test_what_is_no_number_is_kept_as_written(written: str, country: str | None) -> None:
    assert phones.e164(written, country) is None
    settings = Settings({"timezone": "UTC", **({"country": "DE"} if country == "DE" else {})})
    assert Normaliser(settings).phone(written) == (written or None)


def test_the_country_of_the_record_goes_before_that_of_the_settings() -> None:
    normaliser = Normaliser(Settings({"timezone": "UTC", "country": "DE"}))
    assert normaliser.phone("030 23125001") == "+493023125001"
    assert normaliser.phone("01 2345678", "AT") == "+4312345678"
    assert normaliser.phone("030 23125001", "Narnia") == "+493023125001"
    assert normaliser.parse("phone", "030 23125001") == "+493023125001"
    assert normaliser.parse("phone", "01 2345678", "AT") == "+4312345678"
    assert checked({"phone": "01 2345678", "country": "Austria"}, normaliser) == {
        "phone": "+4312345678",
        "country": "AT",
    }


@pytest.mark.parametrize(
    ("cell", "singles"),
    [
        ("030/2312500", ["030/2312500"]),
        ("030 / 2312500", ["030 / 2312500"]),
        ("(030) 2312-500", ["(030) 2312-500"]),
        ("04321/1234567", ["04321/1234567"]),
        ("+49 30 2312500, ext. 12", ["+49 30 2312500, ext. 12"]),
        ("+493023125001;ext=12", ["+493023125001;ext=12"]),
        ("030 2312500 / 0171 1234567", ["030 2312500", "0171 1234567"]),
        ("212-555-0100/212-555-0101", ["212-555-0100", "212-555-0101"]),
        ("030 2312500; 040 123456", ["030 2312500", "040 123456"]),
        ("030 2312500\n040 123456", ["030 2312500", "040 123456"]),
        ("030 2312500 or 040 123456", ["030 2312500", "040 123456"]),
        ("+49301234567 ::: +49401234567", ["+49301234567", "+49401234567"]),
        ("+49301234567 +49401234567", ["+49301234567", "+49401234567"]),
        ("work: +49 30 1234567, mobile: +49 171 1234567", ["+49 30 1234567", "+49 171 1234567"]),
        ("030 1 / 040 2", ["030 1 / 040 2"]),
        ("a, b", ["a, b"]),
        ("030 2312500;", ["030 2312500;"]),
        ("030 2312500; 040 123456; ask Anna", ["030 2312500; 040 123456; ask Anna"]),
        ("mobile +491711234567 work +49301234567", ["+491711234567", "+49301234567"]),
        ("work: 030 2312500", ["work: 030 2312500"]),
        ("mobile", ["mobile"]),
        ("", [""]),
    ],
)
def test_a_cell_of_several_is_cut_where_each_part_is_long_enough(
    cell: str, singles: list[str]
) -> None:
    assert several("phone", cell) == singles


def test_the_key_of_a_number_is_the_same_however_it_is_written() -> None:
    ways = (
        *("+493023125001", "+49 30 23125-001", "0049 30 23125001", "+49 (0)30 23125001"),
        *("+493023125001 ext. 12", "Tel. +49 30 23125001", "(+49) 30 23125001"),
    )
    assert {phone_key(way) for way in ways} == {"+493023125001"}
    assert phone_key("030 / 23125-001") == "03023125001"
    assert phone_key("4711") is None
    assert phone_key(None) is None
    assert phone_key("ask Anna") is None
