/* What a browser says of a passkey: any bytes are read or refused with words. The first byte says
 * as what: c, g what the browser says when one is made, or used; n what the authenticator says of a
 * new one; a the same and (its last 64 bytes) the signature of one that is used, which nobody has
 * made. */
#include "webauthn/passkey.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct webauthn_client_data said = {TEXT("AAAA"), TEXT("http://localhost:8080")};

static enum err judge(const struct webauthn_party *party, struct text in, struct err_info *info)
{
    static const char point[64] = "no point of the curve";
    const struct webauthn_passkey passkey = {
        .id = TEXT("x"), .algorithm = -7, .public_key = {point, sizeof(point)}};
    size_t cut = in.len < 64 ? in.len : 64;
    const struct webauthn_assertion assertion = {
        TEXT("{}"), {in.ptr, in.len - cut}, {in.ptr + in.len - cut, cut}};
    int64_t count;
    enum err e = webauthn_judge(party, &passkey, &said, &assertion, &count, info);
    if (!e) {
        abort();
    }
    return e;
}

static enum err read_as(char kind, struct text in, struct arena *arena, struct err_info *info)
{
    struct webauthn_party party = webauthn_party_of(said.origin, arena);
    struct webauthn_client_data client_data;
    struct webauthn_passkey passkey;
    switch (kind) {
    case 'c':
        return webauthn_client_data_read(in, WEBAUTHN_CREATE, arena, &client_data, info);
    case 'g':
        return webauthn_client_data_read(in, WEBAUTHN_GET, arena, &client_data, info);
    case 'n':
        return webauthn_register(&party, &said, in, arena, &passkey, info);
    case 'a':
        return judge(&party, in, info);
    default:
        return ERR_NONE;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct err_info info = {0};
    if (size) {
        struct text in = {(const char *)data + 1, size - 1};
        if (read_as((char)data[0], in, &arena, &info) && !info.text[0]) {
            abort();
        }
    }
    return 0;
}
