/* Inside of this feature: what its routes share. */
#ifndef TROTH_FEATURE_CUSTOMER_CUSTOMER_PART_H
#define TROTH_FEATURE_CUSTOMER_CUSTOMER_PART_H

#include "base/id.h"
#include "feature/customer/customer_page.h"
#include "feature/customer/follower.h"
#include "feature/customer/kin.h"
#include "feature/ledger/ledger.h"

struct customers {
    struct ledger *ledger;
    struct kin_cache *kin;
    struct follower *follower;
};

/* Each by its id (row.id), with all customers that are one with it. */
enum err customers_look(struct database *db, const struct identity *viewer, const struct kin *kin,
                        struct arena *arena, struct customer_view *views, size_t count,
                        struct err_info *info);
enum err customer_look(struct database *db, const struct identity *viewer, const struct kin *kin,
                       struct text id, struct arena *arena, struct customer_view *ret,
                       struct err_info *info);
/* The same, and ERR_NOT_FOUND where nothing is seen. */
enum err customer_find(struct database *db, const struct identity *viewer, const struct kin *kin,
                       struct text id, struct arena *arena, struct customer_view *ret,
                       struct err_info *info);
/* The members that lists show. */
void customer_view_members(struct json_writer *w, const struct customer_view *view);
/* All of one, with those that are one with it. */
void customer_view_write(struct json_writer *w, const struct kin *kin,
                         const struct customer_view *view);

/* The first ones of a search, in the order of the list; room for `most` + 1. */
enum err customer_search(const struct identity *viewer, struct database *db, const struct kin *kin,
                         struct text q, size_t most, struct arena *arena,
                         struct customer_view *views, size_t *ret_count, struct err_info *info);

route_handler customer_look_up, customer_get_list, customer_get, customer_timeline, customer_patch,
    customer_merge, customer_split;

#endif
