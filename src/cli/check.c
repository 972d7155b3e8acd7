#include "base/json.h"
#include "cli/code_file.h"
#include "cli/command.h"
#include "cli/file.h"

struct totals {
    bool unreadable, wrong;
};

static void print_summary(const struct code_file *f)
{
    size_t errors = f->found.errors, warnings = code_file_warnings(f);
    const char *name = file_title(f->name);
    if (errors == 0 && warnings == 0)
        printf("%s: no mistakes found in %zu promise%s\n", name, f->code->promise_count,
               f->code->promise_count == 1 ? "" : "s");
    else
        printf("%s: %zu error%s, %zu warning%s\n", name, errors, errors == 1 ? "" : "s", warnings,
               warnings == 1 ? "" : "s");
}

static void write_json(const struct code_file *f, struct json_writer *w)
{
    json_object_begin(w);
    json_key(w, "file");
    json_str(w, f->name);
    json_key(w, "errors");
    json_int(w, (int64_t)f->found.errors);
    json_key(w, "warnings");
    json_int(w, (int64_t)code_file_warnings(f));
    json_key(w, "left_out");
    json_int(w, (int64_t)f->found.left_out);
    json_key(w, "findings");
    diagnostics_json(&f->found, LANGUAGE_ENGLISH, w);
    json_object_end(w);
}

static void check_file(const struct arguments *a, const char *name, struct json_writer *json,
                       struct totals *totals)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct err_info info;
    struct code_file f;
    if (code_file_load(&arena, name, &f, &info) != ERR_NONE) {
        command_failed(a->command, "%s", info.text);
        totals->unreadable = true;
        return;
    }
    struct plan *plan;
    if (f.found.errors == 0 && code_file_compile(&arena, &f, &plan, &info) != ERR_NONE)
        totals->wrong = true;
    bool strict = argument_given(a, "strict");
    totals->wrong = totals->wrong || f.found.errors > 0 || (strict && code_file_warnings(&f) > 0);
    if (json) {
        write_json(&f, json);
        return;
    }
    code_file_print_findings(&f, stdout);
    print_summary(&f);
}

static enum exit_status run(const struct arguments *a)
{
    struct totals totals = {0};
    struct buf out CLEANUP(buf_release) = {0};
    struct json_writer writer = json_writer(&out);
    bool json = argument_given(a, "json");
    if (json)
        json_array_begin(&writer);
    for (size_t i = 0; i < a->operand_count; i++)
        check_file(a, a->operands[i], json ? &writer : NULL, &totals);
    if (json) {
        json_array_end(&writer);
        printf("%s\n", out.ptr);
    }
    if (totals.unreadable)
        return EXIT_UNABLE;
    return totals.wrong ? EXIT_FOUND : EXIT_OK;
}

static const struct command_option options[] = {
    {"json", 0, NULL, "print the findings as JSON"},
    {"strict", 0, NULL, "warnings count as errors"},
    {0},
};

const struct command command_check = {
    .name = "check",
    .operands = "FILE…",
    .summary = "Find the mistakes in a Customer Code",
    .details =
        "Says what is wrong, where, and what to write instead. FILE \"-\" is standard input.\n"
        "Ends with 1 when there are errors; warnings alone are well.",
    .options = options,
    .operands_least = 1,
    .operands_most = COMMAND_OPERANDS_ANY,
    .run = run,
};
