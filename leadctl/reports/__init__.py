"""Reports: what leads and deals add up to, one report a file, all of one shape."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from leadctl.reports.shape import Question, Report
    from leadctl.store import Store


class Entry(NamedTuple):
    """A report as the command line knows it: one line of help, and the options of its own."""

    help: str
    options: tuple[str, ...] = ()


REPORTS = {
    "pipeline": Entry("Leads by status: how many, how good, how old, how many without owner."),
    "deals": Entry("Deals by stage: how many, how much, weighted by their probability."),
    "sources": Entry("Where leads come from, what became of them, what they brought and cost."),
    "campaigns": Entry("The same by campaign."),
}
"""The reports there are; each is made by `report(store, question)` of the module of its name."""


def make(name: str, store: Store, question: Question) -> Report:
    """Return a report; UsageError for a field to group by that is not documented."""
    module = import_module(f"leadctl.reports.{name}")
    report: Report = module.report(store, question)
    return report
