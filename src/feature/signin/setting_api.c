/* Settings of signing in: whose roles ask for a second factor. */
#include "feature/signin/signin_api.h"

#include "base/id.h"
#include "feature/access/people.h"
#include "feature/staff/held_role.h"

enum { SETTING_SET, STATEMENTS };
static const struct statement statements[] = {
    [SETTING_SET] = {"sign_in_setting_set",
                     "INSERT INTO sign_in_setting (name, value, changed_us) VALUES ($1, $2, $3) "
                     "ON CONFLICT (name) DO UPDATE SET value = excluded.value, "
                     "changed_us = excluded.changed_us",
                     NULL},
};
const struct statement_table setting_statements = {statements, STATEMENTS};

static void write_setting(struct json_writer *w, const void *thing)
{
    const struct factor_roles *roles = thing;
    char id[ID_TEXT_SIZE];
    json_object_begin(w);
    json_key(w, "second_factor_roles");
    json_array_begin(w);
    for (size_t i = 0; i < roles->count; i++) {
        json_str(w, id_format(roles->ids[i], "rol", id));
    }
    json_array_end(w);
    json_object_end(w);
}

static const struct noun setting_noun = {"settings/sign-in", write_setting};

enum err setting_show(struct request *r, struct database *db, struct reply *reply,
                      struct err_info *info)
{
    (void)r;
    struct factor_roles roles;
    enum err e = people_factor_roles(db, &roles, info);
    if (!e) {
        struct json_writer w = reply_json(reply, 200);
        write_setting(&w, &roles);
    }
    return e;
}

enum err setting_change(struct request *r, struct database *db, struct reply *reply,
                        struct err_info *info)
{
    struct signin *s = request_self(r);
    struct role_list roles;
    struct buf ids CLEANUP(buf_release) = {0};
    enum err e = role_list(db, request_arena(r), &roles, info);
    const struct json *given = request_json(r, "second_factor_roles");
    for (const struct json *j = given->first; j && !e; j = j->next) {
        const struct held_role *role = j->type == JSON_TEXT ? role_named(&roles, j->text) : NULL;
        if (!role) {
            e = err_field(info, ERR_INVALID, "second_factor_roles",
                          "Each must be the id or the name of a role: GET /api/v1/roles.");
            break;
        }
        buf_addf(&ids, "%s%lld", ids.len ? " " : "", (long long)role->id);
    }
    if (e) {
        return e;
    }
    struct query q CLEANUP(query_end) = query_begin(db, &statements[SETTING_SET]);
    query_bind_text(&q, 1, TEXT("second_factor_roles"));
    query_bind_text(&q, 2, buf_text(&ids));
    query_bind_int(&q, 3, moment_now());
    struct factor_roles was, is;
    e = people_factor_roles(db, &was, info);
    e = e ? e : query_run(&q, info);
    e = e ? e : people_factor_roles(db, &is, info);
    if (e) {
        return e;
    }
    access_changed(s->access);
    request_changed_thing(r, &setting_noun, "sign-in.set", 0, &was, &is);
    struct json_writer w = reply_json(reply, 200);
    write_setting(&w, &is);
    return ERR_NONE;
}
