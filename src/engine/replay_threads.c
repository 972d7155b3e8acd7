/* Which touch of a replay opens its thread (rule 3). */
#include "engine/replay_part.h"

static bool same_thread(const struct bound *a, const struct bound *b)
{
    return text_same(bound_text(a, FIELD_THREAD), bound_text(b, FIELD_THREAD));
}

static bool met_before(const struct replay *r, const struct keyed *touches, size_t count,
                       const struct bound *b)
{
    for (size_t i = 0; i < count; i++) {
        if (same_thread(r->touches[touches[i].number], b)) {
            return true;
        }
    }
    return false;
}

/* Touches of one hash: one thread, but for accidents. */
static void know_threads_of(struct replay *r, const struct keyed *touches, size_t count)
{
    bool others = true;
    for (size_t i = 0; i < count && others; i++) {
        struct bound *first = r->touches[touches[i].number];
        if (met_before(r, touches, i, first)) {
            continue;
        }
        others = false;
        for (size_t t = i; t < count; t++) {
            struct bound *b = r->touches[touches[t].number];
            if (same_thread(b, r->touches[touches[i].number])) {
                b->opens_thread = false;
                first = bound_compare(b, first) < 0 ? b : first;
            } else {
                others = true;
            }
        }
        first->opens_thread = true;
    }
}

void replay_know_threads(struct replay *r)
{
    struct grouping g = grouping_make(&r->threads, 1, &r->pages);
    struct chains chains CLEANUP(chains_release) = {0};
    for (size_t b = 0; b < g.bucket_count; b++) {
        size_t count;
        const struct keyed *touches = grouping_bucket(&g, b, &count);
        touches = chains_order(&chains, touches, count);
        for (size_t i = 0, end; i < count; i = end) {
            end = i + 1;
            while (end < count && touches[end].hash == touches[i].hash) {
                end++;
            }
            know_threads_of(r, touches + i, end - i);
        }
    }
    grouping_release(&g, &r->pages);
    r->threads_known = true;
}
