/* Inside the engine only: what a replay holds. replay.c takes touches, replay_run.c folds them. */
#ifndef TROTH_ENGINE_REPLAY_PART_H
#define TROTH_ENGINE_REPLAY_PART_H

#include "engine/grouping.h"
#include "engine/replay.h"
#include "engine/seen.h"

struct replay_block;

struct replay {
    const struct plan *plan;
    struct pages pages;
    struct replay_block *block; /* memory of the bound touches; the newest */
    char *next, *end;           /* what is free of it */
    struct shapes shapes;
    struct bound **touches; /* as they came */
    size_t count, capacity;
    struct seen seen;
    struct keyed_list *lanes;  /* the touches that may meet a lane */
    struct keyed_list threads; /* all with a thread, if the plan asks who opens it */
    bool threads_known;
    int64_t last_us;
    struct world *world;
    struct memo memo; /* due instants, also for the next run */
};

#endif
