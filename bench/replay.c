/* Replay of the story in memory, on one core, and the floors beside it.
 *   replay [threads]    touches in memory through the whole Code
 *   replay ndjson FILE [threads]   writes the story to a file, for `troth replay`
 * Prints rows: name, value, unit. */
#include "engine/replay.h"
#include "figures.h"
#include "story.h"

#include <stdlib.h>

static struct plan *compile(struct arena *arena)
{
    struct diagnostics diagnostics = {0};
    struct err_info info = {0};
    const struct code *code = code_parse(arena, text_of(story_code), &diagnostics);
    struct plan *plan;
    if (diagnostics.errors || plan_compile(arena, &code, 1, NULL, NULL, &plan, &info)) {
        struct buf words CLEANUP(buf_release) = {0};
        diagnostics_print(&diagnostics, TEXT("story"), text_of(story_code), &words);
        fprintf(stderr, "replay: %s %s\n", words.ptr ? words.ptr : "", info.text);
        exit(1);
    }
    return plan;
}

static struct promise_result *replay_story(const struct story *s, const struct plan *plan,
                                           struct arena *arena, double *ret_add_s,
                                           double *ret_run_s)
{
    double start = processor_seconds();
    struct replay *replay = replay_new(plan);
    for (size_t i = 0; i < s->count; i++) {
        replay_add(replay, &s->touches[i]);
    }
    double added = processor_seconds();
    struct promise_result *results;
    struct replay_options options = {.until_us = MOMENT_NEVER};
    if (replay_run(replay, &options, arena, &results, NULL)) {
        exit(1);
    }
    *ret_add_s = added - start;
    *ret_run_s = processor_seconds() - added;
    replay_free(replay);
    return results;
}

/* Every touch looked at once: no program that reads them all can be faster. */
static double plain_loop(const struct story *s)
{
    double start = processor_seconds();
    uint64_t sum = 0;
    for (size_t i = 0; i < s->count; i++) {
        const struct touch *t = &s->touches[i];
        sum += (uint64_t)t->occurred_us + (uint64_t)t->thread.ptr[t->thread.len - 1] +
               (uint64_t)t->id.ptr[t->id.len - 1] + t->event.len;
    }
    __asm__ volatile("" : : "r"(sum));
    return processor_seconds() - start;
}

int main(int argc, char **argv)
{
    struct arena arena CLEANUP(arena_release) = {0};
    size_t threads = argc > 1 ? strtoull(argv[1], NULL, 10) : 100000;
    const struct plan *plan = compile(&arena);
    struct story s = story_make(threads);
    double loop = plain_loop(&s), add, run;
    struct promise_result *results = replay_story(&s, plan, &arena, &add, &run);
    for (int i = 0; i < 2; i++) {
        double a, b;
        replay_story(&s, plan, &arena, &a, &b);
        if (a + b < add + run) {
            add = a;
            run = b;
        }
    }
    double n = (double)s.count;
    fprintf(stderr, "add %.0f ns run %.0f ns\n", add / n * 1e9, run / n * 1e9);
    printf("replay_memory\t%.0f\n", n / (add + run));
    printf("plain_loop\t%.0f\n", n / loop);
    for (size_t i = 0; i < plan_promise_count(plan); i++) {
        const struct promise_result *r = &results[i];
        fprintf(
            stderr,
            "%.*s kept %lu broken %lu excused %lu void %lu open %lu paused %lu late %lu owed %lu\n",
            TEXT_ARG(plan_promise(plan, i).name), r->kept, r->broken, r->excused, r->void_, r->open,
            r->paused, r->fulfilled_late, r->owed_count ? r->owed[0].count : 0);
    }
    story_release(&s);
    return 0;
}
