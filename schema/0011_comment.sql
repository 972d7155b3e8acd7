-- What becomes of a published version: who has signed it off, when it was looked at again, and what people say of it.
CREATE TABLE sign_off (
    version_id BIGINT NOT NULL,
    staff_id   BIGINT NOT NULL,
    signed_us  BIGINT NOT NULL,
    PRIMARY KEY (version_id, staff_id)
);

-- Looked at and found good, so the next review counts from here.
CREATE TABLE code_review (
    id          BIGINT PRIMARY KEY,
    version_id  BIGINT NOT NULL,
    reviewed_us BIGINT NOT NULL,
    reviewed_by TEXT NOT NULL,
    note        TEXT NOT NULL
);

-- On one promise of one version, by staff or by a customer.
CREATE TABLE comment (
    id          BIGINT PRIMARY KEY,
    version_id  BIGINT NOT NULL,
    promise     TEXT NOT NULL,
    by_customer BIGINT NOT NULL,    -- 1: from the public page; held until someone of the staff releases it
    name        TEXT NOT NULL,
    contact     TEXT NOT NULL,      -- of a customer who wants an answer; never shown in public
    words       TEXT NOT NULL,
    written_us  BIGINT NOT NULL,
    state       BIGINT NOT NULL,    -- 0 held, 1 open, 2 answered, 3 closed
    is_public   BIGINT NOT NULL,    -- 1: shown on the public page
    answer      TEXT NOT NULL,
    answered_by TEXT NOT NULL,
    answered_us BIGINT,
    changed_us  BIGINT NOT NULL
);
CREATE INDEX comment_state ON comment (state, id);
CREATE INDEX comment_promise ON comment (promise, id);
