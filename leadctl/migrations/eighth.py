"""Schema 8, fields of one's own: which ones `leadctl field add` declared."""

from __future__ import annotations

from leadctl.migrations.columns import KEY

STATEMENTS = (
    f"""CREATE TABLE custom_fields (
    {KEY}, kind TEXT NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL, choices TEXT,
    identifying INTEGER NOT NULL DEFAULT 0, meaning TEXT,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT""",
    "CREATE UNIQUE INDEX custom_fields_name ON custom_fields (kind, name)",
)
