"""The condition language: what is a condition, what is refused and how, what is noted."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadctl.rules.conditions import MAX_LENGTH, Condition, ConditionError, check, notes

FIELDS = {
    "id": "INTEGER",
    "name": "TEXT",
    "country": "TEXT",
    "state": "TEXT",
    "status": "TEXT",
    "owner": "TEXT",
    "company": "TEXT",
    "employees": "INTEGER",
    "budget": "REAL",
    "is_free_mail": "INTEGER",
}


def refusal(text: str) -> ConditionError:
    with pytest.raises(ConditionError) as caught:
        check(text, FIELDS)
    return caught.value


# --- accepted


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("country in ('DE','AT') and employees > 200", "country employees"),
        ("COUNTRY = 'DE' AND Employees > 200", "country employees"),
        ("country == 'DE'", "country"),
        ("not (country = 'DE' or (employees between 1 and 5))", "country employees"),
        ("employees not between 1 and 5 and country is null", "country employees"),
        ("employees between 1 and 5 and budget between .5 and 1e3", "budget employees"),
        ("name like '50!%' escape '!'", "name"),
        ("name not like 'a%' or name is not null", "name"),
        ("is_free_mail", "is_free_mail"),
        ("not is_free_mail and -budget < 5", "budget is_free_mail"),
        ("owner = me()", "owner"),
        ("lower(trim(name)) = 'o''neil' and length(name) > 2", "name"),
        ("max(employees, budget, 10) > 20", "budget employees"),
        ("coalesce(employees, 0) + 1 > 2 * (3 + 4)", "employees"),
        ("case when country = 'DE' then 1 else is_free_mail end", "country is_free_mail"),
        ("case country when 'DE' then 'x' else 'y' end = 'x'", "country"),
        ("cast(company as integer) > 5000", "company"),
        ("iif(country = 'DE', employees, budget) > 5", "budget country employees"),
        ("company = '-- /* ; \" || or ? (' and name = 'a\nb'", "company name"),
        ("country = ('DE')", "country"),
        (" \n 1 \n", ""),
        ("0", ""),
        ("true", ""),
        ("not ((FALSE))", ""),
    ],
)
def test_a_condition_is_accepted_and_says_what_it_reads(text: str, reads: str) -> None:
    condition = check(text, FIELDS)
    assert condition.text == text.strip()
    assert condition.reads == frozenset(reads.split())
    assert condition.sql == f"(\n{text.strip()}\n)"


def test_field_names_are_reported_in_lower_case_whatever_the_documented_case() -> None:
    assert check("BUDGET > 1", {"Budget": "REAL"}).reads == {"budget"}


def test_a_documented_field_may_be_called_rowid() -> None:
    assert check("rowid = 1", {"rowid": "INTEGER"}).reads == {"rowid"}


def test_other_fields_make_another_language() -> None:
    assert check("size > 1", {"size": "REAL"}).reads == {"size"}
    assert refusal("size > 1").message == "unknown field size"


def test_threads_do_not_share_a_sandbox() -> None:
    texts = [f"employees > {number} and country = 'DE'" for number in range(50)]
    check(texts[0], FIELDS)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda text: check(text, FIELDS).reads, texts))
    assert found == [{"employees", "country"}] * 50


# --- refused


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("", "the condition is empty", "country in ('DE', 'AT')"),
        (" \n\t", "the condition is empty", "country in ('DE', 'AT')"),
        ("x" * (MAX_LENGTH + 1), "too long", "in (…)"),
        ("name = '\0'", "no text", "type it again"),
        ("name = '\ud800'", "no text", "type it again"),
        # names
        ("contry = 'DE'", "unknown field contry", "did you mean country?"),
        ("country = DE", "unknown field DE", "'DE'"),
        ("country in (DE, AT)", "unknown field DE", "'DE'"),
        ("rowid = 1", "unknown field rowid", "leadctl rules fields"),
        ("oid = 1", "unknown field oid", "leadctl rules fields"),
        ("_rowid_ = 1", "unknown field _rowid_", "leadctl rules fields"),
        ("country in lead", "unknown field lead", "leadctl rules fields"),
        ("lead.country = 'DE'", "a . stands only within a number", "without the name of a table"),
        ("nosuch = 1 and 0", "unknown field nosuch", "leadctl rules fields"),
        # quotes
        ('status = "New"', 'not as "New"', "write status = 'New'"),
        ("status = [New]", "not as [New]", "write status = 'New'"),
        ("status = `New`", "not as `New`", "write status = 'New'"),
        ('"country" = "O\'Neil"', "a field stands without quotes", "write country = 'O''Neil'"),
        ("status = ‘New’", "‘ is no quote here", "straight single quotes"),
        ("country = 'DE", "a text is not closed", "'O''Neil'"),
        ("company = 'O'Neil'", "a text is not closed", "'O''Neil'"),
        ('status = "New', 'a " is not closed', "single quotes"),
        # a constant beside and/or
        (
            "status = 'New' or 'Qualified'",
            "'Qualified' is compared with nothing",
            "write status in ('New', 'Qualified')",
        ),
        (
            "employees > 5 and status = 'a' or 'b' or 'c' and employees > 1",
            "'b' is compared with nothing",
            "write status in ('a', 'b', 'c')",
        ),
        ("status != 'New' and 'Lost'", "'Lost' is compared", "status not in ('New', 'Lost')"),
        ("status in ('A') or 'B'", "'B' is compared", "write status in ('A', 'B')"),
        ("name like 'a%' or 'b%'", "'b%' is compared", "write name like 'b%'"),
        ("employees > 5 and -10", "-10 is compared", "write employees > -10"),
        ("status = ('New' or 'Lost')", "'New' is compared", "in ('New', 'Lost')"),
        ("status in ('New' or 'Lost')", "'New' is compared", "in ('New', 'Lost')"),
        ("status = 'New' or (('Lost'))", "'Lost' is compared", "status = 'Lost'"),
        ("status = 'New' or not 'Lost'", "'Lost' is compared", "'Lost'"),
        ("owner = 'ana' or me()", "me() is compared", "write owner in ('ana', me())"),
        ("country = 'DE' and 5", "5 is compared with nothing", "5"),
        ("is_free_mail = 0 or 1", "1 is compared with nothing", "is_free_mail in (0, 1)"),
        ("employees between 1 and 5 or 6", "6 is compared", "employees = 6"),
        ("country = 'DE' or null", "null is compared", "null"),
        ("case when country = 'DE' or 'AT' then 1 end", "'AT' is compared", "('DE', 'AT')"),
        ("iif(country = 'DE' or 'AT', 1, 0)", "'AT' is compared", "('DE', 'AT')"),
        ("not 'x'", "'x' is compared with nothing", "status = 'x'"),
        ("(('x'))", "'x' is compared with nothing", "status = 'x'"),
        ("5", "5 is compared with nothing", "employees = 5"),
        ("null", "null is compared with nothing", "is null"),
        ("me()", "me() is compared with nothing", "owner = me()"),
        # a text where a yes or no belongs
        ("country", "country is a text, not a yes or no", "country is not null"),
        ("is_free_mail or not (country)", "country is a text", "country is not null"),
        ("lower(name) and is_free_mail", "lower(name) is a text", "lower(name) is not null"),
        ("coalesce(name, company)", "coalesce(name, company) is a text", "is not null"),
        # signs
        ("country = 'DE' && employees > 5", "&& is not understood", "write and"),
        ("country = 'DE' || employees > 5", "|| is not understood", "write or"),
        ("!is_free_mail", "! is not understood", "write not"),
        ("is_free_mail & 1", "& is not understood", "in words"),
        ("country = 'DE';", "a condition has no ;", "leave the ; out"),
        ("country = ?", "? stands outside a text", "the value itself"),
        ("country = ?1", "? stands outside a text", "the value itself"),
        ("country = :x", ": stands outside a text", "the value itself"),
        ("country = @x", "@ stands outside a text", "rules do not read views"),
        ("country = $x", "$ stands outside a text", "the value itself"),
        ("country\u00a0= 'DE'", "an invisible character (U+00A0)", "type that place again"),
        ("1 < employees < 5", "two comparisons in a row", "1 < employees and employees < 5"),
        ("budget > -5 > 1", "two comparisons in a row", "budget > -5 and -5 > 1"),
        # null
        ("country = null", "= null fits nothing", "write country is null"),
        ("lower(country) <> NULL", "<> null fits nothing", "write lower(country) is not null"),
        ("null = country", "= null fits nothing", "write country is null"),
        ("country not in ('a', null)", "null in a list", "is null"),
        # nothing gets out
        ("1) or (1", ") closes nothing", "no ( is open"),
        ("(country = 'DE'", "( is not closed", "its ) is missing"),
        ("case when 1", "case is not closed", "its end is missing"),
        ("1 end", "end closes nothing", "no case is open"),
        ("1 --", "no comments", "leave the comment out"),
        ("1 /*", "no comments", "leave the comment out"),
        ("1 /* x */", "no comments", "leave the comment out"),
        ("1; drop table lead", "a condition has no ;", "leave the ; out"),
        ("country in (select 'DE')", "select has no place", "for example"),
        ("exists (select 1)", "exists has no place", "for example"),
        ("1 order by country", "order has no place", "for example"),
        ("employees > current_date", "current_date has no place", "'2026-01-31'"),
        ("country collate binary = 'DE'", "collate has no place", "without case"),
        # functions
        ("hex(name) = 'x'", "no function hex()", "functions: abs, coalesce"),
        ("zeroblob(9) = 'x'", "no function zeroblob()", "functions: abs, coalesce"),
        ("replace(name, 'a', 'b') = 'x'", "no function replace()", "functions: abs"),
        ("substring(name, 1) = 'x'", "no function substring()", "did you mean substr()?"),
        ("country('DE')", "country is a field, not a function", "country in"),
        ("count(*) > 5", "no function count()", "functions: abs, coalesce"),
        ("max(employees) > 5", "max() of one value", "two values or more"),
        ("max(employees) over () > 5", "over has no place", "for example"),
        ("row_number() > 5", "no function row_number()", "functions: abs, coalesce"),
        ("lower(name, 1) = 'x'", "lower() has too few or too many", "for example"),
        # lists
        ("country in ()", "a value is missing in the list", "for example"),
        ("country in 'DE'", "in needs a list in brackets", "for example"),
        ("country in ('DE' 'AT')", "something is missing before 'AT'", "comma"),
        ("(country, status) = ('a', 'b')", "only after in", "for example"),
        ("name like 'a' escape 'bc'", "escape needs one character", "escape '!'"),
        ("country like ('DE', 'AT')", "only after in", "for example"),
        ("like('a%', name, name)", "only after in", "for example"),
        ("cast(company as blob) = 'x'", "cast names no type", "cast(company as integer)"),
        ("cast(company as integer name) = 1", "cast names no type", "cast(company as integer)"),
        ("cast(company as) = 1", "cast names no type", "cast(company as integer)"),
        # syntax
        ("like = 5", "like stands in the wrong place", "for example"),
        ("true(5)", "true stands in the wrong place", "for example"),
        ("country =", "something is missing after =", "for example"),
        ("country 'DE'", "something is missing before 'DE'", "in, like"),
        ("name 'is too large'", "something is missing before 'is too large'", "in, like"),
        ("country = 'DE' status = 'New'", "something is missing before status", "write and"),
        ("country = and is_free_mail", "a value is missing before and", "for example"),
        ("()", "a value is missing before )", "for example"),
        ("5employees > 1", "5employees is neither a number nor a field", "for example"),
        # size
        ("(" * 40 + "1" + ")" * 40, "nested too deep", "brackets"),
        ("not " * 200 + "is_free_mail", "too many parts", "in (…)"),
        ("employees = 1 or " * 550 + "employees = 2", "too many parts", "in (…)"),
    ],
)
def test_a_refusal_names_what_is_wrong_and_what_would_do(
    text: str, message: str, hint: str
) -> None:
    error = refusal(text)
    assert message in error.message
    assert hint in (error.hint or "")
    assert error.exit_code == 2


def test_a_refusal_is_one_line_without_control_characters() -> None:
    error = refusal('status = "a\n\x1b[31mb"')
    assert "\n" not in error.message + (error.hint or "")
    assert "\x1b" not in error.message + (error.hint or "")


# --- notes

KNOWN = {"status": ["New", "Contacted", "Qualified"], "country": ["DE", "AT"]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("status = 'qualified' and country in ('de', 'AT')", []),
        (
            "status = 'Qualifed'",
            ["no lead has status 'Qualifed'; did you mean 'Qualified'?"],
        ),
        (
            "'Qualifed' == status or status in ('NEW', 'Qualifed')",
            ["no lead has status 'Qualifed'; did you mean 'Qualified'?"],
        ),
        ("status = 'zzz'", ["no lead has status 'zzz'; known: New, Contacted, Qualified"]),
        ("state = 'Bayern'", ["states are stored as codes: write 'BY' for 'Bayern'"]),
        ("state in ('CA', 'Georgia', 'Tirol')", []),
        ("country = 'Germany'", ["countries are stored as codes: write 'DE' for 'Germany'"]),
        ("name = 'Germany' and employees = 5", []),
        (
            "country in ('usa', 'Deutschland', 'de', 'Narnia')",
            [
                "countries are stored as codes: write 'US' for 'usa'",
                "countries are stored as codes: write 'DE' for 'Deutschland'",
                "no lead has country 'Narnia'; known: DE, AT",
            ],
        ),
        (
            "status != 'New'",
            ["blank status is left out by !=; add `or status is null` to include it"],
        ),
        (
            "employees <> 5",
            ["blank employees is left out by <>; add `or employees is null` to include it"],
        ),
        (
            "country not in ('DE', 'France')",
            [
                "countries are stored as codes: write 'FR' for 'France'",
                "blank country is left out by not in; add `or country is null` to include it",
            ],
        ),
        ("status != 'New' or status is null", []),
        ("status is not null and status not in ('New')", []),
        ("name = 'status = ''Qualifed'''", []),
        ("1", []),
    ],
)
def test_notes_say_what_is_probably_not_meant(text: str, expected: list[str]) -> None:
    assert notes(check(text, FIELDS), KNOWN) == expected


def test_a_field_that_is_never_blank_is_not_said_to_be_left_out() -> None:
    condition = check("Status != 'New' and country <> 'DE' and id not in (1)", FIELDS)
    assert notes(condition, KNOWN, never_blank=("id", "status")) == [
        "blank country is left out by <>; add `or country is null` to include it"
    ]


def test_a_list_of_too_many_values_in_a_function_is_no_question_about_many_leads() -> None:
    text = f"max({', '.join(['employees'] * 130)}) > 1"
    assert refusal(text).message == "max() has too few or too many values"


# --- properties

WORDS = """
    secret lead rowid and or not in between like escape is null case when then else end select from
    union exists where ( ) ( ) , = != < > + - * || ; -- /* */ ' '' " ` [ ] 'a' 1 0 .5 1e3 0x1F x'00'
    me() lower( max( max(1) count(*) over() cast( as text ? :a drop table delete secret pragma
    load_extension('x') collate nocase true false glob ->> << writefile(
"""
FRAGMENTS = st.sampled_from([*FIELDS, *WORDS.split(), "\n", "\t", "\0", "\u00a0", "\v"])
SQL_SOUP = st.builds(
    lambda parts, blank: blank.join(parts), st.lists(FRAGMENTS, max_size=14), st.sampled_from(" ;")
) | st.lists(FRAGMENTS, max_size=14).map("".join)

LITERALS = st.integers(-1000, 1000).map(str) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8
).map(lambda text: "'" + text.replace("'", "''") + "'")
TEXTS = st.sampled_from(["name", "country", "lower(status)", "coalesce(owner, me())"])
NUMBERS = st.sampled_from(["employees", "BUDGET", "length(name)", "(employees + 1)", "-id"])
VALUES = TEXTS | NUMBERS
COMPARED = st.one_of(
    st.tuples(VALUES, st.sampled_from(["=", "==", "!=", "<>", "<", ">="]), LITERALS).map(" ".join),
    st.tuples(LITERALS, st.sampled_from(["=", "<"]), VALUES).map(" ".join),
    st.tuples(VALUES, st.lists(LITERALS, min_size=1, max_size=3).map(", ".join)).map(
        lambda pair: f"{pair[0]} not in ({pair[1]})"
    ),
    st.tuples(VALUES, LITERALS, LITERALS).map(lambda t: f"{t[0]} between {t[1]} and {t[2]}"),
    VALUES.map("{} is not null".format),
    st.just("is_free_mail"),
    st.just("name like '50!%' escape '!'"),
)
VALID = st.recursive(
    COMPARED,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from([" and ", "\nOR\t"]), inner).map("".join),
        inner.map("({})".format),
        inner.map("not {}".format),
        inner.map("case when {} then 1 else 0 end".format),
    ),
    max_leaves=6,
)


def accepted(text: str) -> Condition | None:
    try:
        return check(text, FIELDS)
    except ConditionError:
        return None


def rows_of_a_harmless_run(condition: Condition) -> None:
    """Run it for real beside another table, and watch that it reads leads only."""
    database = sqlite3.connect(":memory:", isolation_level=None)
    columns = ", ".join(f"{name} {kind}" for name, kind in FIELDS.items())
    database.executescript(
        f"create table lead ({columns}); insert into lead (name) values ('a');"
        "create table secret (word text); insert into secret values ('hush');"
    )
    database.create_function("me", 0, lambda: "ana")
    before, changes = list(database.iterdump()), database.total_changes
    touched: set[str | None] = set()
    selects = 0

    def watch(action: int, first: str | None, *_: str | None) -> int:
        nonlocal selects
        assert action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION)
        selects += action == sqlite3.SQLITE_SELECT
        if action == sqlite3.SQLITE_READ:
            touched.add(first)
        return sqlite3.SQLITE_OK

    database.set_authorizer(watch)
    for where in (condition.sql, f"1 AND {condition.sql} AND 1", f"({condition.sql}) OR 0"):
        selects = 0
        database.execute(f"SELECT id FROM lead WHERE {where}").fetchall()
        assert selects == 1
    assert touched <= {"lead"}
    database.set_authorizer(None)
    assert database.total_changes == changes
    assert list(database.iterdump()) == before
    database.close()


@settings(deadline=None)
@given(st.text(max_size=60) | SQL_SOUP)
def test_any_text_is_refused_in_words_or_harmless(text: str) -> None:
    if condition := accepted(text):
        rows_of_a_harmless_run(condition)
        notes(condition, KNOWN)


@settings(deadline=None)
@given(VALID, st.sampled_from(["{}) or ({}", "{}; {}", "{} -- {}", "{} union select {}", "({}"]))
def test_nothing_gets_out_of_a_valid_condition(text: str, template: str) -> None:
    assert accepted(template.format(text, text)) is None


@settings(deadline=None)
@given(VALID)
def test_valid_conditions_are_accepted(text: str) -> None:
    condition = check(text, FIELDS)
    rows_of_a_harmless_run(condition)
    assert check(condition.sql, FIELDS).reads == condition.reads
    notes(condition, KNOWN)


@pytest.mark.campaign
@settings(max_examples=20_000, deadline=None)
@given(st.text() | SQL_SOUP)
def test_any_text_is_refused_in_words_or_harmless_at_length(text: str) -> None:
    if condition := accepted(text):
        rows_of_a_harmless_run(condition)


def test_importing_is_cheap() -> None:
    heavy = "{'difflib', 'pydantic', 'typer', 'rich', 'sqlite_utils'}"
    code = f"import sys, leadctl.rules.conditions; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("text", ["employees / 0 > 1", "employees % 0.0 = 1", "1 / 00 = age_days"])
def test_dividing_by_zero_is_refused(text: str) -> None:
    with pytest.raises(ConditionError, match="dividing by 0 gives nothing"):
        check(text, {"employees": "INTEGER", "age_days": "INTEGER"})
    assert check(text.replace("0", "10"), {"employees": "INTEGER", "age_days": "INTEGER"})
