"""What is odd about the score rules: by themselves, and on the leads that there are."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from leadctl.patience import patient
from leadctl.proof.findings import FEWEST, Finding, Severity
from leadctl.rules import conditions
from leadctl.rules.scoring import CAPPED, GROUPS, SHIPPED, Cap, Grade, Rule, ScoreRules
from leadctl.rules.tokens import tokens_of
from leadctl.scores.ledger import today
from leadctl.wording import count_of

if TYPE_CHECKING:
    from leadctl.store import Store

ENDLESS = 10**12
"""Points without an end: those of activities without a `max`."""


class Reach(NamedTuple):
    """The least and the most points that something can give."""

    least: int
    most: int

    def within(self, cap: Cap | None) -> Reach:
        """Return what a cap leaves of it."""
        if cap is None:
            return self
        return Reach(*(max(cap.least, min(cap.most, end)) for end in self))


def by_themselves(
    rules: ScoreRules, known: Mapping[str, Collection[str]], never_blank: Collection[str]
) -> Iterator[Finding]:
    """Yield what is odd about the rules whatever leads there are; `known` has the words of lists."""
    for rule in rules.rules:
        if rule.when is not None:
            for note in conditions.notes(rule.when, known, never_blank=never_blank):
                yield Finding(_of(rule), note, "see leadctl rules fields", _severity_of(note))
        yield from _idle(rule)
    yield from _twins(rules.rules)
    yield from _out_of_reach(rules)


def _severity_of(note: str) -> Severity:
    # Blanks that are left out may well be meant so, a word that no lead has hardly.
    return "note" if note.startswith("blank ") else "warning"


def _idle(rule: Rule) -> Iterator[Finding]:
    if rule.points == 0:
        yield Finding(_of(rule), "it gives no points", "give it points, or delete it")
    elif rule.most is not None and rule.most < abs(rule.points):
        yield Finding(
            _of(rule),
            f"max {rule.most} is below the {rule.points:+} of a single activity",
            f"points = {rule.most if rule.points > 0 else -rule.most} says the same",
        )


def _twins(rules: Sequence[Rule]) -> Iterator[Finding]:
    """Yield the rules that ask for the same as one before."""
    seen: dict[tuple[object, ...], str] = {}
    for rule in rules:
        asks = (
            _meaning(rule), frozenset(map(str.casefold, rule.kinds)), rule.direction, rule.days,
            rule.half_life, rule.group,
        )  # fmt: skip
        if asks in seen:
            yield Finding(
                _of(rule), f"it says the same as “{seen[asks]}”", "add the points up in one rule"
            )
        seen.setdefault(asks, rule.name)


def _meaning(rule: Rule) -> tuple[str, ...]:
    """Return the words of a condition, without case and blanks."""
    if rule.when is None:
        return ()
    return tuple(token.text.casefold() for token in tokens_of(rule.when.text))


def _out_of_reach(rules: ScoreRules) -> Iterator[Finding]:
    """Yield caps, grades and ranks that no lead can come to."""
    caps = {line.group: line for line in rules.lines if isinstance(line, Cap)}
    free: dict[str, Reach] = {
        group: _sum(rule for rule in rules.rules if rule.group == group) for group in GROUPS
    }
    capped = {group: free[group].within(caps.get(group)) for group in GROUPS}
    free["total"] = Reach(*(a + b for a, b in zip(*capped.values(), strict=True)))
    for group in CAPPED:
        cap, reach = caps.get(group), free[group]
        if cap and cap.least <= reach.least and reach.most <= cap.most:
            yield Finding(
                "[score_caps]",
                f"{group} = [{cap.least}, {cap.most}] never takes part:"
                f" it comes to {reach.least} to {reach.most}",
                f"narrow it, or leave {group} out",
                "note",
            )
    yield from _grades(rules.grades, free["total"].within(caps.get("total")))
    for group, lowest in zip(GROUPS, rules.ranks, strict=True):
        if lowest[0] > capped[group].most:
            yield Finding(
                "[ranks]",
                f"the best {group} needs {lowest[0]}, but it is at most {capped[group].most}",
                f"lower {group} in [ranks]",
                "note",
            )


def _grades(grades: Sequence[Grade], total: Reach) -> Iterator[Finding]:
    for grade in grades:
        if grade.least > total.most:
            yield Finding(
                "[grades]",
                f"nobody can be {grade.name}: it needs {grade.least},"
                f" the total is at most {total.most}",
                "lower it, or raise the cap or the points",
            )
    lowest = grades[-1]
    if total.least < lowest.least:
        yield Finding(
            "[grades]",
            f"a total below {lowest.least} has no grade, and there can be such",
            f"lower {lowest.name}, or raise the least total in [score_caps]",
            "note",
        )


def _sum(rules: Iterator[Rule]) -> Reach:
    reaches = [_reach(rule) for rule in rules]
    return Reach(sum(reach.least for reach in reaches), sum(reach.most for reach in reaches))


def _reach(rule: Rule) -> Reach:
    most = abs(rule.points)
    if rule.kinds:
        most = rule.most if rule.most is not None else ENDLESS
    return Reach(-most, 0) if rule.points < 0 else Reach(0, most)


def on_the_leads(store: Store, rules: ScoreRules) -> tuple[int, list[Finding]]:
    """Return how many leads there are to score, and which rules fit none, or all of them.

    Of rules that are the shipped ones this is only a note.
    """
    fitting = {n: rule for n, rule in enumerate(rules.rules) if rule.when is not None}
    counts = [f"count(*) FILTER (WHERE {rule.when.sql}) AS fits{n}"  # type: ignore[union-attr]
              for n, rule in fitting.items()]  # fmt: skip
    with patient(store, rules.conditions):
        [found] = store.query(
            f"SELECT {', '.join(['count(*) AS leads', *counts])} FROM lead WHERE converted_at IS NULL"
        )
        counted = _counted(store, rules)
    leads = int(found["leads"])
    if leads < FEWEST:
        return leads, []
    severity: Severity = "note" if rules.path == SHIPPED else "warning"
    findings = []
    for n, rule in enumerate(rules.rules):
        fits = found.get(f"fits{n}", leads)
        if fits == 0:
            problem = f"it fits none of {count_of(leads, 'lead')}"
            findings.append(Finding(_of(rule), problem, "is the condition meant so?", severity))
        elif counted.get(n) == 0:
            problem = "no activity is counted: none is of this kind and direction, or so young"
            findings.append(
                Finding(_of(rule), problem, "leadctl log, import --as activities", "note")
            )
        elif fits == leads and rule.when is not None and not rule.kinds:
            problem = f"it fits all of {count_of(leads, 'lead')}, and so tells none apart"
            findings.append(Finding(_of(rule), problem, "is the condition meant so?", severity))
    return leads, findings


def _counted(store: Store, rules: ScoreRules) -> dict[int, int]:
    """Return rule -> how many activities it counts of any leads."""
    counting = {n: rule for n, rule in enumerate(rules.rules) if rule.kinds}
    if not counting:
        return {}
    columns = [
        f"count(*) FILTER (WHERE {rule.counts_sql}) AS rule{n}" for n, rule in counting.items()
    ]
    [found] = store.query(
        f"""SELECT {", ".join(columns)} FROM activities
        WHERE lead_id IS NOT NULL AND day <= :today""",
        {"today": today(store)},
    )
    return {n: int(found[f"rule{n}"]) for n in counting}


def _of(rule: Rule) -> str:
    return f"[[score]] {rule.name}"
