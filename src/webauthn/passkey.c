#include "webauthn/passkey.h"

#include "webauthn/cbor.h"

#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>
#include <sodium.h>
#include <stdlib.h>

enum {
    FLAG_PRESENT = 0x01,
    FLAG_VERIFIED = 0x04,
    FLAG_ATTESTED = 0x40,
    HASH = crypto_hash_sha256_BYTES,
    HEAD = HASH + 1 + 4, /* party, flags, count */
    MAKER = 16           /* of the authenticator, before the length of the passkey's id */
};

const int webauthn_algorithms[] = {COSE_ES256, COSE_EDDSA, COSE_RS256, 0};

struct webauthn_party webauthn_party_of(struct text origin, struct arena *arena)
{
    const char *start = origin.len ? memmem(origin.ptr, origin.len, "://", 3) : NULL;
    size_t from = start ? (size_t)(start - origin.ptr) + 3 : origin.len;
    struct text host = {origin.ptr + from, origin.len - from};
    const char *colon = host.len ? memrchr(host.ptr, ':', host.len) : NULL;
    if (colon && host.ptr[host.len - 1] != ']') {
        host.len = (size_t)(colon - host.ptr);
    }
    return (struct webauthn_party){origin, arena_text(arena, host)};
}

static enum err check_origin(const struct webauthn_party *party,
                             const struct webauthn_client_data *client_data, struct err_info *info)
{
    return text_eq(party->origin, client_data->origin)
               ? ERR_NONE
               : err_set(info, ERR_FORBIDDEN,
                         "This passkey was used on a page of another address than this server's.");
}

/* What follows the head is CBOR: the key of a new one, extensions. libfido2's reader makes room for
 * whatever is announced there. */
static bool is_sound(struct text data)
{
    size_t at = HEAD;
    if (data.len < at) {
        return false;
    }
    if ((unsigned char)data.ptr[HASH] & FLAG_ATTESTED) {
        at += MAKER + 2;
        if (data.len < at) {
            return false;
        }
        at += (size_t)(unsigned char)data.ptr[at - 2] << 8 | (unsigned char)data.ptr[at - 1];
    }
    return data.len >= at && cbor_is_sound((struct text){data.ptr + at, data.len - at});
}

/* -- a new one -- */

static void drop_cred(fido_cred_t **cred)
{
    fido_cred_free(cred);
}

static bool reads_as(fido_cred_t *cred, int algorithm, struct text data)
{
    const unsigned char *bytes = (const unsigned char *)data.ptr;
    return fido_cred_set_type(cred, algorithm) == FIDO_OK &&
           fido_cred_set_authdata_raw(cred, bytes, data.len) == FIDO_OK;
}

static bool is_for(const struct webauthn_party *party, struct text authenticator_data)
{
    unsigned char hash[HASH];
    crypto_hash_sha256(hash, (const unsigned char *)party->id.ptr, party->id.len);
    return authenticator_data.len > HASH && memcmp(hash, authenticator_data.ptr, HASH) == 0;
}

static enum err read_cred(fido_cred_t *cred, int algorithm, struct arena *arena,
                          struct webauthn_passkey *ret, struct err_info *info)
{
    const char *id = (const char *)fido_cred_id_ptr(cred);
    const char *key = (const char *)fido_cred_pubkey_ptr(cred);
    if ((fido_cred_flags(cred) & (FLAG_PRESENT | FLAG_VERIFIED)) !=
        (FLAG_PRESENT | FLAG_VERIFIED)) {
        return err_set(info, ERR_FORBIDDEN,
                       "The device did not verify that it is you: by a PIN, a finger, a face. Set "
                       "that up on it, then add the passkey again.");
    }
    if (!id || !key || fido_cred_id_len(cred) == 0 || fido_cred_id_len(cred) > WEBAUTHN_ID_MAX) {
        return err_field(info, ERR_INVALID, "authenticator_data", "This is no new passkey.");
    }
    *ret = (struct webauthn_passkey){
        .id = arena_text(arena, (struct text){id, fido_cred_id_len(cred)}),
        .algorithm = algorithm,
        .public_key = arena_text(arena, (struct text){key, fido_cred_pubkey_len(cred)}),
        .sign_count = fido_cred_sigcount(cred),
    };
    return ERR_NONE;
}

enum err webauthn_register(const struct webauthn_party *party,
                           const struct webauthn_client_data *client_data,
                           struct text authenticator_data, struct arena *arena,
                           struct webauthn_passkey *ret, struct err_info *info)
{
    enum err e = check_origin(party, client_data, info);
    if (e) {
        return e;
    }
    if (!is_for(party, authenticator_data)) {
        return err_set(info, ERR_FORBIDDEN, "This passkey was made for another server.");
    }
    bool sound = is_sound(authenticator_data);
    for (const int *algorithm = webauthn_algorithms; sound && *algorithm; algorithm++) {
        fido_cred_t *cred CLEANUP(drop_cred) = fido_cred_new();
        if (!cred) {
            abort();
        }
        if (reads_as(cred, *algorithm, authenticator_data)) {
            return read_cred(cred, *algorithm, arena, ret, info);
        }
    }
    return err_field(info, ERR_INVALID, "authenticator_data",
                     "This is no new passkey of a kind that is known here (ES256, EdDSA, RS256).");
}

/* -- signing in -- */

static void drop_assert(fido_assert_t **assertion)
{
    fido_assert_free(assertion);
}

static bool is_signed_es256(const fido_assert_t *a, struct text key)
{
    es256_pk_t *pk = es256_pk_new();
    bool right = pk && es256_pk_from_ptr(pk, key.ptr, key.len) == FIDO_OK &&
                 fido_assert_verify(a, 0, COSE_ES256, pk) == FIDO_OK;
    es256_pk_free(&pk);
    return right;
}

static bool is_signed_rs256(const fido_assert_t *a, struct text key)
{
    rs256_pk_t *pk = rs256_pk_new();
    bool right = pk && rs256_pk_from_ptr(pk, key.ptr, key.len) == FIDO_OK &&
                 fido_assert_verify(a, 0, COSE_RS256, pk) == FIDO_OK;
    rs256_pk_free(&pk);
    return right;
}

static bool is_signed_eddsa(const fido_assert_t *a, struct text key)
{
    eddsa_pk_t *pk = eddsa_pk_new();
    bool right = pk && eddsa_pk_from_ptr(pk, key.ptr, key.len) == FIDO_OK &&
                 fido_assert_verify(a, 0, COSE_EDDSA, pk) == FIDO_OK;
    eddsa_pk_free(&pk);
    return right;
}

/* libfido2 looks at the party, at who was present and verified, then at the signature. */
static bool is_signed(const fido_assert_t *a, const struct webauthn_passkey *passkey)
{
    switch (passkey->algorithm) {
    case COSE_ES256:
        return is_signed_es256(a, passkey->public_key);
    case COSE_RS256:
        return is_signed_rs256(a, passkey->public_key);
    case COSE_EDDSA:
        return is_signed_eddsa(a, passkey->public_key);
    default:
        return false;
    }
}

static bool set_assertion(fido_assert_t *a, const struct webauthn_party *party,
                          const struct webauthn_assertion *given)
{
    unsigned char hash[HASH];
    const unsigned char *data = (const unsigned char *)given->authenticator_data.ptr;
    const unsigned char *signature = (const unsigned char *)given->signature.ptr;
    crypto_hash_sha256(hash, (const unsigned char *)given->client_data.ptr, given->client_data.len);
    return fido_assert_set_clientdata_hash(a, hash, sizeof(hash)) == FIDO_OK &&
           fido_assert_set_rp(a, party->id.ptr) == FIDO_OK &&
           fido_assert_set_up(a, FIDO_OPT_TRUE) == FIDO_OK &&
           fido_assert_set_uv(a, FIDO_OPT_TRUE) == FIDO_OK &&
           fido_assert_set_count(a, 1) == FIDO_OK &&
           fido_assert_set_authdata_raw(a, 0, data, given->authenticator_data.len) == FIDO_OK &&
           fido_assert_set_sig(a, 0, signature, given->signature.len) == FIDO_OK;
}

enum err webauthn_judge(const struct webauthn_party *party, const struct webauthn_passkey *passkey,
                        const struct webauthn_client_data *client_data,
                        const struct webauthn_assertion *assertion, int64_t *ret_sign_count,
                        struct err_info *info)
{
    enum err e = check_origin(party, client_data, info);
    if (e) {
        return e;
    }
    fido_assert_t *a CLEANUP(drop_assert) = fido_assert_new();
    if (!a) {
        abort();
    }
    if (!is_sound(assertion->authenticator_data) || !set_assertion(a, party, assertion) ||
        !is_signed(a, passkey)) {
        return err_set(info, ERR_FORBIDDEN,
                       "This passkey did not prove that it is yours. Try again, or sign in another "
                       "way.");
    }
    int64_t count = fido_assert_sigcount(a, 0);
    if ((count || passkey->sign_count) && count <= passkey->sign_count) {
        return err_set(info, ERR_FORBIDDEN,
                       "This passkey has counted back: there may be a copy of it. Sign in another "
                       "way, remove it, and tell an administrator.");
    }
    *ret_sign_count = count;
    return ERR_NONE;
}
