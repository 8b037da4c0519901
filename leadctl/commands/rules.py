"""leadctl rules: what conditions and rules are made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import typer

from leadctl import options
from leadctl.commands import backtest, cases, rules_check, suggest
from leadctl.custom_fields import word_of
from leadctl.errors import UsageError
from leadctl.fields import COMPUTED_OF, KINDS, Field, settable
from leadctl.results import Column, Listing
from leadctl.rules.writing import quoted

app = typer.Typer(**options.PLAIN)
app.command("backtest")(backtest.run)
app.command("suggest")(suggest.run)
app.command("check")(rules_check.run)
app.command("test")(cases.run)

EXAMPLES = {
    "company": "company like '%GmbH'",
    "title": "title like '%head of%'",
    "email": "email like '%@kiln.example'",
    "phone": "phone is not null",
    "source": "source in ('Website', 'Email')",
    "status": "status <> 'Lost'",
    "employees": "employees >= 50",
    "amount": "amount > 10000",
    "currency": "currency = 'EUR'",
    "postal_code": "postal_code like '01%'",
    "country": "country in ('DE', 'AT', 'CH')",
    "tags": "tags like '%vip%'",
    "email_opt_out": "email_opt_out = 1",
    "owner": "owner is null or owner = me()",
    "created_at": "created_at >= '2026-01-01'",
    "id": "id in (41, 42)",
    "account": "account like '%GmbH'",
    "stage": "stage <> 'Closed Lost'",
    "stage_since": "stage_since < '2026-01-01'",
    "contacts": "contacts = 0",
    "deals": "deals > 0",
    "grade": "grade in ('A', 'B')",
    "rank": "rank in ('A1', 'A2', 'B1')",
    "age_days": "age_days <= 7",
    "last_activity_at": "last_activity_at is null",
    "days_since_activity": "days_since_activity >= 30",
    "activities": "activities = 0",
    "touches": "touches = 0 and forms > 0",
    "last_touch_at": "last_touch_at is null",
    "last_activity_kind": "last_activity_kind = 'form'",
    "full_name": "full_name like '%Ada%'",
    "calls": "calls >= 3",
    "emails_in": "emails_in > 0",
    "emails_out": "emails_out > 5 and emails_in = 0",
    "meetings": "meetings > 0",
    "visits": "visits >= 5",
    "forms": "forms > 0",
    "open_tasks": "open_tasks = 0",
    "company_domain": "company_domain = 'kiln.example'",
    "account_owner": "account_owner is not null",
    "has_phone": "has_phone = 1",
    "has_email": "has_email = 0",
    "email_domain": "email_domain = 'kiln.example'",
    "is_free_mail": "is_free_mail = 0",
    "updated_at": "updated_at >= '2026-01-01'",
    "converted_at": "converted_at is not null",
}
"""Field -> a condition that reads it, where that of its type would say less."""
BY_TYPE = {
    "integer": "{} > 10", "money": "{} > 10000", "number": "{} >= 1", "bool": "{} = 1",
    "date": "{} >= '2026-01-01'",
}  # fmt: skip
BY_DEFAULT = "{} like 'A%'"
YOURS = "a field of your own"
TYPES = {"INTEGER": "number", "TEXT": "text"}


@app.callback()
def rules() -> None:
    """Are the rules right: what is odd, their cases, back-tests; and what conditions may name."""


@app.command()
@options.beside("json", "format", "quiet")
def fields(
    context: typer.Context,
    kind: Annotated[
        str, typer.Argument(metavar="[KIND]", help="lead, contact, account or deal.")
    ] = "lead",
) -> Any:
    """Every field that a condition may name, with its type, its meaning and an example."""
    if kind.lower() not in COMPUTED_OF:
        raise UsageError(f"there are no fields of {kind!r}", f"one of: {', '.join(COMPUTED_OF)}")
    own = options.app_of(context).fields.own.get(kind.lower(), ())
    verb = "leadctl" if kind.lower() == "lead" else f"leadctl {kind.lower()}"
    return Listing(
        rows=list(described(kind.lower(), own)),
        columns=[
            Column("name", "field", keep=9),
            Column("type", "type", keep=5, style=lambda *_: "dim"),
            Column("meaning", "meaning", keep=9, wraps=True),
            Column("example", "for example", keep=6, wraps=True),
            Column("looks_up", "looks up", keep=4, style=lambda *_: "dim", show=_all_of),
        ],
        columns_in_pipe=("name", "type", "meaning", "example", "set", "looks_up"),
        footer=f"the language: docs/rules.md · try one: {verb} list --where '…'",
    )


def described(kind: str = "lead", own: Sequence[Field] = ()) -> Iterator[dict[str, Any]]:
    """Yield each field of a kind, your `own` ones last; `set` says whether people and files may set it.

    `looks_up` are the other records that are read for each one: without any, the field is as fast
    as the record itself.
    """
    for field in settable(kind):
        others = ["reps"] if field.name == "owner" else []
        yield row(field.name, field.type, field.meaning, others, settable=True)
    for computed in COMPUTED_OF[kind]:
        others = [KINDS[other] for other in computed.of]
        yield row(computed.name, TYPES[computed.sql_type], computed.meaning, others, settable=False)
    for field in own:
        of_it = row(field.name, word_of(field.type), field.meaning or YOURS, [], settable=True)
        if field.choices:
            of_it["example"] = f"{field.name} = {quoted(field.choices[0])}"
        yield of_it


def row(
    name: str, type: str, meaning: str, looks_up: list[str], *, settable: bool
) -> dict[str, Any]:
    """Return what is said of a field."""
    example = EXAMPLES.get(name) or BY_TYPE.get(type, BY_DEFAULT).format(name)
    return {
        "name": name,
        "type": type,
        "meaning": meaning,
        "example": example,
        "set": settable,
        "looks_up": looks_up,
    }


def _all_of(kinds: list[str], _: Any) -> str:
    return ", ".join(kinds)
