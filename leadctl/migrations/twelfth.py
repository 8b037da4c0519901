"""Schema 12, quick reports: the narrow log of moves of status, and what reports count by."""

from __future__ import annotations

STATEMENTS = (
    # Derived from the journal, as leadctl.moves says.
    """CREATE TABLE status_moves (
    lead_id INTEGER NOT NULL REFERENCES leads (id) ON DELETE CASCADE, number INTEGER NOT NULL,
    operation INTEGER, before TEXT COLLATE NOCASE, after TEXT COLLATE NOCASE,
    converted INTEGER NOT NULL, day INTEGER, stay INTEGER, days INTEGER,
    route TEXT NOT NULL COLLATE NOCASE, now TEXT COLLATE NOCASE,
    PRIMARY KEY (lead_id, number)) STRICT, WITHOUT ROWID""",
    # Reports group in the order of these, so that nothing is sorted.
    "CREATE INDEX status_moves_reached ON status_moves (route, after, now, converted, days)",
    "CREATE INDEX status_moves_left ON status_moves (before, stay, day)",
)
