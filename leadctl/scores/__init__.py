"""Scores: computed for all leads in one statement, written where they differ, and explained."""

from leadctl.scores.explaining import Explanation, LedgerLine, explain
from leadctl.scores.running import Mover, ScoreRun, run
from leadctl.scores.then import (
    Moment,
    Moves,
    Regraded,
    explain_at,
    moved_since,
    moved_since_run,
    regraded,
    rules_of_then,
)

__all__ = [
    "Explanation",
    "LedgerLine",
    "Moment",
    "Mover",
    "Moves",
    "Regraded",
    "ScoreRun",
    "explain",
    "explain_at",
    "moved_since",
    "moved_since_run",
    "regraded",
    "rules_of_then",
    "run",
]
