/* A line on stderr that says how far the work is. */
#ifndef TROTH_CLI_PROGRESS_H
#define TROTH_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    bool is_shown; /* stderr is a terminal */
    int64_t started_ms, drawn_ms;
};

struct progress progress_begin(void);
/* Draws the line, if the work has taken a second and it is time again. share: 0 to 1, negative
 * where it is not known. */
void progress_show(struct progress *p, const char *what, double share);
void progress_end(struct progress *p); /* wipes the line */

#endif
