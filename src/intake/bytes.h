/* Bytes from a file, standard input or memory, chunk by chunk; gzip is recognised and undone. */
#ifndef TROTH_INTAKE_BYTES_H
#define TROTH_INTAKE_BYTES_H

#include "base/err.h"
#include "base/text.h"

struct bytes;

/* "-" is standard input. ERR_NOT_FOUND, ERR_IO. */
enum err bytes_open(const char *name, struct bytes **ret, struct err_info *info);
/* Of memory that outlives it; as it is, no gzip. */
struct bytes *bytes_of(struct text text);
void bytes_close(struct bytes *b); /* NULL is fine */

/* What is not taken yet, at least one byte unless the end is reached. Valid until the next call for
 * a chunk. ERR_IO: the disk failed, or the gzip is damaged or cut off. */
enum err bytes_chunk(struct bytes *b, struct text *ret, struct err_info *info);
void bytes_take(struct bytes *b, size_t count); /* of the chunk */
/* Takes a byte order mark and white space; the byte that follows (0 to 255), BYTES_END at the end.
 * *line counts the newlines. */
enum { BYTES_END = -1 };
enum err bytes_first(struct bytes *b, uint64_t *line, int *ret, struct err_info *info);
/* Share of the file read so far, 0 to 1; negative where its size is not known. */
double bytes_share(const struct bytes *b);

#endif
