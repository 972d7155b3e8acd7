#include "base/id.h"
#include "feature/passkey/passkey_parts.h"

#include <sodium.h>

enum { VARIANT = sodium_base64_VARIANT_URLSAFE_NO_PADDING, USER_BYTES = 8 };

enum err ceremony_bytes(struct request *r, const char *field, struct text *ret,
                        struct err_info *info)
{
    struct text letters = request_text(r, field);
    unsigned char *bytes = arena_alloc(request_arena(r), letters.len + 1);
    size_t len = 0;
    if (sodium_base642bin(bytes, letters.len, letters.ptr, letters.len, NULL, &len, NULL,
                          VARIANT) != 0) {
        return err_field(info, ERR_INVALID, field, "These are bytes in base64url, without =.");
    }
    *ret = (struct text){(const char *)bytes, len};
    return ERR_NONE;
}

struct text ceremony_letters(struct arena *arena, struct text bytes)
{
    size_t size = sodium_base64_encoded_len(bytes.len, VARIANT);
    char *letters = arena_alloc(arena, size);
    sodium_bin2base64(letters, size, (const unsigned char *)bytes.ptr, bytes.len, VARIANT);
    return text_of(letters);
}

struct text ceremony_user(struct arena *arena, int64_t staff_id)
{
    char bytes[USER_BYTES];
    for (int i = 0; i < USER_BYTES; i++) {
        bytes[i] = (char)((uint64_t)staff_id >> (56 - 8 * i));
    }
    return arena_text(arena, (struct text){bytes, USER_BYTES});
}

/* Of adding: the words of the ticket say for whom. */
static enum err judge_challenge(struct request *r, enum webauthn_ceremony kind, struct ceremony *c,
                                struct err_info *info)
{
    struct signin *s = request_self(r);
    struct text words;
    const char *purpose = kind == WEBAUTHN_CREATE ? PASSKEY_ADDING : PASSKEY_SIGNING_IN;
    if (!keyring_ticket_read(signin_keys(s), request_arena(r), purpose, c->said.challenge,
                             moment_now(), &words, &c->challenge_until_us)) {
        return err_field(info, ERR_FORBIDDEN, "client_data",
                         "This took too long, or began elsewhere. Begin again.");
    }
    if (!text_to_int64(words, &c->adding_for)) {
        c->adding_for = 0;
    }
    return ERR_NONE;
}

enum err ceremony_begin(struct request *r, enum webauthn_ceremony kind, struct err_info *info)
{
    struct arena *arena = request_arena(r);
    struct ceremony *c = ARENA_NEW(arena, struct ceremony);
    enum err e = ceremony_bytes(r, "client_data", &c->client_data, info);
    e = e ? e : ceremony_bytes(r, "authenticator_data", &c->authenticator_data, info);
    e = e ? e : webauthn_client_data_read(c->client_data, kind, arena, &c->said, info);
    e = e ? e : judge_challenge(r, kind, c, info);
    if (!e) {
        c->party = webauthn_party_of(signin_origin(request_self(r), r), arena);
        request_keep(r, c);
    }
    return e;
}
