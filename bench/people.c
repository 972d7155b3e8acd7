/* What a company has beside its ledger, written into a database with a past: its customers' names,
 * its staff in teams, and a trail of what they changed within the last year. The trail's hashes are
 * not those of a chain: only reading it is measured.
 *   people DATABASE CHANGES */
#include "base/id.h"
#include "base/moment.h"
#include "store/database.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { PEOPLE = 300, TEAMS = 12, YEAR = 365 };

/* n: 1 to so many. */
#define NUMBERED(columns)                                                                      \
    "INSERT INTO " columns " WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c " \
    "WHERE n < %" PRId64 ") SELECT "
#define ONE_OF_NAMES                                                                            \
    "CASE n %% 8 WHEN 0 THEN 'ana' WHEN 1 THEN 'bruno' WHEN 2 THEN 'carla' WHEN 3 THEN 'diego'" \
    " WHEN 4 THEN 'elisa' WHEN 5 THEN 'fabio' WHEN 6 THEN 'gloria' ELSE 'hugo' END"

static const char customers[] =
    "INSERT INTO customer (id, name, email, phone, note, traits, revision, changed_us) SELECT id, "
    "name, id || '@example.com', '', '', '{}', 1, %" PRId64 " FROM (SELECT id, " ONE_OF_NAMES
    " || ' ' || id AS name FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM (SELECT "
    "DISTINCT customer AS id FROM touch WHERE customer IS NOT NULL) a) b) d";
/* As the server would have written them. */
static const char customer_words[] =
    "INSERT INTO customer_word (word, customer, home_id) SELECT word, id, 0 FROM (SELECT "
    "substr(name, 1, length(name) - length(id) - 1) AS word, id FROM customer UNION ALL SELECT id, "
    "id FROM customer UNION ALL SELECT 'example', id FROM customer UNION ALL SELECT 'com', id FROM "
    "customer) a ORDER BY word, id; "
    "UPDATE backfill SET after_id = (SELECT max(id) FROM touch) WHERE name = 'customer_word'";
static const char staff[] = NUMBERED(
    "staff (id, email, name, language, theme, created_us)") "n, 'person' || n || "
                                                            "'@example.com', " ONE_OF_NAMES
                                                            " || ' ' || n, 'en', 'auto', %" PRId64
                                                            " FROM c";
static const char teams[] =
    NUMBERED("team (id, name, restricted, created_us)") "n, CASE n WHEN 1 THEN 'support' ELSE "
                                                        "'team ' || n END, 0, %" PRId64 " FROM c";
static const char members[] =
    NUMBERED("team_member (team_id, staff_id, lead)") "n %% %d + 1, n, 0 FROM c";
static const char changes[] =
    NUMBERED("audit (node, seq, id, at_us, actor_kind, actor_id, action, "
             "digest, hash)") "0, n, "
                              "%" PRId64 " + n * %" PRId64 ", %" PRId64 " + n * %" PRId64
                              ", 2, n %% %d + 1, CASE n %% 5 "
                              "WHEN 0 THEN 'obligation.excused' WHEN 1 "
                              "THEN 'comment.answered' WHEN 2 THEN "
                              "'draft.changed' "
                              "WHEN 3 THEN 'customer.changed' ELSE "
                              "'session.begun' END, %s, %s FROM c";
static const char words[] = NUMBERED(
    "audit_words (id, salt, actor, subject, before, after)") "%" PRId64 " + n * %" PRId64
                                                             ", %s, 'person ' || (n %% %d + 1), "
                                                             "'thing_' || (n %% 5000), "
                                                             "'{\"note\":\"before ' || n || '\"}', "
                                                             "'{\"note\":\"after ' || n || '\"}' "
                                                             "FROM c";

static enum err write_people(struct database *db, int64_t count, bool sqlite, struct err_info *info)
{
    const char *bytes = sqlite ? "x'3031'" : "'\\x3031'::bytea";
    int64_t now_us = moment_now(), begin_us = now_us - YEAR * DAY_US;
    int64_t step_us = (now_us - begin_us) / (count + 1);
    int64_t first = id_at(begin_us), step = (id_at(now_us) - first) / (count + 1);
    struct buf sql CLEANUP(buf_release) = {0};
    buf_addf(&sql, customers, now_us);
    buf_add_str(&sql, "; ");
    buf_add_str(&sql, customer_words);
    buf_add_str(&sql, "; ");
    buf_addf(&sql, staff, (int64_t)PEOPLE, now_us);
    buf_add_str(&sql, "; ");
    buf_addf(&sql, teams, (int64_t)TEAMS, now_us);
    buf_add_str(&sql, "; ");
    buf_addf(&sql, members, (int64_t)PEOPLE, TEAMS);
    buf_add_str(&sql, "; ");
    buf_addf(&sql, changes, count, first, step, begin_us, step_us, PEOPLE, bytes, bytes);
    buf_add_str(&sql, "; ");
    buf_addf(&sql, words, count, first, step, bytes, PEOPLE);
    buf_add_str(&sql, sqlite ? "" : "; ANALYZE");
    return database_script(db, buf_text(&sql), info);
}

int main(int argc, char **argv)
{
    int64_t count = argc == 3 ? strtoll(argv[2], NULL, 10) : 0;
    if (count < 1) {
        fprintf(stderr, "usage: people DATABASE CHANGES\n");
        return 2;
    }
    struct database_config config = {
        .place = argv[1], .mode = DATABASE_WRITE, .safety = DATABASE_UNSAFE};
    struct database *db CLEANUP(database_close) = NULL;
    struct err_info info = {0};
    enum err e = database_open(&config, &db, &info);
    e = e ? e : write_people(db, count, database_is_file(argv[1]), &info);
    if (e) {
        fprintf(stderr, "people: %s %s\n", info.text, info.detail);
    }
    return e ? 1 : 0;
}
