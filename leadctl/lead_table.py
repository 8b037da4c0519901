"""How leads stand in a table: their columns, what is said below it, and what where there are none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from leadctl.lead_view import RecordFilter, Words
from leadctl.record_table import Page, Table, last_touch
from leadctl.results import Column
from leadctl.wording import name_of

if TYPE_CHECKING:
    from leadctl.app import App

TABLE = (
    *("id", "first_name", "last_name", "company", "email", "phone", "external_id", "source"),
    *("status", "owner", "score", "grade", "last_touch_at"),
)
"""The fields that the table of leads is made of."""
PIPE = (
    *("id", "first_name", "last_name", "company", "title", "email", "phone", "country", "source"),
    *("status", "owner", "score", "grade", "created_at", "last_activity_at"),
)
"""The fields of a lead in a pipe, unless `--columns` names others."""
FIRST_LINE = ("id", "lead", "score")
"""What stands in the first of a lead's two lines where the window is narrow."""
GRADE_STYLES = {"A": "bold green", "B": "green", "C": "yellow", "D": "dim"}


def for_people(app: App) -> list[Column]:
    """Return the usual columns of a table of leads."""
    return [
        Column("id", "id", right=True, keep=9),
        Column("lead", "lead", keep=9, wraps=True, show=lambda _, lead: name_of(lead)),
        Column("company", "company", keep=4, cut=True),
        Column("source", "source", keep=3, cut=True),
        Column("status", "status", keep=9),
        Column("owner", "owner", keep=5, cut=True),
        Column("score", "score", right=True, keep=9, show=_score, style=_grade_style),
        last_touch(app),
    ]


def footer(app: App, page: Page) -> str:
    """Return what stands below a page: how many there are, what is hidden, and the next page."""
    wanted = page.wanted
    closed = wanted._replace(
        hidden_statuses=(), words={**wanted.words, "status": Words(wanted.hidden_statuses)}
    )
    hidden = app.store.count_leads(closed) if wanted.hidden_statuses else 0
    total = len(page.rows)
    if page.full or not page.first:
        # Counting everybody and those of a few statuses is quicker than leaving statuses out.
        total = app.store.count_leads(wanted._replace(hidden_statuses=())) - hidden
    parts = [page.in_words("lead", total, " to work" if wanted.hidden_statuses else "")]
    if hidden:
        parts.append(f"{hidden:,} converted, lost or junk hidden (--all)")
    if page.goes_on(total):
        parts.append(page.next)
    return " · ".join(parts)


def empty(app: App, wanted: RecordFilter) -> str:
    """Return what is said where no lead is listed: the next command."""
    if app.store.count_leads(RecordFilter()) == 0:
        return "no leads yet: leadctl import leads.csv, leadctl add, or leadctl demo"
    if wanted.hidden_statuses:
        return "no such lead to work; converted, lost and junk are hidden (--all)"
    return "no such lead"


def _score(total: Any, lead: Mapping[str, Any]) -> str:
    return "" if total is None else f"{total} {lead.get('grade') or ''}".strip()


def _grade_style(_: Any, lead: Mapping[str, Any]) -> str:
    return GRADE_STYLES.get(lead.get("grade") or "", "")


LEADS = Table(TABLE, PIPE, FIRST_LINE, for_people, footer, empty)
"""Leads in a table."""
