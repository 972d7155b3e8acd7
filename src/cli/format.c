#include <string.h>

#include "cli/code_file.h"
#include "cli/command.h"
#include "cli/file.h"

enum mode { MODE_PRINT, MODE_CHECK, MODE_WRITE };

/* What is laid out differently cannot be told from a text that cannot be read: say what is wrong.
 */
static enum exit_status say_unreadable(const struct arguments *a, struct arena *arena,
                                       const char *name, struct text source,
                                       const struct err_info *info)
{
    struct code_file f = {.name = name, .source = source};
    f.code = code_parse(arena, source, &f.found);
    code_file_print_findings(&f, stderr);
    command_failed(a->command, "%s is left as it is%s%s", file_title(name),
                   f.found.count ? "" : ": ", f.found.count ? "" : info->text);
    return EXIT_FOUND;
}

static enum exit_status write_back(const struct arguments *a, const char *name, struct text laid)
{
    struct err_info info;
    if (file_replace(name, laid, &info) != ERR_NONE)
        return command_failed(a->command, "%s", info.text);
    printf("%s: laid out anew\n", name);
    return EXIT_OK;
}

static enum exit_status format_file(const struct arguments *a, enum mode mode, const char *name)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct err_info info;
    struct text source, laid;
    if (file_read(&arena, name, CODE_BYTES_MAX, &source, &info) != ERR_NONE)
        return command_failed(a->command, "%s", info.text);
    if (code_format(&arena, source, &laid, &info) != ERR_NONE)
        return say_unreadable(a, &arena, name, source, &info);
    bool same = text_eq(source, laid);
    switch (mode) {
    case MODE_PRINT:
        fwrite(laid.ptr, 1, laid.len, stdout);
        return EXIT_OK;
    case MODE_CHECK:
        if (!same)
            printf("%s: not laid out; run: troth format --write %s\n", file_title(name), name);
        return same ? EXIT_OK : EXIT_FOUND;
    case MODE_WRITE:
        return same ? EXIT_OK : write_back(a, name, laid);
    }
    return EXIT_UNABLE;
}

static enum exit_status run(const struct arguments *a)
{
    bool check = argument_given(a, "check"), write = argument_given(a, "write");
    if (check && write)
        return command_usage_error(a->command, "give either --check or --write");
    enum mode mode = check ? MODE_CHECK : write ? MODE_WRITE : MODE_PRINT;
    if (mode == MODE_PRINT && a->operand_count > 1)
        return command_usage_error(a->command, "to lay out several files give --check or --write");
    enum exit_status worst = EXIT_OK;
    for (size_t i = 0; i < a->operand_count; i++) {
        if (write && strcmp(a->operands[i], "-") == 0)
            return command_usage_error(a->command, "standard input cannot be written back");
        enum exit_status status = format_file(a, mode, a->operands[i]);
        worst = status > worst ? status : worst;
    }
    return worst;
}

static const struct command_option options[] = {
    {"check", 'c', NULL, "only say which files are not laid out, and end with 1"},
    {"write", 'w', NULL, "change the files"},
    {0},
};

const struct command command_format = {
    .name = "format",
    .operands = "FILE…",
    .summary = "Lay out a Customer Code in the one usual way",
    .details = "Prints the result; FILE \"-\" is standard input. Comments are kept.",
    .options = options,
    .operands_least = 1,
    .operands_most = COMMAND_OPERANDS_ANY,
    .run = run,
};
