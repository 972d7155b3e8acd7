/* Customers page by page: all of them by id, or those that a search finds. */
#ifndef TROTH_FEATURE_CUSTOMER_CUSTOMER_PAGE_H
#define TROTH_FEATURE_CUSTOMER_CUSTOMER_PAGE_H

#include "feature/customer/customer_row.h"
#include "http/request.h"

/* A customer as lists show them. */
struct customer_view {
    struct customer_row row;
    struct text merged_into; /* the customer under whom this one is judged; empty: themselves */
    int64_t last_us;         /* the newest touch that they who ask may see; MOMENT_NEVER */
    struct text last_channel;
    bool is_seen;               /* there is something, and not all of it is hidden */
    int64_t open, soon, broken; /* of the newest obligations; soon ones are open too */
    bool has_more;              /* obligations than were looked at */
};

struct customer_question {
    struct text q;     /* the first letters of words; empty: all */
    struct text after; /* next of the page before; empty: from the first */
    size_t most;
    const struct identity *viewer; /* what is hidden from them is left out */
};
struct customer_page {
    const struct customer_view *views;
    size_t count;     /* may be 0 before the end */
    struct text next; /* empty: that was the last */
};

struct customers; /* the self of the module "customer" */
/* Texts in the arena. ERR_INVALID: `after` is none of ours. */
enum err customer_page_read(struct customers *customers, struct database *db,
                            const struct customer_question *question, struct arena *arena,
                            struct customer_page *ret, struct err_info *info);
/* Whether there is a touch of that customer, or of those who are one with them, that is not hidden
 * from the viewer. */
enum err customer_is_seen(struct customers *customers, struct database *db,
                          const struct identity *viewer, struct text id, struct arena *arena,
                          bool *ret, struct err_info *info);

#endif
