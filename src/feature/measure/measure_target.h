/* What the Code says of a group of measures: its words, and the target that its share is held
 * against. */
#ifndef TROTH_FEATURE_MEASURE_MEASURE_TARGET_H
#define TROTH_FEATURE_MEASURE_MEASURE_TARGET_H

#include "feature/measure/measure.h"

struct measure_target {
    struct text words; /* of the promise, as published; empty: the Code has no such promise */
    bool has_target;   /* else nothing of what follows */
    int32_t target_ppm;
    bool is_met;
    int64_t may_break; /* so many more, one after the other, and it is still met; -1: any number */
    int64_t must_keep; /* so many more in a row, and it is met; -1: none can reach it */
};
struct measure_target measure_target_of(const struct measured *g, const struct book *book);
/* Empty: the Code has no such principle. */
struct text measure_principle_title(struct text name, const struct book *book);

#endif
