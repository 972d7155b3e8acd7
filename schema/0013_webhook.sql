-- Other programs that are told what happens.
CREATE TABLE webhook (
    id                     BIGINT PRIMARY KEY,
    url                    TEXT NOT NULL,
    description            TEXT NOT NULL,
    contact                TEXT NOT NULL,            -- an address of mail, or empty
    events                 TEXT NOT NULL,            -- words with one space between
    secret                 TEXT NOT NULL,            -- it signs, so it is kept as it is
    secret_before          TEXT NOT NULL DEFAULT '',
    secret_before_until_us BIGINT NOT NULL DEFAULT 0,
    created_us             BIGINT NOT NULL,
    failing_since_us       BIGINT,
    enabled                INTEGER NOT NULL,
    disabled_why           TEXT NOT NULL DEFAULT ''
);

-- How far each has been told: of every node that writes entries; -1: of versions of the Code.
CREATE TABLE webhook_place (
    webhook_id BIGINT NOT NULL,
    node       INTEGER NOT NULL,
    last_id    BIGINT NOT NULL,
    PRIMARY KEY (webhook_id, node)
);

CREATE INDEX outbox_target ON outbox (target_id, id) WHERE target_id <> 0;
