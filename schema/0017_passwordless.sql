-- Signing in without a password: by others who know who somebody is, and by passkeys.
CREATE TABLE sign_in_provider (
    id         BIGINT PRIMARY KEY,
    name       TEXT NOT NULL,      -- on the button
    issuer     TEXT NOT NULL,      -- "https://login.example.com"
    client_id  TEXT NOT NULL,
    secret     TEXT NOT NULL,      -- encrypted with the server's key, in base64url; empty: it asks for none
    domains    TEXT NOT NULL,      -- of addresses that it may speak for, a space between; empty: all
    enrols     BIGINT NOT NULL,    -- 1: makes members of people who are not known yet
    role_id    BIGINT,             -- theirs; NULL: none
    created_us BIGINT NOT NULL,
    changed_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX sign_in_provider_issuer ON sign_in_provider (issuer);

-- Who somebody is there. What a provider calls them never changes and is never given to another.
CREATE TABLE provider_identity (
    issuer     TEXT NOT NULL,
    subject    TEXT NOT NULL,
    staff_id   BIGINT NOT NULL,
    created_us BIGINT NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE UNIQUE INDEX provider_identity_staff ON provider_identity (staff_id, issuer);

CREATE TABLE passkey (
    id         BIGINT PRIMARY KEY,
    staff_id   BIGINT NOT NULL,
    credential BLOB NOT NULL,      -- its own id, drawn by the authenticator
    algorithm  BIGINT NOT NULL,    -- of COSE: -7 ES256, -8 EdDSA, -257 RS256
    public_key BLOB NOT NULL,
    sign_count BIGINT NOT NULL,    -- of its last use; 0: it does not count
    name       TEXT NOT NULL,
    created_us BIGINT NOT NULL,
    used_us    BIGINT              -- NULL: not yet
);
CREATE UNIQUE INDEX passkey_credential ON passkey (credential);
CREATE INDEX passkey_staff ON passkey (staff_id);

-- What was given out to be shown once, and was shown.
CREATE TABLE used_ticket (
    hash       BLOB PRIMARY KEY,
    expires_us BIGINT NOT NULL
);
CREATE INDEX used_ticket_expires ON used_ticket (expires_us);
