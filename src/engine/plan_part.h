/* Inside the engine only: the steps in which plan.c has a plan compiled. */
#ifndef TROTH_ENGINE_PLAN_PART_H
#define TROTH_ENGINE_PLAN_PART_H

#include "engine/plan.h"

/* -- plan_versions.c -- */
/* Versions in the order in which they come into force, each with its zone and calendars. */
enum err plan_compile_clocks(struct plan *p, const struct plan_source *sources, size_t count,
                             struct err_info *info);
enum err plan_number_promises(struct plan *p, struct err_info *info);
void plan_add_forms(struct plan *p);

/* -- plan_matchers.c -- */
struct plan_compiler {
    struct plan *plan;
    size_t matcher_capacity;
};
void plan_compile_form(struct plan_compiler *c, struct form *form);
/* Numbers it if it is new. */
uint32_t plan_number_field(struct plan *p, struct text name);

/* -- plan_order.c -- */
typedef void plan_hears_fn(struct plan *p, const struct matcher *m, uint32_t source, int verdict);
/* Calls `each` for every (listening matcher, promise it may hear). */
void plan_each_hearing(struct plan *p, plan_hears_fn *each);
bool plan_same_key(struct key a, struct key b);
/* Ranks the promises and gives each its phase. ERR_INVALID: a circle. */
enum err plan_order_promises(struct plan *p, uint32_t *phase, struct err_info *info);

/* -- plan_lanes.c -- */
void plan_fill_lanes(struct plan *p, const uint32_t *phase);
void plan_index_matchers(struct plan *p);

#endif
