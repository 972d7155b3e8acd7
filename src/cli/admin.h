/* How commands on the same machine reach a running server: it writes its address and a secret,
 * known to this start of it alone, into PLACE-admin beside its database, readable by its owner only
 * (mode 0600). Whoever can read that file can read and change the database as well. Of a database
 * that is an address the file lies in $RUNTIME_DIRECTORY, $XDG_RUNTIME_DIR or /tmp. Of several
 * servers on one machine with one database the last one to start is reached; when it stops, none of
 * them is until one starts again: commands then act on the database themselves. */
#ifndef TROTH_CLI_ADMIN_H
#define TROTH_CLI_ADMIN_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

/* address NULL: localhost. */
enum err admin_write(const char *database, const char *address, uint16_t port, const char *secret,
                     struct err_info *info);
/* Only the file that this server wrote: another one on the machine may have written its own since.
 */
void admin_remove(const char *database, const char *secret);
/* "http://localhost:8080" of the running server; terminated. */
struct text admin_url(struct arena *arena, const char *database);

/* A request to the running server. body: JSON, or empty. ERR_NOT_FOUND: no server runs for that
 * database. Else the reply, whatever its status. */
enum err admin_request(const char *database, const char *method, const char *path, struct text body,
                       struct arena *arena, unsigned *ret_status, struct text *ret_body,
                       struct err_info *info);

#endif
