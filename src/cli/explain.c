#include "base/json.h"
#include "cli/code_file.h"
#include "cli/command.h"
#include "cli/example.h"

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

static enum exit_status run(const struct arguments *a)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct err_info info;
    struct code_file f;
    const char *name = a->operands[1];
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
    struct buf words CLEANUP(buf_release) = {0};
    if (code_explain(f.code, text_of(name), example_due, &f, start_us, &words, &info) != ERR_NONE)
        return command_failed(a->command, "%s", info.text);
    if (argument_given(a, "json"))
        print_json(name, &words);
    else
        fwrite(words.ptr, 1, words.len, stdout);
    return EXIT_OK;
}

static const struct command_option options[] = {
    {"on", 0, "DATE", "the day of the worked example (2015-01-16); today if not given"},
    {"json", 0, NULL, "print the words as JSON"},
    {0},
};

const struct command command_explain = {
    .name = "explain",
    .operands = "FILE NAME",
    .summary = "Say in plain words what a promise means",
    .details = "NAME is that of a promise, principle, table, calendar, group or permission of the\n"
               "Code in FILE.",
    .options = options,
    .operands_least = 2,
    .operands_most = 2,
    .run = run,
};
