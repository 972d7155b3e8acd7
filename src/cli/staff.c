/* troth staff: adds, lists and disables people, and makes links that sign one in. Goes to the
 * server that runs with that database, if one does; else to the database itself, which is then ours
 * alone.
 */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/moment.h"
#include "cli/admin.h"
#include "cli/admin_call.h"
#include "cli/command.h"
#include "cli/noted.h"
#include "cli/standing.h"
#include "feature/staff/member.h"
#include "feature/staff/staff.h"
#include "feature/staff/staff_json.h"
#include "store/migrate.h"

static const struct command_option options[] = {
    {"db", 'd', "PLACE", "the database: a file (default troth.db) or postgresql://…"},
    {"name", 'n', "NAME", "add: what others call them"},
    {"role", 'r', "ROLE", "add: a role, built in or the company's own (default agent)"},
    {0},
};

static const char *database_of(const struct arguments *a)
{
    const char *name = argument_value(a, "db");
    return name ? name : "troth.db";
}

static const char *role_of(const struct arguments *a)
{
    const char *role = argument_value(a, "role");
    return role ? role : "agent";
}

static void print_person(struct text email, struct text name, bool disabled, struct text roles)
{
    printf("%-32.*s  %-24.*s  %-8s  %.*s\n", TEXT_ARG(email), TEXT_ARG(name),
           disabled ? "disabled" : "", TEXT_ARG(roles));
}

/* -- straight to the database -- */

static enum err list_alone(struct database *db, struct arena *arena, struct err_info *info)
{
    struct member *list = NULL;
    struct staff_ties ties;
    size_t count = 0;
    enum err e =
        member_list(db, &(struct member_filter){0}, MEMBERS_MAX, arena, &list, &count, info);
    e = e ? e : staff_ties_read(db, 0, INT64_MAX, arena, &ties, info);
    for (size_t i = 0; i < count && !e; i++) {
        struct buf roles CLEANUP(buf_release) = {0};
        for (size_t k = 0; k < ties.role_count; k++) {
            if (ties.roles[k].staff_id == list[i].id) {
                buf_addf(&roles, "%s%.*s", roles.len ? ", " : "", TEXT_ARG(ties.roles[k].name));
            }
        }
        print_person(list[i].email, list[i].name, list[i].disabled_us != MOMENT_NEVER,
                     buf_text(&roles));
    }
    return e;
}

static enum err change_alone(const struct arguments *a, struct database *db, struct arena *arena,
                             struct err_info *info)
{
    bool is_end = strcmp(a->operands[0], "disable") == 0;
    struct text email = text_of(a->operands[1]);
    struct member m = {0};
    struct person_seen before, after;
    enum err e = is_end ? member_email(arena, email, &email, info) : ERR_NONE;
    e = !e && is_end ? member_find_by_email(db, email, arena, &m, info) : e;
    e = !e && is_end ? person_read(db, m.id, arena, &before, info) : e;
    e = e        ? e
        : is_end ? staff_shut_out(db, email, moment_now(), info)
                 : staff_enrol(db, text_of(argument_value(a, "name")), email, text_of(role_of(a)),
                               moment_now(), &m.id, info);
    e = e ? e : person_read(db, m.id, arena, &after, info);
    return e ? e
             : noted(db, &person_noun, is_end ? "staff.disabled" : "staff.added", m.id,
                     is_end ? &before : NULL, &after, info);
}

static enum err alone(const struct arguments *a, struct arena *arena, struct err_info *info)
{
    const char *what = a->operands[0];
    struct database *db CLEANUP(database_close) = NULL;
    struct database_config config = {.place = database_of(a), .mode = DATABASE_WRITE};
    bool is_new = strcmp(what, "add") == 0; /* the first one may come before the server does */
    enum err e = is_new ? ERR_NONE : standing_exists(config.place, info);
    e = e ? e : database_open(&config, &db, info);
    e = e ? e : migrate(db, &schema_migrations, info);
    if (e || strcmp(what, "list") == 0) {
        return e ? e : list_alone(db, arena, info);
    }
    struct transaction t CLEANUP(transaction_end) = {0};
    e = transaction_begin(&t, db, info);
    e = e ? e : change_alone(a, db, arena, info);
    return e ? e : transaction_commit(&t, info);
}

/* -- through the server -- */

static void print_roles(const struct json *person)
{
    struct buf roles CLEANUP(buf_release) = {0};
    const struct json *list = json_get(person, "roles");
    for (const struct json *role = list ? list->first : NULL; role; role = role->next) {
        buf_addf(&roles, "%s%.*s", roles.len ? ", " : "", TEXT_ARG(admin_member(role, "name")));
    }
    print_person(admin_member(person, "email"), admin_member(person, "name"),
                 admin_member(person, "disabled").len != 0, buf_text(&roles));
}

static enum err list_pages(const struct arguments *a, struct arena *arena, struct err_info *info)
{
    struct text path = TEXT("/api/v1/staff?limit=500");
    while (path.len) {
        const struct json *page;
        enum err e = admin_call(database_of(a), "GET", path, TEXT(""), arena, &page, info);
        if (e) {
            return e;
        }
        const struct json *items = json_get(page, "items");
        for (const struct json *p = items ? items->first : NULL; p; p = p->next) {
            print_roles(p);
        }
        struct text next = admin_member(page, "next");
        path = next.len ? arena_printf(arena, "/api/v1/staff?limit=500&after=%.*s", TEXT_ARG(next))
                        : TEXT("");
    }
    return ERR_NONE;
}

static enum err add_person(const struct arguments *a, struct arena *arena, struct err_info *info)
{
    struct buf body CLEANUP(buf_release) = {0};
    struct json_writer w = json_writer(&body);
    const struct json *reply;
    json_object_begin(&w);
    json_key(&w, "name");
    json_str(&w, argument_value(a, "name"));
    json_key(&w, "email");
    json_str(&w, a->operands[1]);
    json_key(&w, "roles");
    json_array_begin(&w);
    json_str(&w, role_of(a));
    json_array_end(&w);
    json_object_end(&w);
    return admin_call(database_of(a), "POST", TEXT("/api/v1/staff"), buf_text(&body), arena, &reply,
                      info);
}

/* "/api/v1/staff/{id}/what" of who has that address. */
static enum err find_path(const struct arguments *a, struct arena *arena, struct text *ret,
                          struct err_info *info)
{
    struct text email;
    const struct json *page;
    enum err e = member_email(arena, text_of(a->operands[1]), &email, info);
    struct buf path CLEANUP(buf_release) = {0};
    buf_add_str(&path, "/api/v1/staff?email=");
    for (size_t i = 0; !e && i < email.len; i++) {
        buf_addf(&path, "%%%02X", (unsigned)(unsigned char)email.ptr[i]);
    }
    e = e ? e : admin_call(database_of(a), "GET", buf_text(&path), TEXT(""), arena, &page, info);
    if (e) {
        return e;
    }
    const struct json *items = json_get(page, "items");
    if (!items || !items->first) {
        return err_set(info, ERR_INVALID, "there is nobody with the address %s", a->operands[1]);
    }
    *ret = arena_printf(arena, "/api/v1/staff/%.*s/%s", TEXT_ARG(admin_member(items->first, "id")),
                        a->operands[0]);
    return ERR_NONE;
}

static enum err through_server(const struct arguments *a, struct arena *arena,
                               struct err_info *info)
{
    const char *what = a->operands[0];
    const struct json *reply;
    struct text path = {0};
    if (strcmp(what, "list") == 0) {
        return list_pages(a, arena, info);
    }
    if (strcmp(what, "add") == 0) {
        return add_person(a, arena, info);
    }
    enum err e = find_path(a, arena, &path, info);
    e = e ? e : admin_call(database_of(a), "POST", path, TEXT(""), arena, &reply, info);
    if (!e && strcmp(what, "link") == 0) {
        printf("%s%.*s\n", admin_url(arena, database_of(a)).ptr,
               TEXT_ARG(admin_member(reply, "path")));
    }
    return e;
}

static enum exit_status check_use(const struct arguments *a, const char *what)
{
    bool list = strcmp(what, "list") == 0, add = strcmp(what, "add") == 0;
    if (!list && !add && strcmp(what, "link") != 0 && strcmp(what, "disable") != 0) {
        return command_usage_error(a->command, "there is no '%s'; add, list, link or disable",
                                   what);
    }
    if (list != (a->operand_count == 1)) {
        return command_usage_error(
            a->command, list ? "too many arguments" : "%s needs an address for mail", what);
    }
    if (add && !argument_given(a, "name")) {
        return command_usage_error(a->command, "add needs --name");
    }
    return EXIT_OK;
}

static enum exit_status run(const struct arguments *a)
{
    const char *what = a->operands[0];
    enum exit_status status = check_use(a, what);
    if (status != EXIT_OK) {
        return status;
    }
    if (sodium_init() < 0) {
        return command_failed(a->command, "the system gives no random numbers");
    }
    struct arena arena CLEANUP(arena_release) = {0};
    struct err_info info = {0};
    enum err e = through_server(a, &arena, &info);
    if (e == ERR_NOT_FOUND && strcmp(what, "link") != 0) {
        e = alone(a, &arena, &info);
    }
    return e ? command_failed(a->command, "%s", info.text) : EXIT_OK;
}

const struct command command_staff = {
    .name = "staff",
    .operands = "add EMAIL|list|link EMAIL|disable EMAIL",
    .summary = "Add, list and disable people; links that sign one in",
    .details =
        "add      adds somebody, with a role: administrator, manager, lead, agent, analyst,\n"
        "         \"privacy officer\", or one of the company's own\n"
        "list     shows everybody, with their roles\n"
        "link     prints a link that signs them in with one browser, within ten minutes\n"
        "disable  shuts somebody out from now on: their sessions end\n\n"
        "Works while the server runs and while it does not (link: only while it runs).",
    .options = options,
    .operands_least = 1,
    .operands_most = 2,
    .run = run,
};
