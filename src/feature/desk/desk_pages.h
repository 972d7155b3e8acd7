/* Inside of this feature: its pages, a file each. */
#ifndef TROTH_FEATURE_DESK_DESK_PAGES_H
#define TROTH_FEATURE_DESK_DESK_PAGES_H

#include "feature/access/access.h"
#include "feature/brand/brand.h"
#include "feature/code/publisher.h"

struct desk {
    struct brands *brands;
    struct access *access;
    struct publisher *publisher;
};

route_handler desk_home, desk_obligation, desk_code, desk_enter, desk_enter_now, desk_asset;

#endif
