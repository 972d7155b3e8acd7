/* Inside the engine only: what duty.c and duty_count.c have of each other. */
#ifndef TROTH_ENGINE_DUTY_PART_H
#define TROTH_ENGINE_DUTY_PART_H

#include "engine/fold.h"

static inline const struct duty *duty_of(const struct item *item)
{
    return &item->form->promise->duty;
}

/* Opened and decided by the same touch. */
void duty_decide_at_once(struct fold *f, const struct form *form, const struct bound *b, bool kept);
/* Whether nothing of the promise keeps it from opening; what is due at this very instant and alone
 * in the way is decided (items and memories may move). */
bool duty_way_is_free(struct fold *f, const struct form *form, int64_t now_us);

/* -- duty_count.c -- */
/* One more in the window. */
void count_at_most(struct fold *f, const struct form *form, const struct bound *b);
void count_at_least(struct fold *f, const struct form *form, const struct bound *b);
/* The first window of an `at least`; counts: its touch is one of the counted. */
void count_start_row(struct fold *f, const struct form *form, const struct bound *b, bool counts);
/* The next one; returns its place in items. It may have to wait for its window (item.waiting), as
 * it does where the window that begins at `opened_us` has been judged. */
size_t count_new_window(struct fold *f, const struct form *form, const struct bound *opening,
                        uint32_t n, int64_t opened_us, bool is_judged);
void count_begin_window(struct fold *f, size_t i, int64_t start_us);

#endif
