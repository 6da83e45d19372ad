-- The site calibration a slide is read with, from its first field to its last; NULL without one.
ALTER TABLE slide ADD COLUMN site_calibration TEXT;
