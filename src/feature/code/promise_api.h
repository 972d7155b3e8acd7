/* Inside of this feature: the version in force as something to read. */
#ifndef TROTH_FEATURE_CODE_PROMISE_API_H
#define TROTH_FEATURE_CODE_PROMISE_API_H

#include "http/route.h"

extern const struct shape readable_shape;
route_handler readable_code;

#endif
