/* One's own password and sessions. */
#include "feature/signin/signin_api.h"

#include "base/id.h"
#include "feature/access/cookie.h"
#include "feature/access/fresh.h"
#include "feature/access/session_noted.h"
#include "feature/signin/security.h"

/* -- another password -- */

enum err own_password_prepare(struct request *r, struct err_info *info)
{
    struct attempt *a;
    enum err e = attempt_begin_own(r, &a, info);
    if (e) {
        return e;
    }
    e = password_normal(request_arena(r), request_text(r, "current"), &a->password, info);
    return e ? e : password_normal(request_arena(r), request_text(r, "password"), &a->fresh, info);
}

enum err own_password_look_up(struct request *r, struct database *db, struct err_info *info)
{
    struct attempt *a = request_kept(r);
    int64_t id = request_identity(r)->staff_id;
    enum err e = check_passwords(db, info);
    e = e ? e : member_find(db, id, request_arena(r), &a->member, info);
    e = e ? e : credential_read(db, id, request_arena(r), &a->kept, info);
    if (!e && a->kept.hash.len == 0) {
        e = check_fresh(r, db, info); /* there is no present one to show */
    }
    return e ? e : password_check(a->fresh, a->member.name, a->member.email, info);
}

enum err own_password_labour(struct request *r, struct err_info *info)
{
    struct signin *s = request_self(r);
    struct attempt *a = request_kept(r);
    enum err e = ERR_NONE;
    a->right = true; /* who has none yet is signed in by a link */
    if (a->kept.hash.len) {
        e = attempt_labour(r, info);
    }
    return e || !a->right ? e : password_hash(a->fresh, a->hash, &s->hashed, info);
}

enum err own_password_change(struct request *r, struct database *db, struct reply *reply,
                             struct err_info *info)
{
    struct signin *s = request_self(r);
    struct attempt *a = request_kept(r);
    a->outcome = a->right ? OUTCOME_RIGHT : OUTCOME_WRONG;
    attempt_note(r, a);
    if (!a->right) {
        return ERR_NONE;
    }
    int64_t now_us = moment_now();
    struct security was;
    enum err e = security_read(db, a->member.id, &was, info);
    e = e ? e : credential_set_password(db, a->member.id, a->hash, now_us, info);
    e = e ? e : session_revoke_all(db, a->member.id, 0, now_us, info);
    e = e ? e : cookie_begin(s->access, r, db, a->member.id, "password", reply, info);
    e = e ? e : security_noted(r, db, "password.changed", a->member.id, &was, info);
    e = e ? e : signin_tell(s, r, db, a->member.id, LETTER_PASSWORD_CHANGED, TEXT(""), info);
    if (!e) {
        reply_empty(reply);
    }
    return e;
}

enum err own_password_answer(struct request *r, struct reply *reply, struct err_info *info)
{
    (void)reply;
    const struct attempt *a = request_kept(r);
    enum err e = attempt_answer(r, a, NULL);
    return e ? err_field(info, ERR_FORBIDDEN, "current", "Your present password is another one.")
             : ERR_NONE;
}

/* -- sessions -- */

static void write_session(struct json_writer *w, const struct session *s, int64_t own_id)
{
    json_object_begin(w);
    session_members(w, s);
    json_key(w, "here");
    json_bool(w, s->id == own_id);
    json_object_end(w);
}

enum err own_sessions(struct request *r, struct database *db, struct reply *reply,
                      struct err_info *info)
{
    struct session *list = NULL;
    size_t count = 0;
    const struct identity *me = request_identity(r);
    enum err e =
        session_list_of(db, me->staff_id, moment_now(), request_arena(r), &list, &count, info);
    if (e) {
        return e;
    }
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "items");
    json_array_begin(&w);
    for (size_t i = 0; i < count; i++) {
        write_session(&w, &list[i], me->id);
    }
    json_array_end(&w);
    json_key(&w, "next");
    json_null(&w);
    json_object_end(&w);
    return ERR_NONE;
}

enum err own_session_end(struct request *r, struct database *db, struct reply *reply,
                         struct err_info *info)
{
    struct signin *s = request_self(r);
    struct session *list = NULL;
    size_t count = 0;
    int64_t id;
    if (!id_parse(request_text(r, "id"), "ses", &id)) {
        id = 0;
    }
    enum err e = session_list_of(db, request_identity(r)->staff_id, moment_now(), request_arena(r),
                                 &list, &count, info);
    for (size_t i = 0; i < count && !e; i++) {
        if (list[i].id == id) {
            access_changed(s->access);
            reply_empty(reply);
            return session_end(r, db, id, info);
        }
    }
    return e ? e : err_field(info, ERR_NOT_FOUND, "id", "You have no such session.");
}

/* Everywhere, but not here. */
enum err own_sessions_end(struct request *r, struct database *db, struct reply *reply,
                          struct err_info *info)
{
    struct signin *s = request_self(r);
    const struct identity *me = request_identity(r);
    struct security was;
    enum err e = security_read(db, me->staff_id, &was, info);
    e = e ? e : session_revoke_all(db, me->staff_id, me->id, moment_now(), info);
    e = e ? e : security_noted(r, db, "sessions.ended", me->staff_id, &was, info);
    if (!e) {
        access_changed(s->access);
        reply_empty(reply);
    }
    return e;
}
