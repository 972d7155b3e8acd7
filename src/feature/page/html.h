/* Writing HTML: everything that comes from outside goes through these and markup_text(), so that it
 * is text and never markup. Figures, times and states look the same on every page. */
#ifndef TROTH_FEATURE_PAGE_HTML_H
#define TROTH_FEATURE_PAGE_HTML_H

#include "base/markup.h"
#include "engine/zone.h"
#include "feature/page/language.h"
#include "lang/value.h"

void html_str(struct buf *out, const char *terminated);
/* ` name="value"`, escaped. */
void html_attribute(struct buf *out, const char *name, struct text value);

/* -- figures -- */

void html_count(struct buf *out, enum language l, uint64_t n);     /* "4,812" */
void html_money(struct buf *out, enum language l, struct money m); /* "1,880 BRL", "12.50 BRL" */
void html_ppm(struct buf *out, enum language l, int32_t ppm);      /* "95 %", "99.5 %" */
/* "96.1 %"; never 100 unless all, never 0 unless none. */
void html_share(struct buf *out, enum language l, uint64_t k, uint64_t n);
/* "(95.5–96.6, n 4,812)": Wilson, percent. */
void html_interval(struct buf *out, enum language l, uint64_t k, uint64_t n);

/* -- times -- */

/* "14:20"; the exact time, its day and zone in <time title>. */
void html_time(struct buf *out, enum language l, const struct zone *zone, int64_t us);
/* "21 November 2025" */
void html_date(struct buf *out, enum language l, const struct zone *zone, int64_t us);
void html_plain_date(struct buf *out, enum language l, struct date d);

/* -- states: a shape and a colour, beside the words of the page -- */

enum mark { MARK_OPEN, MARK_SOON, MARK_PAUSED, MARK_KEPT, MARK_BROKEN, MARK_EXCUSED, MARK_VOID };
void html_shape(struct buf *out, enum mark m); /* the shape alone, for eyes only */

#endif
