"""Which leads can have another score than after the last run: those that were touched since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadctl.fields import COMPUTED, KINDS
from leadctl.journal import json_value

if TYPE_CHECKING:
    from leadctl.journal import Operation
    from leadctl.rules.scoring import ScoreRules
    from leadctl.store import Store

_OF = {computed.name: computed.of for computed in COMPUTED} | {"owner": ("rep",)}
_OF_A_LEAD = ("activity", "task")
"""Kinds of records that belong to one lead; of others it is not known whom they touch."""


def last_whole_run(store: Store, rules: ScoreRules, day: int) -> int | None:
    """Return the operation after which every score was as these rules give it on this day.

    None if there is no such run, or if something has changed since that may touch any lead.
    """
    for run in store.query(
        "SELECT operation, day, rules_hash, whole FROM score_runs ORDER BY operation DESC"
    ):
        if run["rules_hash"] != rules.hash or (rules.daily and run["day"] != day):
            return None
        if run["whole"]:
            since = int(run["operation"])
            return None if _touched_anybody(store, rules, since) else since
    return None


def want_touched(op: Operation, rules: ScoreRules, since: int) -> None:
    """Put in the table `wanted` the leads whose facts were changed after operation `since`."""
    queries = [
        "SELECT record FROM changes WHERE operation > :since AND kind = 'lead'",
        _created("lead", "id"),
    ]
    for kind in _kinds_read(rules):
        if kind in _OF_A_LEAD:
            queries += [_created(kind, "lead_id"), *_changed(kind)]
    leads = " UNION ".join(queries)
    op.connection.execute(
        f"""WITH touched (lead) AS ({leads})
        INSERT INTO temp.wanted SELECT lead FROM touched WHERE lead IS NOT NULL""",
        {"since": since},
    )


def _touched_anybody(store: Store, rules: ScoreRules, since: int) -> bool:
    kinds = [f"'{kind}'" for kind in _kinds_read(rules) if kind not in _OF_A_LEAD]
    if not kinds:
        return False
    after = f"WHERE operation > :since AND kind IN ({', '.join(kinds)})"
    found = store.value(
        f"""SELECT EXISTS (SELECT 1 FROM changes {after}) OR EXISTS (SELECT 1 FROM creations {after})
        OR EXISTS (SELECT 1 FROM removals {after})""",
        {"since": since},
    )
    return bool(found)


def _kinds_read(rules: ScoreRules) -> list[str]:
    """Return the kinds of records, beside leads, that the rules look at."""
    kinds = {kind for field in rules.reads for kind in _OF.get(field, ())}
    if any(rule.kinds for rule in rules.rules):
        kinds.add("activity")
    return sorted(kinds)


def _created(kind: str, lead: str) -> str:
    table = KINDS[kind]
    return f"""SELECT {table}.{lead} FROM creations AS made
        JOIN {table} ON {table}.id BETWEEN made.first_id AND made.last_id
        WHERE made.operation > :since AND made.kind = '{kind}'"""


def _changed(kind: str) -> list[str]:
    """Return queries of the leads to whom records belong, or belonged, that were changed."""
    after = f"operation > :since AND kind = '{kind}'"
    return [
        f"SELECT lead_id FROM {KINDS[kind]} WHERE id IN (SELECT record FROM changes WHERE {after})",
        f"SELECT before FROM changes WHERE {after} AND field = 'lead_id'",
        f"SELECT after FROM changes WHERE {after} AND field = 'lead_id'",
        f"SELECT {json_value('before', 'lead_id')} FROM removals WHERE {after}",
    ]
