-- How people prove who they are.
CREATE TABLE password (
    staff_id   BIGINT PRIMARY KEY,
    hash       TEXT NOT NULL,      -- Argon2id, with its salt and limits
    changed_us BIGINT NOT NULL
);

-- A second factor: codes by time (RFC 6238).
CREATE TABLE totp (
    staff_id     BIGINT PRIMARY KEY,
    secret       BLOB NOT NULL,    -- encrypted with the server's key
    confirmed_us BIGINT,           -- NULL: set up, but no code of it has been shown yet
    last_step    BIGINT NOT NULL   -- of the last code that was used: each is good once
);

CREATE TABLE recovery_code (
    staff_id BIGINT NOT NULL,
    hash     BLOB NOT NULL,        -- used: the row is gone
    PRIMARY KEY (staff_id, hash)
);

CREATE TABLE sign_in_setting (
    name       TEXT PRIMARY KEY,   -- "second_factor_roles": ids of roles, a space between
    value      TEXT NOT NULL,
    changed_us BIGINT NOT NULL
);

-- What a link is for; NULL: it signs in.
ALTER TABLE sign_in_link ADD COLUMN purpose TEXT;
