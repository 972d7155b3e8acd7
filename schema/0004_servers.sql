-- Several servers on one database.

-- The numbers that servers have had in their ids. Who holds one now is known by a lock that its connection holds.
CREATE TABLE node (
    number     INTEGER PRIMARY KEY, -- 1 to 1023; 0 is for a database with one server
    address    TEXT NOT NULL,       -- of the server that had it last
    started_us BIGINT NOT NULL
);

-- Grows when something has changed that servers keep in memory: code, world, access.
CREATE TABLE mark (
    name  TEXT PRIMARY KEY,
    value BIGINT NOT NULL
);

-- The entries of one node, which come in the order of its commits: its number is in their ids.
CREATE INDEX obligation_entry_node ON obligation_entry (((id >> 12) & 1023), id);

-- Counts are kept apart for each node, so that no two servers change one row; who reads adds them up.
ALTER TABLE tally RENAME TO tally_before;
DROP INDEX tally_day;
CREATE TABLE tally (
    promise TEXT NOT NULL,
    day     INTEGER NOT NULL,
    channel TEXT NOT NULL,
    team    TEXT NOT NULL,
    node    INTEGER NOT NULL DEFAULT 0,
    kept    BIGINT NOT NULL,
    broken  BIGINT NOT NULL,
    excused BIGINT NOT NULL,
    void    BIGINT NOT NULL,
    PRIMARY KEY (promise, day, channel, team, node)
);
INSERT INTO tally (promise, day, channel, team, kept, broken, excused, void)
SELECT promise, day, channel, team, kept, broken, excused, void FROM tally_before;
DROP TABLE tally_before;
CREATE INDEX tally_day ON tally (day);

ALTER TABLE tally_total RENAME TO tally_total_before;
DROP INDEX tally_total_day;
CREATE TABLE tally_total (
    promise TEXT NOT NULL,
    day     INTEGER NOT NULL,
    node    INTEGER NOT NULL DEFAULT 0,
    kept    BIGINT NOT NULL,
    broken  BIGINT NOT NULL,
    excused BIGINT NOT NULL,
    void    BIGINT NOT NULL,
    PRIMARY KEY (promise, day, node)
);
INSERT INTO tally_total (promise, day, kept, broken, excused, void)
SELECT promise, day, kept, broken, excused, void FROM tally_total_before;
DROP TABLE tally_total_before;
CREATE INDEX tally_total_day ON tally_total (day);

ALTER TABLE tally_open RENAME TO tally_open_before;
CREATE TABLE tally_open (
    promise TEXT NOT NULL,
    node    INTEGER NOT NULL DEFAULT 0,
    open    BIGINT NOT NULL,
    paused  BIGINT NOT NULL,
    PRIMARY KEY (promise, node)
);
INSERT INTO tally_open (promise, open, paused) SELECT promise, open, paused FROM tally_open_before;
DROP TABLE tally_open_before;

ALTER TABLE tally_remedy RENAME TO tally_remedy_before;
CREATE TABLE tally_remedy (
    promise    TEXT NOT NULL,
    day        INTEGER NOT NULL,
    currency   TEXT NOT NULL,   -- empty: tasks
    node       INTEGER NOT NULL DEFAULT 0,
    owed       BIGINT NOT NULL, -- minor units
    owed_count BIGINT NOT NULL,
    paid       BIGINT NOT NULL,
    paid_count BIGINT NOT NULL,
    PRIMARY KEY (promise, day, currency, node)
);
INSERT INTO tally_remedy (promise, day, currency, owed, owed_count, paid, paid_count)
SELECT promise, day, currency, owed, owed_count, paid, paid_count FROM tally_remedy_before;
DROP TABLE tally_remedy_before;
