#include "base/id.h"
#include "feature/signin/signin_parts.h"
#include "feature/signin/totp.h"

#define DEVICE_COOKIE "troth_device"
#define DEVICE_LIFE_US (180 * DAY_US)

enum err check_own_site(const struct request *r, struct err_info *info)
{
    return request_is_from_elsewhere(r)
               ? err_set(info, ERR_FORBIDDEN, "This did not come from a page of this server.")
               : ERR_NONE;
}

static const char *device_cookie(const struct request *r)
{
    return request_is_secure(r) ? "__Host-" DEVICE_COOKIE : DEVICE_COOKIE;
}

void set_device_cookie(struct signin *s, struct request *r, struct text email, struct reply *reply)
{
    struct text shown = keyring_device(&s->keys, request_arena(r), email);
    reply_header(
        reply, "Set-Cookie",
        arena_printf(request_arena(r), "%s=%.*s; Path=/; HttpOnly; SameSite=Lax; Max-Age=%lld%s",
                     device_cookie(r), TEXT_ARG(shown), (long long)(DEVICE_LIFE_US / SECOND_US),
                     request_is_secure(r) ? "; Secure" : ""));
}

enum err attempt_begin(struct request *r, struct text account, struct attempt **ret,
                       struct err_info *info)
{
    struct signin *s = request_self(r);
    struct attempt *a = ARENA_NEW(request_arena(r), struct attempt);
    int64_t wait_us;
    enum err e = check_own_site(r, info);
    if (e) {
        return e;
    }
    a->try.account = account;
    a->try.address = request_client(r);
    a->try.known_browser =
        request_identity(r)->kind == IDENTITY_STAFF ||
        keyring_device_is(&s->keys, account, request_cookie(r, device_cookie(r)));
    if (!throttle_admit(&s->throttle, &a->try, database_clock(), &wait_us)) {
        uint32_t seconds = (uint32_t)(wait_us / SECOND_US) + 1;
        request_try_again_in(r, seconds);
        return err_set(info, ERR_BUSY, "Too many tries. Wait %u s, or use a link by mail.",
                       seconds);
    }
    request_keep(r, a);
    *ret = a;
    return ERR_NONE;
}

enum err attempt_begin_own(struct request *r, struct attempt **ret, struct err_info *info)
{
    char id[ID_TEXT_SIZE];
    id_format(request_identity(r)->staff_id, "stf", id);
    return attempt_begin(r, arena_text(request_arena(r), text_of(id)), ret, info);
}

enum err attempt_look_up(struct request *r, struct database *db, struct err_info *info)
{
    struct attempt *a = request_kept(r);
    struct member m = {0};
    enum err e = check_passwords(db, info);
    if (e) {
        return e;
    }
    e = member_find_by_email(db, a->email, request_arena(r), &m, info);
    bool may = !e && m.disabled_us == MOMENT_NEVER;
    if (may) {
        a->member = m;
    }
    e = e == ERR_NOT_FOUND ? ERR_NONE : e;
    return e ? e : credential_read(db, a->member.id, request_arena(r), &a->kept, info);
}

enum err attempt_labour(struct request *r, struct err_info *info)
{
    (void)info;
    struct signin *s = request_self(r);
    struct attempt *a = request_kept(r);
    bool has = a->member.id && a->kept.hash.len; /* terminated: from the arena */
    a->right = password_is(a->password, has ? a->kept.hash.ptr : NULL, &s->hashed);
    return ERR_NONE;
}

enum err factor_use(struct signin *s, struct request *r, struct database *db, int64_t staff_id,
                    const struct credentials_kept *kept, struct text code, bool *ret_right,
                    struct err_info *info)
{
    code = text_trim(code);
    if (code.len != TOTP_DIGITS) {
        return credential_use_code(db, staff_id, code, ret_right, info);
    }
    struct text secret;
    enum err e = keyring_unseal(&s->keys, request_arena(r), staff_id, kept->sealed, &secret, info);
    int64_t step = e ? -1 : totp_step(secret, code, moment_now());
    if (e || step < 0) {
        *ret_right = false;
        return e;
    }
    e = credential_use_step(db, staff_id, step, info);
    *ret_right = e == ERR_NONE;
    return e == ERR_CONFLICT ? ERR_NONE : e;
}

static enum err judge(struct request *r, struct database *db, struct attempt *a, struct text code,
                      struct err_info *info)
{
    bool has_factor = a->kept.sealed.len && a->kept.confirmed_us != MOMENT_NEVER;
    if (!a->right) {
        a->outcome = OUTCOME_WRONG;
        return ERR_NONE;
    }
    if (!has_factor) {
        a->outcome = OUTCOME_RIGHT;
        return ERR_NONE;
    }
    if (code.len == 0) {
        a->outcome = OUTCOME_CODE_NEEDED;
        return ERR_NONE;
    }
    bool right = false;
    enum err e = factor_use(request_self(r), r, db, a->member.id, &a->kept, code, &right, info);
    a->outcome = right ? OUTCOME_RIGHT : OUTCOME_CODE_WRONG;
    return e;
}

struct failure {
    const struct attempt *attempt;
    uint32_t count;
};

static void write_failure(struct json_writer *w, const void *thing)
{
    const struct failure *f = thing;
    json_object_begin(w);
    json_key(w, "wrong");
    json_str(w, f->attempt->outcome == OUTCOME_CODE_WRONG ? "code"
                : f->attempt->member.id                   ? "password"
                                                          : "name");
    json_key(w, "address");
    json_text(w, f->attempt->try.address);
    json_key(w, "within_the_hour");
    json_int(w, f->count);
    json_object_end(w);
}

void attempt_note(struct request *r, const struct attempt *a)
{
    static const struct noun of_somebody = {"stf", write_failure},
                             of_nobody = {"nobody", write_failure};
    struct signin *s = request_self(r);
    int64_t id = a->member.id ? a->member.id : request_identity(r)->staff_id;
    bool is_wrong = a->outcome == OUTCOME_WRONG || a->outcome == OUTCOME_CODE_WRONG;
    const struct failure f = {a, is_wrong ? failures_count(&s->failures, id, database_clock()) : 0};
    if (f.count) {
        request_changed_thing(r, id ? &of_somebody : &of_nobody, "sign-in.failed", id, NULL, &f);
    } else if (a->outcome != OUTCOME_RIGHT) {
        request_changed_nothing(r);
    }
}

enum err attempt_judge(struct request *r, struct database *db, struct attempt *a, struct text code,
                       struct err_info *info)
{
    enum err e = judge(r, db, a, code, info);
    if (!e) {
        attempt_note(r, a);
    }
    return e;
}

enum err attempt_answer(struct request *r, const struct attempt *a, struct err_info *info)
{
    struct signin *s = request_self(r);
    switch (a->outcome) {
    case OUTCOME_RIGHT:
        throttle_forgive(&s->throttle, &a->try);
        return ERR_NONE;
    case OUTCOME_CODE_NEEDED:
        throttle_take_back(&s->throttle, &a->try);
        return err_field(info, ERR_UNAUTHENTICATED, "code",
                         "Type the code that your app shows, or one of your recovery codes.");
    case OUTCOME_CODE_WRONG:
        return err_field(info, ERR_UNAUTHENTICATED, "code",
                         "This code is wrong or was used already. Wait for the next one.");
    case OUTCOME_WRONG:
        break;
    }
    return err_field(info, ERR_UNAUTHENTICATED, "password",
                     "The address or the password is wrong.");
}
