/* Waiting for word from other servers on the same database (PostgreSQL only). */
#ifndef TROTH_STORE_LISTEN_H
#define TROTH_STORE_LISTEN_H

#include "store/database.h"

/* From here on word is heard; again after the connection was lost. Outside of transactions. */
enum err database_listen(struct database *db, struct err_info *info);
/* Gives word to all that listen, this one too. */
enum err database_notify(struct database *db, struct err_info *info);
/* Until there is word, or fd can be read (which is done, as of an eventfd), or the time has passed,
 * or the connection is lost. */
void database_wait(struct database *db, int fd, int timeout_ms);

#endif
