/* How every obligation of one replay ended, kept to be held against another replay. */
#ifndef TROTH_REPORT_VERDICT_H
#define TROTH_REPORT_VERDICT_H

#include "engine/replay.h"

struct verdict {
    uint64_t hash;  /* of what verdict_is_same() looks at */
    size_t promise; /* its place in the plan */
    struct text name, key, opening_source, opening_id;
    struct text team; /* of the opening touch */
    int64_t opened_us;
    uint32_t n;
    enum state state;
};

struct verdicts {
    const struct plan *plan; /* set before the replay runs */
    struct arena arena;
    struct verdict *items;
    size_t count, room;
};

void verdicts_add(void *context, const struct obligation *o); /* for replay_options.each */
void verdicts_release(struct verdicts *v);

/* Of one promise, key and opening: the same obligation under two Codes. */
bool verdict_is_same(const struct verdict *a, const struct verdict *b);
/* Kept or broken: what counts in adherence. */
bool verdict_is_decided(const struct verdict *v);

#endif
