-- The counts of tally for all channels and teams together: most figures want no more.
CREATE TABLE tally_total (
    promise TEXT NOT NULL,
    day     INTEGER NOT NULL,
    kept    BIGINT NOT NULL,
    broken  BIGINT NOT NULL,
    excused BIGINT NOT NULL,
    void    BIGINT NOT NULL,
    PRIMARY KEY (promise, day)
);
CREATE INDEX tally_total_day ON tally_total (day);
INSERT INTO tally_total (promise, day, kept, broken, excused, void)
SELECT promise, day, sum(kept), sum(broken), sum(excused), sum(void) FROM tally GROUP BY promise, day;
