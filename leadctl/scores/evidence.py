"""The evidence for a line of the ledger, in words: what was counted, which values were read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from leadctl.rules.scoring import Cap, Rule
from leadctl.scores.ledger import today
from leadctl.values import day_of_number

if TYPE_CHECKING:
    from leadctl.rules.conditions import Condition
    from leadctl.store import Store

LONGEST_EVIDENCE = 60


def capped(cap: Cap, points: int) -> str:
    bound = f"at most {cap.most}" if points > cap.most else f"at least {cap.least}"
    return f"comes to {points}, {bound}"


def evidence_of(store: Store, lead: int, rule: Rule, given: int) -> str:
    count, newest = _touches(store, lead, rule) if rule.kinds else (0, 0)
    if rule.when is None or (rule.kinds and (given or not count)):
        return _counted(rule, count, newest, today(store), given)
    values = _values(store, lead, rule.when)
    condition = _short(rule.when.text)
    if given or not any(values.values()):
        return ", ".join(values) or condition
    return f"{', '.join(values)}; asks for {condition}"


def _touches(store: Store, lead: int, rule: Rule) -> tuple[int, int]:
    """Return how many activities a rule counts, and the day of the newest."""
    row = store.query(
        f"""SELECT count(*) AS count, max(day) AS newest FROM activities
        WHERE lead_id = :lead AND day <= :today AND {rule.counts_sql}""",
        {"lead": lead, "today": today(store)},
    )[0]
    return row["count"], row["newest"] or 0


def _counted(rule: Rule, count: int, newest: int, today: int, given: int) -> str:
    """Return `3 calls from them since 2026-10-26, newest today, worth 45, capped at 30`."""
    what = " or ".join(kind if count == 1 else f"{kind}s" for kind in rule.kinds)
    words = f"{count or 'no'} {what}"
    if rule.direction:
        words += " from them" if rule.direction == "in" else " from us"
    if rule.days:
        words += f" since {day_of_number(today - rule.days + 1).isoformat()}"
    if not count:
        return words
    words += f", newest {'today' if newest == today else day_of_number(newest).isoformat()}"
    if rule.most and abs(given) == rule.most < abs(count * rule.points):
        words += f", worth {count * rule.points}, capped at {given}"
    return words


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
