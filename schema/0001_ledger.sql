-- The first slice: Codes, touches, the ledger and its counts. Times are microseconds since 1970 UTC.
-- home_id: a number derived from the touch's own key, for spreading over machines.

CREATE TABLE code_version (
    id           BIGINT PRIMARY KEY,
    published_us BIGINT NOT NULL,
    from_us      BIGINT NOT NULL,  -- in force from then on; the least number for the first version
    title        TEXT NOT NULL,
    published_by TEXT NOT NULL,
    source       TEXT NOT NULL
);

-- Files as they were when a version was published: time zones, imported closures.
CREATE TABLE code_file (
    version_id BIGINT NOT NULL REFERENCES code_version (id),
    name       TEXT NOT NULL,
    bytes      BLOB NOT NULL,
    PRIMARY KEY (version_id, name)
);

CREATE TABLE touch (
    id          BIGINT PRIMARY KEY, -- also the place in the order of arrival
    home_id     BIGINT NOT NULL,
    source      TEXT NOT NULL,
    external_id TEXT NOT NULL,
    event       TEXT NOT NULL,
    occurred_us BIGINT NOT NULL,
    received_us BIGINT NOT NULL,
    thread      TEXT,
    customer    TEXT,
    channel     TEXT,
    actor       INTEGER NOT NULL,
    person      TEXT,
    role        TEXT,
    team        TEXT,
    attributes  TEXT                -- a JSON object; NULL: none
);
CREATE UNIQUE INDEX touch_external ON touch (source, external_id);
CREATE INDEX touch_thread ON touch (thread, occurred_us, id) WHERE thread IS NOT NULL;
CREATE INDEX touch_customer ON touch (customer, occurred_us, id) WHERE customer IS NOT NULL;

-- Touches under a key that is neither thread nor customer, and verdict touches of other keys.
CREATE TABLE touch_key (
    lane        TEXT NOT NULL,
    key         TEXT NOT NULL,
    occurred_us BIGINT NOT NULL,
    touch_id    BIGINT NOT NULL,
    PRIMARY KEY (lane, key, occurred_us, touch_id)
);

-- Touches heard anywhere.
CREATE TABLE touch_anywhere (
    touch_id BIGINT PRIMARY KEY
);

-- The engine's state of a key; can be made again from touches.
CREATE TABLE key_state (
    lane    TEXT NOT NULL,
    key     TEXT NOT NULL,
    home_id BIGINT NOT NULL,
    next_us BIGINT,          -- when the clock will change something; NULL: never
    state   BLOB NOT NULL,   -- empty: stale, to be folded anew
    PRIMARY KEY (lane, key)
);
CREATE INDEX key_state_next ON key_state (next_us) WHERE next_us IS NOT NULL;

-- Keys still to be woken because of what was heard anywhere: how far each lane has come.
CREATE TABLE waking (
    lane  TEXT NOT NULL,    -- empty: keys of verdicts since then, by the entries' ids
    begun INTEGER NOT NULL, -- 1: under way; 0: waits for that one to end
    us    BIGINT NOT NULL,  -- when it was heard; the earliest of several
    after TEXT NOT NULL,    -- the last key (or entry) done
    PRIMARY KEY (lane, begun)
);

CREATE TABLE obligation (
    id             BIGINT PRIMARY KEY,
    home_id        BIGINT NOT NULL,
    version_id     BIGINT NOT NULL,
    promise        TEXT NOT NULL,
    key            TEXT NOT NULL,
    opening_source TEXT NOT NULL,
    opening_id     TEXT NOT NULL,
    n              INTEGER NOT NULL,
    thread         TEXT,
    customer       TEXT,
    channel        TEXT,
    team           TEXT,     -- of the deciding touch, else of the opening one
    person         TEXT,
    state          INTEGER NOT NULL, -- 0 open, 1 paused, 2 kept, 3 broken, 4 excused, 5 void
    opened_us      BIGINT NOT NULL,
    due_us         BIGINT,
    warn_us        BIGINT,
    decided_us     BIGINT,
    fulfilled_us   BIGINT,
    day            INTEGER,  -- of the decision, in the company's zone: days since 1970
    owed_minor     BIGINT NOT NULL,
    owed_currency  TEXT,
    owed_count     INTEGER NOT NULL
);
CREATE INDEX obligation_due ON obligation (due_us, id) WHERE state = 0;
CREATE INDEX obligation_key ON obligation (key, id);
CREATE INDEX obligation_promise ON obligation (promise, state, id);
CREATE INDEX obligation_rare ON obligation (state, id) WHERE state IN (1, 3, 4, 5);

CREATE TABLE obligation_entry (
    id            BIGINT PRIMARY KEY, -- also the position in the event stream
    obligation_id BIGINT NOT NULL,
    kind          INTEGER NOT NULL,
    at_us         BIGINT NOT NULL,
    cause_source  TEXT,
    cause_id      TEXT,
    due_us        BIGINT,
    state         INTEGER NOT NULL,
    amount_minor  BIGINT,
    currency      TEXT,
    task          TEXT,
    unit          INTEGER NOT NULL
);
CREATE INDEX obligation_entry_of ON obligation_entry (obligation_id, id);

-- Counts, kept as verdicts fall.
CREATE TABLE tally (
    promise TEXT NOT NULL,
    day     INTEGER NOT NULL,
    channel TEXT NOT NULL,
    team    TEXT NOT NULL,
    kept    BIGINT NOT NULL,
    broken  BIGINT NOT NULL,
    excused BIGINT NOT NULL,
    void    BIGINT NOT NULL,
    PRIMARY KEY (promise, day, channel, team)
);
CREATE INDEX tally_day ON tally (day);

CREATE TABLE tally_open (
    promise TEXT PRIMARY KEY,
    open    BIGINT NOT NULL,
    paused  BIGINT NOT NULL
);

CREATE TABLE tally_remedy (
    promise    TEXT NOT NULL,
    day        INTEGER NOT NULL,
    currency   TEXT NOT NULL,   -- empty: tasks
    owed       BIGINT NOT NULL, -- minor units
    owed_count BIGINT NOT NULL,
    paid       BIGINT NOT NULL,
    paid_count BIGINT NOT NULL,
    PRIMARY KEY (promise, day, currency)
);

CREATE TABLE token (
    id         BIGINT PRIMARY KEY,
    name       TEXT NOT NULL,
    hash       BLOB NOT NULL,
    scopes     TEXT NOT NULL,
    created_us BIGINT NOT NULL,
    expires_us BIGINT,
    revoked_us BIGINT
);
CREATE UNIQUE INDEX token_hash ON token (hash);
