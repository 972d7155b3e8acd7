/* Inside of this feature: its pages, a file each. */
#ifndef TROTH_FEATURE_DESK_DESK_PAGES_H
#define TROTH_FEATURE_DESK_DESK_PAGES_H

#include "base/id.h"
#include "feature/access/access.h"
#include "feature/code/publisher.h"
#include "feature/ledger/ledger_row.h"

struct desk {
    struct access *access;
    struct publisher *publisher;
};

enum { DESK_OPEN_BY_DUE, DESK_PAUSED, DESK_ANY_TOUCH, DESK_TOUCH_BEHIND, DESK_STATEMENTS };
extern const struct statement desk_list[DESK_STATEMENTS];

/* The promise as the obligation's own version of the Code has it; NULL if it is gone. */
const struct promise *desk_promise(const struct book *book, const struct ledger_row *row,
                                   const struct code **ret_code);

route_handler desk_today, desk_today_part, desk_obligation, desk_code, desk_enter, desk_enter_now,
    desk_leave, desk_asset;

#endif
