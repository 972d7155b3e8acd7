/* Inside the engine only: what a replay holds. replay.c takes touches, replay_run.c folds them. */
#ifndef TROTH_ENGINE_REPLAY_PART_H
#define TROTH_ENGINE_REPLAY_PART_H

#include "engine/drawer.h"
#include "engine/grouping.h"
#include "engine/keys.h"
#include "engine/replay.h"
#include "engine/seen.h"
#include "engine/who.h"

struct replay {
    const struct plan *plan;
    struct pages pages;
    struct drawers drawers; /* the bound touches */
    struct keys keys;       /* by whose numbers they lie there */
    size_t drawer_lane;     /* whose keys those are; lane_count: of none */
    uint32_t drawer_field;  /* which text of a touch is that key */
    uint32_t listed_lanes;  /* bound_lane_bit() of all others */
    struct shapes shapes;
    struct bound **touches; /* as they came */
    size_t count, capacity;
    struct seen seen;
    struct keyed_list *lanes;  /* the touches that may meet a lane, but for those in drawers */
    struct keyed_list threads; /* all with a thread, if the plan asks who opens it */
    bool threads_known;
    int64_t last_us;
    struct world *world;
    struct memo memo; /* due instants: of the plan, so for whatever touches come next as well */
    struct who *who;  /* which keys were merged */
};

/* Notes a touch, by its place among all, under its keys, lane by lane but for one. */
void replay_note_keys(struct replay *r, const struct bound *b, size_t number, size_t but_lane);

/* replay_threads.c: marks the first touch of every thread. */
void replay_know_threads(struct replay *r);

/* replay_who.c: while a view lasts, the replay holds its touches as they are judged until then.
 * False: as they came; there is nothing to end. */
struct replay_view {
    struct arena arena;
    struct bound **touches; /* as they came */
    struct keyed_list *lanes, threads;
    size_t drawer_lane;
};
bool replay_judge(struct replay *r, int64_t until_us, struct replay_view *ret);
void replay_judge_end(struct replay *r, struct replay_view *view);

#endif
