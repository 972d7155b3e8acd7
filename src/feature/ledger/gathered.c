#include "feature/ledger/gathered.h"

#include "feature/ledger/ledger_row.h"

#define TOUCH_COLUMNS                                                             \
    "id, home_id, source, external_id, event, occurred_us, received_us, thread, " \
    "customer, channel, actor, person, role, team, attributes"
#define ENTRY_COLUMNS                                                         \
    "id, obligation_id, kind, at_us, cause_source, cause_id, due_us, state, " \
    "amount_minor, currency, task, unit, home_id"

/* The rows come as an array of each column, which the target list takes apart. (In FROM, every
 * array would be written to a store of its own first, which costs as much as the insert.)
 *
 * IS TRUE: an IN that is no condition of its own is a look into a hash of what was added, and no
 * join (postgres_by_index has joins go row by row). */
const struct statement gathered[GATHERED] = {
    [TOUCH_ADD_MANY] =
        {"touch_add_many",
         "WITH added AS (INSERT INTO touch (" TOUCH_COLUMNS
         ") SELECT unnest($1::bigint[]), unnest($2::bigint[]), unnest($3::text[]), "
         "unnest($4::text[]), unnest($5::text[]), unnest($6::bigint[]), unnest($7::bigint[]), "
         "unnest($8::text[]), unnest($9::text[]), unnest($10::text[]), unnest($11::bigint[]), "
         "unnest($12::text[]), unnest($13::text[]), unnest($14::text[]), unnest($15::text[]) ON "
         "CONFLICT DO NOTHING RETURNING id) SELECT nth FROM (SELECT unnest($1::bigint[]) AS id, "
         "generate_series(1, cardinality($1::bigint[])) AS nth) AS g WHERE (id IN (SELECT id "
         "FROM added)) IS TRUE",
         NULL},
    [TOUCH_KEY_ADD_MANY] =
        {"touch_key_add_many",
         "INSERT INTO touch_key (lane, key, occurred_us, touch_id, home_id, touch_home_id) "
         "SELECT unnest($1::text[]), unnest($2::text[]), unnest($3::bigint[]), "
         "unnest($4::bigint[]), unnest($5::bigint[]), unnest($6::bigint[]) ON CONFLICT (lane, "
         "key, occurred_us, touch_id, home_id) DO NOTHING",
         NULL},
    [TOUCH_FIRST_MANY] =
        {"touch_first_of_thread_before_many",
         "SELECT t.occurred_us, t.id, g.nth FROM (SELECT unnest($1::text[]) AS thread, "
         "unnest($2::bigint[]) AS home_id, unnest($3::bigint[]) AS before_id, "
         "unnest($4::bigint[]) AS node, generate_series(1, cardinality($1::text[])) AS nth) AS "
         "g CROSS JOIN LATERAL (SELECT occurred_us, id FROM touch WHERE thread = g.thread AND "
         "home_id = g.home_id AND (id < g.before_id OR ((id >> 12) & 1023) <> g.node) ORDER BY "
         "occurred_us, id LIMIT 1) AS t",
         NULL},
    [TOUCH_LATER_OF_THREAD_MANY] =
        {"touch_later_of_thread_many",
         "SELECT g.nth FROM (SELECT unnest($1::text[]) AS key, unnest($2::bigint[]) AS home_id, "
         "unnest($3::bigint[]) AS us, unnest($4::bigint[]) AS before_id, unnest($5::bigint[]) "
         "AS node, unnest($6::bigint[]) AS published_us, unnest($7::bigint[]) AS published_id, "
         "generate_series(1, cardinality($1::text[])) AS nth) AS g CROSS JOIN LATERAL (SELECT 1 "
         "FROM touch WHERE thread = g.key AND home_id = g.home_id AND occurred_us >= g.us AND "
         "(id < g.before_id OR ((id >> 12) & 1023) <> g.node) UNION ALL SELECT 1 FROM touch "
         "WHERE thread = g.key AND home_id = g.home_id AND occurred_us < g.published_us AND id "
         "< g.published_id UNION ALL SELECT 1 FROM obligation WHERE key = g.key AND home_id = "
         "g.home_id AND decided_us >= g.us LIMIT 1) AS later",
         NULL},
    [TOUCH_LATER_OF_CUSTOMER_MANY] =
        {"touch_later_of_customer_many",
         "SELECT g.nth FROM (SELECT unnest($1::text[]) AS key, unnest($2::bigint[]) AS home_id, "
         "unnest($3::bigint[]) AS us, unnest($4::bigint[]) AS before_id, unnest($5::bigint[]) "
         "AS node, unnest($6::bigint[]) AS published_us, unnest($7::bigint[]) AS published_id, "
         "generate_series(1, cardinality($1::text[])) AS nth) AS g CROSS JOIN LATERAL (SELECT 1 "
         "FROM obligation WHERE key = g.key AND home_id = g.home_id AND decided_us >= g.us "
         "UNION ALL SELECT 1 FROM touch WHERE customer = g.key AND occurred_us >= g.us AND (id "
         "< g.before_id OR ((id >> 12) & 1023) <> g.node) UNION ALL SELECT 1 FROM touch WHERE "
         "customer = g.key AND occurred_us < g.published_us AND id < g.published_id LIMIT 1) AS "
         "later",
         NULL},
    [TOUCH_LATER_OF_KEY_MANY] =
        {"touch_later_of_key_many",
         "SELECT g.nth FROM (SELECT unnest($1::text[]) AS lane, unnest($2::text[]) AS key, "
         "unnest($3::bigint[]) AS home_id, unnest($4::bigint[]) AS us, unnest($5::bigint[]) AS "
         "before_id, unnest($6::bigint[]) AS node, unnest($7::bigint[]) AS published_us, "
         "unnest($8::bigint[]) AS published_id, generate_series(1, cardinality($1::text[])) AS "
         "nth) AS g CROSS JOIN LATERAL (SELECT 1 FROM touch_key WHERE lane = g.lane AND key = "
         "g.key AND home_id = g.home_id AND occurred_us >= g.us AND (touch_id < g.before_id OR "
         "((touch_id >> 12) & 1023) <> g.node) UNION ALL SELECT 1 FROM touch_key WHERE lane = "
         "g.lane AND key = g.key AND home_id = g.home_id AND occurred_us < g.published_us AND "
         "touch_id < g.published_id UNION ALL SELECT 1 FROM obligation WHERE key = g.key AND "
         "home_id = g.home_id AND decided_us >= g.us LIMIT 1) AS later",
         NULL},
    [STATE_FIND_MANY] =
        {"key_state_find_many",
         "SELECT k.state, g.nth FROM (SELECT unnest($1::text[]) AS lane, unnest($2::text[]) AS "
         "key, unnest($3::bigint[]) AS home_id, generate_series(1, cardinality($1::text[])) AS "
         "nth) AS g CROSS JOIN LATERAL (SELECT state FROM key_state WHERE lane = g.lane AND key "
         "= g.key AND home_id = g.home_id LIMIT 1) AS k",
         NULL},
    [STATE_LOCK_MANY] =
        {"key_state_lock_many",
         "SELECT k.state, g.nth FROM (SELECT unnest($1::text[]) AS lane, unnest($2::text[]) AS "
         "key, unnest($3::bigint[]) AS home_id, generate_series(1, cardinality($1::text[])) AS "
         "nth) AS g CROSS JOIN LATERAL (SELECT state FROM key_state WHERE lane = g.lane AND key "
         "= g.key AND home_id = g.home_id FOR UPDATE) AS k",
         NULL},
    [STATE_CLAIM_MANY] =
        {"key_state_claim_many",
         "SELECT g.nth FROM (SELECT unnest($1::text[]) AS lane, unnest($2::text[]) AS key, "
         "unnest($3::bigint[]) AS home_id, unnest($4::bigint[]) AS us, generate_series(1, "
         "cardinality($1::text[])) AS nth) AS g CROSS JOIN LATERAL (SELECT 1 FROM key_state "
         "WHERE lane = g.lane AND key = g.key AND home_id = g.home_id AND next_us < g.us FOR "
         "UPDATE SKIP LOCKED) AS k",
         NULL},
    [STATE_MAKE_MANY] =
        {"key_state_make_many",
         "WITH added AS (INSERT INTO key_state (lane, key, home_id, next_us, state) SELECT "
         "unnest($1::text[]), unnest($2::text[]), unnest($3::bigint[]), NULL, "
         "unnest($4::bytea[]) ON CONFLICT (lane, key, home_id) DO NOTHING RETURNING lane, key) "
         "SELECT nth FROM (SELECT unnest($1::text[]) AS lane, unnest($2::text[]) AS key, "
         "generate_series(1, cardinality($1::text[])) AS nth) AS g WHERE ((lane, key) IN "
         "(SELECT lane, key FROM added)) IS TRUE",
         NULL},
    [STATE_PUT_MANY] =
        {"key_state_put_many",
         "INSERT INTO key_state (lane, key, home_id, next_us, state) SELECT unnest($1::text[]), "
         "unnest($2::text[]), unnest($3::bigint[]), unnest($4::bigint[]), unnest($5::bytea[]) "
         "ON CONFLICT (lane, key, home_id) DO UPDATE SET next_us = excluded.next_us, state = "
         "excluded.state",
         NULL},
    [STATE_CHANGE_MANY] =
        {"key_state_change_many",
         "UPDATE key_state AS k SET next_us = g.next_us, state = g.state FROM (SELECT "
         "unnest($1::text[]) AS lane, unnest($2::text[]) AS key, unnest($3::bigint[]) AS "
         "home_id, unnest($4::bigint[]) AS next_us, unnest($5::bytea[]) AS state) AS g WHERE "
         "k.lane = g.lane AND k.key = g.key AND k.home_id = g.home_id",
         NULL},
    [STATE_REMOVE_MANY] =
        {"key_state_remove_many",
         "DELETE FROM key_state AS k USING (SELECT unnest($1::text[]) AS lane, "
         "unnest($2::text[]) AS key, unnest($3::bigint[]) AS home_id) AS g WHERE k.lane = "
         "g.lane AND k.key = g.key AND k.home_id = g.home_id",
         NULL},
    [OBLIGATION_ADD_MANY] =
        {"obligation_add_many",
         "INSERT INTO obligation (" LEDGER_ROW_COLUMNS
         ") SELECT unnest($1::bigint[]), unnest($2::bigint[]), unnest($3::bigint[]), "
         "unnest($4::text[]), unnest($5::text[]), unnest($6::text[]), unnest($7::text[]), "
         "unnest($8::bigint[]), unnest($9::text[]), unnest($10::text[]), unnest($11::text[]), "
         "unnest($12::text[]), unnest($13::text[]), unnest($14::bigint[]), "
         "unnest($15::bigint[]), unnest($16::bigint[]), unnest($17::bigint[]), "
         "unnest($18::bigint[]), unnest($19::bigint[]), unnest($20::bigint[]), "
         "unnest($21::bigint[]), unnest($22::text[]), unnest($23::bigint[])",
         NULL},
    [OBLIGATION_UPDATE_MANY] =
        {"obligation_update_many",
         "UPDATE obligation AS o SET state = g.state, opened_us = g.opened_us, due_us = "
         "g.due_us, warn_us = g.warn_us, decided_us = g.decided_us, fulfilled_us = "
         "g.fulfilled_us, day = g.day, owed_minor = g.owed_minor, owed_currency = "
         "g.owed_currency, owed_count = g.owed_count, team = g.team, person = g.person FROM "
         "(SELECT unnest($1::bigint[]) AS state, unnest($2::bigint[]) AS opened_us, "
         "unnest($3::bigint[]) AS due_us, unnest($4::bigint[]) AS warn_us, unnest($5::bigint[]) "
         "AS decided_us, unnest($6::bigint[]) AS fulfilled_us, unnest($7::bigint[]) AS day, "
         "unnest($8::bigint[]) AS owed_minor, unnest($9::text[]) AS owed_currency, "
         "unnest($10::bigint[]) AS owed_count, unnest($11::text[]) AS team, unnest($12::text[]) "
         "AS person, unnest($13::bigint[]) AS id, unnest($14::bigint[]) AS home_id) AS g WHERE "
         "o.id = g.id AND o.home_id = g.home_id",
         NULL},
    [OBLIGATION_AT_HOME_MANY] =
        {"obligation_at_home_many",
         "SELECT o.*, g.nth FROM (SELECT unnest($1::bigint[]) AS wanted, unnest($2::bigint[]) "
         "AS home, generate_series(1, cardinality($1::bigint[])) AS nth) AS g CROSS JOIN "
         "LATERAL (SELECT " LEDGER_ROW_COLUMNS
         " FROM obligation WHERE id = g.wanted AND home_id = g.home LIMIT 1) AS o",
         NULL},
    [ENTRY_ADD_MANY] =
        {"obligation_entry_add_many",
         "INSERT INTO obligation_entry (" ENTRY_COLUMNS
         ") SELECT unnest($1::bigint[]), unnest($2::bigint[]), unnest($3::bigint[]), "
         "unnest($4::bigint[]), unnest($5::text[]), unnest($6::text[]), unnest($7::bigint[]), "
         "unnest($8::bigint[]), unnest($9::bigint[]), unnest($10::text[]), unnest($11::text[]), "
         "unnest($12::bigint[]), unnest($13::bigint[])",
         NULL},
    [TALLY_ADD_MANY] =
        {"tally_add_many",
         "INSERT INTO tally (node, promise, day, channel, team, kept, broken, excused, void) "
         "SELECT unnest($1::bigint[]), unnest($2::text[]), unnest($3::bigint[]), "
         "unnest($4::text[]), unnest($5::text[]), unnest($6::bigint[]), unnest($7::bigint[]), "
         "unnest($8::bigint[]), unnest($9::bigint[]) ON CONFLICT (promise, day, channel, team, "
         "node) DO UPDATE SET kept = tally.kept + excluded.kept, broken = tally.broken + "
         "excluded.broken, excused = tally.excused + excluded.excused, void = tally.void + "
         "excluded.void",
         NULL},
    [TALLY_TOTAL_ADD_MANY] =
        {"tally_total_add_many",
         "INSERT INTO tally_total (node, promise, day, kept, broken, excused, void) SELECT "
         "unnest($1::bigint[]), unnest($2::text[]), unnest($3::bigint[]), unnest($4::bigint[]), "
         "unnest($5::bigint[]), unnest($6::bigint[]), unnest($7::bigint[]) ON CONFLICT "
         "(promise, day, node) DO UPDATE SET kept = tally_total.kept + excluded.kept, broken = "
         "tally_total.broken + excluded.broken, excused = tally_total.excused + "
         "excluded.excused, void = tally_total.void + excluded.void",
         NULL},
    [TALLY_HOUR_ADD_MANY] =
        {"tally_hour_add_many",
         "INSERT INTO tally_hour (node, promise, hour, kept, broken, excused, void) SELECT "
         "unnest($1::bigint[]), unnest($2::text[]), unnest($3::bigint[]), unnest($4::bigint[]), "
         "unnest($5::bigint[]), unnest($6::bigint[]), unnest($7::bigint[]) ON CONFLICT (hour, "
         "promise, node) DO UPDATE SET kept = tally_hour.kept + excluded.kept, broken = "
         "tally_hour.broken + excluded.broken, excused = tally_hour.excused + excluded.excused, "
         "void = tally_hour.void + excluded.void",
         NULL},
    [TALLY_OPEN_ADD_MANY] =
        {"tally_open_add_many",
         "INSERT INTO tally_open (node, promise, open, paused) SELECT unnest($1::bigint[]), "
         "unnest($2::text[]), unnest($3::bigint[]), unnest($4::bigint[]) ON CONFLICT (promise, "
         "node) DO UPDATE SET open = tally_open.open + excluded.open, paused = "
         "tally_open.paused + excluded.paused",
         NULL},
    [TALLY_REMEDY_ADD_MANY] =
        {"tally_remedy_add_many",
         "INSERT INTO tally_remedy (node, promise, day, currency, owed, owed_count, paid, "
         "paid_count) SELECT unnest($1::bigint[]), unnest($2::text[]), unnest($3::bigint[]), "
         "unnest($4::text[]), unnest($5::bigint[]), unnest($6::bigint[]), unnest($7::bigint[]), "
         "unnest($8::bigint[]) ON CONFLICT (promise, day, currency, node) DO UPDATE SET owed = "
         "tally_remedy.owed + excluded.owed, owed_count = tally_remedy.owed_count + "
         "excluded.owed_count, paid = tally_remedy.paid + excluded.paid, paid_count = "
         "tally_remedy.paid_count + excluded.paid_count",
         NULL},
    [CUSTOMER_WORD_ADD_MANY] =
        {"customer_word_add_many",
         "INSERT INTO customer_word (word, customer, home_id) SELECT unnest($1::text[]), "
         "unnest($2::text[]), unnest($3::bigint[]) ON CONFLICT (word, customer, home_id) DO "
         "NOTHING",
         NULL},
};
const struct statement_table gathered_statements = {gathered, GATHERED};
