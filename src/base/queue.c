#include "base/queue.h"

#include <stddef.h>

bool queue_put(struct queue *q, struct queue_link *link)
{
    struct queue_link *newest = atomic_load_explicit(&q->newest, memory_order_relaxed);
    do {
        link->next = newest;
    } while (!atomic_compare_exchange_weak_explicit(&q->newest, &newest, link, memory_order_release,
                                                    memory_order_relaxed));
    return newest == NULL;
}

struct queue_link *queue_take(struct queue *q)
{
    struct queue_link *newest = atomic_exchange_explicit(&q->newest, NULL, memory_order_acquire);
    struct queue_link *oldest = NULL;
    while (newest) {
        struct queue_link *older = newest->next;
        newest->next = oldest;
        oldest = newest;
        newest = older;
    }
    return oldest;
}
