"""Which fields and activities went with conversion, and the rules that would say so."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from leadctl import statistics
from leadctl.proof.outcomes import Outcomes, facts_read
from leadctl.rules.writing import has_tag, quoted
from leadctl.statistics import Counts, Interval

if TYPE_CHECKING:
    from leadctl.store import Store

FEWEST_WITH = 20
"""A value of fewer leads says nothing."""
SURE = 0.05
"""At most this part of all that is suggested is chance (Benjamini & Hochberg, 1995)."""
POINTS_TO_DOUBLE = 10
"""What doubles the odds is worth so many points, as in credit scorecards (N. Siddiqi, 2006)."""
MOST_POINTS = 40
LONGEST_NAME = 60
RECENT = 30
"""Days before the moment in which an activity is looked for."""

VALUES = ("source", "campaign", "industry", "product", "country", "state", "currency", "rating")
OF_VALUES = ("text", "choice")
"""The types of fields of one's own that are looked at value by value."""
NUMBERS = ("employees", "annual_revenue", "amount")
OF_NUMBERS = ("number", "money")
FLAGS = (
    *("has_phone = 1", "has_email = 1", "is_free_mail = 0", "email_opt_out = 1"),
    *("company is not null", "title is not null", "website is not null"),
)
PARTS = (0.25, 0.5, 0.75)
"""Where numbers are cut: a quarter, half and three quarters of the leads that have one are below."""


class Finding(NamedTuple):
    """A condition or an activity, and what became of the leads with it and of the others.

    `rule` is the `[[score]]` table that says so; `chance` is how often chance alone does as much,
    `false_share` the same for all that are at least as striking (Benjamini & Hochberg).
    """

    rule: Mapping[str, Any]
    those: Counts
    others: Counts
    chance: float
    false_share: float

    @property
    def rate(self) -> Interval:
        """The part of those that converted, with its bounds."""
        return statistics.wilson(self.those.converted, self.those.all)

    @property
    def lift(self) -> float:
        """How many times the rate of all leads that is."""
        whole = Counts(*(a + b for a, b in zip(self.those, self.others, strict=True)))
        return self.those.rate / whole.rate

    @property
    def odds_ratio(self) -> float:
        """How many times better the odds of those are; half a lead is added to each count.

        That keeps it finite (J. B. S. Haldane, 1956; F. J. Anscombe, 1956).
        """
        with_it = (self.those.converted + 0.5) / (self.those.lost + 0.5)
        return with_it / ((self.others.converted + 0.5) / (self.others.lost + 0.5))

    @property
    def points(self) -> int:
        """What it is worth: ten points for each doubling of the odds."""
        worth = round(POINTS_TO_DOUBLE * math.log2(self.odds_ratio))
        return max(-MOST_POINTS, min(MOST_POINTS, worth))


class Suggestions(NamedTuple):
    """What was found, most points first, and at how many things it was looked."""

    looked_at: int
    found: list[Finding]


def suggest(store: Store, outcomes: Outcomes) -> Suggestions | None:
    """Return what went with conversion among the leads of `looked_at`, within its block.

    None if there are too few. What is no more than chance, after correction for all that was
    looked at, is left out.
    """
    if not outcomes.enough:
        return None
    whole = Counts(outcomes.converted, outcomes.lost)
    looked = [
        (rule, those, Counts(whole.converted - those.converted, whole.lost - those.lost))
        for rule, those in _candidates(store)
        if those.all >= FEWEST_WITH and whole.all - those.all >= FEWEST_WITH
    ]
    chances = {n: statistics.two_rates(a, b) for n, (_, a, b) in enumerate(looked)}
    false_shares = statistics.benjamini_hochberg(chances)
    found = [
        Finding(rule, those, others, chances[n], false_shares[n])
        for n, (rule, those, others) in enumerate(looked)
        if false_shares[n] <= SURE
    ]
    found = [finding for finding in found if finding.points]
    found.sort(key=lambda each: (-abs(each.points), each.chance, each.rule["name"]))
    return Suggestions(len(looked), list(_told_apart(found)))


def _told_apart(found: Iterable[Finding]) -> Iterator[Finding]:
    """Yield rules of names of their own: those that were cut may be one."""
    seen: Counter[str] = Counter()
    for finding in found:
        name = finding.rule["name"]
        seen[name] += 1
        suffix = f" ({seen[name]})" if seen[name] > 1 else ""
        name = name[: LONGEST_NAME - len(suffix)] + suffix
        yield finding._replace(rule={**finding.rule, "name": name})


def fields(store: Store) -> list[str]:
    """Return the fields that people set and that are looked at, those of one's own too."""
    own = _own(store, (*OF_VALUES, *OF_NUMBERS, "flag"))
    flags = (condition.split()[0] for condition in FLAGS)
    return facts_read(store, ("tags", *VALUES, *NUMBERS, *flags, *own))


def _candidates(store: Store) -> Iterator[tuple[dict[str, Any], Counts]]:
    for field in (*VALUES, *_own(store, OF_VALUES)):
        yield from _by_value(store, field)
    yield from _by_tag(store)
    for field in (*NUMBERS, *_own(store, OF_NUMBERS)):
        yield from _by_size(store, field)
    for condition in (*FLAGS, *(f"{field} = 1" for field in _own(store, ("flag",)))):
        yield {"name": condition, "when": condition}, _counts(store, condition)
    yield from _by_activity(store)


def _own(store: Store, types: Collection[str]) -> list[str]:
    return [each.name for each in store.fields.own.get("lead", ()) if each.type in types]


_LEADS = "FROM lead JOIN temp.outcomes AS o ON o.lead_id = lead.id"


def _by_value(store: Store, field: str) -> Iterator[tuple[dict[str, Any], Counts]]:
    rows = store.query(
        f"""SELECT {field} AS value, sum(o.converted) AS converted, count(*) AS leads {_LEADS}
        WHERE {field} IS NOT NULL GROUP BY {field} ORDER BY leads DESC, value"""
    )
    for row in rows:
        yield (
            _rule(f"{field} {row['value']}", f"{field} = {quoted(str(row['value']))}"),
            Counts(row["converted"], row["leads"] - row["converted"]),
        )


def _rule(name: str, condition: str) -> dict[str, Any]:
    return {"name": " ".join(name.split())[:LONGEST_NAME], "when": condition}


def _by_tag(store: Store) -> Iterator[tuple[dict[str, Any], Counts]]:
    rows = store.query(
        f"""SELECT tags, o.converted, count(*) AS leads {_LEADS}
        WHERE tags IS NOT NULL GROUP BY tags, o.converted ORDER BY tags, o.converted"""
    )
    seen: dict[str, Counter[int]] = {}
    for row in rows:
        for tag in row["tags"].split(", "):
            seen.setdefault(tag, Counter())[row["converted"]] += row["leads"]
    for tag, counts in seen.items():
        yield _rule(f"tag {tag}", has_tag(tag)), Counts(counts[1], counts[0])


def _by_size(store: Store, field: str) -> Iterator[tuple[dict[str, Any], Counts]]:
    """Yield at least so much, cut where a quarter, half and three quarters are below."""
    rows = store.query(f"SELECT {field} AS value {_LEADS} WHERE {field} IS NOT NULL ORDER BY value")
    values = [row["value"] for row in rows]
    cuts = {_round(values[int(len(values) * part)]) for part in PARTS} if values else set()
    for cut in sorted(cut for cut in cuts if cut > 0):
        condition = f"{field} >= {cut}"
        yield {"name": f"{field} {cut:,} or more", "when": condition}, _counts(store, condition)


def _round(number: float) -> int:
    """Return a number that people would write: its first two digits, then zeros."""
    digits = max(0, len(str(int(number))) - 2)
    return int(round(number, -digits))


def _counts(store: Store, condition: str) -> Counts:
    (row,) = store.query(
        f"""SELECT coalesce(sum(o.converted), 0) AS converted, count(*) AS leads {_LEADS}
        WHERE {condition}"""
    )
    return Counts(row["converted"], row["leads"] - row["converted"])


def _by_activity(store: Store) -> Iterator[tuple[dict[str, Any], Counts]]:
    """Yield each kind, and each direction of it, in the last days before the moment."""
    rows = store.query(
        """SELECT a.lead_id, a.kind, a.direction, o.converted FROM activities AS a
        JOIN temp.outcomes AS o ON o.lead_id = a.lead_id, temp.clock
        WHERE a.day > clock.day - :recent AND a.day <= clock.day
        GROUP BY a.lead_id, a.kind, a.direction ORDER BY a.kind, a.direction""",
        {"recent": RECENT},
    )
    seen: dict[tuple[str, str | None], dict[int, int]] = {}
    for row in rows:
        for direction in {None, row["direction"]}:
            seen.setdefault((row["kind"], direction), {})[row["lead_id"]] = row["converted"]
    for (kind, direction), leads in seen.items():
        if direction and len(leads) == len(seen[kind, None]):
            continue  # all of the kind are of one direction: it says nothing more
        names = {None: "", "in": " from them", "out": " from us"}
        rule: dict[str, Any] = {"name": f"{kind}{names[direction]}", "activity": kind}
        if direction:
            rule["direction"] = direction
        rule["within"] = f"{RECENT} days"
        counts = Counter(leads.values())
        yield rule, Counts(counts[1], counts[0])


# As rules to paste


def toml_of(findings: Sequence[Finding]) -> str:
    """Return the findings as `[[score]]` tables, each with its arithmetic as a remark."""
    return "\n".join(line for finding in findings for line in (*_table(finding), ""))


def _table(finding: Finding) -> Iterator[str]:
    yield f"# {arithmetic(finding)}"
    yield "[[score]]"
    for key, value in finding.rule.items():
        yield f"{key} = {_toml(value)}"
    yield f"points = {finding.points}"
    if "activity" in finding.rule:
        yield f"max = {abs(finding.points)}"


def arithmetic(finding: Finding) -> str:
    """Return how the points come about, in words and numbers."""
    those, others = finding.those, finding.others
    worth = round(POINTS_TO_DOUBLE * math.log2(finding.odds_ratio))
    return (
        f"{those.converted:,.0f} of {those.all:,.0f} converted ({those.rate:.0%}), of the others"
        f" {others.converted:,.0f} of {others.all:,.0f} ({others.rate:.0%}): odds"
        f" {finding.odds_ratio:.2f} times, {POINTS_TO_DOUBLE} x log2({finding.odds_ratio:.2f})"
        f" = {worth:+d}" + (f", at most {finding.points:+d}" if worth != finding.points else "")
    )


def _toml(text: str) -> str:
    import json

    # A JSON text is a basic TOML string.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
