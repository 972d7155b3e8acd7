/* The differences of two Codes in the API. */
#ifndef TROTH_FEATURE_CODE_DIFFERENCE_JSON_H
#define TROTH_FEATURE_CODE_DIFFERENCE_JSON_H

#include "http/route.h"
#include "lang/difference.h"

extern const struct shape differences_shape;
void difference_answer(struct request *r, const struct code *before, const struct code *after,
                       struct reply *reply);

#endif
