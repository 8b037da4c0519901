"""Schema 6, records that were merged: each leads on to the one that survived."""

from __future__ import annotations

from leadctl.migrations.columns import ACCOUNT, CONTACT, KEY, LEAD

SURVIVORS = {"lead": LEAD, "contact": CONTACT, "account": ACCOUNT}

STATEMENTS = (
    # The survivor is a reference like any other, so that it follows when it is merged itself. What
    # the record was known by stays, so that it is found again.
    f"""CREATE TABLE forwards (
    {KEY}, kind TEXT NOT NULL CHECK (kind IN ('lead', 'contact', 'account')),
    record INTEGER NOT NULL,
    {", ".join(f"{kind}_id INTEGER {target}" for kind, target in SURVIVORS.items())},
    first_name TEXT COLLATE NOCASE, last_name TEXT COLLATE NOCASE, company TEXT COLLATE NOCASE,
    name TEXT COLLATE NOCASE, email TEXT COLLATE NOCASE, phone TEXT, mobile TEXT,
    website TEXT COLLATE NOCASE, domain TEXT COLLATE NOCASE,
    external_id TEXT, external_system TEXT COLLATE NOCASE,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1,
    CHECK ({" + ".join(f"({kind}_id IS NOT NULL)" for kind in SURVIVORS)} = 1)) STRICT""",
    "CREATE UNIQUE INDEX forwards_record ON forwards (kind, record)",
    "CREATE INDEX forwards_external ON forwards (external_id) WHERE external_id IS NOT NULL",
    *(
        f"CREATE INDEX forwards_{kind} ON forwards ({kind}_id) WHERE {kind}_id IS NOT NULL"
        for kind in SURVIVORS
    ),
    # A row of a file that brought a merged record says nothing new of the survivor.
    """ALTER TABLE imported_rows ADD COLUMN forward_id INTEGER
    REFERENCES forwards (id) DEFERRABLE INITIALLY DEFERRED""",
    """CREATE INDEX imported_rows_forward ON imported_rows (forward_id)
    WHERE forward_id IS NOT NULL""",
)
