-- The filters of the ledger under a name.
CREATE TABLE saved_view (
    id         BIGINT PRIMARY KEY,
    staff_id   BIGINT NOT NULL, -- whose it is
    team_id    BIGINT,          -- of a view for a team
    name       TEXT NOT NULL,
    filters    TEXT NOT NULL,   -- a JSON object of texts, as the page's address has them
    audience   BIGINT NOT NULL, -- 0 its owner, 1 the team, 2 all
    changed_us BIGINT NOT NULL
);
CREATE INDEX saved_view_staff ON saved_view (staff_id, id);
CREATE INDEX saved_view_shared ON saved_view (audience, team_id, id);

-- Who wants which view at hand.
CREATE TABLE saved_view_pin (
    staff_id BIGINT NOT NULL,
    view_id  BIGINT NOT NULL,
    PRIMARY KEY (staff_id, view_id)
);
CREATE INDEX saved_view_pin_view ON saved_view_pin (view_id);
