#include "feature/show/story.h"

bool story_batch(struct demo *demo, int64_t until_us, size_t most, struct story_batch *ret)
{
    arena_clear(&ret->arena);
    ret->touches = ARENA_ARRAY(&ret->arena, struct touch, most);
    ret->count = 0;
    struct touch t;
    while (ret->count < most && demo_next(demo, until_us, &t)) {
        ret->touches[ret->count++] = touch_copy(&ret->arena, &t);
    }
    return ret->count > 0;
}
