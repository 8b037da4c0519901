"""Schema 18, what changed seldom: found at once beside the many moves of status and of owners."""

from __future__ import annotations

STATEMENTS = (
    """CREATE INDEX changes_of_facts ON changes (operation, record, field, before)
    WHERE kind = 'lead' AND field <> 'status' AND field <> 'owner_id'""",
)
