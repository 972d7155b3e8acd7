/* What Codes mean, the slow way: every promise under every key looks at the whole sorted history of
 * touches, with plain loops and nothing remembered between them. Written from docs/language.md and
 * docs/rules.md alone (numbers in the sources are rules), so that the engine can be held against
 * it. Uses the language (struct code) and the clocks (zone, calendar), nothing else of the engine.
 * Knows no late arrivals: the history is taken as it finally is. */
#ifndef TROTH_TESTS_NAIVE_H
#define TROTH_TESTS_NAIVE_H

#include "base/arena.h"
#include "base/err.h"
#include "engine/engine.h" /* enum state, struct touch: the vocabulary, none of the functions */

struct naive_obligation {
    struct text promise, key;
    struct text opening_source, opening_id;
    uint32_t n;
    int64_t opened_us;
    int64_t due_us;    /* MOMENT_NEVER: none, or unknown since it was paused */
    int64_t warned_us; /* MOMENT_NEVER: no warning was given */
    enum state state;
    int64_t decided_us;   /* MOMENT_NEVER while open or paused */
    int64_t fulfilled_us; /* late, of a broken one; else MOMENT_NEVER */
};

struct naive_remedy {
    size_t obligation; /* index */
    int64_t at_us;
    uint32_t unit; /* 0: the base; k: the k-th accrued unit */
    bool is_task;
    struct money amount;
    struct text task;
};

struct naive_ledger {
    struct naive_obligation *obligations; /* promise by promise, key by key, in order of opening */
    size_t obligation_count;
    struct naive_remedy *remedies; /* in the order in which they came to be owed */
    size_t remedy_count;
};

/* Everything before until_us; touches in order of arrival. Codes without errors, without iCalendar
 * files. ERR_INVALID when a zone or calendar of a Code cannot be had. */
enum err naive_evaluate(struct arena *arena, const struct code *const *codes, size_t code_count,
                        const struct touch *touches, size_t touch_count, int64_t until_us,
                        struct naive_ledger *ret, struct err_info *info);

/* The place of a promise in the order of dependence (rule 7), in which the verdict touches of one
 * instant act. */
size_t naive_rank(struct arena *arena, const struct code *const *codes, size_t code_count,
                  struct text promise);

#endif
