/* A Code's own words stay as they were written; spans of time on the public pages are in the
 * reader's language. */
#ifndef TROTH_FEATURE_PAGE_LANGUAGE_H
#define TROTH_FEATURE_PAGE_LANGUAGE_H

#include "lang/span_words.h"

/* "4 working hours" → "4 horas úteis"; as it was written where it is no number of one unit. */
void language_duration(struct buf *out, enum language l, enum span_form form,
                       const struct duration *d);

#endif
