"""Leads by source: how many, how many were converted, what they brought and what the source cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadctl.reports import attribution, costs
from leadctl.reports.shape import Question, Report

if TYPE_CHECKING:
    from leadctl.store import Store


def report(store: Store, question: Question) -> Report:
    """Return the leads of the period by source."""
    spent = costs.of_sources(store, question.spent_in)
    return attribution.report(store, question, "source", "Leads by source", spent)
