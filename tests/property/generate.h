/* What the two halves of the generator share: Codes (generate.c) and touches (generate_touches.c).
 */
#ifndef TROTH_TESTS_GENERATE_H
#define TROTH_TESTS_GENERATE_H

#include "random.h"
#include "scenario.h"

struct promise_plan { /* what is fixed for all wordings of a promise */
    struct text name;
    const char *key;
    bool on_every;
    bool is_counted; /* at most: has no trigger */
    bool has_remedy;
};

struct making {
    struct arena *arena;
    struct random random;
    struct scenario *scenario;
    struct promise_plan promises[SCENARIO_PROMISES_MAX];
    size_t promise_count; /* so far */
    size_t promise_total;
    bool merges;    /* keys are merged and split */
    size_t current; /* promise being written: hears only earlier ones, so that no cycle comes up */
};

/* Times lie on a grid over six days. */
enum { GRID_STEP_MINUTES = 30, GRID_STEPS = 6 * 48 };
int64_t grid_moment(size_t step);

const char *random_event(struct random *r);
const char *random_world_event(struct random *r); /* said anywhere */
void make_touches(struct making *m);

#endif
