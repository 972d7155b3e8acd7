#include "feature/comment/comment_module.h"

#include "feature/comment/comment_part.h"

#include <stdlib.h>

static const struct field comment_fields[] = {
    {.name = "id", .type = FIELD_TEXT, .required = true, .doc = "Of the comment."},
    {.name = "version", .type = FIELD_TEXT, .required = true, .doc = "In force when written."},
    {.name = "promise", .type = FIELD_TEXT, .required = true, .doc = "Its name."},
    {.name = "by_customer", .type = FIELD_BOOLEAN, .required = true, .doc = "Else by staff."},
    {.name = "name", .type = FIELD_TEXT, .required = true, .doc = "Who; may be empty."},
    {.name = "contact",
     .type = FIELD_TEXT,
     .required = true,
     .doc = "Where a customer wants the answer; never public."},
    {.name = "words", .type = FIELD_TEXT, .required = true, .doc = "What they say."},
    {.name = "written", .type = FIELD_MOMENT, .required = true, .doc = "When."},
    {.name = "state",
     .type = FIELD_TEXT,
     .required = true,
     .doc = "held (a customer's that nobody has released), open, answered or closed."},
    {.name = "public", .type = FIELD_BOOLEAN, .required = true, .doc = "Shown on /code."},
    {.name = "answer", .type = FIELD_TEXT, .required = true, .doc = "May be empty."},
    {.name = "answered_by", .type = FIELD_TEXT, .required = true, .doc = "By whom."},
    {.name = "answered", .type = FIELD_MOMENT, .doc = "When."},
};
static const struct shape comment_shape = {"Comment", comment_fields,
                                           sizeof(comment_fields) / sizeof(comment_fields[0])};

static const struct field list_fields[] = {
    {.name = "state",
     .place = FIELD_QUERY,
     .type = FIELD_CHOICE,
     .choices = comment_state_names,
     .doc = "Only of this state."},
    {.name = "promise", .place = FIELD_QUERY, .type = FIELD_TEXT, .doc = "Only on this one."},
    {.name = "after", .place = FIELD_QUERY, .type = FIELD_TEXT, .doc = "next of the page before."},
    {.name = "limit",
     .place = FIELD_QUERY,
     .type = FIELD_INTEGER,
     .least = 1,
     .most = 500,
     .doc = "How many at most; 50 unless given."},
};
static const struct field post_fields[] = {
    {.name = "promise",
     .place = FIELD_BODY,
     .type = FIELD_TEXT,
     .required = true,
     .doc = "Its name in the version in force."},
    {.name = "words",
     .place = FIELD_BODY,
     .type = FIELD_TEXT,
     .required = true,
     .most = COMMENT_WORDS_MAX,
     .doc = "What you say."},
};
static const struct field patch_fields[] = {
    {.name = "id", .place = FIELD_PATH, .type = FIELD_TEXT, .required = true, .doc = "com_…"},
    {.name = "state",
     .place = FIELD_BODY,
     .type = FIELD_CHOICE,
     .choices = comment_state_names,
     .doc = "open releases a customer's; closed ends it."},
    {.name = "public", .place = FIELD_BODY, .type = FIELD_BOOLEAN, .doc = "Shown on /code."},
    {.name = "answer",
     .place = FIELD_BODY,
     .type = FIELD_TEXT,
     .most = COMMENT_WORDS_MAX,
     .doc = "Answers it, and releases it."},
};
static const struct field form_fields[] = {
    {.name = "promise",
     .place = FIELD_QUERY,
     .type = FIELD_TEXT,
     .required = true,
     .doc = "Its name."},
    {.name = "lang", .place = FIELD_QUERY, .type = FIELD_TEXT, .doc = "en, pt-BR or es."},
};
static const struct field public_fields[] = {
    {.name = "promise",
     .place = FIELD_BODY,
     .type = FIELD_TEXT,
     .required = true,
     .doc = "Its name."},
    {.name = "words",
     .place = FIELD_BODY,
     .type = FIELD_TEXT,
     .required = true,
     .most = COMMENT_WORDS_MAX,
     .doc = "What they say."},
    {.name = "name",
     .place = FIELD_BODY,
     .type = FIELD_TEXT,
     .most = COMMENT_NAME_MAX,
     .doc = "Shown with it."},
    {.name = "contact",
     .place = FIELD_BODY,
     .type = FIELD_TEXT,
     .most = COMMENT_NAME_MAX,
     .doc = "Never shown."},
    {.name = "website", .place = FIELD_BODY, .type = FIELD_TEXT, .doc = "For programs."},
    {.name = "lang", .place = FIELD_BODY, .type = FIELD_TEXT, .doc = "Of the form."},
};

static const struct route routes[] = {
    {.method = METHOD_GET,
     .path = "/api/v1/code/comments",
     .scope = "code:read",
     .summary = "Comments on promises, the newest first.",
     .kind = ROUTE_READ,
     .fields = list_fields,
     .field_count = 4,
     .reply = &comment_shape,
     .reply_list = true,
     .handle = comment_get_list},
    {.method = METHOD_POST,
     .path = "/api/v1/code/comments",
     .scope = "code:comment",
     .summary = "Comment on a promise.",
     .kind = ROUTE_WRITE,
     .fields = post_fields,
     .field_count = 2,
     .body = BODY_FIELDS,
     .reply = &comment_shape,
     .reply_code = 201,
     .handle = comment_post},
    {.method = METHOD_PATCH,
     .path = "/api/v1/code/comments/{id}",
     .scope = "code:comment",
     .summary = "Release, answer or close a comment.",
     .kind = ROUTE_WRITE,
     .fields = patch_fields,
     .field_count = 4,
     .body = BODY_FIELDS,
     .reply = &comment_shape,
     .handle = comment_patch},
    {.method = METHOD_GET,
     .path = "/code/comment",
     .summary = "A form for a comment on a promise, for everyone.",
     .kind = ROUTE_READ,
     .look = LOOK_PAGE,
     .fields = form_fields,
     .field_count = 2,
     .handle = comment_form},
    {.method = METHOD_POST,
     .path = "/code/comment",
     .summary = "Takes a comment of a customer.",
     .kind = ROUTE_WRITE,
     .look = LOOK_PAGE,
     .fields = public_fields,
     .field_count = 6,
     .body = BODY_FIELDS,
     .handle = comment_public_post},
};

static enum err open_comments(struct server *server, struct database *db, void **ret_self,
                              struct err_info *info)
{
    (void)db, (void)info;
    struct comments *comments = calloc(1, sizeof(*comments));
    if (!comments) {
        abort();
    }
    comments->publisher = server_module(server, "code");
    comments->ledger = server_module(server, "ledger");
    *ret_self = comments;
    return ERR_NONE;
}

const struct module comment_module = {
    .name = "comment",
    .routes = routes,
    .route_count = sizeof(routes) / sizeof(routes[0]),
    .statements = &comment_statements,
    .open = open_comments,
    .close = free,
};
