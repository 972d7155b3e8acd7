/* Files that are named on the command line. */
#ifndef TROTH_CLI_FILE_H
#define TROTH_CLI_FILE_H

#include "base/arena.h"
#include "base/err.h"

/* All of a file, "-" for standard input. More than `most` bytes is ERR_LIMIT; a file that cannot be
 * read ERR_NOT_FOUND or ERR_IO, with the reason in info. */
enum err file_read(struct arena *arena, const char *name, size_t most, struct text *ret,
                   struct err_info *info);
/* Replaces a file in one step: it holds the old text or the new, never half of it. Keeps its mode.
 */
enum err file_replace(const char *name, struct text content, struct err_info *info);
/* What messages call it: the name, "standard input" for "-". */
const char *file_title(const char *name);

#endif
