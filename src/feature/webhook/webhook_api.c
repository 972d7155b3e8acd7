/* Webhooks: who is told what, how it went, and to tell it again. */
#include "base/id.h"
#include "base/moment.h"
#include "feature/outbox/outbox_json.h"
#include "feature/outbox/row.h"
#include "feature/webhook/delivery.h"
#include "feature/webhook/feeder.h"
#include "feature/webhook/webhook_inside.h"
#include "mail/address.h"
#include "store/sharing.h"

#include <sodium.h>

enum { LIST_USUAL = 100, LIST_MOST = 500 };

#define ID_FIELD                                                                                  \
    {                                                                                             \
        .name = "id", .place = FIELD_PATH, .type = FIELD_TEXT, .required = true, .doc = "whk_…" \
    }
#define EVENTS_FIELD(needed)                                                                     \
    {                                                                                            \
        .name = "events", .place = FIELD_BODY, .type = FIELD_ARRAY, .required = (needed),        \
        .least = 1, .most = 40, .doc = "Which it is told: obligation.broken, code.published …" \
    }
#define DESCRIPTION_FIELD                                                      \
    {                                                                          \
        .name = "description", .place = FIELD_BODY, .type = FIELD_TEXT,        \
        .most = ENDPOINT_DESCRIPTION_MOST, .doc = "Whose it is, and what for." \
    }
#define CONTACT_FIELD                                                                          \
    {                                                                                          \
        .name = "contact", .place = FIELD_BODY, .type = FIELD_TEXT, .most = MAIL_ADDRESS_MOST, \
        .doc = "Who is told by mail when it is disabled."                                      \
    }
#define URL_FIELD(needed)                                                                         \
    {                                                                                             \
        .name = "url", .place = FIELD_BODY, .type = FIELD_TEXT, .required = (needed), .least = 8, \
        .most = ENDPOINT_URL_MOST, .doc = "https://…"                                           \
    }

static const struct field create_fields[] = {URL_FIELD(true), EVENTS_FIELD(true), DESCRIPTION_FIELD,
                                             CONTACT_FIELD};
static const struct field change_fields[] = {
    ID_FIELD,
    URL_FIELD(false),
    EVENTS_FIELD(false),
    DESCRIPTION_FIELD,
    CONTACT_FIELD,
    {.name = "enabled",
     .place = FIELD_BODY,
     .type = FIELD_BOOLEAN,
     .doc = "Enabled again, it is told what happens from then on."}};
static const struct field id_fields[] = {ID_FIELD};
static const char *const states[] = {"waiting", "sent", "failed", "cancelled", NULL};
static const struct field deliveries_fields[] = {
    ID_FIELD,
    {.name = "state",
     .place = FIELD_QUERY,
     .type = FIELD_CHOICE,
     .choices = states,
     .doc = "Only these."},
    {.name = "limit",
     .place = FIELD_QUERY,
     .type = FIELD_INTEGER,
     .least = 1,
     .most = LIST_MOST,
     .doc = "How many at most; 100."},
    {.name = "after",
     .place = FIELD_QUERY,
     .type = FIELD_TEXT,
     .doc = "The next of a page before."},
};
static const struct field replay_fields[] = {
    ID_FIELD,
    {.name = "since",
     .place = FIELD_BODY,
     .type = FIELD_MOMENT,
     .required = true,
     .doc = "All that happened from then on is sent again, within the 30 days that are kept."},
    {.name = "after",
     .place = FIELD_BODY,
     .type = FIELD_TEXT,
     .doc = "The next of the call before."},
    {.name = "only_failed",
     .place = FIELD_BODY,
     .type = FIELD_BOOLEAN,
     .doc = "What was heard already is not told again."},
};
static const struct field replayed_fields[] = {
    {.name = "count", .type = FIELD_INTEGER, .required = true, .doc = "So many are sent again."},
    {.name = "next", .type = FIELD_TEXT, .doc = "There may be more: call again with it."},
};
static const struct shape replayed_shape = {"WebhookReplay", replayed_fields, 2};
static const struct field endpoint_fields[] = {
    {.name = "id", .type = FIELD_TEXT, .required = true, .doc = "whk_…"},
    {.name = "url", .type = FIELD_TEXT, .required = true, .doc = "Where it is called."},
    {.name = "description", .type = FIELD_TEXT, .required = true, .doc = "Whose, and what for."},
    {.name = "contact", .type = FIELD_TEXT, .required = true, .doc = "Who is told by mail."},
    {.name = "events", .type = FIELD_ARRAY, .required = true, .doc = "Which it is told."},
    {.name = "enabled", .type = FIELD_BOOLEAN, .required = true, .doc = "Whether it is told."},
    {.name = "created", .type = FIELD_MOMENT, .required = true, .doc = "When."},
    {.name = "failing_since", .type = FIELD_MOMENT, .doc = "Null: it works."},
    {.name = "disabled_because", .type = FIELD_TEXT, .doc = "Null: it is not, or by hand."},
    {.name = "old_secret_until", .type = FIELD_MOMENT, .doc = "Both sign until then; null: one."},
    {.name = "secret", .type = FIELD_TEXT, .doc = "Told once: when it is made, or made anew."},
};
static const struct shape endpoint_shape = {"Webhook", endpoint_fields, 11};
static const struct field events_fields[] = {
    {.name = "events", .type = FIELD_ARRAY, .required = true, .doc = "Names."},
};
static const struct shape events_shape = {"WebhookEvents", events_fields, 1};

/* -- writing -- */

static void write_events(struct json_writer *w, struct text words)
{
    json_array_begin(w);
    while (words.len) {
        const char *space = memchr(words.ptr, ' ', words.len);
        size_t len = space ? (size_t)(space - words.ptr) : words.len;
        json_text(w, (struct text){words.ptr, len});
        size_t step = len + (space != NULL);
        words = (struct text){words.ptr + step, words.len - step};
    }
    json_array_end(w);
}

static void write_text(struct json_writer *w, const char *name, struct text value)
{
    json_key(w, name);
    json_text(w, value);
}

static void write_endpoint(struct json_writer *w, const struct endpoint *e, const char *secret)
{
    char id[ID_TEXT_SIZE];
    bool rotating = e->secret_before.len && e->secret_before_until_us > moment_now();
    json_object_begin(w);
    write_text(w, "id", text_of(id_format(e->id, "whk", id)));
    write_text(w, "url", e->url);
    write_text(w, "description", e->description);
    write_text(w, "contact", e->contact);
    json_key(w, "events");
    write_events(w, e->events);
    json_key(w, "enabled");
    json_bool(w, e->enabled);
    json_key(w, "created");
    json_moment(w, e->created_us);
    json_key(w, "failing_since");
    json_moment(w, e->failing_since_us);
    json_key(w, "disabled_because");
    if (e->disabled_why.len) {
        json_text(w, e->disabled_why);
    } else {
        json_null(w);
    }
    json_key(w, "old_secret_until");
    json_moment(w, rotating ? e->secret_before_until_us : MOMENT_NEVER);
    if (secret) {
        json_key(w, "secret");
        json_str(w, secret);
    }
    json_object_end(w);
}

static void reply_endpoint(struct reply *reply, unsigned status, const struct endpoint *e,
                           const char *secret)
{
    struct json_writer w = reply_json(reply, status);
    write_endpoint(&w, e, secret);
}

static void write_noted(struct json_writer *w, const void *endpoint)
{
    write_endpoint(w, endpoint, NULL);
}

static void note(struct request *r, const char *action, const struct endpoint *before,
                 const struct endpoint *after)
{
    static const struct noun noun = {"whk", write_noted};
    request_changed_thing(r, &noun, action, after ? after->id : before->id, before, after);
}

/* -- reading -- */

static int64_t id_of(const struct request *r)
{
    int64_t id;
    return id_parse(request_text(r, "id"), "whk", &id) ? id : 0;
}

static bool is_event(struct text name)
{
    for (size_t i = 0; feeder_events[i]; i++) {
        if (text_is(name, feeder_events[i])) {
            return true;
        }
    }
    return false;
}

static enum err read_events(struct request *r, struct text *ret, struct err_info *info)
{
    struct arena *arena = request_arena(r);
    struct text words = {0};
    for (const struct json *one = request_json(r, "events")->first; one; one = one->next) {
        if (one->type != JSON_TEXT || !is_event(one->text)) {
            return err_field(info, ERR_INVALID, "events",
                             "There is no such event. GET /api/v1/webhook-events tells all.");
        }
        const struct endpoint before = {.events = words};
        if (!endpoint_wants(&before, one->text)) {
            words = words.len
                        ? arena_printf(arena, "%.*s %.*s", TEXT_ARG(words), TEXT_ARG(one->text))
                        : one->text;
        }
    }
    *ret = words;
    return ERR_NONE;
}

/* What is given replaces what is there; an address that stays is not judged again. */
static enum err read_into(struct request *r, struct endpoint *e, struct err_info *info)
{
    enum err result = ERR_NONE;
    struct text url = request_text(r, "url");
    if (request_has(r, "url") && !text_eq(url, e->url)) {
        e->url = url;
        result = delivery_check_url(webhook_guard(request_self(r)), url, info);
    }
    if (!result && request_has(r, "events")) {
        result = read_events(r, &e->events, info);
    }
    if (!result && request_has(r, "contact")) {
        e->contact = request_text(r, "contact");
        result = e->contact.len ? mail_address(request_arena(r), e->contact, &e->contact, info)
                                : ERR_NONE;
    }
    if (request_has(r, "description")) {
        e->description = request_text(r, "description");
    }
    return result;
}

/* -- handlers -- */

static enum err create(struct request *r, struct database *db, struct reply *reply,
                       struct err_info *info)
{
    char secret[WEBHOOK_SECRET_SIZE];
    struct endpoint e = {.enabled = true, .failing_since_us = MOMENT_NEVER};
    webhook_secret_draw(secret);
    e.secret = text_of(secret);
    enum err result = read_into(r, &e, info);
    result = result ? result : endpoint_add(db, &e, info);
    result = result ? result : feeder_begin(db, e.id, info);
    if (!result) {
        webhook_changed(request_self(r));
        note(r, "webhook.made", NULL, &e);
        reply_endpoint(reply, 201, &e, secret);
    }
    sodium_memzero(secret, sizeof(secret));
    return result;
}

static enum err list(struct request *r, struct database *db, struct reply *reply,
                     struct err_info *info)
{
    (void)r;
    struct endpoints *all CLEANUP(endpoints_free) = NULL;
    enum err e = endpoints_read(db, &all, info);
    if (e) {
        return e;
    }
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "items");
    json_array_begin(&w);
    for (size_t i = 0; i < all->count; i++) {
        write_endpoint(&w, &all->list[i], NULL);
    }
    json_array_end(&w);
    json_key(&w, "next");
    json_null(&w);
    json_object_end(&w);
    return ERR_NONE;
}

static enum err show(struct request *r, struct database *db, struct reply *reply,
                     struct err_info *info)
{
    struct endpoint e;
    enum err result = endpoint_find(db, id_of(r), request_arena(r), &e, info);
    if (!result) {
        reply_endpoint(reply, 200, &e, NULL);
    }
    return result;
}

static enum err change(struct request *r, struct database *db, struct reply *reply,
                       struct err_info *info)
{
    struct endpoint before;
    enum err result = endpoint_find(db, id_of(r), request_arena(r), &before, info);
    if (result) {
        return result;
    }
    struct endpoint e = before;
    result = read_into(r, &e, info);
    e.enabled = request_bool(r, "enabled", e.enabled);
    if (!result && e.enabled && !before.enabled) {
        e.failing_since_us = MOMENT_NEVER;
        e.disabled_why = (struct text){0};
        result = feeder_begin(db, e.id, info);
    }
    result = result ? result : endpoint_change(db, &e, info);
    if (!result) {
        webhook_changed(request_self(r));
        note(r, "webhook.changed", &before, &e);
        reply_endpoint(reply, 200, &e, NULL);
    }
    return result;
}

static enum err remove_one(struct request *r, struct database *db, struct reply *reply,
                           struct err_info *info)
{
    struct endpoint before;
    enum err e = endpoint_find(db, id_of(r), request_arena(r), &before, info);
    e = e ? e : endpoint_remove(db, before.id, info);
    if (!e) {
        note(r, "webhook.removed", &before, NULL);
        webhook_changed(request_self(r));
        reply_empty(reply);
    }
    return e;
}

static enum err rotate(struct request *r, struct database *db, struct reply *reply,
                       struct err_info *info)
{
    struct endpoint e;
    char secret[WEBHOOK_SECRET_SIZE];
    enum err result = endpoint_find(db, id_of(r), request_arena(r), &e, info);
    if (result) {
        return result;
    }
    webhook_secret_draw(secret);
    e.secret_before = e.secret;
    e.secret_before_until_us = database_now(db) + ENDPOINT_ROTATION_US;
    e.secret = text_of(secret);
    result = endpoint_change(db, &e, info);
    if (!result) {
        webhook_changed(request_self(r));
        note(r, "webhook.secret_rotated", NULL, &e);
        reply_endpoint(reply, 200, &e, secret);
    }
    sodium_memzero(secret, sizeof(secret));
    return result;
}

static enum err send_test(struct request *r, struct database *db, struct reply *reply,
                          struct err_info *info)
{
    struct endpoint e;
    enum err result = endpoint_find(db, id_of(r), request_arena(r), &e, info);
    result = result ? result
                    : feeder_send(webhook_outbox(request_self(r)), db, &e, TEXT(EVENT_TEST),
                                  database_now(db), TEXT("{}"), info);
    if (!result) {
        note(r, "webhook.tested", NULL, &e);
        reply_empty(reply);
    }
    return result;
}

static enum err list_deliveries(struct request *r, struct database *db, struct reply *reply,
                                struct err_info *info)
{
    int64_t before_id = INT64_MAX;
    if (request_has(r, "after") && !id_parse(request_text(r, "after"), "out", &before_id)) {
        return err_field(info, ERR_INVALID, "after", "after must be the next of a page before.");
    }
    struct endpoint endpoint;
    struct outbox_rows rows;
    size_t most = (size_t)request_int(r, "limit", LIST_USUAL);
    int64_t state = request_has(r, "state") ? (int64_t)request_choice(r, "state", 0) : -1;
    enum err e = endpoint_find(db, id_of(r), request_arena(r), &endpoint, info);
    e = e ? e
          : outbox_row_list_of(db, endpoint.id, state, before_id, most + 1, request_arena(r), &rows,
                               info);
    if (!e) {
        outbox_reply_list(reply, webhook_outbox(request_self(r)), &rows, most);
    }
    return e;
}

static enum err replay(struct request *r, struct database *db, struct reply *reply,
                       struct err_info *info)
{
    int64_t after_id = 0;
    if (request_has(r, "after") && !id_parse(request_text(r, "after"), "out", &after_id)) {
        return err_field(info, ERR_INVALID, "after", "after must be the next of the call before.");
    }
    struct endpoint endpoint;
    int64_t count = 0, last = 0;
    bool more = false;
    enum err e = endpoint_find(db, id_of(r), request_arena(r), &endpoint, info);
    if (!e && !endpoint.enabled) {
        return err_set(info, ERR_CONFLICT, "The webhook is disabled. Enable it before.");
    }
    e = e ? e
          : outbox_replay(webhook_outbox(request_self(r)), db,
                          &(struct outbox_again){endpoint.id, request_moment(r, "since", 0),
                                                 after_id, request_bool(r, "only_failed", false)},
                          &count, &last, &more, info);
    if (e) {
        return e;
    }
    note(r, "webhook.replayed", NULL, &endpoint);
    char id[ID_TEXT_SIZE];
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "count");
    json_int(&w, count);
    json_key(&w, "next");
    if (more) {
        json_str(&w, id_format(last, "out", id));
    } else {
        json_null(&w);
    }
    json_object_end(&w);
    return ERR_NONE;
}

static enum err list_events(struct request *r, struct database *db, struct reply *reply,
                            struct err_info *info)
{
    (void)r, (void)db, (void)info;
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "events");
    json_array_begin(&w);
    for (size_t i = 0; feeder_events[i]; i++) {
        json_str(&w, feeder_events[i]);
    }
    json_array_end(&w);
    json_object_end(&w);
    return ERR_NONE;
}

const struct route webhook_routes[WEBHOOK_ROUTES] = {
    {.method = METHOD_GET,
     .path = "/api/v1/webhook-events",
     .scope = "settings:write",
     .summary = "What webhooks can be told.",
     .kind = ROUTE_DIRECT,
     .reply = &events_shape,
     .handle = list_events},
    {.method = METHOD_GET,
     .path = "/api/v1/webhooks",
     .scope = "settings:write",
     .summary = "All webhooks, the oldest first, without their secrets.",
     .kind = ROUTE_READ,
     .reply = &endpoint_shape,
     .reply_list = true,
     .handle = list},
    {.method = METHOD_POST,
     .path = "/api/v1/webhooks",
     .scope = "settings:write",
     .summary = "Make a webhook. Its secret is told once.",
     .kind = ROUTE_WRITE,
     .fields = create_fields,
     .field_count = 4,
     .body = BODY_FIELDS,
     .reply = &endpoint_shape,
     .reply_code = 201,
     .handle = create},
    {.method = METHOD_GET,
     .path = "/api/v1/webhooks/{id}",
     .scope = "settings:write",
     .summary = "One webhook.",
     .kind = ROUTE_READ,
     .fields = id_fields,
     .field_count = 1,
     .reply = &endpoint_shape,
     .handle = show},
    {.method = METHOD_PATCH,
     .path = "/api/v1/webhooks/{id}",
     .scope = "settings:write",
     .summary = "Change a webhook, enable or disable it.",
     .kind = ROUTE_WRITE,
     .fields = change_fields,
     .field_count = 6,
     .body = BODY_FIELDS,
     .reply = &endpoint_shape,
     .handle = change},
    {.method = METHOD_DELETE,
     .path = "/api/v1/webhooks/{id}",
     .scope = "settings:write",
     .summary = "Remove a webhook; what waits for it is not sent.",
     .kind = ROUTE_WRITE,
     .fields = id_fields,
     .field_count = 1,
     .reply_code = 204,
     .handle = remove_one},
    {.method = METHOD_POST,
     .path = "/api/v1/webhooks/{id}/rotate",
     .scope = "settings:write",
     .summary = "Make another secret, told once. For 24 hours both sign.",
     .kind = ROUTE_WRITE,
     .fields = id_fields,
     .field_count = 1,
     .reply = &endpoint_shape,
     .handle = rotate},
    {.method = METHOD_POST,
     .path = "/api/v1/webhooks/{id}/test",
     .scope = "settings:write",
     .summary = "Send it the event webhook.test.",
     .kind = ROUTE_WRITE,
     .fields = id_fields,
     .field_count = 1,
     .reply_code = 204,
     .handle = send_test},
    {.method = METHOD_GET,
     .path = "/api/v1/webhooks/{id}/deliveries",
     .scope = "settings:write",
     .summary = "What it was told, the newest first. One with its tries: /api/v1/outbox/{id}; sent "
                "again: /api/v1/outbox/{id}/retry.",
     .kind = ROUTE_READ,
     .fields = deliveries_fields,
     .field_count = 4,
     .reply = &outbox_item_shape,
     .reply_list = true,
     .handle = list_deliveries},
    {.method = METHOD_POST,
     .path = "/api/v1/webhooks/{id}/replay",
     .scope = "settings:write",
     .summary = "Send again what happened since some time, at most 1,000 at once, with the same "
                "webhook-id as before.",
     .kind = ROUTE_WRITE,
     .fields = replay_fields,
     .field_count = 4,
     .body = BODY_FIELDS,
     .reply = &replayed_shape,
     .handle = replay},
};
