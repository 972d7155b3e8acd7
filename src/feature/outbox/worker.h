/* Inside of this feature: the thread that sends. It drives all deliveries at once through curl,
 * those that wait each in a thread of its own; what it needs of the database it does in one job of
 * the clerk at a time (a turn): it writes how deliveries went, renews its leases, and takes what is
 * due. */
#ifndef TROTH_FEATURE_OUTBOX_WORKER_H
#define TROTH_FEATURE_OUTBOX_WORKER_H

#include "feature/outbox/carrier.h"

struct worker;
struct worker_figures { /* of one kind */
    uint64_t sent, later, failed;
    int64_t waiting, oldest_us; /* as of the last count; oldest_us: MOMENT_NEVER, none */
};

enum err worker_start(struct server *server, const struct carrier *const *carriers,
                      struct worker **ret, struct err_info *info);
/* What is under way may end within some seconds, the rest is given back. NULL inside is fine. */
void worker_stop(struct worker **worker);
void worker_wake(struct worker *worker); /* any thread: there is something new */
struct worker_figures worker_figures(struct worker *worker, enum outbox_kind kind);

#endif
