/* Settings of signing in: whether passwords are taken, whose roles ask for a second factor. */
#include "feature/signin/signin_api.h"

#include "base/id.h"
#include "feature/access/people.h"
#include "feature/staff/held_role.h"

enum { OTHER_WAYS, PASSWORDS_TAKEN, SETTING_SET, STATEMENTS };
static const struct statement statements[] = {
    [OTHER_WAYS] = {"sign_in_other_ways", "SELECT count(*) FROM sign_in_provider", NULL},
    [PASSWORDS_TAKEN] = {"sign_in_passwords",
                         "SELECT value FROM sign_in_setting WHERE name = 'passwords'", NULL},
    [SETTING_SET] = {"sign_in_setting_set",
                     "INSERT INTO sign_in_setting (name, value, changed_us) VALUES ($1, $2, $3) "
                     "ON CONFLICT (name) DO UPDATE SET value = excluded.value, "
                     "changed_us = excluded.changed_us",
                     NULL},
};
const struct statement_table setting_statements = {statements, STATEMENTS};

/* As they are told, and as the audit trail keeps them. */
struct settings {
    struct factor_roles factor;
    bool passwords;
};

enum err signin_takes_passwords(struct database *db, bool *ret, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[PASSWORDS_TAKEN]);
    bool row;
    enum err e = query_row(&q, &row, info);
    if (!e) {
        *ret = !row || !text_is(query_text(&q, 0), "off");
    }
    return e;
}

enum err check_passwords(struct database *db, struct err_info *info)
{
    bool taken = true;
    enum err e = signin_takes_passwords(db, &taken, info);
    return e || taken ? e
                      : err_set(info, ERR_FORBIDDEN,
                                "Passwords are switched off here: sign in another way, on the "
                                "sign-in page.");
}

static enum err settings_read(struct database *db, struct settings *ret, struct err_info *info)
{
    enum err e = people_factor_roles(db, &ret->factor, info);
    return e ? e : signin_takes_passwords(db, &ret->passwords, info);
}

static void write_setting(struct json_writer *w, const void *thing)
{
    const struct settings *settings = thing;
    char id[ID_TEXT_SIZE];
    json_object_begin(w);
    json_key(w, "second_factor_roles");
    json_array_begin(w);
    for (size_t i = 0; i < settings->factor.count; i++) {
        json_str(w, id_format(settings->factor.ids[i], "rol", id));
    }
    json_array_end(w);
    json_key(w, "passwords");
    json_bool(w, settings->passwords);
    json_key(w, "password_least");
    json_int(w, PASSWORD_LETTERS_MIN);
    json_object_end(w);
}

static const struct noun setting_noun = {"settings/sign-in", write_setting};

enum err setting_show(struct request *r, struct database *db, struct reply *reply,
                      struct err_info *info)
{
    (void)r;
    struct settings settings;
    enum err e = settings_read(db, &settings, info);
    if (!e) {
        struct json_writer w = reply_json(reply, 200);
        write_setting(&w, &settings);
    }
    return e;
}

static enum err set(struct database *db, const char *name, struct text value, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[SETTING_SET]);
    query_bind_text(&q, 1, text_of(name));
    query_bind_text(&q, 2, value);
    query_bind_int(&q, 3, moment_now());
    return query_run(&q, info);
}

/* Not before there is another way in that everybody has; the server's own commands make a link for
 * who is shut out all the same. */
static enum err set_passwords(struct request *r, struct database *db, struct err_info *info)
{
    bool taken = request_bool(r, "passwords", true);
    struct query q CLEANUP(query_end) = query_begin(db, &statements[OTHER_WAYS]);
    bool row;
    enum err e = query_row(&q, &row, info);
    if (!e && !taken && query_int(&q, 0) == 0) {
        e = err_field(info, ERR_CONFLICT, "passwords",
                      "Nobody could sign in any more: add a provider first.");
    }
    query_end(&q);
    return e ? e : set(db, "passwords", taken ? TEXT("on") : TEXT("off"), info);
}

static enum err set_factor_roles(struct request *r, struct database *db, struct err_info *info)
{
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
    return e ? e : set(db, "second_factor_roles", buf_text(&ids), info);
}

/* What is not given stays. */
enum err setting_change(struct request *r, struct database *db, struct reply *reply,
                        struct err_info *info)
{
    struct signin *s = request_self(r);
    struct settings was, is;
    enum err e = settings_read(db, &was, info);
    if (!e && request_has(r, "second_factor_roles")) {
        e = set_factor_roles(r, db, info);
    }
    if (!e && request_has(r, "passwords")) {
        e = set_passwords(r, db, info);
    }
    e = e ? e : settings_read(db, &is, info);
    if (e) {
        return e;
    }
    access_changed(s->access);
    request_changed_thing(r, &setting_noun, "sign-in.set", 0, &was, &is);
    struct json_writer w = reply_json(reply, 200);
    write_setting(&w, &is);
    return ERR_NONE;
}
