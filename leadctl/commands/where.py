"""leadctl where: the database, the configuration, me and the time zone, each with the reason why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from leadctl import options
from leadctl.config import Settings
from leadctl.errors import LeadctlError
from leadctl.lead_view import RecordFilter
from leadctl.results import Column, Listing, Screen
from leadctl.wording import file_size

if TYPE_CHECKING:
    from leadctl.app import App

app = typer.Typer(**options.PLAIN)


@app.command()
@options.beside("json", "format", "quiet")
def where(
    context: typer.Context,
) -> Any:
    """Where the database and the rules are, who I am, and why. Nothing is created."""
    leadctl = options.app_of(context)
    # The configuration comes first: a broken one must not keep the database from being read.
    found_configuration = configuration(leadctl)
    found = {
        "database": database(leadctl),
        "configuration": found_configuration,
        "me": {"name": leadctl.places.me, "why": leadctl.places.me_why},
        "timezone": timezone(leadctl),
    }
    rows = in_rows(found)
    if leadctl.output.for_people:
        # Lines and no table: a path has to stay in one piece to be copied.
        return Screen(found, [f"{row['what']:16}{row['where']} · {row['why']}" for row in rows])
    return Listing(rows, [Column(name, name) for name in ("what", "where", "why")], data=found)


def database(leadctl: App) -> dict[str, Any]:
    """Return where the database is and what is in it; `problem` says why it cannot be read."""
    places = leadctl.places
    found: dict[str, Any] = {
        "path": str(places.database),
        "why": places.database_why,
        "exists": places.database.exists(),
        "bytes": None,
        "leads": None,
        "problem": None,
    }
    if found["exists"]:
        found["bytes"] = places.database.stat().st_size
        try:
            found["leads"] = leadctl.store.count_leads(RecordFilter())
        except LeadctlError as error:
            found["problem"] = error.message
    return found


def configuration(leadctl: App) -> dict[str, Any]:
    """Return where the configuration is; from here on the shipped settings stand for a broken one."""
    places = leadctl.places
    found: dict[str, Any] = {
        "path": str(places.config) if places.config else None,
        "why": places.config_why,
        "exists": places.config is not None and places.config.exists(),
        "problem": None,
    }
    try:
        leadctl.settings = leadctl.rule_settings
    except LeadctlError as error:
        found["problem"] = error.message
        leadctl.settings = Settings()
    return found


def timezone(leadctl: App) -> dict[str, Any]:
    """Return the zone of times that are written without one."""
    named = leadctl.settings.document.get("timezone")
    if named:
        return {"name": named, "why": f"timezone in {leadctl.places.config}"}
    here = leadctl.now().astimezone(leadctl.settings.zone)
    return {"name": here.tzname(), "why": "this machine's /etc/localtime"}


def in_rows(found: dict[str, dict[str, Any]]) -> list[dict[str, str]]:
    """Return what was found as lines of a table."""
    database, configuration = found["database"], found["configuration"]
    rows = [
        ("database", database["path"], database["why"]),
        ("leads", *_leads(database)),
        ("configuration", configuration["path"] or "none", configuration["why"]),
    ]
    if configuration["problem"]:
        rows.append(("in force", "shipped defaults", configuration["problem"]))
    rows += [(what, found[what]["name"], found[what]["why"]) for what in ("me", "timezone")]
    return [dict(zip(("what", "where", "why"), row, strict=True)) for row in rows]


def _leads(database: dict[str, Any]) -> tuple[str, str]:
    if not database["exists"]:
        return "0", "there is no database yet: the first import or add makes it"
    if database["problem"]:
        return "unknown", database["problem"]
    return f"{database['leads']:,}", f"in {file_size(database['bytes'])}"
