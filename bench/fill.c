/* Fills a database that `troth serve` has made: touches of a year, and the counts of as many
 * obligations under the promises of the story, spread over days, channels and teams.
 *   fill DATABASE TOUCHES */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

static const char touches[] =
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) "
    "INSERT INTO touch (id, home_id, source, external_id, event, occurred_us, received_us, thread, "
    "customer, channel, actor, person, team) SELECT i + 1000000, i / 10, 'fill', 'f-' || i, "
    "CASE i % 2 WHEN 0 THEN 'message.received' ELSE 'message.sent' END, "
    "1735689600000000 + i * 31536000000000 / $1, 1735689600000000 + i * 31536000000000 / $1, "
    "printf('f-%09d', i / 10), printf('c-%09d', i / 30), 'email', 1, 'ana', 'support' FROM n";

/* Ten promises, 365 days, two channels, three teams: 21,900 rows. */
static const char counts[] =
    "WITH RECURSIVE day (d) AS (SELECT 20089 UNION ALL SELECT d + 1 FROM day WHERE d < 20453), "
    "promise (name) AS (VALUES ('first-reply'), ('solved'), ('never-silent'), ('named-person'), "
    "('stays-closed'), ('shipped'), ('delivered'), ('order-news'), ('tracked'), "
    "('arrives-whole')), channel (c) AS (VALUES ('email'), ('chat')), "
    "team (t) AS (VALUES ('support'), ('orders'), ('night')) "
    "INSERT INTO tally (promise, day, channel, team, kept, broken, excused, void) "
    "SELECT name, d, c, t, $1 * 9 / 219000, $1 / 219000, 0, 0 FROM promise, day, channel, team";

static void run(sqlite3 *db, const char *sql, sqlite3_int64 count)
{
    sqlite3_stmt *q = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) != SQLITE_OK ||
        (sqlite3_bind_parameter_count(q) && sqlite3_bind_int64(q, 1, count) != SQLITE_OK) ||
        (sqlite3_step(q) != SQLITE_DONE && sqlite3_errcode(db) != SQLITE_ROW)) {
        fprintf(stderr, "fill: %s\n", sqlite3_errmsg(db));
        exit(1);
    }
    sqlite3_finalize(q);
}

int main(int argc, char **argv)
{
    sqlite3 *db = NULL;
    if (argc != 3 || sqlite3_open(argv[1], &db) != SQLITE_OK) {
        fprintf(stderr, "usage: fill DATABASE TOUCHES\n");
        return 2;
    }
    sqlite3_int64 count = strtoll(argv[2], NULL, 10);
    run(db, "PRAGMA synchronous = OFF", 0);
    run(db, "BEGIN", 0);
    run(db, touches, count);
    run(db, counts, count);
    run(db, "COMMIT", 0);
    run(db, "PRAGMA wal_checkpoint(TRUNCATE)", 0);
    return sqlite3_close(db) == SQLITE_OK ? 0 : 1;
}
