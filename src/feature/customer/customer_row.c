#include "feature/customer/customer_row.h"

#include "base/moment.h"
#include "feature/customer/words.h"
#include "feature/ledger/gathered.h"
#include "feature/ledger/keeper.h"
#include "feature/ledger/ledger_json.h"
#include "store/home.h"

#include <stdlib.h>

#define COLUMNS "id, name, email, phone, note, traits, revision, changed_us"
/* Verdicts are not among a customer's touches: they stand with what they decided. */
#define NO_VERDICT "source <> 'troth' "
#define NEWEST_FIRST "ORDER BY occurred_us DESC, id DESC "

const struct statement customer_sql[CUSTOMER_STATEMENTS] = {
    [CUSTOMER_FIND] = {"customer_find", "SELECT " COLUMNS " FROM customer WHERE id = $1", NULL},
    [CUSTOMER_WRITE] =
        {"customer_write",
         "INSERT INTO customer (id, name, email, phone, note, traits, revision, changed_us) "
         "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) "
         "ON CONFLICT (id) DO UPDATE SET name = excluded.name, email = excluded.email, "
         "phone = excluded.phone, note = excluded.note, traits = excluded.traits, "
         "revision = excluded.revision, changed_us = excluded.changed_us",
         NULL},
    [CUSTOMER_WORD_ADD] = {"customer_word_add",
                           "INSERT INTO customer_word (word, customer, home_id) "
                           "VALUES ($1, $2, $3) ON CONFLICT (word, customer, home_id) DO NOTHING",
                           NULL},
    [CUSTOMER_WORD_REMOVE] = {"customer_word_remove",
                              "DELETE FROM customer_word WHERE word = $1 AND customer = $2 AND "
                              "home_id = $3",
                              NULL},
    [CUSTOMER_WORD_COUNT] = {"customer_word_count",
                             "SELECT count(*) FROM (SELECT 1 FROM customer_word WHERE word >= $1 "
                             "AND word < $2 LIMIT $3) found",
                             NULL},
    [CUSTOMER_BY_WORD] = {"customer_by_word",
                          "SELECT word, customer FROM customer_word WHERE (word, customer) > "
                          "($1, $2) AND word < $3 ORDER BY word, customer LIMIT $4",
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
                          "SELECT state, warn_us, team, due_us FROM obligation WHERE customer = $1 "
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

struct finding {
    struct customer_row *rows;
    struct arena *arena;
};

static void bind_id(struct query *q, size_t i, void *context)
{
    query_bind_text(q, 1, ((struct finding *)context)->rows[i].id);
}

static enum err read_row(struct query *q, size_t i, void *context, struct err_info *info)
{
    (void)info;
    struct finding *f = context;
    f->rows[i] = (struct customer_row){.id = f->rows[i].id,
                                       .name = arena_text(f->arena, query_text(q, 1)),
                                       .email = arena_text(f->arena, query_text(q, 2)),
                                       .phone = arena_text(f->arena, query_text(q, 3)),
                                       .note = arena_text(f->arena, query_text(q, 4)),
                                       .traits = arena_text(f->arena, query_text(q, 5)),
                                       .revision = query_int(q, 6),
                                       .changed_us = query_int(q, 7)};
    return ERR_NONE;
}

enum err customer_rows_find(struct database *db, struct customer_row *rows, size_t count,
                            struct arena *arena, struct err_info *info)
{
    for (size_t i = 0; i < count; i++) {
        rows[i] = (struct customer_row){
            .id = rows[i].id, .traits = TEXT("{}"), .changed_us = MOMENT_NEVER};
    }
    return query_many(db,
                      &(struct executions){.statement = &customer_sql[CUSTOMER_FIND],
                                           .count = count,
                                           .context = &(struct finding){rows, arena},
                                           .bind = bind_id,
                                           .row = read_row},
                      info);
}

/* -- words -- */

struct word_row {
    struct text word, customer;
};

static void bind_word(struct query *q, size_t i, void *context)
{
    const struct word_row *row = (const struct word_row *)context + i;
    query_bind_text(q, 1, row->word);
    query_bind_text(q, 2, row->customer);
    query_bind_int(q, 3, home_of(row->customer));
}

static enum err change_words(struct database *db, int statement, const struct statement *many,
                             struct word_row *rows, size_t count, struct err_info *info)
{
    return query_many(db,
                      &(struct executions){.statement = &customer_sql[statement],
                                           .gathered = many,
                                           .count = count,
                                           .context = rows,
                                           .bind = bind_word},
                      info);
}

/* In the order of the index, which servers that write the same words at once must all follow. */
static int compare_words(const void *a, const void *b)
{
    const struct word_row *x = a, *y = b;
    int order = text_compare(x->word, y->word);
    return order ? order : text_compare(x->customer, y->customer);
}

enum err customer_words_add(struct database *db, const struct customer_row *rows, size_t count,
                            struct err_info *info)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct words words;
    struct word_row *list = NULL;
    size_t list_count = 0, room = 0;
    for (size_t i = 0; i < count; i++) {
        words_of_customer(&rows[i], &arena, &words);
        if (list_count + words.count > room) {
            room = 2 * (list_count + words.count);
            list = arena_grow(&arena, list, list_count, room, sizeof(*list));
        }
        for (size_t k = 0; k < words.count; k++) {
            list[list_count++] = (struct word_row){words.list[k], rows[i].id};
        }
    }
    if (list_count) {
        qsort(list, list_count, sizeof(*list), compare_words);
    }
    return change_words(db, CUSTOMER_WORD_ADD, &gathered[CUSTOMER_WORD_ADD_MANY], list, list_count,
                        info);
}

static enum err remove_words(struct database *db, const struct customer_row *before,
                             const struct customer_row *row, struct err_info *info)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct words old, new;
    struct word_row list[WORDS_WRITTEN_MAX];
    size_t count = 0;
    words_of_customer(before, &arena, &old);
    words_of_customer(row, &arena, &new);
    for (size_t i = 0; i < old.count; i++) {
        if (!words_have(&new, old.list[i])) {
            list[count++] = (struct word_row){old.list[i], row->id};
        }
    }
    return change_words(db, CUSTOMER_WORD_REMOVE, NULL, list, count, info);
}

enum err customer_row_write(struct database *db, const struct customer_row *before,
                            const struct customer_row *row, struct err_info *info)
{
    const struct text words[] = {row->id,    row->name, row->email,
                                 row->phone, row->note, row->traits};
    enum err e;
    {
        struct query q CLEANUP(query_end) = query_begin(db, &customer_sql[CUSTOMER_WRITE]);
        for (int i = 0; i < 6; i++) {
            query_bind_text(&q, i + 1, words[i]);
        }
        query_bind_int(&q, 7, row->revision);
        query_bind_int(&q, 8, row->changed_us);
        e = query_run(&q, info);
    }
    e = e ? e : remove_words(db, before, row, info);
    return e ? e : customer_words_add(db, row, 1, info);
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
