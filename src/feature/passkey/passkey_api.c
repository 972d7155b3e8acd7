/* One's own passkeys, and signing in by one. */
#include "base/id.h"
#include "feature/access/cookie.h"
#include "feature/access/fresh.h"
#include "feature/passkey/passkey_parts.h"
#include "feature/signin/ticket.h"
#include "feature/signin/ways.h"
#include "feature/staff/guard.h"
#include "feature/staff/member.h"

static void write_text(struct json_writer *w, const char *name, struct text value)
{
    json_key(w, name);
    json_text(w, value);
}

static void write_passkey(struct json_writer *w, const void *thing)
{
    const struct passkey *p = thing;
    char id[ID_TEXT_SIZE];
    json_object_begin(w);
    write_text(w, "id", text_of(id_format(p->id, "pky", id)));
    write_text(w, "name", p->name);
    json_key(w, "created");
    json_moment(w, p->created_us);
    json_key(w, "used");
    json_moment(w, p->used_us);
    json_object_end(w);
}

static const struct noun passkey_noun = {"pky", write_passkey};

static enum err check_name(struct text name, struct err_info *info)
{
    return text_eq(name, text_trim(name)) && name.len
               ? ERR_NONE
               : err_field(info, ERR_INVALID, "name", "A name, without spaces around it.");
}

/* -- adding one -- */

static void write_challenge(struct json_writer *w, struct request *r, const char *purpose,
                            struct text words)
{
    struct signin *s = request_self(r);
    struct arena *arena = request_arena(r);
    struct webauthn_party party = webauthn_party_of(signin_origin(s, r), arena);
    write_text(w, "challenge",
               keyring_ticket(signin_keys(s), arena, purpose,
                              moment_now() + PASSKEY_CHALLENGE_LIFE_US, words));
    write_text(w, "server", party.id);
}

enum err add_challenge(struct request *r, struct database *db, struct reply *reply,
                       struct err_info *info)
{
    int64_t me = request_identity(r)->staff_id;
    struct arena *arena = request_arena(r);
    struct passkey *list;
    size_t count;
    struct member m;
    enum err e = check_fresh(r, db, info);
    e = e ? e : passkey_list(db, me, arena, &list, &count, info);
    e = e ? e : member_find(db, me, arena, &m, info);
    if (e) {
        return e;
    }
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    write_challenge(&w, r, PASSKEY_ADDING, arena_printf(arena, "%lld", (long long)me));
    write_text(&w, "user", ceremony_letters(arena, ceremony_user(arena, me)));
    write_text(&w, "email", m.email);
    write_text(&w, "name", m.name);
    json_key(&w, "algorithms");
    json_array_begin(&w);
    for (const int *algorithm = webauthn_algorithms; *algorithm; algorithm++) {
        json_int(&w, *algorithm);
    }
    json_array_end(&w);
    json_key(&w, "known");
    json_array_begin(&w);
    for (size_t i = 0; i < count; i++) {
        json_text(&w, ceremony_letters(arena, list[i].key.id));
    }
    json_array_end(&w);
    json_object_end(&w);
    reply_header(reply, "Cache-Control", TEXT("no-store"));
    return ERR_NONE;
}

enum err add_prepare(struct request *r, struct err_info *info)
{
    enum err e = check_name(request_text(r, "name"), info);
    e = e ? e : ceremony_begin(r, WEBAUTHN_CREATE, info);
    if (e) {
        return e;
    }
    struct ceremony *c = request_kept(r);
    if (c->adding_for != request_identity(r)->staff_id) {
        return err_set(info, ERR_FORBIDDEN, "This was begun by somebody else. Begin again.");
    }
    return webauthn_register(&c->party, &c->said, c->authenticator_data, request_arena(r),
                             &c->passkey.key, info);
}

enum err add(struct request *r, struct database *db, struct reply *reply, struct err_info *info)
{
    struct ceremony *c = request_kept(r);
    struct passkey p = c->passkey;
    int64_t now_us = moment_now();
    p.staff_id = request_identity(r)->staff_id;
    p.name = request_text(r, "name");
    enum err e = check_fresh(r, db, info);
    e = e ? e : ticket_use(db, c->said.challenge, c->challenge_until_us, now_us, info);
    e = e ? e : passkey_add(db, &p, now_us, info);
    e = e ? e : signin_tell(request_self(r), r, db, p.staff_id, LETTER_PASSKEY_ADDED, p.name, info);
    if (!e) {
        request_changed_thing(r, &passkey_noun, "passkey.added", p.id, NULL, &p);
        struct json_writer w = reply_json(reply, 201);
        write_passkey(&w, &p);
    }
    return e;
}

/* -- those that are there -- */

enum err list_own(struct request *r, struct database *db, struct reply *reply,
                  struct err_info *info)
{
    struct passkey *list;
    size_t count;
    enum err e =
        passkey_list(db, request_identity(r)->staff_id, request_arena(r), &list, &count, info);
    if (e) {
        return e;
    }
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "items");
    json_array_begin(&w);
    for (size_t i = 0; i < count; i++) {
        write_passkey(&w, &list[i]);
    }
    json_array_end(&w);
    json_key(&w, "next");
    json_null(&w);
    json_object_end(&w);
    return ERR_NONE;
}

/* One's own, by the id in the path. */
static enum err find_own(struct request *r, struct database *db, struct passkey *ret,
                         struct err_info *info)
{
    int64_t id;
    struct passkey *list;
    size_t count = 0;
    enum err e =
        passkey_list(db, request_identity(r)->staff_id, request_arena(r), &list, &count, info);
    if (!id_parse(request_text(r, "id"), "pky", &id)) {
        count = 0;
    }
    for (size_t i = 0; i < count && !e; i++) {
        if (list[i].id == id) {
            *ret = list[i];
            return ERR_NONE;
        }
    }
    return e ? e : err_field(info, ERR_NOT_FOUND, "id", "You have no such passkey.");
}

enum err rename_own(struct request *r, struct database *db, struct reply *reply,
                    struct err_info *info)
{
    struct passkey before = {0};
    enum err e = check_name(request_text(r, "name"), info);
    e = e ? e : find_own(r, db, &before, info);
    struct passkey after = before;
    after.name = request_text(r, "name");
    e = e ? e : passkey_rename(db, after.staff_id, after.id, after.name, info);
    if (!e) {
        request_changed_thing(r, &passkey_noun, "passkey.renamed", after.id, &before, &after);
        reply_empty(reply);
    }
    return e;
}

enum err remove_own(struct request *r, struct database *db, struct reply *reply,
                    struct err_info *info)
{
    struct passkey p = {0};
    enum err e = check_fresh(r, db, info);
    e = e ? e : find_own(r, db, &p, info);
    e = e ? e : check_other_way(db, p.staff_id, info);
    e = e ? e : passkey_remove(db, p.staff_id, p.id, info);
    e = e ? e
          : signin_tell(request_self(r), r, db, p.staff_id, LETTER_PASSKEY_REMOVED, p.name, info);
    if (!e) {
        request_changed_thing(r, &passkey_noun, "passkey.removed", p.id, &p, NULL);
        reply_empty(reply);
    }
    return e;
}

/* For who has lost their device: by somebody who may do as much. */
enum err remove_of(struct request *r, struct database *db, struct reply *reply,
                   struct err_info *info)
{
    struct passkey *list;
    size_t count = 0;
    int64_t id;
    if (!id_parse(request_text(r, "id"), "stf", &id)) {
        id = 0;
    }
    enum err e = guard_person(r, db, id, info);
    e = e ? e : passkey_list(db, id, request_arena(r), &list, &count, info);
    if (!e && count == 0) {
        return err_field(info, ERR_NOT_FOUND, "id", "Nobody of that id has passkeys.");
    }
    e = e ? e : passkey_remove_all(db, id, info);
    struct text names = TEXT("");
    for (size_t i = 0; i < count && !e; i++) {
        request_changed_thing(r, &passkey_noun, "passkey.removed", list[i].id, &list[i], NULL);
        names = signin_names(request_arena(r), names, list[i].name);
    }
    e = e ? e : signin_tell(request_self(r), r, db, id, LETTER_PASSKEY_REMOVED, names, info);
    if (!e) {
        reply_empty(reply);
    }
    return e;
}

/* -- signing in -- */

enum err enter_challenge(struct request *r, struct database *db, struct reply *reply,
                         struct err_info *info)
{
    (void)db, (void)info;
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    write_challenge(&w, r, PASSKEY_SIGNING_IN, TEXT(""));
    json_object_end(&w);
    reply_header(reply, "Cache-Control", TEXT("no-store"));
    return ERR_NONE;
}

enum err enter_prepare(struct request *r, struct err_info *info)
{
    if (request_is_from_elsewhere(r)) {
        return err_set(info, ERR_FORBIDDEN, "This did not come from a page of this server.");
    }
    enum err e = ceremony_begin(r, WEBAUTHN_GET, info);
    if (e) {
        return e;
    }
    struct ceremony *c = request_kept(r);
    e = ceremony_bytes(r, "id", &c->credential, info);
    return e ? e : ceremony_bytes(r, "signature", &c->signature, info);
}

enum err enter_look_up(struct request *r, struct database *db, struct err_info *info)
{
    struct ceremony *c = request_kept(r);
    struct arena *arena = request_arena(r);
    struct text user;
    enum err e = passkey_find(db, c->credential, arena, &c->passkey, info);
    if (e || !request_has(r, "user")) {
        return e;
    }
    e = ceremony_bytes(r, "user", &user, info);
    if (!e && !text_eq(user, ceremony_user(arena, c->passkey.staff_id))) {
        e = err_field(info, ERR_FORBIDDEN, "user", "This passkey is somebody else's.");
    }
    return e;
}

enum err enter_labour(struct request *r, struct err_info *info)
{
    struct ceremony *c = request_kept(r);
    const struct webauthn_assertion assertion = {c->client_data, c->authenticator_data,
                                                 c->signature};
    return webauthn_judge(&c->party, &c->passkey.key, &c->said, &assertion, &c->sign_count, info);
}

static void write_signed_in(struct reply *reply, const struct member *m)
{
    char id[ID_TEXT_SIZE];
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    write_text(&w, "id", text_of(id_format(m->id, "stf", id)));
    write_text(&w, "name", m->name);
    write_text(&w, "email", m->email);
    json_object_end(&w);
}

enum err enter(struct request *r, struct database *db, struct reply *reply, struct err_info *info)
{
    struct signin *s = request_self(r);
    struct ceremony *c = request_kept(r);
    int64_t now_us = moment_now();
    struct member m;
    enum err e = ticket_use(db, c->said.challenge, c->challenge_until_us, now_us, info);
    e = e ? e : member_find(db, c->passkey.staff_id, request_arena(r), &m, info);
    if (!e && m.disabled_us != MOMENT_NEVER) {
        e = err_set(info, ERR_FORBIDDEN, "This account is disabled: ask an administrator.");
    }
    e = e ? e : passkey_used(db, c->passkey.id, c->sign_count, now_us, info);
    if (!e) {
        request_is_of_staff(r, m.id, m.name);
    }
    e = e ? e : cookie_begin(signin_access(s), r, db, m.id, "passkey", reply, info);
    if (!e) {
        signin_mark_browser(s, r, m.email, reply);
        write_signed_in(reply, &m);
    }
    return e;
}
