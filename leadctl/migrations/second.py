"""Schema 2, history comes along: tasks, campaigns, transactions, and the files that were read."""

from __future__ import annotations

from leadctl.migrations.columns import (
    ABOUT,
    ACCOUNT,
    COMMON,
    CONTACT,
    DEAL,
    FROM_ELSEWHERE,
    KEY,
    LEAD,
    REP,
)

OF_A_ROW = {
    "lead_id": LEAD,
    "contact_id": CONTACT,
    "account_id": ACCOUNT,
    "deal_id": DEAL,
    "campaign_id": "REFERENCES campaigns (id) DEFERRABLE INITIALLY DEFERRED",
}

STATEMENTS = (
    f"""CREATE TABLE tasks (
    {KEY}, {ABOUT}, title TEXT COLLATE NOCASE, due_day INTEGER, due_at TEXT, done_at TEXT,
    owner_id INTEGER {REP}, note TEXT COLLATE NOCASE, {FROM_ELSEWHERE},
    created_at TEXT NOT NULL, created_day INTEGER NOT NULL,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT""",
    f"""CREATE TABLE campaigns (
    {KEY}, name TEXT COLLATE NOCASE, kind TEXT COLLATE NOCASE, source TEXT COLLATE NOCASE,
    starts_day INTEGER, ends_day INTEGER, budget INTEGER, cost INTEGER, currency TEXT,
    {COMMON}) STRICT""",
    f"""CREATE TABLE transactions (
    {KEY}, account_id INTEGER NOT NULL {ACCOUNT}, kind TEXT COLLATE NOCASE,
    number TEXT COLLATE NOCASE, amount INTEGER, currency TEXT, at TEXT NOT NULL,
    day INTEGER NOT NULL, {FROM_ELSEWHERE},
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT""",
    f"""CREATE TABLE imported_files (
    {KEY}, sha256 TEXT NOT NULL, name TEXT NOT NULL, at TEXT NOT NULL,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT""",
    "CREATE INDEX imported_files_sha256 ON imported_files (sha256)",
    "ALTER TABLE activities ADD COLUMN external_system TEXT COLLATE NOCASE",
    "ALTER TABLE activities ADD COLUMN extra TEXT",
    # A row may belong to any record that files bring. The new table takes the old one's name, so
    # that its definition stands in the file as it is written here.
    "ALTER TABLE imported_rows RENAME TO imported_rows_1",
    f"""CREATE TABLE imported_rows (
    {KEY}, fingerprint INTEGER NOT NULL,
    {", ".join(f"{column} INTEGER {target}" for column, target in OF_A_ROW.items())},
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1,
    CHECK ({" + ".join(f"({column} IS NOT NULL)" for column in OF_A_ROW)} = 1)) STRICT""",
    """INSERT INTO sqlite_sequence (name, seq)
    SELECT 'imported_rows', seq FROM sqlite_sequence WHERE name = 'imported_rows_1'""",
    """INSERT INTO imported_rows (id, uid, fingerprint, lead_id, updated_at, version)
    SELECT id, uid, fingerprint, lead_id, updated_at, version FROM imported_rows_1 ORDER BY id""",
    "DROP TABLE imported_rows_1",
    "CREATE INDEX imported_rows_fingerprint ON imported_rows (fingerprint)",
    *(
        f"CREATE UNIQUE INDEX {table}_external ON {table} (external_id, coalesce(external_system, ''))"
        " WHERE external_id IS NOT NULL"
        for table in ("activities", "tasks", "campaigns", "transactions")
    ),
    *(
        f"CREATE INDEX {table}_{column.removesuffix('_id')} ON {table} ({column})"
        f" WHERE {column} IS NOT NULL"
        for table, columns in {
            "imported_rows": tuple(OF_A_ROW),
            "tasks": ("lead_id", "contact_id", "account_id", "deal_id", "owner_id", "due_day"),
            "campaigns": ("owner_id", "name"),
            "deals": ("name",),
        }.items()
        for column in columns
    ),
    "CREATE INDEX transactions_account ON transactions (account_id, day)",
    # People are looked up by their name alone only as contacts.
    "CREATE INDEX match_keys_name ON match_keys (name) WHERE kind = 'contact' AND name IS NOT NULL",
    # What scores count of an activity stands in the index.
    "DROP INDEX activities_lead",
    "CREATE INDEX activities_lead ON activities (lead_id, day, kind, direction)",
)
