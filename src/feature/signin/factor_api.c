/* The second factor: setting it up, codes for when it is lost, taking it away. */
#include "feature/signin/signin_api.h"

#include "base/id.h"
#include "feature/access/cookie.h"
#include "feature/access/fresh.h"
#include "feature/brand/brand.h"
#include "feature/signin/security.h"
#include "feature/signin/totp.h"
#include "feature/staff/guard.h"

static enum err read_own(struct request *r, struct database *db, struct credentials_kept *ret,
                         struct err_info *info)
{
    return credential_read(db, request_identity(r)->staff_id, request_arena(r), ret, info);
}

static bool is_set(const struct credentials_kept *kept)
{
    return kept->sealed.len && kept->confirmed_us != MOMENT_NEVER;
}

enum err factor_show(struct request *r, struct database *db, struct reply *reply,
                     struct err_info *info)
{
    struct signin *s = request_self(r);
    struct credentials_kept kept;
    int64_t codes = 0;
    enum err e = read_own(r, db, &kept, info);
    e = e ? e : credential_count_codes(db, request_identity(r)->staff_id, &codes, info);
    if (e) {
        return e;
    }
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "set");
    json_bool(&w, is_set(&kept));
    json_key(&w, "required");
    json_bool(&w, access_wants_second_factor(s->access, request_identity(r)->staff_id));
    json_key(&w, "since");
    json_moment(&w, kept.confirmed_us);
    json_key(&w, "recovery_codes");
    json_int(&w, codes);
    json_object_end(&w);
    return ERR_NONE;
}

enum err factor_set_up(struct request *r, struct database *db, struct reply *reply,
                       struct err_info *info)
{
    struct signin *s = request_self(r);
    int64_t id = request_identity(r)->staff_id;
    struct arena *arena = request_arena(r);
    struct credentials_kept kept;
    struct security was;
    struct member me;
    if (!s->keys.is_kept) {
        return err_set(info, ERR_CONFLICT,
                       "This server has no key file, so it keeps no second factors: the operator "
                       "sets TROTH_KEY_FILE (docs/operate.md).");
    }
    enum err e = check_fresh(r, db, info);
    e = e ? e : read_own(r, db, &kept, info);
    if (!e && is_set(&kept)) {
        e = err_set(info, ERR_CONFLICT, "There is a second factor already: remove it first.");
    }
    e = e ? e : member_find(db, id, arena, &me, info);
    e = e ? e : security_read(db, id, &was, info);
    struct text issuer = {0}, colour = {0};
    e = e ? e : brand_of_mails(db, arena, &issuer, &colour, info);
    struct text secret = totp_draw(arena);
    e = e ? e : credential_set_totp(db, id, keyring_seal(&s->keys, arena, id, secret), info);
    e = e ? e : security_noted(r, db, "second_factor.begun", id, &was, info);
    if (e) {
        return e;
    }
    struct text address =
        totp_address(arena, issuer.len ? issuer : TEXT("Troth"), me.email, secret);
    struct json_writer w = reply_json(reply, 201);
    json_object_begin(&w);
    json_key(&w, "secret");
    json_text(&w, totp_words(arena, secret));
    json_key(&w, "address");
    json_text(&w, address);
    json_key(&w, "picture");
    json_text(&w, totp_picture(arena, address));
    json_object_end(&w);
    reply_header(reply, "Cache-Control", TEXT("no-store"));
    return ERR_NONE;
}

static enum err reply_codes(struct request *r, struct database *db, struct reply *reply,
                            struct err_info *info)
{
    char codes[RECOVERY_CODES][RECOVERY_CODE_SIZE];
    enum err e = credential_new_codes(db, request_identity(r)->staff_id, codes, info);
    if (e) {
        return e;
    }
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "recovery_codes");
    json_array_begin(&w);
    for (int i = 0; i < RECOVERY_CODES; i++) {
        json_str(&w, codes[i]);
    }
    json_array_end(&w);
    json_object_end(&w);
    reply_header(reply, "Cache-Control", TEXT("no-store"));
    return ERR_NONE;
}

/* Six digits are soon guessed: each try counts. */
enum err factor_prepare(struct request *r, struct err_info *info)
{
    struct attempt *a;
    return attempt_begin_own(r, &a, info);
}

/* The code of who is signed in; `confirmed`: of a factor that is set, else of one being set up. */
static enum err judge_code(struct request *r, struct database *db, bool confirmed,
                           struct err_info *info)
{
    struct attempt *a = request_kept(r);
    int64_t id = request_identity(r)->staff_id;
    struct credentials_kept kept;
    enum err e = read_own(r, db, &kept, info);
    if (!e && (!kept.sealed.len || is_set(&kept) != confirmed)) {
        return err_set(info, ERR_CONFLICT,
                       confirmed ? "There is no second factor."
                                 : "There is no second factor that waits for its first code.");
    }
    bool right = false;
    e = e ? e
          : factor_use(request_self(r), r, db, id, &kept, request_text(r, "code"), &right, info);
    a->outcome = right ? OUTCOME_RIGHT : OUTCOME_CODE_WRONG;
    attempt_note(r, a);
    return e;
}

enum err factor_answer(struct request *r, struct reply *reply, struct err_info *info)
{
    (void)reply;
    enum err e = attempt_answer(r, request_kept(r), info);
    return e ? err_field(info, ERR_FORBIDDEN, "code",
                         "This code is wrong or was used already. Wait for the next one.")
             : ERR_NONE;
}

static bool was_right(struct request *r)
{
    const struct attempt *a = request_kept(r);
    return a->outcome == OUTCOME_RIGHT;
}

/* What may be done changes with it: a new session. */
enum err factor_confirm(struct request *r, struct database *db, struct reply *reply,
                        struct err_info *info)
{
    struct signin *s = request_self(r);
    int64_t id = request_identity(r)->staff_id;
    struct security was;
    enum err e = judge_code(r, db, false, info);
    if (e || !was_right(r)) {
        return e;
    }
    e = security_read(db, id, &was, info);
    e = e ? e : credential_confirm_totp(db, id, moment_now(), info);
    e = e ? e : cookie_begin(s->access, r, db, id, "password", reply, info);
    e = e ? e : reply_codes(r, db, reply, info);
    e = e ? e : security_noted(r, db, "second_factor.set", id, &was, info);
    return e ? e : signin_tell(s, r, db, id, LETTER_FACTOR_SET, TEXT(""), info);
}

enum err factor_new_codes(struct request *r, struct database *db, struct reply *reply,
                          struct err_info *info)
{
    struct signin *s = request_self(r);
    int64_t id = request_identity(r)->staff_id;
    struct security was;
    enum err e = judge_code(r, db, true, info);
    if (e || !was_right(r)) {
        return e;
    }
    e = security_read(db, id, &was, info);
    e = e ? e : reply_codes(r, db, reply, info);
    e = e ? e : security_noted(r, db, "recovery_codes.renewed", id, &was, info);
    return e ? e : signin_tell(s, r, db, id, LETTER_CODES_RENEWED, TEXT(""), info);
}

enum err factor_remove(struct request *r, struct database *db, struct reply *reply,
                       struct err_info *info)
{
    struct signin *s = request_self(r);
    int64_t id = request_identity(r)->staff_id;
    struct security was;
    enum err e = judge_code(r, db, true, info);
    if (e || !was_right(r)) {
        return e;
    }
    e = security_read(db, id, &was, info);
    e = e ? e : credential_remove_totp(db, id, info);
    e = e ? e : cookie_begin(s->access, r, db, id, "password", reply, info);
    e = e ? e : security_noted(r, db, "second_factor.removed", id, &was, info);
    e = e ? e : signin_tell(s, r, db, id, LETTER_FACTOR_REMOVED, TEXT(""), info);
    if (!e) {
        reply_empty(reply);
    }
    return e;
}

/* For who has lost it and the codes too: by somebody who may do as much. */
enum err factor_remove_of(struct request *r, struct database *db, struct reply *reply,
                          struct err_info *info)
{
    struct signin *s = request_self(r);
    struct member m;
    struct security was;
    int64_t id;
    if (!id_parse(request_text(r, "id"), "stf", &id)) {
        id = 0;
    }
    enum err e = member_find(db, id, request_arena(r), &m, info);
    e = e ? e : guard_person(r, db, id, info);
    e = e ? e : security_read(db, id, &was, info);
    e = e ? e : credential_remove_totp(db, id, info);
    e = e ? e : security_noted(r, db, "second_factor.removed", id, &was, info);
    if (!e && was.factor_us != MOMENT_NEVER) {
        e = signin_tell(s, r, db, id, LETTER_FACTOR_REMOVED, TEXT(""), info);
    }
    if (!e) {
        access_changed(s->access);
        reply_empty(reply);
    }
    return e;
}
