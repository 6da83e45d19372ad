-- The first shape of the database. A later shape is a new file; this one never changes once shipped.
-- Keys of tables whose order matters rise by themselves (AUTOINCREMENT), so that no clock decides what came first.

CREATE TABLE slide (
  key            INTEGER PRIMARY KEY AUTOINCREMENT,
  id             TEXT    NOT NULL UNIQUE,   -- [a-z0-9-]{1,40}
  specimen       TEXT    NOT NULL,          -- marrow | blood
  accession      TEXT,                      -- the laboratory's number, never a name
  planned_cells  INTEGER NOT NULL,
  classes        TEXT    NOT NULL,          -- what the classifier could say, blank-separated codes
  started_at     TEXT    NOT NULL,          -- UTC, as the clock stood
  finished_at    TEXT,
  finished_age_s INTEGER,                   -- witnessed time at the end, see age
  state          TEXT    NOT NULL,          -- running | paused | finished
  revision       INTEGER NOT NULL DEFAULT 0,
  failed_fields  INTEGER NOT NULL DEFAULT 0 -- accepted, but could not be read
);
-- One slide at most is open.
CREATE UNIQUE INDEX slide_open ON slide ((1)) WHERE state <> 'finished';

CREATE TABLE field (
  slide            INTEGER NOT NULL REFERENCES slide (key) ON DELETE CASCADE,
  number           INTEGER NOT NULL,        -- within the slide, from 1
  origin           TEXT    NOT NULL,
  origin_kind      TEXT    NOT NULL,        -- LIVE | STORED | SIMULATED
  captured_at      TEXT    NOT NULL,
  width            INTEGER NOT NULL,
  height           INTEGER NOT NULL,
  um_per_px        REAL    NOT NULL,
  scale_source     TEXT    NOT NULL,
  scale_confidence REAL    NOT NULL,
  focus            REAL    NOT NULL,
  usable           INTEGER NOT NULL,
  reasons          TEXT    NOT NULL,        -- blank-separated codes
  fingerprint      BLOB,                    -- kept while the slide is open
  PRIMARY KEY (slide, number)
);
-- A stored or drawn image has a name of its own and is counted once; a camera's frames all have the same.
CREATE UNIQUE INDEX field_once ON field (slide, origin) WHERE origin_kind <> 'LIVE';

CREATE TABLE cell (
  slide             INTEGER NOT NULL,
  field             INTEGER NOT NULL,
  id                INTEGER NOT NULL,
  x                 INTEGER NOT NULL,
  y                 INTEGER NOT NULL,
  width             INTEGER NOT NULL,
  height            INTEGER NOT NULL,
  centroid_x        REAL    NOT NULL,
  centroid_y        REAL    NOT NULL,
  area_um2          REAL    NOT NULL,
  nucleus_area_um2  REAL    NOT NULL,
  circularity       REAL    NOT NULL,
  solidity          REAL    NOT NULL,
  nucleus_contrast  REAL,
  touches_edge      INTEGER NOT NULL,
  label             TEXT    NOT NULL,
  probability       REAL    NOT NULL,
  probabilities     TEXT    NOT NULL,       -- CODE=value, blank-separated
  status            TEXT    NOT NULL,       -- COUNTED | UNCERTAIN | REJECTED
  reason            TEXT    NOT NULL,
  PRIMARY KEY (slide, field, id),
  FOREIGN KEY (slide, field) REFERENCES field (slide, number) ON DELETE CASCADE
) WITHOUT ROWID;

CREATE TABLE outbox (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  kind       TEXT    NOT NULL,
  priority   INTEGER NOT NULL,              -- higher goes first and is dropped last
  topic      TEXT    NOT NULL,
  json       TEXT    NOT NULL,
  bytes      INTEGER NOT NULL,              -- of json in UTF-8
  created_at TEXT    NOT NULL,
  created_ns INTEGER NOT NULL,              -- monotonic, of the process that added it
  offline    INTEGER NOT NULL
);
CREATE INDEX outbox_order ON outbox (priority, id);
CREATE INDEX outbox_topic ON outbox (topic);

-- Figures that outlive the process.
CREATE TABLE counter (
  name  TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO counter VALUES ('outbox_messages', 0), ('outbox_bytes', 0), ('outbox_dropped', 0), ('age_s', 0);
CREATE TRIGGER outbox_added AFTER INSERT ON outbox BEGIN
  UPDATE counter SET value = value + 1 WHERE name = 'outbox_messages';
  UPDATE counter SET value = value + new.bytes WHERE name = 'outbox_bytes';
END;
CREATE TRIGGER outbox_removed AFTER DELETE ON outbox BEGIN
  UPDATE counter SET value = value - 1 WHERE name = 'outbox_messages';
  UPDATE counter SET value = value - old.bytes WHERE name = 'outbox_bytes';
END;

-- What `kronocyte slide …` asks of the daemon.
CREATE TABLE request (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  verb      TEXT NOT NULL,
  arguments TEXT NOT NULL,                  -- JSON object
  state     TEXT NOT NULL DEFAULT 'waiting', -- waiting | withdrawn | done | refused
  answer    TEXT NOT NULL DEFAULT '{}'      -- JSON object: what was done, or code, message and remedy
);
CREATE INDEX request_waiting ON request (state) WHERE state = 'waiting';
