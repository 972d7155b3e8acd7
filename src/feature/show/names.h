/* Inside of this feature: what the shop's staff have written of its customers. */
#ifndef TROTH_FEATURE_SHOW_NAMES_H
#define TROTH_FEATURE_SHOW_NAMES_H

#include "base/arena.h"
#include "store/database.h"

/* In a transaction: names, addresses and traits of the customers with these numbers, both included,
 * of whom nothing was written yet. */
enum err show_name_customers(struct database *db, uint32_t first, uint32_t last, int64_t now_us,
                             struct err_info *info);

#endif
