#include "feature/ledger/gathered.h"

#include "feature/ledger/ledger_row.h"

#define TOUCH_COLUMNS                                                             \
    "id, home_id, source, external_id, event, occurred_us, received_us, thread, " \
    "customer, channel, actor, person, role, team, attributes"
#define ENTRY_COLUMNS                                                         \
    "id, obligation_id, kind, at_us, cause_source, cause_id, due_us, state, " \
    "amount_minor, currency, task, unit, home_id"

/* IS TRUE: an IN that is no condition of its own is a look into a hash of what was added, and no
 * join (postgres_by_index has joins go row by row). */
const struct statement gathered[GATHERED] = {
    [TOUCH_ADD_MANY] =
        {"touch_add_many",
         "WITH given AS (SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], "
         "$5::text[], $6::bigint[], $7::bigint[], $8::text[], $9::text[], $10::text[], "
         "$11::bigint[], $12::text[], $13::text[], $14::text[], $15::text[]) WITH ORDINALITY "
         "AS g (" TOUCH_COLUMNS ", nth)), "
         "added AS (INSERT INTO touch (" TOUCH_COLUMNS ") SELECT " TOUCH_COLUMNS
         " FROM given ON CONFLICT DO NOTHING RETURNING id) "
         "SELECT nth FROM given WHERE (id IN (SELECT id FROM added)) IS TRUE",
         NULL},
    [TOUCH_KEY_ADD_MANY] =
        {"touch_key_add_many",
         "INSERT INTO touch_key (lane, key, occurred_us, touch_id, home_id, touch_home_id) "
         "SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], "
         "$6::bigint[]) ON CONFLICT (lane, key, occurred_us, touch_id, home_id) DO NOTHING",
         NULL},
    [TOUCH_FIRST_MANY] =
        {"touch_first_of_thread_before_many",
         "SELECT t.occurred_us, t.id, g.nth FROM unnest($1::text[], $2::bigint[], $3::bigint[], "
         "$4::bigint[]) WITH ORDINALITY AS g (thread, home_id, before_id, node, nth) "
         "CROSS JOIN LATERAL (SELECT occurred_us, id FROM touch WHERE thread = g.thread AND "
         "home_id = g.home_id AND (id < g.before_id OR ((id >> 12) & 1023) <> g.node) "
         "ORDER BY occurred_us, id LIMIT 1) AS t",
         NULL},
    [TOUCH_LATER_OF_THREAD_MANY] =
        {"touch_later_of_thread_many",
         "SELECT g.nth FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], "
         "$5::bigint[], $6::bigint[], $7::bigint[]) WITH ORDINALITY "
         "AS g (key, home_id, us, before_id, node, published_us, published_id, nth) "
         "CROSS JOIN LATERAL ("
         "SELECT 1 FROM touch WHERE thread = g.key AND home_id = g.home_id AND occurred_us >= g.us "
         "AND (id < g.before_id OR ((id >> 12) & 1023) <> g.node) "
         "UNION ALL "
         "SELECT 1 FROM touch WHERE thread = g.key AND home_id = g.home_id "
         "AND occurred_us < g.published_us AND id < g.published_id "
         "UNION ALL "
         "SELECT 1 FROM obligation WHERE key = g.key AND home_id = g.home_id "
         "AND decided_us >= g.us LIMIT 1) AS later",
         NULL},
    [TOUCH_LATER_OF_CUSTOMER_MANY] =
        {"touch_later_of_customer_many",
         "SELECT g.nth FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], "
         "$5::bigint[], $6::bigint[], $7::bigint[]) WITH ORDINALITY "
         "AS g (key, home_id, us, before_id, node, published_us, published_id, nth) "
         "CROSS JOIN LATERAL ("
         "SELECT 1 FROM obligation WHERE key = g.key AND home_id = g.home_id "
         "AND decided_us >= g.us "
         "UNION ALL "
         "SELECT 1 FROM touch WHERE customer = g.key AND occurred_us >= g.us "
         "AND (id < g.before_id OR ((id >> 12) & 1023) <> g.node) "
         "UNION ALL "
         "SELECT 1 FROM touch WHERE customer = g.key AND occurred_us < g.published_us "
         "AND id < g.published_id LIMIT 1) AS later",
         NULL},
    [TOUCH_LATER_OF_KEY_MANY] =
        {"touch_later_of_key_many",
         "SELECT g.nth FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], "
         "$5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[]) WITH ORDINALITY "
         "AS g (lane, key, home_id, us, before_id, node, published_us, published_id, nth) "
         "CROSS JOIN LATERAL ("
         "SELECT 1 FROM touch_key WHERE lane = g.lane AND key = g.key AND home_id = g.home_id "
         "AND occurred_us >= g.us AND (touch_id < g.before_id OR ((touch_id >> 12) & 1023) <> "
         "g.node) "
         "UNION ALL "
         "SELECT 1 FROM touch_key WHERE lane = g.lane AND key = g.key AND home_id = g.home_id "
         "AND occurred_us < g.published_us AND touch_id < g.published_id "
         "UNION ALL "
         "SELECT 1 FROM obligation WHERE key = g.key AND home_id = g.home_id "
         "AND decided_us >= g.us LIMIT 1) AS later",
         NULL},
    [STATE_LOCK_MANY] =
        {"key_state_lock_many",
         "SELECT k.state, g.nth FROM unnest($1::text[], $2::text[], $3::bigint[]) WITH ORDINALITY "
         "AS g (lane, key, home_id, nth) CROSS JOIN LATERAL (SELECT state FROM key_state WHERE "
         "lane = g.lane AND key = g.key AND home_id = g.home_id FOR UPDATE) AS k",
         NULL},
    [STATE_CLAIM_MANY] =
        {"key_state_claim_many",
         "SELECT g.nth FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[]) "
         "WITH ORDINALITY AS g (lane, key, home_id, us, nth) CROSS JOIN LATERAL "
         "(SELECT 1 FROM key_state WHERE lane = g.lane AND key = g.key AND home_id = g.home_id "
         "AND next_us < g.us FOR UPDATE SKIP LOCKED) AS k",
         NULL},
    [STATE_MAKE_MANY] =
        {"key_state_make_many",
         "WITH given AS (SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bytea[]) "
         "WITH ORDINALITY AS g (lane, key, home_id, state, nth)), "
         "added AS (INSERT INTO key_state (lane, key, home_id, next_us, state) "
         "SELECT lane, key, home_id, NULL, state FROM given "
         "ON CONFLICT (lane, key, home_id) DO NOTHING RETURNING lane, key) "
         "SELECT nth FROM given WHERE ((lane, key) IN (SELECT lane, key FROM added)) IS TRUE",
         NULL},
    [STATE_PUT_MANY] =
        {"key_state_put_many",
         "INSERT INTO key_state (lane, key, home_id, next_us, state) SELECT * FROM "
         "unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bytea[]) "
         "ON CONFLICT (lane, key, home_id) DO UPDATE SET next_us = excluded.next_us, "
         "state = excluded.state",
         NULL},
    [STATE_REMOVE_MANY] =
        {"key_state_remove_many",
         "DELETE FROM key_state AS k USING unnest($1::text[], $2::text[], $3::bigint[]) "
         "AS g (lane, key, home_id) "
         "WHERE k.lane = g.lane AND k.key = g.key AND k.home_id = g.home_id",
         NULL},
    [OBLIGATION_ADD_MANY] =
        {"obligation_add_many",
         "INSERT INTO obligation (" LEDGER_ROW_COLUMNS ") SELECT * FROM unnest($1::bigint[], "
         "$2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], "
         "$8::bigint[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], "
         "$14::bigint[], $15::bigint[], $16::bigint[], $17::bigint[], $18::bigint[], "
         "$19::bigint[], $20::bigint[], $21::bigint[], $22::text[], $23::bigint[])",
         NULL},
    [OBLIGATION_UPDATE_MANY] =
        {"obligation_update_many",
         "UPDATE obligation AS o SET state = g.state, opened_us = g.opened_us, due_us = g.due_us, "
         "warn_us = g.warn_us, decided_us = g.decided_us, fulfilled_us = g.fulfilled_us, "
         "day = g.day, owed_minor = g.owed_minor, owed_currency = g.owed_currency, "
         "owed_count = g.owed_count, team = g.team, person = g.person FROM unnest($1::bigint[], "
         "$2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], "
         "$8::bigint[], $9::text[], $10::bigint[], $11::text[], $12::text[], $13::bigint[], "
         "$14::bigint[]) AS g (state, opened_us, due_us, warn_us, decided_us, fulfilled_us, day, "
         "owed_minor, owed_currency, owed_count, team, person, id, home_id) "
         "WHERE o.id = g.id AND o.home_id = g.home_id",
         NULL},
    [OBLIGATION_AT_HOME_MANY] =
        {"obligation_at_home_many",
         "SELECT o.*, g.nth FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY "
         "AS g (wanted, home, nth) CROSS JOIN LATERAL (SELECT " LEDGER_ROW_COLUMNS
         " FROM obligation WHERE id = g.wanted AND home_id = g.home LIMIT 1) AS o",
         NULL},
    [ENTRY_ADD_MANY] =
        {"obligation_entry_add_many",
         "INSERT INTO obligation_entry (" ENTRY_COLUMNS ") SELECT * FROM unnest($1::bigint[], "
         "$2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::bigint[], "
         "$8::bigint[], $9::bigint[], $10::text[], $11::text[], $12::bigint[], $13::bigint[])",
         NULL},
    [TALLY_ADD_MANY] =
        {"tally_add_many",
         "INSERT INTO tally (node, promise, day, channel, team, kept, broken, excused, void) "
         "SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::text[], "
         "$6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[]) "
         "ON CONFLICT (promise, day, channel, team, node) DO UPDATE SET "
         "kept = tally.kept + excluded.kept, broken = tally.broken + excluded.broken, "
         "excused = tally.excused + excluded.excused, void = tally.void + excluded.void",
         NULL},
    [TALLY_TOTAL_ADD_MANY] =
        {"tally_total_add_many",
         "INSERT INTO tally_total (node, promise, day, kept, broken, excused, void) "
         "SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], "
         "$6::bigint[], $7::bigint[]) ON CONFLICT (promise, day, node) DO UPDATE SET "
         "kept = tally_total.kept + excluded.kept, broken = tally_total.broken + excluded.broken, "
         "excused = tally_total.excused + excluded.excused, "
         "void = tally_total.void + excluded.void",
         NULL},
    [TALLY_HOUR_ADD_MANY] =
        {"tally_hour_add_many",
         "INSERT INTO tally_hour (node, promise, hour, kept, broken, excused, void) "
         "SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], "
         "$6::bigint[], $7::bigint[]) ON CONFLICT (hour, promise, node) DO UPDATE SET "
         "kept = tally_hour.kept + excluded.kept, broken = tally_hour.broken + excluded.broken, "
         "excused = tally_hour.excused + excluded.excused, "
         "void = tally_hour.void + excluded.void",
         NULL},
    [TALLY_OPEN_ADD_MANY] =
        {"tally_open_add_many",
         "INSERT INTO tally_open (node, promise, open, paused) SELECT * FROM "
         "unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[]) "
         "ON CONFLICT (promise, node) DO UPDATE SET open = tally_open.open + excluded.open, "
         "paused = tally_open.paused + excluded.paused",
         NULL},
    [TALLY_REMEDY_ADD_MANY] =
        {"tally_remedy_add_many",
         "INSERT INTO tally_remedy (node, promise, day, currency, owed, owed_count, paid, "
         "paid_count) SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], "
         "$5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[]) "
         "ON CONFLICT (promise, day, currency, node) DO UPDATE SET "
         "owed = tally_remedy.owed + excluded.owed, "
         "owed_count = tally_remedy.owed_count + excluded.owed_count, "
         "paid = tally_remedy.paid + excluded.paid, "
         "paid_count = tally_remedy.paid_count + excluded.paid_count",
         NULL},
};
const struct statement_table gathered_statements = {gathered, GATHERED};
