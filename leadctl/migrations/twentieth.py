"""Schema 20, owners: whose a lead is stands in a narrow row, as nothing else changes so often."""

from __future__ import annotations

from leadctl.migrations.columns import REP

_FIGURES = "source, campaign, status, created_day, converted_at"

STATEMENTS = (
    "DROP INDEX leads_owner_id",
    "DROP INDEX leads_to_assign",
    "DROP INDEX leads_figures",
    "DROP INDEX leads_converted",
    # A lead that nobody ever had has no row.
    f"""CREATE TABLE owners (
    lead_id INTEGER PRIMARY KEY REFERENCES leads (id) ON DELETE CASCADE, owner_id INTEGER {REP},
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 0) STRICT""",
    """INSERT INTO owners (lead_id, owner_id, updated_at)
    SELECT id, owner_id, updated_at FROM leads WHERE owner_id IS NOT NULL ORDER BY id""",
    "CREATE INDEX owners_owner ON owners (owner_id, lead_id) WHERE owner_id IS NOT NULL",
    "ALTER TABLE leads DROP COLUMN owner_id",
    "ALTER TABLE leads RENAME TO wide_leads",
    f"CREATE INDEX leads_figures ON wide_leads ({_FIGURES})",
    f"""CREATE INDEX leads_converted ON wide_leads ({_FIGURES})
    WHERE converted_at IS NOT NULL""",
    # Derived: leads to deal are found, and counted, without a look at those that have an owner.
    """CREATE TABLE unowned (
    lead_id INTEGER PRIMARY KEY, created_at TEXT NOT NULL, status TEXT NOT NULL COLLATE NOCASE,
    converted INTEGER NOT NULL) STRICT""",
    """INSERT INTO unowned SELECT id, created_at, status, converted_at IS NOT NULL FROM wide_leads
    WHERE id NOT IN (SELECT lead_id FROM owners) ORDER BY id""",
    "CREATE INDEX unowned_status ON unowned (status, converted)",
)
