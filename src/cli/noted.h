/* What a command changed in a database itself, without a server: in the audit trail. */
#ifndef TROTH_CLI_NOTED_H
#define TROTH_CLI_NOTED_H

#include "base/arena.h"
#include "http/request.h"
#include "store/database.h"

/* In the transaction of the change. The thing as noun->write() has it; NULL: there was, or is,
 * none. */
enum err noted(struct database *db, const struct noun *noun, const char *action, int64_t id,
               const void *before, const void *after, struct err_info *info);

#endif
