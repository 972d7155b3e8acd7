/* Labourers: a few threads for what takes long and needs much memory (hashes of passwords: 256 MiB
 * and half a second each), so that no more than LABOURERS of it are ever done at once, and neither
 * loops nor clerk wait for it. Others of them wait for other servers, so that one that hangs delays
 * no password. What waits is bounded. The threads start with the first labour. */
#ifndef TROTH_SERVER_LABOURERS_H
#define TROTH_SERVER_LABOURERS_H

#include "base/err.h"
#include "base/queue.h"

#include <stdbool.h>

enum { LABOURERS = 2, LABOURS_WAITING_MAX = 16 };

struct labourers;
struct labour {
    struct queue_link link; /* first: the labourers' */
    enum err (*run)(struct labour *labour, struct err_info *info);
    /* On the labourer's thread; the labour is no longer theirs. Must not block. */
    void (*done)(struct labour *labour, enum err result, const struct err_info *info);
};

struct labourers *labourers_start(void);
/* Any thread. False: too many wait already, or they are stopping. */
bool labourers_submit(struct labourers *labourers, struct labour *labour);
/* Finishes what waits, then ends the threads. */
void labourers_stop(struct labourers **labourers);

#endif
