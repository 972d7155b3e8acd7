/* The page of one obligation: its promise, its clock drawn, and every step with the touch behind
 * it.
 */
#ifndef TROTH_FEATURE_PAGE_OBLIGATION_PAGE_H
#define TROTH_FEATURE_PAGE_OBLIGATION_PAGE_H

#include "engine/engine.h"
#include "engine/zone.h"

struct obligation_step {
    enum entry_kind kind;
    enum actor actor; /* of the touch behind it */
    int64_t at_us;
    /* The touch behind it; event empty: the clock alone. */
    struct text event, source, id, person, channel;
    int64_t touch_us;    /* when that touch occurred */
    struct money amount; /* ENTRY_OWED, ENTRY_WITHDRAWN; no currency: none */
    struct text task;    /* ENTRY_OWED */
    int64_t due_us;      /* the due instant after this step; MOMENT_NEVER: none */
};

struct obligation_page {
    struct text words;                     /* of the promise */
    struct text promise, principle, limit; /* limit: "4 working hours", or empty */
    struct text key, customer, channel;
    const struct zone *zone;
    enum state state;
    bool is_soon;
    int64_t opened_us, due_us, decided_us, fulfilled_us, now_us; /* MOMENT_NEVER: none */
    const struct obligation_step *steps;                         /* in the order of the ledger */
    size_t step_count;
};

void obligation_page(const struct obligation_page *page, struct buf *out);
/* The clock: a line from opening to end, running and paused, with the due instant. */
void obligation_clock(const struct obligation_page *page, struct buf *out);

#endif
