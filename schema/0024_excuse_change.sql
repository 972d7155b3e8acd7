-- Who is behind a token: the person who made it, or the first token of those that made each other.
ALTER TABLE token ADD COLUMN maker_kind BIGINT; -- 1 a token, 2 a person; NULL: the command line, or made before
ALTER TABLE token ADD COLUMN maker_id BIGINT;

-- Each change of an excuse that waits has an id of the server that wrote it, as the ledger's entries have: the others
-- read on from the last one they know.
ALTER TABLE excuse_request ADD COLUMN change_id BIGINT; -- NULL: of before
CREATE INDEX excuse_request_change ON excuse_request (((change_id >> 12) & 1023), change_id);
CREATE INDEX excuse_request_asker ON excuse_request (asker_kind, asker_id, id);
