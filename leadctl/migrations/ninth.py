"""Schema 9, reports: what sources cost, and the moves of status by lead."""

from __future__ import annotations

from leadctl.migrations.columns import KEY

STATEMENTS = (
    f"""CREATE TABLE source_costs (
    {KEY}, source TEXT NOT NULL COLLATE NOCASE, month TEXT NOT NULL, amount INTEGER NOT NULL,
    currency TEXT COLLATE NOCASE,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT""",
    """CREATE UNIQUE INDEX source_costs_month
    ON source_costs (source, month, coalesce(currency, ''))""",
    # The narrow log of status moves: the journal's own rows, without what was undone.
    """CREATE INDEX changes_of_status ON changes (record, operation, before, after)
    WHERE kind = 'lead' AND field = 'status' AND undone_by IS NULL""",
    # What reports count by stands in one index, in whose order they group.
    """CREATE INDEX leads_figures
    ON leads (source, campaign, status, created_day, converted_at, owner_id)""",
    "CREATE INDEX activities_day ON activities (day, kind, direction, lead_id)",
)
