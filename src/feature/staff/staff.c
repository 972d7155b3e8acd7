#include "feature/staff/staff.h"

#include "feature/access/access.h"
#include "feature/staff/staff_api.h"
#include "feature/staff/staff_json.h"

static const struct field me_change_fields[] = {
    {.name = "name",
     .place = FIELD_BODY,
     .type = FIELD_TEXT,
     .least = 1,
     .most = MEMBER_NAME_MAX,
     .doc = "As others see it."},
    {.name = "language",
     .place = FIELD_BODY,
     .type = FIELD_CHOICE,
     .choices = member_languages,
     .doc = "Of pages and mails."},
    {.name = "time_zone",
     .place = FIELD_BODY,
     .type = FIELD_TEXT,
     .most = 64,
     .doc = "\"America/Sao_Paulo\"; empty: the Code's."},
    {.name = "theme",
     .place = FIELD_BODY,
     .type = FIELD_CHOICE,
     .choices = member_themes,
     .doc = "Of the console."},
};
static const struct field id_fields[] = {
    {.name = "id", .place = FIELD_PATH, .type = FIELD_TEXT, .required = true, .doc = "Of it."},
};
static const struct field list_fields[] = {
    {.name = "limit",
     .place = FIELD_QUERY,
     .type = FIELD_INTEGER,
     .least = 1,
     .most = 500,
     .doc = "How many at most; 100 unless said."},
    {.name = "after", .place = FIELD_QUERY, .type = FIELD_TEXT, .doc = "next of a page before."},
    {.name = "email",
     .place = FIELD_QUERY,
     .type = FIELD_TEXT,
     .doc = "Only who has this address."},
    STAFF_FILTER_FIELDS,
};
static const struct field team_remove_fields[] = {
    {.name = "id", .place = FIELD_PATH, .type = FIELD_TEXT, .required = true, .doc = "tea_…"},
    {.name = "members_to",
     .place = FIELD_QUERY,
     .type = FIELD_TEXT,
     .doc = "The team that its members come to belong to; without, to none instead."},
};
static const struct field link_fields[] = {
    {.name = "path", .type = FIELD_TEXT, .required = true, .doc = "To open in a browser, once."},
    {.name = "expires", .type = FIELD_MOMENT, .required = true, .doc = "When it opens no more."},
};
static const struct shape link_shape = {"SignInLink", link_fields, 2};
#define PERSON_FIELDS(needed)                                                               \
    {.name = "name",                                                                        \
     .place = FIELD_BODY,                                                                   \
     .type = FIELD_TEXT,                                                                    \
     .required = (needed),                                                                  \
     .least = 1,                                                                            \
     .most = MEMBER_NAME_MAX,                                                               \
     .doc = "As others see it."},                                                           \
        {.name = "email",                                                                   \
         .place = FIELD_BODY,                                                               \
         .type = FIELD_TEXT,                                                                \
         .required = (needed),                                                              \
         .least = 1,                                                                        \
         .most = MEMBER_EMAIL_MAX,                                                          \
         .doc = "Where mail reaches them, and what they sign in with."},                    \
        {.name = "roles",                                                                   \
         .place = FIELD_BODY,                                                               \
         .type = FIELD_ARRAY,                                                               \
         .most = ROLES_HELD_MAX,                                                            \
         .doc = "Ids or names of roles; those that they hold from now on."},                \
    {                                                                                       \
        .name = "teams", .place = FIELD_BODY, .type = FIELD_ARRAY, .most = 32,              \
        .doc = "Ids of teams, or {\"id\": …, \"lead\": true}; those that they belong to." \
    }
#define PERSON_PREFERENCES                                                        \
    {.name = "language",                                                          \
     .place = FIELD_BODY,                                                         \
     .type = FIELD_CHOICE,                                                        \
     .choices = member_languages,                                                 \
     .doc = "Of pages and mails, the invitation among them."},                    \
    {                                                                             \
        .name = "time_zone", .place = FIELD_BODY, .type = FIELD_TEXT, .most = 64, \
        .doc = "\"America/Sao_Paulo\"; empty: the Code's.",                       \
    }
static const struct field person_add_fields[] = {PERSON_FIELDS(true), PERSON_PREFERENCES};
static const struct field person_change_fields[] = {
    {.name = "id", .place = FIELD_PATH, .type = FIELD_TEXT, .required = true, .doc = "stf_…"},
    PERSON_FIELDS(false),
    PERSON_PREFERENCES,
};
#define TEAM_FIELDS(needed)                                                         \
    {.name = "name",                                                                \
     .place = FIELD_BODY,                                                           \
     .type = FIELD_TEXT,                                                            \
     .required = (needed),                                                          \
     .least = 1,                                                                    \
     .most = TEAM_NAME_MAX,                                                         \
     .doc = "As touches have it."},                                                 \
        {.name = "parent",                                                          \
         .place = FIELD_BODY,                                                       \
         .type = FIELD_TEXT,                                                        \
         .doc = "The team that it lies within; empty: none."},                      \
    {                                                                               \
        .name = "restricted", .place = FIELD_BODY, .type = FIELD_BOOLEAN,           \
        .doc = "Read only by its members, those of teams above it, and holders of " \
               "restricted:read.",                                                  \
    }
static const struct field team_add_fields[] = {
    {.name = "id",
     .place = FIELD_BODY,
     .type = FIELD_TEXT,
     .doc = "Of one that was removed, to take that back; not given: a new one."},
    TEAM_FIELDS(true),
};
static const struct field team_change_fields[] = {
    {.name = "id", .place = FIELD_PATH, .type = FIELD_TEXT, .required = true, .doc = "tea_…"},
    TEAM_FIELDS(false),
};
#define ROLE_FIELDS(needed)                                                                    \
    {.name = "name",                                                                           \
     .place = FIELD_BODY,                                                                      \
     .type = FIELD_TEXT,                                                                       \
     .required = (needed),                                                                     \
     .least = 1,                                                                               \
     .most = ROLE_NAME_MAX,                                                                    \
     .doc = "Of the role."},                                                                   \
    {                                                                                          \
        .name = "permissions", .place = FIELD_BODY, .type = FIELD_ARRAY, .required = (needed), \
        .least = 1, .most = 64, .doc = "Words: ledger:read, …"                               \
    }
static const struct field role_add_fields[] = {
    {.name = "id",
     .place = FIELD_BODY,
     .type = FIELD_TEXT,
     .doc = "Of one that was removed, to take that back; not given: a new one."},
    ROLE_FIELDS(true),
};
static const struct field role_change_fields[] = {
    {.name = "id", .place = FIELD_PATH, .type = FIELD_TEXT, .required = true, .doc = "rol_…"},
    ROLE_FIELDS(false),
};

static const struct route routes[] = {
    {.method = METHOD_GET,
     .path = "/api/v1/me",
     .scope = "self",
     .summary = "Who is signed in.",
     .kind = ROUTE_READ,
     .reply = &me_shape,
     .handle = me_show},
    {.method = METHOD_PATCH,
     .path = "/api/v1/me",
     .scope = "self",
     .summary = "Change one's own name, language, time zone or theme.",
     .kind = ROUTE_WRITE,
     .fields = me_change_fields,
     .field_count = 4,
     .body = BODY_FIELDS,
     .reply = &me_shape,
     .handle = me_change},
    {.method = METHOD_GET,
     .path = "/api/v1/staff",
     .scope = "staff:read",
     .summary = "Members of staff, those who came first before others.",
     .kind = ROUTE_READ,
     .fields = list_fields,
     .field_count = sizeof(list_fields) / sizeof(list_fields[0]),
     .reply = &staff_shape,
     .reply_list = true,
     .handle = staff_list},
    {.method = METHOD_POST,
     .path = "/api/v1/staff",
     .scope = "staff:write",
     .summary = "Add a member of staff.",
     .kind = ROUTE_WRITE,
     .fields = person_add_fields,
     .field_count = 6,
     .body = BODY_FIELDS,
     .reply = &staff_shape,
     .reply_code = 201,
     .handle = staff_add},
    {.method = METHOD_GET,
     .path = "/api/v1/staff/{id}",
     .scope = "staff:read",
     .summary = "One member of staff.",
     .kind = ROUTE_READ,
     .fields = id_fields,
     .field_count = 1,
     .reply = &staff_shape,
     .handle = staff_show},
    {.method = METHOD_PATCH,
     .path = "/api/v1/staff/{id}",
     .scope = "staff:write",
     .summary = "Change name, address, language, time zone, roles or teams of a member of staff.",
     .kind = ROUTE_WRITE,
     .fields = person_change_fields,
     .field_count = 7,
     .body = BODY_FIELDS,
     .reply = &staff_shape,
     .handle = staff_change},
    {.method = METHOD_POST,
     .path = "/api/v1/staff/{id}/disable",
     .scope = "staff:write",
     .summary = "Shut a member of staff out; their sessions end.",
     .kind = ROUTE_WRITE,
     .fields = id_fields,
     .field_count = 1,
     .reply = &staff_shape,
     .handle = staff_disable},
    {.method = METHOD_POST,
     .path = "/api/v1/staff/{id}/enable",
     .scope = "staff:write",
     .summary = "Let a member of staff in again.",
     .kind = ROUTE_WRITE,
     .fields = id_fields,
     .field_count = 1,
     .reply = &staff_shape,
     .handle = staff_enable},
    {.method = METHOD_POST,
     .path = "/api/v1/staff/{id}/link",
     .scope = "staff:write",
     .summary = "A link that signs them in with one browser, once, within ten minutes.",
     .kind = ROUTE_WRITE,
     .fields = id_fields,
     .field_count = 1,
     .reply = &link_shape,
     .reply_code = 201,
     .handle = staff_link},
    {.method = METHOD_GET,
     .path = "/api/v1/teams",
     .scope = "staff:read",
     .summary = "All teams.",
     .kind = ROUTE_READ,
     .reply = &team_shape,
     .reply_list = true,
     .handle = team_api_list},
    {.method = METHOD_POST,
     .path = "/api/v1/teams",
     .scope = "staff:write",
     .summary = "Make a team.",
     .kind = ROUTE_WRITE,
     .fields = team_add_fields,
     .field_count = 4,
     .body = BODY_FIELDS,
     .reply = &team_shape,
     .reply_code = 201,
     .handle = team_api_add},
    {.method = METHOD_PATCH,
     .path = "/api/v1/teams/{id}",
     .scope = "staff:write",
     .summary = "Change a team.",
     .kind = ROUTE_WRITE,
     .fields = team_change_fields,
     .field_count = 4,
     .body = BODY_FIELDS,
     .reply = &team_shape,
     .handle = team_api_change},
    {.method = METHOD_DELETE,
     .path = "/api/v1/teams/{id}",
     .scope = "staff:write",
     .summary = "Remove a team within which no other lies.",
     .kind = ROUTE_WRITE,
     .fields = team_remove_fields,
     .field_count = 2,
     .reply_code = 204,
     .handle = team_api_remove},
    {.method = METHOD_GET,
     .path = "/api/v1/roles",
     .scope = "staff:read",
     .summary = "All roles, those that are built in first.",
     .kind = ROUTE_READ,
     .reply = &role_shape,
     .reply_list = true,
     .handle = role_api_list},
    {.method = METHOD_POST,
     .path = "/api/v1/roles",
     .scope = "staff:write",
     .summary = "Make a role.",
     .kind = ROUTE_WRITE,
     .fields = role_add_fields,
     .field_count = 3,
     .body = BODY_FIELDS,
     .reply = &role_shape,
     .reply_code = 201,
     .handle = role_api_add},
    {.method = METHOD_PATCH,
     .path = "/api/v1/roles/{id}",
     .scope = "staff:write",
     .summary = "Change a role of the company.",
     .kind = ROUTE_WRITE,
     .fields = role_change_fields,
     .field_count = 3,
     .body = BODY_FIELDS,
     .reply = &role_shape,
     .handle = role_api_change},
    {.method = METHOD_DELETE,
     .path = "/api/v1/roles/{id}",
     .scope = "staff:write",
     .summary = "Remove a role of the company that nobody holds.",
     .kind = ROUTE_WRITE,
     .fields = id_fields,
     .field_count = 1,
     .reply_code = 204,
     .handle = role_api_remove},
    {.method = METHOD_GET,
     .path = "/api/v1/permissions",
     .scope = "staff:read",
     .summary = "All permissions, with what each allows.",
     .kind = ROUTE_DIRECT,
     .reply = &permission_shape,
     .reply_list = true,
     .handle = permission_api_list},
};

static enum err open_staff(struct server *server, struct database *db, void **ret_self,
                           struct err_info *info)
{
    *ret_self = server_module(server, "access");
    enum err e = database_prepare(db, &held_role_statements, info);
    return e ? e : database_prepare(db, &team_statements, info);
}

const struct module staff_module = {
    .name = "staff",
    .routes = routes,
    .route_count = sizeof(routes) / sizeof(routes[0]),
    .statements = &member_statements,
    .open = open_staff,
};
