#include "store/sharing.h"

#include "base/moment.h"
#include "store/connection.h"

#include <assert.h>
#include <string.h>

enum { CLOCK_STEP_US = 50000 /* a difference to the database's clock that is worth following */ };

/* The numbers of the locks: postgres_link.c has the others. Only for PostgreSQL. */
static const struct statement join_beside = {
    "join_beside", "SELECT pg_advisory_xact_lock_shared(1416787048, 3)", NULL};
static const struct statement join_alone = {"join_alone",
                                            "SELECT pg_advisory_xact_lock(1416787048, 3)", NULL};
/* A statement of its own: it sees what was committed before the lock was had. Every server's
 * session holds the lock 4 with the others: who can have it alone for an instant is the only one.
 */
static const struct statement marks_read = {
    "marks_read",
    "SELECT '', CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT), "
    "CASE WHEN pg_try_advisory_lock(1416787048, 4) THEN pg_advisory_unlock(1416787048, 4) "
    "ELSE false END "
    "UNION ALL SELECT name, value, false FROM mark",
    NULL};
static const struct statement mark_moved = {
    "mark_move",
    "INSERT INTO mark (name, value) VALUES ($1, 1) "
    "ON CONFLICT (name) DO UPDATE SET value = mark.value + 1 RETURNING value",
    NULL};

bool database_is_shared(const struct database *db)
{
    return db->shared;
}

uint32_t database_node(const struct database *db)
{
    return db->node;
}

uint32_t database_session(const struct database *db)
{
    return db->session;
}

int64_t database_now(const struct database *db)
{
    return moment_now() + db->clock_offset_us;
}

bool database_is_alone(const struct database *db)
{
    return !db->shared || db->alone;
}

enum err database_want_alone(struct database *db, struct err_info *info)
{
    assert(!database_is_alone(db));
    db->wants_alone = true;
    return err_set(info, ERR_BUSY, "The database is busy. Try again in a moment.");
}

bool database_wants_alone(const struct database *db)
{
    return db->wants_alone;
}

bool database_is_contended(const struct database *db)
{
    return db->contended;
}

static struct mark *mark_of(struct database *db, struct text name)
{
    size_t i = 0;
    while (i < db->mark_count && !text_is(name, db->marks[i].name)) {
        i++;
    }
    if (i == db->mark_count && i < MARKS_MAX && name.len < sizeof(db->marks[i].name)) {
        memcpy(db->marks[i].name, name.ptr, name.len);
        db->marks[i].name[name.len] = '\0';
        db->mark_count++;
    }
    return i < db->mark_count ? &db->marks[i] : NULL;
}

static void follow_clock(struct database *db, int64_t there_us)
{
    int64_t offset_us = there_us - moment_now(), step_us = offset_us - db->clock_offset_us;
    if (step_us > CLOCK_STEP_US || step_us < -CLOCK_STEP_US) {
        db->clock_offset_us = offset_us;
    }
}

static enum err read_marks(struct database *db, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &marks_read);
    bool row;
    enum err e;
    db->mark_count = 0;
    while (!(e = query_row(&q, &row, info)) && row) {
        struct text name = query_text(&q, 0);
        if (name.len == 0) {
            follow_clock(db, query_int(&q, 1));
            db->only = query_bool(&q, 2);
            continue;
        }
        struct mark *mark = mark_of(db, name);
        if (mark) {
            mark->value = query_int(&q, 1);
        }
    }
    return e;
}

enum err database_join(struct database *db, bool alone, struct err_info *info)
{
    if (!db->shared) {
        return ERR_NONE;
    }
    assert(db->in_transaction);
    db->alone = alone || db->only;
    struct query q CLEANUP(query_end) = query_begin(db, db->alone ? &join_alone : &join_beside);
    enum err e = query_send(&q, info);
    return e ? e : read_marks(db, info);
}

int64_t mark_value(const struct database *db, const char *name)
{
    for (size_t i = 0; i < db->mark_count; i++) {
        if (strcmp(db->marks[i].name, name) == 0) {
            return db->marks[i].value;
        }
    }
    return 0;
}

enum err mark_move(struct database *db, const char *name, struct err_info *info)
{
    if (!db->shared) {
        return ERR_NONE;
    }
    struct query q CLEANUP(query_end) = query_begin(db, &mark_moved);
    query_bind_text(&q, 1, text_of(name));
    bool row;
    enum err e = query_row(&q, &row, info);
    struct mark *mark = e ? NULL : mark_of(db, text_of(name));
    if (mark) {
        mark->value = query_int(&q, 0);
    }
    return e;
}
