/* The server's key: a file of 32 random bytes in hexadecimal digits, mode 0600, apart from the
 * database, so that who has the database alone (a backup) has no second factors. Beside an SQLite
 * database it is PLACE-key, made at the first start; elsewhere TROTH_KEY_FILE names it, the same
 * for all servers. */
#ifndef TROTH_FEATURE_SIGNIN_KEYRING_H
#define TROTH_FEATURE_SIGNIN_KEYRING_H

#include "base/arena.h"
#include "base/err.h"

enum { KEY_BYTES = 32, KEY_SEAL_MORE = 24 + 16 /* what sealing adds: nonce and proof */ };

struct keyring {
    bool is_kept; /* the key is that of the file; else of this start alone */
    unsigned char seal[KEY_BYTES], device[KEY_BYTES], ticket[KEY_BYTES];
};
/* ERR_IO: the file is there and cannot be used. Without a file: a key that only this start knows.
 */
enum err keyring_open(const char *database, struct keyring *ret, struct err_info *info);

/* Encrypted and bound to whose it is: a person's id, a provider's. */
struct text keyring_seal(const struct keyring *k, struct arena *arena, int64_t owner_id,
                         struct text secret);
/* ERR_STORAGE: sealed with another key. */
enum err keyring_unseal(const struct keyring *k, struct arena *arena, int64_t owner_id,
                        struct text sealed, struct text *ret, struct err_info *info);

/* A ticket: words that a browser keeps for us and gives back in time, without being able to read or
 * change them, for one purpose. In letters of base64url; never the same twice. */
struct text keyring_ticket(const struct keyring *k, struct arena *arena, const char *purpose,
                           int64_t until_us, struct text words);
/* False: it is none of ours, for another purpose, or too old. */
bool keyring_ticket_read(const struct keyring *k, struct arena *arena, const char *purpose,
                         struct text ticket, int64_t now_us, struct text *ret_words,
                         int64_t *ret_until_us);

/* What a browser shows that has signed in to that account; in the arena. */
struct text keyring_device(const struct keyring *k, struct arena *arena, struct text email);
bool keyring_device_is(const struct keyring *k, struct text email, struct text shown);

#endif
