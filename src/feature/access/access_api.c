/* Making, listing and revoking tokens; the sessions of people. `troth token` uses these when the
 * server runs. */
#include "feature/access/access_api.h"

#include "base/id.h"
#include "feature/access/access.h"
#include "feature/access/session_noted.h"

#include <sodium.h>

static const struct field create_fields[] = {
    {.name = "name",
     .place = FIELD_BODY,
     .type = FIELD_TEXT,
     .required = true,
     .least = 1,
     .most = TOKEN_NAME_MAX,
     .doc = "Which program uses it."},
    {.name = "scopes",
     .place = FIELD_BODY,
     .type = FIELD_TEXT,
     .required = true,
     .doc = "Words with a space between: touch:write ledger:read …"},
    {.name = "expires", .place = FIELD_BODY, .type = FIELD_MOMENT, .doc = "Null: never."},
};
static const struct field id_fields[] = {
    {.name = "id", .place = FIELD_PATH, .type = FIELD_TEXT, .required = true, .doc = "tok_…"},
};
static const struct field token_fields[] = {
    {.name = "id", .type = FIELD_TEXT, .required = true, .doc = "Of the token."},
    {.name = "name", .type = FIELD_TEXT, .required = true, .doc = "Which program uses it."},
    {.name = "scopes", .type = FIELD_TEXT, .required = true, .doc = "What it may do."},
    {.name = "created", .type = FIELD_MOMENT, .required = true, .doc = "When."},
    {.name = "expires", .type = FIELD_MOMENT, .doc = "Null: never."},
    {.name = "revoked", .type = FIELD_MOMENT, .doc = "Null: it is not."},
    {.name = "used", .type = FIELD_MOMENT, .doc = "Last, within the hour; null: never."},
    {.name = "created_by", .type = FIELD_TEXT, .doc = "Whose act it is; null: not known."},
    {.name = "token", .type = FIELD_TEXT, .doc = "The secret; told once, when it is made."},
};
static const struct shape token_shape = {"Token", token_fields, 9};
static const struct field session_id_fields[] = {
    {.name = "id", .place = FIELD_PATH, .type = FIELD_TEXT, .required = true, .doc = "ses_…"},
};
static const struct field session_query[] = {
    {.name = "staff",
     .place = FIELD_QUERY,
     .type = FIELD_TEXT,
     .doc = "Only those of one person that are open: stf_…"},
};
static const struct field session_fields[] = {
    {.name = "id", .type = FIELD_TEXT, .required = true, .doc = "Of the session."},
    {.name = "staff", .type = FIELD_TEXT, .required = true, .doc = "Whose it is: stf_…"},
    {.name = "method",
     .type = FIELD_TEXT,
     .required = true,
     .doc = "How it began: link, password, …"},
    {.name = "agent",
     .type = FIELD_TEXT,
     .required = true,
     .doc = "What the browser calls itself."},
    {.name = "address", .type = FIELD_TEXT, .required = true, .doc = "Where it began."},
    {.name = "created", .type = FIELD_MOMENT, .required = true, .doc = "When it began."},
    {.name = "seen", .type = FIELD_MOMENT, .required = true, .doc = "Last, within the hour."},
    {.name = "expires", .type = FIELD_MOMENT, .required = true, .doc = "When it ends by itself."},
    {.name = "revoked", .type = FIELD_MOMENT, .doc = "Null: it is not."},
};
static const struct shape session_shape = {"Session", session_fields, 9};

static void write_members(struct json_writer *w, const struct token *t)
{
    char id[ID_TEXT_SIZE];
    json_key(w, "id");
    json_str(w, id_format(t->id, "tok", id));
    json_key(w, "name");
    json_text(w, t->name);
    json_key(w, "scopes");
    json_text(w, t->scopes);
    json_key(w, "created");
    json_moment(w, t->created_us);
    json_key(w, "expires");
    json_moment(w, t->expires_us);
    json_key(w, "revoked");
    json_moment(w, t->revoked_us);
    json_key(w, "used");
    json_moment(w, t->used_us == MOMENT_BEFORE_ALL ? MOMENT_NEVER : t->used_us);
    json_key(w, "created_by");
    if (t->created_by.len) {
        json_text(w, t->created_by);
    } else {
        json_null(w);
    }
}

static void write_token(struct json_writer *w, const void *thing)
{
    json_object_begin(w);
    write_members(w, thing);
    json_object_end(w);
}

const struct noun token_noun = {"tok", write_token};

/* All at once: there is no next page. */
static struct json_writer list_begin(struct reply *reply)
{
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "items");
    json_array_begin(&w);
    return w;
}

static void list_end(struct json_writer *w)
{
    json_array_end(w);
    json_key(w, "next");
    json_null(w);
    json_object_end(w);
}

/* Whose token a new one is, however many tokens are between them. */
static enum err find_maker(struct request *r, struct database *db, struct token_maker *ret,
                           struct err_info *info)
{
    const struct identity *who = request_identity(r);
    struct token token;
    if (who->kind != IDENTITY_TOKEN) {
        bool person = who->kind == IDENTITY_STAFF;
        *ret =
            person ? (struct token_maker){IDENTITY_STAFF, who->staff_id} : (struct token_maker){0};
        return ERR_NONE;
    }
    enum err e = token_find(db, who->id, request_arena(r), &token, info);
    if (!e) {
        *ret = token.maker.kind ? token.maker : (struct token_maker){IDENTITY_TOKEN, who->id};
    }
    return e;
}

static enum err create(struct request *r, struct database *db, struct reply *reply,
                       struct err_info *info)
{
    struct token token;
    char secret[TOKEN_TEXT_SIZE];
    const struct identity *who = request_identity(r);
    struct token_giver giver = {.name = who->name, .may = permission_parse(who->scopes)};
    enum err e = find_maker(r, db, &giver.maker, info);
    e = e ? e
          : token_create(db, request_text(r, "name"), request_text(r, "scopes"), giver,
                         request_moment(r, "expires", MOMENT_NEVER), moment_now(), request_arena(r),
                         &token, secret, info);
    if (e) {
        return e;
    }
    access_changed(request_self(r));
    request_changed_thing(r, &token_noun, "token.made", token.id, NULL, &token);
    struct json_writer w = reply_json(reply, 201);
    json_object_begin(&w);
    write_members(&w, &token);
    json_key(&w, "token");
    json_str(&w, secret);
    json_object_end(&w);
    sodium_memzero(secret, sizeof(secret));
    return ERR_NONE;
}

static enum err list(struct request *r, struct database *db, struct reply *reply,
                     struct err_info *info)
{
    struct token *tokens;
    size_t count;
    enum err e = token_list(db, request_arena(r), &tokens, &count, info);
    if (e) {
        return e;
    }
    struct json_writer w = list_begin(reply);
    for (size_t i = 0; i < count; i++) {
        write_token(&w, &tokens[i]);
    }
    list_end(&w);
    return ERR_NONE;
}

static enum err revoke(struct request *r, struct database *db, struct reply *reply,
                       struct err_info *info)
{
    int64_t id;
    struct token before = {0};
    if (!id_parse(request_text(r, "id"), "tok", &id)) {
        id = 0;
    }
    enum err e = token_find(db, id, request_arena(r), &before, info);
    struct token after = before;
    after.revoked_us = moment_now();
    e = e ? e : token_revoke(db, id, after.revoked_us, info);
    if (e) {
        return e;
    }
    if (before.revoked_us == MOMENT_NEVER) {
        request_changed_thing(r, &token_noun, "token.revoked", id, &before, &after);
    } else {
        request_changed_nothing(r);
    }
    access_changed(request_self(r));
    reply_empty(reply);
    return ERR_NONE;
}

static enum err list_sessions(struct request *r, struct database *db, struct reply *reply,
                              struct err_info *info)
{
    struct session *sessions = NULL;
    size_t count = 0;
    int64_t staff_id = 0;
    if (request_has(r, "staff") && !id_parse(request_text(r, "staff"), "stf", &staff_id)) {
        return err_field(info, ERR_INVALID, "staff", "That must be the id of a member of staff.");
    }
    enum err e =
        staff_id
            ? session_list_of(db, staff_id, moment_now(), request_arena(r), &sessions, &count, info)
            : session_list(db, moment_now(), request_arena(r), &sessions, &count, info);
    if (e) {
        return e;
    }
    struct json_writer w = list_begin(reply);
    for (size_t i = 0; i < count; i++) {
        session_noun.write(&w, &sessions[i]);
    }
    list_end(&w);
    return ERR_NONE;
}

static enum err end_session(struct request *r, struct database *db, struct reply *reply,
                            struct err_info *info)
{
    int64_t id;
    if (!id_parse(request_text(r, "id"), "ses", &id)) {
        id = 0;
    }
    enum err e = session_end(r, db, id, info);
    if (!e) {
        access_changed(request_self(r));
        reply_empty(reply);
    }
    return e;
}

const struct route access_routes[ACCESS_ROUTES] = {
    {.method = METHOD_POST,
     .path = "/api/v1/tokens",
     .scope = "token:write",
     .summary = "Make a token. Its secret is told once.",
     .kind = ROUTE_WRITE,
     .fields = create_fields,
     .field_count = 3,
     .body = BODY_FIELDS,
     .reply = &token_shape,
     .reply_code = 201,
     .handle = create},
    {.method = METHOD_GET,
     .path = "/api/v1/tokens",
     .scope = "token:write",
     .summary = "All tokens, the newest first, without their secrets.",
     .kind = ROUTE_READ,
     .reply = &token_shape,
     .reply_list = true,
     .handle = list},
    {.method = METHOD_DELETE,
     .path = "/api/v1/tokens/{id}",
     .scope = "token:write",
     .summary = "Revoke a token, from now on.",
     .kind = ROUTE_WRITE,
     .fields = id_fields,
     .field_count = 1,
     .reply_code = 204,
     .handle = revoke},
    {.method = METHOD_GET,
     .path = "/api/v1/sessions",
     .scope = "staff:write",
     .summary = "Browsers that are signed in, the newest first.",
     .kind = ROUTE_READ,
     .fields = session_query,
     .field_count = 1,
     .reply = &session_shape,
     .reply_list = true,
     .handle = list_sessions},
    {.method = METHOD_DELETE,
     .path = "/api/v1/sessions/{id}",
     .scope = "staff:write",
     .summary = "End a session, from now on.",
     .kind = ROUTE_WRITE,
     .fields = session_id_fields,
     .field_count = 1,
     .reply_code = 204,
     .handle = end_session},
};
