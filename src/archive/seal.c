#include "archive/seal.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum {
    PIECE = 65536,
    SEALED = PIECE + crypto_secretstream_xchacha20poly1305_ABYTES,
    HEAD = 16,
    SALT = crypto_pwhash_SALTBYTES,
    COST = 8, /* passes and MiB */
    STREAM = crypto_secretstream_xchacha20poly1305_HEADERBYTES,
    HEAD_MOST = HEAD + SALT + COST + STREAM,
    FORMAT = 1,
    PASSES = 3,
    PASSES_MOST = 16,
    MEMORY_MIB = 256,
    MEMORY_MIB_MOST = 1024
};
_Static_assert(SALT == 16 && STREAM == 24, "as the head of the file says");
_Static_assert(SEAL_KEY_BYTES == crypto_secretstream_xchacha20poly1305_KEYBYTES, "a stream's key");

static const char magic[] = "TROTHBAK", key_prefix[] = "troth-key-1:";
enum { MAGIC = sizeof(magic) - 1, KEY_PREFIX = sizeof(key_prefix) - 1 };
_Static_assert(SEAL_KEY_TEXT >= KEY_PREFIX + 2 * SEAL_KEY_BYTES + 1, "prefix, digits, line's end");

/* -- secrets -- */

static bool parse_key(struct text words, struct seal_secret *ret)
{
    size_t len = 0;
    const char *end = NULL;
    struct text digits = {words.ptr + KEY_PREFIX, words.len - KEY_PREFIX};
    return sodium_hex2bin(ret->key, sizeof(ret->key), digits.ptr, digits.len, NULL, &len, &end) ==
               0 &&
           len == sizeof(ret->key) && end == digits.ptr + digits.len;
}

enum err seal_secret_parse(struct text content, struct seal_secret *ret, struct err_info *info)
{
    while (content.len && strchr("\r\n", content.ptr[content.len - 1])) {
        content.len--;
    }
    struct seal_secret secret CLEANUP(seal_secret_wipe) = {.kind = SEAL_PASSPHRASE};
    if (content.len == 0 || content.len > SEAL_PASSPHRASE_MOST) {
        return err_set(info, ERR_INVALID,
                       "a secret is a passphrase of 1 to %d bytes, or a key (troth-key-1:…)",
                       SEAL_PASSPHRASE_MOST);
    }
    if (text_starts(content, text_of(key_prefix))) {
        secret.kind = SEAL_KEY;
        if (!parse_key(content, &secret)) {
            return err_set(info, ERR_INVALID,
                           "a key is troth-key-1: and 64 hexadecimal digits, and nothing else");
        }
    } else {
        memcpy(secret.passphrase, content.ptr, content.len);
        secret.passphrase_len = content.len;
    }
    *ret = secret;
    return ERR_NONE;
}

void seal_key_make(char ret[SEAL_KEY_TEXT + 1])
{
    unsigned char key[SEAL_KEY_BYTES];
    char digits[2 * SEAL_KEY_BYTES + 1];
    randombytes_buf(key, sizeof(key));
    sodium_bin2hex(digits, sizeof(digits), key, sizeof(key));
    snprintf(ret, SEAL_KEY_TEXT + 1, "%s%s\n", key_prefix, digits);
    sodium_memzero(key, sizeof(key));
    sodium_memzero(digits, sizeof(digits));
}

void seal_secret_wipe(struct seal_secret *secret)
{
    sodium_memzero(secret, sizeof(*secret));
}

struct cost {
    uint32_t passes, mib;
};

static enum err derive_key(const struct seal_secret *secret, const unsigned char *salt,
                           struct cost cost, unsigned char ret[SEAL_KEY_BYTES],
                           struct err_info *info)
{
    if (secret->kind == SEAL_KEY) {
        memcpy(ret, secret->key, SEAL_KEY_BYTES);
        return ERR_NONE;
    }
    if (crypto_pwhash(ret, SEAL_KEY_BYTES, secret->passphrase, secret->passphrase_len, salt,
                      cost.passes, (size_t)cost.mib << 20, crypto_pwhash_ALG_ARGON2ID13) != 0) {
        return err_set(info, ERR_LIMIT,
                       "the passphrase needs %u MiB of memory, which this machine does not give; "
                       "use a key (troth-key-1:…) instead",
                       cost.mib);
    }
    return ERR_NONE;
}

static void put_number(unsigned char *at, uint32_t n)
{
    for (int i = 0; i < 4; i++) {
        at[i] = (unsigned char)(n >> (8 * i));
    }
}

static uint32_t get_number(const unsigned char *at)
{
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

/* -- writing -- */

struct seal_writer {
    FILE *file;
    bool is_sealed, has_begun;
    crypto_secretstream_xchacha20poly1305_state state;
    unsigned char head[HEAD_MOST];
    size_t head_len, len;
    unsigned char plain[PIECE], sealed[SEALED];
};

static enum err write_bytes(FILE *file, const void *bytes, size_t len, struct err_info *info)
{
    if (fwrite(bytes, 1, len, file) == len) {
        return ERR_NONE;
    }
    return err_set(info, ERR_IO, "the backup cannot be written: %s", strerror(errno));
}

static enum err write_head(struct seal_writer *w, const struct seal_secret *secret,
                           struct err_info *info)
{
    memcpy(w->head, magic, MAGIC);
    w->head[MAGIC] = FORMAT;
    w->head[MAGIC + 1] = (unsigned char)(secret ? secret->kind : SEAL_NONE);
    w->head_len = HEAD;
    if (w->is_sealed) {
        unsigned char key[SEAL_KEY_BYTES];
        unsigned char *salt = w->head + HEAD;
        if (secret->kind == SEAL_PASSPHRASE) {
            randombytes_buf(salt, SALT);
            put_number(salt + SALT, PASSES);
            put_number(salt + SALT + 4, MEMORY_MIB);
            w->head_len += SALT + COST;
        }
        enum err e = derive_key(secret, salt, (struct cost){PASSES, MEMORY_MIB}, key, info);
        if (e) {
            return e;
        }
        crypto_secretstream_xchacha20poly1305_init_push(&w->state, w->head + w->head_len, key);
        sodium_memzero(key, sizeof(key));
        w->head_len += STREAM;
    }
    return write_bytes(w->file, w->head, w->head_len, info);
}

enum err seal_create(FILE *file, const struct seal_secret *secret, struct seal_writer **ret,
                     struct err_info *info)
{
    struct seal_writer *w CLEANUP(seal_writer_free) = calloc(1, sizeof(*w));
    if (!w) {
        abort();
    }
    w->file = file;
    w->is_sealed = secret && secret->kind != SEAL_NONE;
    enum err e = write_head(w, secret, info);
    if (!e) {
        *ret = w;
        w = NULL;
    }
    return e;
}

static enum err write_piece(struct seal_writer *w, bool is_last, struct err_info *info)
{
    unsigned long long len = 0;
    unsigned char length[4];
    crypto_secretstream_xchacha20poly1305_push(
        &w->state, w->sealed, &len, w->plain, w->len, w->has_begun ? NULL : w->head,
        w->has_begun ? 0 : w->head_len,
        is_last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0);
    w->has_begun = true;
    w->len = 0;
    put_number(length, (uint32_t)len);
    enum err e = write_bytes(w->file, length, sizeof(length), info);
    return e ? e : write_bytes(w->file, w->sealed, (size_t)len, info);
}

enum err seal_write(struct seal_writer *w, struct text bytes, struct err_info *info)
{
    if (!w->is_sealed) {
        return write_bytes(w->file, bytes.ptr, bytes.len, info);
    }
    while (bytes.len) {
        size_t part = PIECE - w->len < bytes.len ? PIECE - w->len : bytes.len;
        memcpy(w->plain + w->len, bytes.ptr, part);
        w->len += part;
        bytes = (struct text){bytes.ptr + part, bytes.len - part};
        enum err e = w->len == PIECE ? write_piece(w, false, info) : ERR_NONE;
        if (e) {
            return e;
        }
    }
    return ERR_NONE;
}

enum err seal_finish(struct seal_writer *w, struct err_info *info)
{
    enum err e = w->is_sealed ? write_piece(w, true, info) : ERR_NONE;
    if (!e && fflush(w->file) != 0) {
        e = err_set(info, ERR_IO, "the backup cannot be written: %s", strerror(errno));
    }
    return e;
}

void seal_writer_free(struct seal_writer **w)
{
    if (*w) {
        sodium_memzero(*w, sizeof(**w));
        free(*w);
    }
    *w = NULL;
}

/* -- reading -- */

struct seal_reader {
    FILE *file;
    bool is_sealed, has_begun, has_ended;
    crypto_secretstream_xchacha20poly1305_state state;
    unsigned char head[HEAD_MOST];
    size_t head_len;
    unsigned char plain[PIECE], sealed[SEALED];
};

static enum err is_cut(struct err_info *info)
{
    return err_set(info, ERR_INVALID,
                   "the backup is cut off or damaged: it has no end. Use another one");
}

/* Exactly len bytes. */
static enum err read_bytes(FILE *file, void *bytes, size_t len, struct err_info *info)
{
    if (fread(bytes, 1, len, file) == len) {
        return ERR_NONE;
    }
    return ferror(file) ? err_set(info, ERR_IO, "the backup cannot be read: %s", strerror(errno))
                        : is_cut(info);
}

static enum err check_kind(struct seal_reader *r, const struct seal_secret *secret,
                           struct err_info *info)
{
    static const unsigned char zeros[HEAD - MAGIC - 2];
    unsigned kind = r->head[MAGIC + 1], given = secret ? secret->kind : SEAL_NONE;
    if (r->head[MAGIC] != FORMAT || kind > SEAL_KEY ||
        memcmp(r->head + MAGIC + 2, zeros, sizeof(zeros)) != 0) {
        return err_set(
            info, ERR_INVALID,
            "the backup has format %u, which this program does not know; use a newer one",
            r->head[MAGIC]);
    }
    static const char *const needs[] = {
        [SEAL_NONE] = "the backup is not encrypted: leave the secret out",
        [SEAL_PASSPHRASE] = "the backup is encrypted with a passphrase: name the file that holds "
                            "it with --decrypt-with",
        [SEAL_KEY] = "the backup is encrypted with a key: name the file that holds it with "
                     "--decrypt-with",
    };
    return kind == given ? ERR_NONE : err_set(info, ERR_INVALID, "%s", needs[kind]);
}

static enum err read_key(struct seal_reader *r, const struct seal_secret *secret,
                         struct err_info *info)
{
    struct cost cost = {0};
    const unsigned char *salt = r->head + HEAD;
    size_t more = STREAM + (secret->kind == SEAL_PASSPHRASE ? SALT + COST : 0);
    enum err e = read_bytes(r->file, r->head + HEAD, more, info);
    if (e) {
        return e;
    }
    r->head_len = HEAD + more;
    if (secret->kind == SEAL_PASSPHRASE) {
        cost = (struct cost){get_number(salt + SALT), get_number(salt + SALT + 4)};
        if (cost.passes < 1 || cost.passes > PASSES_MOST || cost.mib < 1 ||
            cost.mib > MEMORY_MIB_MOST) {
            return err_set(info, ERR_INVALID, "the head of the backup is damaged. Use another one");
        }
    }
    unsigned char key[SEAL_KEY_BYTES];
    e = derive_key(secret, salt, cost, key, info);
    if (!e && crypto_secretstream_xchacha20poly1305_init_pull(
                  &r->state, r->head + r->head_len - STREAM, key) != 0) {
        e = err_set(info, ERR_INVALID, "the head of the backup is damaged. Use another one");
    }
    sodium_memzero(key, sizeof(key));
    return e;
}

enum err seal_open(FILE *file, const struct seal_secret *secret, struct seal_reader **ret,
                   struct err_info *info)
{
    struct seal_reader *r CLEANUP(seal_reader_free) = calloc(1, sizeof(*r));
    if (!r) {
        abort();
    }
    r->file = file;
    r->is_sealed = secret && secret->kind != SEAL_NONE;
    size_t got = fread(r->head, 1, HEAD, file);
    if (got < HEAD || memcmp(r->head, magic, MAGIC) != 0) {
        return ferror(file)
                   ? err_set(info, ERR_IO, "the backup cannot be read: %s", strerror(errno))
                   : err_set(info, ERR_INVALID, "this is not a backup of Troth");
    }
    r->head_len = HEAD;
    enum err e = check_kind(r, secret, info);
    if (!e && secret && r->is_sealed) {
        e = read_key(r, secret, info);
    }
    if (!e) {
        *ret = r;
        r = NULL;
    }
    return e;
}

static enum err read_piece(struct seal_reader *r, struct text *ret, struct err_info *info)
{
    unsigned char length[4], tag = 0;
    unsigned long long len = 0;
    enum err e = read_bytes(r->file, length, sizeof(length), info);
    size_t sealed = e ? 0 : get_number(length);
    if (!e && (sealed < SEALED - PIECE || sealed > SEALED)) {
        return is_cut(info);
    }
    e = e ? e : read_bytes(r->file, r->sealed, sealed, info);
    if (e) {
        return e;
    }
    if (crypto_secretstream_xchacha20poly1305_pull(&r->state, r->plain, &len, &tag, r->sealed,
                                                   sealed, r->has_begun ? NULL : r->head,
                                                   r->has_begun ? 0 : r->head_len) != 0) {
        return r->has_begun ? is_cut(info)
                            : err_set(info, ERR_INVALID,
                                      "the secret is not that of this backup, or the backup is "
                                      "damaged");
    }
    r->has_begun = true;
    r->has_ended = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    if (r->has_ended && fgetc(r->file) != EOF) {
        return err_set(info, ERR_INVALID, "something follows the end of the backup");
    }
    *ret = (struct text){(const char *)r->plain, (size_t)len};
    return ERR_NONE;
}

enum err seal_read(struct seal_reader *r, struct text *ret, struct err_info *info)
{
    while (r->is_sealed && !r->has_ended) { /* until a piece that holds something */
        struct text piece = {0};
        enum err e = read_piece(r, &piece, info);
        if (e || piece.len) {
            *ret = e ? *ret : piece;
            return e;
        }
    }
    if (r->is_sealed) {
        *ret = (struct text){0};
        return ERR_NONE;
    }
    size_t got = fread(r->plain, 1, sizeof(r->plain), r->file);
    if (got == 0 && ferror(r->file)) {
        return err_set(info, ERR_IO, "the backup cannot be read: %s", strerror(errno));
    }
    *ret = (struct text){(const char *)r->plain, got};
    return ERR_NONE;
}

void seal_reader_free(struct seal_reader **r)
{
    if (*r) {
        sodium_memzero(*r, sizeof(**r));
        free(*r);
    }
    *r = NULL;
}
