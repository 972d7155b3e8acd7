/* Two Codes held against each other, promise by promise, in words: what someone who decides about a
 * draft wants to know. */
#ifndef TROTH_LANG_DIFFERENCE_H
#define TROTH_LANG_DIFFERENCE_H

#include "lang/code.h"

enum difference_status { DIFFERENCE_SAME, DIFFERENCE_CHANGED, DIFFERENCE_NEW, DIFFERENCE_GONE };
const char *difference_status_name(enum difference_status s); /* "same", … */

/* One line of the explanation that is not the same: what it is about ("Kept"), and both words;
 * empty where a side has none. */
struct difference_row {
    struct text about, before, after;
};
struct difference {
    const char *kind; /* "promise", "expectation", "principle", "table", "calendar", … */
    struct text name;
    enum difference_status status;
    struct text before_words, after_words; /* as published; promises and principles only */
    const struct difference_row *rows;     /* of what has changed; all of it if new or gone */
    size_t row_count;
};

/* Every promise of both (in the order of `after`, those that are gone last), also what is the same;
 * of the rest what differs; told in that language. A promise's successive forms are compared one by
 * one. In the arena; views of both Codes. Returns how many. */
size_t code_differences(struct arena *arena, const struct code *before, const struct code *after,
                        enum language language, struct difference **ret);

#endif
