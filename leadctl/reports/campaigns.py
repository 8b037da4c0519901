"""Leads by campaign: how many, how many were converted, what they brought and what it cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadctl.reports import attribution, costs
from leadctl.reports.shape import Question, Report

if TYPE_CHECKING:
    from leadctl.store import Store


def report(store: Store, question: Question) -> Report:
    """Return the leads of the period by campaign."""
    spent = costs.of_campaigns(store, question.spent_in)
    return attribution.report(store, question, "campaign", "Leads by campaign", spent)
