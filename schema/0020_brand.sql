-- The company's name, colours and logo: one row, or none for Troth's own.
CREATE TABLE brand (
    id          INTEGER PRIMARY KEY, -- 1
    name        TEXT NOT NULL,       -- empty: Troth
    colour      TEXT NOT NULL,       -- "#0f6b5c"; empty: Troth's
    colour_dark TEXT NOT NULL,       -- on dark ground; empty: made of the other
    logo        BLOB NOT NULL,       -- empty: none
    logo_type   TEXT NOT NULL,       -- "image/png"
    changed_us  BIGINT NOT NULL
);
