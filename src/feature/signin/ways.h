/* The ways in that somebody has: a password, as long as those are taken, passkeys, accounts at
 * providers that are trusted. */
#ifndef TROTH_FEATURE_SIGNIN_WAYS_H
#define TROTH_FEATURE_SIGNIN_WAYS_H

#include "store/database.h"

extern const struct statement_table way_statements;

/* Before they take one away themselves. ERR_CONFLICT: it is the last one. */
enum err check_other_way(struct database *db, int64_t staff_id, struct err_info *info);

#endif
