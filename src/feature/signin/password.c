#include "feature/signin/password.h"

#include "feature/signin/common.h"

#include <sodium.h>
#include <stdlib.h>
#include <utf8proc.h>

_Static_assert(PASSWORD_HASH_SIZE == crypto_pwhash_STRBYTES, "as libsodium writes it");

enum err password_normal(struct arena *arena, struct text typed, struct text *ret,
                         struct err_info *info)
{
    if (typed.len > PASSWORD_BYTES_MAX || text_utf8_valid(typed) != typed.len) {
        return err_field(info, ERR_INVALID, "password", "A password has at most %d letters.",
                         PASSWORD_LETTERS_MAX);
    }
    utf8proc_uint8_t *normal = NULL;
    utf8proc_ssize_t len =
        utf8proc_map((const utf8proc_uint8_t *)typed.ptr, (utf8proc_ssize_t)typed.len, &normal,
                     (utf8proc_option_t)(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
    if (len < 0) {
        return err_field(info, ERR_INVALID, "password", "This password has letters that are none.");
    }
    *ret = arena_text(arena, (struct text){(const char *)normal, (size_t)len});
    sodium_memzero(normal, (size_t)len);
    free(normal);
    return ERR_NONE;
}

static size_t count_letters(struct text t)
{
    size_t count = 0;
    for (size_t i = 0; i < t.len; i++) {
        count += ((unsigned char)t.ptr[i] & 0xc0) != 0x80;
    }
    return count;
}

/* Words of a name or parts of an address. */
static size_t add_words(struct text t, const char *separators, struct text own[COMMON_OWN_MAX],
                        size_t count)
{
    size_t start = 0;
    for (size_t i = 0; i <= t.len && count < COMMON_OWN_MAX; i++) {
        if (i == t.len || strchr(separators, t.ptr[i])) {
            if (i > start) {
                own[count++] = (struct text){t.ptr + start, i - start};
            }
            start = i + 1;
        }
    }
    return count;
}

enum err password_check(struct text password, struct text name, struct text email,
                        struct err_info *info)
{
    size_t letters = count_letters(password);
    if (letters < PASSWORD_LETTERS_MIN || letters > PASSWORD_LETTERS_MAX) {
        return err_field(info, ERR_INVALID, "password",
                         "A password has %d to %d letters: four or five words that do not belong "
                         "together are easy to keep in mind.",
                         PASSWORD_LETTERS_MIN, PASSWORD_LETTERS_MAX);
    }
    struct text own[COMMON_OWN_MAX];
    size_t count = add_words(email, "@.-_+", own, 0);
    count = add_words(name, " -.", own, count);
    if (common_password(password, own, count)) {
        return err_field(info, ERR_INVALID, "password",
                         "This password is among the first that others would try: it is made of "
                         "common words, rows of keys, your name or your address.");
    }
    return ERR_NONE;
}

enum err password_hash(struct text password, char ret_hash[PASSWORD_HASH_SIZE],
                       atomic_uint_fast64_t *hashed, struct err_info *info)
{
    atomic_fetch_add(hashed, 1);
    return crypto_pwhash_str(ret_hash, password.ptr, password.len, crypto_pwhash_OPSLIMIT_MODERATE,
                             crypto_pwhash_MEMLIMIT_MODERATE) == 0
               ? ERR_NONE
               : err_set(info, ERR_BUSY, "The server has no memory for this now. Try again soon.");
}

bool password_is(struct text password, const char *hash, atomic_uint_fast64_t *hashed)
{
    if (hash) {
        atomic_fetch_add(hashed, 1);
        return crypto_pwhash_str_verify(hash, password.ptr, password.len) == 0;
    }
    char nobody[PASSWORD_HASH_SIZE];
    (void)password_hash(password, nobody, hashed, NULL);
    return false;
}
