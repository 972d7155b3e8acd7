/* A database that stands still while a command reads it: where a server runs on an SQLite file, a
 * snapshot that the server makes beside it; where none runs, the file itself, locked, so that none
 * begins meanwhile. PostgreSQL keeps still by itself within a transaction. */
#ifndef TROTH_CLI_STANDING_H
#define TROTH_CLI_STANDING_H

#include "base/arena.h"
#include "store/database.h"

struct standing {
    struct database *db;
    struct buf snapshot; /* its path, to be removed; empty: none */
    int lock;            /* of commands like this one, -1: none */
};
/* progress: called while the snapshot is made; may be NULL. ERR_NOT_FOUND: there is no database. */
enum err standing_open(const char *place, void (*progress)(void *context, double share),
                       void *context, struct standing *ret, struct err_info *info);
/* ERR_NOT_FOUND: there is no file of that name. PostgreSQL says so itself when it is opened. */
enum err standing_exists(const char *place, struct err_info *info);
void standing_close(struct standing *s); /* for CLEANUP; {.lock = -1} is fine */

#endif
