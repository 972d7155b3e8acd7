/* troth demo: the story of a small shop as touches, one JSON object a line. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/moment.h"
#include "cli/command.h"
#include "cli/file.h"
#include "feature/demo/demo.h"
#include "intake/touch_json.h"

static const struct command_option options[] = {
    {"touches", 't', "FILE", "where the touches go, one JSON object a line; - is standard output"},
    {"code", 'c', "FILE", "write the shop's Customer Code there; - is standard output"},
    {"seed", 's', "N", "another number tells another story (default 20)"},
    {"until", 'u', "TIME", "the story ends there: a date or 2025-11-01T12:00:00Z (default: now)"},
    {0},
};

static bool until_parse(const char *words, int64_t *ret_us)
{
    struct date date;
    if (date_parse(text_of(words), &date)) {
        *ret_us = date_to_days(date) * DAY_US;
        return true;
    }
    return moment_parse(text_of(words), ret_us);
}

struct writing {
    FILE *file;
    struct buf line;
};

static void write_touch(void *context, const struct touch *t)
{
    struct writing *w = context;
    buf_clear(&w->line);
    struct json_writer json = json_writer(&w->line);
    touch_to_json(&json, t);
    buf_add_char(&w->line, '\n');
    fwrite(w->line.ptr, 1, w->line.len, w->file);
}

static FILE *open_for_writing(const char *name)
{
    return strcmp(name, "-") == 0 ? stdout : fopen(name, "w");
}

/* True if all of it reached the file. */
static bool finish(FILE *file)
{
    if (file == stdout) {
        return fflush(file) == 0 && !ferror(file);
    }
    bool is_whole = !ferror(file);
    return fclose(file) == 0 && is_whole;
}

static enum exit_status write_code(const struct command *c, const char *name)
{
    FILE *file = open_for_writing(name);
    if (!file) {
        return command_failed(c, "%s cannot be written: %s", name, strerror(errno));
    }
    struct text code = demo_code();
    fwrite(code.ptr, 1, code.len, file);
    return finish(file) ? EXIT_OK : command_failed(c, "%s could not be written whole", name);
}

static enum exit_status write_touches(const struct command *c, const char *name, uint64_t seed,
                                      int64_t until_us)
{
    FILE *file = open_for_writing(name);
    if (!file) {
        return command_failed(c, "%s cannot be written: %s", name, strerror(errno));
    }
    struct writing w = {.file = file};
    uint64_t count =
        demo_generate(seed, demo_start(until_us, DEMO_MONTHS), until_us, write_touch, &w);
    buf_release(&w.line);
    if (!finish(file)) {
        return command_failed(c, "%s could not be written whole", name);
    }
    fprintf(stderr, "%llu touches\n", (unsigned long long)count);
    return EXIT_OK;
}

static enum exit_status run(const struct arguments *a)
{
    int64_t seed = (int64_t)DEMO_SEED, until_us = moment_now();
    const char *seed_words = argument_value(a, "seed"), *until = argument_value(a, "until");
    if (seed_words && (!text_to_int64(text_of(seed_words), &seed) || seed < 0)) {
        return command_usage_error(a->command, "--seed is a whole number from 0, not '%s'",
                                   seed_words);
    }
    if (until && !until_parse(until, &until_us)) {
        return command_usage_error(
            a->command, "--until is a date like 2025-11-01 or a moment like 2025-11-01T12:00:00Z");
    }
    const char *code = argument_value(a, "code"), *touches = argument_value(a, "touches");
    enum exit_status status = code ? write_code(a->command, code) : EXIT_OK;
    if (status == EXIT_OK && (touches || !code)) {
        status = write_touches(a->command, touches ? touches : "-", (uint64_t)seed, until_us);
    }
    return status;
}

const struct command command_demo = {
    .name = "demo",
    .operands = "",
    .summary = "Tell the last thirteen months of a small shop, as touches",
    .details = "The same seed and end always give the same touches. The shop's Customer Code is\n"
               "that of examples/shop. Without options the touches go to standard output.",
    .options = options,
    .run = run,
};
