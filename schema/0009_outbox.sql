-- What is to be sent outside: written in the transaction of its cause, sent afterwards, at least once.
CREATE TABLE outbox (
    id        BIGINT PRIMARY KEY,
    kind      INTEGER NOT NULL,          -- 0 mail, 1 webhook
    state     INTEGER NOT NULL,          -- 0 waiting, 1 sent, 2 failed, 3 cancelled
    token     TEXT NOT NULL,             -- the same over all tries: in Message-ID, webhook-id
    target    TEXT NOT NULL,             -- the address
    target_id BIGINT NOT NULL DEFAULT 0, -- a webhook's endpoint
    title     TEXT NOT NULL,             -- subject, name of the event
    content   TEXT NOT NULL,             -- JSON; a mail's is emptied once it is sent: it may hold a link that lets in
    since_us  BIGINT NOT NULL,           -- when this series of tries began
    next_us   BIGINT NOT NULL,           -- the next try; while it is being sent, when another server may take it
    lease     BIGINT NOT NULL DEFAULT 0, -- of who is sending it
    tries     INTEGER NOT NULL DEFAULT 0,
    error     TEXT NOT NULL DEFAULT '',  -- of the last try
    done_us   BIGINT
);
CREATE INDEX outbox_due ON outbox (kind, next_us) WHERE state = 0;
CREATE INDEX outbox_list ON outbox (kind, state, id);

CREATE TABLE outbox_try (
    outbox_id BIGINT NOT NULL,
    n         INTEGER NOT NULL,
    at_us     BIGINT NOT NULL,
    took_us   BIGINT NOT NULL,
    code      INTEGER NOT NULL, -- of SMTP or HTTP; 0: there was no answer
    answer    TEXT NOT NULL,
    PRIMARY KEY (outbox_id, n)
);
