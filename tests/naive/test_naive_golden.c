/* The slow evaluator gives the ledgers of tests/golden/promises, which were worked out by hand. */
#include "intake/touch_json.h"
#include "naive.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char golden_folder[] = "tests/golden/promises";

static void close_file(FILE **file)
{
    if (*file) {
        fclose(*file);
    }
}

static void close_folder(DIR **folder)
{
    if (*folder) {
        closedir(*folder);
    }
}

/* Empty if there is no such file. */
static struct text read_file(struct arena *arena, const char *story, const char *name)
{
    struct text path = arena_printf(arena, "%s/%s/%s", golden_folder, story, name);
    FILE *file CLEANUP(close_file) = fopen(path.ptr, "r");
    struct buf bytes CLEANUP(buf_release) = {0};
    char chunk[4096];
    size_t len;
    while (file && (len = fread(chunk, 1, sizeof chunk, file)) > 0) {
        buf_add(&bytes, chunk, len);
    }
    return arena_text(arena, buf_text(&bytes));
}

/* The next line, without its end; false after the last. */
static bool next_line(struct text *rest, struct text *ret_line)
{
    if (rest->len == 0) {
        return false;
    }
    const char *end = memchr(rest->ptr, '\n', rest->len);
    size_t len = end ? (size_t)(end - rest->ptr) : rest->len;
    *ret_line = text_trim((struct text){rest->ptr, len});
    size_t step = len + (end ? 1 : 0);
    *rest = (struct text){rest->ptr + step, rest->len - step};
    return true;
}

static struct touch *read_touches(struct arena *arena, const char *story, size_t *ret_count)
{
    struct text rest = read_file(arena, story, "touches.ndjson"), line;
    struct touch *touches = NULL;
    size_t count = 0;
    while (next_line(&rest, &line)) {
        struct err_info info = {0};
        if (line.len == 0) {
            continue;
        }
        touches = arena_grow(arena, touches, count, count + 1, sizeof *touches);
        if (touch_parse(arena, line, &touches[count], &info) != ERR_NONE) {
            fail_msg("%s: %s", story, info.text);
        }
        touches[count].place = count;
        count++;
    }
    *ret_count = count;
    return touches;
}

static void add_moment(struct buf *out, int64_t us)
{
    char text[MOMENT_TEXT_SIZE];
    buf_add_str(out, us == MOMENT_NEVER ? "" : moment_format(us, text));
    buf_add_char(out, ',');
}

/* The sum, or "task"; nothing where nothing is owed. */
static void add_owed(struct buf *out, const struct naive_ledger *g, size_t obligation)
{
    struct money sum = {0};
    for (size_t i = 0; i < g->remedy_count; i++) {
        if (g->remedies[i].obligation == obligation && g->remedies[i].is_task) {
            buf_add_str(out, "task");
            return;
        }
        if (g->remedies[i].obligation == obligation) {
            int64_t minor = sum.minor + g->remedies[i].amount.minor;
            sum = g->remedies[i].amount;
            sum.minor = minor;
        }
    }
    if (*sum.currency) {
        money_format(out, sum);
    }
}

static struct text ledger_line(struct arena *arena, const struct naive_ledger *g, size_t i)
{
    const struct naive_obligation *o = &g->obligations[i];
    struct buf out CLEANUP(buf_release) = {0};
    buf_addf(&out, "%.*s,%.*s,%.*s,%u,", TEXT_ARG(o->promise), TEXT_ARG(o->key),
             TEXT_ARG(o->opening_id), o->n);
    add_moment(&out, o->opened_us);
    add_moment(&out, o->due_us);
    buf_addf(&out, "%s,", state_name(o->state));
    add_moment(&out, o->decided_us);
    if (o->fulfilled_us != MOMENT_NEVER) {
        buf_addf(&out, "%lld", (long long)((o->fulfilled_us - o->due_us) / SECOND_US));
    }
    buf_add_char(&out, ',');
    add_owed(&out, g, i);
    return arena_text(arena, buf_text(&out));
}

static struct naive_ledger evaluate(struct arena *arena, const char *story)
{
    struct diagnostics *diagnostics = ARENA_NEW(arena, struct diagnostics);
    const struct code *code = code_parse(arena, read_file(arena, story, "code.troth"), diagnostics);
    if (diagnostics->errors) {
        fail_msg("%s: the Code has errors", story);
    }
    int64_t until_us = 0;
    assert_true(moment_parse(text_trim(read_file(arena, story, "until")), &until_us));
    size_t count = 0;
    struct touch *touches = read_touches(arena, story, &count);
    struct naive_ledger ledger;
    struct err_info info = {0};
    if (naive_evaluate(arena, &code, 1, touches, count, until_us, &ledger, &info) != ERR_NONE) {
        fail_msg("%s: %s", story, info.text);
    }
    return ledger;
}

/* Each expected line must be there, and nothing else. */
static void check_story(const char *story)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct naive_ledger ledger = evaluate(&arena, story);
    struct text rest = read_file(&arena, story, "expected.csv"), line;
    size_t expected = 0;
    assert_true(next_line(&rest, &line)); /* the header */
    for (; next_line(&rest, &line) && line.len; expected++) {
        bool found = false;
        for (size_t i = 0; i < ledger.obligation_count && !found; i++) {
            found = text_eq(ledger_line(&arena, &ledger, i), line);
        }
        if (!found) {
            fail_msg("%s: not in the ledger: %.*s", story, TEXT_ARG(line));
        }
    }
    if (expected != ledger.obligation_count) {
        fail_msg("%s: %zu obligations, expected %zu", story, ledger.obligation_count, expected);
    }
}

static void published_promises_have_the_ledgers_worked_out_by_hand(void **state)
{
    (void)state;
    DIR *folder CLEANUP(close_folder) = opendir(golden_folder);
    assert_non_null(folder);
    size_t stories = 0;
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9') {
            check_story(entry->d_name);
            stories++;
        }
    }
    assert_true(stories >= 26);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_promises_have_the_ledgers_worked_out_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
