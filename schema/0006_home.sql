-- Homes: a row's home is made of what it is about alone (home_of(), src/store/home.h), so that all of one thread lies
-- at one home: its touches, its states, its obligations and their entries. Tables may be spread by it (docs/scale.md).

-- A touch's source is no longer part of it.
UPDATE touch SET home_id = home_of(coalesce(thread, customer, external_id));

-- At the key's home; touch_home_id is where the touch itself is.
ALTER TABLE touch_key RENAME TO touch_key_before;
CREATE TABLE touch_key (
    lane          TEXT NOT NULL,
    key           TEXT NOT NULL,
    occurred_us   BIGINT NOT NULL,
    touch_id      BIGINT NOT NULL,
    home_id       BIGINT NOT NULL,
    touch_home_id BIGINT NOT NULL,
    PRIMARY KEY (lane, key, occurred_us, touch_id, home_id)
);
INSERT INTO touch_key (lane, key, occurred_us, touch_id, home_id, touch_home_id)
SELECT k.lane, k.key, k.occurred_us, k.touch_id, home_of(k.key), coalesce(t.home_id, 0)
FROM touch_key_before k LEFT JOIN touch t ON t.id = k.touch_id;
DROP TABLE touch_key_before;

-- What a table is spread by belongs to its key.
ALTER TABLE key_state RENAME TO key_state_before;
DROP INDEX key_state_next;
CREATE TABLE key_state (
    lane    TEXT NOT NULL,
    key     TEXT NOT NULL,
    home_id BIGINT NOT NULL,
    next_us BIGINT,          -- when the clock will change something; NULL: never
    state   BLOB NOT NULL,   -- empty: stale, to be folded anew
    PRIMARY KEY (lane, key, home_id)
);
INSERT INTO key_state (lane, key, home_id, next_us, state)
SELECT lane, key, home_of(key), next_us, state FROM key_state_before;
DROP TABLE key_state_before;
CREATE INDEX key_state_next ON key_state (next_us) WHERE next_us IS NOT NULL;

UPDATE obligation SET home_id = home_of(key);

-- Beside its obligation.
ALTER TABLE obligation_entry ADD COLUMN home_id BIGINT NOT NULL DEFAULT 0;
UPDATE obligation_entry SET home_id = coalesce((SELECT o.home_id FROM obligation o WHERE o.id = obligation_id), 0);
