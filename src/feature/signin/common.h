/* What passwords are made of that others guess first. */
#ifndef TROTH_FEATURE_SIGNIN_COMMON_H
#define TROTH_FEATURE_SIGNIN_COMMON_H

#include "base/text.h"

enum { COMMON_OWN_MAX = 8 };

/* Whether the password is nothing but at most three pieces of what is common, each perhaps
 * repeated: common passwords and words, runs ("12345", "qwerty", "abcdef"), years and other short
 * numbers, and the words of `own` (its owner's name, parts of their address). Capitals and the
 * usual replacements (0 for o, @ for a, …) hide nothing. */
bool common_password(struct text password, const struct text *own, size_t own_count);

#endif
