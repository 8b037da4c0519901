"""The statistics of a back-test: how well a number tells two outcomes apart, and how sure that is.

All of it works on a `Tally`: how many leads of either outcome have a number, since many share one.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

_Each = TypeVar("_Each", bound=Hashable)
Z95 = 1.959963984540054
"""How many standard errors a normal interval of 95 % reaches to either side."""


class Counts(NamedTuple):
    """How many leads converted and how many did not."""

    converted: float
    lost: float

    @property
    def all(self) -> float:
        """How many there are."""
        return self.converted + self.lost

    @property
    def rate(self) -> float:
        """The part that converted; 0 of nobody."""
        return self.converted / self.all if self.all else 0.0


Tally = Mapping[int, Counts]
"""Score -> how many leads of either outcome have it."""


class Interval(NamedTuple):
    """A figure and the bounds that hold its true value 95 times in 100."""

    value: float
    low: float
    high: float


def tally_of(scores: Iterable[tuple[int, bool, int]]) -> dict[int, Counts]:
    """Return the tally of (score, converted, how many)."""
    counts: Counter[tuple[int, bool]] = Counter()
    for score, converted, number in scores:
        counts[score, converted] += number
    values = {score for score, _ in counts}
    return {value: Counts(counts[value, True], counts[value, False]) for value in values}


def added(tallies: Iterable[Tally]) -> dict[int, Counts]:
    """Return several tallies as one."""
    return tally_of(
        (score, converted, int(number))
        for tally in tallies
        for score, counts in tally.items()
        for converted, number in ((True, counts.converted), (False, counts.lost))
    )


def total_of(tally: Tally) -> Counts:
    """Return the sum of a tally."""
    return Counts(
        sum(counts.converted for counts in tally.values()),
        sum(counts.lost for counts in tally.values()),
    )


# Order: does a higher score mean a better chance?


class Places(NamedTuple):
    """For each score, the part of the other outcome that it beats, a tie counting for half."""

    converted: Mapping[int, float]
    lost: Mapping[int, float]


def places(tally: Tally) -> Places:
    """Return the placements of DeLong, DeLong & Clarke-Pearson (Biometrics 44, 1988, p. 837)."""
    whole = total_of(tally)
    of_converted, of_lost = {}, {}
    lost = converted = 0.0
    for score in sorted(tally):
        counts = tally[score]
        of_converted[score] = (lost + counts.lost / 2) / whole.lost
        above = whole.converted - converted - counts.converted
        of_lost[score] = (above + counts.converted / 2) / whole.converted
        lost, converted = lost + counts.lost, converted + counts.converted
    return Places(of_converted, of_lost)


def auc(tally: Tally) -> Interval:
    """Return the chance that a converted lead has more points than a lost one; 0.5 is a coin.

    A tie counts for half. The bounds are those of DeLong (1988), cut at 0 and 1. Both outcomes have
    to be there.
    """
    placed = places(tally)
    counts = Counter({(s, s): c.converted for s, c in tally.items()})
    others = Counter({(s, s): c.lost for s, c in tally.items()})
    value, error = _mean_and_error(
        [(placed.converted[s], n) for (s, _), n in counts.items()],
        [(placed.lost[s], n) for (s, _), n in others.items()],
    )
    return Interval(value, max(0.0, value - Z95 * error), min(1.0, value + Z95 * error))


def auc_difference(pairs: Mapping[tuple[int, int], Counts]) -> Interval:
    """Return how much more the second of two scores of the same leads tells than the first.

    `pairs` are (first, second) -> how many leads have them. The bounds are those of DeLong (1988)
    for two correlated curves.
    """
    first = places(_margin(pairs, 0))
    second = places(_margin(pairs, 1))
    value, error = _mean_and_error(
        [(second.converted[b] - first.converted[a], c.converted) for (a, b), c in pairs.items()],
        [(second.lost[b] - first.lost[a], c.lost) for (a, b), c in pairs.items()],
    )
    return Interval(value, value - Z95 * error, value + Z95 * error)


def _margin(pairs: Mapping[tuple[int, int], Counts], side: int) -> dict[int, Counts]:
    return added({pair[side]: counts} for pair, counts in pairs.items())


def _mean_and_error(*groups: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return the mean of the first group, and the standard error that both groups bring."""
    means, variance = [], 0.0
    for group in groups:
        number = sum(count for _, count in group)
        mean = sum(value * count for value, count in group) / number
        squares = sum(count * (value - mean) ** 2 for value, count in group)
        variance += squares / (number - 1) / number if number > 1 else 0.0
        means.append(mean)
    return means[0], math.sqrt(variance)


# The top: how good are those whom one would call first?


def wilson(part: float, whole: float) -> Interval:
    """Return a rate with the bounds of Wilson (JASA 22, 1927, p. 209), right for small numbers too.

    The usual ones are not (Brown, Cai and DasGupta, Statistical Science 16, 2001, p. 101).
    """
    rate, z2 = part / whole, Z95 * Z95
    middle = (rate + z2 / (2 * whole)) / (1 + z2 / whole)
    reach = Z95 / (1 + z2 / whole) * math.sqrt(rate * (1 - rate) / whole + z2 / (4 * whole**2))
    return Interval(rate, min(rate, middle - reach), max(rate, middle + reach))


def top(tally: Tally) -> Counts:
    """Return how many converted among the tenth of all leads that has the most points.

    Of those who tie for the last places each has the same chance to be among them.
    """
    left = float(max(1, round(total_of(tally).all * 0.1)))
    converted = lost = 0.0
    for score in sorted(tally, reverse=True):
        counts = tally[score]
        share = min(1.0, left / counts.all)
        converted, lost = converted + share * counts.converted, lost + share * counts.lost
        left -= min(left, counts.all)
        if not left:
            break
    return Counts(converted, lost)


# Chances: what does a score promise?


class Curve(NamedTuple):
    """The chance to convert as a logistic function of the score."""

    slope: float
    intercept: float

    def chance(self, score: float) -> float:
        """Return the chance, between 0 and 1."""
        power = self.slope * score + self.intercept
        if power >= 0:
            return 1 / (1 + math.exp(-power))
        return math.exp(power) / (1 + math.exp(power))


def fit_curve(tally: Tally) -> Curve:
    """Return the logistic curve through the outcomes, with the targets of Platt.

    J. Platt, Probabilistic outputs for support vector machines, 1999: not 1 and 0 but a little
    less, so that no chance is certain; found by Newton's method with halved steps as in Lin, Lin &
    Weng, Machine Learning 68, 2007, p. 267.
    """
    whole = total_of(tally)
    yes, no = (whole.converted + 1) / (whole.converted + 2), 1 / (whole.lost + 2)
    # Of both outcomes together: how much is hoped for, of how many.
    points = [
        (float(score), counts.converted * yes + counts.lost * no, counts.all)
        for score, counts in tally.items()
    ]
    curve = Curve(0.0, math.log((whole.converted + 1) / (whole.lost + 1)))
    loss = _loss_of_curve(curve, points)
    for _ in range(100):
        step = _newton_step(curve, points)
        for halved in range(30):
            stride = 0.5**halved
            tried = Curve(curve.slope + stride * step[0], curve.intercept + stride * step[1])
            found = _loss_of_curve(tried, points)
            if found <= loss:
                break
        else:
            return curve
        settled = loss - found < 1e-10 * (1 + abs(loss))
        curve, loss = tried, found
        if settled:
            break
    return curve


def _newton_step(curve: Curve, points: Sequence[tuple[float, float, float]]) -> tuple[float, float]:
    slope = intercept = 0.0
    aa = bb = 1e-12
    ab = 0.0
    for score, hoped, number in points:
        chance = curve.chance(score)
        wrong, weight = hoped - number * chance, number * chance * (1 - chance)
        slope, intercept = slope + wrong * score, intercept + wrong
        aa, ab, bb = aa + weight * score * score, ab + weight * score, bb + weight
    determinant = aa * bb - ab * ab
    if determinant <= 0:
        return 0.0, intercept / bb
    return (
        (bb * slope - ab * intercept) / determinant,
        (aa * intercept - ab * slope) / determinant,
    )


def _loss_of_curve(curve: Curve, points: Sequence[tuple[float, float, float]]) -> float:
    loss = 0.0
    for score, hoped, number in points:
        power = curve.slope * score + curve.intercept
        # log(1 + e^power), which may be too large to be written out.
        soft = max(power, 0.0) + math.log1p(math.exp(-abs(power)))
        loss += number * soft - hoped * power
    return loss


def log_loss(chances: Iterable[tuple[float, Counts]]) -> float:
    """Return the mean of -log(chance given to what happened), natural logarithm; less is better."""
    loss = number = 0.0
    for chance, counts in chances:
        sure = min(max(chance, 1e-15), 1 - 1e-15)
        loss -= counts.converted * math.log(sure) + counts.lost * math.log(1 - sure)
        number += counts.all
    return loss / number


# Looking at many things at once.


def two_rates(one: Counts, other: Counts) -> float:
    """Return how often chance alone makes two rates differ as much (two-sided, 0 to 1).

    The chi-squared test of two proportions (K. Pearson, 1900) with the correction of Yates (1934).
    """
    whole = one.all + other.all
    converted, lost = one.converted + other.converted, one.lost + other.lost
    if not (one.all and other.all and converted and lost):
        return 1.0
    apart = abs(one.converted * other.lost - one.lost * other.converted)
    apart = max(0.0, apart - whole / 2)
    squared = whole * apart * apart / (one.all * other.all * converted * lost)
    return math.erfc(math.sqrt(squared / 2))


def benjamini_hochberg(chances: Mapping[_Each, float]) -> dict[_Each, float]:
    """Return for each the share of false finds among all that are at least as striking.

    Benjamini & Hochberg, J. R. Statist. Soc. B 57, 1995, p. 289: who looks at many things finds
    some by chance.
    """
    adjusted: dict[_Each, float] = {}
    least = 1.0
    ordered = sorted(chances, key=lambda each: chances[each], reverse=True)
    for place, each in enumerate(ordered):
        least = min(least, chances[each] * len(ordered) / (len(ordered) - place))
        adjusted[each] = least
    return adjusted
