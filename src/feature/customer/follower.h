/* Inside of this feature: customers of whom touches come are given the words by which they are
 * found, a little after the touches were committed, and a bounded part at a time. How far it has
 * come is a row, so nothing is left out whatever stops a server, and what was there before words
 * were kept is caught up with in the same way. Where servers share a database, that row stays
 * behind what one of them may not have committed yet, and each also looks at its own newest touches
 * at once. All on the clerk's thread. */
#ifndef TROTH_FEATURE_CUSTOMER_FOLLOWER_H
#define TROTH_FEATURE_CUSTOMER_FOLLOWER_H

#include "store/database.h"

extern const struct statement_table follower_statements;

struct follower;
struct follower *follower_new(void);
void follower_free(struct follower *f);

/* As of struct clerk_hook. */
void follower_begun(struct follower *f, const struct database *db);
int64_t follower_due(const struct follower *f);
enum err follower_tick(struct follower *f, struct database *db, int64_t now_us,
                       struct err_info *info);
void follower_undone(struct follower *f);
void follower_committed(struct follower *f);

#endif
