/* Inside of this feature. */
#ifndef TROTH_FEATURE_PASSKEY_PASSKEY_PARTS_H
#define TROTH_FEATURE_PASSKEY_PASSKEY_PARTS_H

#include "feature/passkey/passkey.h"
#include "feature/passkey/passkey_row.h"
#include "feature/signin/signin.h"

/* A challenge is a ticket: nothing is written for who merely asks for one. */
#define PASSKEY_ADDING "add a passkey"
#define PASSKEY_SIGNING_IN "sign in by a passkey"
#define PASSKEY_CHALLENGE_LIFE_US (5 * MINUTE_US)

/* What an authenticator did, as the page sends it; the challenge has been judged. */
struct ceremony {
    struct text credential, client_data, authenticator_data, signature;
    struct webauthn_client_data said;
    struct webauthn_party party;
    int64_t challenge_until_us;
    int64_t adding_for; /* when adding: whose challenge it was */
    struct passkey passkey;
    int64_t sign_count;
};
/* In prepare(). ERR_INVALID; ERR_FORBIDDEN: the challenge is none of ours, or too old. */
enum err ceremony_begin(struct request *r, enum webauthn_ceremony kind, struct err_info *info);
/* A field's bytes, sent as base64url. */
enum err ceremony_bytes(struct request *r, const char *field, struct text *ret,
                        struct err_info *info);
struct text ceremony_letters(struct arena *arena, struct text bytes);
/* How the authenticator knows a person: eight bytes that say nothing. */
struct text ceremony_user(struct arena *arena, int64_t staff_id);

enum err add_prepare(struct request *r, struct err_info *info);
enum err enter_prepare(struct request *r, struct err_info *info);
enum err enter_look_up(struct request *r, struct database *db, struct err_info *info);
enum err enter_labour(struct request *r, struct err_info *info);
route_handler add_challenge, add, list_own, rename_own, remove_own, remove_of, enter_challenge,
    enter;

enum { PASSKEY_ROUTES = 8 };
extern const struct route passkey_routes[PASSKEY_ROUTES];

#endif
