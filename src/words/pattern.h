/* Sentences with places for values: a translation may put them in another order. */
#ifndef TROTH_WORDS_PATTERN_H
#define TROTH_WORDS_PATTERN_H

#include "base/text.h"

/* Appends the pattern with values[0] in the place of "{0}", and so on; each may stand several
 * times, or not at all. */
void pattern_fill(struct buf *out, const char *pattern, const struct text *values);

#endif
