/* Queue: many threads put, one thread takes everything at once, in the order of putting. Free of
 * locks. The links are embedded in what is queued (intrusive), so nothing is allocated.
 * Drawback: takes all or nothing; the taker keeps the rest itself. */
#ifndef TROTH_BASE_QUEUE_H
#define TROTH_BASE_QUEUE_H

#include <stdatomic.h>
#include <stdbool.h>

struct queue_link {
    struct queue_link *next;
};
struct queue {
    _Atomic(struct queue_link *) newest;
};

/* True if the queue was empty: then the taker must be woken. After true, no other put returns true
 * until the next take, so a taker is woken once per take. */
bool queue_put(struct queue *q, struct queue_link *link);
/* All links, oldest first, linked by next and ended by NULL; NULL if there was none. */
struct queue_link *queue_take(struct queue *q);

#endif
