-- The Code before it is published: drafts, rehearsals of them over the past, and who approved what.
-- A person is named by an id: that of the staff member; that of a token, below 0; 0: a command of this machine.
CREATE TABLE draft (
    id              BIGINT PRIMARY KEY,
    name            TEXT NOT NULL,
    state           BIGINT NOT NULL,  -- 0 open, 1 sent for approval, 2 published, 3 discarded
    revision        BIGINT NOT NULL,  -- of name, text and files
    base_version_id BIGINT,           -- the version it was made from; NULL: there was none
    source          TEXT NOT NULL,
    files           TEXT NOT NULL,    -- iCalendar files that it names: JSON, texts by name
    created_us      BIGINT NOT NULL,
    changed_us      BIGINT NOT NULL,
    changed_by      TEXT NOT NULL,
    note            TEXT NOT NULL,    -- to those who approve
    from_us         BIGINT,           -- to be in force from then on; NULL: at once
    sent_us         BIGINT,
    sent_by         TEXT NOT NULL,
    decided_us      BIGINT,
    decided_by      TEXT NOT NULL,
    reason          TEXT NOT NULL,    -- why it was sent back
    version_id      BIGINT            -- published as
);
CREATE INDEX draft_state ON draft (state, id);

-- Who has written any of it: none of them approves it.
CREATE TABLE draft_author (
    draft_id  BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    name      TEXT NOT NULL,
    PRIMARY KEY (draft_id, person_id)
);

-- A replay of the past under the version in force and under the draft.
CREATE TABLE rehearsal (
    id              BIGINT PRIMARY KEY,
    draft_id        BIGINT NOT NULL,
    revision        BIGINT NOT NULL, -- of the draft
    version_id      BIGINT,          -- held against; NULL: there was none
    from_us         BIGINT NOT NULL, -- what was opened from then on is compared
    until_us        BIGINT NOT NULL,
    asked_us        BIGINT NOT NULL,
    asked_by        TEXT NOT NULL,
    state           BIGINT NOT NULL, -- 0 waiting, 1 running, 2 done, 3 failed, 4 cancelled
    done_ppm        BIGINT NOT NULL,
    touches         BIGINT NOT NULL,
    leased_until_us BIGINT NOT NULL, -- by the server at work; past: any may begin it again
    lease           BIGINT NOT NULL, -- drawn anew by each that begins
    ended_us        BIGINT,
    trouble         TEXT NOT NULL,
    result          TEXT NOT NULL    -- JSON; empty until it is done
);
CREATE INDEX rehearsal_draft ON rehearsal (draft_id, id);
CREATE INDEX rehearsal_waiting ON rehearsal (state, id);

-- Obligations that end otherwise.
CREATE TABLE rehearsal_change (
    rehearsal_id   BIGINT NOT NULL,
    number         BIGINT NOT NULL,
    promise        TEXT NOT NULL,
    key            TEXT NOT NULL,
    opening_source TEXT NOT NULL,
    opening_id     TEXT NOT NULL,
    n              BIGINT NOT NULL,
    opened_us      BIGINT NOT NULL,
    weekday        BIGINT NOT NULL, -- 0 Monday; of the opening, in the company's zone
    hour           BIGINT NOT NULL,
    team           TEXT NOT NULL,
    before         BIGINT,          -- the engine's states; NULL: not opened
    after          BIGINT,
    PRIMARY KEY (rehearsal_id, number)
);

-- Who has looked at its result.
CREATE TABLE rehearsal_reading (
    rehearsal_id BIGINT NOT NULL,
    person_id    BIGINT NOT NULL,
    name         TEXT NOT NULL,
    read_us      BIGINT NOT NULL,
    PRIMARY KEY (rehearsal_id, person_id)
);

-- Of a published version that came from a draft.
CREATE TABLE code_approval (
    version_id  BIGINT PRIMARY KEY,
    draft_id    BIGINT NOT NULL,
    sent_by     TEXT NOT NULL,
    approved_by TEXT NOT NULL,
    approved_us BIGINT NOT NULL,
    note        TEXT NOT NULL
);

CREATE TABLE code_setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
