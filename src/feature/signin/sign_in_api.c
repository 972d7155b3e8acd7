/* Signing in and out; the first administrator. */
#include "feature/signin/signin_api.h"

#include "base/id.h"
#include "feature/access/cookie.h"
#include "feature/staff/held_role.h"
#include "feature/staff/staff.h"
#include "feature/staff/staff_json.h"

#include <sodium.h>

void reply_signed_in(struct reply *reply, unsigned status, const struct member *m)
{
    char id[ID_TEXT_SIZE];
    struct json_writer w = reply_json(reply, status);
    json_object_begin(&w);
    json_key(&w, "id");
    json_str(&w, id_format(m->id, "stf", id));
    json_key(&w, "name");
    json_text(&w, m->name);
    json_key(&w, "email");
    json_text(&w, m->email);
    json_object_end(&w);
}

/* -- with a password -- */

enum err sign_in_prepare(struct request *r, struct err_info *info)
{
    struct attempt *a;
    struct text email;
    /* What is no address is nobody's, and told no sooner. */
    if (member_email(request_arena(r), request_text(r, "email"), &email, NULL) != ERR_NONE) {
        email = TEXT("");
    }
    enum err e = attempt_begin(r, email, &a, info);
    if (e) {
        return e;
    }
    a->email = email;
    return password_normal(request_arena(r), request_text(r, "password"), &a->password, info);
}

enum err sign_in(struct request *r, struct database *db, struct reply *reply, struct err_info *info)
{
    struct signin *s = request_self(r);
    struct attempt *a = request_kept(r);
    enum err e = attempt_judge(r, db, a, request_text(r, "code"), info);
    if (e || a->outcome != OUTCOME_RIGHT) {
        return e;
    }
    request_is_of_staff(r, a->member.id, a->member.name);
    e = cookie_begin(s->access, r, db, a->member.id, "password", reply, info);
    if (!e) {
        set_device_cookie(s, r, a->email, reply);
        reply_signed_in(reply, 200, &a->member);
    }
    return e;
}

enum err sign_in_answer(struct request *r, struct reply *reply, struct err_info *info)
{
    (void)reply;
    return attempt_answer(r, request_kept(r), info);
}

/* -- what the page of signing in needs to know, and signing out -- */

enum err sign_in_ways(struct request *r, struct database *db, struct reply *reply,
                      struct err_info *info)
{
    struct signin *s = request_self(r);
    struct member *list = NULL;
    size_t count = 0;
    bool passwords = true;
    enum err e =
        member_list(db, &(struct member_filter){0}, 1, request_arena(r), &list, &count, info);
    e = e ? e : signin_takes_passwords(db, &passwords, info);
    if (e) {
        return e;
    }
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "first");
    json_bool(&w, count == 0);
    json_key(&w, "password");
    json_bool(&w, passwords);
    json_key(&w, "reset");
    json_bool(&w, passwords && s->url && outbox_has_mail(s->outbox));
    json_object_end(&w);
    return ERR_NONE;
}

enum err sign_out(struct request *r, struct database *db, struct reply *reply,
                  struct err_info *info)
{
    struct signin *s = request_self(r);
    enum err e = cookie_end(s->access, r, db, reply, info);
    if (!e) {
        reply_empty(reply);
    }
    return e;
}

/* -- the first administrator -- */

enum err first_prepare(struct request *r, struct err_info *info)
{
    struct signin *s = request_self(r);
    struct attempt *a;
    unsigned char hash[TOKEN_HASH_BYTES];
    enum err e = attempt_begin(r, TEXT(""), &a, info);
    if (e) {
        return e;
    }
    token_hash(request_text(r, "code"), hash);
    if (!s->first_code[0] || sodium_memcmp(hash, s->first_hash, sizeof(hash)) != 0) {
        return err_field(info, ERR_FORBIDDEN, "code",
                         "This code is not the one that the server printed when it started last.");
    }
    throttle_take_back(&s->throttle, &a->try);
    struct text name = text_trim(request_text(r, "name"));
    e = member_check_name(name, info);
    e = e ? e : member_email(request_arena(r), request_text(r, "email"), &a->email, info);
    e = e ? e : password_normal(request_arena(r), request_text(r, "password"), &a->fresh, info);
    return e ? e : password_check(a->fresh, name, a->email, info);
}

enum err first_labour(struct request *r, struct err_info *info)
{
    struct signin *s = request_self(r);
    struct attempt *a = request_kept(r);
    return password_hash(a->fresh, a->hash, &s->hashed, info);
}

enum err first_make(struct request *r, struct database *db, struct reply *reply,
                    struct err_info *info)
{
    struct signin *s = request_self(r);
    struct attempt *a = request_kept(r);
    struct member *list = NULL;
    size_t count = 0;
    enum err e = held_role_alone(db, info);
    e = e ? e
          : member_list(db, &(struct member_filter){0}, 1, request_arena(r), &list, &count, info);
    if (!e && count) {
        e = err_set(info, ERR_CONFLICT, "There is an administrator already: sign in.");
    }
    struct member m = {.name = text_trim(request_text(r, "name")), .email = a->email};
    e = e ? e : staff_enrol(db, m.name, m.email, TEXT("administrator"), moment_now(), &m.id, info);
    e = e ? e : credential_set_password(db, m.id, a->hash, moment_now(), info);
    request_is_of_staff(r, m.id, m.name);
    struct person_seen seen;
    e = e ? e : person_read(db, m.id, request_arena(r), &seen, info);
    if (e) {
        return e;
    }
    request_changed_thing(r, &person_noun, "staff.added", m.id, NULL, &seen);
    e = cookie_begin(s->access, r, db, m.id, "password", reply, info);
    if (!e) {
        set_device_cookie(s, r, a->email, reply);
        reply_signed_in(reply, 201, &m);
    }
    return e;
}
