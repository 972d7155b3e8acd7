/* Values: what attributes of touches hold and what conditions in a Code compare with. */
#ifndef TROTH_LANG_VALUE_H
#define TROTH_LANG_VALUE_H

#include "base/text.h"

/* Exact money: minor units of a currency (cents; none for JPY; mills for BHD). */
struct money {
    int64_t minor;
    char currency[4]; /* ISO 4217 code, terminated */
};

/* Digits after the decimal point of that currency: 2 unless ISO 4217 says otherwise. */
int money_digits(const char currency[4]);
/* "50.00 BRL" (exactly the currency's digits, or none: "50 BRL"); false if malformed, more digits,
 * or too large. */
bool money_parse(struct text t, struct money *ret);
/* "50.00 BRL" */
void money_format(struct buf *out, struct money m);

enum unit {
    UNIT_ELAPSED,      /* count: microseconds */
    UNIT_DAY,          /* civil days (a week is 7) */
    UNIT_MONTH,        /* civil months (a year is 12) */
    UNIT_CALENDAR_DAY, /* today is the first; ends at midnight */
    UNIT_WORKING_TIME, /* count: microseconds of open time ("4 working hours", "30 working minutes")
                        */
    UNIT_WORKING_DAY,
    UNIT_FULL_WORKING_DAY /* open days that begin after the start */
};

struct duration {
    enum unit unit;
    int64_t count;
    int calendar;      /* index of code.calendars for working units, else -1 */
    struct text words; /* as written: "2 weeks", for explanations; empty in touches */
};

enum value_type {
    VALUE_NONE, /* missing */
    VALUE_TEXT,
    VALUE_NUMBER,
    VALUE_BOOL,
    VALUE_MOMENT,
    VALUE_DURATION, /* elapsed microseconds in a touch */
    VALUE_MONEY
};

struct value {
    enum value_type type;
    union {
        struct text text;
        double number;
        bool boolean;
        int64_t moment_us;
        int64_t duration_us;
        struct money money;
    };
};

/* The value read as `type`, for comparison: text becomes a number ("12.5"), moment (RFC 3339),
 * duration ("PT3H", "P2D" with days of 24 h, or "3 hours"), money ("50.00 BRL") or boolean ("true",
 * "false") where it has that form; a number becomes text as JSON writes it, or a duration in
 * seconds. VALUE_NONE where it cannot. number_text: room for a number read as text, which the
 * result then points into; where it is NULL, a number has no text. */
enum { VALUE_NUMBER_TEXT = 40 };
struct value value_as(struct value v, enum value_type type, char number_text[VALUE_NUMBER_TEXT]);
/* "PT3H20M", "P2DT4H", or "3 hours", "90 seconds", "2 days" (24 h each): elapsed time, not
 * negative. */
bool duration_parse(struct text t, int64_t *ret_us);

#endif
