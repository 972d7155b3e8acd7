#include "server/labourers.h"

#include <pthread.h>
#include <stdlib.h>

struct labourers {
    pthread_mutex_t lock;
    pthread_cond_t filled;
    struct queue_link *first, *last;
    size_t waiting, idle, count;
    bool stopping;
    pthread_t threads[LABOURERS];
};

static struct labour *take(struct labourers *all)
{
    pthread_mutex_lock(&all->lock);
    all->idle++;
    while (!all->first && !all->stopping) {
        pthread_cond_wait(&all->filled, &all->lock);
    }
    all->idle--;
    struct queue_link *link = all->first;
    if (link) {
        all->first = link->next;
        all->waiting--;
    }
    pthread_mutex_unlock(&all->lock);
    return (struct labour *)link;
}

static void *work(void *self)
{
    struct labour *labour;
    while ((labour = take(self)) != NULL) {
        struct err_info info = {0};
        enum err e = labour->run(labour, &info);
        labour->done(labour, e, &info);
    }
    return NULL;
}

struct labourers *labourers_start(void)
{
    struct labourers *all = calloc(1, sizeof(*all));
    if (!all) {
        abort();
    }
    pthread_mutex_init(&all->lock, NULL);
    pthread_cond_init(&all->filled, NULL);
    return all;
}

/* With the lock held. One that cannot be started leaves the work to the others. */
static bool hire(struct labourers *all)
{
    if (all->idle <= all->waiting && all->count < LABOURERS &&
        pthread_create(&all->threads[all->count], NULL, work, all) == 0) {
        all->count++;
    }
    return all->count > 0;
}

bool labourers_submit(struct labourers *all, struct labour *labour)
{
    pthread_mutex_lock(&all->lock);
    bool taken = !all->stopping && all->waiting < LABOURS_WAITING_MAX && hire(all);
    if (taken) {
        labour->link.next = NULL;
        if (all->first) {
            all->last->next = &labour->link;
        } else {
            all->first = &labour->link;
        }
        all->last = &labour->link;
        all->waiting++;
    }
    pthread_mutex_unlock(&all->lock);
    if (taken) {
        pthread_cond_signal(&all->filled);
    }
    return taken;
}

void labourers_stop(struct labourers **labourers)
{
    struct labourers *all = *labourers;
    if (!all) {
        return;
    }
    pthread_mutex_lock(&all->lock);
    all->stopping = true;
    pthread_mutex_unlock(&all->lock);
    pthread_cond_broadcast(&all->filled);
    for (size_t i = 0; i < all->count; i++) {
        pthread_join(all->threads[i], NULL);
    }
    pthread_mutex_destroy(&all->lock);
    pthread_cond_destroy(&all->filled);
    free(all);
    *labourers = NULL;
}
