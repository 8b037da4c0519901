"""Columns that tables of several migrations share, as DDL."""

from __future__ import annotations

PERSON = """
    first_name TEXT COLLATE NOCASE, last_name TEXT COLLATE NOCASE, salutation TEXT COLLATE NOCASE,
    title TEXT COLLATE NOCASE, email TEXT COLLATE NOCASE, phone TEXT, mobile TEXT,
    email_opt_out INTEGER"""
ADDRESS = """
    street TEXT COLLATE NOCASE, city TEXT COLLATE NOCASE, state TEXT COLLATE NOCASE,
    postal_code TEXT COLLATE NOCASE, country TEXT COLLATE NOCASE"""
COMPANY = """
    website TEXT COLLATE NOCASE, industry TEXT COLLATE NOCASE, employees INTEGER,
    annual_revenue INTEGER"""
ORIGIN = """
    source TEXT COLLATE NOCASE, campaign TEXT COLLATE NOCASE"""
# Foreign keys wait for the commit: leads and deals name each other.
REP = "REFERENCES reps (id) DEFERRABLE INITIALLY DEFERRED"
LEAD = "REFERENCES leads (id) DEFERRABLE INITIALLY DEFERRED"
CONTACT = "REFERENCES contacts (id) DEFERRABLE INITIALLY DEFERRED"
ACCOUNT = "REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED"
DEAL = "REFERENCES deals (id) DEFERRABLE INITIALLY DEFERRED"
POOL = "REFERENCES pools (id) DEFERRABLE INITIALLY DEFERRED"
COMMON = f"""
    description TEXT COLLATE NOCASE, tags TEXT COLLATE NOCASE, owner_id INTEGER {REP},
    external_id TEXT, external_system TEXT COLLATE NOCASE, extra TEXT,
    created_at TEXT NOT NULL, created_day INTEGER NOT NULL,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1"""
KEY = "id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL"
FROM_ELSEWHERE = "external_id TEXT, external_system TEXT COLLATE NOCASE, extra TEXT"
ABOUT = f"""
    lead_id INTEGER {LEAD}, contact_id INTEGER {CONTACT}, account_id INTEGER {ACCOUNT},
    deal_id INTEGER {DEAL}"""
