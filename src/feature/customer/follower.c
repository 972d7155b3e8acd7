#include "feature/customer/follower.h"

#include "base/id.h"
#include "base/moment.h"
#include "feature/customer/customer_row.h"
#include "store/sharing.h"

#include <stdlib.h>
#include <string.h>

enum { TOUCHES_AT_ONCE = 2000, CUSTOMERS_AT_ONCE = 200, KNOWN = 1 << 14 };
#define SOON_US (SECOND_US / 10) /* after something was committed here */
#define REST_US (SECOND_US / 10) /* while there is more: touches come first */
#define LATE_US (SECOND_US * 60) /* where shared: until the row is moved on */
/* A transaction that has drawn its ids is committed by then, or never: the clerk waits a minute at
 * most for a database that hangs. */
#define COMMITTED_BY_US (SECOND_US * 180)

struct follower {
    int64_t after_id; /* durable, unless doubtful */
    int64_t fresh_id; /* where shared: looked at by this server */
    int64_t look_us, now_us;
    uint32_t session;
    bool doubtful, looked, more;
    uint64_t known[KNOWN]; /* hashes of customers whose words are there; some of them */
};

enum { PLACE, PLACE_MOVE, TOUCHES, STATEMENTS };
static const struct statement statements[] = {
    [PLACE] = {"customer_word_place", "SELECT after_id FROM backfill WHERE name = 'customer_word'",
               "SELECT after_id FROM backfill WHERE name = 'customer_word' FOR UPDATE SKIP LOCKED"},
    [PLACE_MOVE] = {"customer_word_place_move",
                    "UPDATE backfill SET after_id = $1 WHERE name = 'customer_word'", NULL},
    [TOUCHES] = {"customer_of_touches",
                 "SELECT id, customer FROM touch WHERE id >= $1 AND id <= $2 ORDER BY id LIMIT $3",
                 NULL},
};
_Static_assert(sizeof(statements) / sizeof(statements[0]) == STATEMENTS, "one each");
const struct statement_table follower_statements = {statements, STATEMENTS};

struct follower *follower_new(void)
{
    struct follower *f = calloc(1, sizeof(*f));
    if (!f) {
        abort();
    }
    f->doubtful = true;
    return f;
}

void follower_free(struct follower *f)
{
    free(f);
}

/* -- one look -- */

struct slice {
    int64_t after_id, until_id;
    int64_t node; /* of others none; negative: of all */
    struct arena arena;
    struct customer_row rows[CUSTOMERS_AT_ONCE];
    size_t count;
    bool full; /* there may be more */
};

static void slice_end(struct slice *s)
{
    arena_release(&s->arena);
}

static bool is_known(struct follower *f, struct text customer)
{
    uint64_t hash = text_hash(customer) | 1;
    uint64_t *slot = &f->known[(hash >> 1) % KNOWN];
    bool known = *slot == hash;
    *slot = hash;
    return known;
}

static void take_touch(struct follower *f, struct slice *s, const struct query *q)
{
    s->after_id = query_int(q, 0);
    bool ours = s->node < 0 || ((s->after_id >> 12) & ID_NODE_MAX) == s->node;
    if (ours && !query_is_null(q, 1) && !is_known(f, query_text(q, 1))) {
        s->rows[s->count++].id = arena_text(&s->arena, query_text(q, 1));
    }
}

static enum err read_touches(struct follower *f, struct database *db, struct slice *s,
                             struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[TOUCHES]);
    query_bind_int(&q, 1, s->after_id + 1);
    query_bind_int(&q, 2, s->until_id);
    query_bind_int(&q, 3, TOUCHES_AT_ONCE);
    size_t seen = 0;
    bool row;
    enum err e;
    while (!(e = query_row(&q, &row, info)) && row && s->count < CUSTOMERS_AT_ONCE) {
        take_touch(f, s, &q);
        seen++;
    }
    s->full = !e && (row || seen == TOUCHES_AT_ONCE);
    return e;
}

static enum err follow(struct follower *f, struct database *db, struct slice *s,
                       struct err_info *info)
{
    enum err e = read_touches(f, db, s, info);
    e = e ? e : customer_rows_find(db, s->rows, s->count, &s->arena, info);
    e = e ? e : customer_words_add(db, s->rows, s->count, info);
    f->more = f->more || s->full;
    return e;
}

/* Not there: another server is at it. */
static enum err read_place(struct follower *f, struct database *db, bool *ret_there,
                           struct err_info *info)
{
    if (!f->doubtful && !database_is_shared(db)) {
        *ret_there = true;
        return ERR_NONE;
    }
    struct query q CLEANUP(query_end) = query_begin(db, &statements[PLACE]);
    enum err e = query_row(&q, ret_there, info);
    if (!e && *ret_there) {
        f->after_id = query_int(&q, 0);
    }
    return e;
}

static enum err move_place(struct follower *f, struct database *db, int64_t after_id,
                           struct err_info *info)
{
    if (f->after_id == after_id) {
        return ERR_NONE;
    }
    f->after_id = after_id;
    struct query q CLEANUP(query_end) = query_begin(db, &statements[PLACE_MOVE]);
    query_bind_int(&q, 1, after_id);
    return query_run(&q, info);
}

static enum err follow_all(struct follower *f, struct database *db, int64_t until_id,
                           struct err_info *info)
{
    bool there = false;
    enum err e = read_place(f, db, &there, info);
    if (e || !there) {
        return e;
    }
    struct slice s CLEANUP(slice_end) = {.after_id = f->after_id, .until_id = until_id, .node = -1};
    e = follow(f, db, &s, info);
    return e ? e : move_place(f, db, s.after_id, info);
}

static enum err follow_own(struct follower *f, struct database *db, int64_t since_id,
                           struct err_info *info)
{
    struct slice s CLEANUP(slice_end) = {.after_id =
                                             f->fresh_id > since_id ? f->fresh_id : since_id,
                                         .until_id = INT64_MAX,
                                         .node = database_node(db)};
    enum err e = follow(f, db, &s, info);
    f->fresh_id = e ? f->fresh_id : s.after_id;
    return e;
}

/* -- the clerk's -- */

void follower_begun(struct follower *f, const struct database *db)
{
    f->now_us = database_now(db);
    f->looked = false;
    if (f->session != database_session(db)) { /* another number, perhaps: its ids may be older */
        f->session = database_session(db);
        f->fresh_id = 0;
    }
}

int64_t follower_due(const struct follower *f)
{
    return f->look_us;
}

enum err follower_tick(struct follower *f, struct database *db, int64_t now_us,
                       struct err_info *info)
{
    if (now_us < f->look_us) {
        return ERR_NONE;
    }
    bool shared = database_is_shared(db);
    int64_t committed_id = shared ? id_at(now_us - COMMITTED_BY_US) : INT64_MAX;
    f->looked = true;
    f->more = false;
    f->look_us = now_us + SECOND_US; /* should it fail */
    enum err e = follow_all(f, db, committed_id, info);
    return e || !shared ? e : follow_own(f, db, committed_id, info);
}

void follower_undone(struct follower *f)
{
    memset(f->known, 0, sizeof(f->known));
    f->doubtful = true;
    f->fresh_id = 0;
}

void follower_committed(struct follower *f)
{
    if (f->looked) {
        bool behind = f->fresh_id > f->after_id;
        f->doubtful = false;
        f->look_us = f->more ? f->now_us + REST_US : behind ? f->now_us + LATE_US : MOMENT_NEVER;
    } else if (f->look_us > f->now_us + SOON_US) {
        f->look_us = f->now_us + SOON_US;
    }
}
