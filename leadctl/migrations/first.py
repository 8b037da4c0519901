"""Schema 1, the main job: a lead goes from a file to a contact, an account and a deal."""

from __future__ import annotations

from leadctl.migrations.columns import (
    ACCOUNT,
    ADDRESS,
    COMMON,
    COMPANY,
    CONTACT,
    DEAL,
    KEY,
    LEAD,
    ORIGIN,
    PERSON,
    POOL,
    REP,
)

STATEMENTS = (
    # The journal: who did what, and what stood there before.
    """CREATE TABLE operations (
    id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL, at TEXT NOT NULL, actor TEXT NOT NULL,
    decided_by TEXT NOT NULL CHECK (decided_by IN ('person', 'machine')),
    command TEXT NOT NULL, counts TEXT NOT NULL, undoable INTEGER NOT NULL DEFAULT 1,
    undoes INTEGER REFERENCES operations (id), undone_by INTEGER REFERENCES operations (id)
    ) STRICT""",
    """CREATE TABLE changes (
    operation INTEGER NOT NULL REFERENCES operations (id), kind TEXT NOT NULL,
    record INTEGER NOT NULL, field TEXT NOT NULL, before ANY, after ANY,
    undone_by INTEGER REFERENCES operations (id),
    PRIMARY KEY (operation, kind, record, field)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX changes_of_record ON changes (kind, record)",
    """CREATE TABLE creations (
    operation INTEGER NOT NULL REFERENCES operations (id), kind TEXT NOT NULL,
    first_id INTEGER NOT NULL, last_id INTEGER NOT NULL,
    PRIMARY KEY (operation, kind, first_id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX creations_of_record ON creations (kind, first_id, last_id)",
    """CREATE TABLE removals (
    operation INTEGER NOT NULL REFERENCES operations (id), kind TEXT NOT NULL,
    record INTEGER NOT NULL, before TEXT NOT NULL, undone_by INTEGER REFERENCES operations (id),
    PRIMARY KEY (operation, kind, record)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX removals_of_record ON removals (kind, record)",
    # The facts.
    f"""CREATE TABLE reps (
    {KEY}, name TEXT NOT NULL COLLATE NOCASE, active INTEGER NOT NULL DEFAULT 1,
    away_from INTEGER, away_until INTEGER,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT""",
    "CREATE UNIQUE INDEX reps_name ON reps (name)",
    f"""CREATE TABLE pools (
    {KEY}, name TEXT NOT NULL COLLATE NOCASE, everyone INTEGER NOT NULL DEFAULT 0,
    last_rep_id INTEGER {REP},
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT""",
    "CREATE UNIQUE INDEX pools_name ON pools (name)",
    "CREATE INDEX pools_last_rep ON pools (last_rep_id)",
    # The rotation of all active reps is a pool like any other, without a list of members.
    """INSERT INTO pools (uid, name, everyone, updated_at)
    VALUES (lower(hex(randomblob(16))), 'everyone', 1, '1970-01-01T00:00:00Z')""",
    f"""CREATE TABLE pool_members (
    {KEY}, pool_id INTEGER NOT NULL {POOL}, rep_id INTEGER NOT NULL {REP},
    active INTEGER NOT NULL DEFAULT 1,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT""",
    "CREATE UNIQUE INDEX pool_members_pair ON pool_members (pool_id, rep_id)",
    "CREATE INDEX pool_members_rep ON pool_members (rep_id)",
    f"""CREATE TABLE accounts (
    {KEY}, name TEXT COLLATE NOCASE, domain TEXT COLLATE NOCASE, phone TEXT, {COMPANY},
    currency TEXT, {ADDRESS}, parent_id INTEGER {ACCOUNT}, {COMMON}) STRICT""",
    f"""CREATE TABLE contacts (
    {KEY}, {PERSON}, {ADDRESS}, account_id INTEGER {ACCOUNT}, {ORIGIN}, {COMMON}) STRICT""",
    f"""CREATE TABLE leads (
    {KEY}, {PERSON}, company TEXT COLLATE NOCASE, {COMPANY}, {ORIGIN},
    status TEXT NOT NULL COLLATE NOCASE, lost_reason TEXT COLLATE NOCASE,
    rating TEXT COLLATE NOCASE, amount INTEGER, currency TEXT COLLATE NOCASE,
    product TEXT COLLATE NOCASE, {ADDRESS}, converted_at TEXT, contact_id INTEGER {CONTACT},
    account_id INTEGER {ACCOUNT}, deal_id INTEGER {DEAL}, {COMMON}) STRICT""",
    f"""CREATE TABLE deals (
    {KEY}, name TEXT COLLATE NOCASE, account_id INTEGER {ACCOUNT},
    contact_id INTEGER {CONTACT}, lead_id INTEGER {LEAD}, stage TEXT NOT NULL COLLATE NOCASE,
    amount INTEGER, currency TEXT, probability INTEGER, closed_at TEXT, converted_at TEXT,
    product TEXT COLLATE NOCASE, lost_reason TEXT COLLATE NOCASE, {ORIGIN}, {COMMON}) STRICT""",
    f"""CREATE TABLE activities (
    {KEY}, lead_id INTEGER {LEAD}, contact_id INTEGER {CONTACT}, account_id INTEGER {ACCOUNT},
    deal_id INTEGER {DEAL}, kind TEXT NOT NULL COLLATE NOCASE, at TEXT NOT NULL,
    day INTEGER NOT NULL, direction TEXT CHECK (direction IN ('in', 'out')),
    outcome TEXT COLLATE NOCASE, duration INTEGER, note TEXT COLLATE NOCASE, external_id TEXT,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT""",
    f"""CREATE TABLE assignments (
    {KEY}, lead_id INTEGER NOT NULL {LEAD}, rep_id INTEGER NOT NULL {REP},
    pool_id INTEGER {POOL}, rule TEXT, passed_over TEXT, at TEXT NOT NULL,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT""",
    f"""CREATE TABLE imported_rows (
    {KEY}, fingerprint INTEGER NOT NULL, lead_id INTEGER NOT NULL {LEAD},
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT""",
    "CREATE INDEX imported_rows_fingerprint ON imported_rows (fingerprint)",
    "CREATE INDEX imported_rows_lead ON imported_rows (lead_id)",
    *(
        f"CREATE UNIQUE INDEX {table}_external ON {table} (external_id, coalesce(external_system, ''))"
        " WHERE external_id IS NOT NULL"
        for table in ("leads", "contacts", "accounts", "deals")
    ),
    *(
        f"CREATE INDEX {table}_{column} ON {table} ({column}) WHERE {column} IS NOT NULL"
        for table, columns in {
            "leads": ("owner_id", "source", "contact_id", "account_id", "deal_id"),
            "contacts": ("owner_id", "account_id"),
            "accounts": ("owner_id", "parent_id"),
            "deals": ("owner_id", "account_id", "contact_id", "lead_id"),
            "activities": ("contact_id", "account_id", "deal_id"),
            "assignments": ("rep_id", "pool_id"),
        }.items()
        for column in columns
    ),
    "CREATE INDEX leads_status ON leads (status)",
    "CREATE INDEX activities_lead ON activities (lead_id, day)",
    "CREATE INDEX assignments_lead ON assignments (lead_id)",
    # What is derived: never journaled, and rebuilt from the facts at any time.
    """CREATE TABLE scores (
    lead_id INTEGER PRIMARY KEY REFERENCES leads (id) ON DELETE CASCADE,
    total INTEGER, fit INTEGER, engagement INTEGER, grade TEXT, points TEXT,
    run INTEGER REFERENCES score_runs (operation)) STRICT""",
    "CREATE INDEX scores_total ON scores (total, lead_id)",
    """CREATE TABLE score_runs (
    operation INTEGER PRIMARY KEY REFERENCES operations (id), day INTEGER NOT NULL,
    at TEXT NOT NULL, rules_path TEXT NOT NULL, rules_hash TEXT NOT NULL, lines TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE match_keys (
    kind TEXT NOT NULL, record INTEGER NOT NULL, email TEXT, phone TEXT, name TEXT, company TEXT,
    domain TEXT, normaliser INTEGER NOT NULL, PRIMARY KEY (kind, record)
    ) STRICT, WITHOUT ROWID""",
    *(
        f"CREATE INDEX match_keys_{column} ON match_keys ({columns}) WHERE {column} IS NOT NULL"
        for column, columns in {
            "email": "email, kind",
            "phone": "phone, name, kind",
            "company": "company, name, kind",
            "domain": "domain, kind",
        }.items()
    ),
)
