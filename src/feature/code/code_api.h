/* Inside of this feature: its routes. */
#ifndef TROTH_FEATURE_CODE_CODE_API_H
#define TROTH_FEATURE_CODE_CODE_API_H

#include "http/route.h"

enum { CODE_ROUTES = 9 };
extern const struct route code_routes[CODE_ROUTES];

#endif
