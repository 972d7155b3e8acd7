/* How rows of one kind leave: what a feature gives to the outbox. All functions run on the outbox's
 * thread, without a database. */
#ifndef TROTH_FEATURE_OUTBOX_CARRIER_H
#define TROTH_FEATURE_OUTBOX_CARRIER_H

#include "base/arena.h"
#include "feature/outbox/outbox.h"

#include <curl/curl.h>

enum { CARRIER_AT_ONCE_MOST = 32 };

/* How a try went. */
struct delivery {
    enum outbox_state state; /* OUTBOX_SENT; OUTBOX_WAITING: later again; OUTBOX_FAILED: for good */
    int code;                /* of SMTP or HTTP; 0: there was no answer */
    struct text answer;      /* its beginning, or what went wrong; lives in the row's arena */
    int64_t wait_us;         /* OUTBOX_WAITING: at least so long; 0: as usual */
};
struct carrier {
    void *self;
    size_t at_once; /* at most CARRIER_AT_ONCE_MOST */
    bool waits;     /* libcurl waits within its transfers: each has a thread of its own */
    /* Whether rows may be taken at all (it is configured). Any thread. */
    bool (*is_ready)(void *self);
    /* Prepares the handle. *ret_context comes back in end(). ERR_INVALID: it can never be sent
     * (info says why); another error: later again. */
    enum err (*begin)(void *self, const struct outbox_row *row, struct arena *arena, CURL *curl,
                      void **ret_context, struct err_info *info);
    /* The handle has ended with that code. Releases what begin() made. */
    void (*end)(void *self, void *context, struct arena *arena, CURL *curl, CURLcode code,
                struct delivery *ret);
    /* In a job of the clerk, once a try is settled. May be NULL. */
    enum err (*settled)(void *self, struct database *db, const struct outbox_row *row,
                        const struct delivery *delivery, struct err_info *info);
};
/* In a module's open(). The carrier must live as long as the outbox. */
void outbox_carry(struct outbox *o, enum outbox_kind kind, const struct carrier *carrier);

#endif
