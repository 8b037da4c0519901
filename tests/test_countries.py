"""countries: names in several languages become codes, and what is unknown stays as written."""

from __future__ import annotations

import pytest

from leadctl import countries
from leadctl.config import Settings
from leadctl.values import Normaliser, country, state


@pytest.mark.parametrize(
    ("written", "code"),
    [
        *((word, "DE") for word in "Germany Deutschland Allemagne Alemania Germania".split()),
        *((word, "DE") for word in "Alemanha Duitsland deu DE de BRD GERMANY germany".split()),
        *((word, "US") for word in ("USA", "U.S.", "U.S.A.", "us", "United States", "EE. UU.")),
        *((word, "US") for word in ("the United States of America", "États-Unis", "etats unis")),
        *((word, "GB") for word in ("UK", "U.K.", "England", "Scotland", "Großbritannien")),
        *((word, "NL") for word in ("The Netherlands", "Holland", "Niederlande", "Pays-Bas")),
        *((word, "KR") for word in ("South Korea", "Korea, Republic of", "Republic of Korea")),
        *((word, "CI") for word in ("Côte d'Ivoire", "COTE D’IVOIRE", "Ivory Coast")),
        *((word, "CZ") for word in ("Czech Republic", "Czechia", "Tschechien")),
        *((word, "TR") for word in ("Turkey", "Türkiye", "Türkei")),
        ("UAE", "AE"), ("Österreich", "AT"), ("Oesterreich", "AT"), ("Schweiz", "CH"),
        ("Kingdom of Denmark", "DK"), ("Viet Nam", "VN"), ("日本", "JP"), ("Россия", "RU"),
        ("Bosnia & Herzegovina", "BA"), ("Trinidad and Tobago", "TT"), ("EL", "GR"),
        ("Georgia", "GE"), ("Congo (Kinshasa)", "CD"), ("Republic of the Congo", "CG"),
    ],
)  # fmt: skip
def test_names_and_abbreviations_become_codes(written: str, code: str) -> None:
    assert countries.code_of(written) == code
    assert country(f" {written} ") == code


@pytest.mark.parametrize("written", ["Narnia", "Korea", "XX", "xx", "EU", "DACH", "12", "é"])
def test_what_is_unknown_stays_as_written(written: str) -> None:
    assert countries.code_of(written) is None
    assert country(written) == written
    assert country("  ") is None


def test_all_countries_have_two_and_three_letters_and_a_name() -> None:
    assert len(countries.CODES) == 249
    for code in countries.CODES:
        name = countries.name_of(code)
        assert name is not None
        assert countries.code_of(name) == code
        assert country(code) == country(code.lower()) == code
    assert countries.name_of("gb") == "United Kingdom"
    assert countries.name_of("KR") == "South Korea"
    assert countries.name_of("XX") is None


def test_no_name_means_two_countries() -> None:
    seen: dict[str, str] = {}
    for line in countries._COUNTRIES.replace("|\n    ", "|").strip().split("\n"):
        code, three, names = line.split(" ", 2)
        assert len(code) == 2
        assert len(three) == 3
        for name in (three, *names.split("|")):
            assert seen.setdefault(countries._folded(name), code) == code, name


@pytest.mark.parametrize(
    ("written", "of", "code"),
    [
        ("California", "US", "CA"), ("california", "us", "CA"), ("ca", "US", "CA"),
        ("Georgia", "US", "GA"), ("Puerto Rico", "US", "PR"), ("District of Columbia", "US", "DC"),
        ("Québec", "CA", "QC"), ("Quebec", "CA", "QC"), ("nl", "CA", "NL"),
        ("Western Australia", "AU", "WA"), ("Victoria", "AU", "VIC"), ("Vic.", "AU", "VIC"),
        ("São Paulo", "BR", "SP"), ("sao paulo", "BR", "SP"), ("Amazonas", "BR", "AM"),
        ("Nuevo León", "MX", "NLE"), ("México", "MX", "MEX"), ("CDMX", "MX", "CMX"),
        ("Maharashtra", "IN", "MH"), ("Orissa", "IN", "OD"), ("UT", "IN", "UK"),
        ("Punjab", "IN", "PB"), ("Punjab", "PK", "Punjab"), ("Bayern", "DE", "BY"),
        ("Bavaria", "DE", "BY"), ("by", "DE", "BY"), ("NRW", "DE", "NW"),
        ("Zürich", "CH", "ZH"), ("Genf", "CH", "GE"), ("Freiburg", "CH", "FR"), ("Roma", "IT", "RM"),
        ("Reggio nell'Emilia", "IT", "RE"), ("Noord-Holland", "NL", "NH"), ("Wien", "AT", "Wien"),
        ("Tokyo", "JP", "Tokyo"), ("Lombardia", "IT", "Lombardia"),
        ("Bavaria", "US", "Bavaria"), ("WA", "AU", "WA"), ("CA", "IT", "CA"),
    ],
)  # fmt: skip
def test_a_state_is_one_of_its_country(written: str, of: str, code: str) -> None:
    assert state(written, of) == code
    assert Normaliser(Settings({"timezone": "UTC"})).state(written, of) == code


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("California", "CA"), ("wa", "WA"), ("Western Australia", "WA"), ("Ontario", "ON"),
        ("Georgia", "Georgia"), ("Punjab", "Punjab"), ("Victoria", "Victoria"),
        ("Puerto Rico", "Puerto Rico"), ("México", "México"), ("Bayern", "BY"),
        ("Freiburg", "Freiburg"), ("Limburg", "Limburg"), ("Zürich", "ZH"),
        ("ut", "ut"), ("", None),
    ],
)  # fmt: skip
def test_without_a_country_only_what_is_unambiguous(written: str, stored: str | None) -> None:
    assert state(written) == stored
    assert Normaliser(Settings({"timezone": "UTC"})).parse("state", written) == stored


def test_how_many_states_there_are() -> None:
    numbers = {of: len(set(codes.values())) for of, codes in countries._states().items()}
    assert numbers == {"US": 59, "CA": 13, "AU": 8, "BR": 27, "MX": 32, "IN": 36} | {
        "DE": 16, "CH": 26, "NL": 12, "IT": 107,
    }  # fmt: skip


@pytest.mark.parametrize("written", ["DE", "de", "Germany"])
def test_the_country_of_the_settings_is_a_code_or_a_name(written: str) -> None:
    assert Settings({"country": written}).country == "DE"


@pytest.mark.parametrize("written", ["Narnia", "", 49])
def test_a_country_that_is_none_is_refused_in_the_settings(written: object) -> None:
    with pytest.raises(ValueError, match="country must be a country"):
        Settings({"country": written})
    assert Settings({}).country is None
