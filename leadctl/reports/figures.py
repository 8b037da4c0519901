"""The arithmetic of reports: rates with their interval, medians of counted values, sums of money."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from leadctl.statistics import wilson
from leadctl.stored import whole_units


def interval(hits: int, of: int) -> tuple[float | None, float | None]:
    """Return the 95 % interval of a rate by Wilson, both None without any case."""
    if not of:
        return None, None
    _, low, high = wilson(hits, of)
    # The ends are exact, and rounding must not move them.
    return (
        0.0 if hits == 0 else round(max(0.0, low), 4),
        1.0 if hits == of else round(min(1.0, high), 4),
    )


def rate(hits: int, of: int) -> float | None:
    """Return a share between 0 and 1, None of nothing."""
    return half_up(10_000 * hits, of) / 10_000 if of else None


def rates(name: str, hits: int, of: int) -> dict[str, float | None]:
    """Return the columns of a rate: itself, and both ends of its interval."""
    low, high = interval(hits, of)
    return {name: rate(hits, of), f"{name}_low": low, f"{name}_high": high}


class Spread:
    """Whole numbers with how often each occurs, such as durations in days."""

    def __init__(self, counts: Mapping[int, int] | None = None) -> None:
        self.counts: Counter[int] = Counter(counts or {})

    def add(self, value: int, times: int = 1) -> None:
        """Count a value so many times."""
        self.counts[value] += times

    def __len__(self) -> int:
        return sum(self.counts.values())

    @property
    def mean(self) -> float | None:
        """The mean, to a tenth, a half upwards as in SQL."""
        if not self.counts:
            return None
        return _plain(half_up(10 * sum(v * n for v, n in self.counts.items()), len(self)) / 10)

    @property
    def median(self) -> float | None:
        """The middle value, of an even number the mean of the middle two."""
        count = len(self)
        if not count:
            return None
        return _plain((self._at((count - 1) // 2) + self._at(count // 2)) / 2)

    def percentile(self, percent: int) -> int | None:
        """Return the smallest value that so many percent do not exceed (nearest rank)."""
        count = len(self)
        return self._at(-(-count * percent // 100) - 1) if count else None

    def _at(self, place: int) -> int:
        for value in sorted(self.counts):
            place -= self.counts[value]
            if place < 0:
                return value
        raise IndexError


def merged(spreads: Iterable[Spread]) -> Spread:
    """Return all values of several spreads as one."""
    whole = Spread()
    for spread in spreads:
        whole.counts.update(spread.counts)
    return whole


class Purse:
    """Money in hundredths by currency, for several purposes; currencies are never added."""

    def __init__(self) -> None:
        self.held: dict[str | None, dict[str, int]] = {}

    def add(self, currency: str | None, purpose: str, hundredths: int) -> None:
        """Put money of one currency, None where none is named, to a purpose."""
        of = self.held.setdefault(currency, {})
        of[purpose] = of.get(purpose, 0) + hundredths

    def amount(self, purpose: str) -> float | None:
        """Return the whole units of a purpose if all of it has one currency, else None."""
        if len(self.held) > 1:
            return None
        return next((whole_units(of.get(purpose, 0)) for of in self.held.values()), 0)

    @property
    def currency(self) -> str | None:
        """The only currency, None without one or with several."""
        return next(iter(self.held)) if len(self.held) == 1 else None

    def by_currency(self, purposes: Iterable[str]) -> list[dict[str, Any]]:
        """Return each currency with its purposes in whole units, the blank one last."""
        names = tuple(purposes)
        return [
            {"currency": currency, **{name: whole_units(of.get(name, 0)) for name in names}}
            for currency, of in sorted(self.held.items(), key=_blank_last)
        ]


def purses(several: Iterable[Purse]) -> Purse:
    """Return the contents of several purses in one."""
    whole = Purse()
    for purse in several:
        for currency, of in purse.held.items():
            for purpose, hundredths in of.items():
                whole.add(currency, purpose, hundredths)
    return whole


def half_up(numerator: int, denominator: int) -> int:
    """Return a quotient as a whole number, a half upwards."""
    return (2 * numerator + denominator) // (2 * denominator)


def _blank_last(held: tuple[str | None, Any]) -> tuple[bool, str]:
    return held[0] is None, held[0] or ""


def _plain(number: float) -> float:
    """Return a whole number as one."""
    return int(number) if number == int(number) else number
