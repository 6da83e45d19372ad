-- The site calibration a slide is read with, from its first field to its last; NULL without one.
ALTER TABLE slide ADD COLUMN site_calibration TEXT;

-- Commands of others that were answered: none is done again after a restart, whoever sends it again.
CREATE TABLE command (
  number     INTEGER PRIMARY KEY AUTOINCREMENT,
  request_id TEXT    NOT NULL UNIQUE,       -- chosen by the sender, bounded by the reader
  answer     TEXT    NOT NULL,              -- the payload of the first answer
  age_s      INTEGER NOT NULL               -- witnessed time, see age
);
