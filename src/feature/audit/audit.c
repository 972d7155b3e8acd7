#include "base/log.h"
#include "base/moment.h"
#include "feature/audit/audit_part.h"
#include "feature/audit/trail.h"
#include "store/sharing.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define ANCHOR_EVERY_US HOUR_US
#define ANCHOR_FIRST_US MINUTE_US /* after the start */

/* Pages read the same list again and again: that is noted once in a while. */
enum { LISTS_KEPT = 512, LISTS_BESIDE = 16 };
#define LIST_NOTED_EVERY_US (15 * MINUTE_US)
struct listed {
    uint64_t what; /* hash of who, action and subject */
    int64_t at_us; /* on database_clock() */
};

struct audit {
    struct server *server;
    pthread_mutex_t lock; /* over lists */
    struct listed lists[LISTS_KEPT];
    bool shared;
    int64_t anchor_us; /* when the ends of the other chains are looked at next */
};

/* -- rows -- */

enum err audit_write(struct database *db, const struct audit_note *note, int64_t now_us,
                     struct err_info *info)
{
    struct chain_link link = {
        .node = database_node(db),
        .at_us = now_us,
        .actor_kind = (int64_t)note->actor,
        .actor_id = note->actor_id,
        .actor = note->actor_name,
        .action = note->action,
        .subject = note->subject,
        .before = note->before,
        .after = note->after,
    };
    return chain_append(db, &link, info);
}

enum { AUDIT_ERASE, STATEMENTS };
static const struct statement statements[] = {
    [AUDIT_ERASE] = {"audit_erase", "DELETE FROM audit_words WHERE subject = $1", NULL},
};
const struct statement_table audit_erase_statements = {statements, STATEMENTS};

enum err audit_erase(struct database *db, struct text subject, int64_t *ret_count,
                     struct err_info *info)
{
    if (subject.len == 0) {
        return err_field(info, ERR_INVALID, "subject", "Say whose words are to be erased.");
    }
    struct query q CLEANUP(query_end) = query_begin(db, &statements[AUDIT_ERASE]);
    query_bind_text(&q, 1, subject);
    enum err e = query_run(&q, info);
    if (!e) {
        *ret_count = database_changes(db);
    }
    return e;
}

/* -- what comes in through the API -- */

/* Who asks, as the trail names them. */
static struct audit_note note_of(const struct request *r)
{
    const struct identity *who = request_actor(r);
    return (struct audit_note){
        .actor = who->kind == IDENTITY_NONE ? IDENTITY_VISITOR : who->kind,
        .actor_id = who->kind == IDENTITY_STAFF   ? who->staff_id
                    : who->kind == IDENTITY_TOKEN ? who->id
                                                  : 0,
        .actor_name = who->name,
    };
}

/* Of a handler that says nothing more: "POST /api/v1/tokens". */
static const char *route_action(struct request *r)
{
    static const char *const methods[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};
    const struct route *route = request_route(r);
    return arena_printf(request_arena(r), "%s %s", methods[route->method], route->path).ptr;
}

static enum err write_changes(struct request *r, struct database *db, struct err_info *info)
{
    struct audit_note note = note_of(r);
    const struct request_change *change = request_changes(r);
    struct request_change whole = {.action = route_action(r), .subject = request_path(r)};
    enum err e = ERR_NONE;
    for (change = change ? change : &whole; change && !e; change = change->next) {
        note.action = text_of(change->action);
        note.subject = change->subject;
        note.before = change->before;
        note.after = change->after;
        e = audit_write(db, &note, database_now(db), info);
    }
    return e;
}

/* Reads run beside the clerk: what they note is handed to it. */
struct read_note {
    struct clerk_job job; /* first */
    struct audit_note note;
    struct arena arena;
};

static enum err run_read_note(struct clerk_job *job, struct database *db, struct err_info *info)
{
    const struct read_note *n = (const struct read_note *)job;
    return audit_write(db, &n->note, database_now(db), info);
}

static void free_read_note(struct clerk_job *job, enum err result, const struct err_info *info)
{
    (void)info;
    struct read_note *n = (struct read_note *)job;
    if (result) {
        log_say(LOG_ERROR, "read_not_noted", "%.*s %.*s", TEXT_ARG(n->note.action),
                TEXT_ARG(n->note.subject));
    }
    arena_release(&n->arena);
    free(n);
}

static bool ends(const char *action, const char *with)
{
    size_t len = strlen(action), end = strlen(with);
    return len >= end && strcmp(action + len - end, with) == 0;
}

/* Of a list, or a stream, what is kept of who has read it; 0: this is neither. */
static uint64_t list_of(const struct request *r, const struct request_change *c)
{
    if (!ends(c->action, ".listed") && !ends(c->action, ".heard")) {
        return 0;
    }
    const struct identity *who = request_actor(r);
    int64_t id = who->kind == IDENTITY_STAFF ? who->staff_id : who->id;
    uint64_t list = text_hash(text_of(c->action)) ^
                    text_hash(c->subject) * UINT64_C(0x9e3779b97f4a7c15) ^ (uint64_t)id;
    /* Numbers of people and tokens differ in few bits: all bits take part in each (murmur3's end).
     */
    list = (list ^ list >> 33) * UINT64_C(0xff51afd7ed558ccd);
    list = (list ^ list >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
    return list ^ list >> 33;
}

/* Where it is kept: where it was, or in the place of the oldest of those beside it. */
static struct listed *list_place(struct audit *a, uint64_t what)
{
    struct listed *beside = &a->lists[(what >> 32) % (LISTS_KEPT / LISTS_BESIDE) * LISTS_BESIDE];
    struct listed *place = beside;
    for (size_t i = 0; i < LISTS_BESIDE; i++) {
        if (beside[i].what == what) {
            return &beside[i];
        }
        if (beside[i].at_us < place->at_us) {
            place = &beside[i];
        }
    }
    return place;
}

static bool is_repeated(struct audit *a, uint64_t list, int64_t now_us)
{
    if (list == 0) {
        return false;
    }
    pthread_mutex_lock(&a->lock);
    const struct listed *last = list_place(a, list);
    bool repeated = last->what == list && now_us - last->at_us < LIST_NOTED_EVERY_US;
    pthread_mutex_unlock(&a->lock);
    return repeated;
}

static void list_noted(struct audit *a, uint64_t list, int64_t now_us)
{
    if (list == 0) {
        return;
    }
    pthread_mutex_lock(&a->lock);
    *list_place(a, list) = (struct listed){list, now_us};
    pthread_mutex_unlock(&a->lock);
}

static enum err hand_reads(struct audit *a, const struct request *r, struct err_info *info)
{
    for (const struct request_change *c = request_changes(r); c; c = c->next) {
        uint64_t list = list_of(r, c);
        int64_t now_us = database_clock();
        if (is_repeated(a, list, now_us)) {
            continue;
        }
        struct read_note *n = calloc(1, sizeof(*n));
        if (!n) {
            abort();
        }
        n->note = note_of(r);
        n->note.actor_name = arena_text(&n->arena, n->note.actor_name);
        n->note.action = text_of(c->action);
        n->note.subject = arena_text(&n->arena, c->subject);
        n->job = (struct clerk_job){.run = run_read_note, .done = free_read_note};
        if (!clerk_submit(server_clerk(a->server), &n->job)) {
            arena_release(&n->arena);
            free(n);
            return err_set(info, ERR_BUSY,
                           "What you asked for is noted when it is read, and too much waits to be "
                           "written. Try again.");
        }
        list_noted(a, list, now_us);
    }
    return ERR_NONE;
}

static enum err audit_request(void *self, struct request *r, struct database *db,
                              struct err_info *info)
{
    return request_route(r)->kind == ROUTE_WRITE ? write_changes(r, db, info)
                                                 : hand_reads(self, r, info);
}

/* -- anchors -- */

void audit_ends_write(struct json_writer *w, const struct chain_end *ends, size_t count,
                      int64_t but)
{
    char hex[CHAIN_HEX_SIZE];
    json_array_begin(w);
    for (size_t i = 0; i < count; i++) {
        if (ends[i].node == but) {
            continue;
        }
        chain_hex(ends[i].hash, hex);
        json_object_begin(w);
        json_key(w, "node");
        json_int(w, ends[i].node);
        json_key(w, "seq");
        json_int(w, ends[i].seq);
        json_key(w, "hash");
        json_str(w, hex);
        json_object_end(w);
    }
    json_array_end(w);
}

enum err audit_anchor(struct database *db, int64_t node, int64_t now_us, struct err_info *info)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct buf others CLEANUP(buf_release) = {0};
    struct chain_end *ends;
    size_t count;
    enum err e = chain_ends(db, &arena, &ends, &count, info);
    if (e || count == 0 || (count == 1 && ends[0].node == node)) {
        return e;
    }
    struct json_writer w = json_writer(&others);
    audit_ends_write(&w, ends, count, node);
    struct chain_link link = {
        .node = node,
        .at_us = now_us,
        .action = TEXT(AUDIT_ANCHORED),
        .after = buf_text(&others),
    };
    return chain_append(db, &link, info);
}

static int64_t due(void *self)
{
    const struct audit *a = self;
    return a->shared ? a->anchor_us : MOMENT_NEVER;
}

static enum err tick(void *self, struct database *db, int64_t now_us, struct err_info *info)
{
    struct audit *a = self;
    if (!a->shared || now_us < a->anchor_us) {
        return ERR_NONE;
    }
    a->anchor_us = now_us + ANCHOR_EVERY_US;
    return audit_anchor(db, database_node(db), now_us, info);
}

/* -- the module -- */

struct customers *audit_customers(const struct audit *audit)
{
    return server_module(audit->server, "customer");
}

static enum err open_audit(struct server *server, struct database *db, void **ret_self,
                           struct err_info *info)
{
    enum err e = database_prepare(db, &chain_statements, info);
    e = e ? e : database_prepare(db, &audit_erase_statements, info);
    if (e) {
        return e;
    }
    struct audit *a = calloc(1, sizeof(*a));
    if (!a) {
        abort();
    }
    a->server = server;
    pthread_mutex_init(&a->lock, NULL);
    a->shared = database_is_shared(db);
    a->anchor_us = moment_now() + ANCHOR_FIRST_US;
    *ret_self = a;
    return ERR_NONE;
}

static void close_audit(void *self)
{
    struct audit *a = self;
    pthread_mutex_destroy(&a->lock);
    free(a);
}

static const struct clerk_hook hook = {.due = due, .tick = tick};

const struct module audit_module = {
    .name = "audit",
    .routes = audit_routes,
    .route_count = AUDIT_ROUTES,
    .statements = &trail_statements,
    .open = open_audit,
    .close = close_audit,
    .hook = &hook,
    .audit = audit_request,
};
