/* What only SQLite can do, for files of this room. */
#ifndef TROTH_STORE_SQLITE_HANDLE_H
#define TROTH_STORE_SQLITE_HANDLE_H

#include "store/database.h"

struct sqlite3;
/* NULL: the connection is to another database. */
struct sqlite3 *sqlite_handle(struct database *db);
/* What the schema's migrations call; SQLite's code. Every connection of ours has it. */
int sqlite_add_functions(struct sqlite3 *sqlite);
/* Makes an empty file that only its owner may read: SQLite would let everyone on the machine read
 * what customers wrote. A database's other files take its mode. A file that exists, or cannot be
 * made, is left for SQLite to judge. */
void sqlite_make_file(const char *path);

#endif
