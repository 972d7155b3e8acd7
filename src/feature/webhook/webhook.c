#include "feature/webhook/webhook.h"

#include "base/moment.h"
#include "feature/outbox/carrier.h"
#include "feature/webhook/delivery.h"
#include "feature/webhook/feeder.h"
#include "feature/webhook/health.h"
#include "feature/webhook/webhook_inside.h"
#include "store/sharing.h"

#include <pthread.h>
#include <stdlib.h>

#define WEBHOOK_MARK "webhook"
#define LOOK_SOON_US (SECOND_US / 10) /* after something was committed here */
#define LOOK_US (2 * SECOND_US)       /* other servers' */
#define REST_US (1 * SECOND_US)       /* after a look has failed */
enum { AT_ONCE = CARRIER_AT_ONCE_MOST };

struct webhooks {
    struct carrier carrier;
    struct outbox *outbox;
    struct guard guard;
    pthread_rwlock_t lock; /* over all */
    struct endpoints *all;
    /* The clerk's: */
    struct endpoints *next; /* read, not yet durable */
    bool changed, read;     /* here; by another server */
    bool again;             /* places may be missing */
    bool looked;            /* in this batch */
    bool more;
    bool any; /* of all: whether there is anything to do */
    int64_t look_us, now_us;
    int64_t mark, mark_next;
    uint32_t session;
};

struct outbox *webhook_outbox(struct webhooks *w)
{
    return w->outbox;
}

const struct guard *webhook_guard(const struct webhooks *w)
{
    return &w->guard;
}

void webhook_changed(struct webhooks *w)
{
    w->changed = true;
}

enum err webhook_check_range(const char *range, struct err_info *info)
{
    struct guard g = {0};
    return guard_allow(&g, range, info);
}

enum err webhook_allow(struct webhooks *w, const char *range, struct err_info *info)
{
    return guard_allow(&w->guard, range, info);
}

/* -- carrying -- */

static bool is_ready(void *self)
{
    (void)self;
    return true;
}

static enum err begin(void *self, const struct outbox_row *row, struct arena *arena, CURL *curl,
                      void **ret_context, struct err_info *info)
{
    struct webhooks *w = self;
    enum err e;
    pthread_rwlock_rdlock(&w->lock);
    const struct endpoint *one = endpoints_find(w->all, row->target_id);
    if (!one || (!one->enabled && !text_is(row->title, EVENT_TEST))) {
        e = err_set(info, ERR_INVALID,
                    one ? "The webhook is disabled. Enable it, then send again."
                        : "The webhook was removed.");
    } else {
        e = delivery_begin(&w->guard, one, row, arena, curl, ret_context, info);
    }
    pthread_rwlock_unlock(&w->lock);
    return e;
}

static void end(void *self, void *context, struct arena *arena, CURL *curl, CURLcode code,
                struct delivery *ret)
{
    (void)self;
    delivery_end(context, arena, curl, code, ret);
}

static enum err settled(void *self, struct database *db, const struct outbox_row *row,
                        const struct delivery *delivery, struct err_info *info)
{
    struct webhooks *w = self;
    const struct endpoint *known = endpoints_find(w->all, row->target_id);
    bool works = delivery->state == OUTBOX_SENT, changed;
    if (!known || !known->enabled || (works && known->failing_since_us == MOMENT_NEVER)) {
        return ERR_NONE; /* the usual case costs nothing */
    }
    enum err e =
        health_settle(w->outbox, db, row->target_id, delivery, database_now(db), &changed, info);
    w->changed = w->changed || (!e && changed);
    return e;
}

/* -- what people change -- */

static void add_id(struct json_writer *w, const char *name, struct text value)
{
    json_key(w, name);
    if (value.len) {
        json_text(w, value);
    } else {
        json_null(w);
    }
}

static void add_json(struct json_writer *w, const char *name, struct text json)
{
    json_key(w, name);
    if (json.len) {
        json_raw(w, json);
    } else {
        json_null(w);
    }
}

static enum err tell_change(struct webhooks *w, struct request *r, struct database *db,
                            const struct request_change *c, struct err_info *info)
{
    struct buf data CLEANUP(buf_release) = {0};
    struct json_writer out = json_writer(&data);
    json_object_begin(&out);
    add_id(&out, "action", text_of(c->action));
    add_id(&out, "id", c->subject);
    add_id(&out, "by", request_identity(r)->name);
    add_json(&out, "before", c->before);
    add_json(&out, "after", c->after);
    json_object_end(&out);
    enum err e = ERR_NONE;
    for (size_t i = 0; i < w->all->count && !e; i++) {
        const struct endpoint *one = &w->all->list[i];
        if (one->enabled && endpoint_wants(one, TEXT(EVENT_STAFF_CHANGED))) {
            e = feeder_send(w->outbox, db, one, TEXT(EVENT_STAFF_CHANGED), database_now(db),
                            buf_text(&data), info);
        }
    }
    return e;
}

/* As the audit trail hears it, in the same transaction. Endpoints are replaced by this thread
 * alone. */
static enum err hear_change(void *self, struct request *r, struct database *db,
                            struct err_info *info)
{
    struct webhooks *w = self;
    enum err e = ERR_NONE;
    if (!w->any || request_route(r)->kind != ROUTE_WRITE) {
        return ERR_NONE;
    }
    for (const struct request_change *c = request_changes(r); c && !e; c = c->next) {
        if (text_starts(text_of(c->action), TEXT("staff."))) {
            e = tell_change(w, r, db, c, info);
        }
    }
    return e;
}

/* -- the clerk's -- */

static enum err begun(void *self, struct database *db, struct err_info *info)
{
    (void)info;
    struct webhooks *w = self;
    w->read = w->mark != mark_value(db, WEBHOOK_MARK);
    w->now_us = database_now(db);
    if (w->session != database_session(db)) { /* another number, perhaps: another node writes */
        w->session = database_session(db);
        w->again = true;
    }
    w->looked = false;
    return ERR_NONE;
}

static int64_t due(void *self)
{
    struct webhooks *w = self;
    return w->any ? w->look_us : MOMENT_NEVER;
}

static enum err look(void *self, struct database *db, int64_t now_us, struct err_info *info)
{
    struct webhooks *w = self;
    if (!w->any || now_us < w->look_us) {
        return ERR_NONE;
    }
    w->looked = true;
    w->look_us = now_us + REST_US; /* should it fail */
    bool more = false;
    enum err e = feeder_run(w->outbox, db, w->all, w->again, &more, info);
    w->more = more;
    return e;
}

static enum err before_commit(void *self, struct database *db, struct err_info *info)
{
    struct webhooks *w = self;
    enum err e = w->changed ? mark_move(db, WEBHOOK_MARK, info) : ERR_NONE;
    w->mark_next = mark_value(db, WEBHOOK_MARK);
    if (e || (!w->changed && !w->read)) {
        return e;
    }
    w->changed = w->read = false;
    endpoints_free(&w->next);
    return endpoints_read(db, &w->next, info);
}

static void committed(void *self)
{
    struct webhooks *w = self;
    w->mark = w->mark_next;
    if (w->looked) {
        w->again = false;
        w->look_us = w->now_us + (w->more ? 0 : LOOK_US);
    } else if (w->any && w->look_us > w->now_us + LOOK_SOON_US) {
        w->look_us = w->now_us + LOOK_SOON_US;
    }
    if (!w->next) {
        return;
    }
    pthread_rwlock_wrlock(&w->lock);
    struct endpoints *old = w->all;
    w->all = w->next;
    pthread_rwlock_unlock(&w->lock);
    w->next = NULL;
    w->any = w->all->any;
    w->again = true;
    endpoints_free(&old);
}

static void rolled_back(void *self)
{
    struct webhooks *w = self;
    w->changed = w->read = false;
    endpoints_free(&w->next);
}

static const struct clerk_hook hook = {.begun = begun,
                                       .due = due,
                                       .tick = look,
                                       .before_commit = before_commit,
                                       .committed = committed,
                                       .rolled_back = rolled_back};

/* -- the module -- */

static enum err open_webhooks(struct server *server, struct database *db, void **ret_self,
                              struct err_info *info)
{
    struct endpoints *all = NULL;
    enum err e = database_prepare(db, &feeder_statements, info);
    e = e ? e : database_prepare(db, &health_statements, info);
    e = e ? e : endpoints_read(db, &all, info);
    if (e) {
        return e;
    }
    struct webhooks *w = calloc(1, sizeof(*w));
    if (!w) {
        abort();
    }
    w->outbox = server_module(server, "outbox");
    w->all = all;
    w->any = all->any;
    w->again = true;
    w->carrier = (struct carrier){.self = w,
                                  .at_once = AT_ONCE,
                                  .is_ready = is_ready,
                                  .begin = begin,
                                  .end = end,
                                  .settled = settled};
    pthread_rwlock_init(&w->lock, NULL);
    outbox_carry(w->outbox, OUTBOX_WEBHOOK, &w->carrier);
    *ret_self = w;
    return ERR_NONE;
}

static void close_webhooks(void *self)
{
    struct webhooks *w = self;
    endpoints_free(&w->all);
    endpoints_free(&w->next);
    pthread_rwlock_destroy(&w->lock);
    free(w);
}

const struct module webhook_module = {
    .name = "webhook",
    .routes = webhook_routes,
    .route_count = WEBHOOK_ROUTES,
    .statements = &endpoint_statements,
    .open = open_webhooks,
    .close = close_webhooks,
    .hook = &hook,
    .audit = hear_change,
};
