-- Excuses by hand that a second person has to confirm, an obligation each.
CREATE TABLE excuse_request (
    id            BIGINT PRIMARY KEY,
    obligation_id BIGINT NOT NULL,
    reason        TEXT NOT NULL,
    asked_us      BIGINT NOT NULL,
    asked_by      TEXT NOT NULL,   -- the name as it was then
    asker_kind    BIGINT NOT NULL, -- 1 a token, 2 a person, 3 a command
    asker_id      BIGINT NOT NULL, -- of the token or person; 0: a command
    state         BIGINT NOT NULL, -- 0 waiting, 1 confirmed, 2 declined, 3 withdrawn, 4 closed: it was decided before
    answer        TEXT NOT NULL,   -- why it was declined
    answered_by   TEXT NOT NULL,
    answered_us   BIGINT
);
CREATE UNIQUE INDEX excuse_request_waiting ON excuse_request (obligation_id) WHERE state = 0;
CREATE INDEX excuse_request_obligation ON excuse_request (obligation_id, id);
CREATE INDEX excuse_request_state ON excuse_request (state, id);
