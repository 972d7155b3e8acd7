/* Bytes into a file and out of it, encrypted or not. The head of the file, all numbers
 * little-endian:
 *
 *   8  "TROTHBAK"
 *   1  format: 1
 *   1  sealing: 0 none, 1 by a passphrase, 2 by a key
 *   6  zero
 *  24  passphrase only: 16 of salt, 4 passes and 4 MiB of Argon2id (version 1.3)
 *  24  passphrase or key: the header of libsodium's secretstream (XChaCha20-Poly1305)
 *
 * Then the content: as it is, or in pieces of at most 65,536 bytes, each preceded by the 4 bytes of
 * its encrypted length; the first is bound to the head, the last bears the tag "final", so that
 * nothing can be changed, moved or cut off unnoticed. */
#ifndef TROTH_ARCHIVE_SEAL_H
#define TROTH_ARCHIVE_SEAL_H

#include "base/err.h"
#include "base/text.h"

#include <stdio.h>

enum seal_kind { SEAL_NONE, SEAL_PASSPHRASE, SEAL_KEY };
enum { SEAL_KEY_BYTES = 32, SEAL_PASSPHRASE_MOST = 1024, SEAL_KEY_TEXT = 78 };

struct seal_secret {
    enum seal_kind kind;
    unsigned char key[SEAL_KEY_BYTES]; /* SEAL_KEY */
    char passphrase[SEAL_PASSPHRASE_MOST + 1];
    size_t passphrase_len;
};
/* What a file holds: "troth-key-1:" and 64 hexadecimal digits are a key, anything else a
 * passphrase, without the line's end. ERR_INVALID: empty or too long. */
enum err seal_secret_parse(struct text content, struct seal_secret *ret, struct err_info *info);
/* A new key in the form that seal_secret_parse() reads, with a line's end. */
void seal_key_make(char ret[SEAL_KEY_TEXT + 1]);
void seal_secret_wipe(struct seal_secret *secret); /* for CLEANUP */

struct seal_writer;
/* Writes the head. The file stays the caller's. secret NULL: not encrypted. */
enum err seal_create(FILE *file, const struct seal_secret *secret, struct seal_writer **ret,
                     struct err_info *info);
enum err seal_write(struct seal_writer *w, struct text bytes, struct err_info *info);
/* The last piece; what stdio holds is flushed. */
enum err seal_finish(struct seal_writer *w, struct err_info *info);
void seal_writer_free(struct seal_writer **w); /* for CLEANUP */

struct seal_reader;
/* Reads the head. ERR_INVALID: no backup, another format, or the wrong secret. */
enum err seal_open(FILE *file, const struct seal_secret *secret, struct seal_reader **ret,
                   struct err_info *info);
/* Some bytes, living until the next call; none at the end, which an encrypted file must say. */
enum err seal_read(struct seal_reader *r, struct text *ret, struct err_info *info);
void seal_reader_free(struct seal_reader **r);

#endif
