#include "feature/signin/keyring.h"

#include "store/database.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEVICE_NONCE = 16, DEVICE_PROOF = 32, DEVICE_BYTES = DEVICE_NONCE + DEVICE_PROOF };
enum { DIGITS = 2 * KEY_BYTES };

_Static_assert(KEY_SEAL_MORE == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES +
                                    crypto_aead_xchacha20poly1305_ietf_ABYTES,
               "nonce and proof");

static void close_file(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
    }
}

static enum err read_key(const char *name, unsigned char ret[KEY_BYTES], struct err_info *info)
{
    int fd CLEANUP(close_file) = open(name, O_RDONLY | O_CLOEXEC);
    char digits[DIGITS + 2] = "";
    struct stat about;
    if (fd < 0) {
        return err_set(info, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s: %s", name,
                       strerror(errno));
    }
    if (fstat(fd, &about) != 0 || (about.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return err_set(info, ERR_IO, "%s can be read by others: chmod 600 it.", name);
    }
    ssize_t len = read(fd, digits, sizeof(digits) - 1);
    size_t bytes = 0;
    bool fits =
        len >= DIGITS && sodium_hex2bin(ret, KEY_BYTES, digits, DIGITS, NULL, &bytes, NULL) == 0;
    sodium_memzero(digits, sizeof(digits));
    return fits && bytes == KEY_BYTES
               ? ERR_NONE
               : err_set(info, ERR_IO, "%s must hold %d hexadecimal digits: openssl rand -hex 32",
                         name, DIGITS);
}

static enum err write_key(const char *name, unsigned char ret[KEY_BYTES], struct err_info *info)
{
    char digits[DIGITS + 1];
    randombytes_buf(ret, KEY_BYTES);
    sodium_bin2hex(digits, sizeof(digits), ret, KEY_BYTES);
    digits[DIGITS] = '\n';
    int fd CLEANUP(close_file) = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool whole =
        fd >= 0 && write(fd, digits, sizeof(digits)) == (ssize_t)sizeof(digits) && fsync(fd) == 0;
    sodium_memzero(digits, sizeof(digits));
    return whole ? ERR_NONE : err_set(info, ERR_IO, "%s: %s", name, strerror(errno));
}

/* Two keys of one, for two uses. */
static void derive(const unsigned char key[KEY_BYTES], const char context[8], unsigned char out[])
{
    (void)crypto_kdf_derive_from_key(out, KEY_BYTES, 1, context, key);
}

enum err keyring_open(const char *database, struct keyring *ret, struct err_info *info)
{
    unsigned char key[KEY_BYTES];
    char beside[4096];
    const char *name = getenv("TROTH_KEY_FILE");
    bool named = name && name[0], is_file = database_is_file(database);
    snprintf(beside, sizeof(beside), "%s-key", database);
    enum err e = named || is_file ? read_key(named ? name : beside, key, info) : ERR_NOT_FOUND;
    struct err_info why;
    if (e == ERR_NOT_FOUND && !named && is_file) {
        e = write_key(beside, key, &why) ? ERR_NOT_FOUND : ERR_NONE;
    }
    if (e == ERR_NOT_FOUND && named) {
        return err_set(info, ERR_IO,
                       "TROTH_KEY_FILE names %s, which is not there: openssl rand "
                       "-hex 32 makes one (mode 0600)",
                       name);
    }
    if (e && e != ERR_NOT_FOUND) {
        return e;
    }
    if (e) {
        randombytes_buf(key, sizeof(key));
    }
    ret->is_kept = !e;
    derive(key, "trothsea", ret->seal);
    derive(key, "trothdev", ret->device);
    derive(key, "trothtic", ret->ticket);
    sodium_memzero(key, sizeof(key));
    return ERR_NONE;
}

struct text keyring_seal(const struct keyring *k, struct arena *arena, int64_t owner_id,
                         struct text secret)
{
    enum { NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES };
    unsigned char *out = arena_alloc(arena, secret.len + KEY_SEAL_MORE);
    unsigned long long len;
    randombytes_buf(out, NONCE);
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt(
        out + NONCE, &len, (const unsigned char *)secret.ptr, secret.len,
        (const unsigned char *)&owner_id, sizeof(owner_id), NULL, out, k->seal);
    return (struct text){(const char *)out, NONCE + (size_t)len};
}

enum err keyring_unseal(const struct keyring *k, struct arena *arena, int64_t owner_id,
                        struct text sealed, struct text *ret, struct err_info *info)
{
    enum { NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES };
    unsigned long long len = 0;
    const unsigned char *in = (const unsigned char *)sealed.ptr;
    unsigned char *out = arena_alloc(arena, sealed.len);
    if (sealed.len < KEY_SEAL_MORE ||
        crypto_aead_xchacha20poly1305_ietf_decrypt(out, &len, NULL, in + NONCE, sealed.len - NONCE,
                                                   (const unsigned char *)&owner_id,
                                                   sizeof(owner_id), in, k->seal) != 0) {
        return err_set(info, ERR_STORAGE,
                       "This was set up with another key of the server. The operator puts the key "
                       "file back, or it is removed and set up again.");
    }
    *ret = (struct text){(const char *)out, (size_t)len};
    return ERR_NONE;
}

/* -- tickets: nonce, then encrypted: until when, and the words -- */

enum {
    TICKET_NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TICKET_UNTIL = sizeof(int64_t),
    TICKET_LEAST = TICKET_NONCE + crypto_aead_xchacha20poly1305_ietf_ABYTES + TICKET_UNTIL,
    TICKET_VARIANT = sodium_base64_VARIANT_URLSAFE_NO_PADDING
};

struct text keyring_ticket(const struct keyring *k, struct arena *arena, const char *purpose,
                           int64_t until_us, struct text words)
{
    unsigned char *plain = arena_alloc(arena, TICKET_UNTIL + words.len);
    unsigned char *bytes = arena_alloc(arena, TICKET_LEAST + words.len);
    size_t size = sodium_base64_encoded_len(TICKET_LEAST + words.len, TICKET_VARIANT);
    char *letters = arena_alloc(arena, size);
    unsigned long long len;
    memcpy(plain, &until_us, TICKET_UNTIL);
    if (words.len) {
        memcpy(plain + TICKET_UNTIL, words.ptr, words.len);
    }
    randombytes_buf(bytes, TICKET_NONCE);
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt(
        bytes + TICKET_NONCE, &len, plain, TICKET_UNTIL + words.len, (const unsigned char *)purpose,
        strlen(purpose), NULL, bytes, k->ticket);
    sodium_bin2base64(letters, size, bytes, TICKET_NONCE + (size_t)len, TICKET_VARIANT);
    return text_of(letters);
}

bool keyring_ticket_read(const struct keyring *k, struct arena *arena, const char *purpose,
                         struct text ticket, int64_t now_us, struct text *ret_words,
                         int64_t *ret_until_us)
{
    unsigned char *bytes = arena_alloc(arena, ticket.len + 1);
    unsigned char *plain = arena_alloc(arena, ticket.len + 1);
    unsigned long long plain_len = 0;
    size_t len = 0;
    int64_t until_us;
    if (sodium_base642bin(bytes, ticket.len, ticket.ptr, ticket.len, NULL, &len, NULL,
                          TICKET_VARIANT) != 0 ||
        len < TICKET_LEAST ||
        crypto_aead_xchacha20poly1305_ietf_decrypt(
            plain, &plain_len, NULL, bytes + TICKET_NONCE, len - TICKET_NONCE,
            (const unsigned char *)purpose, strlen(purpose), bytes, k->ticket) != 0) {
        return false;
    }
    memcpy(&until_us, plain, TICKET_UNTIL);
    if (now_us >= until_us) {
        return false;
    }
    *ret_words =
        (struct text){(const char *)plain + TICKET_UNTIL, (size_t)plain_len - TICKET_UNTIL};
    *ret_until_us = until_us;
    return true;
}

/* -- browsers that are known -- */

static void prove_device(const struct keyring *k, struct text email,
                         const unsigned char nonce[DEVICE_NONCE], unsigned char ret[DEVICE_PROOF])
{
    crypto_generichash_state state;
    (void)crypto_generichash_init(&state, k->device, KEY_BYTES, DEVICE_PROOF);
    (void)crypto_generichash_update(&state, nonce, DEVICE_NONCE);
    (void)crypto_generichash_update(&state, (const unsigned char *)email.ptr, email.len);
    (void)crypto_generichash_final(&state, ret, DEVICE_PROOF);
}

struct text keyring_device(const struct keyring *k, struct arena *arena, struct text email)
{
    unsigned char bytes[DEVICE_BYTES];
    size_t size = sodium_base64_ENCODED_LEN(DEVICE_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *words = arena_alloc(arena, size);
    randombytes_buf(bytes, DEVICE_NONCE);
    prove_device(k, email, bytes, bytes + DEVICE_NONCE);
    sodium_bin2base64(words, size, bytes, sizeof(bytes), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return text_of(words);
}

bool keyring_device_is(const struct keyring *k, struct text email, struct text shown)
{
    unsigned char bytes[DEVICE_BYTES], proof[DEVICE_PROOF];
    size_t len = 0;
    if (sodium_base642bin(bytes, sizeof(bytes), shown.ptr, shown.len, NULL, &len, NULL,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
        len != sizeof(bytes)) {
        return false;
    }
    prove_device(k, email, bytes, proof);
    return sodium_memcmp(proof, bytes + DEVICE_NONCE, DEVICE_PROOF) == 0;
}
