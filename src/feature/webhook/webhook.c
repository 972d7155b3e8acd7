#include "feature/webhook/webhook.h"

#include "base/id.h"
#include "base/log.h"
#include "base/moment.h"
#include "feature/outbox/carrier.h"
#include "feature/webhook/delivery.h"
#include "feature/webhook/feeder.h"
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

/* -- an endpoint that does not work -- */

static enum err tell_contact(struct webhooks *w, struct database *db, const struct endpoint *e,
                             struct arena *arena, struct err_info *info)
{
    if (e->contact.len == 0) {
        return ERR_NONE;
    }
    const struct outbox_mail mail = {
        .letter = LETTER_TEXT,
        .to = e->contact,
        .subject = TEXT("A webhook was disabled"),
        .body = arena_printf(arena,
                             "Troth calls this address no more: %.*s\n\n%.*s\n\nEnable it again in "
                             "the settings once it works. What it missed can be sent again there.",
                             TEXT_ARG(e->url), TEXT_ARG(e->disabled_why)),
    };
    int64_t id;
    return outbox_add_mail(w->outbox, db, &mail, &id, info);
}

static enum err disable(struct webhooks *w, struct database *db, struct endpoint *e,
                        const char *why, struct arena *arena, struct err_info *info)
{
    e->enabled = false;
    e->disabled_why = text_of(why);
    log_say(LOG_WARNING, "webhook_disabled", "%s", why);
    return tell_contact(w, db, e, arena, info);
}

static enum err settled(void *self, struct database *db, const struct outbox_row *row,
                        const struct delivery *delivery, struct err_info *info)
{
    struct webhooks *w = self;
    struct arena arena CLEANUP(arena_release) = {0};
    const struct endpoint *known = endpoints_find(w->all, row->target_id);
    bool works = delivery->state == OUTBOX_SENT;
    if (!known || !known->enabled || (works && known->failing_since_us == MOMENT_NEVER)) {
        return ERR_NONE; /* the usual case costs nothing */
    }
    struct endpoint one;
    int64_t now_us = database_now(db);
    enum err e = endpoint_find(db, row->target_id, &arena, &one, info);
    if (e || !one.enabled) {
        return e == ERR_NOT_FOUND ? ERR_NONE : e;
    }
    bool first = !works && one.failing_since_us == MOMENT_NEVER;
    bool over = !works && !first && now_us - one.failing_since_us > ENDPOINT_PATIENCE_US;
    bool gone = delivery->state == OUTBOX_FAILED && delivery->code == 410;
    if (!works && !first && !over && !gone) {
        return ERR_NONE;
    }
    one.failing_since_us = works ? MOMENT_NEVER : first ? now_us : one.failing_since_us;
    if (over || gone) {
        e = disable(w, db, &one,
                    gone ? "It answered that it is gone (410)." : "It has failed for five days.",
                    &arena, info);
    }
    w->changed = true;
    return e ? e : endpoint_change(db, &one, info);
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
};
