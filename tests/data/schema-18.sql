PRAGMA application_id = 1279607108;
PRAGMA user_version = 18;
BEGIN TRANSACTION;
CREATE TABLE accounts (
    id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL, name TEXT COLLATE NOCASE, domain TEXT COLLATE NOCASE, phone TEXT, 
    website TEXT COLLATE NOCASE, industry TEXT COLLATE NOCASE, employees INTEGER,
    annual_revenue INTEGER,
    currency TEXT, 
    street TEXT COLLATE NOCASE, city TEXT COLLATE NOCASE, state TEXT COLLATE NOCASE,
    postal_code TEXT COLLATE NOCASE, country TEXT COLLATE NOCASE, parent_id INTEGER REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED, 
    description TEXT COLLATE NOCASE, tags TEXT COLLATE NOCASE, owner_id INTEGER REFERENCES reps (id) DEFERRABLE INITIALLY DEFERRED,
    external_id TEXT, external_system TEXT COLLATE NOCASE, extra TEXT,
    created_at TEXT NOT NULL, created_day INTEGER NOT NULL,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT;
CREATE TABLE activities (
    id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL, lead_id INTEGER REFERENCES leads (id) DEFERRABLE INITIALLY DEFERRED, contact_id INTEGER REFERENCES contacts (id) DEFERRABLE INITIALLY DEFERRED, account_id INTEGER REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED,
    deal_id INTEGER REFERENCES deals (id) DEFERRABLE INITIALLY DEFERRED, kind TEXT NOT NULL COLLATE NOCASE, at TEXT NOT NULL,
    day INTEGER NOT NULL, direction TEXT CHECK (direction IN ('in', 'out')),
    outcome TEXT COLLATE NOCASE, duration INTEGER, note TEXT COLLATE NOCASE, external_id TEXT,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1, external_system TEXT COLLATE NOCASE, extra TEXT) STRICT;
CREATE TABLE assignments (
    id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL, lead_id INTEGER NOT NULL REFERENCES leads (id) DEFERRABLE INITIALLY DEFERRED, rep_id INTEGER NOT NULL REFERENCES reps (id) DEFERRABLE INITIALLY DEFERRED,
    pool_id INTEGER REFERENCES pools (id) DEFERRABLE INITIALLY DEFERRED, rule TEXT, passed_over TEXT, at TEXT NOT NULL,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1, way TEXT CHECK (way IN ('round_robin', 'least_open'))) STRICT;
INSERT INTO "assignments" VALUES(5,'7f7a0b18baab6f3ec46a662467f190bf',2,1,1,'round robin','[{"rep":"ben","reason":"on leave"}]','2026-11-23T10:48:48Z','2026-11-23T10:48:48Z',1,NULL);
INSERT INTO "assignments" VALUES(6,'7c365eeffdddfec2d0a5a2e3fbbebd04',1,2,1,'round robin',NULL,'2026-11-23T10:48:49Z','2026-11-23T10:48:49Z',1,NULL);
INSERT INTO "assignments" VALUES(7,'964ff575711590b081d47e6516640c4d',3,1,1,'round robin',NULL,'2026-11-23T10:48:49Z','2026-11-23T10:48:49Z',1,NULL);
INSERT INTO "assignments" VALUES(8,'97fb5ccf9584a76aa09057bc2f272752',4,2,1,'round robin',NULL,'2026-11-23T10:48:49Z','2026-11-23T10:48:49Z',1,NULL);
INSERT INTO "assignments" VALUES(9,'b7b1bdb05e66c454124a73f58dd3e707',1,1,NULL,'by hand',NULL,'2026-11-23T10:48:49Z','2026-11-23T10:48:49Z',1,NULL);
CREATE TABLE campaigns (
    id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL, name TEXT COLLATE NOCASE, kind TEXT COLLATE NOCASE, source TEXT COLLATE NOCASE,
    starts_day INTEGER, ends_day INTEGER, budget INTEGER, cost INTEGER, currency TEXT,
    
    description TEXT COLLATE NOCASE, tags TEXT COLLATE NOCASE, owner_id INTEGER REFERENCES reps (id) DEFERRABLE INITIALLY DEFERRED,
    external_id TEXT, external_system TEXT COLLATE NOCASE, extra TEXT,
    created_at TEXT NOT NULL, created_day INTEGER NOT NULL,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT;
CREATE TABLE changes (
    operation INTEGER NOT NULL REFERENCES operations (id), kind TEXT NOT NULL,
    record INTEGER NOT NULL, field TEXT NOT NULL, before ANY, after ANY,
    undone_by INTEGER REFERENCES operations (id),
    PRIMARY KEY (operation, kind, record, field)
    ) STRICT, WITHOUT ROWID;
INSERT INTO "changes" VALUES(3,'lead',1,'owner_id',NULL,1,4);
INSERT INTO "changes" VALUES(3,'lead',2,'owner_id',NULL,2,4);
INSERT INTO "changes" VALUES(3,'lead',3,'owner_id',NULL,1,4);
INSERT INTO "changes" VALUES(3,'lead',4,'owner_id',NULL,2,4);
INSERT INTO "changes" VALUES(3,'pool',1,'last_rep_id',NULL,2,4);
INSERT INTO "changes" VALUES(4,'lead',1,'owner_id',1,NULL,NULL);
INSERT INTO "changes" VALUES(4,'lead',2,'owner_id',2,NULL,NULL);
INSERT INTO "changes" VALUES(4,'lead',3,'owner_id',1,NULL,NULL);
INSERT INTO "changes" VALUES(4,'lead',4,'owner_id',2,NULL,NULL);
INSERT INTO "changes" VALUES(4,'pool',1,'last_rep_id',2,NULL,NULL);
INSERT INTO "changes" VALUES(5,'rep',2,'away_from',NULL,20780,NULL);
INSERT INTO "changes" VALUES(6,'lead',2,'owner_id',NULL,1,NULL);
INSERT INTO "changes" VALUES(6,'pool',1,'last_rep_id',NULL,1,NULL);
INSERT INTO "changes" VALUES(7,'rep',2,'away_from',20780,NULL,NULL);
INSERT INTO "changes" VALUES(8,'lead',1,'owner_id',NULL,2,NULL);
INSERT INTO "changes" VALUES(8,'lead',3,'owner_id',NULL,1,NULL);
INSERT INTO "changes" VALUES(8,'lead',4,'owner_id',NULL,2,NULL);
INSERT INTO "changes" VALUES(8,'pool',1,'last_rep_id',1,2,NULL);
INSERT INTO "changes" VALUES(9,'lead',1,'owner_id',2,1,NULL);
CREATE TABLE contacts (
    id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL, 
    first_name TEXT COLLATE NOCASE, last_name TEXT COLLATE NOCASE, salutation TEXT COLLATE NOCASE,
    title TEXT COLLATE NOCASE, email TEXT COLLATE NOCASE, phone TEXT, mobile TEXT,
    email_opt_out INTEGER, 
    street TEXT COLLATE NOCASE, city TEXT COLLATE NOCASE, state TEXT COLLATE NOCASE,
    postal_code TEXT COLLATE NOCASE, country TEXT COLLATE NOCASE, account_id INTEGER REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED, 
    source TEXT COLLATE NOCASE, campaign TEXT COLLATE NOCASE, 
    description TEXT COLLATE NOCASE, tags TEXT COLLATE NOCASE, owner_id INTEGER REFERENCES reps (id) DEFERRABLE INITIALLY DEFERRED,
    external_id TEXT, external_system TEXT COLLATE NOCASE, extra TEXT,
    created_at TEXT NOT NULL, created_day INTEGER NOT NULL,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT;
CREATE TABLE creations (
    operation INTEGER NOT NULL REFERENCES operations (id), kind TEXT NOT NULL,
    first_id INTEGER NOT NULL, last_id INTEGER NOT NULL,
    PRIMARY KEY (operation, kind, first_id)
    ) STRICT, WITHOUT ROWID;
INSERT INTO "creations" VALUES(3,'assignment',1,4);
INSERT INTO "creations" VALUES(6,'assignment',5,5);
INSERT INTO "creations" VALUES(8,'assignment',6,8);
INSERT INTO "creations" VALUES(9,'assignment',9,9);
INSERT INTO "creations" VALUES(2,'imported_row',1,4);
INSERT INTO "creations" VALUES(2,'lead',1,4);
INSERT INTO "creations" VALUES(1,'rep',1,2);
CREATE TABLE custom_fields (
    id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL, choices TEXT,
    identifying INTEGER NOT NULL DEFAULT 0, meaning TEXT,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT;
CREATE TABLE deals (
    id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL, name TEXT COLLATE NOCASE, account_id INTEGER REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED,
    contact_id INTEGER REFERENCES contacts (id) DEFERRABLE INITIALLY DEFERRED, lead_id INTEGER REFERENCES leads (id) DEFERRABLE INITIALLY DEFERRED, stage TEXT NOT NULL COLLATE NOCASE,
    amount INTEGER, currency TEXT, probability INTEGER, closed_at TEXT, converted_at TEXT,
    product TEXT COLLATE NOCASE, lost_reason TEXT COLLATE NOCASE, 
    source TEXT COLLATE NOCASE, campaign TEXT COLLATE NOCASE, 
    description TEXT COLLATE NOCASE, tags TEXT COLLATE NOCASE, owner_id INTEGER REFERENCES reps (id) DEFERRABLE INITIALLY DEFERRED,
    external_id TEXT, external_system TEXT COLLATE NOCASE, extra TEXT,
    created_at TEXT NOT NULL, created_day INTEGER NOT NULL,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT;
CREATE TABLE forwards (
    id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('lead', 'contact', 'account')),
    record INTEGER NOT NULL,
    lead_id INTEGER REFERENCES leads (id) DEFERRABLE INITIALLY DEFERRED, contact_id INTEGER REFERENCES contacts (id) DEFERRABLE INITIALLY DEFERRED, account_id INTEGER REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED,
    first_name TEXT COLLATE NOCASE, last_name TEXT COLLATE NOCASE, company TEXT COLLATE NOCASE,
    name TEXT COLLATE NOCASE, email TEXT COLLATE NOCASE, phone TEXT, mobile TEXT,
    website TEXT COLLATE NOCASE, domain TEXT COLLATE NOCASE,
    external_id TEXT, external_system TEXT COLLATE NOCASE,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1,
    CHECK ((lead_id IS NOT NULL) + (contact_id IS NOT NULL) + (account_id IS NOT NULL) = 1)) STRICT;
CREATE TABLE handovers (
    id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL, lead_id INTEGER REFERENCES leads (id) DEFERRABLE INITIALLY DEFERRED, task_id INTEGER REFERENCES tasks (id) DEFERRABLE INITIALLY DEFERRED, deal_id INTEGER REFERENCES deals (id) DEFERRABLE INITIALLY DEFERRED,
    from_rep_id INTEGER NOT NULL REFERENCES reps (id) DEFERRABLE INITIALLY DEFERRED, to_rep_id INTEGER NOT NULL REFERENCES reps (id) DEFERRABLE INITIALLY DEFERRED, until_day INTEGER,
    returned INTEGER NOT NULL DEFAULT 0, at TEXT NOT NULL,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT;
CREATE TABLE imported_files (
    id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL, sha256 TEXT NOT NULL, name TEXT NOT NULL, at TEXT NOT NULL,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT;
CREATE TABLE imported_rows (
    id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL, fingerprint INTEGER NOT NULL,
    lead_id INTEGER REFERENCES leads (id) DEFERRABLE INITIALLY DEFERRED, contact_id INTEGER REFERENCES contacts (id) DEFERRABLE INITIALLY DEFERRED, account_id INTEGER REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED, deal_id INTEGER REFERENCES deals (id) DEFERRABLE INITIALLY DEFERRED, campaign_id INTEGER REFERENCES campaigns (id) DEFERRABLE INITIALLY DEFERRED,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1, forward_id INTEGER
    REFERENCES forwards (id) DEFERRABLE INITIALLY DEFERRED,
    CHECK ((lead_id IS NOT NULL) + (contact_id IS NOT NULL) + (account_id IS NOT NULL) + (deal_id IS NOT NULL) + (campaign_id IS NOT NULL) = 1)) STRICT;
INSERT INTO "imported_rows" VALUES(1,'6a60a69798cfa5ad356974446ce57889',-3714816251099370629,1,NULL,NULL,NULL,NULL,'2026-11-23T10:48:48Z',1,NULL);
INSERT INTO "imported_rows" VALUES(2,'7d3881c33be97cb282df6d02119384ae',-3147627248030452982,2,NULL,NULL,NULL,NULL,'2026-11-23T10:48:48Z',1,NULL);
INSERT INTO "imported_rows" VALUES(3,'81704f7cee7bfbbe6b67e9c53dd6ce23',4479893589782521279,3,NULL,NULL,NULL,NULL,'2026-11-23T10:48:48Z',1,NULL);
INSERT INTO "imported_rows" VALUES(4,'de58ef7e79d49b4dbc84eaa2aa4f7058',7207623992218637020,4,NULL,NULL,NULL,NULL,'2026-11-23T10:48:48Z',1,NULL);
CREATE TABLE leads (
    id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL, 
    first_name TEXT COLLATE NOCASE, last_name TEXT COLLATE NOCASE, salutation TEXT COLLATE NOCASE,
    title TEXT COLLATE NOCASE, email TEXT COLLATE NOCASE, phone TEXT, mobile TEXT,
    email_opt_out INTEGER, company TEXT COLLATE NOCASE, 
    website TEXT COLLATE NOCASE, industry TEXT COLLATE NOCASE, employees INTEGER,
    annual_revenue INTEGER, 
    source TEXT COLLATE NOCASE, campaign TEXT COLLATE NOCASE,
    status TEXT NOT NULL COLLATE NOCASE, lost_reason TEXT COLLATE NOCASE,
    rating TEXT COLLATE NOCASE, amount INTEGER, currency TEXT COLLATE NOCASE,
    product TEXT COLLATE NOCASE, 
    street TEXT COLLATE NOCASE, city TEXT COLLATE NOCASE, state TEXT COLLATE NOCASE,
    postal_code TEXT COLLATE NOCASE, country TEXT COLLATE NOCASE, converted_at TEXT, contact_id INTEGER REFERENCES contacts (id) DEFERRABLE INITIALLY DEFERRED,
    account_id INTEGER REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED, deal_id INTEGER REFERENCES deals (id) DEFERRABLE INITIALLY DEFERRED, 
    description TEXT COLLATE NOCASE, tags TEXT COLLATE NOCASE, owner_id INTEGER REFERENCES reps (id) DEFERRABLE INITIALLY DEFERRED,
    external_id TEXT, external_system TEXT COLLATE NOCASE, extra TEXT,
    created_at TEXT NOT NULL, created_day INTEGER NOT NULL,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT;
INSERT INTO "leads" VALUES(1,'45e2ca567350a0fa20e35ec832a1da16','Zoë','Núñez',NULL,NULL,'zoe@creme.example',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'New',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,NULL,NULL,NULL,'2026-11-23T10:48:48Z',20780,'2026-11-23T10:48:49Z',5);
INSERT INTO "leads" VALUES(2,'d25b1614a3cd2b020f8b10f5c8501f97','Anne','O’Brien',NULL,NULL,'anne@queens.example',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'New',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,NULL,NULL,NULL,'2026-11-23T10:48:48Z',20780,'2026-11-23T10:48:48Z',4);
INSERT INTO "leads" VALUES(3,'4551f772921477186482a5bf245e07c5','Jo','Li',NULL,NULL,'jo@kiln.example',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'New',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,NULL,NULL,NULL,'2026-11-23T10:48:48Z',20780,'2026-11-23T10:48:49Z',4);
INSERT INTO "leads" VALUES(4,'a2d9c631b1774d599c8f7a42db2a0f06','Max','Roe',NULL,NULL,'max@roe.example',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'New',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,2,NULL,NULL,NULL,'2026-11-23T10:48:48Z',20780,'2026-11-23T10:48:49Z',4);
CREATE TABLE match_keys (
    kind TEXT NOT NULL, record INTEGER NOT NULL, email TEXT, phone TEXT, name TEXT, company TEXT,
    domain TEXT, normaliser INTEGER NOT NULL, PRIMARY KEY (kind, record)
    ) STRICT, WITHOUT ROWID;
INSERT INTO "match_keys" VALUES('lead',1,'zoe@creme.example',NULL,'zo nunez',NULL,'creme.example',3);
INSERT INTO "match_keys" VALUES('lead',2,'anne@queens.example',NULL,'anne obrien',NULL,'queens.example',3);
INSERT INTO "match_keys" VALUES('lead',3,'jo@kiln.example',NULL,'jo li',NULL,'kiln.example',3);
INSERT INTO "match_keys" VALUES('lead',4,'max@roe.example',NULL,'max ro',NULL,'roe.example',3);
CREATE TABLE not_duplicates (
    id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL, kind TEXT NOT NULL, record INTEGER NOT NULL, other_kind TEXT NOT NULL,
    other INTEGER NOT NULL, updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT;
CREATE TABLE operations (
    id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL, at TEXT NOT NULL, actor TEXT NOT NULL,
    decided_by TEXT NOT NULL CHECK (decided_by IN ('person', 'machine')),
    command TEXT NOT NULL, counts TEXT NOT NULL, undoable INTEGER NOT NULL DEFAULT 1,
    undoes INTEGER REFERENCES operations (id), undone_by INTEGER REFERENCES operations (id)
    ) STRICT;
INSERT INTO "operations" VALUES(1,'ca526af23797defd1185126d1b537cc0','2026-11-23T10:48:48Z','tester','person','rep add ana ben','{"created":2,"updated":0}',1,NULL,NULL);
INSERT INTO "operations" VALUES(2,'8f07388d104fea6fdfab54d2cbf81900','2026-11-23T10:48:48Z','tester','person','import s18.csv --on-duplicate fill','{"created":4,"updated":0,"unchanged":0,"skipped":0,"rejected":0}',1,NULL,NULL);
INSERT INTO "operations" VALUES(3,'1f2288e9db398304f41ff6336b2b00ea','2026-11-23T10:48:48Z','tester','machine','assign --round-robin','{"assigned":4,"unassigned":0}',1,NULL,4);
INSERT INTO "operations" VALUES(4,'da3fc6bdb0456fc240faba4dbbe42747','2026-11-23T10:48:48Z','tester','person','undo 3','{"reversed":5,"kept":0,"failed":0}',1,3,NULL);
INSERT INTO "operations" VALUES(5,'11addc5e2841dc82b049759f68467bc6','2026-11-23T10:48:48Z','tester','person','rep away ben','{"updated":1}',1,NULL,NULL);
INSERT INTO "operations" VALUES(6,'e86c89c80549e63de7e91994c98fbbc8','2026-11-23T10:48:48Z','tester','machine','assign --round-robin','{"assigned":1,"unassigned":0}',1,NULL,NULL);
INSERT INTO "operations" VALUES(7,'96f58397cb5c6101e6456c260cbf3c83','2026-11-23T10:48:49Z','tester','person','rep back ben','{"updated":1}',1,NULL,NULL);
INSERT INTO "operations" VALUES(8,'0dbed7d06db58e2720e7ad79559d74cd','2026-11-23T10:48:49Z','tester','machine','assign --round-robin','{"assigned":3,"unassigned":0}',1,NULL,NULL);
INSERT INTO "operations" VALUES(9,'8553374829ef5ddab93ba3274c039968','2026-11-23T10:48:49Z','tester','person','assign --to --reassign','{"assigned":1,"unassigned":0}',1,NULL,NULL);
CREATE TABLE pool_members (
    id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL, pool_id INTEGER NOT NULL REFERENCES pools (id) DEFERRABLE INITIALLY DEFERRED, rep_id INTEGER NOT NULL REFERENCES reps (id) DEFERRABLE INITIALLY DEFERRED,
    active INTEGER NOT NULL DEFAULT 1,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1, weight INTEGER) STRICT;
CREATE TABLE pools (
    id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL, name TEXT NOT NULL COLLATE NOCASE, everyone INTEGER NOT NULL DEFAULT 0,
    last_rep_id INTEGER REFERENCES reps (id) DEFERRABLE INITIALLY DEFERRED,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1, quota TEXT, quota_dealt INTEGER) STRICT;
INSERT INTO "pools" VALUES(1,'6d99097c4d806a379854caa71397d82a','everyone',1,2,'2026-11-23T10:48:49Z',5,NULL,NULL);
CREATE TABLE removals (
    operation INTEGER NOT NULL REFERENCES operations (id), kind TEXT NOT NULL,
    record INTEGER NOT NULL, before TEXT NOT NULL, undone_by INTEGER REFERENCES operations (id),
    PRIMARY KEY (operation, kind, record)
    ) STRICT, WITHOUT ROWID;
INSERT INTO "removals" VALUES(4,'assignment',1,'{"id":1,"uid":"9fa3dff7c0a26c47f91e9f557cc080fe","lead_id":1,"rep_id":1,"pool_id":1,"rule":"round robin","passed_over":null,"at":"2026-11-23T10:48:48Z","updated_at":"2026-11-23T10:48:48Z","version":1,"way":null}',NULL);
INSERT INTO "removals" VALUES(4,'assignment',2,'{"id":2,"uid":"2ad578e9f7887507ab2c1b7817ab37bc","lead_id":2,"rep_id":2,"pool_id":1,"rule":"round robin","passed_over":null,"at":"2026-11-23T10:48:48Z","updated_at":"2026-11-23T10:48:48Z","version":1,"way":null}',NULL);
INSERT INTO "removals" VALUES(4,'assignment',3,'{"id":3,"uid":"eb2fd9b4589daaa7eb7b23dc9be58636","lead_id":3,"rep_id":1,"pool_id":1,"rule":"round robin","passed_over":null,"at":"2026-11-23T10:48:48Z","updated_at":"2026-11-23T10:48:48Z","version":1,"way":null}',NULL);
INSERT INTO "removals" VALUES(4,'assignment',4,'{"id":4,"uid":"ab0bd712693f92ae1680a3ea49b32b8d","lead_id":4,"rep_id":2,"pool_id":1,"rule":"round robin","passed_over":null,"at":"2026-11-23T10:48:48Z","updated_at":"2026-11-23T10:48:48Z","version":1,"way":null}',NULL);
CREATE TABLE reps (
    id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL, name TEXT NOT NULL COLLATE NOCASE, active INTEGER NOT NULL DEFAULT 1,
    away_from INTEGER, away_until INTEGER,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1, max_open INTEGER, max_day INTEGER, max_week INTEGER, work_days TEXT, work_from INTEGER, work_until INTEGER) STRICT;
INSERT INTO "reps" VALUES(1,'17938ce76b5d1f8f6c67997aa8e4771b','ana',1,NULL,NULL,'2026-11-23T10:48:48Z',1,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "reps" VALUES(2,'eaed55e2f600451c8886b9e06dca0f2c','ben',1,NULL,NULL,'2026-11-23T10:48:49Z',3,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE run_keys (
    id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL, key TEXT NOT NULL, at TEXT NOT NULL,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT;
CREATE TABLE score_runs (
    operation INTEGER PRIMARY KEY REFERENCES operations (id), day INTEGER NOT NULL,
    at TEXT NOT NULL, rules_path TEXT NOT NULL, rules_hash TEXT NOT NULL, lines TEXT NOT NULL
    , whole INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE scores (
    lead_id INTEGER PRIMARY KEY REFERENCES leads (id) ON DELETE CASCADE,
    total INTEGER, fit INTEGER, engagement INTEGER, grade TEXT, points TEXT,
    run INTEGER REFERENCES score_runs (operation), rank TEXT COLLATE NOCASE) STRICT;
INSERT INTO "scores" VALUES(1,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "scores" VALUES(2,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "scores" VALUES(3,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "scores" VALUES(4,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE source_costs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL, source TEXT NOT NULL COLLATE NOCASE, month TEXT NOT NULL, amount INTEGER NOT NULL,
    currency TEXT COLLATE NOCASE,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT;
CREATE TABLE status_moves (
    lead_id INTEGER NOT NULL REFERENCES leads (id) ON DELETE CASCADE, number INTEGER NOT NULL,
    operation INTEGER, before TEXT COLLATE NOCASE, after TEXT COLLATE NOCASE,
    converted INTEGER NOT NULL, day INTEGER, stay INTEGER, days INTEGER,
    route TEXT NOT NULL COLLATE NOCASE, now TEXT COLLATE NOCASE,
    PRIMARY KEY (lead_id, number)) STRICT, WITHOUT ROWID;
CREATE TABLE tasks (
    id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL, 
    lead_id INTEGER REFERENCES leads (id) DEFERRABLE INITIALLY DEFERRED, contact_id INTEGER REFERENCES contacts (id) DEFERRABLE INITIALLY DEFERRED, account_id INTEGER REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED,
    deal_id INTEGER REFERENCES deals (id) DEFERRABLE INITIALLY DEFERRED, title TEXT COLLATE NOCASE, due_day INTEGER, due_at TEXT, done_at TEXT,
    owner_id INTEGER REFERENCES reps (id) DEFERRABLE INITIALLY DEFERRED, note TEXT COLLATE NOCASE, external_id TEXT, external_system TEXT COLLATE NOCASE, extra TEXT,
    created_at TEXT NOT NULL, created_day INTEGER NOT NULL,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT;
CREATE TABLE transactions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL, account_id INTEGER NOT NULL REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED, kind TEXT COLLATE NOCASE,
    number TEXT COLLATE NOCASE, amount INTEGER, currency TEXT, at TEXT NOT NULL,
    day INTEGER NOT NULL, external_id TEXT, external_system TEXT COLLATE NOCASE, extra TEXT,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT;
CREATE TABLE views (
    id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL, name TEXT NOT NULL COLLATE NOCASE, filters TEXT NOT NULL, sort TEXT, columns TEXT,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT;
CREATE INDEX changes_of_record ON changes (kind, record);
CREATE INDEX creations_of_record ON creations (kind, first_id, last_id);
CREATE INDEX removals_of_record ON removals (kind, record);
CREATE UNIQUE INDEX reps_name ON reps (name);
CREATE UNIQUE INDEX pools_name ON pools (name);
CREATE INDEX pools_last_rep ON pools (last_rep_id);
CREATE UNIQUE INDEX pool_members_pair ON pool_members (pool_id, rep_id);
CREATE INDEX pool_members_rep ON pool_members (rep_id);
CREATE UNIQUE INDEX leads_external ON leads (external_id, coalesce(external_system, '')) WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX contacts_external ON contacts (external_id, coalesce(external_system, '')) WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX accounts_external ON accounts (external_id, coalesce(external_system, '')) WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX deals_external ON deals (external_id, coalesce(external_system, '')) WHERE external_id IS NOT NULL;
CREATE INDEX leads_owner_id ON leads (owner_id) WHERE owner_id IS NOT NULL;
CREATE INDEX leads_source ON leads (source) WHERE source IS NOT NULL;
CREATE INDEX leads_contact_id ON leads (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX leads_account_id ON leads (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX leads_deal_id ON leads (deal_id) WHERE deal_id IS NOT NULL;
CREATE INDEX contacts_owner_id ON contacts (owner_id) WHERE owner_id IS NOT NULL;
CREATE INDEX contacts_account_id ON contacts (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX accounts_owner_id ON accounts (owner_id) WHERE owner_id IS NOT NULL;
CREATE INDEX accounts_parent_id ON accounts (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX deals_owner_id ON deals (owner_id) WHERE owner_id IS NOT NULL;
CREATE INDEX deals_account_id ON deals (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX deals_contact_id ON deals (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX activities_contact_id ON activities (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX activities_account_id ON activities (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX activities_deal_id ON activities (deal_id) WHERE deal_id IS NOT NULL;
CREATE INDEX assignments_pool_id ON assignments (pool_id) WHERE pool_id IS NOT NULL;
CREATE INDEX leads_status ON leads (status);
CREATE INDEX assignments_lead ON assignments (lead_id);
CREATE INDEX match_keys_email ON match_keys (email, kind) WHERE email IS NOT NULL;
CREATE INDEX match_keys_phone ON match_keys (phone, name, kind) WHERE phone IS NOT NULL;
CREATE INDEX match_keys_company ON match_keys (company, name, kind) WHERE company IS NOT NULL;
CREATE INDEX match_keys_domain ON match_keys (domain, kind) WHERE domain IS NOT NULL;
CREATE INDEX imported_files_sha256 ON imported_files (sha256);
CREATE INDEX imported_rows_fingerprint ON imported_rows (fingerprint);
CREATE UNIQUE INDEX activities_external ON activities (external_id, coalesce(external_system, '')) WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX tasks_external ON tasks (external_id, coalesce(external_system, '')) WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX campaigns_external ON campaigns (external_id, coalesce(external_system, '')) WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX transactions_external ON transactions (external_id, coalesce(external_system, '')) WHERE external_id IS NOT NULL;
CREATE INDEX imported_rows_lead ON imported_rows (lead_id) WHERE lead_id IS NOT NULL;
CREATE INDEX imported_rows_contact ON imported_rows (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX imported_rows_account ON imported_rows (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX imported_rows_deal ON imported_rows (deal_id) WHERE deal_id IS NOT NULL;
CREATE INDEX imported_rows_campaign ON imported_rows (campaign_id) WHERE campaign_id IS NOT NULL;
CREATE INDEX tasks_lead ON tasks (lead_id) WHERE lead_id IS NOT NULL;
CREATE INDEX tasks_contact ON tasks (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX tasks_account ON tasks (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX tasks_deal ON tasks (deal_id) WHERE deal_id IS NOT NULL;
CREATE INDEX tasks_owner ON tasks (owner_id) WHERE owner_id IS NOT NULL;
CREATE INDEX tasks_due_day ON tasks (due_day) WHERE due_day IS NOT NULL;
CREATE INDEX campaigns_owner ON campaigns (owner_id) WHERE owner_id IS NOT NULL;
CREATE INDEX campaigns_name ON campaigns (name) WHERE name IS NOT NULL;
CREATE INDEX deals_name ON deals (name) WHERE name IS NOT NULL;
CREATE INDEX transactions_account ON transactions (account_id, day);
CREATE INDEX match_keys_name ON match_keys (name) WHERE kind = 'contact' AND name IS NOT NULL;
CREATE INDEX activities_lead ON activities (lead_id, day, kind, direction);
CREATE UNIQUE INDEX views_name ON views (name);
CREATE INDEX handovers_lead ON handovers (lead_id) WHERE lead_id IS NOT NULL;
CREATE INDEX handovers_task ON handovers (task_id) WHERE task_id IS NOT NULL;
CREATE INDEX handovers_deal ON handovers (deal_id) WHERE deal_id IS NOT NULL;
CREATE INDEX handovers_from_rep ON handovers (from_rep_id) WHERE from_rep_id IS NOT NULL;
CREATE INDEX handovers_to_rep ON handovers (to_rep_id) WHERE to_rep_id IS NOT NULL;
CREATE UNIQUE INDEX run_keys_key ON run_keys (key);
CREATE INDEX leads_to_assign ON leads (created_at, id, status)
    WHERE owner_id IS NULL AND converted_at IS NULL;
CREATE INDEX assignments_rep ON assignments (rep_id, at);
CREATE UNIQUE INDEX not_duplicates_pair ON not_duplicates (kind, record, other_kind, other);
CREATE INDEX not_duplicates_other ON not_duplicates (other_kind, other);
CREATE UNIQUE INDEX forwards_record ON forwards (kind, record);
CREATE INDEX forwards_external ON forwards (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX forwards_lead ON forwards (lead_id) WHERE lead_id IS NOT NULL;
CREATE INDEX forwards_contact ON forwards (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX forwards_account ON forwards (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX imported_rows_forward ON imported_rows (forward_id)
    WHERE forward_id IS NOT NULL;
CREATE INDEX deals_stage ON deals (stage);
CREATE INDEX transactions_number ON transactions (number) WHERE number IS NOT NULL;
CREATE UNIQUE INDEX custom_fields_name ON custom_fields (kind, name);
CREATE UNIQUE INDEX source_costs_month
    ON source_costs (source, month, coalesce(currency, ''));
CREATE INDEX changes_of_status ON changes (record, operation, before, after)
    WHERE kind = 'lead' AND field = 'status' AND undone_by IS NULL;
CREATE INDEX leads_figures
    ON leads (source, campaign, status, created_day, converted_at, owner_id);
CREATE INDEX activities_day ON activities (day, kind, direction, lead_id);
CREATE INDEX status_moves_reached ON status_moves (route, after, now, converted, days);
CREATE INDEX leads_converted
    ON leads (source, campaign, status, created_day, converted_at, owner_id)
    WHERE converted_at IS NOT NULL;
CREATE INDEX deals_lead ON deals (lead_id, created_day, stage, closed_at, currency, amount);
CREATE INDEX scores_total ON scores (total, lead_id, grade);
CREATE INDEX status_moves_left ON status_moves (before, stay, day, converted);
CREATE INDEX status_moves_converted ON status_moves (lead_id, number, day, days, converted)
    WHERE converted;
CREATE INDEX activities_touches ON activities (lead_id, day, kind, direction)
    WHERE direction IS NOT 'in' AND kind NOT IN ('form', 'visit');
CREATE INDEX changes_of_facts ON changes (operation, record, field, before)
    WHERE kind = 'lead' AND field <> 'status' AND field <> 'owner_id';
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('pools',1);
INSERT INTO "sqlite_sequence" VALUES('imported_rows',4);
INSERT INTO "sqlite_sequence" VALUES('operations',9);
INSERT INTO "sqlite_sequence" VALUES('reps',2);
INSERT INTO "sqlite_sequence" VALUES('leads',4);
INSERT INTO "sqlite_sequence" VALUES('assignments',9);
COMMIT;
