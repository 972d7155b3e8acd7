#include "store/database.h"

#include "base/moment.h"
#include "store/connection.h"
#include "store/postgres.h"

#include <assert.h>
#include <stdatomic.h>
#include <time.h>

static const struct statement transaction_write = {"transaction_write", "BEGIN IMMEDIATE", "BEGIN"};
static const struct statement transaction_read = {
    "transaction_read", "BEGIN", "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"};
static const struct statement transaction_keep = {"transaction_commit", "COMMIT", NULL};
static const struct statement savepoint_set = {"savepoint_set", "SAVEPOINT job", NULL};
static const struct statement savepoint_release = {"savepoint_release", "RELEASE job", NULL};
static const struct statement savepoint_undo = {"savepoint_undo", "ROLLBACK TO job", NULL};
static const struct statement ping = {
    "ping", "SELECT count(*) FROM schema_migration WHERE number = 0", NULL};

int64_t database_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * SECOND_US + now.tv_nsec / 1000;
}

bool connection_is_over(const struct database *db)
{
    if (db->cancel && atomic_load_explicit(db->cancel, memory_order_relaxed)) {
        return true;
    }
    if (!db->deadline_us && !db->slice_us) {
        return false;
    }
    int64_t now = database_clock();
    return (db->deadline_us && now > db->deadline_us) || (db->slice_us && now > db->slice_end_us);
}

void connection_begin_slice(struct database *db)
{
    if (db->slice_us) {
        db->slice_end_us = database_clock() + db->slice_us;
    }
}

void database_set_deadline(struct database *db, int64_t deadline_us)
{
    db->deadline_us = deadline_us;
}

void database_set_cancel(struct database *db, const _Atomic(bool) *flag)
{
    db->cancel = flag;
}

void database_set_slice(struct database *db, int64_t slice_us)
{
    db->slice_us = slice_us;
    connection_begin_slice(db);
}

enum err database_open(const struct database_config *config, struct database **ret,
                       struct err_info *info)
{
    const struct driver *driver = postgres_takes(config->place) ? &postgres_driver : &sqlite_driver;
    return driver->open(config, ret, info);
}

bool database_is_file(const char *place)
{
    return !postgres_takes(place);
}

void database_name(const char *place, struct buf *out)
{
    if (postgres_takes(place)) {
        postgres_name(place, out);
    } else {
        buf_add_str(out, place);
    }
}

void database_close(struct database **db)
{
    struct database *d = *db;
    if (d) {
        connection_release_statements(d);
        d->driver->close(d);
        *db = NULL;
    }
}

enum err database_script(struct database *db, struct text sql, struct err_info *info)
{
    return db->driver->script(db, sql, info);
}

int64_t database_changes(const struct database *db)
{
    return db->driver->changes(db);
}

/* Where the next call that waits will tell of an error. */
static enum err send(struct database *db, const struct statement *statement, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, statement);
    return query_send(&q, info);
}

static enum err run(struct database *db, const struct statement *statement, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, statement);
    return query_run(&q, info);
}

enum err database_ping(struct database *db, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &ping);
    bool row;
    return query_row(&q, &row, info);
}

enum err transaction_begin(struct transaction *t, struct database *db, struct err_info *info)
{
    assert(!t->db && !db->in_transaction);
    db->alone = db->wants_alone = db->contended = false;
    connection_begin_slice(db);
    bool writes = db->mode == DATABASE_WRITE;
    struct query q CLEANUP(query_end) =
        query_begin(db, writes ? &transaction_write : &transaction_read);
    db->in_transaction = true;
    enum err e = query_send(&q, info);
    if (e) {
        db->in_transaction = false;
        return e;
    }
    t->db = db;
    return ERR_NONE;
}

static void forget_transaction(struct transaction *t)
{
    t->db->in_transaction = false;
    t->db->savepoints = 0;
    t->db = NULL;
}

enum err transaction_commit(struct transaction *t, struct err_info *info)
{
    assert(t->db);
    if (database_lost_transaction(t->db)) {
        transaction_end(t);
        return err_set(info, ERR_STORAGE,
                       "The database gave up the change. Nothing was changed. Try again.");
    }
    enum err e = run(t->db, &transaction_keep, info);
    if (e) {
        transaction_end(t);
        return e;
    }
    forget_transaction(t);
    return ERR_NONE;
}

void transaction_end(struct transaction *t)
{
    if (t->db) {
        t->db->driver->roll_back(t->db);
        forget_transaction(t);
    }
}

enum err savepoint_begin(struct savepoint *s, struct database *db, struct err_info *info)
{
    assert(!s->db && db->in_transaction);
    enum err e = send(db, &savepoint_set, info);
    if (!e) {
        db->savepoints++;
        s->db = db;
    }
    return e;
}

enum err savepoint_keep(struct savepoint *s, struct err_info *info)
{
    assert(s->db);
    enum err e = send(s->db, &savepoint_release, info);
    if (!e) {
        s->db->savepoints--;
        s->db = NULL;
    }
    return e;
}

void savepoint_end(struct savepoint *s)
{
    if (!s->db) {
        return;
    }
    if (!database_lost_transaction(s->db)) {
        struct err_info ignored;
        (void)!run(s->db, &savepoint_undo, &ignored);
        (void)!send(s->db, &savepoint_release, &ignored);
    }
    s->db->savepoints--;
    s->db = NULL;
}

bool database_lost_transaction(const struct database *db)
{
    return db->in_transaction && db->driver->lost_transaction(db);
}
