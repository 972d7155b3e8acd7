/* Inside of this feature: the story's touches, some at a time. */
#ifndef TROTH_FEATURE_SHOW_STORY_H
#define TROTH_FEATURE_SHOW_STORY_H

#include "base/arena.h"
#include "feature/demo/demo.h"

struct story_batch {
    struct arena arena;
    struct touch *touches;
    size_t count;
};

/* The next touches up to that instant, at most `most`; false when there is none. */
bool story_batch(struct demo *demo, int64_t until_us, size_t most, struct story_batch *ret);

#endif
