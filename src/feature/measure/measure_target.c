#include "feature/measure/measure_target.h"

#include "base/moment.h"

/* k of n kept and a target t: k / (n + x) >= t gives the x that may still break; (k + x) / (n + x)
 * >= t the x that must be kept. */
static void allow(struct measure_target *t, int64_t kept, int64_t n)
{
    int64_t ppm = t->target_ppm, missing = ppm * n - 1000000 * kept, left = 1000000 - ppm;
    t->may_break = -1;
    if (ppm) {
        int64_t may = kept * 1000000 / ppm - n;
        t->may_break = may > 0 ? may : 0;
    }
    t->must_keep = 0;
    if (missing > 0) {
        t->must_keep = left ? (missing + left - 1) / left : -1;
    }
}

struct measure_target measure_target_of(const struct measured *g, const struct book *book)
{
    size_t number, lane;
    struct measure_target t = {0};
    const struct plan *plan = book_plan(book);
    if (!g->promise.len || !plan_find_promise(plan, g->promise, &number, &lane)) {
        return t;
    }
    /* not as a version says it that is only to come */
    const struct promise *promise = plan_promise_at(plan, number, moment_now()).latest;
    t.words = promise->words;
    if (promise->has_target) {
        int64_t n = g->kept + g->broken;
        t.has_target = true;
        t.target_ppm = promise->target_ppm;
        t.is_met = (double)g->kept * 1e6 >= (double)n * promise->target_ppm;
        allow(&t, g->kept, n);
    }
    return t;
}

struct text measure_principle_title(struct text name, const struct book *book)
{
    const struct plan *plan = book_plan(book);
    for (size_t i = 0; i < plan_promise_count(plan); i++) {
        struct promise_info p = plan_promise_at(plan, i, moment_now());
        const struct principle *under =
            p.latest->principle >= 0 ? &p.code->principles[p.latest->principle] : NULL;
        if (under && text_eq(under->name, name)) {
            return under->title;
        }
    }
    return (struct text){0};
}
