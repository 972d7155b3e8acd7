#include "store/database.h"

#include "base/moment.h"
#include "store/connection.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

enum {
    APPLICATION_ID = 0x54727468, /* "Trth", in the header of the file */
    PROGRESS_STEPS = 2000, /* of SQLite's machine between two looks at the clock: about 0.1 ms */
    WRITER_BUSY_MS = 5000,
    READER_BUSY_MS = 200
};

static const struct statement transaction_write = {"transaction_write", "BEGIN IMMEDIATE", "BEGIN"};
static const struct statement transaction_read = {"transaction_read", "BEGIN", NULL};
static const struct statement transaction_keep = {"transaction_commit", "COMMIT", NULL};
static const struct statement transaction_undo = {"transaction_rollback", "ROLLBACK", NULL};
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

static enum err storage_error(struct database *db, int code, struct err_info *info)
{
    switch (code & 0xff) {
    case SQLITE_FULL:
        return err_set(
            info, ERR_STORAGE,
            "The disk is full. Nothing was changed. Free some space; no restart is needed.");
    case SQLITE_READONLY:
        return err_set(info, ERR_STORAGE,
                       "The database is read-only. Nothing was changed. Make its file and folder "
                       "writable; no restart is needed.");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return err_set(info, ERR_STORAGE,
                       "The database file is damaged. Stop the server and restore a backup.");
    case SQLITE_CANTOPEN:
        return err_set(info, ERR_STORAGE,
                       "The database file cannot be opened. Check its path and permissions.");
    default:
        return err_set(info, ERR_STORAGE,
                       "The disk failed (%s). Nothing was changed. Check the system's log.",
                       strerror(db->sqlite ? sqlite3_system_errno(db->sqlite) : EIO));
    }
}

enum err connection_error(struct database *db, int code, const char *statement,
                          struct err_info *info)
{
    char detail[sizeof(info->detail)];
    int extended = db->sqlite ? sqlite3_extended_errcode(db->sqlite) : code;
    snprintf(detail, sizeof(detail), "%s: %s (%d)", statement,
             db->sqlite ? sqlite3_errmsg(db->sqlite) : sqlite3_errstr(code), extended);
    enum err e;
    switch (code & 0xff) {
    case SQLITE_NOMEM:
        abort();
    case SQLITE_CONSTRAINT:
        e = err_set(info, ERR_CONFLICT, "It is there already, or something it names is not.");
        break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        e = err_set(info, ERR_BUSY, "The database is busy. Try again in a moment.");
        break;
    case SQLITE_INTERRUPT:
        e = err_set(info, ERR_BUSY, "This took longer than allowed. Ask for less at once.");
        break;
    case SQLITE_TOOBIG:
        e = err_set(info, ERR_LIMIT, "A value is too large for the database.");
        break;
    case SQLITE_FULL:
    case SQLITE_READONLY:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
    case SQLITE_PERM:
    case SQLITE_PROTOCOL:
        e = storage_error(db, code, info);
        break;
    default:
        e = err_set(info, ERR_INTERNAL, "The server made a mistake. Its log says more.");
    }
    if (info) {
        memcpy(info->detail, detail, sizeof(detail));
    }
    return e;
}

/* SQLite asks now and then whether to go on; not 0 stops the statement. */
static int on_progress(void *self)
{
    const struct database *db = self;
    if (db->cancel && atomic_load_explicit(db->cancel, memory_order_relaxed)) {
        return 1;
    }
    if (!db->deadline_us && !db->slice_us) {
        return 0;
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

/* PLACE-lock is held by the one process that writes; a file of its own, because closing any
 * descriptor of the database would drop SQLite's own locks. */
static enum err lock_place(const char *place, int *ret, struct err_info *info)
{
    struct buf path CLEANUP(buf_release) = {0};
    buf_addf(&path, "%s-lock", place);
    int fd = open(path.ptr, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        return err_set(info, ERR_STORAGE,
                       "%s cannot be created: %s. Name a place that you may write.", path.ptr,
                       strerror(errno));
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        close(fd);
        return err_set(
            info, ERR_BUSY,
            "Another process uses %s. Stop it first, or name another database with --db.", place);
    }
    *ret = fd;
    return ERR_NONE;
}

enum err database_script(struct database *db, struct text sql, struct err_info *info)
{
    char *terminated = strndup(sql.ptr, sql.len);
    if (!terminated) {
        abort();
    }
    int code = sqlite3_exec(db->sqlite, terminated, NULL, NULL, NULL);
    free(terminated);
    return code == SQLITE_OK ? ERR_NONE : connection_error(db, code, "script", info);
}

/* The one integer that a statement gives. */
static enum err ask(struct database *db, const char *sql, int64_t *ret, struct err_info *info)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(db->sqlite, sql, -1, &statement, NULL);
    if (code == SQLITE_OK) {
        code = sqlite3_step(statement);
    }
    if (code == SQLITE_ROW) {
        *ret = sqlite3_column_int64(statement, 0);
    }
    enum err e = code == SQLITE_ROW ? ERR_NONE : connection_error(db, code, "open", info);
    sqlite3_finalize(statement);
    return e;
}

/* Only files of ours are touched: those marked so, and empty ones, which are marked now. */
static enum err check_owner(struct database *db, const char *place, struct err_info *info)
{
    int64_t owner = 0, tables = 0;
    enum err e = ask(db, "PRAGMA application_id", &owner, info);
    e = e ? e : ask(db, "SELECT count(*) FROM sqlite_schema", &tables, info);
    if (e) {
        return e;
    }
    if (owner == 0 && tables == 0 && db->mode == DATABASE_WRITE) {
        char sql[64];
        snprintf(sql, sizeof(sql), "PRAGMA application_id = %d", APPLICATION_ID);
        return database_script(db, text_of(sql), info);
    }
    return owner == APPLICATION_ID
               ? ERR_NONE
               : err_set(info, ERR_STORAGE,
                         "%s is not a database of Troth. It was left as it is; name another path.",
                         place);
}

static enum err configure(struct database *db, const struct database_config *config,
                          struct err_info *info)
{
    bool writes = config->mode == DATABASE_WRITE;
    sqlite3_busy_timeout(db->sqlite, writes ? WRITER_BUSY_MS : READER_BUSY_MS);
    sqlite3_extended_result_codes(db->sqlite, 0);
    sqlite3_progress_handler(db->sqlite, PROGRESS_STEPS, on_progress, db);
    enum err e = check_owner(db, config->place, info);
    if (e) {
        return e;
    }
    static const struct text common = TEXT("PRAGMA trusted_schema = OFF; PRAGMA foreign_keys = ON;"
                                           "PRAGMA temp_store = MEMORY;");
    static const struct text writer =
        TEXT("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 20000;"
             "PRAGMA cache_size = -32768;");
    static const struct text reader =
        TEXT("PRAGMA query_only = ON; PRAGMA mmap_size = 4294967296; PRAGMA cache_size = -4096;");
    e = database_script(db, common, info);
    e = e ? e : database_script(db, writes ? writer : reader, info);
    if (!e && writes) {
        bool safe = config->safety == DATABASE_DURABLE;
        e = database_script(
            db, safe ? TEXT("PRAGMA synchronous = FULL") : TEXT("PRAGMA synchronous = OFF"), info);
    }
    return e;
}

static void prepare_library(void)
{
    /* Counting every allocation costs a lock; nobody reads the count. */
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

enum err database_open(const struct database_config *config, struct database **ret,
                       struct err_info *info)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, prepare_library);
    struct database *db CLEANUP(database_close) = calloc(1, sizeof(*db));
    if (!db) {
        abort();
    }
    db->mode = config->mode;
    db->lock = -1;
    bool in_memory = strcmp(config->place, ":memory:") == 0;
    if (config->mode == DATABASE_WRITE && !in_memory) {
        enum err e = lock_place(config->place, &db->lock, info);
        if (e) {
            return e;
        }
    }
    int flags = config->mode == DATABASE_WRITE ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                               : SQLITE_OPEN_READONLY;
    int code = sqlite3_open_v2(config->place, &db->sqlite, flags | SQLITE_OPEN_NOMUTEX, NULL);
    if (code != SQLITE_OK) {
        return connection_error(db, code, config->place, info);
    }
    enum err e = configure(db, config, info);
    if (e) {
        return e;
    }
    *ret = db;
    db = NULL; /* the caller's now */
    return ERR_NONE;
}

void database_close(struct database **db)
{
    struct database *d = *db;
    if (!d) {
        return;
    }
    connection_release_statements(d);
    int code = sqlite3_close(d->sqlite);
    assert(code == SQLITE_OK);
    (void)code;
    if (d->lock >= 0) {
        close(d->lock);
    }
    free(d);
    *db = NULL;
}

int64_t database_changes(const struct database *db)
{
    return sqlite3_changes64(db->sqlite);
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
    connection_begin_slice(db);
    bool writes = db->mode == DATABASE_WRITE;
    enum err e = run(db, writes ? &transaction_write : &transaction_read, info);
    if (!e) {
        t->db = db;
        db->in_transaction = true;
    }
    return e;
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
    t->db->in_transaction = false;
    t->db = NULL;
    return ERR_NONE;
}

void transaction_end(struct transaction *t)
{
    if (!t->db) {
        return;
    }
    if (!database_lost_transaction(t->db)) {
        /* If even this fails, SQLite has rolled back by itself. */
        struct err_info ignored;
        (void)!run(t->db, &transaction_undo, &ignored);
    }
    t->db->in_transaction = false;
    t->db = NULL;
}

enum err savepoint_begin(struct savepoint *s, struct database *db, struct err_info *info)
{
    assert(!s->db && db->in_transaction);
    enum err e = run(db, &savepoint_set, info);
    if (!e) {
        s->db = db;
    }
    return e;
}

enum err savepoint_keep(struct savepoint *s, struct err_info *info)
{
    assert(s->db);
    enum err e = run(s->db, &savepoint_release, info);
    if (!e) {
        s->db = NULL;
    }
    return e;
}

void savepoint_end(struct savepoint *s)
{
    if (s->db && !database_lost_transaction(s->db)) {
        struct err_info ignored;
        (void)!run(s->db, &savepoint_undo, &ignored);
        (void)!run(s->db, &savepoint_release, &ignored);
    }
    s->db = NULL;
}

bool database_lost_transaction(const struct database *db)
{
    return db->in_transaction && sqlite3_get_autocommit(db->sqlite) != 0;
}
