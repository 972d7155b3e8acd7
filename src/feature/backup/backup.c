/* The clerk's committed() takes one step after each batch: outside of a transaction, as SQLite asks
 * for, and on the connection that writes. While a snapshot is under way the clerk is always due, so
 * an idle server goes on as well. */
#include "feature/backup/backup.h"

#include "base/log.h"
#include "base/moment.h"
#include "store/snapshot.h"

#include <pthread.h>
#include <stdlib.h>

enum state { IDLE, WANTED, COPYING, READY, FAILED };
static const char *const state_names[] = {"none", "copying", "copying", "ready", "failed"};

struct backup {
    struct server *server;
    struct database *db; /* the clerk's */
    pthread_mutex_t lock;
    enum state state;
    int64_t done, total;
    struct err_info trouble;
    struct buf path;
    struct snapshot *snapshot; /* the clerk's, without the lock */
};

/* -- the clerk's thread -- */

static enum state state_of(struct backup *b)
{
    pthread_mutex_lock(&b->lock);
    enum state state = b->state;
    pthread_mutex_unlock(&b->lock);
    return state;
}

static void note(struct backup *b, enum state state, const struct err_info *trouble)
{
    pthread_mutex_lock(&b->lock);
    b->state = state;
    if (b->snapshot) {
        snapshot_progress(b->snapshot, &b->done, &b->total);
        buf_clear(&b->path);
        buf_add_str(&b->path, snapshot_path(b->snapshot));
    }
    if (trouble) {
        b->trouble = *trouble;
    }
    pthread_mutex_unlock(&b->lock);
}

static int64_t due(void *self)
{
    enum state state = state_of(self);
    return state == WANTED || state == COPYING ? 0 : MOMENT_NEVER;
}

static void committed(void *self)
{
    struct backup *b = self;
    enum state state = state_of(b);
    struct err_info info = {0};
    bool is_done = false;
    if (state != WANTED && state != COPYING) {
        return;
    }
    enum err e = state == WANTED ? snapshot_begin(b->db, &b->snapshot, &info) : ERR_NONE;
    e = e ? e : snapshot_step(b->snapshot, &is_done, &info);
    note(b, e ? FAILED : is_done ? READY : COPYING, e ? &info : NULL);
    if (e) {
        log_say(LOG_ERROR, "snapshot_failed", "%s", info.text);
    }
    if (e || is_done) {
        snapshot_end(&b->snapshot);
    }
}

/* -- requests -- */

static void answer(struct backup *b, struct reply *reply, unsigned status)
{
    struct json_writer w = reply_json(reply, status);
    pthread_mutex_lock(&b->lock);
    json_object_begin(&w);
    json_key(&w, "state");
    json_str(&w, state_names[b->state]);
    json_key(&w, "done");
    json_int(&w, b->done);
    json_key(&w, "total");
    json_int(&w, b->total);
    json_key(&w, "path");
    json_text(&w, buf_text(&b->path));
    json_key(&w, "trouble");
    json_str(&w, b->trouble.text);
    json_object_end(&w);
    pthread_mutex_unlock(&b->lock);
}

static enum err begin(struct request *r, struct database *db, struct reply *reply,
                      struct err_info *info)
{
    (void)db;
    struct backup *b = request_self(r);
    pthread_mutex_lock(&b->lock);
    bool is_busy = b->state == WANTED || b->state == COPYING;
    if (!is_busy) {
        b->state = WANTED;
        b->done = b->total = 0;
        b->trouble = (struct err_info){0};
        buf_clear(&b->path);
    }
    pthread_mutex_unlock(&b->lock);
    if (is_busy) {
        return err_set(info, ERR_BUSY, "A snapshot is under way already. Wait for its end.");
    }
    clerk_wake(server_clerk(b->server));
    answer(b, reply, 202);
    return ERR_NONE;
}

static enum err show(struct request *r, struct database *db, struct reply *reply,
                     struct err_info *info)
{
    (void)db, (void)info;
    answer(request_self(r), reply, 200);
    return ERR_NONE;
}

static const struct field fields[] = {
    {.name = "state",
     .type = FIELD_TEXT,
     .required = true,
     .doc = "none, copying, ready or failed."},
    {.name = "done", .type = FIELD_INTEGER, .required = true, .doc = "Pages copied so far."},
    {.name = "total", .type = FIELD_INTEGER, .required = true, .doc = "Pages in all."},
    {.name = "path",
     .type = FIELD_TEXT,
     .required = true,
     .doc = "The copy's file on the server's machine."},
    {.name = "trouble", .type = FIELD_TEXT, .required = true, .doc = "Why it failed."},
};
static const struct shape shape = {"Snapshot", fields, sizeof(fields) / sizeof(fields[0])};

static const struct route routes[] = {
    {.method = METHOD_POST,
     .path = "/api/v1/snapshot",
     .scope = "admin",
     .summary =
         "Begin a copy of the SQLite database beside it; `troth backup` reads and removes it.",
     .reply = &shape,
     .reply_code = 202,
     .handle = begin},
    {.method = METHOD_GET,
     .path = "/api/v1/snapshot",
     .scope = "admin",
     .summary = "How far that copy is.",
     .reply = &shape,
     .handle = show},
};

/* -- the module -- */

static enum err open_backup(struct server *server, struct database *db, void **ret_self,
                            struct err_info *info)
{
    (void)info;
    struct backup *b = calloc(1, sizeof(*b));
    if (!b) {
        abort();
    }
    b->server = server;
    b->db = db;
    pthread_mutex_init(&b->lock, NULL);
    snapshot_sweep_beside(db);
    *ret_self = b;
    return ERR_NONE;
}

static void close_backup(void *self)
{
    struct backup *b = self;
    snapshot_end(&b->snapshot);
    pthread_mutex_destroy(&b->lock);
    buf_release(&b->path);
    free(b);
}

static const struct clerk_hook hook = {.due = due, .committed = committed};

const struct module backup_module = {
    .name = "backup",
    .routes = routes,
    .route_count = sizeof(routes) / sizeof(routes[0]),
    .open = open_backup,
    .close = close_backup,
    .hook = &hook,
};
