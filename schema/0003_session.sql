-- People in a browser: their sessions, and the one-time links that begin them. Secrets are kept as hashes only.
CREATE TABLE session (
    id         BIGINT PRIMARY KEY, -- of the hash: needs no numbering
    hash       BLOB NOT NULL,
    created_us BIGINT NOT NULL,
    seen_us    BIGINT NOT NULL,    -- within the hour
    expires_us BIGINT NOT NULL,
    revoked_us BIGINT
);

CREATE TABLE sign_in_link (
    hash       BLOB PRIMARY KEY,
    created_us BIGINT NOT NULL,
    expires_us BIGINT NOT NULL     -- used: the row is gone
);
