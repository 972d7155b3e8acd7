/* Inside of this feature: its routes, a file a noun. */
#ifndef TROTH_FEATURE_STAFF_STAFF_API_H
#define TROTH_FEATURE_STAFF_STAFF_API_H

#include "http/route.h"

route_handler me_show, me_change;
route_handler staff_list, staff_show, staff_add, staff_change, staff_disable, staff_enable,
    staff_link;
route_handler team_api_list, team_api_add, team_api_change, team_api_remove;
route_handler role_api_list, role_api_add, role_api_change, role_api_remove, permission_api_list;

extern const struct shape team_shape, role_shape, permission_shape;

#endif
