-- What was taken back is void, and looked for when the clock opens it again.
CREATE INDEX obligation_void ON obligation (key) WHERE state = 5;
