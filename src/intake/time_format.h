/* Times as they stand in files, read by a format in the manner of strptime. Our own because the
 * library's knows no fractions, depends on the locale, and lets 31 February pass. Directives:
 * docs/touches.md. */
#ifndef TROTH_INTAKE_TIME_FORMAT_H
#define TROTH_INTAKE_TIME_FORMAT_H

#include "base/text.h"

/* True if the format names a whole day (or %s) and only known directives. Otherwise ret_why says
 * what is wrong with it. */
bool time_format_valid(struct text format, const char **ret_why);
/* True if times in this format carry their own offset (%z, %s). */
bool time_format_is_absolute(struct text format);
/* All of t by a valid format. Absolute formats give UTC, others microseconds on the wall clock.
 * False if t does not follow it or names no real time. */
bool time_format_read(struct text format, struct text t, int64_t *ret_us);

#endif
