/* Inside of this feature: what of the trail somebody may read. What is told of a restricted team's
 * obligations and customers is for those alone who may read these. */
#ifndef TROTH_FEATURE_AUDIT_SIGHT_H
#define TROTH_FEATURE_AUDIT_SIGHT_H

#include "feature/audit/chain.h"
#include "feature/customer/customer_page.h"

struct sight {
    const struct identity *viewer;
    struct customers *customers;
};

enum err sight_has(const struct sight *sight, struct database *db, const struct chain_link *link,
                   struct arena *arena, bool *ret, struct err_info *info);

#endif
