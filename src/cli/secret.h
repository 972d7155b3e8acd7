/* The secret of a backup, from a file or the environment: never from the command line itself, which
 * every user of the machine can read. */
#ifndef TROTH_CLI_SECRET_H
#define TROTH_CLI_SECRET_H

#include "archive/seal.h"

/* where: a file, or "env:NAME". NULL: *ret stays SEAL_NONE. */
enum err secret_read(const char *where, struct seal_secret *ret, struct err_info *info);

#endif
