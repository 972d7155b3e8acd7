/* Passwords: what is taken for one (NIST SP 800-63B-4, 3.1.1.2), and their hashes (Argon2id by
 * libsodium, its moderate limits: 256 MiB and about half a second).
 *
 * At least 15 letters, as that standard asks where a password may be all that is asked for; up to
 * 256; any letters, none prescribed; the same letters typed on another system are the same password
 * (NFC). Refused: what is made of nothing but the commonest passwords, runs of the keyboard, years,
 * repetitions, and the name and address of its owner. */
#ifndef TROTH_FEATURE_SIGNIN_PASSWORD_H
#define TROTH_FEATURE_SIGNIN_PASSWORD_H

#include "base/arena.h"
#include "base/err.h"

#include <stdatomic.h>

enum { PASSWORD_LETTERS_MIN = 15, PASSWORD_LETTERS_MAX = 256, PASSWORD_BYTES_MAX = 1024 };
enum { PASSWORD_HASH_SIZE = 128 };

/* As it is hashed, in the arena. ERR_INVALID: not well-formed, or far too long. */
enum err password_normal(struct arena *arena, struct text typed, struct text *ret,
                         struct err_info *info);
/* A new one, already normal. */
enum err password_check(struct text password, struct text name, struct text email,
                        struct err_info *info);

/* Both take long: only by a labourer; *hashed counts each hash that is made, for whoever asks how
 * much work that was. ERR_BUSY: no memory for it at the moment. */
enum err password_hash(struct text password, char ret_hash[PASSWORD_HASH_SIZE],
                       atomic_uint_fast64_t *hashed, struct err_info *info);
/* hash NULL: as much work as for any other, and never right. */
bool password_is(struct text password, const char *hash, atomic_uint_fast64_t *hashed);

#endif
