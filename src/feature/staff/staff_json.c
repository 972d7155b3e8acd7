#include "feature/staff/staff_json.h"

#include "base/id.h"

#define OF_A_PERSON                                                                            \
    {.name = "id", .type = FIELD_TEXT, .required = true, .doc = "stf_…"},                      \
        {.name = "name", .type = FIELD_TEXT, .required = true, .doc = "As others see it."},    \
        {.name = "email", .type = FIELD_TEXT, .required = true, .doc = "In small letters."},   \
        {.name = "language",                                                                   \
         .type = FIELD_CHOICE,                                                                 \
         .choices = member_languages,                                                          \
         .required = true,                                                                     \
         .doc = "Of pages and mails."},                                                        \
        {.name = "time_zone", .type = FIELD_TEXT, .doc = "Null: the Code's."},                 \
        {.name = "theme",                                                                      \
         .type = FIELD_CHOICE,                                                                 \
         .choices = member_themes,                                                             \
         .required = true,                                                                     \
         .doc = "Of the console."},                                                            \
        {.name = "created", .type = FIELD_MOMENT, .required = true, .doc = "When they came."}, \
        {.name = "disabled", .type = FIELD_MOMENT, .doc = "Null: they may sign in."},          \
        {.name = "seen",                                                                       \
         .type = FIELD_MOMENT,                                                                 \
         .doc = "When they were here last, within the hour. Null: not yet."},                  \
        {.name = "second_factor",                                                              \
         .type = FIELD_BOOLEAN,                                                                \
         .required = true,                                                                     \
         .doc = "Signing in asks for one."},                                                   \
        {.name = "roles",                                                                      \
         .type = FIELD_ARRAY,                                                                  \
         .shape = &role_name_shape,                                                            \
         .required = true,                                                                     \
         .doc = "The roles that they hold."},                                                  \
        {.name = "teams",                                                                      \
         .type = FIELD_ARRAY,                                                                  \
         .shape = &belonging_shape,                                                            \
         .required = true,                                                                     \
         .doc = "The teams that they belong to."},

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
static const struct field staff_fields[] = {OF_A_PERSON};
const struct shape staff_shape = {"Staff", staff_fields,
                                  sizeof(staff_fields) / sizeof(staff_fields[0])};
static const struct field me_fields[] = {
    OF_A_PERSON{.name = "permissions",
                .type = FIELD_ARRAY,
                .required = true,
                .doc = "Words: all that these roles allow."},
};
const struct shape me_shape = {"Me", me_fields, sizeof(me_fields) / sizeof(me_fields[0])};

enum err staff_ties_read(struct database *db, int64_t first, int64_t last, struct arena *arena,
                         struct staff_ties *ret, struct err_info *info)
{
    struct staff_ties ties = {0};
    enum err e = held_role_list(db, first, last, arena, &ties.roles, &ties.role_count, info);
    e = e ? e : team_of_members(db, first, last, arena, &ties.teams, &ties.team_count, info);
    if (!e) {
        *ret = ties;
    }
    return e;
}

static void write_roles(struct json_writer *w, int64_t staff_id, const struct staff_ties *ties)
{
    char id[ID_TEXT_SIZE];
    json_array_begin(w);
    for (size_t i = 0; i < ties->role_count; i++) {
        const struct held_role *role = &ties->roles[i];
        if (role->staff_id == staff_id) {
            json_object_begin(w);
            json_key(w, "id");
            json_str(w, id_format(role->id, "rol", id));
            json_key(w, "name");
            json_text(w, role->name);
            json_object_end(w);
        }
    }
    json_array_end(w);
}

static void write_teams(struct json_writer *w, int64_t staff_id, const struct staff_ties *ties)
{
    char id[ID_TEXT_SIZE];
    json_array_begin(w);
    for (size_t i = 0; i < ties->team_count; i++) {
        const struct belonging *team = &ties->teams[i];
        if (team->staff_id == staff_id) {
            json_object_begin(w);
            json_key(w, "id");
            json_str(w, id_format(team->team_id, "tea", id));
            json_key(w, "name");
            json_text(w, team->name);
            json_key(w, "lead");
            json_bool(w, team->lead);
            json_object_end(w);
        }
    }
    json_array_end(w);
}

void permissions_write(struct json_writer *w, permission_set set)
{
    json_array_begin(w);
    for (size_t i = 0; permissions[i].name; i++) {
        if (set & UINT64_C(1) << i) {
            json_str(w, permissions[i].name);
        }
    }
    json_array_end(w);
}

void staff_write(struct json_writer *w, const struct member *m, const struct staff_ties *ties)
{
    char id[ID_TEXT_SIZE];
    json_key(w, "id");
    json_str(w, id_format(m->id, "stf", id));
    json_key(w, "name");
    json_text(w, m->name);
    json_key(w, "email");
    json_text(w, m->email);
    json_key(w, "language");
    json_text(w, m->language);
    json_key(w, "time_zone");
    if (m->time_zone.len) {
        json_text(w, m->time_zone);
    } else {
        json_null(w);
    }
    json_key(w, "theme");
    json_text(w, m->theme);
    json_key(w, "created");
    json_moment(w, m->created_us);
    json_key(w, "disabled");
    json_moment(w, m->disabled_us);
    json_key(w, "seen");
    json_moment(w, m->seen_us);
    json_key(w, "second_factor");
    json_bool(w, m->second_factor);
    json_key(w, "roles");
    write_roles(w, m->id, ties);
    json_key(w, "teams");
    write_teams(w, m->id, ties);
}

enum err person_read(struct database *db, int64_t id, struct arena *arena, struct person_seen *ret,
                     struct err_info *info)
{
    struct person_seen seen;
    enum err e = member_find(db, id, arena, &seen.member, info);
    e = e ? e : staff_ties_read(db, id, id, arena, &seen.ties, info);
    if (!e) {
        *ret = seen;
    }
    return e;
}

static void write_person(struct json_writer *w, const void *thing)
{
    const struct person_seen *seen = thing;
    json_object_begin(w);
    staff_write(w, &seen->member, &seen->ties);
    json_object_end(w);
}

const struct noun person_noun = {"stf", write_person};
