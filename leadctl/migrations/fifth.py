"""Schema 5, duplicates: what a person has said of records that look alike."""

from __future__ import annotations

from leadctl.migrations.columns import KEY

STATEMENTS = (
    # No foreign keys: what was said of a record that is gone neither helps nor harms, and must not
    # keep an import from being undone.
    f"""CREATE TABLE not_duplicates (
    {KEY}, kind TEXT NOT NULL, record INTEGER NOT NULL, other_kind TEXT NOT NULL,
    other INTEGER NOT NULL, updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT""",
    "CREATE UNIQUE INDEX not_duplicates_pair ON not_duplicates (kind, record, other_kind, other)",
    "CREATE INDEX not_duplicates_other ON not_duplicates (other_kind, other)",
)
