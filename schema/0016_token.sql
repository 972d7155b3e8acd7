-- Whose act a token is, and when it was last shown.
ALTER TABLE token ADD COLUMN created_by TEXT; -- a name; NULL: of before
ALTER TABLE token ADD COLUMN used_us BIGINT;  -- within the hour; NULL: never
