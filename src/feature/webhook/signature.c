#include "feature/webhook/signature.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>

static const char prefix[] = "whsec_";

void webhook_secret_draw(char ret[WEBHOOK_SECRET_SIZE])
{
    unsigned char bytes[WEBHOOK_SECRET_BYTES];
    char letters[WEBHOOK_SECRET_SIZE - sizeof(prefix) + 1];
    randombytes_buf(bytes, sizeof(bytes));
    sodium_bin2base64(letters, sizeof(letters), bytes, sizeof(bytes),
                      sodium_base64_VARIANT_ORIGINAL);
    snprintf(ret, WEBHOOK_SECRET_SIZE, "%s%s", prefix, letters);
    sodium_memzero(bytes, sizeof(bytes));
    sodium_memzero(letters, sizeof(letters));
}

static void add(crypto_auth_hmacsha256_state *state, struct text t)
{
    crypto_auth_hmacsha256_update(state, (const unsigned char *)t.ptr, t.len);
}

bool webhook_sign(struct text secret, struct text id, int64_t timestamp_s, struct text body,
                  struct buf *out)
{
    unsigned char key[WEBHOOK_SECRET_BYTES], mac[crypto_auth_hmacsha256_BYTES];
    char time[32], letters[64];
    size_t len = 0, skip = sizeof(prefix) - 1;
    if (!text_starts(secret, text_of(prefix)) ||
        sodium_base642bin(key, sizeof(key), secret.ptr + skip, secret.len - skip, NULL, &len, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0) {
        return false;
    }
    snprintf(time, sizeof(time), ".%" PRId64 ".", timestamp_s);
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, key, len);
    add(&state, id);
    add(&state, text_of(time));
    add(&state, body);
    crypto_auth_hmacsha256_final(&state, mac);
    sodium_bin2base64(letters, sizeof(letters), mac, sizeof(mac), sodium_base64_VARIANT_ORIGINAL);
    buf_addf(out, "%sv1,%s", out->len ? " " : "", letters);
    sodium_memzero(key, sizeof(key));
    sodium_memzero(&state, sizeof(state));
    return true;
}
