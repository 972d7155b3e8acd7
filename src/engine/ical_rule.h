/* The days on which an RRULE (RFC 5545) repeats. libical reads the rule; its own iterator is not
 * used, for it searches 18,000 years for rules that never match ("30 February") and cannot be told
 * to stop. */
#ifndef TROTH_ENGINE_ICAL_RULE_H
#define TROTH_ENGINE_ICAL_RULE_H

#include "base/moment.h"

#include <libical/ical.h>

enum { RULE_SET_MAX = 366 }; /* days of a year */

struct ical_rule {
    struct icalrecurrencetype rule;
    int64_t start_day, last_day;
    struct date start;
    int64_t period;             /* number of the next day, week, month or year looked at */
    int64_t days[RULE_SET_MAX]; /* of the latest one, in order */
    size_t count, next;
    int64_t left;      /* occurrences, by COUNT; below 0: any number */
    int64_t *patience; /* days that may still be looked at, shared by the rules of a file */
};

/* NULL if the rule can be followed, else what about it cannot. */
const char *ical_rule_objection(const struct icalrecurrencetype *rule);
void ical_rule_begin(struct ical_rule *r, const struct icalrecurrencetype *rule, int64_t start_day,
                     int64_t last_day, int64_t *patience);
/* The next day in order, from start_day on; false when there is none by last_day or patience ran
 * out. */
bool ical_rule_next(struct ical_rule *r, int64_t *ret_day);

#endif
