/* What came out of a scenario, as text that can be compared: one record for each obligation, told
 * by its identity. */
#ifndef TROTH_TESTS_OUTCOME_H
#define TROTH_TESTS_OUTCOME_H

#include "engine/replay.h"
#include "scenario.h"

struct record {
    struct text identity; /* PROMISE KEY SOURCE ID N */
    struct text verdict;  /* state, due, decided, fulfilled */
    struct text decision; /* of these what no later touch can change: state and instant */
    int64_t decided_us;
    struct buf owed;    /* warnings and remedies, one a line */
    struct buf entries; /* every entry in order; empty for the naive evaluator */
};

struct outcome {
    struct arena *arena;
    const struct plan *plan;
    struct record *records;
    size_t count, room;
    struct buf wrong; /* what went wrong on the way, one a line; makes it unlike any other */
};

/* A Code, plan and touches ready to be run. */
struct trial {
    struct arena *arena;
    const struct code *codes[SCENARIO_CODES_MAX];
    size_t code_count;
    struct plan *plan;
    struct touch *touches;
    size_t touch_count;
    int64_t until_us;
};

void outcome_release(struct outcome *o);
/* Said instead of failing at once, so that the case is made small and told with its seed. */
void outcome_went_wrong(struct outcome *o, const char *what, const char *words);
/* What a sink does whose context is an outcome. */
void outcome_take(void *context, const struct entry *e);
/* An obligation as it is at the end: the due instant of `at least` moves without an entry. */
void outcome_take_obligation(void *context, const struct obligation *from);

void outcome_of_naive(const struct trial *t, int64_t until_us, struct outcome *ret);
void outcome_of_replay(const struct trial *t, int64_t until_us, struct outcome *ret);

/* All obligations in order of identity; with entries or with what is owed. */
void outcome_print(struct outcome *o, bool with_entries, struct buf *out);
/* Only what was decided before that instant. */
void outcome_print_before(struct outcome *o, int64_t before_us, struct buf *out);

#endif
