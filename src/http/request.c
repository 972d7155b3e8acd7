#include "base/id.h"
#include "http/inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const struct route *request_route(const struct request *r)
{
    return r->route;
}

struct arena *request_arena(struct request *r)
{
    return &r->arena;
}

struct text request_id(const struct request *r)
{
    return (struct text){r->id, REQUEST_ID_LETTERS};
}

void *request_self(const struct request *r)
{
    return r->table->self;
}

const struct identity *request_identity(const struct request *r)
{
    return &r->identity;
}

static bool is_among(struct text team, const struct text *teams, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (text_eq(teams[i], team)) {
            return true;
        }
    }
    return false;
}

bool identity_sees_team(const struct identity *identity, struct text team)
{
    return !is_among(team, identity->hidden_teams, identity->hidden_team_count);
}

/* The host of an Origin header ("https://troth.example:8443") is the one that was asked. */
static bool is_own_origin(const struct request *r, struct text origin)
{
    struct text host = r->host;
    const char *start = origin.len ? memmem(origin.ptr, origin.len, "://", 3) : NULL;
    if (!start || host.len == 0) {
        return false;
    }
    struct text from = {start + 3, origin.len - (size_t)(start + 3 - origin.ptr)};
    return text_eq(from, host);
}

bool request_is_from_own_page(const struct request *r)
{
    struct text site = request_header(r, "Sec-Fetch-Site");
    return site.len ? text_is(site, "same-origin") : is_own_origin(r, request_header(r, "Origin"));
}

bool request_is_from_elsewhere(const struct request *r)
{
    struct text site = request_header(r, "Sec-Fetch-Site");
    bool tells = site.len ? !text_is(site, "none") : request_header(r, "Origin").len != 0;
    return tells && !request_is_from_own_page(r);
}

bool request_may(const struct request *r, const char *scope)
{
    if (strcmp(scope, "self") == 0) {
        return r->identity.kind == IDENTITY_STAFF;
    }
    struct text rest = r->identity.scopes;
    while (rest.len) {
        const char *space = memchr(rest.ptr, ' ', rest.len);
        struct text word = {rest.ptr, space ? (size_t)(space - rest.ptr) : rest.len};
        if (text_is(word, scope) || text_is(word, "admin") || text_is(word, "*")) {
            return true;
        }
        size_t step = word.len + (space != NULL);
        rest = (struct text){rest.ptr + step, rest.len - step};
    }
    return false;
}

void request_changed(struct request *r, const struct request_change *change)
{
    struct request_change *copy = ARENA_NEW(&r->arena, struct request_change);
    *copy = (struct request_change){
        .action = change->action,
        .subject = arena_text(&r->arena, change->subject),
        .before = arena_text(&r->arena, change->before),
        .after = arena_text(&r->arena, change->after),
    };
    struct request_change **end = &r->changes;
    while (*end) {
        end = &(*end)->next;
    }
    *end = copy;
}

static struct text describe(struct request *r, const struct noun *noun, const void *thing)
{
    struct buf words CLEANUP(buf_release) = {0};
    if (thing) {
        struct json_writer w = json_writer(&words);
        noun->write(&w, thing);
    }
    return arena_text(&r->arena, buf_text(&words));
}

void request_changed_thing(struct request *r, const struct noun *noun, const char *action,
                           int64_t id, const void *before, const void *after)
{
    char words[ID_TEXT_SIZE];
    const char *subject = id ? id_format(id, noun->prefix, words) : noun->prefix;
    const struct request_change change = {.action = action,
                                          .subject = text_of(subject),
                                          .before = describe(r, noun, before),
                                          .after = describe(r, noun, after)};
    request_changed(r, &change);
}

void request_changed_nothing(struct request *r)
{
    r->is_quiet = true;
}

bool request_is_quiet(const struct request *r)
{
    return r->is_quiet;
}

void request_is_of_staff(struct request *r, int64_t staff_id, struct text name)
{
    r->shown = (struct identity){
        .kind = IDENTITY_STAFF, .staff_id = staff_id, .name = arena_text(&r->arena, name)};
}

const struct identity *request_actor(const struct request *r)
{
    return r->shown.kind ? &r->shown : &r->identity;
}

void request_has_read(struct request *r, const char *action, struct text subject)
{
    request_changed(r, &(struct request_change){.action = action, .subject = subject});
}

void request_reads_team(struct request *r, const char *action, struct text subject,
                        struct text team)
{
    const struct identity *who = &r->identity;
    bool known = !is_among(team, who->restricted_teams, who->restricted_team_count);
    for (const struct request_change *c = r->changes; c && !known; c = c->next) {
        known = strcmp(c->action, action) == 0 && text_eq(c->subject, subject);
    }
    if (!known) {
        request_has_read(r, action, subject);
    }
}

const struct request_change *request_changes(const struct request *r)
{
    return r->changes;
}

static const struct given *find(const struct request *r, const char *field)
{
    for (size_t i = 0; i < r->route->field_count; i++) {
        if (strcmp(r->route->fields[i].name, field) == 0) {
            return &r->given[i];
        }
    }
    fprintf(stderr, "route %s does not declare the field %s\n", r->route->path, field);
    abort();
}

bool request_has(const struct request *r, const char *field)
{
    return find(r, field)->present;
}

struct text request_text(const struct request *r, const char *field)
{
    const struct given *g = find(r, field);
    return g->present ? g->text : TEXT("");
}

int64_t request_int(const struct request *r, const char *field, int64_t otherwise)
{
    const struct given *g = find(r, field);
    return g->present ? g->integer : otherwise;
}

double request_number(const struct request *r, const char *field, double otherwise)
{
    const struct given *g = find(r, field);
    return g->present ? g->number : otherwise;
}

bool request_bool(const struct request *r, const char *field, bool otherwise)
{
    const struct given *g = find(r, field);
    return g->present ? g->boolean : otherwise;
}

int64_t request_moment(const struct request *r, const char *field, int64_t otherwise)
{
    return request_int(r, field, otherwise);
}

size_t request_choice(const struct request *r, const char *field, size_t otherwise)
{
    const struct given *g = find(r, field);
    return g->present ? (size_t)g->integer : otherwise;
}

const struct json *request_json(const struct request *r, const char *field)
{
    return find(r, field)->json;
}

struct text request_body(const struct request *r)
{
    return buf_text(&r->body);
}

struct text request_header(const struct request *r, const char *name)
{
    size_t len = strlen(name);
    for (size_t i = 0; i < r->header_count; i++) {
        const struct header *h = &r->headers[i];
        if (h->name.len == len && strncasecmp(h->name.ptr, name, len) == 0) {
            return h->value;
        }
    }
    return TEXT("");
}

enum language request_language(const struct request *r)
{
    return language_of(TEXT(""), request_header(r, "Accept-Language"));
}

struct text request_content_type(const struct request *r)
{
    struct text value = request_header(r, "Content-Type");
    const char *semicolon = value.len ? memchr(value.ptr, ';', value.len) : NULL;
    if (semicolon) {
        value.len = (size_t)(semicolon - value.ptr);
    }
    return text_trim(value); /* in small letters since request_take_headers() */
}

struct text request_path(const struct request *r)
{
    return r->path;
}

struct text request_cookie(const struct request *r, const char *name)
{
    struct text rest = request_header(r, "Cookie");
    size_t name_len = strlen(name);
    while (rest.len) {
        const char *semicolon = memchr(rest.ptr, ';', rest.len);
        size_t len = semicolon ? (size_t)(semicolon - rest.ptr) : rest.len;
        struct text pair = text_trim((struct text){rest.ptr, len});
        if (pair.len > name_len && pair.ptr[name_len] == '=' &&
            memcmp(pair.ptr, name, name_len) == 0) {
            return (struct text){pair.ptr + name_len + 1, pair.len - name_len - 1};
        }
        size_t step = len + (semicolon != NULL);
        rest = (struct text){rest.ptr + step, rest.len - step};
    }
    return TEXT("");
}

struct text request_client(const struct request *r)
{
    return r->client;
}

struct text request_idempotency_key(const struct request *r)
{
    return request_header(r, "Idempotency-Key");
}

enum err request_if_match(const struct request *r, int64_t version, bool required,
                          struct err_info *info)
{
    struct text rest = request_header(r, "If-Match");
    if (rest.len == 0) {
        return required
                   ? err_field(info, ERR_INVALID, "If-Match",
                               "Say which version you change: send If-Match with the ETag that "
                               "you read.")
                   : ERR_NONE;
    }
    char wanted[32];
    snprintf(wanted, sizeof(wanted), "\"%lld\"", (long long)version);
    while (rest.len) {
        const char *comma = memchr(rest.ptr, ',', rest.len);
        size_t len = comma ? (size_t)(comma - rest.ptr) : rest.len;
        struct text tag = text_trim((struct text){rest.ptr, len});
        if (text_is(tag, wanted) || text_is(tag, "*")) {
            return ERR_NONE;
        }
        size_t step = len + (comma != NULL);
        rest = (struct text){rest.ptr + step, rest.len - step};
    }
    return err_field(info, ERR_CONFLICT, "If-Match",
                     "It was changed meanwhile. Read it again and decide anew.");
}

bool request_is_secure(const struct request *r)
{
    return r->secure;
}

struct text request_host(const struct request *r)
{
    return r->host;
}

struct text request_session_cookie(const struct request *r)
{
    const char *name = r->loop->server->config.session_cookie;
    char full[64];
    if (!name) {
        return TEXT("");
    }
    /* Behind TLS no cookie without that prefix counts: another host of the domain may set one. */
    (void)snprintf(full, sizeof(full), "%s%s", r->secure ? "__Host-" : "", name);
    return request_cookie(r, full);
}

void request_try_again_in(struct request *r, uint32_t seconds)
{
    r->retry_s = seconds;
}

void request_keep(struct request *r, void *prepared)
{
    r->kept = prepared;
}

void *request_kept(const struct request *r)
{
    return r->kept;
}

void request_problem_member(struct request *r, const char *name, struct text json)
{
    r->problem = (struct problem_member){name, json};
}
