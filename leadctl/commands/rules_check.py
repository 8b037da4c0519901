"""leadctl rules check: what is odd about the rules."""

from __future__ import annotations

from typing import Any

import typer

from leadctl import config, options
from leadctl.proof import check_assign, check_score, conversions
from leadctl.proof.findings import Finding
from leadctl.results import Column, Listing
from leadctl.rules import mapping
from leadctl.selecting import NEVER_BLANK, known_words
from leadctl.wording import count_of


def run(
    context: typer.Context,
    json: options.Json = False,
    format: options.Format = None,
    quiet: options.Quiet = False,
) -> Any:
    """What is odd about leadctl.toml and its rules, on the present leads too; exit 6 if it is."""
    leadctl = options.app_of(context)
    rules, settings = leadctl.score_rules, leadctl.strict_settings
    findings = [
        Finding("leadctl.toml", said, "leadctl init shows what there is")
        for said in config.unknown_names(settings.document)
    ]
    findings += check_score.by_themselves(rules, known_words(leadctl), NEVER_BLANK)
    mapped = mapping.load(settings.document, leadctl.fields)
    statuses = [status.name for status in settings.statuses]
    findings += conversions.odd(mapped, settings.convert_from, statuses)
    leads, on_them = check_score.on_the_leads(leadctl.store, rules)
    findings += on_them
    entries = leadctl.assign_rules
    findings += check_assign.findings(leadctl.store, entries, leadctl.settings.closed)
    warnings = sum(finding.severity == "warning" for finding in findings)
    named = count_of(len(rules.rules), "score rule")
    if entries.entries:
        named += f" and {count_of(len(entries.entries), 'assignment rule')}"
    checked = f"{named} checked on {count_of(leads, 'lead')}"
    if findings and leadctl.output.for_people:
        said = f"{count_of(warnings, 'warning')}, {count_of(len(findings) - warnings, 'note')}"
        checked = f"{checked}: {said}"
    return Listing(
        [finding._asdict() for finding in findings],
        [
            Column("severity", "", keep=6, style=colour),
            Column("where", "where", keep=9, wraps=True),
            Column("problem", "what is odd", keep=9, wraps=True),
            Column("hint", "what would do", keep=7, wraps=True),
        ],
        columns_in_pipe=("severity", "where", "problem", "hint"),
        footer=checked,
        empty=f"{checked}: nothing odd",
        data={
            "findings": [finding._asdict() for finding in findings],
            "rules": len(rules.rules),
            "leads": leads,
        },
        exit_code=6 if warnings else 0,
    )


def colour(severity: str, _: Any) -> str:
    """Return the colour of a warning, and of a note."""
    return "yellow" if severity == "warning" else "dim"
