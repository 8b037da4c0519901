PRAGMA application_id = 1279607108;
PRAGMA user_version = 2;
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
INSERT INTO "accounts" VALUES(1,'647d24d027167bd61b2fa3a1c9fa45da','Kiln AG','kiln.example','030 1234567',NULL,NULL,NULL,NULL,'EUR',NULL,NULL,NULL,NULL,'DE',NULL,NULL,NULL,1,NULL,NULL,NULL,'2026-11-22T09:10:00Z',20779,'2026-11-22T09:10:00Z',1);
INSERT INTO "accounts" VALUES(2,'2447ba45f2568b86d3ca66293c8a074f','Queens Ltd',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-11-22T13:05:15Z',20779,'2026-11-22T13:05:15Z',1);
CREATE TABLE activities (
    id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL, lead_id INTEGER REFERENCES leads (id) DEFERRABLE INITIALLY DEFERRED, contact_id INTEGER REFERENCES contacts (id) DEFERRABLE INITIALLY DEFERRED, account_id INTEGER REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED,
    deal_id INTEGER REFERENCES deals (id) DEFERRABLE INITIALLY DEFERRED, kind TEXT NOT NULL COLLATE NOCASE, at TEXT NOT NULL,
    day INTEGER NOT NULL, direction TEXT CHECK (direction IN ('in', 'out')),
    outcome TEXT COLLATE NOCASE, duration INTEGER, note TEXT COLLATE NOCASE, external_id TEXT,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1, external_system TEXT COLLATE NOCASE, extra TEXT) STRICT;
INSERT INTO "activities" VALUES(1,'b031e3cfd014c16f9ac646e3058e2e6c',1,NULL,NULL,NULL,'call','2026-11-22T09:04:00Z',20779,'in','reached',NULL,'wants a quote',NULL,'2026-11-22T09:04:00Z',1,NULL,NULL);
INSERT INTO "activities" VALUES(2,'dd0aedbe4e498c64489b4b3291240f5d',3,NULL,NULL,NULL,'meeting','2026-11-20T10:00:00Z',20777,NULL,NULL,NULL,'at the fair',NULL,'2026-11-22T09:05:00Z',1,NULL,NULL);
INSERT INTO "activities" VALUES(3,'18a081ff279122771185d1dbe080abe7',2,NULL,NULL,NULL,'email','2026-11-22T09:06:00Z',20779,'out',NULL,NULL,'sent the brochure',NULL,'2026-11-22T09:06:00Z',1,NULL,NULL);
INSERT INTO "activities" VALUES(4,'bde9a7ee9673385d1b53ec98e39c0629',1,NULL,NULL,NULL,'call','2026-11-22T13:05:15Z',20779,NULL,NULL,NULL,'spoke about it',NULL,'2026-11-22T13:05:15Z',1,NULL,NULL);
CREATE TABLE assignments (
    id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL, lead_id INTEGER NOT NULL REFERENCES leads (id) DEFERRABLE INITIALLY DEFERRED, rep_id INTEGER NOT NULL REFERENCES reps (id) DEFERRABLE INITIALLY DEFERRED,
    pool_id INTEGER REFERENCES pools (id) DEFERRABLE INITIALLY DEFERRED, rule TEXT, passed_over TEXT, at TEXT NOT NULL,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT;
INSERT INTO "assignments" VALUES(1,'78146b3604997f4566ecd7b4cb6ae78e',1,1,1,'round robin',NULL,'2026-11-22T09:07:00Z','2026-11-22T09:07:00Z',1);
INSERT INTO "assignments" VALUES(2,'d8e3fb3dd843ee4d2847829a60b86aec',2,2,1,'round robin',NULL,'2026-11-22T09:07:00Z','2026-11-22T09:07:00Z',1);
INSERT INTO "assignments" VALUES(3,'96369025c37b19cbda19d519d0b5e6c0',3,1,1,'round robin',NULL,'2026-11-22T09:07:00Z','2026-11-22T09:07:00Z',1);
INSERT INTO "assignments" VALUES(4,'993eb6ad988bef90b1033a08bb8e4f73',4,2,1,'round robin',NULL,'2026-11-22T09:07:00Z','2026-11-22T09:07:00Z',1);
INSERT INTO "assignments" VALUES(5,'482d1e2a46696c094bd3af74d2bc9301',5,1,1,'round robin',NULL,'2026-11-22T09:07:00Z','2026-11-22T09:07:00Z',1);
INSERT INTO "assignments" VALUES(6,'80575c55c255096f51779e7a168affcb',6,2,1,'round robin',NULL,'2026-11-22T09:07:00Z','2026-11-22T09:07:00Z',1);
INSERT INTO "assignments" VALUES(7,'b28d43f32407fe61fdf8a495c9fe1276',7,1,1,'round robin',NULL,'2026-11-22T09:07:00Z','2026-11-22T09:07:00Z',1);
CREATE TABLE campaigns (
    id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL, name TEXT COLLATE NOCASE, kind TEXT COLLATE NOCASE, source TEXT COLLATE NOCASE,
    starts_day INTEGER, ends_day INTEGER, budget INTEGER, cost INTEGER, currency TEXT,
    
    description TEXT COLLATE NOCASE, tags TEXT COLLATE NOCASE, owner_id INTEGER REFERENCES reps (id) DEFERRABLE INITIALLY DEFERRED,
    external_id TEXT, external_system TEXT COLLATE NOCASE, extra TEXT,
    created_at TEXT NOT NULL, created_day INTEGER NOT NULL,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT;
INSERT INTO "campaigns" VALUES(1,'cd1fc49a88c9376e6693c264396e1800','Spring fair','Fair',NULL,20513,NULL,NULL,120000,'EUR',NULL,NULL,NULL,NULL,NULL,NULL,'2026-11-22T13:05:15Z',20779,'2026-11-22T13:05:15Z',1);
CREATE TABLE changes (
    operation INTEGER NOT NULL REFERENCES operations (id), kind TEXT NOT NULL,
    record INTEGER NOT NULL, field TEXT NOT NULL, before ANY, after ANY,
    undone_by INTEGER REFERENCES operations (id),
    PRIMARY KEY (operation, kind, record, field)
    ) STRICT, WITHOUT ROWID;
INSERT INTO "changes" VALUES(4,'lead',2,'title',NULL,'Head of Buying',NULL);
INSERT INTO "changes" VALUES(8,'lead',1,'owner_id',NULL,1,NULL);
INSERT INTO "changes" VALUES(8,'lead',2,'owner_id',NULL,2,NULL);
INSERT INTO "changes" VALUES(8,'lead',3,'owner_id',NULL,1,NULL);
INSERT INTO "changes" VALUES(8,'lead',4,'owner_id',NULL,2,NULL);
INSERT INTO "changes" VALUES(8,'lead',5,'owner_id',NULL,1,NULL);
INSERT INTO "changes" VALUES(8,'lead',6,'owner_id',NULL,2,NULL);
INSERT INTO "changes" VALUES(8,'lead',7,'owner_id',NULL,1,NULL);
INSERT INTO "changes" VALUES(8,'pool',1,'last_rep_id',NULL,1,NULL);
INSERT INTO "changes" VALUES(10,'lead',2,'status','New','Contacted',NULL);
INSERT INTO "changes" VALUES(10,'lead',2,'tags',NULL,'vip, fair',NULL);
INSERT INTO "changes" VALUES(11,'lead',3,'account_id',NULL,1,NULL);
INSERT INTO "changes" VALUES(11,'lead',3,'contact_id',NULL,1,NULL);
INSERT INTO "changes" VALUES(11,'lead',3,'converted_at',NULL,'2026-11-22T09:10:00Z',NULL);
INSERT INTO "changes" VALUES(11,'lead',3,'deal_id',NULL,1,NULL);
INSERT INTO "changes" VALUES(11,'lead',3,'status','New','Converted',NULL);
INSERT INTO "changes" VALUES(12,'lead',6,'lost_reason',NULL,'No budget',13);
INSERT INTO "changes" VALUES(12,'lead',6,'status','New','Lost',13);
INSERT INTO "changes" VALUES(13,'lead',6,'lost_reason','No budget',NULL,NULL);
INSERT INTO "changes" VALUES(13,'lead',6,'status','Lost','New',NULL);
INSERT INTO "changes" VALUES(14,'rep',2,'away_from',NULL,20779,NULL);
INSERT INTO "changes" VALUES(14,'rep',2,'away_until',NULL,20788,NULL);
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
INSERT INTO "contacts" VALUES(1,'580e49424cf7eb935f1022ba490e1eea','Max','Müller',NULL,NULL,'max@kiln.example','030 1234567',NULL,NULL,NULL,NULL,NULL,NULL,'DE',1,'Phone',NULL,NULL,NULL,1,NULL,NULL,'{"Shoe Size":"44"}','2026-11-22T09:10:00Z',20779,'2026-11-22T09:10:00Z',1);
CREATE TABLE creations (
    operation INTEGER NOT NULL REFERENCES operations (id), kind TEXT NOT NULL,
    first_id INTEGER NOT NULL, last_id INTEGER NOT NULL,
    PRIMARY KEY (operation, kind, first_id)
    ) STRICT, WITHOUT ROWID;
INSERT INTO "creations" VALUES(11,'account',1,1);
INSERT INTO "creations" VALUES(17,'account',2,2);
INSERT INTO "creations" VALUES(5,'activity',1,1);
INSERT INTO "creations" VALUES(6,'activity',2,2);
INSERT INTO "creations" VALUES(7,'activity',3,3);
INSERT INTO "creations" VALUES(18,'activity',4,4);
INSERT INTO "creations" VALUES(8,'assignment',1,7);
INSERT INTO "creations" VALUES(16,'campaign',1,1);
INSERT INTO "creations" VALUES(11,'contact',1,1);
INSERT INTO "creations" VALUES(11,'deal',1,1);
INSERT INTO "creations" VALUES(3,'imported_row',1,2);
INSERT INTO "creations" VALUES(4,'imported_row',3,3);
INSERT INTO "creations" VALUES(16,'imported_row',4,4);
INSERT INTO "creations" VALUES(3,'lead',1,6);
INSERT INTO "creations" VALUES(4,'lead',7,7);
INSERT INTO "creations" VALUES(2,'pool',2,2);
INSERT INTO "creations" VALUES(2,'pool_member',1,1);
INSERT INTO "creations" VALUES(1,'rep',1,2);
INSERT INTO "creations" VALUES(15,'task',1,1);
INSERT INTO "creations" VALUES(17,'transaction',1,1);
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
INSERT INTO "deals" VALUES(1,'5f81c35c6eb195944834da0ca024ce9a','Kiln line 2',1,1,3,'Qualification',90000,'EUR',10,NULL,'2026-11-22T09:10:00Z',NULL,NULL,'Phone',NULL,NULL,NULL,1,NULL,NULL,NULL,'2026-11-22T09:10:00Z',20779,'2026-11-22T09:10:00Z',1);
CREATE TABLE imported_files (
    id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL, sha256 TEXT NOT NULL, name TEXT NOT NULL, at TEXT NOT NULL,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT;
CREATE TABLE imported_rows (
    id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL, fingerprint INTEGER NOT NULL,
    lead_id INTEGER REFERENCES leads (id) DEFERRABLE INITIALLY DEFERRED, contact_id INTEGER REFERENCES contacts (id) DEFERRABLE INITIALLY DEFERRED, account_id INTEGER REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED, deal_id INTEGER REFERENCES deals (id) DEFERRABLE INITIALLY DEFERRED, campaign_id INTEGER REFERENCES campaigns (id) DEFERRABLE INITIALLY DEFERRED,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1,
    CHECK ((lead_id IS NOT NULL) + (contact_id IS NOT NULL) + (account_id IS NOT NULL) + (deal_id IS NOT NULL) + (campaign_id IS NOT NULL) = 1)) STRICT;
INSERT INTO "imported_rows" VALUES(1,'1b8d2c90ece87aedd27ebaf4ec7c0978',-3632468186782920661,4,NULL,NULL,NULL,NULL,'2026-11-22T09:02:00Z',1);
INSERT INTO "imported_rows" VALUES(2,'ec33c8438d864640d65610459765f440',4621631815362596913,5,NULL,NULL,NULL,NULL,'2026-11-22T09:02:00Z',1);
INSERT INTO "imported_rows" VALUES(3,'c648da946240d2ed02674f99281c3180',-6473626339417849471,7,NULL,NULL,NULL,NULL,'2026-11-22T09:03:00Z',1);
INSERT INTO "imported_rows" VALUES(4,'5817faa9cb48ddbf14fe131840c9b7ad',-888368173663619195,NULL,NULL,NULL,NULL,1,'2026-11-22T13:05:15Z',1);
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
INSERT INTO "leads" VALUES(1,'cdc80a5891769bee21d123534ade8461','Zoë','Núñez',NULL,NULL,'zoe@creme.example','+33 1 5555 0101',NULL,NULL,'Crème & Fils',NULL,NULL,NULL,NULL,'Website',NULL,'New',NULL,NULL,1200050,'EUR',NULL,NULL,NULL,NULL,NULL,'FR',NULL,NULL,NULL,NULL,NULL,NULL,1,'X-1','fair','{"Shoe Size":"39"}','2026-09-01T00:00:00Z',20697,'2026-11-22T09:07:00Z',2);
INSERT INTO "leads" VALUES(2,'2b62463e0b275125d38fcd19cba8983f','Anne','O’Brien',NULL,'Head of Buying','anne@queens.example',NULL,NULL,NULL,'Queen''s Foods Ltd',NULL,NULL,NULL,NULL,'In Person',NULL,'Contacted',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'GB',NULL,NULL,NULL,NULL,NULL,'vip, fair',2,'X-2','fair',NULL,'2026-09-14T00:00:00Z',20710,'2026-11-22T09:09:00Z',4);
INSERT INTO "leads" VALUES(3,'dc0adb113dd30ede8f37aa59b0058304','Max','Müller',NULL,NULL,'max@kiln.example','030 1234567',NULL,NULL,'Kiln AG',NULL,NULL,NULL,NULL,'Phone',NULL,'Converted',NULL,NULL,90000,'EUR',NULL,NULL,NULL,NULL,NULL,'DE','2026-11-22T09:10:00Z',1,1,1,NULL,NULL,1,'X-3','fair','{"Shoe Size":"44"}','2026-10-05T00:00:00Z',20731,'2026-11-22T09:10:00Z',3);
INSERT INTO "leads" VALUES(4,'9e01015b4cc6797cf083c9125e2e011f','Jo','Li',NULL,NULL,'jo@gmail.com',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'Email',NULL,'New',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,2,NULL,NULL,NULL,'2026-10-20T00:00:00Z',20746,'2026-11-22T09:07:00Z',2);
INSERT INTO "leads" VALUES(5,'7c0bbc44f1da5c97090e002fd9e2e1b9',NULL,'Sato',NULL,NULL,NULL,'+81 3 5555 0102',NULL,NULL,'株式会社サクラ',NULL,NULL,NULL,NULL,'Other',NULL,'New',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'JP',NULL,NULL,NULL,NULL,NULL,NULL,1,NULL,NULL,NULL,'2026-11-02T00:00:00Z',20759,'2026-11-22T09:07:00Z',2);
INSERT INTO "leads" VALUES(6,'d4f5a952b7cd83fa9962b9b0c2b67192','Ida','Berg',NULL,NULL,'ida@fjord.example','+47 22 55 01 03',NULL,NULL,'Fjord Robotics',NULL,NULL,NULL,NULL,'Social Media',NULL,'New',NULL,NULL,500000,'NOK',NULL,NULL,NULL,NULL,NULL,'NO',NULL,NULL,NULL,NULL,NULL,NULL,2,'X-6','fair',NULL,'2026-11-10T00:00:00Z',20767,'2026-11-22T09:12:00Z',4);
INSERT INTO "leads" VALUES(7,'01eeb73ea6533a1984acb29838ff6e37','New','Person',NULL,NULL,'new@person.example',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'New',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,NULL,NULL,NULL,'2026-11-22T09:03:00Z',20779,'2026-11-22T09:07:00Z',2);
CREATE TABLE match_keys (
    kind TEXT NOT NULL, record INTEGER NOT NULL, email TEXT, phone TEXT, name TEXT, company TEXT,
    domain TEXT, normaliser INTEGER NOT NULL, PRIMARY KEY (kind, record)
    ) STRICT, WITHOUT ROWID;
INSERT INTO "match_keys" VALUES('account',1,NULL,'0301234567',NULL,'kiln','kiln.example',2);
INSERT INTO "match_keys" VALUES('account',2,NULL,NULL,NULL,'queens',NULL,2);
INSERT INTO "match_keys" VALUES('contact',1,'max@kiln.example','0301234567','max muller',NULL,'kiln.example',2);
INSERT INTO "match_keys" VALUES('lead',1,'zoe@creme.example','+33155550101','zoe nunez','creme fils','creme.example',2);
INSERT INTO "match_keys" VALUES('lead',2,'anne@queens.example',NULL,'anne obrien','queens foods','queens.example',2);
INSERT INTO "match_keys" VALUES('lead',3,'max@kiln.example','0301234567','max muller','kiln','kiln.example',2);
INSERT INTO "match_keys" VALUES('lead',4,'jo@gmail.com',NULL,'jo li',NULL,NULL,2);
INSERT INTO "match_keys" VALUES('lead',5,NULL,'+81355550102','sato','サクラ',NULL,2);
INSERT INTO "match_keys" VALUES('lead',6,'ida@fjord.example','+4722550103','ida berg','fjord robotics','fjord.example',2);
INSERT INTO "match_keys" VALUES('lead',7,'new@person.example',NULL,'new person',NULL,'person.example',2);
CREATE TABLE operations (
    id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL, at TEXT NOT NULL, actor TEXT NOT NULL,
    decided_by TEXT NOT NULL CHECK (decided_by IN ('person', 'machine')),
    command TEXT NOT NULL, counts TEXT NOT NULL, undoable INTEGER NOT NULL DEFAULT 1,
    undoes INTEGER REFERENCES operations (id), undone_by INTEGER REFERENCES operations (id)
    ) STRICT;
INSERT INTO "operations" VALUES(1,'05f4d325b3919cada43b86a74dafe2e0','2026-11-22T09:00:00Z','tester','person','rep add','{"created":2,"updated":0}',1,NULL,NULL);
INSERT INTO "operations" VALUES(2,'a59aada507b2c0a32c3857ff8e7a9880','2026-11-22T09:01:00Z','tester','person','pool add','{"created":1,"updated":0}',1,NULL,NULL);
INSERT INTO "operations" VALUES(3,'f2345095156f59d46d9c7853d29176b9','2026-11-22T09:02:00Z','tester','person','import fair.csv --on-duplicate fill','{"created":6,"updated":0,"unchanged":0,"skipped":0,"rejected":0}',1,NULL,NULL);
INSERT INTO "operations" VALUES(4,'076b64164c3f889b156b8320b20038b3','2026-11-22T09:03:00Z','tester','person','import again.csv --on-duplicate fill','{"created":1,"updated":1,"unchanged":0,"skipped":0,"rejected":0}',1,NULL,NULL);
INSERT INTO "operations" VALUES(5,'c53168bb422b865e1b5c78b15ac14b62','2026-11-22T09:04:00Z','tester','person','log 1 call …','{"logged":1}',1,NULL,NULL);
INSERT INTO "operations" VALUES(6,'56814719a671125b54731d4f318dcc7c','2026-11-22T09:05:00Z','tester','person','log 3 meeting …','{"logged":1}',1,NULL,NULL);
INSERT INTO "operations" VALUES(7,'a53fa22318c7d456af117102cebfae70','2026-11-22T09:06:00Z','tester','person','log 2 email …','{"logged":1}',1,NULL,NULL);
INSERT INTO "operations" VALUES(8,'48a4d950a2586a225144b177b54497bc','2026-11-22T09:07:00Z','tester','machine','assign --round-robin','{"assigned":7,"unassigned":0}',1,NULL,NULL);
INSERT INTO "operations" VALUES(9,'e7260eb1ee91e77dac40a97eb2d6ed85','2026-11-22T09:08:00Z','tester','machine','score','{"scored":7,"changed":7}',0,NULL,NULL);
INSERT INTO "operations" VALUES(10,'4a46f2064ca070544aac4a88da81e613','2026-11-22T09:09:00Z','tester','person','edit 2 status tags','{"updated":1}',1,NULL,NULL);
INSERT INTO "operations" VALUES(11,'8e8b92dbae168969c5c262df2ef083b2','2026-11-22T09:10:00Z','tester','person','convert 3','{"converted":1}',1,NULL,NULL);
INSERT INTO "operations" VALUES(12,'708f63bd71f7dff29b5bd68f90a79c52','2026-11-22T09:11:00Z','tester','person','edit 6 status lost_reason','{"updated":1}',1,NULL,13);
INSERT INTO "operations" VALUES(13,'421b3456f6f13de610ebf4c1cf42f690','2026-11-22T09:12:00Z','tester','person','undo 12','{"reversed":1,"kept":0,"failed":0}',1,12,NULL);
INSERT INTO "operations" VALUES(14,'9609ad78804d0bce58a281e617142a2e','2026-11-22T09:13:00Z','tester','person','rep away','{"updated":1}',1,NULL,NULL);
INSERT INTO "operations" VALUES(15,'3940d01c27996c98cfa3a68b4aaed2ce','2026-11-22T09:14:15Z','tester','person','import t.csv --as task --on-duplicate fill','{"created":1,"updated":0,"unchanged":0,"skipped":0,"rejected":0}',1,NULL,NULL);
INSERT INTO "operations" VALUES(16,'0d9f14f9b6ec2e3bb835c013892ef716','2026-11-22T09:14:15Z','tester','person','import c.csv --as campaign --on-duplicate fill','{"created":1,"updated":0,"unchanged":0,"skipped":0,"rejected":0}',1,NULL,NULL);
INSERT INTO "operations" VALUES(17,'d0ac9feb1f2e22524412e47d74d282f1','2026-11-22T09:14:15Z','tester','person','import x.csv --as transaction --on-duplicate fill','{"created":1,"updated":0,"unchanged":0,"skipped":0,"rejected":0,"accounts made":1}',1,NULL,NULL);
INSERT INTO "operations" VALUES(18,'09f87d7de848af0153a82b83fffaee68','2026-11-22T09:14:15Z','tester','person','log 1 call …','{"logged":1}',1,NULL,NULL);
CREATE TABLE pool_members (
    id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL, pool_id INTEGER NOT NULL REFERENCES pools (id) DEFERRABLE INITIALLY DEFERRED, rep_id INTEGER NOT NULL REFERENCES reps (id) DEFERRABLE INITIALLY DEFERRED,
    active INTEGER NOT NULL DEFAULT 1,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT;
INSERT INTO "pool_members" VALUES(1,'fe28f64093bf1034530a6e66a6e003b8',2,1,1,'2026-11-22T09:01:00Z',1);
CREATE TABLE pools (
    id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL, name TEXT NOT NULL COLLATE NOCASE, everyone INTEGER NOT NULL DEFAULT 0,
    last_rep_id INTEGER REFERENCES reps (id) DEFERRABLE INITIALLY DEFERRED,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT;
INSERT INTO "pools" VALUES(1,'fb864e39445928c45abc0e4bf0663d61','everyone',1,1,'2026-11-22T09:07:00Z',2);
INSERT INTO "pools" VALUES(2,'095dcc462cf5f280aa1d2d3f62de3f48','eu',0,NULL,'2026-11-22T09:01:00Z',1);
CREATE TABLE removals (
    operation INTEGER NOT NULL REFERENCES operations (id), kind TEXT NOT NULL,
    record INTEGER NOT NULL, before TEXT NOT NULL, undone_by INTEGER REFERENCES operations (id),
    PRIMARY KEY (operation, kind, record)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE reps (
    id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL, name TEXT NOT NULL COLLATE NOCASE, active INTEGER NOT NULL DEFAULT 1,
    away_from INTEGER, away_until INTEGER,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT;
INSERT INTO "reps" VALUES(1,'48a0e4072f22c1818f6790b1aa84a337','ana',1,NULL,NULL,'2026-11-22T09:00:00Z',1);
INSERT INTO "reps" VALUES(2,'318dffe61857a218df54c04ee5da9a21','ben',1,20779,20788,'2026-11-22T09:13:00Z',2);
CREATE TABLE score_runs (
    operation INTEGER PRIMARY KEY REFERENCES operations (id), day INTEGER NOT NULL,
    at TEXT NOT NULL, rules_path TEXT NOT NULL, rules_hash TEXT NOT NULL, lines TEXT NOT NULL
    ) STRICT;
INSERT INTO "score_runs" VALUES(9,20779,'2026-11-22T09:08:00Z','shipped','015676a13b386ec525a980dce5a69c21','[{"rule":"business email","kind":"fit","name":"business email","group":"fit","points":15,"when":"is_free_mail = 0"},{"rule":"phone","kind":"fit","name":"phone","group":"fit","points":10,"when":"has_phone = 1"},{"rule":"company","kind":"fit","name":"company","group":"fit","points":5,"when":"company is not null"},{"rule":"senior title","kind":"fit","name":"senior title","group":"fit","points":10,"when":"title like ''%head of%'' or title like ''%director%'' or title like ''%chief%''\nor title like ''%president%'' or title like ''%founder%'' or title like ''%owner%''\nor title like ''%managing%'' or title like ''VP%'' or title like ''% VP%''\nor title in (''CEO'', ''CFO'', ''CIO'', ''CMO'', ''COO'', ''CTO'')"},{"rule":"50 employees or more","kind":"fit","name":"50 employees or more","group":"fit","points":10,"when":"employees >= 50"},{"rule":"in person or referral","kind":"fit","name":"in person or referral","group":"fit","points":10,"when":"source = ''In Person'' or source like ''%referral%''"},{"rule":"opted out or no way to reach","kind":"fit","name":"opted out or no way to reach","group":"fit","points":-20,"when":"email_opt_out = 1 or (has_email = 0 and has_phone = 0)"},{"rule":"meeting","kind":"engagement","name":"meeting","group":"engagement","points":20,"activity":["meeting"],"max":40,"within":"28 days"},{"rule":"form","kind":"engagement","name":"form","group":"engagement","points":15,"activity":["form"],"max":30,"within":"28 days"},{"rule":"call or email from them","kind":"engagement","name":"call or email from them","group":"engagement","points":10,"activity":["call","email"],"direction":"in","max":30,"within":"28 days"},{"rule":"visit","kind":"engagement","name":"visit","group":"engagement","points":3,"activity":["visit"],"max":15,"within":"28 days"},{"rule":"nothing for 30 days","kind":"engagement","name":"nothing for 30 days","group":"engagement","points":-10,"when":"days_since_activity >= 30"},{"rule":"total cap","kind":"cap","group":"total","least":0,"most":100}]');
CREATE TABLE scores (
    lead_id INTEGER PRIMARY KEY REFERENCES leads (id) ON DELETE CASCADE,
    total INTEGER, fit INTEGER, engagement INTEGER, grade TEXT, points TEXT,
    run INTEGER REFERENCES score_runs (operation)) STRICT;
INSERT INTO "scores" VALUES(1,40,30,10,'C','[15,10,5,0,0,0,0,0,0,10,0,0,0]',9);
INSERT INTO "scores" VALUES(2,40,40,0,'C','[15,0,5,10,0,10,0,0,0,0,0,0,0]',9);
INSERT INTO "scores" VALUES(3,50,30,20,'B','[15,10,5,0,0,0,0,20,0,0,0,0,0]',9);
INSERT INTO "scores" VALUES(4,0,0,-10,'D','[0,0,0,0,0,0,0,0,0,0,0,-10,10]',9);
INSERT INTO "scores" VALUES(5,15,15,0,'D','[0,10,5,0,0,0,0,0,0,0,0,0,0]',9);
INSERT INTO "scores" VALUES(6,30,30,0,'C','[15,10,5,0,0,0,0,0,0,0,0,0,0]',9);
INSERT INTO "scores" VALUES(7,15,15,0,'D','[15,0,0,0,0,0,0,0,0,0,0,0,0]',9);
CREATE TABLE tasks (
    id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL, 
    lead_id INTEGER REFERENCES leads (id) DEFERRABLE INITIALLY DEFERRED, contact_id INTEGER REFERENCES contacts (id) DEFERRABLE INITIALLY DEFERRED, account_id INTEGER REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED,
    deal_id INTEGER REFERENCES deals (id) DEFERRABLE INITIALLY DEFERRED, title TEXT COLLATE NOCASE, due_day INTEGER, due_at TEXT, done_at TEXT,
    owner_id INTEGER REFERENCES reps (id) DEFERRABLE INITIALLY DEFERRED, note TEXT COLLATE NOCASE, external_id TEXT, external_system TEXT COLLATE NOCASE, extra TEXT,
    created_at TEXT NOT NULL, created_day INTEGER NOT NULL,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT;
INSERT INTO "tasks" VALUES(1,'92a27efb22a3a302077f12c53a00b8d9',1,NULL,NULL,NULL,'Send the offer',20788,NULL,NULL,1,NULL,NULL,NULL,NULL,'2026-11-22T13:05:15Z',20779,'2026-11-22T13:05:15Z',1);
CREATE TABLE transactions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL, account_id INTEGER NOT NULL REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED, kind TEXT COLLATE NOCASE,
    number TEXT COLLATE NOCASE, amount INTEGER, currency TEXT, at TEXT NOT NULL,
    day INTEGER NOT NULL, external_id TEXT, external_system TEXT COLLATE NOCASE, extra TEXT,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT;
INSERT INTO "transactions" VALUES(1,'4fa7a45c0c29d1aec3ecc939fbdc3678',2,'invoice','INV-9',120000,'EUR','2026-10-02T00:00:00Z',20728,NULL,NULL,NULL,'2026-11-22T13:05:15Z',1);
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
CREATE INDEX deals_lead_id ON deals (lead_id) WHERE lead_id IS NOT NULL;
CREATE INDEX activities_contact_id ON activities (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX activities_account_id ON activities (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX activities_deal_id ON activities (deal_id) WHERE deal_id IS NOT NULL;
CREATE INDEX assignments_rep_id ON assignments (rep_id) WHERE rep_id IS NOT NULL;
CREATE INDEX assignments_pool_id ON assignments (pool_id) WHERE pool_id IS NOT NULL;
CREATE INDEX leads_status ON leads (status);
CREATE INDEX assignments_lead ON assignments (lead_id);
CREATE INDEX scores_total ON scores (total, lead_id);
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
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('pools',2);
INSERT INTO "sqlite_sequence" VALUES('operations',18);
INSERT INTO "sqlite_sequence" VALUES('reps',2);
INSERT INTO "sqlite_sequence" VALUES('pool_members',1);
INSERT INTO "sqlite_sequence" VALUES('leads',7);
INSERT INTO "sqlite_sequence" VALUES('activities',4);
INSERT INTO "sqlite_sequence" VALUES('assignments',7);
INSERT INTO "sqlite_sequence" VALUES('accounts',2);
INSERT INTO "sqlite_sequence" VALUES('contacts',1);
INSERT INTO "sqlite_sequence" VALUES('deals',1);
INSERT INTO "sqlite_sequence" VALUES('imported_rows',4);
INSERT INTO "sqlite_sequence" VALUES('tasks',1);
INSERT INTO "sqlite_sequence" VALUES('campaigns',1);
INSERT INTO "sqlite_sequence" VALUES('transactions',1);
COMMIT;