/* Inside of this feature: its routes. */
#ifndef TROTH_FEATURE_ACCESS_ACCESS_API_H
#define TROTH_FEATURE_ACCESS_ACCESS_API_H

#include "http/route.h"

enum { ACCESS_ROUTES = 5 };
extern const struct route access_routes[ACCESS_ROUTES];

#endif
