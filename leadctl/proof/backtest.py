"""How well rules would have told, before the outcome, who would convert."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from leadctl import statistics
from leadctl.patience import patient
from leadctl.proof.outcomes import FOLDS, Outcomes
from leadctl.rules.scoring import Cap, Rule, ScoreRules
from leadctl.scores.ledger import ledger_sql, set_weights, today
from leadctl.statistics import Counts, Interval, tally_of

if TYPE_CHECKING:
    from leadctl.store import Store

BANDS = 10
"""A calibration table has at most so many rows."""


class Band(NamedTuple):
    """The leads with so many points: what their score promised, and what became of them."""

    least: int
    most: int
    leads: int
    converted: int
    promised: float
    rate: Interval


class Weight(NamedTuple):
    """What a rule adds: `auc` is how much more all rules tell with it than without it."""

    rule: str
    leads: int
    rate: float
    auc: Interval

    @property
    def verdict(self) -> str:
        """Carries or hurts, if that is more than chance; none if no lead got points from it."""
        if not self.leads:
            return "none"
        return "carries" if self.auc.low > 0 else "hurts" if self.auc.high < 0 else "unsure"


@dataclass(frozen=True)
class Verdict:
    """What a back-test found of one file of rules."""

    auc: Interval
    lift: Interval
    precision: Interval
    log_loss: float
    base_log_loss: float
    bands: list[Band]
    weights: list[Weight]


class _Pattern(NamedTuple):
    """Leads with the same points line by line, the same outcome and the same tenth."""

    total: int
    points: tuple[int, ...]
    converted: bool
    fold: int
    number: int


def backtest(store: Store, rules: ScoreRules, outcomes: Outcomes, place: int = 0) -> Verdict | None:
    """Return what the rules would have told of the leads of `looked_at`, within its block.

    None if there are too few. What each lead got stays in the temporary table `proof_` and `place`.
    """
    if not outcomes.enough:
        return None
    _score(store, rules, place)
    patterns = _patterns(store, place)
    tally = tally_of((p.total, p.converted, p.number) for p in patterns)
    whole = statistics.total_of(tally)
    best = statistics.top(tally)
    precision = statistics.wilson(best.converted, best.all)
    loss, base_loss, promised = _chances(patterns)
    return Verdict(
        auc=statistics.auc(tally),
        lift=Interval(*(part / whole.rate for part in precision)),
        precision=precision,
        log_loss=loss,
        base_log_loss=base_loss,
        bands=_bands(tally, promised),
        weights=_weights(rules, patterns, tally),
    )


def difference(store: Store) -> Interval:
    """Return how much more the rules of place 1 tell than those of place 0 (AUC)."""
    pairs: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
    for row in store.query(
        """SELECT a.total AS one, b.total AS other, o.converted, count(*) AS number
        FROM temp.outcomes AS o JOIN temp.proof_0 AS a ON a.lead_id = o.lead_id
        JOIN temp.proof_1 AS b ON b.lead_id = o.lead_id GROUP BY one, other, o.converted"""
    ):
        pairs[row["one"], row["other"]][1 - row["converted"]] += row["number"]
    return statistics.auc_difference({pair: Counts(*counts) for pair, counts in pairs.items()})


def _score(store: Store, rules: ScoreRules, place: int) -> None:
    set_weights(store, rules)
    store.connection.execute(
        f"""CREATE TEMP TABLE proof_{place} (
        lead_id INTEGER PRIMARY KEY, total INTEGER NOT NULL, grade TEXT, points TEXT NOT NULL)"""
    )
    with patient(store, rules.conditions):
        store.connection.execute(
            f"""INSERT INTO temp.proof_{place} {ledger_sql(rules)}
            SELECT lead_id, total, grade, points FROM ledger""",
            {"today": today(store)},
        )


def _patterns(store: Store, place: int) -> list[_Pattern]:
    rows = store.query(
        f"""SELECT p.total, p.points, o.converted, o.fold, count(*) AS number
        FROM temp.proof_{place} AS p JOIN temp.outcomes AS o ON o.lead_id = p.lead_id
        GROUP BY p.points, o.converted, o.fold ORDER BY p.points, o.converted, o.fold"""
    )
    return [
        _Pattern(
            row["total"], tuple(json.loads(row["points"])), bool(row["converted"]), row["fold"],
            row["number"],
        )
        for row in rows
    ]  # fmt: skip


def _chances(patterns: Sequence[_Pattern]) -> tuple[float, float, dict[int, Counts]]:
    """Return log loss, that of the base rate, and score -> chances added up, and of how many.

    The chance of a lead comes from a curve through the outcomes of the other nine tenths.
    """
    by_fold: list[list[_Pattern]] = [[] for _ in range(FOLDS)]
    for pattern in patterns:
        by_fold[pattern.fold].append(pattern)
    tallies = [tally_of((p.total, p.converted, p.number) for p in each) for each in by_fold]
    given: list[tuple[float, Counts]] = []
    base: list[tuple[float, Counts]] = []
    promised: dict[int, Counts] = {}
    for fold, tally in enumerate(tallies):
        others = statistics.added(tallies[:fold] + tallies[fold + 1 :])
        curve = statistics.fit_curve(others)
        rest = statistics.total_of(others)
        rate = (rest.converted + 1) / (rest.all + 2)
        for score, counts in tally.items():
            chance = curve.chance(score)
            given.append((chance, counts))
            base.append((rate, counts))
            before = promised.get(score, Counts(0, 0))
            promised[score] = Counts(
                before.converted + chance * counts.all, before.lost + (1 - chance) * counts.all
            )
    return statistics.log_loss(given), statistics.log_loss(base), promised


def _bands(tally: Mapping[int, Counts], promised: Mapping[int, Counts]) -> list[Band]:
    """Return the leads by points, best first, in bands of at least a tenth of all."""
    least_leads = statistics.total_of(tally).all / BANDS
    bands: list[Band] = []
    scores: list[int] = []
    for score in sorted(tally, reverse=True):
        scores.append(score)
        if sum(tally[each].all for each in scores) >= least_leads:
            bands.append(_band(scores, tally, promised))
            scores = []
    if scores and bands:
        # Too few for a band of their own: they go with the last one.
        last = bands.pop()
        scores += [score for score in tally if last.least <= score <= last.most]
    return [*bands, _band(scores, tally, promised)] if scores else bands


def _band(
    scores: Sequence[int], tally: Mapping[int, Counts], promised: Mapping[int, Counts]
) -> Band:
    found = statistics.total_of({score: tally[score] for score in scores})
    said = statistics.total_of({score: promised[score] for score in scores})
    rate = statistics.wilson(found.converted, found.all)
    return Band(min(scores), max(scores), int(found.all), int(found.converted), said.rate, rate)


def _weights(
    rules: ScoreRules, patterns: Sequence[_Pattern], tally: Mapping[int, Counts]
) -> list[Weight]:
    """Return what each rule adds, those that add most first."""
    found = [
        _weight(rules, place, line, patterns, tally)
        for place, line in enumerate(rules.lines)
        if isinstance(line, Rule)
    ]
    return sorted(found, key=lambda weight: weight.auc.value, reverse=True)


def _weight(
    rules: ScoreRules,
    place: int,
    rule: Rule,
    patterns: Sequence[_Pattern],
    tally: Mapping[int, Counts],
) -> Weight:
    pairs: Counter[tuple[int, int, bool]] = Counter()
    for score, counts in tally.items():
        pairs[score, score, True], pairs[score, score, False] = (int(each) for each in counts)
    converted = leads = 0
    for pattern in patterns:
        if pattern.points[place]:
            without = _total(rules, pattern.points, place)
            pairs[pattern.total, pattern.total, pattern.converted] -= pattern.number
            pairs[without, pattern.total, pattern.converted] += pattern.number
            leads += pattern.number
            converted += pattern.number * pattern.converted
    both = {
        (one, other): Counts(pairs[one, other, True], pairs[one, other, False])
        for one, other, _ in pairs
    }
    return Weight(
        rule.name, leads, converted / leads if leads else 0.0, statistics.auc_difference(both)
    )


def _total(rules: ScoreRules, points: Sequence[int], left_out: int) -> int:
    """Return what the total comes to without one line."""
    sums = {"fit": 0, "engagement": 0, "total": 0}
    for place, (line, given) in enumerate(zip(rules.lines, points, strict=True)):
        if isinstance(line, Cap):
            if line.group == "total":
                sums["total"] = sums["fit"] + sums["engagement"]
            sums[line.group] = max(line.least, min(line.most, sums[line.group]))
        elif place != left_out:
            sums[line.group] += given
    capped = any(isinstance(line, Cap) and line.group == "total" for line in rules.lines)
    return sums["total"] if capped else sums["fit"] + sums["engagement"]
