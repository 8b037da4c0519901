"""leadctl report: what the leads add up to."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from leadctl import lead_table, options, reports
from leadctl.errors import UsageError
from leadctl.lead_view import LeadFilter
from leadctl.results import Column, Listing
from leadctl.selecting import lead_filter


class Reports(TyperGroup):
    """The reports; a name that is none of them is told which there are."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and args[0] not in self.commands:
            raise UsageError(f"there is no report {args[0]!r}", _there_are())
        return super().resolve_command(ctx, args)


app = typer.Typer(cls=Reports, **options.PLAIN)


@app.callback(invoke_without_command=True)
def report(context: typer.Context) -> None:
    """What the leads add up to."""
    if context.invoked_subcommand is None:
        raise UsageError("say which report", _there_are())


@app.command()
@options.filtered
def pipeline(
    context: typer.Context,
    filters: options.Filters,
    json: options.Json = False,
    format: options.Format = None,
    quiet: options.Quiet = False,
) -> Any:
    """Leads by status: how many, how good, how old, how many without owner."""
    leadctl = options.app_of(context)
    wanted = lead_filter(leadctl, filters, everything=True)
    if leadctl.output.format == "ids":
        raise UsageError("a report has no ids", "leadctl list --format ids")
    names = [each.name for each in leadctl.settings.statuses]
    found = reports.pipeline(leadctl.store, wanted, names)
    rows = [row for row in found.rows if row["leads"] or not filters.status]
    if not found.all["leads"] and not leadctl.store.count_leads(LeadFilter()):
        rows = []
    return Listing(
        rows=rows,
        columns=columns(),
        columns_in_pipe=("status", "leads", "mean_score", "median_age_days", "unowned"),
        total=found.all if rows else None,
        empty=lead_table.empty(leadctl, wanted),
    )


def columns() -> list[Column]:
    """Return the columns of the pipeline."""
    return [
        Column("status", "status", keep=9),
        Column("leads", "leads", right=True, keep=9, show=lambda leads, _: f"{leads:,}"),
        Column("leads", "", keep=4, bar=True),
        Column("mean_score", "mean score", right=True, keep=7),
        Column("median_age_days", "median age", right=True, keep=6, show=_days),
        Column(
            "unowned", "no owner", right=True, keep=5,
            show=lambda leads, _: f"{leads:,}" if leads else "",
            style=lambda leads, row: "" if row["status"] == "all" else "yellow",
        ),
    ]  # fmt: skip


def _days(days: float | None, _: Any) -> str:
    return "" if days is None else f"{days:,} d"


def _there_are() -> str:
    return "reports: " + ", ".join(reports.NAMES)
