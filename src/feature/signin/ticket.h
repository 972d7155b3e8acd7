/* Tickets (keyring.h) that are good once: what was shown is kept until it would be too old anyway.
 * Who shows none but those of ours writes nothing. */
#ifndef TROTH_FEATURE_SIGNIN_TICKET_H
#define TROTH_FEATURE_SIGNIN_TICKET_H

#include "store/database.h"

extern const struct statement_table ticket_statements;

/* In a job of the clerk. ERR_CONFLICT: it was used before, perhaps at another server. */
enum err ticket_use(struct database *db, struct text ticket, int64_t until_us, int64_t now_us,
                    struct err_info *info);

#endif
