-- What the staff wrote of a customer. Who is a customer, and what happened with them, the touches tell: most have no row here.
CREATE TABLE customer (
    id         TEXT PRIMARY KEY,  -- as touches have it
    name       TEXT NOT NULL,
    email      TEXT NOT NULL,
    phone      TEXT NOT NULL,
    note       TEXT NOT NULL,
    traits     TEXT NOT NULL,     -- a JSON object
    name_key   TEXT NOT NULL,     -- in small letters, for searching
    email_key  TEXT NOT NULL,
    revision   BIGINT NOT NULL,   -- grows with every change
    changed_us BIGINT NOT NULL
);
CREATE INDEX customer_name ON customer (name_key, id);
CREATE INDEX customer_email ON customer (email_key, id);
