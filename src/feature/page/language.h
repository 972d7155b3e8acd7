/* The languages of the public pages. A Code's own words stay as they were written; what stands
 * around them, figures, dates and spans of time are in the reader's. */
#ifndef TROTH_FEATURE_PAGE_LANGUAGE_H
#define TROTH_FEATURE_PAGE_LANGUAGE_H

#include "base/text.h"
#include "lang/value.h"

enum language { LANGUAGE_ENGLISH, LANGUAGE_PORTUGUESE, LANGUAGE_SPANISH };
enum { LANGUAGES = 3 };

const char *language_tag(enum language l);  /* "en", "pt-BR", "es" */
const char *language_name(enum language l); /* in itself: "Português" */

/* `wanted` (of the address, may be empty), else what Accept-Language likes best, else English. Of
 * "pt-PT" and "es-MX" the first two letters count. */
enum language language_of(struct text wanted, struct text accept);

const char *language_month(enum language l, int32_t month);     /* "January" */
const char *language_weekday(enum language l, int32_t weekday); /* "Monday"; 0 is Monday */
/* "4 working hours" → "4 horas úteis"; as it was written where it is no number of one unit. */
void language_duration(struct buf *out, enum language l, const struct duration *d);

#endif
