#include "feature/audit/trail.h"

#include "base/id.h"

#include <ctype.h>

enum { TRAIL_ALL, TRAIL_OF_ACTOR, TRAIL_OF_ACTION, TRAIL_OF_SUBJECT, STATEMENTS };

/* $1, $2: ids between which it lies; the last: how many. */
#define TRAIL(condition, last)                              \
    "SELECT " CHAIN_LINK_COLUMNS " FROM " CHAIN_LINK_TABLES \
    " WHERE a.id < $1 AND a.id >= $2" condition " ORDER BY a.id DESC LIMIT " last

static const struct statement statements[] = {
    [TRAIL_ALL] = {"audit_trail", TRAIL("", "$3"), NULL},
    [TRAIL_OF_ACTOR] = {"audit_trail_of_actor",
                        TRAIL(" AND a.actor_kind = $3 AND a.actor_id = $4", "$5"), NULL},
    [TRAIL_OF_ACTION] = {"audit_trail_of_action", TRAIL(" AND a.action = $3", "$4"), NULL},
    [TRAIL_OF_SUBJECT] = {"audit_trail_of_subject",
                          "SELECT " CHAIN_LINK_COLUMNS
                          " FROM audit_words w JOIN audit a ON a.id = w.id WHERE w.id < $1 AND "
                          "w.id >= $2 AND w.subject = $3 ORDER BY w.id DESC LIMIT $4",
                          NULL},
};
const struct statement_table trail_statements = {statements, STATEMENTS};

struct actor {
    int64_t kind, id;
};

static bool read_actor(struct text t, struct actor *ret)
{
    *ret = (struct actor){IDENTITY_NONE, 0};
    if (text_is(t, "rule")) {
        return true;
    }
    ret->kind = IDENTITY_COMMAND;
    if (text_is(t, "command")) {
        return true;
    }
    ret->kind = IDENTITY_VISITOR;
    if (text_is(t, "visitor")) {
        return true;
    }
    ret->kind = IDENTITY_TOKEN;
    if (id_parse(t, "tok", &ret->id)) {
        return true;
    }
    ret->kind = IDENTITY_STAFF;
    return id_parse(t, "stf", &ret->id);
}

struct text trail_actor(const struct chain_link *link, struct arena *arena)
{
    char id[ID_TEXT_SIZE];
    switch (link->actor_kind) {
    case IDENTITY_TOKEN:
        return arena_text(arena, text_of(id_format(link->actor_id, "tok", id)));
    case IDENTITY_STAFF:
        return arena_text(arena, text_of(id_format(link->actor_id, "stf", id)));
    case IDENTITY_COMMAND:
        return TEXT("command");
    case IDENTITY_VISITOR:
        return TEXT("visitor");
    default:
        return TEXT("rule");
    }
}

enum err trail_check(const struct trail_filter *f, struct err_info *info)
{
    struct actor actor;
    return f->actor.len == 0 || read_actor(f->actor, &actor)
               ? ERR_NONE
               : err_field(info, ERR_INVALID, "actor",
                           "An actor is stf_…, tok_…, \"command\", \"visitor\" or \"rule\".");
}

/* Letters of ASCII compare without their case. */
static bool contains(struct text in, struct text words)
{
    for (size_t i = 0; i + words.len <= in.len; i++) {
        size_t k = 0;
        while (k < words.len &&
               tolower((unsigned char)in.ptr[i + k]) == tolower((unsigned char)words.ptr[k])) {
            k++;
        }
        if (k == words.len) {
            return true;
        }
    }
    return false;
}

static bool passes(const struct trail_filter *f, const struct chain_link *link)
{
    struct actor actor;
    if (f->actor.len && read_actor(f->actor, &actor) &&
        (actor.kind != link->actor_kind || actor.id != link->actor_id)) {
        return false;
    }
    return (f->action.len == 0 || text_eq(f->action, link->action)) &&
           (f->subject.len == 0 || text_eq(f->subject, link->subject)) &&
           (f->words.len == 0 || contains(link->actor, f->words) ||
            contains(link->action, f->words) || contains(link->subject, f->words) ||
            contains(link->before, f->words) || contains(link->after, f->words));
}

/* The first id that may have been drawn at that moment. */
static int64_t first_id_at(int64_t us)
{
    struct id_source ids = id_source(0, 0);
    return us == MOMENT_NEVER ? INT64_MAX : us == MOMENT_BEFORE_ALL ? 0 : id_next(&ids, us);
}

static struct query begin(struct database *db, const struct trail_filter *f, int64_t most)
{
    int which = f->subject.len  ? TRAIL_OF_SUBJECT
                : f->actor.len  ? TRAIL_OF_ACTOR
                : f->action.len ? TRAIL_OF_ACTION
                                : TRAIL_ALL;
    int64_t until = first_id_at(f->until_us);
    struct query q = query_begin(db, &statements[which]);
    query_bind_int(&q, 1, f->before_id && f->before_id < until ? f->before_id : until);
    query_bind_int(&q, 2, first_id_at(f->from_us));
    int p = 3;
    if (which == TRAIL_OF_SUBJECT) {
        query_bind_text(&q, p++, f->subject);
    } else if (which == TRAIL_OF_ACTOR) {
        struct actor actor;
        (void)read_actor(f->actor, &actor);
        query_bind_int(&q, p++, actor.kind);
        query_bind_int(&q, p++, actor.id);
    } else if (which == TRAIL_OF_ACTION) {
        query_bind_text(&q, p++, f->action);
    }
    query_bind_int(&q, p, most);
    return q;
}

enum err trail_read(struct database *db, const struct trail_filter *f, const struct sight *sight,
                    size_t most, struct arena *arena,
                    void (*each)(void *self, const struct chain_link *link), void *self,
                    int64_t *ret_next, struct err_info *info)
{
    struct query q CLEANUP(query_end) = begin(db, f, TRAIL_LOOKED_AT_MOST + 1);
    size_t found = 0;
    int64_t last = 0;
    for (size_t looked = 0;; looked++) {
        bool row;
        enum err e = query_row(&q, &row, info);
        if (e || !row) {
            *ret_next = 0;
            return e;
        }
        if (found == most || looked == TRAIL_LOOKED_AT_MOST) {
            *ret_next = last;
            return ERR_NONE;
        }
        struct chain_link link;
        chain_link_read(&q, arena, &link);
        last = link.id;
        bool shown = passes(f, &link);
        e = shown ? sight_has(sight, db, &link, arena, &shown, info) : ERR_NONE;
        if (e) {
            return e;
        }
        if (shown) {
            each(self, &link);
            found++;
        }
    }
}

enum err trail_find(struct database *db, const struct sight *sight, int64_t id, struct arena *arena,
                    struct chain_link *ret, struct err_info *info)
{
    struct chain_link link;
    bool row = false, shown = false;
    struct query q CLEANUP(query_end) = query_begin(db, &statements[TRAIL_ALL]);
    query_bind_int(&q, 1, id < INT64_MAX ? id + 1 : id);
    query_bind_int(&q, 2, id);
    query_bind_int(&q, 3, 1);
    enum err e = query_row(&q, &row, info);
    if (!e && row) {
        chain_link_read(&q, arena, &link);
        e = sight_has(sight, db, &link, arena, &shown, info);
    }
    if (!e && !shown) {
        e = err_field(info, ERR_NOT_FOUND, "id", "There is no such record in the trail.");
    }
    if (!e) {
        *ret = link;
    }
    return e;
}
