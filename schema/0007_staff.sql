-- The people of the company: who they are, in which teams, with which roles.
CREATE TABLE staff (
    id          BIGINT PRIMARY KEY,
    email       TEXT NOT NULL,     -- in small letters
    name        TEXT NOT NULL,
    language    TEXT NOT NULL,     -- "en", "pt-BR", "es"
    time_zone   TEXT,              -- NULL: the Code's
    theme       TEXT NOT NULL,     -- "auto", "light", "dark"
    created_us  BIGINT NOT NULL,
    disabled_us BIGINT             -- NULL: may sign in
);
CREATE UNIQUE INDEX staff_email ON staff (email);

-- Departments, one within another. An obligation belongs to the team of that name.
CREATE TABLE team (
    id         BIGINT PRIMARY KEY,
    name       TEXT NOT NULL,
    parent_id  BIGINT,
    restricted BIGINT NOT NULL,    -- 1: read by its members, those of teams above it, and holders of restricted:read
    created_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX team_name ON team (name);

CREATE TABLE team_member (
    team_id  BIGINT NOT NULL,
    staff_id BIGINT NOT NULL,
    lead     BIGINT NOT NULL,      -- 1: leads it
    PRIMARY KEY (team_id, staff_id)
);
CREATE INDEX team_member_staff ON team_member (staff_id);

-- Roles that the company made; those that are built in stand in src/feature/access/role.c.
CREATE TABLE role (
    id          BIGINT PRIMARY KEY,
    name        TEXT NOT NULL,
    permissions TEXT NOT NULL,     -- words with one space between
    created_us  BIGINT NOT NULL
);
CREATE UNIQUE INDEX role_name ON role (name);

CREATE TABLE staff_role (
    staff_id BIGINT NOT NULL,
    role_id  BIGINT NOT NULL,
    PRIMARY KEY (staff_id, role_id)
);
CREATE INDEX staff_role_role ON staff_role (role_id);

-- Whose session it is and where it was begun. One without a person is nobody's.
ALTER TABLE session ADD COLUMN staff_id BIGINT;
ALTER TABLE session ADD COLUMN agent TEXT;
ALTER TABLE session ADD COLUMN address TEXT;
ALTER TABLE session ADD COLUMN method TEXT;   -- "link", "password", …
CREATE INDEX session_staff ON session (staff_id);
ALTER TABLE sign_in_link ADD COLUMN staff_id BIGINT;
