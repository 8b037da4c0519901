"""Schema 4, assignment: caps and working hours of reps, weights in pools, hand-overs, run keys."""

from __future__ import annotations

from leadctl.migrations.columns import DEAL, KEY, LEAD, REP

TASK = "REFERENCES tasks (id) DEFERRABLE INITIALLY DEFERRED"

STATEMENTS = (
    *(
        f"ALTER TABLE reps ADD COLUMN {column}"
        for column in (
            *("max_open INTEGER", "max_day INTEGER", "max_week INTEGER"),
            # Days as digits, 1 for Monday; hours as minutes since midnight.
            *("work_days TEXT", "work_from INTEGER", "work_until INTEGER"),
        )
    ),
    "ALTER TABLE pool_members ADD COLUMN weight INTEGER",
    # The count of a weighted pool: its members with their weights, and how many leads of it went.
    "ALTER TABLE pools ADD COLUMN quota TEXT",
    "ALTER TABLE pools ADD COLUMN quota_dealt INTEGER",
    f"""CREATE TABLE handovers (
    {KEY}, lead_id INTEGER {LEAD}, task_id INTEGER {TASK}, deal_id INTEGER {DEAL},
    from_rep_id INTEGER NOT NULL {REP}, to_rep_id INTEGER NOT NULL {REP}, until_day INTEGER,
    returned INTEGER NOT NULL DEFAULT 0, at TEXT NOT NULL,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT""",
    *(
        f"CREATE INDEX handovers_{column} ON handovers ({column}_id) WHERE {column}_id IS NOT NULL"
        for column in ("lead", "task", "deal", "from_rep", "to_rep")
    ),
    f"""CREATE TABLE run_keys (
    {KEY}, key TEXT NOT NULL, at TEXT NOT NULL,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT""",
    "CREATE UNIQUE INDEX run_keys_key ON run_keys (key)",
    # Leads to deal are found without a look at those that have an owner.
    """CREATE INDEX leads_to_assign ON leads (created_at, id, status)
    WHERE owner_id IS NULL AND converted_at IS NULL""",
    # Caps count what a rep got since a time.
    "DROP INDEX assignments_rep_id",
    "CREATE INDEX assignments_rep ON assignments (rep_id, at)",
)
