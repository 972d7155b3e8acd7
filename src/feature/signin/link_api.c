/* Invitations and resets: links by mail, each good once, behind which a password is chosen, or,
 * where those are not taken or not wanted, a passkey is added or an account at a provider linked.
 */
#include "feature/signin/signin_api.h"

#include "base/id.h"
#include "feature/access/cookie.h"
#include "feature/access/session_noted.h"
#include "feature/signin/security.h"
#include "feature/staff/guard.h"

static struct text path_of(struct request *r, enum link_purpose purpose, const char *code)
{
    return arena_printf(request_arena(r), "/console/%s?code=%s",
                        purpose == LINK_INVITE ? "invite" : "reset", code);
}

/* Goes out by mail, where mail goes out and people can be told where we are. */
static enum err send_link(struct request *r, struct database *db, const struct member *m,
                          enum link_purpose purpose, struct text path, int64_t now_us,
                          bool *ret_sent, struct err_info *info)
{
    struct signin *s = request_self(r);
    *ret_sent = s->url && outbox_has_mail(s->outbox);
    if (!*ret_sent) {
        return ERR_NONE;
    }
    bool takes_passwords = true;
    enum err e = signin_takes_passwords(db, &takes_passwords, info);
    if (e) {
        return e;
    }
    char until[MOMENT_TEXT_SIZE];
    moment_format((now_us + link_life_us(purpose)) / SECOND_US * SECOND_US, until);
    struct outbox_mail mail = {
        .letter = purpose == LINK_INVITE ? LETTER_INVITATION
                  : takes_passwords      ? LETTER_RESET
                                         : LETTER_SIGN_IN,
        .language = m->language,
        .to = m->email,
        .to_name = m->name,
        .who = request_identity(r)->name,
        .link = arena_printf(request_arena(r), "%s%.*s", s->url, TEXT_ARG(path)),
        .until = text_of(until),
    };
    int64_t id;
    return outbox_add_mail(s->outbox, db, &mail, &id, info);
}

/* -- by somebody who may -- */

static enum err make_link_for(struct request *r, struct database *db, enum link_purpose purpose,
                              struct reply *reply, struct err_info *info)
{
    struct member m;
    char code[TOKEN_TEXT_SIZE];
    int64_t id, now_us = moment_now();
    if (!id_parse(request_text(r, "id"), "stf", &id)) {
        id = 0;
    }
    enum err e = member_find(db, id, request_arena(r), &m, info);
    e = e ? e : guard_person(r, db, m.id, info);
    if (!e && m.disabled_us != MOMENT_NEVER) {
        e = err_field(info, ERR_CONFLICT, "id", "They are disabled: enable them first.");
    }
    e = e ? e : link_make(db, m.id, purpose, now_us, code, info);
    struct text path = path_of(r, purpose, code);
    bool sent = false;
    e = e ? e : send_link(r, db, &m, purpose, path, now_us, &sent, info);
    if (e) {
        return e;
    }
    link_noted(r, m.id, purpose, now_us);
    struct json_writer w = reply_json(reply, 201);
    json_object_begin(&w);
    json_key(&w, "path");
    json_text(&w, path);
    json_key(&w, "expires");
    json_moment(&w, now_us + link_life_us(purpose));
    json_key(&w, "sent");
    json_bool(&w, sent);
    json_object_end(&w);
    reply_header(reply, "Cache-Control", TEXT("no-store"));
    return ERR_NONE;
}

enum err invite(struct request *r, struct database *db, struct reply *reply, struct err_info *info)
{
    return make_link_for(r, db, LINK_INVITE, reply, info);
}

enum err reset_for(struct request *r, struct database *db, struct reply *reply,
                   struct err_info *info)
{
    return make_link_for(r, db, LINK_RESET, reply, info);
}

/* -- by who has forgotten: the same answer for everybody, and never the link -- */

enum err reset_prepare(struct request *r, struct err_info *info)
{
    struct attempt *a;
    struct text email;
    if (member_email(request_arena(r), request_text(r, "email"), &email, NULL) != ERR_NONE) {
        email = TEXT("");
    }
    enum err e = attempt_begin(r, email, &a, info);
    if (!e) {
        a->email = email;
    }
    return e;
}

enum err reset_ask(struct request *r, struct database *db, struct reply *reply,
                   struct err_info *info)
{
    struct attempt *a = request_kept(r);
    struct signin *s = request_self(r);
    struct member m;
    char code[TOKEN_TEXT_SIZE];
    int64_t now_us = moment_now();
    reply_empty(reply);
    enum err taken = check_passwords(db, info);
    if (taken) {
        return taken;
    }
    if (!s->url || !outbox_has_mail(s->outbox)) {
        return err_set(info, ERR_CONFLICT,
                       "This server sends no mail: ask an administrator for a link.");
    }
    enum err e = member_find_by_email(db, a->email, request_arena(r), &m, info);
    if (e || m.disabled_us != MOMENT_NEVER) {
        request_changed_nothing(r);
        return e == ERR_NOT_FOUND ? ERR_NONE : e;
    }
    bool sent;
    link_noted(r, m.id, LINK_RESET, now_us);
    e = link_make(db, m.id, LINK_RESET, now_us, code, info);
    return e ? e
             : send_link(r, db, &m, LINK_RESET, path_of(r, LINK_RESET, code), now_us, &sent, info);
}

/* -- a password by such a link -- */

static enum link_purpose purpose_of(const struct request *r)
{
    return request_choice(r, "by", 0) == 0 ? LINK_INVITE : LINK_RESET;
}

enum err choose_prepare(struct request *r, struct err_info *info)
{
    struct attempt *a;
    enum err e = attempt_begin(r, TEXT(""), &a, info);
    return e ? e : password_normal(request_arena(r), request_text(r, "password"), &a->fresh, info);
}

enum err choose_look_up(struct request *r, struct database *db, struct err_info *info)
{
    struct signin *s = request_self(r);
    struct attempt *a = request_kept(r);
    int64_t id = 0;
    enum err e = check_passwords(db, info);
    e = e ? e : link_find(db, request_text(r, "code"), purpose_of(r), moment_now(), &id, info);
    if (e) {
        return e;
    }
    throttle_take_back(&s->throttle, &a->try); /* a right code is no guess */
    e = member_find(db, id, request_arena(r), &a->member, info);
    e = e ? e : credential_read(db, id, request_arena(r), &a->kept, info);
    return e ? e : password_check(a->fresh, a->member.name, a->member.email, info);
}

enum err choose_labour(struct request *r, struct err_info *info)
{
    struct signin *s = request_self(r);
    struct attempt *a = request_kept(r);
    return password_hash(a->fresh, a->hash, &s->hashed, info);
}

/* Signs in as well, unless a second factor would be passed by: then the next step is to sign in. */
enum err choose(struct request *r, struct database *db, struct reply *reply, struct err_info *info)
{
    struct signin *s = request_self(r);
    struct attempt *a = request_kept(r);
    struct member m;
    struct security was;
    int64_t id, now_us = moment_now();
    enum err e = link_use(db, request_text(r, "code"), purpose_of(r), now_us, &id, info);
    e = e ? e : member_find(db, id, request_arena(r), &m, info);
    if (!e && m.disabled_us != MOMENT_NEVER) {
        e = err_set(info, ERR_FORBIDDEN, "This account is disabled: ask an administrator.");
    }
    e = e ? e : security_read(db, id, &was, info);
    e = e ? e : link_forget(db, id, info);
    e = e ? e : credential_set_password(db, id, a->hash, now_us, info);
    e = e ? e : session_revoke_all(db, id, 0, now_us, info);
    if (e) {
        return e;
    }
    access_changed(s->access);
    request_is_of_staff(r, id, m.name);
    e = security_noted(r, db, "password.changed", id, &was, info);
    if (!e && was.password_us != MOMENT_NEVER) { /* the first one is no news */
        e = signin_tell(s, r, db, id, LETTER_PASSWORD_CHANGED, TEXT(""), info);
    }
    bool enters = !a->kept.sealed.len || a->kept.confirmed_us == MOMENT_NEVER;
    e = !e && enters ? cookie_begin(s->access, r, db, id, "password", reply, info) : e;
    if (e) {
        return e;
    }
    set_device_cookie(s, r, m.email, reply);
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "signed_in");
    json_bool(&w, enters);
    json_key(&w, "email");
    json_text(&w, m.email);
    json_object_end(&w);
    return ERR_NONE;
}

/* -- in by such a link, to add a way in of another kind -- */

/* Who has the link and guesses at the second factor waits as one who guesses at a password. */
enum err link_enter_prepare(struct request *r, struct err_info *info)
{
    struct attempt *a;
    return attempt_begin(r, request_text(r, "link"), &a, info);
}

enum err link_enter_look_up(struct request *r, struct database *db, struct err_info *info)
{
    struct attempt *a = request_kept(r);
    int64_t id = 0;
    enum err e = link_find(db, request_text(r, "link"), purpose_of(r), moment_now(), &id, info);
    e = e ? e : member_find(db, id, request_arena(r), &a->member, info);
    if (!e && a->member.disabled_us != MOMENT_NEVER) {
        e = err_set(info, ERR_FORBIDDEN, "This account is disabled: ask an administrator.");
    }
    return e ? e : credential_read(db, id, request_arena(r), &a->kept, info);
}

enum err link_enter_labour(struct request *r, struct err_info *info)
{
    (void)info;
    struct attempt *a = request_kept(r);
    a->right = true; /* the link, which was found, stands for the password */
    return ERR_NONE;
}

enum err link_enter(struct request *r, struct database *db, struct reply *reply,
                    struct err_info *info)
{
    struct signin *s = request_self(r);
    struct attempt *a = request_kept(r);
    int64_t id;
    enum err e = attempt_judge(r, db, a, request_text(r, "code"), info);
    if (e || a->outcome != OUTCOME_RIGHT) {
        return e;
    }
    e = link_use(db, request_text(r, "link"), purpose_of(r), moment_now(), &id, info);
    if (e) {
        return e;
    }
    request_is_of_staff(r, id, a->member.name);
    e = cookie_begin(s->access, r, db, id, "link", reply, info);
    if (!e) {
        set_device_cookie(s, r, a->member.email, reply);
        reply_signed_in(reply, 200, &a->member);
    }
    return e;
}

enum err link_enter_answer(struct request *r, struct reply *reply, struct err_info *info)
{
    (void)reply;
    return attempt_answer(r, request_kept(r), info);
}
