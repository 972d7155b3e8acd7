/* Inside of this feature: all of its routes. */
#ifndef TROTH_FEATURE_DRAFT_DRAFT_ROUTES_H
#define TROTH_FEATURE_DRAFT_DRAFT_ROUTES_H

#include "http/route.h"

enum { DRAFT_ROUTES = 19 };
extern const struct route draft_routes[DRAFT_ROUTES];

#endif
