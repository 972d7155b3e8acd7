/* Settings of providers. Who adds one lets in whomever it speaks of, as anybody: so that is for
 * administrators. */
#include "base/id.h"
#include "feature/oidc/oidc_parts.h"
#include "feature/oidc/provider_identity.h"
#include "feature/staff/guard.h"
#include "words/said.h"

/* -- writing -- */

static void write_text(struct json_writer *w, const char *name, struct text value)
{
    json_key(w, name);
    json_text(w, value);
}

static void write_domains(struct json_writer *w, struct text words)
{
    json_array_begin(w);
    while (words.len) {
        const char *space = memchr(words.ptr, ' ', words.len);
        size_t len = space ? (size_t)(space - words.ptr) : words.len;
        json_text(w, (struct text){words.ptr, len});
        size_t step = len + (space != NULL);
        words = (struct text){words.ptr + step, words.len - step};
    }
    json_array_end(w);
}

static void write_provider(struct json_writer *w, struct request *r, const struct provider *p)
{
    char id[ID_TEXT_SIZE];
    json_object_begin(w);
    write_text(w, "id", text_of(id_format(p->id, "idp", id)));
    write_text(w, "name", p->name);
    write_text(w, "issuer", p->issuer);
    write_text(w, "client_id", p->client_id);
    json_key(w, "has_secret");
    json_bool(w, p->secret.len != 0);
    json_key(w, "domains");
    write_domains(w, p->domains);
    json_key(w, "enrols");
    json_bool(w, p->enrols);
    json_key(w, "role");
    if (p->role_id) {
        json_str(w, id_format(p->role_id, "rol", id));
    } else {
        json_null(w);
    }
    write_text(w, "return_url", oidc_return_url(request_self(r), r, p->id));
    json_key(w, "created");
    json_moment(w, p->created_us);
    json_key(w, "changed");
    json_moment(w, p->changed_us);
    json_object_end(w);
}

static void reply_provider(struct request *r, struct reply *reply, unsigned status,
                           const struct provider *p)
{
    struct json_writer w = reply_json(reply, status);
    write_provider(&w, r, p);
}

/* For the audit trail: where people come back is known to the request. */
struct noted {
    struct request *r;
    const struct provider *provider;
};

static void write_noted(struct json_writer *w, const void *thing)
{
    const struct noted *noted = thing;
    write_provider(w, noted->r, noted->provider);
}

/* NULL: there was, or is, none. */
static void note(struct request *r, const char *action, const struct provider *before,
                 const struct provider *after)
{
    static const struct noun noun = {"idp", write_noted};
    const struct noted was = {r, before}, is = {r, after};
    request_changed_thing(r, &noun, action, after ? after->id : before->id, before ? &was : NULL,
                          after ? &is : NULL);
}

/* -- reading what is given -- */

static int64_t id_of(const struct request *r)
{
    int64_t id;
    return id_parse(request_text(r, "id"), "idp", &id) ? id : 0;
}

static bool is_domain(struct text t)
{
    bool has_dot = false;
    for (size_t i = 0; i < t.len; i++) {
        char c = t.ptr[i];
        bool fits = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
        if (!fits) {
            return false;
        }
        has_dot = has_dot || c == '.';
    }
    return t.len > 2 && t.len < 254 && has_dot && t.ptr[0] != '.' && t.ptr[t.len - 1] != '.';
}

static struct text small_letters(struct arena *arena, struct text t)
{
    struct text copy = arena_text(arena, text_trim(t));
    char *letters = arena_alloc(arena, copy.len + 1);
    for (size_t i = 0; i < copy.len; i++) {
        char c = copy.ptr[i];
        letters[i] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
    }
    return (struct text){letters, copy.len};
}

static enum err read_domains(struct request *r, struct text *ret, struct err_info *info)
{
    struct arena *arena = request_arena(r);
    struct buf words CLEANUP(buf_release) = {0};
    for (const struct json *j = request_json(r, "domains")->first; j; j = j->next) {
        struct text domain = j->type == JSON_TEXT ? small_letters(arena, j->text) : TEXT("");
        if (!is_domain(domain)) {
            return err_field(info, ERR_INVALID, "domains",
                             "Each is what stands behind the @ of an address: shop.example.");
        }
        buf_addf(&words, "%s%.*s", words.len ? " " : "", TEXT_ARG(domain));
    }
    *ret = arena_text(arena, buf_text(&words));
    return ERR_NONE;
}

static enum err read_role(struct request *r, struct database *db, int64_t *ret,
                          struct err_info *info)
{
    struct role_list roles;
    struct text words = request_text(r, "role");
    if (words.len == 0) {
        *ret = 0;
        return ERR_NONE;
    }
    enum err e = role_list(db, request_arena(r), &roles, info);
    const struct held_role *role = e ? NULL : role_named(&roles, words);
    if (!e && !role) {
        e = err_field(info, ERR_INVALID, "role", "There is no such role: GET /api/v1/roles.");
    }
    if (!role) {
        return e;
    }
    e = guard_giving(r, role->permissions, "role", info);
    if (!e) {
        *ret = role->id;
    }
    return e;
}

/* A form sends what is not filled in as empty. */
enum err provider_prepare(struct request *r, struct err_info *info)
{
    static const char *const names[] = {"name", "client_id"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct text t = request_text(r, names[i]);
        if (request_has(r, names[i]) && !text_eq(t, text_trim(t))) {
            return err_field(info, ERR_INVALID, names[i], "Without spaces around it.");
        }
    }
    return request_has(r, "issuer") ? oidc_check_issuer(request_text(r, "issuer"), info) : ERR_NONE;
}

/* What is given replaces what is there; the secret apart. */
static enum err read_into(struct request *r, struct database *db, struct provider *p,
                          struct err_info *info)
{
    enum err e = ERR_NONE;
    p->name = request_has(r, "name") ? request_text(r, "name") : p->name;
    p->issuer = request_has(r, "issuer") ? request_text(r, "issuer") : p->issuer;
    p->client_id = request_has(r, "client_id") ? request_text(r, "client_id") : p->client_id;
    p->enrols = request_bool(r, "enrols", p->enrols);
    if (request_has(r, "domains")) {
        e = read_domains(r, &p->domains, info);
    }
    if (!e && request_has(r, "role")) {
        e = read_role(r, db, &p->role_id, info);
    }
    if (!e && p->enrols && p->domains.len == 0) {
        e = err_field(info, ERR_INVALID, "domains",
                      "Who is not known yet is enrolled only by addresses of named domains: the "
                      "provider may have customers besides you.");
    }
    return e;
}

static enum err check_key(struct request *r, struct err_info *info)
{
    const struct oidc *o = request_self(r);
    return request_text(r, "client_secret").len == 0 || signin_keys(o->signin)->is_kept
               ? ERR_NONE
               : err_set(info, ERR_CONFLICT,
                         "This server has no key file, so it keeps no secrets: the operator sets "
                         "TROTH_KEY_FILE (docs/operate.md).");
}

/* -- handlers -- */

enum err provider_make(struct request *r, struct database *db, struct reply *reply,
                       struct err_info *info)
{
    struct oidc *o = request_self(r);
    struct provider p = {0};
    enum err e = check_key(r, info);
    e = e ? e : read_into(r, db, &p, info);
    p.secret = request_text(r, "client_secret");
    e = e ? e : provider_add(db, signin_keys(o->signin), request_arena(r), &p, moment_now(), info);
    if (!e) {
        note(r, "provider.made", NULL, &p);
        reply_provider(r, reply, 201, &p);
    }
    return e;
}

enum err provider_change(struct request *r, struct database *db, struct reply *reply,
                         struct err_info *info)
{
    struct oidc *o = request_self(r);
    struct provider before;
    enum err e = provider_find(db, id_of(r), request_arena(r), &before, info);
    if (e) {
        return e;
    }
    struct provider p = before;
    e = check_key(r, info);
    e = e ? e : read_into(r, db, &p, info);
    if (!e && request_has(r, "client_secret")) {
        p.secret = provider_seal(&p, signin_keys(o->signin), request_arena(r),
                                 request_text(r, "client_secret"));
    }
    e = e ? e : provider_write(db, &p, moment_now(), info);
    if (!e) {
        note(r, "provider.changed", &before, &p);
        reply_provider(r, reply, 200, &p);
    }
    return e;
}

enum err provider_drop(struct request *r, struct database *db, struct reply *reply,
                       struct err_info *info)
{
    struct provider p, *list;
    size_t count = 0;
    bool takes_passwords = true;
    enum err e = provider_find(db, id_of(r), request_arena(r), &p, info);
    e = e ? e : provider_list(db, request_arena(r), &list, &count, info);
    e = e ? e : signin_takes_passwords(db, &takes_passwords, info);
    if (!e && count == 1 && !takes_passwords) {
        e = err_set(info, ERR_CONFLICT,
                    "Nobody could sign in without it: allow passwords first, or add another one.");
    }
    e = e ? e : provider_remove(db, p.id, info);
    if (!e) {
        note(r, "provider.removed", &p, NULL);
        reply_empty(reply);
    }
    return e;
}

static void end_list(struct json_writer *w)
{
    json_array_end(w);
    json_key(w, "next");
    json_null(w);
    json_object_end(w);
}

static struct json_writer begin_list(struct reply *reply)
{
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "items");
    json_array_begin(&w);
    return w;
}

enum err provider_show_all(struct request *r, struct database *db, struct reply *reply,
                           struct err_info *info)
{
    struct provider *list;
    size_t count;
    enum err e = provider_list(db, request_arena(r), &list, &count, info);
    if (e) {
        return e;
    }
    struct json_writer w = begin_list(reply);
    for (size_t i = 0; i < count; i++) {
        write_provider(&w, r, &list[i]);
    }
    end_list(&w);
    return ERR_NONE;
}

enum err provider_public_list(struct request *r, struct database *db, struct reply *reply,
                              struct err_info *info)
{
    struct provider *list;
    size_t count;
    enum err e = provider_list(db, request_arena(r), &list, &count, info);
    if (e) {
        return e;
    }
    struct json_writer w = begin_list(reply);
    for (size_t i = 0; i < count; i++) {
        char id[ID_TEXT_SIZE];
        id_format(list[i].id, "idp", id);
        json_object_begin(&w);
        write_text(&w, "name", list[i].name);
        write_text(&w, "path", arena_printf(request_arena(r), "/sign-in/by/%s", id));
        json_object_end(&w);
    }
    end_list(&w);
    return ERR_NONE;
}

/* -- trying one -- */

struct trial {
    struct provider provider;
    enum err found;
    struct err_info why;
};

enum err provider_try_look_up(struct request *r, struct database *db, struct err_info *info)
{
    struct trial *t = ARENA_NEW(request_arena(r), struct trial);
    request_keep(r, t);
    return provider_find(db, id_of(r), request_arena(r), &t->provider, info);
}

enum err provider_try_labour(struct request *r, struct err_info *info)
{
    (void)info;
    struct oidc *o = request_self(r);
    struct trial *t = request_kept(r);
    struct arena *arena = request_arena(r);
    struct oidc_discovery d;
    struct oidc_keys keys;
    cache_forget(&o->cache, t->provider.issuer);
    t->found = cache_discovery(&o->cache, t->provider.issuer, arena, &d, &t->why);
    t->found = t->found ? t->found : cache_keys(&o->cache, &d, true, arena, &keys, &t->why);
    if (!t->found && keys.count == 0) {
        t->found = err_set(&t->why, ERR_INVALID,
                           "It has no key for RS256, PS256 or ES256: set it to one of them.");
    }
    return ERR_NONE;
}

enum err provider_try_handle(struct request *r, struct database *db, struct reply *reply,
                             struct err_info *info)
{
    (void)db, (void)info;
    const struct trial *t = request_kept(r);
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "works");
    json_bool(&w, !t->found);
    json_key(&w, "problem");
    if (t->found) {
        say_json(&w, request_language(r), text_of(t->why.text));
    } else {
        json_null(&w);
    }
    json_object_end(&w);
    return ERR_NONE;
}

/* -- whom somebody is there -- */

/* Of the providers at which somebody is known. */
static enum err names_of(struct request *r, struct database *db, int64_t staff_id, struct text *ret,
                         struct err_info *info)
{
    struct provider *list;
    size_t count;
    struct text names = TEXT("");
    enum err e = provider_list(db, request_arena(r), &list, &count, info);
    for (size_t i = 0; i < (e ? 0 : count) && !e; i++) {
        bool has = false;
        e = provider_identity_has(db, staff_id, list[i].issuer, &has, info);
        names = has ? signin_names(request_arena(r), names, list[i].name) : names;
    }
    if (!e) {
        *ret = names;
    }
    return e;
}

enum err identities_forget(struct request *r, struct database *db, struct reply *reply,
                           struct err_info *info)
{
    int64_t id, count;
    if (!id_parse(request_text(r, "id"), "stf", &id)) {
        id = 0;
    }
    struct text names = TEXT("");
    enum err e = guard_person(r, db, id, info);
    e = e ? e : names_of(r, db, id, &names, info);
    e = e ? e : provider_identity_forget(db, id, &count, info);
    if (!e && count == 0) {
        return err_field(info, ERR_NOT_FOUND, "id", "Nobody of that id is known to a provider.");
    }
    if (!e && names.len) {
        const struct oidc *o = request_self(r);
        e = signin_tell(o->signin, r, db, id, LETTER_PROVIDER_UNLINKED, names, info);
    }
    if (!e) {
        request_changed(r, &(struct request_change){.action = "identity.unlinked",
                                                    .subject = request_text(r, "id")});
        reply_empty(reply);
    }
    return e;
}
