"""Schema 3, rules prove themselves: ranks, which runs were of all leads, and views."""

from __future__ import annotations

from leadctl.migrations.columns import KEY

STATEMENTS = (
    "ALTER TABLE scores ADD COLUMN rank TEXT COLLATE NOCASE",
    # Whether the run has seen to every lead, so that the next one need not.
    "ALTER TABLE score_runs ADD COLUMN whole INTEGER NOT NULL DEFAULT 0",
    "CREATE INDEX leads_converted ON leads (converted_at) WHERE converted_at IS NOT NULL",
    f"""CREATE TABLE views (
    {KEY}, name TEXT NOT NULL COLLATE NOCASE, filters TEXT NOT NULL, sort TEXT, columns TEXT,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT""",
    "CREATE UNIQUE INDEX views_name ON views (name)",
)
