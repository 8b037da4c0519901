"""leadctl rules suggest: what went with conversion, as rules to paste."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from leadctl import options
from leadctl.commands.backtest import bounded, doubts, duration, rounded
from leadctl.proof.outcomes import FEWEST, Outcomes, looked_at
from leadctl.proof.suggest import Finding, Suggestions, fields, suggest, toml_of
from leadctl.results import Column, Listing, Screen
from leadctl.selecting import lead_filter
from leadctl.wording import count_of


@options.filtered
def run(
    context: typer.Context,
    before: Annotated[
        str, typer.Option("--before", help="How long before the outcome: 7 days.")
    ] = "7 days",
    dated: Annotated[
        bool, typer.Option("--dated", help="Only leads whose outcome has a date.")
    ] = False,
    filters: options.Filters = options.Filters(),  # noqa: B008
    json: options.Json = False,
    format: options.Format = None,
    quiet: options.Quiet = False,
) -> Any:
    """What went with conversion, as rules to paste: `leadctl rules suggest > rules.toml`."""
    leadctl = options.app_of(context)
    ahead = duration(before)
    wanted = lead_filter(leadctl, filters, everything=True)
    with looked_at(
        leadctl.store, leadctl.settings, wanted, before=ahead, now=leadctl.now(), dated=dated
    ) as outcomes:
        found = suggest(leadctl.store, outcomes)
    data = [as_json(finding) for finding in found.found] if found else []
    said = sentences(outcomes, found)
    said[1:1] = doubts(fields(leadctl.store), outcomes, ahead)
    if leadctl.output.for_people:
        return Screen(data, [said[0], table(data), *said[1:]] if data else said)
    for sentence in said:
        leadctl.output.note(sentence)
    if leadctl.output.format in ("tsv", "csv", "jsonl"):
        return table(data)
    return Screen(data, toml_of(found.found).splitlines() if found else [])


def sentences(outcomes: Outcomes, found: Suggestions | None) -> list[str]:
    """Return how many leads were looked at, and how sure what was found is."""
    counted = f"{outcomes.converted:,} converted, {outcomes.lost:,} lost"
    said = [f"{count_of(outcomes.all, 'lead')} with a known outcome: {counted}"]
    if found is None:
        return [
            *said,
            f"Too few to suggest anything: {FEWEST} converted and {FEWEST} lost are the least.",
        ]
    things = count_of(found.looked_at, "thing")
    if not found.found:
        return [
            *said,
            f"Of {things} looked at none went with conversion more than chance explains.",
        ]
    return [
        *said,
        f"Looked at {things}; at most 5 % of what stands here is chance. Each was looked at alone:"
        " what goes together counts twice.",
        "as rules: leadctl rules suggest > other.toml · do they help:"
        " leadctl rules backtest --against other.toml",
    ]


def as_json(finding: Finding) -> dict[str, Any]:
    """Return the rule, and what it was made from."""
    rule = {**finding.rule, "points": finding.points}
    if "activity" in rule:
        rule["max"] = abs(finding.points)
    return {
        **rule,
        "converted": int(finding.those.converted),
        "leads": int(finding.those.all),
        "rate": rounded(finding.rate.value),
        "rate_interval": bounded(finding.rate)[1:],
        "other_converted": int(finding.others.converted),
        "other_leads": int(finding.others.all),
        "lift": rounded(finding.lift),
        "odds_ratio": rounded(finding.odds_ratio),
        "chance": finding.chance,
        "false_share": finding.false_share,
    }


def table(data: list[dict[str, Any]]) -> Listing:
    """Return the findings with the numbers that their points come from."""
    rows = [
        {
            **row,
            "of": f"{row['converted']:,} of {row['leads']:,}",
            "percent": f"{row['rate']:.0%}",
            "between": "{:.0%} to {:.0%}".format(*row["rate_interval"]),
            "others": f"{row['other_converted'] / row['other_leads']:.0%}",
        }
        for row in data
    ]
    return Listing(
        rows=rows,
        columns=[
            Column("name", "what", keep=9, wraps=True),
            Column("of", "converted", right=True, keep=6),
            Column("percent", "rate", right=True, keep=9),
            Column("between", "95 %", keep=4, style=lambda *_: "dim"),
            Column("others", "others", right=True, keep=7),
            Column("odds_ratio", "odds", right=True, keep=5, show=lambda v, _: f"{v:.2f} ×"),
            Column(
                "points", "points", right=True, keep=9,
                show=lambda v, _: f"{v:+}", style=lambda v, _: "green" if v > 0 else "red",
            ),
        ],
        columns_in_pipe=("name", "points", "converted", "leads", "rate", "lift", "odds_ratio"),
    )  # fmt: skip
