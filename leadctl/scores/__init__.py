"""Scores: computed for all leads in one statement, written where they differ, and explained."""

from leadctl.scores.explaining import Explanation, LedgerLine, explain
from leadctl.scores.running import Mover, ScoreRun, run

__all__ = ["Explanation", "LedgerLine", "Mover", "ScoreRun", "explain", "run"]
