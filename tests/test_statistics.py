"""The statistics against scikit-learn and SciPy, on made-up outcomes with a known truth."""

from __future__ import annotations

import math
import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadctl import statistics
from leadctl.statistics import Counts, tally_of

LEADS = st.lists(st.tuples(st.integers(-30, 30), st.booleans()), min_size=4, max_size=80).filter(
    lambda leads: len({converted for _, converted in leads}) == 2
)


def tallied(leads: list[tuple[int, bool]]) -> dict[int, Counts]:
    return tally_of((score, converted, 1) for score, converted in leads)


@settings(max_examples=60)
@given(LEADS)
def test_auc_is_that_of_scikit_learn(leads: list[tuple[int, bool]]) -> None:
    from sklearn.metrics import roc_auc_score

    scores, converted = zip(*leads, strict=True)
    found = statistics.auc(tallied(leads))
    assert found.value == pytest.approx(roc_auc_score(converted, scores))
    assert found.low <= found.value <= found.high


@settings(max_examples=60)
@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=2, max_size=50))
def test_log_loss_is_that_of_scikit_learn(leads: list[tuple[float, bool]]) -> None:
    from sklearn.metrics import log_loss

    chances, converted = zip(*leads, strict=True)
    clipped = [min(max(chance, 1e-15), 1 - 1e-15) for chance in chances]
    found = statistics.log_loss((c, Counts(happened, not happened)) for c, happened in leads)
    assert found == pytest.approx(log_loss(converted, clipped, labels=[False, True]))


@settings(max_examples=20)
@given(st.randoms(use_true_random=False), st.integers(60, 400))
def test_the_curve_is_that_of_scikit_learn(random: random.Random, number: int) -> None:
    from sklearn.linear_model import LogisticRegression

    leads = [
        (score := random.randint(-20, 80), random.random() < score / 100) for _ in range(number)
    ]
    leads += [(10, True), (10, False)]
    tally = tallied(leads)
    whole = statistics.total_of(tally)
    yes, no = (whole.converted + 1) / (whole.converted + 2), 1 / (whole.lost + 2)
    rows, labels, weights = [], [], []
    for score, converted in leads:
        hoped = yes if converted else no
        rows += [[score], [score]]
        labels += [1, 0]
        weights += [hoped, 1 - hoped]
    model = LogisticRegression(C=1e9, tol=1e-10, max_iter=10_000)
    model.fit(rows, labels, sample_weight=weights)
    curve = statistics.fit_curve(tally)
    for score in (-20, 0, 50, 80):
        assert curve.chance(score) == pytest.approx(model.predict_proba([[score]])[0][1], abs=1e-3)


def test_a_curve_through_what_can_be_parted_ends() -> None:
    leads = [(score, score >= 10) for score in range(20)]
    curve = statistics.fit_curve(tallied(leads))
    assert 0 < curve.chance(0) < 0.2 < 0.8 < curve.chance(19) < 1


@settings(max_examples=40)
@given(LEADS)
def test_the_top_tenth(leads: list[tuple[int, bool]]) -> None:
    """Ties at the border have each the same chance: the mean over all orders of them."""
    number = max(1, round(len(leads) / 10))
    tally = tallied(leads)
    found = statistics.top(tally)
    assert found.all == pytest.approx(number)
    border = sorted((score for score, _ in leads), reverse=True)[number - 1]
    above = [converted for score, converted in leads if score > border]
    at = [converted for score, converted in leads if score == border]
    expected = sum(above) + (number - len(above)) * sum(at) / len(at)
    assert found.converted == pytest.approx(expected)


def test_auc_bounds_hold_the_truth_as_often_as_they_say() -> None:
    rng = random.Random(4)
    truth = 0.5 * (1 + math.erf(1 / 2))  # of two normal laws one standard deviation apart
    held = 0
    for _ in range(300):
        leads = [(round(rng.gauss(c, 1) * 1000), bool(c)) for c in (0, 1) for _ in range(60)]
        found = statistics.auc(tallied(leads))
        held += found.low <= truth <= found.high
    assert 0.91 <= held / 300 <= 0.99


def test_the_difference_of_two_scores_knows_that_they_are_of_the_same_leads() -> None:
    rng = random.Random(5)
    pairs: Counter[tuple[int, int, bool]] = Counter()
    for _ in range(500):
        converted = rng.random() < 0.3
        first = rng.randint(0, 20) + 8 * converted
        pairs[first, first + rng.randint(0, 2), converted] += 1
    keys = {(a, b) for a, b, _ in pairs}
    counts = {(a, b): Counts(pairs[a, b, True], pairs[a, b, False]) for a, b in keys}
    found = statistics.auc_difference(counts)
    firsts = statistics.auc(tally_of((a, c, n) for (a, _, c), n in pairs.items()))
    seconds = statistics.auc(tally_of((b, c, n) for (_, b, c), n in pairs.items()))
    assert found.value == pytest.approx(seconds.value - firsts.value)
    assert found.high - found.low < (firsts.high - firsts.low) / 2
    same = statistics.auc_difference({(a, a): Counts(a, 21 - a) for a in range(1, 20)})
    assert same == (0, 0, 0)


@settings(max_examples=40)
@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_is_that_of_scipy(counts: tuple[int, int]) -> None:
    from scipy.stats import binomtest

    part, whole = counts
    theirs = binomtest(part, whole).proportion_ci(method="wilson")
    found = statistics.wilson(part, whole)
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


@settings(max_examples=40)
@given(st.lists(st.integers(1, 60), min_size=4, max_size=4))
def test_two_rates_are_those_of_scipy(cells: list[int]) -> None:
    from scipy.stats import chi2_contingency

    a, b, c, d = cells
    theirs = chi2_contingency([[a, b], [c, d]], correction=True).pvalue
    ours = statistics.two_rates(Counts(a, b), Counts(c, d))
    # Where rates hardly differ SciPy corrects by less than Yates did: both say nothing then.
    assert ours == pytest.approx(theirs) or min(ours, theirs) > 0.5


@settings(max_examples=40)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_benjamini_hochberg_is_that_of_scipy(chances: list[float]) -> None:
    from scipy.stats import false_discovery_control

    found = statistics.benjamini_hochberg(dict(enumerate(chances)))
    assert [found[n] for n in range(len(chances))] == pytest.approx(
        list(false_discovery_control(chances, method="bh"))
    )
