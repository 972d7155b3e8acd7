/* The checker: what a Code that reads well may still get wrong. */
#ifndef TROTH_LANG_CHECK_H
#define TROTH_LANG_CHECK_H

#include "lang/code.h"

/* Called by code_parse() only when reading and resolving names found no error: every index in the
 * Code is then valid (or -1 where a thing is optional), every duration, count and band bound is
 * above 0 or a parse error, table rows give what their table gives, and `else` stands last where
 * it stands. Adds its findings to d; memory it needs comes from d->arena. */
void code_check(const struct code *code, struct diagnostics *d);

#endif
