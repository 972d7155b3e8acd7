-- Lists of what was decided come in the order of the decision: of all, of a rare state, of a promise; and all of a customer.
DROP INDEX obligation_promise;
CREATE INDEX obligation_promise ON obligation (promise, state, decided_us, id);
DROP INDEX obligation_rare;
CREATE INDEX obligation_rare ON obligation (state, decided_us, id) WHERE state IN (1, 3, 4, 5);
CREATE INDEX obligation_decided ON obligation (decided_us, id) WHERE decided_us IS NOT NULL;
CREATE INDEX obligation_customer ON obligation (customer, id) WHERE customer IS NOT NULL;

-- Verdicts by the hour, since 1970, in UTC: for maps of the week in anybody's zone.
CREATE TABLE tally_hour (
    hour    BIGINT NOT NULL,
    promise TEXT NOT NULL,
    node    INTEGER NOT NULL DEFAULT 0,
    kept    BIGINT NOT NULL,
    broken  BIGINT NOT NULL,
    excused BIGINT NOT NULL,
    void    BIGINT NOT NULL,
    PRIMARY KEY (hour, promise, node)
);

-- What a large table is still to be worked through for, a bit at a time beside the server's other work.
CREATE TABLE backfill (
    name     TEXT PRIMARY KEY,
    after_id BIGINT NOT NULL, -- done until there
    until_id BIGINT NOT NULL  -- to be done until there
);
INSERT INTO backfill (name, after_id, until_id)
SELECT 'tally_hour', 0, id FROM obligation ORDER BY id DESC LIMIT 1;
