/* The driver of SQLite: a file, one connection that writes it, others that read. */
#include "store/connection.h"
#include "store/home.h"
#include "store/sqlite_handle.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum {
    APPLICATION_ID = 0x54727468, /* "Trth", in the header of the file */
    PROGRESS_STEPS = 2000, /* of SQLite's machine between two looks at the clock: about 0.1 ms */
    WRITER_BUSY_MS = 5000,
    READER_BUSY_MS = 200
};

struct sqlite_prepared {
    struct prepared head; /* first */
    sqlite3_stmt *stmt;
};
struct sqlite_database {
    struct database head; /* first */
    sqlite3 *sqlite;
    int lock; /* descriptor of the lock file, -1: none */
};

static struct sqlite_database *sqlite_of(struct database *db)
{
    return (struct sqlite_database *)db;
}

static sqlite3_stmt *stmt_of(const struct prepared *p)
{
    return ((const struct sqlite_prepared *)p)->stmt;
}

/* What the system said of the disk; SQLite's own words where it said nothing, as after a write that
 * took only a part. */
static const char *disk_words(struct sqlite_database *db)
{
    if (!db->sqlite) {
        return strerror(EIO);
    }
    int number = sqlite3_system_errno(db->sqlite);
    return number ? strerror(number) : sqlite3_errmsg(db->sqlite);
}

static enum err storage_error(struct sqlite_database *db, int code, struct err_info *info)
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
    case SQLITE_NOTADB:
        return err_set(info, ERR_STORAGE,
                       "The file is no database, or its beginning is damaged. It was left as it "
                       "is: name another path, or restore a backup.");
    case SQLITE_CORRUPT:
        return err_set(info, ERR_STORAGE,
                       "The database file is damaged. Stop the server and restore a backup.");
    case SQLITE_CANTOPEN:
        return err_set(info, ERR_STORAGE,
                       "The database file cannot be opened. Check its path and permissions.");
    default:
        return err_set(info, ERR_STORAGE,
                       "The disk failed (%s). Nothing was changed. Check the system's log.",
                       disk_words(db));
    }
}

/* The words and the code for what SQLite said. */
static enum err error(struct sqlite_database *db, int code, const char *statement,
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

/* home_of() of SQL. */
static void home_of_text(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    const unsigned char *words = sqlite3_value_text(values[0]);
    struct text about = {(const char *)words, (size_t)sqlite3_value_bytes(values[0])};
    sqlite3_result_int64(context, home_of(about));
}

int sqlite_add_functions(sqlite3 *sqlite)
{
    return sqlite3_create_function_v2(sqlite, "home_of", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
                                      NULL, home_of_text, NULL, NULL, NULL);
}

/* SQLite asks now and then whether to go on; not 0 stops the statement. */
static int on_progress(void *self)
{
    return connection_is_over(self);
}

static void close_place(struct database *db)
{
    struct sqlite_database *d = sqlite_of(db);
    int code = sqlite3_close(d->sqlite);
    assert(code == SQLITE_OK);
    (void)code;
    if (d->lock >= 0) {
        close(d->lock);
    }
    free(d);
}

/* For CLEANUP while it is being opened. */
static void release(struct sqlite_database **db)
{
    if (*db) {
        close_place(&(*db)->head);
    }
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

static enum err script(struct database *db, struct text sql, struct err_info *info)
{
    char *terminated = strndup(sql.ptr, sql.len);
    if (!terminated) {
        abort();
    }
    int code = sqlite3_exec(sqlite_of(db)->sqlite, terminated, NULL, NULL, NULL);
    free(terminated);
    return code == SQLITE_OK ? ERR_NONE : error(sqlite_of(db), code, "script", info);
}

/* The one integer that a statement gives. */
static enum err ask(struct sqlite_database *db, const char *sql, int64_t *ret,
                    struct err_info *info)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(db->sqlite, sql, -1, &statement, NULL);
    if (code == SQLITE_OK) {
        code = sqlite3_step(statement);
    }
    if (code == SQLITE_ROW) {
        *ret = sqlite3_column_int64(statement, 0);
    }
    enum err e = code == SQLITE_ROW ? ERR_NONE : error(db, code, "open", info);
    sqlite3_finalize(statement);
    return e;
}

/* Only files of ours are touched: those marked so, and empty ones, which are marked now. */
static enum err check_owner(struct sqlite_database *db, const char *place, struct err_info *info)
{
    int64_t owner = 0, tables = 0;
    enum err e = ask(db, "PRAGMA application_id", &owner, info);
    e = e ? e : ask(db, "SELECT count(*) FROM sqlite_schema", &tables, info);
    if (e) {
        return e;
    }
    if (owner == 0 && tables == 0 && db->head.mode == DATABASE_WRITE) {
        char sql[64];
        snprintf(sql, sizeof(sql), "PRAGMA application_id = %d", APPLICATION_ID);
        return script(&db->head, text_of(sql), info);
    }
    return owner == APPLICATION_ID
               ? ERR_NONE
               : err_set(info, ERR_STORAGE,
                         "%s is not a database of Troth. It was left as it is; name another path.",
                         place);
}

static enum err configure(struct sqlite_database *db, const struct database_config *config,
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
    e = script(&db->head, common, info);
    e = e ? e : script(&db->head, writes ? writer : reader, info);
    if (!e && writes) {
        bool safe = config->safety == DATABASE_DURABLE;
        e = script(&db->head,
                   safe ? TEXT("PRAGMA synchronous = FULL") : TEXT("PRAGMA synchronous = OFF"),
                   info);
    }
    return e;
}

static void prepare_library(void)
{
    /* Counting every allocation costs a lock; nobody reads the count. */
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

void sqlite_make_file(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0) {
        close(fd);
    }
}

static enum err open_place(const struct database_config *config, struct database **ret,
                           struct err_info *info)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, prepare_library);
    struct sqlite_database *db CLEANUP(release) = calloc(1, sizeof(*db));
    if (!db) {
        abort();
    }
    db->head.driver = &sqlite_driver;
    db->head.mode = config->mode;
    db->lock = -1;
    bool in_memory = strcmp(config->place, ":memory:") == 0;
    if (config->mode == DATABASE_WRITE && !in_memory) {
        enum err e = lock_place(config->place, &db->lock, info);
        if (e) {
            return e;
        }
        sqlite_make_file(config->place);
    }
    int flags = config->mode == DATABASE_WRITE ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                               : SQLITE_OPEN_READONLY;
    int code = sqlite3_open_v2(config->place, &db->sqlite, flags | SQLITE_OPEN_NOMUTEX, NULL);
    code = code == SQLITE_OK ? sqlite_add_functions(db->sqlite) : code;
    if (code != SQLITE_OK) {
        return error(db, code, config->place, info);
    }
    enum err e = configure(db, config, info);
    if (e) {
        return e;
    }
    *ret = &db->head;
    db = NULL; /* the caller's now */
    return ERR_NONE;
}

/* Parameters are $1, $2, … in the order of their first use: SQLite counts them so. */
static void check_parameters(const struct statement *statement, sqlite3_stmt *sqlite)
{
    int count = sqlite3_bind_parameter_count(sqlite);
    if (count > QUERY_PARAMETERS_MAX) {
        connection_mistake(statement, "%d parameters are more than %d", count,
                           QUERY_PARAMETERS_MAX);
    }
    for (int i = 1; i <= count; i++) {
        char wanted[16];
        snprintf(wanted, sizeof(wanted), "$%d", i);
        const char *name = sqlite3_bind_parameter_name(sqlite, i);
        if (!name || strcmp(name, wanted) != 0) {
            connection_mistake(statement, "parameter %d is written %s, not %s", i,
                               name ? name : "?", wanted);
        }
    }
}

static enum err prepare(struct database *db, const struct statement *statement, struct prepared **p,
                        struct err_info *info)
{
    if (*p) {
        return ERR_NONE;
    }
    sqlite3_stmt *stmt = NULL;
    const char *rest = NULL;
    int code = sqlite3_prepare_v3(sqlite_of(db)->sqlite, statement->sql, -1,
                                  SQLITE_PREPARE_PERSISTENT, &stmt, &rest);
    if (code != SQLITE_OK) {
        return error(sqlite_of(db), code, statement->name, info);
    }
    if (!stmt || rest[strspn(rest, " \t\r\n;")]) {
        connection_mistake(statement, "is not exactly one statement");
    }
    check_parameters(statement, stmt);
    struct sqlite_prepared *made = calloc(1, sizeof(*made));
    if (!made) {
        abort();
    }
    made->stmt = stmt;
    made->head.parameters = sqlite3_bind_parameter_count(stmt);
    *p = &made->head;
    return ERR_NONE;
}

static void discard(struct database *db, struct prepared *p)
{
    (void)db;
    sqlite3_finalize(stmt_of(p));
    free(p);
}

static void check_bind(const struct prepared *p, int parameter, int code)
{
    if (code == SQLITE_NOMEM) {
        abort();
    }
    if (code != SQLITE_OK && code != SQLITE_TOOBIG) {
        connection_mistake(p->statement, "parameter %d: %s", parameter, sqlite3_errstr(code));
    }
}

static void bind_int(struct prepared *p, int parameter, int64_t value)
{
    check_bind(p, parameter, sqlite3_bind_int64(stmt_of(p), parameter, value));
}

static void bind_real(struct prepared *p, int parameter, double value)
{
    check_bind(p, parameter, sqlite3_bind_double(stmt_of(p), parameter, value));
}

static void bind_bool(struct prepared *p, int parameter, bool value)
{
    bind_int(p, parameter, value);
}

static void bind_text(struct prepared *p, int parameter, struct text value)
{
    const char *bytes = value.ptr ? value.ptr : "";
    check_bind(
        p, parameter,
        sqlite3_bind_text64(stmt_of(p), parameter, bytes, value.len, SQLITE_STATIC, SQLITE_UTF8));
}

static void bind_bytes(struct prepared *p, int parameter, struct text value)
{
    const char *bytes = value.ptr ? value.ptr : "";
    check_bind(p, parameter,
               sqlite3_bind_blob64(stmt_of(p), parameter, bytes, value.len, SQLITE_STATIC));
}

static void bind_null(struct prepared *p, int parameter)
{
    check_bind(p, parameter, sqlite3_bind_null(stmt_of(p), parameter));
}

static enum err row(struct database *db, struct prepared *p, bool *ret_row, struct err_info *info)
{
    int code = sqlite3_step(stmt_of(p));
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
        return error(sqlite_of(db), code, p->statement->name, info);
    }
    *ret_row = code == SQLITE_ROW;
    return ERR_NONE;
}

static void reset(struct prepared *p)
{
    sqlite3_reset(stmt_of(p)); /* repeats the error of the last step: known */
}

static bool has_column(const struct prepared *p, int number)
{
    return number >= 0 && number < sqlite3_data_count(stmt_of(p));
}

static bool column_is(const struct prepared *p, int number, char type)
{
    switch (sqlite3_column_type(stmt_of(p), number)) {
    case SQLITE_NULL:
        return true;
    case SQLITE_INTEGER:
        return type == 'i' || type == 'r' || type == 'b';
    case SQLITE_FLOAT:
        return type == 'r';
    case SQLITE_TEXT:
        return type == 't' || type == 'y';
    default:
        return type == 'y';
    }
}

static bool is_null(const struct prepared *p, int number)
{
    return sqlite3_column_type(stmt_of(p), number) == SQLITE_NULL;
}

static int64_t column_int(const struct prepared *p, int number)
{
    return sqlite3_column_int64(stmt_of(p), number);
}

static double column_real(const struct prepared *p, int number)
{
    return sqlite3_column_double(stmt_of(p), number);
}

static struct text column_text(const struct prepared *p, int number)
{
    const char *bytes = (const char *)sqlite3_column_text(stmt_of(p), number);
    return (struct text){bytes ? bytes : "", (size_t)sqlite3_column_bytes(stmt_of(p), number)};
}

static struct text column_bytes(const struct prepared *p, int number)
{
    const char *bytes = sqlite3_column_blob(stmt_of(p), number);
    return (struct text){bytes ? bytes : "", (size_t)sqlite3_column_bytes(stmt_of(p), number)};
}

static int64_t changes(const struct database *db)
{
    return sqlite3_changes64(((const struct sqlite_database *)db)->sqlite);
}

static bool lost_transaction(const struct database *db)
{
    return sqlite3_get_autocommit(((const struct sqlite_database *)db)->sqlite) != 0;
}

struct sqlite3 *sqlite_handle(struct database *db)
{
    return db->driver == &sqlite_driver ? sqlite_of(db)->sqlite : NULL;
}

/* If even this fails, SQLite has rolled back by itself. */
static void roll_back(struct database *db)
{
    if (!lost_transaction(db)) {
        (void)!script(db, TEXT("ROLLBACK"), NULL);
    }
}

const struct driver sqlite_driver = {
    .open = open_place,
    .close = close_place,
    .prepare = prepare,
    .discard = discard,
    .bind_int = bind_int,
    .bind_real = bind_real,
    .bind_bool = bind_bool,
    .bind_text = bind_text,
    .bind_bytes = bind_bytes,
    .bind_null = bind_null,
    .row = row,
    .reset = reset,
    .has_column = has_column,
    .column_is = column_is,
    .is_null = is_null,
    .column_int = column_int,
    .column_real = column_real,
    .column_text = column_text,
    .column_bytes = column_bytes,
    .script = script,
    .changes = changes,
    .lost_transaction = lost_transaction,
    .roll_back = roll_back,
};
