"""Schema 17, when leads were touched: the first touch of each is found without its other activities."""

from __future__ import annotations

STATEMENTS = (
    # The condition is `lead_view.TOUCH`; it needs kind and direction, or SQLite reads wide rows for it.
    """CREATE INDEX activities_touches ON activities (lead_id, day, kind, direction)
    WHERE direction IS NOT 'in' AND kind NOT IN ('form', 'visit')""",
)
