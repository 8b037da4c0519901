"""How contacts, accounts and deals stand in a table, and what is said below any page of records."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from leadctl.fields import KINDS
from leadctl.lead_view import RecordFilter
from leadctl.results import Column
from leadctl.wording import count_of, in_money, label, name_of, plain

if TYPE_CHECKING:
    from leadctl.app import App


class Page(NamedTuple):
    """A page of records as it was asked for; `command` is what has to be written for the next."""

    wanted: RecordFilter
    rows: Sequence[Mapping[str, Any]]
    limit: int | None
    first: bool
    command: str

    def in_words(self, kind: str, total: int, suffix: str = "") -> str:
        """Return which of how many records it has: `first 50 of 1,198`, or `12 deals`."""
        count = len(self.rows)
        if total <= count:
            return count_of(total, kind, KINDS[kind]) + suffix
        which = "first" if self.first else "next" if self.goes_on(total) else "last"
        return f"{which} {count} of {total:,}{suffix}"

    @property
    def full(self) -> bool:
        """Whether it has as many records as it may have."""
        return self.limit is not None and len(self.rows) >= self.limit > 0

    def goes_on(self, total: int) -> bool:
        """Whether there may be a page behind it."""
        return self.full and total > len(self.rows)

    @property
    def next(self) -> str:
        """The command of the page behind it."""
        return f"next: {self.command} --after {self.rows[-1]['id']}"


class Table(NamedTuple):
    """One kind in a table: the fields it is made of, those of a pipe, and its columns.

    `first_line` is what stands in the first of a record's two lines where the window is narrow;
    `footer` says what is below a page, `empty` what is said where there is no record.
    """

    fields: Sequence[str]
    in_pipe: Sequence[str]
    first_line: Sequence[str]
    columns: Callable[[App], list[Column]]
    footer: Callable[[App, Page], str]
    empty: Callable[[App, RecordFilter], str]


def _of_contacts(app: App) -> list[Column]:
    return [
        _id("contact"),
        Column("contact", "contact", keep=9, wraps=True, show=lambda _, row: name_of(row)),
        Column("title", "title", keep=3, cut=True),
        Column("account", "account", keep=7, cut=True),
        Column("email", "email", keep=4, cut=True),
        Column("phone", "phone", keep=5),
        Column("owner", "owner", keep=6, cut=True),
        last_touch(app),
    ]


def _of_accounts(app: App) -> list[Column]:
    return [
        _id("account"),
        Column("name", "account", keep=9, wraps=True),
        Column("domain", "domain", keep=4, cut=True),
        Column("country", "country", keep=3),
        Column("contacts", "contacts", right=True, keep=5),
        Column("deals", "deals", right=True, keep=6),
        Column("owner", "owner", keep=7, cut=True),
        last_touch(app),
    ]


def _of_deals(app: App) -> list[Column]:
    return [
        _id("deal"),
        Column("name", "deal", keep=9, wraps=True),
        Column("account", "account", keep=5, cut=True),
        Column("stage", "stage", keep=9, cut=True),
        Column("amount", "amount", right=True, keep=9, show=in_money),
        Column("probability", "%", right=True, keep=3),
        Column("closed_at", "closes", right=True, keep=4, show=lambda at, _: app.output.human(at)),
        Column("owner", "owner", keep=6, cut=True),
        Column("days_in_stage", "in stage", right=True, keep=7, show=lambda days, _: f"{days} d"),
    ]


def _id(kind: str) -> Column:
    return Column("id", "id", right=True, keep=9, show=lambda record, _: label(kind, record))


def last_touch(app: App) -> Column:
    """Return the column that says when anybody last called, wrote or met."""
    return Column(
        "last_touch_at", "last touch", right=True, keep=6,
        show=lambda moment, _: app.output.human(moment) if moment else "never",
        style=lambda moment, _: "" if moment else "yellow",
    )  # fmt: skip


def _footer(kind: str, app: App, page: Page) -> str:
    total = len(page.rows)
    if page.full or not page.first:
        total = app.store.count(kind, page.wanted)
    parts = [page.in_words(kind, total)] + ([page.next] if page.goes_on(total) else [])
    return " · ".join(parts)


def _empty(kind: str, app: App, _: RecordFilter) -> str:
    if app.store.count(kind, RecordFilter()):
        return f"no such {kind}"
    many = KINDS[kind]
    return f"no {many} yet: leadctl {kind} add, leadctl convert, or leadctl import --as {many}"


TABLES: Mapping[str, Table] = {
    "contact": Table(
        (
            *("id", "first_name", "last_name", "title", "account", "email", "phone", "mobile"),
            *("external_id", "owner", "last_touch_at"),
        ),
        (
            *("id", "first_name", "last_name", "title", "account", "account_id", "email", "phone"),
            *("country", "source", "owner", "created_at", "last_activity_at"),
        ),
        ("id", "contact"),
        _of_contacts,
        partial(_footer, "contact"),
        partial(_empty, "contact"),
    ),
    "account": Table(
        (
            *("id", "name", "domain", "country", "contacts", "deals", "owner"),
            "last_touch_at",
        ),
        (
            *("id", "name", "domain", "phone", "website", "industry", "country", "parent"),
            *("owner", "contacts", "deals", "created_at", "last_activity_at"),
        ),
        ("id", "name"),
        _of_accounts,
        partial(_footer, "account"),
        partial(_empty, "account"),
    ),
    "deal": Table(
        (
            *("id", "name", "account", "stage", "amount", "currency", "probability", "closed_at"),
            *("owner", "days_in_stage"),
        ),
        (
            *("id", "name", "account", "account_id", "contact", "contact_id", "stage", "amount"),
            *("currency", "probability", "closed_at", "owner", "source", "created_at"),
            "days_in_stage",
        ),
        ("id", "name", "amount"),
        _of_deals,
        partial(_footer, "deal"),
        partial(_empty, "deal"),
    ),
}
"""Kind of record -> how it stands in a table; leads have a room of their own."""


def chosen(kind: str, names: Sequence[str]) -> list[Column]:
    """Return the columns of a table whose fields were chosen by name."""
    return [
        Column(
            name,
            name,
            keep=9 if name == "id" else 5,
            wraps=True,
            show=(lambda record, _: label(kind, record)) if name == "id" else _shown,
        )
        for name in names
    ]


def _shown(value: Any, _: Mapping[str, Any]) -> str:
    return plain(value)
