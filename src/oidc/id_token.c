#include "oidc/id_token.h"

#include "base/json.h"

#include <cjose/cjose.h>
#include <math.h>
#include <sodium.h>

/* The signatures that are believed, and the keys they need: never "none", nor one with a secret
 * that both know. */
static const struct {
    const char *name;
    enum oidc_key_kind kind;
} algorithms[] = {
    {"RS256", OIDC_KEY_RSA},
    {"PS256", OIDC_KEY_RSA},
    {"ES256", OIDC_KEY_P256},
};
enum { ALGORITHMS = sizeof(algorithms) / sizeof(algorithms[0]) };

static struct text member(const struct json *object, const char *name)
{
    const struct json *j = json_get(object, name);
    return j && j->type == JSON_TEXT ? j->text : TEXT("");
}

/* -- the head: how it is signed -- */

struct head {
    size_t algorithm;
    struct text key_id;
};

static const struct json *read_part(struct text part, struct arena *arena)
{
    unsigned char *bytes = arena_alloc(arena, part.len + 1);
    size_t len = 0;
    const struct json *doc = NULL;
    if (sodium_base642bin(bytes, part.len, part.ptr, part.len, NULL, &len, NULL,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
        json_parse(arena, (struct text){(const char *)bytes, len}, &json_default_limits, &doc,
                   NULL) != ERR_NONE) {
        return NULL;
    }
    return doc->type == JSON_OBJECT ? doc : NULL;
}

static enum err read_head(struct text token, struct arena *arena, struct head *ret,
                          struct err_info *info)
{
    const char *dot = token.len ? memchr(token.ptr, '.', token.len) : NULL;
    struct text part = {token.ptr, dot ? (size_t)(dot - token.ptr) : 0};
    const struct json *doc = part.len ? read_part(part, arena) : NULL;
    if (!doc || json_get(doc, "crit")) {
        return err_set(info, ERR_INVALID, "The provider's token is none.");
    }
    struct text alg = member(doc, "alg");
    for (size_t i = 0; i < ALGORITHMS; i++) {
        if (text_is(alg, algorithms[i].name)) {
            *ret = (struct head){i, member(doc, "kid")};
            return ERR_NONE;
        }
    }
    return err_set(info, ERR_INVALID,
                   "The provider signs in a way that is not believed: set it "
                   "to RS256, PS256 or ES256.");
}

/* -- the signature -- */

/* Three parts of base64url. libcjose ends the whole program where one cannot be decoded. */
static bool is_whole(struct text token)
{
    for (int dots = 2;; dots--) {
        const char *dot = token.len ? memchr(token.ptr, '.', token.len) : NULL;
        size_t len = dot ? (size_t)(dot - token.ptr) : token.len;
        if (!oidc_is_coded((struct text){token.ptr, len}) || !dot != !dots) {
            return false;
        }
        if (!dot) {
            return true;
        }
        token = (struct text){dot + 1, token.len - len - 1};
    }
}

static void drop_jws(cjose_jws_t **jws)
{
    cjose_jws_release(*jws);
}

static void drop_jwk(cjose_jwk_t **jwk)
{
    cjose_jwk_release(*jwk);
}

static bool fits(const struct oidc_key *key, const struct head *head)
{
    return key->kind == algorithms[head->algorithm].kind &&
           (key->alg.len == 0 || text_is(key->alg, algorithms[head->algorithm].name)) &&
           (head->key_id.len == 0 || text_eq(key->id, head->key_id));
}

static bool is_signed_by(struct text token, const struct oidc_key *key, struct arena *arena,
                         struct text *ret_claims)
{
    cjose_err why;
    cjose_jwk_t *jwk CLEANUP(drop_jwk) = cjose_jwk_import(key->jwk.ptr, key->jwk.len, &why);
    cjose_jws_t *jws CLEANUP(drop_jws) = cjose_jws_import(token.ptr, token.len, &why);
    uint8_t *claims = NULL;
    size_t len = 0;
    if (!jwk || !jws || !cjose_jws_verify(jws, jwk, &why) ||
        !cjose_jws_get_plaintext(jws, &claims, &len, &why)) {
        return false;
    }
    *ret_claims = arena_text(arena, (struct text){(const char *)claims, len});
    return true;
}

static enum err check_signature(struct text token, const struct oidc_keys *keys,
                                struct arena *arena, struct text *ret_claims, struct err_info *info)
{
    struct head head = {0};
    bool any = false;
    enum err e = read_head(token, arena, &head, info);
    if (!e && !is_whole(token)) {
        e = err_set(info, ERR_INVALID, "The provider's token is none.");
    }
    for (size_t i = 0; i < keys->count && !e; i++) {
        if (fits(&keys->list[i], &head)) {
            any = true;
            if (is_signed_by(token, &keys->list[i], arena, ret_claims)) {
                return ERR_NONE;
            }
        }
    }
    if (e) {
        return e;
    }
    return any ? err_set(info, ERR_INVALID, "The provider's token is not signed by the provider.")
               : err_set(info, ERR_NOT_FOUND,
                         "The provider's token is signed by a key that it does not list.");
}

/* -- what it says -- */

static enum err refuse(struct err_info *info, const char *why)
{
    return err_set(info, ERR_INVALID, "The provider's token %s.", why);
}

static bool is_for(const struct json *claims, struct text client_id)
{
    const struct json *aud = json_get(claims, "aud");
    const struct json *party = json_get(claims, "azp");
    if (party && !text_eq(member(claims, "azp"), client_id)) {
        return false;
    }
    if (aud && aud->type == JSON_TEXT) {
        return text_eq(aud->text, client_id);
    }
    bool found = false;
    for (const struct json *j = aud && aud->type == JSON_ARRAY ? aud->first : NULL; j;
         j = j->next) {
        found = found || (j->type == JSON_TEXT && text_eq(j->text, client_id));
    }
    return found && (aud->count == 1 || party);
}

/* Seconds since 1970, with a fraction perhaps. */
static bool read_instant(const struct json *claims, const char *name, int64_t *ret_us)
{
    const struct json *j = json_get(claims, name);
    if (!j || j->type != JSON_NUMBER || !(fabs(j->number) < 1e11)) {
        return false;
    }
    *ret_us = (int64_t)(j->number * 1e6);
    return true;
}

static enum err check_times(const struct json *claims, int64_t now_us, struct err_info *info)
{
    int64_t ends_us, made_us, from_us;
    if (!read_instant(claims, "exp", &ends_us) || !read_instant(claims, "iat", &made_us)) {
        return refuse(info, "does not say when it was made and when it ends");
    }
    if (now_us >= ends_us + OIDC_SKEW_US) {
        return refuse(info, "has expired; are both clocks right?");
    }
    bool begins = json_get(claims, "nbf") != NULL;
    if (made_us > now_us + OIDC_SKEW_US ||
        (begins && (!read_instant(claims, "nbf", &from_us) || from_us > now_us + OIDC_SKEW_US))) {
        return refuse(info, "is from the future; are both clocks right?");
    }
    return made_us < now_us - OIDC_AGE_US - OIDC_SKEW_US ? refuse(info, "is an old one") : ERR_NONE;
}

bool oidc_is_true(const struct json *j)
{
    return j && ((j->type == JSON_BOOL && j->boolean) ||
                 (j->type == JSON_TEXT && text_is(j->text, "true")));
}

static enum err read_claims(const struct json *claims, const struct oidc_expected *expected,
                            struct oidc_person *ret, struct err_info *info)
{
    if (!text_eq(member(claims, "iss"), expected->issuer)) {
        return refuse(info, "is another issuer's");
    }
    if (!is_for(claims, expected->client_id)) {
        return refuse(info, "is not for this server");
    }
    if (!expected->nonce.len || !text_eq(member(claims, "nonce"), expected->nonce)) {
        return refuse(info, "belongs to another sign-in");
    }
    enum err e = check_times(claims, expected->now_us, info);
    struct text subject = member(claims, "sub");
    if (!e && (subject.len == 0 || subject.len > OIDC_SUBJECT_MAX)) {
        e = refuse(info, "does not say who signed in");
    }
    if (!e) {
        *ret = (struct oidc_person){
            .subject = subject,
            .email = member(claims, "email"),
            .name = member(claims, "name"),
            .email_verified = oidc_is_true(json_get(claims, "email_verified")),
        };
    }
    return e;
}

enum err oidc_id_token_judge(struct text token, const struct oidc_keys *keys,
                             const struct oidc_expected *expected, struct arena *arena,
                             struct oidc_person *ret, struct err_info *info)
{
    struct text words = {0};
    const struct json *claims;
    if (token.len > OIDC_TOKEN_MAX) {
        return refuse(info, "is too long");
    }
    enum err e = check_signature(token, keys, arena, &words, info);
    if (e) {
        return e;
    }
    if (json_parse(arena, words, &json_default_limits, &claims, NULL) ||
        claims->type != JSON_OBJECT) {
        return refuse(info, "says nothing that can be read");
    }
    return read_claims(claims, expected, ret, info);
}
