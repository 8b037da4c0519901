"""The schema of the database: numbered, named steps of plain DDL, each applied once."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

APPLICATION_ID = 0x4C454144
"""`LEAD`, in the header of every database of ours."""


class Migration(NamedTuple):
    """One step of the schema; its number is the database's `user_version` afterwards."""

    number: int
    name: str
    statements: tuple[str, ...]


_PERSON = """
    first_name TEXT COLLATE NOCASE, last_name TEXT COLLATE NOCASE, salutation TEXT COLLATE NOCASE,
    title TEXT COLLATE NOCASE, email TEXT COLLATE NOCASE, phone TEXT, mobile TEXT,
    email_opt_out INTEGER"""
_ADDRESS = """
    street TEXT COLLATE NOCASE, city TEXT COLLATE NOCASE, state TEXT COLLATE NOCASE,
    postal_code TEXT COLLATE NOCASE, country TEXT COLLATE NOCASE"""
_COMPANY = """
    website TEXT COLLATE NOCASE, industry TEXT COLLATE NOCASE, employees INTEGER,
    annual_revenue INTEGER"""
_ORIGIN = """
    source TEXT COLLATE NOCASE, campaign TEXT COLLATE NOCASE"""
# Foreign keys wait for the commit: leads and deals name each other.
_REP = "REFERENCES reps (id) DEFERRABLE INITIALLY DEFERRED"
_LEAD = "REFERENCES leads (id) DEFERRABLE INITIALLY DEFERRED"
_CONTACT = "REFERENCES contacts (id) DEFERRABLE INITIALLY DEFERRED"
_ACCOUNT = "REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED"
_DEAL = "REFERENCES deals (id) DEFERRABLE INITIALLY DEFERRED"
_POOL = "REFERENCES pools (id) DEFERRABLE INITIALLY DEFERRED"
_COMMON = f"""
    description TEXT COLLATE NOCASE, tags TEXT COLLATE NOCASE, owner_id INTEGER {_REP},
    external_id TEXT, external_system TEXT COLLATE NOCASE, extra TEXT,
    created_at TEXT NOT NULL, created_day INTEGER NOT NULL,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1"""
_KEY = "id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL"

FIRST = (
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
    {_KEY}, name TEXT NOT NULL COLLATE NOCASE, active INTEGER NOT NULL DEFAULT 1,
    away_from INTEGER, away_until INTEGER,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT""",
    "CREATE UNIQUE INDEX reps_name ON reps (name)",
    f"""CREATE TABLE pools (
    {_KEY}, name TEXT NOT NULL COLLATE NOCASE, everyone INTEGER NOT NULL DEFAULT 0,
    last_rep_id INTEGER {_REP},
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT""",
    "CREATE UNIQUE INDEX pools_name ON pools (name)",
    "CREATE INDEX pools_last_rep ON pools (last_rep_id)",
    # The rotation of all active reps is a pool like any other, without a list of members.
    """INSERT INTO pools (uid, name, everyone, updated_at)
    VALUES (lower(hex(randomblob(16))), 'everyone', 1, '1970-01-01T00:00:00Z')""",
    f"""CREATE TABLE pool_members (
    {_KEY}, pool_id INTEGER NOT NULL {_POOL}, rep_id INTEGER NOT NULL {_REP},
    active INTEGER NOT NULL DEFAULT 1,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT""",
    "CREATE UNIQUE INDEX pool_members_pair ON pool_members (pool_id, rep_id)",
    "CREATE INDEX pool_members_rep ON pool_members (rep_id)",
    f"""CREATE TABLE accounts (
    {_KEY}, name TEXT COLLATE NOCASE, domain TEXT COLLATE NOCASE, phone TEXT, {_COMPANY},
    currency TEXT, {_ADDRESS}, parent_id INTEGER {_ACCOUNT}, {_COMMON}) STRICT""",
    f"""CREATE TABLE contacts (
    {_KEY}, {_PERSON}, {_ADDRESS}, account_id INTEGER {_ACCOUNT}, {_ORIGIN}, {_COMMON}) STRICT""",
    f"""CREATE TABLE leads (
    {_KEY}, {_PERSON}, company TEXT COLLATE NOCASE, {_COMPANY}, {_ORIGIN},
    status TEXT NOT NULL COLLATE NOCASE, lost_reason TEXT COLLATE NOCASE,
    rating TEXT COLLATE NOCASE, amount INTEGER, currency TEXT COLLATE NOCASE,
    product TEXT COLLATE NOCASE, {_ADDRESS}, converted_at TEXT, contact_id INTEGER {_CONTACT},
    account_id INTEGER {_ACCOUNT}, deal_id INTEGER {_DEAL}, {_COMMON}) STRICT""",
    f"""CREATE TABLE deals (
    {_KEY}, name TEXT COLLATE NOCASE, account_id INTEGER {_ACCOUNT},
    contact_id INTEGER {_CONTACT}, lead_id INTEGER {_LEAD}, stage TEXT NOT NULL COLLATE NOCASE,
    amount INTEGER, currency TEXT, probability INTEGER, closed_at TEXT, converted_at TEXT,
    product TEXT COLLATE NOCASE, lost_reason TEXT COLLATE NOCASE, {_ORIGIN}, {_COMMON}) STRICT""",
    f"""CREATE TABLE activities (
    {_KEY}, lead_id INTEGER {_LEAD}, contact_id INTEGER {_CONTACT}, account_id INTEGER {_ACCOUNT},
    deal_id INTEGER {_DEAL}, kind TEXT NOT NULL COLLATE NOCASE, at TEXT NOT NULL,
    day INTEGER NOT NULL, direction TEXT CHECK (direction IN ('in', 'out')),
    outcome TEXT COLLATE NOCASE, duration INTEGER, note TEXT COLLATE NOCASE, external_id TEXT,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT""",
    f"""CREATE TABLE assignments (
    {_KEY}, lead_id INTEGER NOT NULL {_LEAD}, rep_id INTEGER NOT NULL {_REP},
    pool_id INTEGER {_POOL}, rule TEXT, passed_over TEXT, at TEXT NOT NULL,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT""",
    f"""CREATE TABLE imported_rows (
    {_KEY}, fingerprint INTEGER NOT NULL, lead_id INTEGER NOT NULL {_LEAD},
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

_FROM_ELSEWHERE = "external_id TEXT, external_system TEXT COLLATE NOCASE, extra TEXT"
_ABOUT = f"""
    lead_id INTEGER {_LEAD}, contact_id INTEGER {_CONTACT}, account_id INTEGER {_ACCOUNT},
    deal_id INTEGER {_DEAL}"""
_OF_A_ROW = {
    "lead_id": _LEAD,
    "contact_id": _CONTACT,
    "account_id": _ACCOUNT,
    "deal_id": _DEAL,
    "campaign_id": "REFERENCES campaigns (id) DEFERRABLE INITIALLY DEFERRED",
}

SECOND = (
    f"""CREATE TABLE tasks (
    {_KEY}, {_ABOUT}, title TEXT COLLATE NOCASE, due_day INTEGER, due_at TEXT, done_at TEXT,
    owner_id INTEGER {_REP}, note TEXT COLLATE NOCASE, {_FROM_ELSEWHERE},
    created_at TEXT NOT NULL, created_day INTEGER NOT NULL,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT""",
    f"""CREATE TABLE campaigns (
    {_KEY}, name TEXT COLLATE NOCASE, kind TEXT COLLATE NOCASE, source TEXT COLLATE NOCASE,
    starts_day INTEGER, ends_day INTEGER, budget INTEGER, cost INTEGER, currency TEXT,
    {_COMMON}) STRICT""",
    f"""CREATE TABLE transactions (
    {_KEY}, account_id INTEGER NOT NULL {_ACCOUNT}, kind TEXT COLLATE NOCASE,
    number TEXT COLLATE NOCASE, amount INTEGER, currency TEXT, at TEXT NOT NULL,
    day INTEGER NOT NULL, {_FROM_ELSEWHERE},
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT""",
    f"""CREATE TABLE imported_files (
    {_KEY}, sha256 TEXT NOT NULL, name TEXT NOT NULL, at TEXT NOT NULL,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT""",
    "CREATE INDEX imported_files_sha256 ON imported_files (sha256)",
    "ALTER TABLE activities ADD COLUMN external_system TEXT COLLATE NOCASE",
    "ALTER TABLE activities ADD COLUMN extra TEXT",
    # A row may belong to any record that files bring. The new table takes the old one's name, so
    # that its definition stands in the file as it is written here.
    "ALTER TABLE imported_rows RENAME TO imported_rows_1",
    f"""CREATE TABLE imported_rows (
    {_KEY}, fingerprint INTEGER NOT NULL,
    {", ".join(f"{column} INTEGER {target}" for column, target in _OF_A_ROW.items())},
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1,
    CHECK ({" + ".join(f"({column} IS NOT NULL)" for column in _OF_A_ROW)} = 1)) STRICT""",
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
            "imported_rows": tuple(_OF_A_ROW),
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

MIGRATIONS = (
    Migration(1, "the main job", FIRST),
    Migration(2, "history comes along", SECOND),
)
LATEST = MIGRATIONS[-1].number


def schema_version(connection: sqlite3.Connection) -> int:
    """Return the number of the newest migration that this database has had; 0 for none."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def apply(connection: sqlite3.Connection) -> None:
    """Bring the schema up to date; the caller holds the write lock and has made a backup."""
    present = schema_version(connection)
    for migration in MIGRATIONS:
        if migration.number > present:
            for statement in migration.statements:
                connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {LATEST}")
