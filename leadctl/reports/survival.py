"""What share of leads is converted after so many days, where many have not been there so long."""

from __future__ import annotations

from collections import Counter


class Survival:
    """Leads counted by their days to conversion, and the others by the days that they were there.

    The product-limit estimate of E. L. Kaplan and P. Meier (JASA 53, 1958, p. 457), turned round:
    each day's conversions are divided by the leads that were there for that day and not converted.
    A lead that was lost or is junk was there all the same, and was not converted: who left it out
    would find more conversions than there can be.
    """

    def __init__(self) -> None:
        self.converted: Counter[int] = Counter()
        self.waiting: Counter[int] = Counter()

    def add(self, other: Survival) -> None:
        """Add the leads of another."""
        self.converted.update(other.converted)
        self.waiting.update(other.waiting)

    @property
    def followed(self) -> int | None:
        """For how many days at least one lead has been there; None without leads."""
        return max((*self.converted, *self.waiting), default=None)

    def rate_at(self, days: int | None) -> float | None:
        """Return the estimated share that is converted by so many days after creation."""
        at_risk = sum(self.converted.values()) + sum(self.waiting.values())
        if days is None or not at_risk:
            return None
        unconverted = 1.0
        for day in sorted({*self.converted, *self.waiting}):
            if day > days:
                break
            # Who has been there for exactly so many days counts among those of that day.
            if self.converted[day]:
                unconverted *= 1 - self.converted[day] / at_risk
            at_risk -= self.converted[day] + self.waiting[day]
        return round(1 - unconverted, 4)
