/* The public page /code: the published Code in its own words, and beneath each promise its record.
 */
#ifndef TROTH_FEATURE_PAGE_CODE_PAGE_H
#define TROTH_FEATURE_PAGE_CODE_PAGE_H

#include "engine/zone.h"
#include "feature/page/tally.h"
#include "feature/page/words.h"
#include "lang/code.h"

/* What became of one promise. */
struct code_record {
    struct text promise; /* its name */
    /* Month by month, oldest first, none left out; the last one is the running month. May be empty.
     */
    const struct tally_month *months;
    size_t month_count;
    const struct money *paid; /* in the last full month, one a currency */
    size_t paid_count;
};

/* What somebody said of a promise, and what was answered; released for everyone. */
struct code_comment {
    struct text promise, name, words, answer;
};

struct code_page {
    enum language language;
    const struct code *code;
    const struct zone *zone; /* the Code's */
    uint32_t version;
    int64_t published_us, now_us;
    const struct code_record *records; /* in any order; a promise may have none */
    size_t record_count;
    const struct code_comment *comments; /* the newest first */
    size_t comment_count;
    struct text brand, logo; /* of the company, see struct frame */
};

void code_page(const struct code_page *page, struct buf *out);
/* While no Code is published. */
void code_page_missing(enum language l, struct text brand, struct text logo, struct buf *out);

/* -- its parts -- */

/* Of a promise's successive forms the one in force, else the next one: promise i is that one. */
bool code_page_shows(const struct code_page *page, size_t i);
/* Nothing where there are few promises. */
void code_page_contents(const struct code_page *page, struct buf *out);
void code_page_record(const struct code_page *page, const struct promise *promise,
                      const struct code_record *record, struct buf *out);
/* What begins, keeps, breaks and changes it, in the explainer's words, folded. */
void code_page_rules(const struct code_page *page, const struct promise *promise, struct buf *out);
/* The months as a drawing: share kept, its interval as a band, the target as a line. Nothing where
 * fewer than two months have a share. */
void code_page_plot(enum language l, const struct code_record *record, int32_t target_ppm,
                    struct buf *out);

#endif
