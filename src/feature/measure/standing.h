/* Inside of this feature: how many obligations stand in which state, for /metrics, from the counts
 * that the ledger keeps. /metrics never waits for the database: it tells what was read last, and
 * has it read anew by a reader where that is older than STANDING_AGE_US. */
#ifndef TROTH_FEATURE_MEASURE_STANDING_H
#define TROTH_FEATURE_MEASURE_STANDING_H

#include "server/server.h"

#include <pthread.h>

enum { STANDING_AGE_US = 5000000, STANDING_STATES = 6 };

struct standing {
    struct read_job job; /* first */
    struct server *server;
    pthread_mutex_t lock; /* over what follows */
    uint64_t counts[STANDING_STATES];
    int64_t read_us; /* on database_clock() */
    bool asked;      /* the job is with the readers */
};

/* Reads the counts for the first time. */
enum err standing_begin(struct standing *s, struct server *server, struct database *db,
                        struct err_info *info);
void standing_end(struct standing *s); /* after the readers have stopped */
void standing_write(struct standing *s, struct buf *out);

#endif
