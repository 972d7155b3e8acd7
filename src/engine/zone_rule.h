/* The footer of a TZif file: a POSIX TZ string ("EST5EDT,M3.2.0,M11.1.0") with the wider hours of
 * RFC 8536 version 3. It says how a zone goes on after its last listed change. */
#ifndef TROTH_ENGINE_ZONE_RULE_H
#define TROTH_ENGINE_ZONE_RULE_H

#include "base/text.h"

enum rule_day_kind {
    RULE_DAY_JULIAN,  /* Jn: 1 to 365, 29 February is never counted */
    RULE_DAY_OF_YEAR, /* n: 0 to 365 */
    RULE_DAY_OF_MONTH /* Mm.w.d: w 5 is the last such weekday; d 0 is Sunday */
};

struct rule_day {
    enum rule_day_kind kind;
    int32_t month, week, day;
    int32_t time_s; /* wall clock of the offset in force before the change; may be negative */
};

struct zone_rule {
    bool has_daylight;
    int32_t standard_s, daylight_s; /* east of UTC */
    struct text standard_name, daylight_name;
    struct rule_day daylight_from, standard_from;
};

/* Views into footer. False if it is malformed. */
bool zone_rule_parse(struct text footer, struct zone_rule *ret);
/* Seconds UTC at which daylight time begins and ends in that year. Only with has_daylight. */
void zone_rule_year(const struct zone_rule *r, int32_t year, int64_t *ret_daylight_s,
                    int64_t *ret_standard_s);

#endif
