"""Conversions that are made again: a lead is converted as a whole or not at all.

Of which leads a part cannot be as it was stands in the table temp.halves.
"""

from __future__ import annotations

from leadctl.undo.removals import RETURNS, points_at_nothing
from leadctl.undo.since import stands
from leadctl.undo.target import Target

FIELDS = ("converted_at", "status", "contact_id", "account_id", "deal_id")
"""The fields of a lead that a conversion writes."""
WHOLE = "a lead is converted again as a whole"
"""Why a field is kept that could go back by itself."""

_HALF = """EXISTS (SELECT 1 FROM temp.halves AS h
    WHERE h.kind = c.kind AND h.record = c.record)"""


def half(kind: str, field: str) -> str:
    """Return the condition that a change `c` belongs to a conversion that is not made again."""
    return _HALF if kind == "lead" and field in FIELDS else "0"


def gather(target: Target) -> None:
    """Fill temp.halves with the leads of which a part of the conversion has to stay away."""
    target.empty("halves")
    fields = target.fields("lead")
    for field in FIELDS if "converted_at" in fields else ():
        if field in fields:
            target.connection.execute(
                f"""INSERT INTO temp.halves SELECT c.kind, c.record FROM changes AS v
                JOIN changes AS c ON c.operation = v.operation AND c.kind = v.kind
                AND c.record = v.record AND c.field = '{field}' AND c.undone_by IS NULL
                JOIN leads AS t ON t.id = c.record WHERE v.operation = :target
                AND v.kind = 'lead' AND v.field = 'converted_at' AND v.undone_by IS NULL
                AND v.before IS NOT NULL AND NOT {_HALF} AND NOT {RETURNS}
                AND (NOT {stands(target, "lead", field)}
                OR {points_at_nothing(target, "lead", field)})""",
                target.bound,
            )
