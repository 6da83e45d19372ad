-- What a second engine says of a cell: AGREES, DIFFERS or UNSEEN; NULL where none was asked.
ALTER TABLE cell ADD COLUMN second_opinion TEXT;

-- Cells with a nucleus that only the second engine sees, "x y width height" in pixels, one after another, separated
-- by ";"; NULL where none was asked.
ALTER TABLE field ADD COLUMN only_second TEXT;
