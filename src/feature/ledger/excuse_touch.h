/* Inside of this feature: one obligation is excused, by the touch that says so; and whether one
 * person may do so alone. */
#ifndef TROTH_FEATURE_LEDGER_EXCUSE_TOUCH_H
#define TROTH_FEATURE_LEDGER_EXCUSE_TOUCH_H

#include "feature/code/book.h"
#include "feature/ledger/keeper.h"
#include "feature/ledger/ledger_row.h"
#include "http/route.h"

/* Why it was not done, for people. */
enum outcome {
    OUTCOME_DONE,
    OUTCOME_NOT_THERE,
    OUTCOME_DECIDED,
    OUTCOME_UNKNOWN_PROMISE,
    OUTCOME_WAITS,     /* it was asked for already */
    OUTCOME_OWN,       /* who asked cannot confirm it */
    OUTCOME_NOT_OWN,   /* who did not ask cannot withdraw it */
    OUTCOME_ANSWERED,  /* the request waits no more */
    OUTCOME_NO_REQUEST /* there is no such one */
};

struct excusing {
    struct request *request;
    struct keeper *keeper;
    struct database *db;
    int64_t now_us;
};
struct excusing excusing_of(struct request *r, struct database *db);

/* Whether the version in force has excuses of that promise confirmed by a second person. */
bool excuse_needs_second(const struct book *book, struct text promise, int64_t now_us);

/* An obligation that is theirs to see, into *ret. */
enum err excuse_find(const struct excusing *x, int64_t id, struct ledger_row *ret,
                     enum outcome *ret_outcome, struct err_info *info);
/* By who asks now; asked_by: the other one, or empty. */
enum err excuse_now(const struct excusing *x, struct ledger_row *row, struct text reason,
                    struct text asked_by, enum outcome *ret, struct err_info *info);

/* {id, result, reason}; done: the word for it. */
void excuse_outcome_write(struct json_writer *w, const struct request *r, const char *prefix,
                          int64_t id, enum outcome outcome, const char *done);

#endif
