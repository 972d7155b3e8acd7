-- Who changed what, and who read what is not open to all: one chain for each server, append-only. A row's hash covers
-- the row before it, so that nothing can be changed or taken out unseen (troth audit verify).
CREATE TABLE audit (
    node       INTEGER NOT NULL,  -- the server's number: its chain
    seq        BIGINT NOT NULL,   -- 1, 2, 3, … in the chain
    id         BIGINT NOT NULL,   -- in order of time over all chains
    at_us      BIGINT NOT NULL,
    actor_kind INTEGER NOT NULL,  -- 0 a rule, 1 a token, 2 a person, 3 a command
    actor_id   BIGINT NOT NULL,   -- of the token or person; 0: none
    action     TEXT NOT NULL,     -- "team.renamed"
    digest     BLOB NOT NULL,     -- of the words below, with their salt
    hash       BLOB NOT NULL,     -- of all above and the hash before it
    PRIMARY KEY (node, seq)
);
CREATE UNIQUE INDEX audit_by_id ON audit (id);
CREATE INDEX audit_by_actor ON audit (actor_kind, actor_id, id);
CREATE INDEX audit_by_action ON audit (action, id);

-- The words of a row. They may be erased: without the salt its digest tells nothing, and the chain still holds.
CREATE TABLE audit_words (
    id      BIGINT PRIMARY KEY,
    salt    BLOB NOT NULL,
    actor   TEXT NOT NULL,        -- the name at that time
    subject TEXT NOT NULL,
    before  TEXT,                 -- JSON
    after   TEXT
);
CREATE INDEX audit_words_subject ON audit_words (subject, id);
