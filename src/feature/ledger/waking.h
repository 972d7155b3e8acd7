/* Keys that may have to act on a touch that was heard anywhere. They may be a million, so they are
 * woken part by part, in later transactions; what is left to do stands in the database. */
#ifndef TROTH_FEATURE_LEDGER_WAKING_H
#define TROTH_FEATURE_LEDGER_WAKING_H

#include "engine/engine.h"
#include "store/database.h"

extern const struct statement_table waking_statements;

/* To be woken: all keys that have a state, and those that no longer have one but had an obligation
 * decided since us. */
enum err waking_add(struct database *db, const struct plan *plan, int64_t us,
                    struct err_info *info);
/* Is there any left? */
enum err waking_any(struct database *db, bool *ret, struct err_info *info);
enum { WAKING_PART = 128 }; /* keys or entries */
/* Wakes the next part: they are due at due_us. */
enum err waking_some(struct database *db, const struct plan *plan, int64_t due_us, bool *ret_any,
                     struct err_info *info);

#endif
