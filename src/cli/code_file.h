/* A Code in a file, as several commands read it. */
#ifndef TROTH_CLI_CODE_FILE_H
#define TROTH_CLI_CODE_FILE_H

#include <stdio.h>

#include "engine/engine.h"
#include "lang/code.h"

struct code_file {
    const char *name; /* as given; "-" is standard input */
    struct text source;
    struct code *code; /* what could be read of it, also when there are errors */
    struct diagnostics found;
};

/* Reads, parses and checks. An error only when the file cannot be read: what is wrong with the Code
 * itself stands in ret->found. */
enum err code_file_load(struct arena *arena, const char *name, struct code_file *ret,
                        struct err_info *info);
/* The findings for people: in colour when `to` is a terminal and NO_COLOR is not set. */
void code_file_print_findings(const struct code_file *f, FILE *to);
size_t code_file_warnings(const struct code_file *f);
/* Compiles a Code without errors. What only the world outside the Code can tell (a zone that the tz
 * database does not hold, a missing iCalendar file) is added to f->found: then ERR_INVALID. */
enum err code_file_compile(struct arena *arena, struct code_file *f, struct plan **ret,
                           struct err_info *info);
/* For plan_compile(): reads a file that the Code names, beside the Code's own. context: the struct
 * code_file. */
enum err code_file_read_beside(void *context, struct text name, struct arena *arena,
                               struct text *ret, struct err_info *info);

#endif
