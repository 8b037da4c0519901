"""When a lead was touched, as SQL over `lead`: each looks up its own activities, in their index."""

from __future__ import annotations

from leadctl.lead_view import TOUCH

_SEEN = "FROM activities AS a WHERE a.lead_id = lead.id AND a.day <= (SELECT day FROM temp.clock)"
FIRST = f"SELECT a.day {_SEEN} AND {TOUCH} ORDER BY a.day LIMIT 1"
"""The day of the first touch by today, NULL without one."""
_ANY_BEFORE = f"""EXISTS (SELECT 1 FROM activities AS b WHERE b.lead_id = a.lead_id
    AND b.day <= a.day AND {TOUCH.replace("a.", "b.")})"""
NEWEST_IF_TOUCHED = f"""SELECT CASE WHEN {TOUCH} OR {_ANY_BEFORE} THEN a.day END {_SEEN}
    ORDER BY a.day DESC LIMIT 1"""
"""The day of the newest activity of a touched lead, from either side; NULL for an untouched one.

Mostly the newest one is a touch, and no other is looked for.
"""
