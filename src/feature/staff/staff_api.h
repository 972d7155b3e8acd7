/* Inside of this feature: its routes, a table a file. */
#ifndef TROTH_FEATURE_STAFF_STAFF_API_H
#define TROTH_FEATURE_STAFF_STAFF_API_H

#include "http/route.h"

route_handler me_show, me_change;

#endif
