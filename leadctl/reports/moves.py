"""Moves of leads from status to status, as the journal has them: what was undone never happened.

They are read from the journal through the index `changes_of_status`, which holds nothing else, so
that there is no second log that could say something else.
"""

from __future__ import annotations

from collections.abc import Iterable

MOVES = """changes AS c JOIN operations AS o ON o.id = c.operation
    WHERE c.kind = 'lead' AND c.field = 'status' AND c.undone_by IS NULL AND o.undoes IS NULL"""
"""Behind FROM: each move `c` of a lead (`record`, `before`, `after`) and its operation `o`."""


def ever(statuses: Iterable[str]) -> str:
    """Return the condition of leads that are or ever were in one of these statuses.

    A lead that was converted counts as having been in every status of the role converted; its
    statuses are bound by `bound`.
    """
    words = ", ".join(f":ever{number}" for number, _ in enumerate(statuses)) or "NULL"
    return f"""(converted_at IS NOT NULL OR status IN ({words}) OR id IN (
        SELECT c.record FROM {MOVES}
        AND (c.before COLLATE NOCASE IN ({words}) OR c.after COLLATE NOCASE IN ({words}))))"""


def bound(statuses: Iterable[str]) -> dict[str, str]:
    """Return what `ever` binds."""
    return {f"ever{number}": status for number, status in enumerate(statuses)}
