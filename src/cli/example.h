/* The worked example of `troth explain`: when a promise that begins on a certain day is due. */
#ifndef TROTH_CLI_EXAMPLE_H
#define TROTH_CLI_EXAMPLE_H

#include "cli/code_file.h"

/* 10:00 on a day ("2015-01-16"), or an RFC 3339 moment, in the Code's zone; text.len 0: today. */
enum err example_start(const struct code *code, struct text on, int64_t *ret_us,
                       struct err_info *info);
/* An explain_due_fn; context: the struct code_file. Where the form does not apply at start_us, the
 * nearest day on which it does is taken. */
bool example_due(void *context, const struct code *code, const struct promise *promise,
                 int64_t start_us, int64_t *ret_local_start_us, int64_t *ret_local_due_us);

#endif
