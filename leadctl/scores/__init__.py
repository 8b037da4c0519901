"""Scores: computed for all leads in one statement, written where they differ, and explained."""

from leadctl.scores.explaining import Explanation, LedgerLine, explain
from leadctl.scores.running import LONGEST_RUN, Mover, ScoreRun, run

__all__ = ["LONGEST_RUN", "Explanation", "LedgerLine", "Mover", "ScoreRun", "explain", "run"]
