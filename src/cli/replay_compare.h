/* What `troth replay --against` prints, in four forms. */
#ifndef TROTH_CLI_REPLAY_COMPARE_H
#define TROTH_CLI_REPLAY_COMPARE_H

#include "cli/replay_report.h"
#include "report/comparison.h"

struct compare_report {
    const struct comparison *comparison;
    const struct replay_touches *touches;
    int64_t until_us;
};

void compare_text(const struct compare_report *r, struct buf *out);
void compare_json(const struct compare_report *r, struct buf *out);
void compare_csv(const struct compare_report *r, struct buf *out);
void compare_html(const struct compare_report *r, struct buf *out);

#endif
