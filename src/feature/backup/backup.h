/* The server's part of a backup: a snapshot of its SQLite database, taken by the clerk between its
 * batches, for `troth backup` and `troth db verify` to read. One at a time. */
#ifndef TROTH_FEATURE_BACKUP_BACKUP_H
#define TROTH_FEATURE_BACKUP_BACKUP_H

#include "server/server.h"

extern const struct module backup_module; /* "backup" */

#endif
