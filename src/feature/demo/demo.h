/* The demo: what happens in a small, invented shop (examples/shop), told touch by touch. The same
 * seed and start always tell the same story, byte for byte, whether asked for in one go or minute
 * by minute. Knows no clock and no database: the caller says until when. */
#ifndef TROTH_FEATURE_DEMO_DEMO_H
#define TROTH_FEATURE_DEMO_DEMO_H

#include "engine/touch.h"

#define DEMO_SEED UINT64_C(20)
enum { DEMO_MONTHS = 13, DEMO_LIVE_PACE = 20 };

/* The shop's Customer Code: examples/shop/shop.troth, built in. */
struct text demo_code(void);
/* Midnight in the shop's zone, `months` before the day of until_us: where a story begins that ends
 * there. */
int64_t demo_start(int64_t until_us, int months);

struct demo;
struct demo *demo_new(uint64_t seed, int64_t from_us);
/* A story that began at from_us goes on at again_us, when whoever told it has been away: everything
 * that was going on is dropped, customers come back, and new threads and orders have numbers that
 * were not given out before. */
struct demo *demo_resume(uint64_t seed, int64_t from_us, int64_t again_us);
void demo_free(struct demo *d);
/* The next touch that occurs at or before until_us, in fold order; false when there is none (ask
 * again later). The touch and its texts live until the next call. */
bool demo_next(struct demo *d, int64_t until_us, struct touch *ret);
/* How many customers there are so far: numbers from 1 of cast_customer(). */
uint32_t demo_customers(const struct demo *d);
/* From here on customers come `times` as often as they really would, and at night too: for showing
 * a server at work. 1 is the truth. The story then depends on when this was called. */
void demo_set_pace(struct demo *d, unsigned times);

/* All of [from_us, until_us) at the true pace. Returns how many. */
uint64_t demo_generate(uint64_t seed, int64_t from_us, int64_t until_us,
                       void (*each)(void *context, const struct touch *t), void *context);

#endif
