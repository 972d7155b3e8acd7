/* When the people of the demo's shop work. The generator must know which promises it breaks, to pay
 * for them, and so counts the same hours as examples/shop/shop.troth does; the shop's zone has kept
 * one offset, three hours behind UTC, since 2019. */
#ifndef TROTH_FEATURE_DEMO_HOURS_H
#define TROTH_FEATURE_DEMO_HOURS_H

#include "base/moment.h"

enum hours {
    HOURS_DESK,     /* Mon to Fri 9-18, Sat 9-13, not on holidays */
    HOURS_EVENINGS, /* the desk with its second shift: Mon to Fri 9-22, Sat and Sun 9-18 */
    HOURS_ROASTERY  /* Mon to Fri 7-16, not on holidays */
};

struct local { /* the shop's wall clock */
    struct date date;
    int weekday; /* 0 Monday */
    int64_t second;
    int64_t days; /* since 1970 */
};
struct local hours_local(int64_t us);
int64_t hours_midnight(int64_t days); /* the instant at which that local day begins */

/* Seconds of work between two instants, and the instant when `work_s` seconds have been worked. */
int64_t hours_between(enum hours h, int64_t from_us, int64_t until_us);
int64_t hours_lay(enum hours h, int64_t from_us, int64_t work_s);
/* `days` working days on, at the same time of day. */
int64_t hours_add_days(enum hours h, int64_t from_us, int days);

#endif
