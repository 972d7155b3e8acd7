#include "feature/staff/staff.h"

#include "feature/access/access.h"
#include "feature/staff/held_role.h"
#include "feature/staff/member.h"
#include "feature/staff/staff_api.h"
#include "feature/staff/team.h"

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
static const struct field role_name_fields[] = {
    {.name = "id", .type = FIELD_TEXT, .required = true, .doc = "rol_…"},
    {.name = "name", .type = FIELD_TEXT, .required = true, .doc = "Of the role."},
};
static const struct shape role_name_shape = {"RoleName", role_name_fields, 2};
static const struct field belonging_fields[] = {
    {.name = "id", .type = FIELD_TEXT, .required = true, .doc = "tea_…"},
    {.name = "name", .type = FIELD_TEXT, .required = true, .doc = "Of the team."},
    {.name = "lead", .type = FIELD_BOOLEAN, .required = true, .doc = "They lead it."},
};
static const struct shape belonging_shape = {"TeamOf", belonging_fields, 3};
static const struct field me_fields[] = {
    {.name = "id", .type = FIELD_TEXT, .required = true, .doc = "stf_…"},
    {.name = "name", .type = FIELD_TEXT, .required = true, .doc = "As others see it."},
    {.name = "email", .type = FIELD_TEXT, .required = true, .doc = "In small letters."},
    {.name = "language",
     .type = FIELD_CHOICE,
     .choices = member_languages,
     .required = true,
     .doc = "Of pages and mails."},
    {.name = "time_zone", .type = FIELD_TEXT, .doc = "Null: the Code's."},
    {.name = "theme",
     .type = FIELD_CHOICE,
     .choices = member_themes,
     .required = true,
     .doc = "Of the console."},
    {.name = "created", .type = FIELD_MOMENT, .required = true, .doc = "When they came."},
    {.name = "roles",
     .type = FIELD_ARRAY,
     .shape = &role_name_shape,
     .required = true,
     .doc = "The roles that they hold."},
    {.name = "permissions",
     .type = FIELD_ARRAY,
     .required = true,
     .doc = "Words: all that these roles allow."},
    {.name = "teams",
     .type = FIELD_ARRAY,
     .shape = &belonging_shape,
     .required = true,
     .doc = "The teams that they belong to."},
};
static const struct shape me_shape = {"Me", me_fields, 10};

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
