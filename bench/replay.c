/* Replay of the story on one core.
 *   replay [THREADS]…        touches in memory through the whole Code, ten touches a thread; beside
 *                            it the touches only grouped, and one promise computed by SQL
 *   replay write THREADS FOLDER   story.troth and story.ndjson, for `troth replay`
 * Of five tries the fastest counts. The first, told as well, also waits for memory from the
 * system, which the others use again: beside it how long the system takes for that alone. */
#include "engine/replay.h"
#include "figures.h"
#include "group.h"
#include "sql.h"
#include "story.h"

#include <stdlib.h>

enum { TRIES = 5 };

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

static struct promise_result *replay_once(const struct story *s, struct replay *replay,
                                          struct arena *arena, double *ret_s)
{
    double start = processor_seconds();
    replay_clear(replay);
    replay_add_all(replay, s->touches, s->count);
    struct promise_result *results;
    struct replay_options options = {.until_us = MOMENT_NEVER};
    if (replay_run(replay, &options, arena, &results, NULL)) {
        exit(1);
    }
    *ret_s = processor_seconds() - start;
    return results;
}

static void compare_with_sql(const struct story *s, const struct promise_result *replayed,
                             const char *name, double per_second)
{
    struct sql_counts counts;
    double seconds = sql_delivered(s, &counts);
    if (counts.kept != replayed->kept || counts.broken != replayed->broken ||
        counts.open != replayed->open) {
        fprintf(stderr,
                "replay: SQL counts otherwise: kept %llu broken %llu open %llu, not %llu %llu "
                "%llu\n",
                (unsigned long long)counts.kept, (unsigned long long)counts.broken,
                (unsigned long long)counts.open, (unsigned long long)replayed->kept,
                (unsigned long long)replayed->broken, (unsigned long long)replayed->open);
        exit(1);
    }
    char beside[64];
    snprintf(beside, sizeof(beside), "SQL, one promise of the ten");
    figure(name, per_second, "touches/s", "", beside, (double)s->count / seconds);
}

static void measure(const struct plan *plan, size_t threads)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct story s = story_make(threads);
    struct replay *replay = replay_new(plan);
    struct promise_result *results = NULL;
    size_t delivered, lane, before = resident_bytes(), taken = 0;
    double first = 0, best = 1e9, floor = 1e9, count = (double)s.count;
    for (int i = 0; i < TRIES; i++) {
        double seconds;
        results = replay_once(&s, replay, &arena, &seconds);
        first = i == 0 ? seconds : first;
        taken = i == 0 ? resident_bytes() - before : taken;
        best = seconds < best ? seconds : best;
        seconds = group_and_read(&s);
        floor = seconds < floor ? seconds : floor;
    }
    char name[64];
    double per_second = count / best;
    snprintf(name, sizeof(name), "replay_memory_%zu", s.count);
    figure(name, per_second, "touches/s", "5000000", "only grouped by key and read", count / floor);
    snprintf(name, sizeof(name), "replay_memory_first_%zu", s.count);
    figure(name, count / first, "touches/s", "", "only as much new memory, written",
           count / write_new_memory(taken));
    if (threads <= 100000 && plan_find_promise(plan, TEXT("delivered"), &delivered, &lane)) {
        snprintf(name, sizeof(name), "replay_memory_sql_%zu", s.count);
        compare_with_sql(&s, &results[delivered], name, per_second);
    }
    replay_free(replay);
    story_release(&s);
}

static int write_story(size_t threads, const char *folder)
{
    char path[512];
    struct story s = story_make(threads);
    snprintf(path, sizeof(path), "%s/story.troth", folder);
    FILE *out = fopen(path, "w");
    if (!out || fputs(story_code, out) < 0 || fclose(out) != 0) {
        perror(path);
        return 1;
    }
    snprintf(path, sizeof(path), "%s/story.ndjson", folder);
    if (!(out = fopen(path, "w"))) {
        perror(path);
        return 1;
    }
    story_write(&s, out);
    story_release(&s);
    return fclose(out) ? 1 : 0;
}

int main(int argc, char **argv)
{
    if (argc == 4 && text_is(text_of(argv[1]), "write")) {
        return write_story(strtoull(argv[2], NULL, 10), argv[3]);
    }
    struct arena arena CLEANUP(arena_release) = {0};
    const struct plan *plan = compile(&arena);
    for (int i = 1; i < argc; i++) {
        measure(plan, strtoull(argv[i], NULL, 10));
    }
    return 0;
}
