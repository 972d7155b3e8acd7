#include "cli/standing.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/json.h"
#include "cli/admin.h"
#include "feature/backup/restore.h"
#include "store/snapshot.h"

enum { LOOK_MS = 50 };

struct look { /* what the server says of its snapshot */
    struct text state, path, trouble;
    int64_t done, total;
};

static enum err ask_server(const char *place, const char *method, struct arena *arena,
                           struct look *ret, struct err_info *info)
{
    unsigned status = 0;
    struct text words;
    const struct json *reply;
    enum err e = admin_request(place, method, "/api/v1/snapshot", (struct text){0}, arena, &status,
                               &words, info);
    if (e) {
        return e;
    }
    if (json_parse(arena, words, &json_default_limits, &reply, NULL)) {
        return err_set(info, ERR_IO, "the server gave no answer that can be read");
    }
    if (status >= 400) {
        const struct json *detail = json_get(reply, "detail");
        struct text why = detail ? detail->text : (struct text){0};
        return err_set(info, ERR_BUSY, "the server made no snapshot: %.*s", TEXT_ARG(why));
    }
    const struct json *state = json_get(reply, "state"), *path = json_get(reply, "path");
    const struct json *trouble = json_get(reply, "trouble");
    if (!state || !path || !trouble || !json_int64(json_get(reply, "done"), &ret->done) ||
        !json_int64(json_get(reply, "total"), &ret->total)) {
        return err_set(info, ERR_IO, "the server gave no answer that can be read");
    }
    ret->state = state->text;
    ret->path = path->text;
    ret->trouble = trouble->text;
    return ERR_NONE;
}

static enum err make_snapshot(const char *place, void (*progress)(void *context, double share),
                              void *context, struct buf *ret_path, struct err_info *info)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct look look = {0};
    enum err e = ask_server(place, "POST", &arena, &look, info);
    while (!e && text_is(look.state, "copying")) {
        const struct timespec pause = {.tv_nsec = LOOK_MS * 1000000L};
        nanosleep(&pause, NULL);
        arena_clear(&arena);
        e = ask_server(place, "GET", &arena, &look, info);
        if (!e && progress && look.total) {
            progress(context, (double)look.done / (double)look.total);
        }
    }
    if (!e && !text_is(look.state, "ready")) {
        return err_set(info, ERR_STORAGE, "the server made no snapshot: %.*s",
                       TEXT_ARG(look.trouble));
    }
    if (!e) {
        buf_add_text(ret_path, look.path);
    }
    return e;
}

enum err standing_exists(const char *place, struct err_info *info)
{
    return !database_is_file(place) || access(place, F_OK) == 0
               ? ERR_NONE
               : err_set(info, ERR_NOT_FOUND, "there is no database %s: %s", place,
                         strerror(errno));
}

static enum err open_file(const char *place, void (*progress)(void *context, double share),
                          void *context, struct standing *s, struct err_info *info)
{
    enum err e = standing_exists(place, info);
    e = e ? e : snapshot_lock(place, &s->lock, info);
    if (e) {
        return e;
    }
    struct database_config alone = {.place = place, .mode = DATABASE_WRITE};
    e = make_snapshot(place, progress, context, &s->snapshot, info);
    if (e ==
        ERR_NOT_FOUND) { /* no server runs: what lies there was left by a command that was killed */
        struct buf left CLEANUP(buf_release) = {0};
        buf_addf(&left, "%s-snapshot", place);
        snapshot_remove(left.ptr);
        return database_open(&alone, &s->db, info);
    }
    struct database_config copy = {.place = s->snapshot.ptr, .mode = DATABASE_READ};
    return e ? e : database_open(&copy, &s->db, info);
}

enum err standing_open(const char *place, void (*progress)(void *context, double share),
                       void *context, struct standing *ret, struct err_info *info)
{
    struct standing s CLEANUP(standing_close) = {.lock = -1};
    struct database_config still = {.place = place, .mode = DATABASE_READ};
    enum err e = database_is_file(place) ? open_file(place, progress, context, &s, info)
                                         : database_open(&still, &s.db, info);
    if (!e) {
        *ret = s;
        s = (struct standing){.lock = -1};
    }
    return e;
}

void standing_close(struct standing *s)
{
    database_close(&s->db);
    if (s->snapshot.len) {
        snapshot_remove(s->snapshot.ptr);
    }
    buf_release(&s->snapshot);
    if (s->lock >= 0) {
        close(s->lock);
    }
}
