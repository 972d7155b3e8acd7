#include "feature/draft/draft_module.h"

#include "feature/code/difference_json.h"
#include "feature/draft/draft_part.h"
#include "feature/draft/rehearsal_part.h"

#include "store/sharing.h"

#include <stdlib.h>

static const char *const states[] = {"open", "sent", "published", "discarded", NULL};

static const struct field create_fields[] = {
    {.name = "name",
     .place = FIELD_BODY,
     .type = FIELD_TEXT,
     .required = true,
     .least = 1,
     .most = DRAFT_NAME_MAX,
     .doc = "For people: what it is about."},
    {.name = "source",
     .place = FIELD_BODY,
     .type = FIELD_TEXT,
     .most = CODE_BYTES_MAX,
     .doc = "Its text; unless given, that of the version in force."},
    {.name = "files", .place = FIELD_BODY, .type = FIELD_JSON, .doc = "iCalendar files by name."},
};
static const struct field patch_fields[] = {
    {.name = "id", .place = FIELD_PATH, .type = FIELD_TEXT, .required = true, .doc = "dra_…"},
    {.name = "name",
     .place = FIELD_BODY,
     .type = FIELD_TEXT,
     .least = 1,
     .most = DRAFT_NAME_MAX,
     .doc = "For people: what it is about."},
    {.name = "source",
     .place = FIELD_BODY,
     .type = FIELD_TEXT,
     .most = CODE_BYTES_MAX,
     .doc = "Its text."},
    {.name = "files", .place = FIELD_BODY, .type = FIELD_JSON, .doc = "iCalendar files by name."},
};
static const struct field list_fields[] = {
    {.name = "state",
     .place = FIELD_QUERY,
     .type = FIELD_CHOICE,
     .choices = states,
     .doc = "Only of this state; open and sent ones unless given."},
    {.name = "after", .place = FIELD_QUERY, .type = FIELD_TEXT, .doc = "next of the page before."},
    {.name = "limit",
     .place = FIELD_QUERY,
     .type = FIELD_INTEGER,
     .least = 1,
     .most = 500,
     .doc = "How many at most; 50 unless given."},
};

static const struct field begin_fields[] = {
    {.name = "id", .place = FIELD_PATH, .type = FIELD_TEXT, .required = true, .doc = "dra_…"},
    {.name = "months",
     .place = FIELD_BODY,
     .type = FIELD_INTEGER,
     .least = 1,
     .most = 120,
     .doc = "How far back; 12 unless given."},
};
static const struct field rehearsal_by_id[] = {
    {.name = "id", .place = FIELD_PATH, .type = FIELD_TEXT, .required = true, .doc = "reh_…"},
};
static const struct field change_fields[] = {
    {.name = "id", .place = FIELD_PATH, .type = FIELD_TEXT, .required = true, .doc = "reh_…"},
    {.name = "promise", .place = FIELD_QUERY, .type = FIELD_TEXT, .doc = "Only of this one."},
    {.name = "team", .place = FIELD_QUERY, .type = FIELD_TEXT, .doc = "Only of this one."},
    {.name = "hour",
     .place = FIELD_QUERY,
     .type = FIELD_INTEGER,
     .least = 0,
     .most = 23,
     .doc = "Only those opened in this hour of the day."},
    {.name = "after", .place = FIELD_QUERY, .type = FIELD_TEXT, .doc = "next of the page before."},
    {.name = "limit",
     .place = FIELD_QUERY,
     .type = FIELD_INTEGER,
     .least = 1,
     .most = 500,
     .doc = "How many at most; 50 unless given."},
};

static const struct route routes[] = {
    {.method = METHOD_GET,
     .path = "/api/v1/drafts",
     .scope = "code:read",
     .summary = "Drafts of the Code, the newest first, without their texts.",
     .kind = ROUTE_READ,
     .fields = list_fields,
     .field_count = 3,
     .reply = &draft_shape,
     .reply_list = true,
     .handle = draft_get_list},
    {.method = METHOD_POST,
     .path = "/api/v1/drafts",
     .scope = "code:draft",
     .summary = "Make a draft, of the version in force unless a text is given.",
     .kind = ROUTE_WRITE,
     .fields = create_fields,
     .field_count = 3,
     .body = BODY_FIELDS,
     .body_most = SENT_BYTES_MAX,
     .reply = &draft_shape,
     .reply_code = 201,
     .handle = draft_create},
    {.method = METHOD_GET,
     .path = "/api/v1/drafts/{id}",
     .scope = "code:read",
     .summary = "One draft, with its text and its ETag.",
     .kind = ROUTE_READ,
     .fields = draft_by_id,
     .field_count = 1,
     .reply = &draft_shape,
     .handle = draft_get},
    {.method = METHOD_PATCH,
     .path = "/api/v1/drafts/{id}",
     .scope = "code:draft",
     .summary = "Change a draft; If-Match says which revision you read.",
     .kind = ROUTE_WRITE,
     .fields = patch_fields,
     .field_count = 4,
     .body = BODY_FIELDS,
     .body_most = SENT_BYTES_MAX,
     .reply = &draft_shape,
     .handle = draft_patch},
    {.method = METHOD_DELETE,
     .path = "/api/v1/drafts/{id}",
     .scope = "code:draft",
     .summary = "Discard a draft; it can be taken up again.",
     .kind = ROUTE_WRITE,
     .fields = draft_by_id,
     .field_count = 1,
     .reply = &draft_shape,
     .handle = draft_discard},
    {.method = METHOD_POST,
     .path = "/api/v1/drafts/{id}/restore",
     .scope = "code:draft",
     .summary = "Take up a discarded draft again.",
     .kind = ROUTE_WRITE,
     .fields = draft_by_id,
     .field_count = 1,
     .reply = &draft_shape,
     .handle = draft_restore},
    {.method = METHOD_GET,
     .path = "/api/v1/drafts/{id}/differences",
     .scope = "code:read",
     .summary = "What a draft changes in the version in force, promise by promise, in words.",
     .kind = ROUTE_READ,
     .fields = draft_by_id,
     .field_count = 1,
     .reply = &differences_shape,
     .handle = draft_get_differences},
    {.method = METHOD_POST,
     .path = "/api/v1/drafts/{id}/rehearsals",
     .scope = "code:draft",
     .summary = "Judge the past by a draft and by the version in force, in the background.",
     .kind = ROUTE_WRITE,
     .fields = begin_fields,
     .field_count = 2,
     .body = BODY_FIELDS,
     .reply = &rehearsal_shape,
     .reply_code = 202,
     .handle = rehearsal_begin},
    {.method = METHOD_GET,
     .path = "/api/v1/drafts/{id}/rehearsal",
     .scope = "code:read",
     .summary = "The last rehearsal of a draft.",
     .kind = ROUTE_READ,
     .fields = draft_by_id,
     .field_count = 1,
     .reply = &rehearsal_shape,
     .handle = rehearsal_get_last},
    {.method = METHOD_GET,
     .path = "/api/v1/rehearsals/{id}",
     .scope = "code:read",
     .summary = "How far a rehearsal is, and what it found.",
     .kind = ROUTE_READ,
     .fields = rehearsal_by_id,
     .field_count = 1,
     .reply = &rehearsal_shape,
     .handle = rehearsal_get},
    {.method = METHOD_DELETE,
     .path = "/api/v1/rehearsals/{id}",
     .scope = "code:draft",
     .summary = "Cancel a rehearsal.",
     .kind = ROUTE_WRITE,
     .fields = rehearsal_by_id,
     .field_count = 1,
     .reply = &rehearsal_shape,
     .handle = rehearsal_stop},
    {.method = METHOD_POST,
     .path = "/api/v1/rehearsals/{id}/read",
     .scope = "code:read",
     .summary = "Note that you have read what a rehearsal found.",
     .kind = ROUTE_WRITE,
     .fields = rehearsal_by_id,
     .field_count = 1,
     .reply = &rehearsal_shape,
     .handle = rehearsal_read},
    {.method = METHOD_GET,
     .path = "/api/v1/rehearsals/{id}/changes",
     .scope = "code:read",
     .summary = "The obligations that would have ended otherwise.",
     .kind = ROUTE_READ,
     .fields = change_fields,
     .field_count = 6,
     .reply = &rehearsed_shape,
     .reply_list = true,
     .handle = rehearsal_get_changes},
};

static enum err open_drafting(struct server *server, struct database *db, void **ret_self,
                              struct err_info *info)
{
    enum err e = database_prepare(db, &rehearsal_statements, info);
    e = e || database_is_shared(db) ? e : rehearsal_forget_leases(db, info);
    if (e) {
        return e;
    }
    struct drafting *drafting = calloc(1, sizeof(*drafting));
    if (!drafting) {
        abort();
    }
    *drafting = (struct drafting){.server = server,
                                  .publisher = server_module(server, "code"),
                                  .ledger = server_module(server, "ledger")};
    e = rehearser_start(server, drafting->publisher, drafting->ledger, &drafting->rehearser, info);
    if (e) {
        free(drafting);
        return e;
    }
    *ret_self = drafting;
    return ERR_NONE;
}

static void stop_drafting(void *self)
{
    struct drafting *drafting = self;
    rehearser_stop(&drafting->rehearser);
}

static void close_drafting(void *self)
{
    struct drafting *drafting = self;
    rehearser_stop(&drafting->rehearser);
    free(drafting);
}

/* What was asked for is durable: the worker looks. */
static void committed(void *self)
{
    struct drafting *drafting = self;
    if (drafting->wants_rehearser) {
        drafting->wants_rehearser = false;
        rehearser_wake(drafting->rehearser);
    }
}

static const struct clerk_hook hook = {.committed = committed};

const struct module draft_module = {
    .name = "draft",
    .routes = routes,
    .route_count = sizeof(routes) / sizeof(routes[0]),
    .statements = &draft_statements,
    .open = open_drafting,
    .stop = stop_drafting,
    .close = close_drafting,
    .hook = &hook,
};
