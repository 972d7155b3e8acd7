/* The published promises: each folder holds a Code, touches, the instant at which the replay ends,
 * and the ledger that must come out (README.md). The engine and the slow evaluator of tests/naive
 * must both give it. What differs is printed line by line: - expected, + got. */
#include <assert.h>
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* cmocka wants the headers above before its own */
#include <cmocka.h>

#include "engine/replay.h"
#include "intake/touch_json.h"
#include "naive.h"
#include "rows.h"

enum { FOLDERS_MAX = 64, TOUCHES_MAX = 256, PATH_SIZE = 512 };

struct story {
    struct arena arena;
    const struct code *code;
    struct touch *touches;
    size_t touch_count;
    int64_t until_us;
    struct text expected;
};

static void story_release(struct story *s)
{
    arena_release(&s->arena);
}

static struct text read_file(struct arena *arena, const char *folder, const char *name)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        fail_msg("%s cannot be read", path);
    struct buf bytes CLEANUP(buf_release) = {0};
    char part[4096];
    size_t got;
    while ((got = fread(part, 1, sizeof part, file)) > 0)
        buf_add(&bytes, part, got);
    fclose(file);
    return arena_text(arena, buf_text(&bytes));
}

static const struct code *read_code(struct arena *arena, const char *folder)
{
    struct text source = read_file(arena, folder, "code.troth");
    struct diagnostics found;
    const struct code *code = code_parse(arena, source, &found);
    if (found.count > 0) {
        struct buf words CLEANUP(buf_release) = {0};
        diagnostics_print(&found, TEXT("code.troth"), source, &words);
        print_message("%s", words.ptr);
    }
    assert_int_equal(found.count, 0);
    return code;
}

static void read_touches(struct story *s, const char *folder)
{
    struct text rest = read_file(&s->arena, folder, "touches.ndjson"), line;
    s->touches = ARENA_ARRAY(&s->arena, struct touch, TOUCHES_MAX);
    while (next_line(&rest, &line)) {
        assert_true(s->touch_count < TOUCHES_MAX);
        struct touch *touch = &s->touches[s->touch_count++];
        struct err_info info = {0};
        if (touch_parse(&s->arena, line, touch, &info) != ERR_NONE)
            fail_msg("touches.ndjson:%zu: %s", s->touch_count, info.text);
        touch->place = s->touch_count;
    }
}

static void story_read(struct story *s, const char *folder)
{
    s->code = read_code(&s->arena, folder);
    read_touches(s, folder);
    assert_true(moment_parse(text_trim(read_file(&s->arena, folder, "until")), &s->until_us));
    s->expected = read_file(&s->arena, folder, "expected.csv");
}

static void assert_expected(const struct story *s, const struct rows *rows)
{
    struct text got = rows_write(rows);
    if (!text_eq(s->expected, got)) {
        rows_print_difference(s->expected, got);
        fail_msg("that is not the expected ledger");
    }
}

/* -- the engine -- */

struct engine_ledger {
    const struct plan *plan;
    struct rows rows;
};

static void keep_row(void *context, const struct obligation *o)
{
    struct engine_ledger *l = context;
    *rows_add(&l->rows) = (struct row){
        .promise = plan_promise(l->plan, o->promise).name,
        .key = arena_text(l->rows.arena, o->key),
        .opening = arena_text(l->rows.arena, o->opening_id),
        .order = o->promise,
        .n = o->n,
        .opened_us = o->opened_us,
        .due_us = o->due_us,
        .decided_us = o->decided_us,
        .fulfilled_us = o->fulfilled_us,
        .state = o->state,
    };
}

static void keep_debt(void *context, const struct entry *e)
{
    struct engine_ledger *l = context;
    if (e->kind != ENTRY_OWED && e->kind != ENTRY_WITHDRAWN)
        return;
    const struct obligation *o = e->obligation;
    struct row *row =
        rows_find(&l->rows, plan_promise(l->plan, o->promise).name, o->key, o->opening_id, o->n);
    assert_non_null(row);
    bool owed = e->kind == ENTRY_OWED;
    if (e->task.len > 0) {
        row->has_task = owed;
        return;
    }
    int64_t so_far = row->owed.minor;
    row->owed = e->amount;
    row->owed.minor = so_far + (owed ? e->amount.minor : -e->amount.minor);
}

static void run_engine(struct story *s, struct replay *replay, struct engine_ledger *ledger)
{
    for (size_t i = 0; i < s->touch_count; i++)
        assert_true(replay_add(replay, &s->touches[i]));
    struct sink sink = {.context = ledger, .entry = keep_debt};
    struct replay_options options = {.until_us = s->until_us};
    struct promise_result *results;
    struct err_info info = {0};
    /* Twice, because the rows come last and the debts want to find them. */
    options.each = keep_row;
    options.each_context = ledger;
    if (replay_run(replay, &options, &s->arena, &results, &info) != ERR_NONE)
        fail_msg("%s", info.text);
    options.each = NULL;
    options.sink = &sink;
    if (replay_run(replay, &options, &s->arena, &results, &info) != ERR_NONE)
        fail_msg("%s", info.text);
}

static void engine_gives_the_expected_ledger(void **state)
{
    struct story s CLEANUP(story_release) = {0};
    story_read(&s, *state);
    struct plan *plan;
    struct err_info info = {0};
    if (plan_compile(&s.arena, &s.code, 1, NULL, NULL, &plan, &info) != ERR_NONE)
        fail_msg("%s", info.text);
    struct engine_ledger ledger = {.plan = plan, .rows = {.arena = &s.arena}};
    struct replay *replay = replay_new(plan);
    run_engine(&s, replay, &ledger);
    replay_free(replay);
    assert_expected(&s, &ledger.rows);
}

/* -- the slow evaluator -- */

static size_t order_in_code(const struct code *code, struct text name)
{
    size_t i = 0;
    while (!text_eq(code->promises[i].name, name))
        i++;
    return i;
}

static void slow_evaluator_gives_the_expected_ledger(void **state)
{
    struct story s CLEANUP(story_release) = {0};
    story_read(&s, *state);
    struct naive_ledger found;
    struct err_info info = {0};
    if (naive_evaluate(&s.arena, &s.code, 1, s.touches, s.touch_count, s.until_us, &found, &info) !=
        ERR_NONE)
        fail_msg("%s", info.text);
    struct rows rows = {.arena = &s.arena};
    for (size_t i = 0; i < found.obligation_count; i++) {
        const struct naive_obligation *o = &found.obligations[i];
        *rows_add(&rows) = (struct row){
            .promise = o->promise,
            .key = o->key,
            .opening = o->opening_id,
            .order = order_in_code(s.code, o->promise),
            .n = o->n,
            .opened_us = o->opened_us,
            .due_us = o->due_us,
            .decided_us = o->decided_us,
            .fulfilled_us = o->fulfilled_us,
            .state = o->state,
        };
    }
    for (size_t i = 0; i < found.remedy_count; i++) {
        const struct naive_remedy *r = &found.remedies[i];
        const struct naive_obligation *o = &found.obligations[r->obligation];
        struct row *row = rows_find(&rows, o->promise, o->key, o->opening_id, o->n);
        assert_non_null(row);
        int64_t so_far = row->owed.minor;
        row->has_task |= r->is_task;
        row->owed = r->amount;
        row->owed.minor += so_far;
    }
    rows_sort(&rows);
    assert_expected(&s, &rows);
}

/* -- one test for each folder and evaluator -- */

static int is_folder(const struct dirent *entry)
{
    return entry->d_name[0] >= '0' && entry->d_name[0] <= '9';
}

int main(int argc, char **argv)
{
    assert(argc == 2);
    struct dirent **entries;
    int count = scandir(argv[1], &entries, is_folder, alphasort);
    assert(count > 0 && count <= FOLDERS_MAX);
    struct arena arena CLEANUP(arena_release) = {0};
    struct CMUnitTest tests[2 * FOLDERS_MAX];
    size_t test_count = 0;
    for (int i = 0; i < count; i++) {
        char *name = entries[i]->d_name;
        char *path = (char *)(uintptr_t)arena_printf(&arena, "%s/%s", argv[1], name).ptr;
        tests[test_count++] =
            (struct CMUnitTest){.name = arena_printf(&arena, "engine: %s", name).ptr,
                                .test_func = engine_gives_the_expected_ledger,
                                .initial_state = path};
        tests[test_count++] =
            (struct CMUnitTest){.name = arena_printf(&arena, "slow evaluator: %s", name).ptr,
                                .test_func = slow_evaluator_gives_the_expected_ledger,
                                .initial_state = path};
        free(entries[i]);
    }
    free(entries);
    return _cmocka_run_group_tests("published promises", tests, test_count, NULL, NULL);
}
