/* Inside of this feature: its routes. */
#ifndef TROTH_FEATURE_OUTBOX_OUTBOX_API_H
#define TROTH_FEATURE_OUTBOX_OUTBOX_API_H

#include "http/route.h"

enum { OUTBOX_ROUTES = 5 };
extern const struct route outbox_routes[OUTBOX_ROUTES];

#endif
