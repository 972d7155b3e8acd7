/* Saying what is wrong with a Code. Used inside this room; what others read is in lang/code.h. */
#ifndef TROTH_LANG_DIAGNOSTIC_H
#define TROTH_LANG_DIAGNOSTIC_H

#include "lang/code.h"

/* Adds one finding; beyond CODE_DIAGNOSTICS_MAX it is only counted. rule must be a constant:
 * stable, kebab-case. The message says what is wrong, begins in lower case and has no full stop. */
void diagnostic_add(struct diagnostics *d, enum severity severity, const char *rule,
                    struct span span, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* What to write instead, for the finding added last. Nothing if that one was left out. */
void diagnostic_suggest(struct diagnostics *d, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The same in the words `did you mean "NAME"?`, if one of the names is near enough. */
void diagnostic_suggest_name(struct diagnostics *d, struct text name, const struct text *names,
                             size_t count);

/* The name that was probably meant: fewest slips (a letter wrong, missing, too many, or two
 * swapped), at most one in three letters; the first of equals. The empty text if none. */
struct text name_nearest(struct text name, const struct text *names, size_t count);

/* Orders by place in the source; findings at one place stay in the order they were added. */
void diagnostics_sort(struct diagnostics *d);

/* From the start of a to the end of b (a stands before b). */
struct span span_join(struct span a, struct span b);

#endif
