"""When a lead was touched, as SQL over `lead`: each looks up its own activities, in their index."""

from __future__ import annotations

OWN = "coalesce(a.direction, '') <> 'in' AND a.kind NOT IN ('form', 'visit')"
"""The condition of an activity that is ours: what a lead does by itself is no touch."""

_SEEN = "FROM activities AS a WHERE a.lead_id = lead.id AND a.day <= (SELECT day FROM temp.clock)"
ANY = f"SELECT 1 {_SEEN}"
"""Whatever happened with the lead by today."""
NEWEST = f"SELECT max(a.day) {_SEEN}"
"""The day of the last of it, NULL without any."""
FIRST = f"SELECT min(a.day) {_SEEN} AND {OWN}"
"""The day of our first activity, NULL without one."""
