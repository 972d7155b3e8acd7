#include "feature/signin/totp.h"

#include "base/moment.h"

#include <liboath/oath.h>
#include <qrencode.h>
#include <sodium.h>
#include <stdlib.h>
#include <time.h>

struct text totp_draw(struct arena *arena)
{
    char *secret = arena_alloc(arena, TOTP_SECRET_BYTES);
    randombytes_buf(secret, TOTP_SECRET_BYTES);
    return (struct text){secret, TOTP_SECRET_BYTES};
}

/* Every step is compared, and the whole code, so that how long it takes tells nothing. */
int64_t totp_step(struct text secret, struct text code, int64_t now_us)
{
    time_t now = (time_t)(now_us / SECOND_US);
    int64_t found = -1;
    if (code.len != TOTP_DIGITS) {
        return -1;
    }
    for (int64_t i = -1; i <= 1; i++) {
        char right[TOTP_DIGITS + 1];
        time_t at = now + (time_t)i * TOTP_STEP_S;
        if (oath_totp_generate(secret.ptr, secret.len, at, TOTP_STEP_S, 0, TOTP_DIGITS, right) ==
                OATH_OK &&
            sodium_memcmp(right, code.ptr, TOTP_DIGITS) == 0) {
            found = (int64_t)at / TOTP_STEP_S;
        }
    }
    return found;
}

struct text totp_words(struct arena *arena, struct text secret)
{
    char *words = NULL;
    size_t len = 0;
    if (oath_base32_encode(secret.ptr, secret.len, &words, &len) != OATH_OK) {
        return TEXT("");
    }
    struct text copy = arena_text(arena, (struct text){words, len});
    sodium_memzero(words, len);
    free(words);
    return copy;
}

static void add_escaped(struct buf *out, struct text t)
{
    for (size_t i = 0; i < t.len; i++) {
        unsigned char c = (unsigned char)t.ptr[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     (c && strchr("-._~@", c));
        if (plain) {
            buf_add_char(out, (char)c);
        } else {
            buf_addf(out, "%%%02X", (unsigned)c);
        }
    }
}

struct text totp_address(struct arena *arena, struct text issuer, struct text email,
                         struct text secret)
{
    struct buf out CLEANUP(buf_release) = {0};
    buf_add_str(&out, "otpauth://totp/");
    add_escaped(&out, issuer);
    buf_add_str(&out, ":");
    add_escaped(&out, email);
    buf_addf(&out, "?secret=%.*s&issuer=", TEXT_ARG(totp_words(arena, secret)));
    add_escaped(&out, issuer);
    return arena_text(arena, buf_text(&out));
}

static void free_code(QRcode **code)
{
    QRcode_free(*code);
}

struct text totp_picture(struct arena *arena, struct text address)
{
    QRcode *code CLEANUP(free_code) =
        QRcode_encodeString8bit(arena_text(arena, address).ptr, 0, QR_ECLEVEL_M);
    if (!code) {
        return TEXT("");
    }
    enum { QUIET = 4 };
    struct buf out CLEANUP(buf_release) = {0};
    int side = code->width + 2 * QUIET;
    buf_addf(&out,
             "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
             "shape-rendering=\"crispEdges\"><rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>"
             "<path fill=\"#000\" d=\"",
             side, side, side, side);
    for (int y = 0; y < code->width; y++) {
        for (int x = 0; x < code->width; x++) {
            if (code->data[y * code->width + x] & 1) {
                buf_addf(&out, "M%d %dh1v1h-1z", x + QUIET, y + QUIET);
            }
        }
    }
    buf_add_str(&out, "\"/></svg>");
    return arena_text(arena, buf_text(&out));
}
