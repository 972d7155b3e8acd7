/* troth token: makes, lists and revokes tokens. Goes to the server that runs
 * with that database, if one does; else to the database itself, which is then ours alone. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/id.h"
#include "cli/admin_call.h"
#include "cli/command.h"
#include "cli/noted.h"
#include "cli/standing.h"
#include "feature/access/access.h"
#include "store/migrate.h"

static const struct command_option options[] = {
    {"db", 'd', "PLACE", "the database: a file (default troth.db) or postgresql://…"},
    {"name", 'n', "NAME", "create: which program uses it"},
    {"scope", 's', "SCOPES", "create: what it may do, \"touch:write ledger:read\""},
    {"expires", 'e', "TIME", "create: a date or moment; without it, never"},
    {0},
};

static const char *database_of(const struct arguments *a)
{
    const char *name = argument_value(a, "db");
    return name ? name : "troth.db";
}

static bool parse_time(const char *words, int64_t *ret_us)
{
    struct date date;
    if (date_parse(text_of(words), &date)) {
        *ret_us = date_to_days(date) * DAY_US;
        return true;
    }
    return moment_parse(text_of(words), ret_us);
}

/* -- straight to the database -- */

static enum err open_alone(const char *name, struct database **ret, struct err_info *info)
{
    struct database_config config = {.place = name, .mode = DATABASE_WRITE};
    enum err e = database_open(&config, ret, info);
    return e ? e : migrate(*ret, &schema_migrations, info);
}

static void print_token(const struct token *t)
{
    char id[ID_TEXT_SIZE], expires[MOMENT_TEXT_SIZE] = "never expires";
    if (t->expires_us != MOMENT_NEVER) {
        moment_format(t->expires_us, expires);
    }
    const char *state = t->revoked_us != MOMENT_NEVER ? "revoked" : expires;
    printf("%s  %-24.*s  %-20s  %.*s\n", id_format(t->id, "tok", id), TEXT_ARG(t->name), state,
           TEXT_ARG(t->scopes));
}

static enum err revoke_alone(const struct arguments *a, struct database *db, struct arena *arena,
                             struct err_info *info)
{
    int64_t id;
    struct token before = {0};
    if (!id_parse(text_of(a->operands[1]), "tok", &id)) {
        return err_set(info, ERR_INVALID, "'%s' is not the id of a token (tok_…)", a->operands[1]);
    }
    enum err e = token_find(db, id, arena, &before, info);
    struct token after = before;
    after.revoked_us = moment_now();
    e = e ? e : token_revoke(db, id, after.revoked_us, info);
    return e || before.revoked_us != MOMENT_NEVER
               ? e
               : noted(db, &token_noun, "token.revoked", id, &before, &after, info);
}

static enum err create_alone(const struct arguments *a, struct database *db, struct arena *arena,
                             char ret_secret[TOKEN_TEXT_SIZE], struct err_info *info)
{
    struct token token;
    int64_t expires_us = MOMENT_NEVER;
    const char *expires = argument_value(a, "expires");
    if (expires && !parse_time(expires, &expires_us)) {
        return err_set(info, ERR_INVALID, "--expires is a date or a moment");
    }
    enum err e =
        token_create(db, text_of(argument_value(a, "name")), text_of(argument_value(a, "scope")),
                     (struct token_giver){.name = TEXT("command line"), .may = permission_admin()},
                     expires_us, moment_now(), arena, &token, ret_secret, info);
    return e ? e : noted(db, &token_noun, "token.made", token.id, NULL, &token, info);
}

static enum err list_alone(struct database *db, struct arena *arena, struct err_info *info)
{
    struct token *tokens = NULL;
    size_t count = 0;
    enum err e = token_list(db, arena, &tokens, &count, info);
    for (size_t i = 0; !e && i < count; i++) {
        print_token(&tokens[i]);
    }
    return e;
}

static enum err alone(const struct arguments *a, const char *what, struct arena *arena,
                      struct err_info *info)
{
    struct database *db CLEANUP(database_close) = NULL;
    bool is_new = strcmp(what, "create") == 0; /* a first token may come before the server does */
    char secret[TOKEN_TEXT_SIZE] = "";
    enum err e = is_new ? ERR_NONE : standing_exists(database_of(a), info);
    e = e ? e : open_alone(database_of(a), &db, info);
    if (e || strcmp(what, "list") == 0) {
        return e ? e : list_alone(db, arena, info);
    }
    struct transaction t CLEANUP(transaction_end) = {0};
    e = transaction_begin(&t, db, info);
    e = e        ? e
        : is_new ? create_alone(a, db, arena, secret, info)
                 : revoke_alone(a, db, arena, info);
    e = e ? e : transaction_commit(&t, info);
    if (!e && is_new) {
        printf("%s\n", secret);
    }
    return e;
}

/* -- through the server -- */

static void write_create(const struct arguments *a, struct buf *body)
{
    struct json_writer w = json_writer(body);
    const char *expires = argument_value(a, "expires");
    int64_t us;
    json_object_begin(&w);
    json_key(&w, "name");
    json_str(&w, argument_value(a, "name"));
    json_key(&w, "scopes");
    json_str(&w, argument_value(a, "scope"));
    if (expires) {
        json_key(&w, "expires");
        if (parse_time(expires, &us)) {
            json_moment(&w, us);
        } else {
            json_str(&w, expires);
        }
    }
    json_object_end(&w);
}

static void print_list(const struct json *reply)
{
    const struct json *items = json_get(reply, "items");
    for (const struct json *t = items ? items->first : NULL; t; t = t->next) {
        struct text expires = admin_member(t, "expires");
        struct text state = admin_member(t, "revoked").len ? TEXT("revoked")
                            : expires.len                  ? expires
                                                           : TEXT("never expires");
        printf("%.*s  %-24.*s  %-20.*s  %.*s\n", TEXT_ARG(admin_member(t, "id")),
               TEXT_ARG(admin_member(t, "name")), TEXT_ARG(state),
               TEXT_ARG(admin_member(t, "scopes")));
    }
}

static enum err through_server(const struct arguments *a, const char *what, struct arena *arena,
                               struct err_info *info)
{
    struct buf body CLEANUP(buf_release) = {0};
    struct text path = TEXT("/api/v1/tokens");
    const char *method = "POST";
    if (strcmp(what, "create") == 0) {
        write_create(a, &body);
    } else if (strcmp(what, "list") == 0) {
        method = "GET";
    } else {
        int64_t id;
        if (!id_parse(text_of(a->operands[1]), "tok", &id)) {
            return err_set(info, ERR_INVALID, "'%s' is not the id of a token (tok_…)",
                           a->operands[1]);
        }
        method = "DELETE";
        path = arena_printf(arena, "/api/v1/tokens/%s", a->operands[1]);
    }
    const struct json *reply = NULL;
    enum err e = admin_call(database_of(a), method, path, buf_text(&body), arena, &reply, info);
    if (!e && strcmp(what, "list") == 0) {
        print_list(reply);
    } else if (!e && reply) {
        printf("%.*s\n", TEXT_ARG(admin_member(reply, "token")));
    }
    return e;
}

static enum exit_status check_use(const struct arguments *a, const char *what)
{
    bool revoke = strcmp(what, "revoke") == 0, create = strcmp(what, "create") == 0;
    if (!revoke && !create && strcmp(what, "list") != 0) {
        return command_usage_error(a->command, "there is no '%s'; create, list or revoke", what);
    }
    if (revoke != (a->operand_count == 2)) {
        return command_usage_error(a->command, revoke ? "revoke needs the id of a token"
                                                      : "too many arguments");
    }
    if (create && (!argument_given(a, "name") || !argument_given(a, "scope"))) {
        return command_usage_error(a->command, "create needs --name and --scope");
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
    enum err e = through_server(a, what, &arena, &info);
    if (e == ERR_NOT_FOUND) {
        e = alone(a, what, &arena, &info);
    }
    return e ? command_failed(a->command, "%s", info.text) : EXIT_OK;
}

const struct command command_token = {
    .name = "token",
    .operands = "create|list|revoke ID",
    .summary = "Make, list and revoke the tokens of programs",
    .details =
        "create  prints a new token, once: Troth keeps only its hash\n"
        "list    shows all tokens, without their secrets\n"
        "revoke  shuts a token out from now on\n\n"
        "Scopes: touch:write, ledger:read, ledger:excuse, code:read, code:draft, code:approve,\n"
        "code:write, code:comment, measure:read, events:read, customer:read, customer:write,\n"
        "export, staff:read, staff:write, settings:write, token:write, audit:read,\n"
        "restricted:read, admin (all of them). Works while the server runs and while it does not "
        "(link: only while it runs).",
    .options = options,
    .operands_least = 1,
    .operands_most = 2,
    .run = run,
};
