#include "base/json.h"
#include "cli/code_file.h"
#include "cli/command.h"
#include "cli/example.h"

#include <stdlib.h>

static void print_json(const char *name, const struct buf *words)
{
    struct buf out CLEANUP(buf_release) = {0};
    struct json_writer w = json_writer(&out);
    json_object_begin(&w);
    json_key(&w, "name");
    json_str(&w, name);
    json_key(&w, "words");
    json_text(&w, buf_text(words));
    json_object_end(&w);
    printf("%s\n", out.ptr);
}

/* What --language names, else the language of the terminal. */
static bool language_wanted(const struct arguments *a, enum language *ret)
{
    static const char *const variables[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    *ret = LANGUAGE_ENGLISH;
    if (argument_given(a, "language"))
        return language_parse(text_of(argument_value(a, "language")), ret);
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        struct text locale = text_of(getenv(variables[i]));
        if (locale.len > 0) { /* the first that is set decides, be it one of ours or not */
            (void)language_parse(locale, ret);
            break;
        }
    }
    return true;
}

static enum exit_status run(const struct arguments *a)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct err_info info;
    struct code_file f;
    const char *name = a->operands[1];
    enum language language;
    if (!language_wanted(a, &language))
        return command_usage_error(a->command, "there is no language \"%s\": give en, pt or es",
                                   argument_value(a, "language"));
    if (code_file_load(&arena, a->operands[0], &f, &info) != ERR_NONE)
        return command_failed(a->command, "%s", info.text);
    if (f.found.errors > 0) {
        code_file_print_findings(&f, stderr);
        command_failed(a->command, "mend the errors first");
        return EXIT_FOUND;
    }
    int64_t start_us;
    if (example_start(f.code, text_of(argument_value(a, "on")), &start_us, &info) != ERR_NONE)
        return command_failed(a->command, "%s", info.text);
    const struct explain_example example = {example_due, &f, start_us};
    struct buf words CLEANUP(buf_release) = {0};
    if (code_explain(f.code, text_of(name), language, &example, &words, &info) != ERR_NONE)
        return command_failed(a->command, "%s", info.text);
    if (argument_given(a, "json"))
        print_json(name, &words);
    else
        fwrite(words.ptr, 1, words.len, stdout);
    return EXIT_OK;
}

static const struct command_option options[] = {
    {"on", 0, "DATE", "the day of the worked example (2015-01-16); today if not given"},
    {"language", 0, "LANGUAGE", "en, pt or es; that of LC_ALL, LC_MESSAGES or LANG if not given"},
    {"json", 0, NULL, "print the words as JSON"},
    {0},
};

const struct command command_explain = {
    .name = "explain",
    .operands = "FILE NAME",
    .summary = "Say in plain words what a promise means",
    .details = "NAME is that of a promise, principle, table, calendar, group or permission of the\n"
               "Code in FILE. Its own words stay as they are written.",
    .options = options,
    .operands_least = 2,
    .operands_most = 2,
    .run = run,
};
