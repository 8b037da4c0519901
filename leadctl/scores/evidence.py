"""The evidence for a line of the ledger, in words: what was counted, which values were read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from leadctl.rules.scoring import Cap, Rule
from leadctl.scores.ledger import today
from leadctl.stored import day_of_number

if TYPE_CHECKING:
    from leadctl.rules.conditions import Condition
    from leadctl.store import Store

LONGEST_EVIDENCE = 60
NAMED = 3
"""Activities of which each is named."""


class Touch(NamedTuple):
    """An activity that a rule counts: how many days ago it was, and what it still counts for."""

    id: int
    kind: str
    at: str
    age_days: int
    weight: float


def capped(cap: Cap, points: int) -> str:
    """Return in words what a cap did to these points."""
    bound = f"at most {cap.most}" if points > cap.most else f"at least {cap.least}"
    return f"comes to {points}, {bound}"


def touches_of(store: Store, lead: int, rule: Rule) -> list[Touch]:
    """Return the activities of a lead that a rule counts, newest first."""
    if not rule.kinds:
        return []
    found = store.query(
        f"""SELECT id, kind, at, :today - day AS age_days FROM activities
        WHERE lead_id = :lead AND day <= :today AND {rule.counts_sql}
        ORDER BY day DESC, at DESC, id DESC""",
        {"lead": lead, "today": today(store)},
    )
    return [Touch(**row, weight=rule.weight(row["age_days"])) for row in found]


def evidence_of(store: Store, lead: int, rule: Rule, touches: Sequence[Touch], given: int) -> str:
    """Return in words why a rule gives a lead these points."""
    if rule.when is None or (rule.kinds and (given or not touches)):
        return _counted(rule, touches, today(store), given)
    values = _values(store, lead, rule.when)
    condition = _short(rule.when.text)
    if given or not any(values.values()):
        return ", ".join(values) or condition
    return f"{', '.join(values)}; asks for {condition}"


def _counted(rule: Rule, touches: Sequence[Touch], today: int, given: int) -> str:
    """Return `3 calls from them since 2026-10-26, newest today, worth 45, capped at 30`."""
    what = " or ".join(kind if len(touches) == 1 else f"{kind}s" for kind in rule.kinds)
    words = f"{len(touches) or 'no'} {what}"
    if rule.direction:
        words += " from them" if rule.direction == "in" else " from us"
    if rule.days:
        words += f" since {day_of_number(today - rule.days + 1).isoformat()}"
    if not touches:
        return words
    newest = touches[0].age_days
    day = "today" if newest == 0 else day_of_number(today - newest).isoformat()
    words += f" {_ages(touches)}" if rule.half_life else f", newest {day}"
    worth = sum(touch.weight for touch in touches) * rule.points
    if rule.half_life:
        words += f": {rule.points} × {_sum(touches)}, halved every {rule.half_life} days"
    if rule.most and abs(worth) > rule.most:
        words += (
            f", capped at {given}" if rule.half_life else f", worth {worth:.0f}, capped at {given}"
        )
    return words


def _ages(touches: Sequence[Touch]) -> str:
    """Return `today, 3 d ago`, of many the newest and the oldest."""
    if len(touches) > NAMED:
        return f"from {_age(touches[-1].age_days)} to {_age(touches[0].age_days)}"
    return ", ".join(_age(touch.age_days) for touch in touches)


def _age(days: int) -> str:
    return "today" if days == 0 else "yesterday" if days == 1 else f"{days} d ago"


def _sum(touches: Sequence[Touch]) -> str:
    """Return `(1.00 + 0.86)`, of one activity its weight, of many what they come to."""
    if len(touches) > NAMED:
        return f"{sum(touch.weight for touch in touches):.2f}"
    added = " + ".join(f"{touch.weight:.2f}" for touch in touches)
    return f"({added})" if len(touches) > 1 else added


_SHOWN_FOR: Mapping[str, tuple[str, ...]] = {
    "has_email": ("email",),
    "is_free_mail": ("email",),
    "has_phone": ("phone", "mobile"),
}
"""Fields that are worked out from others -> the facts that people know."""


def _values(store: Store, lead: int, condition: Condition) -> dict[str, bool]:
    """Return what a condition reads of a lead, in its order: `employees = 120` -> not blank."""
    text = condition.text.lower()
    ordered = sorted(condition.reads, key=lambda field: (text.find(field), field))
    fields = list(dict.fromkeys(f for name in ordered for f in _SHOWN_FOR.get(name, (name,))))
    row = store.lead(lead, fields) if fields else {}
    return {_value(name, value): value is not None for name, value in row.items()}


def _value(field: str, value: Any) -> str:
    if value is None:
        return f"no {field.replace('_', ' ')}"
    if isinstance(value, bool):
        return f"{field} = {'yes' if value else 'no'}"
    return f"{field} = {_short(str(value))}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_EVIDENCE else line[: LONGEST_EVIDENCE - 1] + "…"
