#include "feature/customer/customer_row.h"

#include "base/moment.h"
#include "feature/ledger/keeper.h"
#include "feature/ledger/ledger_json.h"

#define COLUMNS "id, name, email, phone, note, traits, revision, changed_us"
/* Verdicts are not among a customer's touches: they stand with what they decided. */
#define NO_VERDICT "source <> 'troth' "
#define NEWEST_FIRST "ORDER BY occurred_us DESC, id DESC "

const struct statement customer_sql[CUSTOMER_STATEMENTS] = {
    [CUSTOMER_FIND] = {"customer_find", "SELECT " COLUMNS " FROM customer WHERE id = $1", NULL},
    [CUSTOMER_WRITE] =
        {"customer_write",
         "INSERT INTO customer (id, name, email, phone, note, traits, revision, changed_us, "
         "name_key, email_key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) "
         "ON CONFLICT (id) DO UPDATE SET name = excluded.name, email = excluded.email, "
         "phone = excluded.phone, note = excluded.note, traits = excluded.traits, "
         "revision = excluded.revision, changed_us = excluded.changed_us, "
         "name_key = excluded.name_key, email_key = excluded.email_key",
         NULL},
    [CUSTOMER_BY_NAME] = {"customer_by_name",
                          "SELECT name_key, id FROM customer WHERE (name_key, id) > ($1, $2) AND "
                          "name_key < $3 ORDER BY name_key, id LIMIT $4",
                          NULL},
    [CUSTOMER_BY_EMAIL] = {"customer_by_email",
                           "SELECT email_key, id FROM customer WHERE (email_key, id) > ($1, $2) "
                           "AND email_key < $3 ORDER BY email_key, id LIMIT $4",
                           NULL},
    /* From each customer to the next one, however many touches lie between them. */
    [CUSTOMER_IDS] = {"customer_ids",
                      "WITH RECURSIVE found (id) AS (SELECT (SELECT min(customer) FROM touch WHERE "
                      "customer >= $1 AND customer < $2) UNION ALL "
                      "SELECT (SELECT min(t.customer) FROM touch t WHERE t.customer > found.id AND "
                      "t.customer < $2) FROM found WHERE found.id IS NOT NULL) "
                      "SELECT id FROM found WHERE id IS NOT NULL LIMIT $3",
                      NULL},
    [CUSTOMER_NEWEST] = {"customer_newest",
                         "SELECT occurred_us, team, channel FROM touch WHERE "
                         "customer = $1 " NEWEST_FIRST "LIMIT $2",
                         NULL},
    [CUSTOMER_OBLIGATIONS] = {"customer_obligations",
                              "SELECT " LEDGER_ROW_COLUMNS " FROM obligation WHERE customer = $1 "
                              "ORDER BY id DESC LIMIT $2",
                              NULL},
    [CUSTOMER_COUNTED] = {"customer_counted",
                          "SELECT state, warn_us, team FROM obligation WHERE customer = $1 "
                          "ORDER BY id DESC LIMIT $2",
                          NULL},
    [CUSTOMER_KEY_OBLIGATIONS] = {"customer_key_obligations",
                                  "SELECT " LEDGER_ROW_COLUMNS " FROM obligation WHERE key = $1 "
                                  "AND home_id = $2 ORDER BY id DESC LIMIT $3",
                                  NULL},
    [CUSTOMER_TOUCHES] = {"customer_touches",
                          "SELECT " TOUCH_RECORD_COLUMNS " FROM touch WHERE customer = $1 AND "
                          "(occurred_us, id) < ($2, $3) AND " NO_VERDICT NEWEST_FIRST "LIMIT $4",
                          NULL},
    [CUSTOMER_THREADS] = {"customer_threads",
                          "SELECT thread FROM touch WHERE customer = $1 " NEWEST_FIRST "LIMIT $2",
                          NULL},
    [CUSTOMER_THREAD_TOUCHES] =
        {"customer_thread_touches",
         "SELECT " TOUCH_RECORD_COLUMNS " FROM touch WHERE thread = $1 AND home_id = $2 AND "
         "customer IS NULL AND (occurred_us, id) < ($3, $4) AND " NO_VERDICT NEWEST_FIRST
         "LIMIT $5",
         NULL},
    [CUSTOMER_CAUSES] = {"customer_causes",
                         "SELECT kind, cause_source, cause_id FROM obligation_entry WHERE "
                         "obligation_id = $1 AND home_id = $2 ORDER BY id LIMIT $3",
                         NULL},
    [CUSTOMER_THREAD_NAMES] =
        {"customer_thread_names",
         "WITH RECURSIVE found (id) AS (SELECT (SELECT min(thread) FROM touch WHERE thread >= $1 "
         "AND thread < $2) UNION ALL SELECT (SELECT min(t.thread) FROM touch t WHERE t.thread > "
         "found.id AND t.thread < $2) FROM found WHERE found.id IS NOT NULL) "
         "SELECT id FROM found WHERE id IS NOT NULL LIMIT $3",
         NULL},
    [CUSTOMER_THREAD_NEWEST] = {"customer_thread_newest",
                                "SELECT occurred_us, team, channel, customer FROM touch WHERE "
                                "thread = $1 AND home_id = $2 " NEWEST_FIRST "LIMIT $3",
                                NULL},
    [CUSTOMER_KEYS_FROM] = {"customer_keys_from",
                            "SELECT " LEDGER_ROW_COLUMNS " FROM obligation WHERE key >= $1 AND "
                            "key < $2 ORDER BY key, id LIMIT $3",
                            NULL},
    /* Ids grow on one server; where there are several, the mark moves. */
    [CUSTOMER_SAID_LAST] = {"customer_said_last",
                            "SELECT (SELECT max(touch_id) FROM touch_anywhere), "
                            "(SELECT value FROM mark WHERE name = '" KEEPER_WORLD "')",
                            NULL},
};
const struct statement_table customer_statements = {customer_sql, CUSTOMER_STATEMENTS};

enum err customer_row_find(struct database *db, struct text id, struct arena *arena,
                           struct customer_row *ret, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &customer_sql[CUSTOMER_FIND]);
    query_bind_text(&q, 1, id);
    bool row = false;
    enum err e = query_row(&q, &row, info);
    *ret = (struct customer_row){.id = id, .traits = TEXT("{}"), .changed_us = MOMENT_NEVER};
    if (!e && row) {
        ret->name = arena_text(arena, query_text(&q, 1));
        ret->email = arena_text(arena, query_text(&q, 2));
        ret->phone = arena_text(arena, query_text(&q, 3));
        ret->note = arena_text(arena, query_text(&q, 4));
        ret->traits = arena_text(arena, query_text(&q, 5));
        ret->revision = query_int(&q, 6);
        ret->changed_us = query_int(&q, 7);
    }
    return e;
}

enum err customer_row_write(struct database *db, const struct customer_row *row,
                            struct err_info *info)
{
    struct arena arena CLEANUP(arena_release) = {0};
    const struct text words[] = {row->id,    row->name, row->email,
                                 row->phone, row->note, row->traits};
    struct query q CLEANUP(query_end) = query_begin(db, &customer_sql[CUSTOMER_WRITE]);
    for (int i = 0; i < 6; i++) {
        query_bind_text(&q, i + 1, words[i]);
    }
    query_bind_int(&q, 7, row->revision);
    query_bind_int(&q, 8, row->changed_us);
    query_bind_text(&q, 9, customer_search_key(row->name, &arena));
    query_bind_text(&q, 10, customer_search_key(row->email, &arena));
    return query_run(&q, info);
}

struct text customer_search_key(struct text words, struct arena *arena)
{
    words = text_trim(words);
    char *key = arena_alloc(arena, words.len + 1);
    for (size_t i = 0; i < words.len; i++) {
        unsigned char c = (unsigned char)words.ptr[i];
        bool latin = i > 0 && (unsigned char)words.ptr[i - 1] == 0xc3 && c >= 0x80 && c <= 0x9e &&
                     c != 0x97; /* À to Þ but × */
        key[i] = (char)((c >= 'A' && c <= 'Z') || latin ? c + 0x20 : c);
    }
    return (struct text){key, words.len};
}

struct text customer_prefix_end(struct text prefix, struct arena *arena)
{
    return arena_printf(arena, "%.*s\xf4\x8f\xbf\xbf", TEXT_ARG(prefix));
}

void customer_row_members(struct json_writer *w, const struct customer_row *row)
{
    const struct {
        const char *name;
        struct text value;
    } members[] = {
        {"name", row->name}, {"email", row->email}, {"phone", row->phone}, {"note", row->note}};
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
        json_key(w, members[i].name);
        json_text(w, members[i].value);
    }
    json_key(w, "traits");
    json_raw(w, row->traits);
}
