/* The numbers that servers have had: each is in the ids of what its server wrote. */
#ifndef TROTH_FEATURE_LEDGER_NODE_ROW_H
#define TROTH_FEATURE_LEDGER_NODE_ROW_H

#include "base/arena.h"
#include "store/database.h"

extern const struct statement_table node_row_statements;

enum err node_row_put(struct database *db, uint32_t number, struct text address, int64_t now_us,
                      struct err_info *info);
/* All numbers that may be in ids: 0, and those of the table. */
enum err node_row_list(struct database *db, struct arena *arena, uint32_t **ret, size_t *ret_count,
                       struct err_info *info);

#endif
