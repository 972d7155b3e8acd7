#include "store/snapshot.h"

#include "store/connection.h"
#include "store/sqlite_handle.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

struct snapshot {
    struct database *db;
    sqlite3 *copy;
    sqlite3_backup *backup;
    struct buf path;
    int64_t done, total;
    bool is_complete;
};

void snapshot_remove(const char *path)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-journal", "-lock"};
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        struct buf name CLEANUP(buf_release) = {0};
        buf_addf(&name, "%s%s", path, ends[i]);
        unlink(name.ptr);
    }
}

enum err snapshot_lock(const char *place, int *ret, struct err_info *info)
{
    struct buf path CLEANUP(buf_release) = {0};
    buf_addf(&path, "%s-backup-lock", place);
    int fd = open(path.ptr, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        return err_set(info, ERR_STORAGE, "%s cannot be made: %s", path.ptr, strerror(errno));
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        close(fd);
        return err_set(info, ERR_BUSY,
                       "a backup or a check of %s is under way already; wait for its end", place);
    }
    *ret = fd;
    return ERR_NONE;
}

void snapshot_sweep(const char *place)
{
    struct buf path CLEANUP(buf_release) = {0};
    struct err_info info;
    int lock = -1;
    buf_addf(&path, "%s-snapshot", place);
    if (access(path.ptr, F_OK) == 0 && snapshot_lock(place, &lock, &info) == ERR_NONE) {
        snapshot_remove(path.ptr);
        close(lock);
    }
}

static const char *place_of(struct database *db)
{
    struct sqlite3 *sqlite = sqlite_handle(db);
    const char *place = sqlite ? sqlite3_db_filename(sqlite, "main") : NULL;
    return place && *place ? place : NULL;
}

void snapshot_sweep_beside(struct database *db)
{
    const char *place = place_of(db);
    if (place) {
        snapshot_sweep(place);
    }
}

static enum err open_copy(struct snapshot *s, struct err_info *info)
{
    sqlite_make_file(s->path.ptr);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    int code = sqlite3_open_v2(s->path.ptr, &s->copy, flags, NULL);
    if (code == SQLITE_OK) { /* a crash leaves a file that nobody reads: it need not be durable */
        code = sqlite3_exec(s->copy, "PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF", NULL,
                            NULL, NULL);
    }
    if (code != SQLITE_OK) {
        return err_set(info, ERR_STORAGE, "%s cannot be written: %s", s->path.ptr,
                       sqlite3_errstr(code));
    }
    s->backup = sqlite3_backup_init(s->copy, "main", sqlite_handle(s->db), "main");
    return s->backup
               ? ERR_NONE
               : err_set(info, ERR_STORAGE, "the copy cannot begin: %s", sqlite3_errmsg(s->copy));
}

enum err snapshot_begin(struct database *db, struct snapshot **ret, struct err_info *info)
{
    const char *place = place_of(db);
    if (!place) {
        return err_set(info, ERR_INVALID, "Only an SQLite database in a file is copied so.");
    }
    struct snapshot *s CLEANUP(snapshot_end) = calloc(1, sizeof(*s));
    if (!s) {
        abort();
    }
    s->db = db;
    buf_addf(&s->path, "%s-snapshot", place);
    snapshot_remove(s->path.ptr);
    enum err e = open_copy(s, info);
    if (!e) {
        *ret = s;
        s = NULL;
    }
    return e;
}

enum err snapshot_step(struct snapshot *s, bool *ret_done, struct err_info *info)
{
    assert(!s->db->in_transaction && !s->is_complete);
    int code = sqlite3_backup_step(s->backup, SNAPSHOT_STEP_PAGES);
    s->total = sqlite3_backup_pagecount(s->backup);
    s->done = s->total - sqlite3_backup_remaining(s->backup);
    if (code != SQLITE_OK && code != SQLITE_DONE) {
        return err_set(info, ERR_STORAGE,
                       "%s cannot be written: %s. Make room beside the database and try again.",
                       s->path.ptr, sqlite3_errstr(code));
    }
    if (code == SQLITE_DONE) {
        s->is_complete = true;
        sqlite3_backup_finish(s->backup);
        sqlite3_close(s->copy);
        s->backup = NULL;
        s->copy = NULL;
    }
    *ret_done = s->is_complete;
    return ERR_NONE;
}

void snapshot_progress(const struct snapshot *s, int64_t *ret_done, int64_t *ret_total)
{
    *ret_done = s->done;
    *ret_total = s->total;
}

const char *snapshot_path(const struct snapshot *s)
{
    return s->path.ptr;
}

void snapshot_end(struct snapshot **snapshot)
{
    struct snapshot *s = *snapshot;
    if (s) {
        sqlite3_backup_finish(s->backup);
        sqlite3_close(s->copy);
        if (!s->is_complete && s->path.ptr) {
            snapshot_remove(s->path.ptr);
        }
        buf_release(&s->path);
        free(s);
    }
    *snapshot = NULL;
}
