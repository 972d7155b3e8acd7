/* One's own accounts at providers: which are linked, and unlinking one. */
#include "base/id.h"
#include "feature/access/fresh.h"
#include "feature/oidc/oidc_parts.h"
#include "feature/oidc/provider_identity.h"
#include "feature/signin/ways.h"

struct own {
    const struct provider *provider;
    int64_t since_us; /* MOMENT_NEVER: not linked */
};

static void write_own(struct json_writer *w, const void *thing)
{
    const struct own *own = thing;
    char id[ID_TEXT_SIZE];
    json_object_begin(w);
    json_key(w, "id");
    json_str(w, id_format(own->provider->id, "idp", id));
    json_key(w, "name");
    json_text(w, own->provider->name);
    json_key(w, "issuer");
    json_text(w, own->provider->issuer);
    json_key(w, "linked");
    json_moment(w, own->since_us);
    json_object_end(w);
}

enum err own_providers(struct request *r, struct database *db, struct reply *reply,
                       struct err_info *info)
{
    int64_t me = request_identity(r)->staff_id;
    struct provider *list;
    size_t count;
    enum err e = provider_list(db, request_arena(r), &list, &count, info);
    if (e) {
        return e;
    }
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "items");
    json_array_begin(&w);
    for (size_t i = 0; i < count && !e; i++) {
        struct own own = {&list[i], MOMENT_NEVER};
        e = provider_identity_since(db, me, list[i].issuer, &own.since_us, info);
        write_own(&w, &own);
    }
    json_array_end(&w);
    json_key(&w, "next");
    json_null(&w);
    json_object_end(&w);
    return e;
}

static void note(struct request *r, int64_t staff_id, const struct provider *p, int64_t since_us)
{
    static const struct noun noun = {"stf", write_own};
    const struct own before = {p, since_us}, after = {p, MOMENT_NEVER};
    request_changed_thing(r, &noun, "identity.unlinked", staff_id, &before, &after);
}

enum err own_unlink(struct request *r, struct database *db, struct reply *reply,
                    struct err_info *info)
{
    const struct oidc *o = request_self(r);
    int64_t id, me = request_identity(r)->staff_id, since_us = MOMENT_NEVER;
    struct provider p;
    if (!id_parse(request_text(r, "id"), "idp", &id)) {
        id = 0;
    }
    enum err e = check_fresh(r, db, info);
    e = e ? e : provider_find(db, id, request_arena(r), &p, info);
    e = e ? e : provider_identity_since(db, me, p.issuer, &since_us, info);
    if (!e && since_us == MOMENT_NEVER) {
        e = err_field(info, ERR_NOT_FOUND, "id", "You have no account linked there.");
    }
    e = e ? e : check_other_way(db, me, info);
    e = e ? e : provider_identity_forget_at(db, me, p.issuer, info);
    e = e ? e : signin_tell(o->signin, r, db, me, LETTER_PROVIDER_UNLINKED, p.name, info);
    if (!e) {
        note(r, me, &p, since_us);
        reply_empty(reply);
    }
    return e;
}
