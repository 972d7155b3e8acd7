/* What is owed and what was paid, by promise, day and currency, counted anew from the ledger's
 * entries and from touches. A withdrawal takes back what was owed before it, on the days it was
 * owed. */
#ifndef TROTH_FEATURE_VERIFY_OWED_H
#define TROTH_FEATURE_VERIFY_OWED_H

#include "feature/code/book.h"

struct owed_sum {
    int64_t owed, owed_count, paid, paid_count; /* owed, paid: minor units */
};
struct owed_row {
    struct owed_row *next, *next_in_slot;
    struct text promise, currency; /* currency empty: tasks */
    int32_t day;
    struct owed_sum sum;
    bool seen; /* the user's own */
};
enum { OWED_SLOTS = 4096 };
struct owed {
    struct arena *arena;
    struct owed_row *first; /* in no order */
    struct owed_row *slots[OWED_SLOTS];
};

/* The row; made if need be. */
struct owed_row *owed_at(struct owed *all, struct text promise, int32_t day, struct text currency);
void owed_sum_add(struct owed_sum *sum, const struct owed_sum *more);
enum err owed_read(struct database *db, const struct book *book, struct owed *all,
                   struct err_info *info);

#endif
