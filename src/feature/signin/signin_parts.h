/* Inside of this feature. */
#ifndef TROTH_FEATURE_SIGNIN_SIGNIN_PARTS_H
#define TROTH_FEATURE_SIGNIN_SIGNIN_PARTS_H

#include "feature/access/access.h"
#include "feature/outbox/outbox.h"
#include "feature/signin/credential.h"
#include "feature/signin/failures.h"
#include "feature/signin/keyring.h"
#include "feature/signin/password.h"
#include "feature/signin/signin.h"
#include "feature/signin/throttle.h"
#include "feature/staff/member.h"

struct signin {
    struct access *access;
    struct outbox *outbox;
    struct keyring keys;
    struct throttle throttle;
    struct failures failures;    /* the clerk's */
    atomic_uint_fast64_t hashed; /* passwords, by the labourers */
    _Atomic(const char *) url;   /* NULL: not known; set while requests come already */
    char first_code[TOKEN_TEXT_SIZE];
    unsigned char first_hash[TOKEN_HASH_BYTES];
};

/* -- a try to sign in, or to prove oneself once more -- */

enum outcome { OUTCOME_WRONG, OUTCOME_CODE_NEEDED, OUTCOME_CODE_WRONG, OUTCOME_RIGHT };
struct attempt { /* of one request, in its arena */
    struct throttle_try try;
    struct text email, password;
    struct member member; /* id 0: nobody of that address may sign in */
    struct credentials_kept kept;
    bool right;                    /* the password */
    char hash[PASSWORD_HASH_SIZE]; /* of a new one */
    struct text fresh;             /* the new one; empty: none */
    enum outcome outcome;
};
/* In prepare(): refuses another site's request, and who must wait. */
enum err attempt_begin(struct request *r, struct text account, struct attempt **ret,
                       struct err_info *info);
/* The same on the account of who is signed in. */
enum err attempt_begin_own(struct request *r, struct attempt **ret, struct err_info *info);
/* In look_up(): who it is about. */
enum err attempt_look_up(struct request *r, struct database *db, struct err_info *info);
/* In labour(): is the password right? As long for nobody as for somebody. */
enum err attempt_labour(struct request *r, struct err_info *info);
/* In handle(): by password and code. Sets the outcome. */
enum err attempt_judge(struct request *r, struct database *db, struct attempt *a, struct text code,
                       struct err_info *info);
/* In handle(), after judging: tells the trail of what was wrong, now and then. */
void attempt_note(struct request *r, const struct attempt *a);
/* In answer(): counts what was wrong, forgives what was right; the refusal, or ERR_NONE. */
enum err attempt_answer(struct request *r, const struct attempt *a, struct err_info *info);

/* Uses up a code of the second factor, or one for when it is lost. */
enum err factor_use(struct signin *s, struct request *r, struct database *db, int64_t staff_id,
                    const struct credentials_kept *kept, struct text code, bool *ret_right,
                    struct err_info *info);
void set_device_cookie(struct signin *s, struct request *r, struct text email, struct reply *reply);
void reply_signed_in(struct reply *reply, unsigned status, const struct member *m);
/* ERR_FORBIDDEN: a setting says that passwords are not taken. */
enum err check_passwords(struct database *db, struct err_info *info);
/* Refused at once where a browser says that it comes from another site. */
enum err check_own_site(const struct request *r, struct err_info *info);

enum { SIGN_IN_ROUTES = 21 };
extern const struct route signin_routes[SIGN_IN_ROUTES];

#endif
