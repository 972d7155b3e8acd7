/* A draft of a Code against the current one, over the same touches. */
#ifndef TROTH_CLI_REPLAY_COMPARE_H
#define TROTH_CLI_REPLAY_COMPARE_H

#include "cli/replay_report.h"

struct verdict { /* of one obligation in one run */
    uint64_t hash;
    struct text promise, key, opening_source, opening_id;
    uint32_t n;
    enum state state;
};

struct verdicts {
    const struct plan *plan;
    struct arena arena;
    struct verdict *items;
    size_t count, room;
};

void verdicts_add(void *context, const struct obligation *o); /* for replay_options.each */
void verdicts_release(struct verdicts *v);

struct side {
    const struct plan *plan;
    const struct promise_result *results;
    struct verdicts verdicts;
};

struct comparison {
    const struct side *current, *draft;
    const struct replay_touches *touches;
    int64_t until_us;
};

void compare_text(const struct comparison *c, struct buf *out);
void compare_json(const struct comparison *c, struct buf *out);
void compare_csv(const struct comparison *c, struct buf *out);
void compare_html(const struct comparison *c, struct buf *out);

#endif
