/* The command line: each command is one file with one constant `struct command`; commands.c lists
 * them. From these tables come the parsing of options, `--help`, and `troth help`. To add one:
 * write src/cli/NAME.c, declare it at the end of this header, add it to the table in commands.c. */
#ifndef TROTH_CLI_COMMAND_H
#define TROTH_CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

/* What `troth` ends with. */
enum exit_status {
    EXIT_OK = 0,
    EXIT_FOUND = 1, /* it ran and the answer is no: a Code with errors, a file not laid out */
    EXIT_UNABLE = 2 /* it could not run: wrong options, a file that cannot be read */
};

struct command_option {
    const char *name;  /* long name, without the dashes; NULL ends the list */
    char letter;       /* short name, or 0 */
    const char *value; /* what stands after it in the help ("FILE"); NULL: it takes no value */
    const char *help;  /* one line */
};

enum { COMMAND_OPTIONS_MAX = 32, COMMAND_GIVEN_MAX = 128, COMMAND_OPERANDS_ANY = -1 };

struct given { /* one option as it stood on the command line */
    const struct command_option *option;
    const char *value;
};

struct arguments {
    const struct command *command;
    struct given given[COMMAND_GIVEN_MAX]; /* in the order of the command line */
    size_t given_count;
    char *const *operands;
    size_t operand_count;
};

struct command {
    const char *name;
    const char *operands;                 /* for the usage line: "FILE…"; "" for none */
    const char *summary;                  /* one line for `troth help` */
    const char *details;                  /* more for `troth NAME --help`; NULL for none */
    const struct command_option *options; /* besides --help, which each has */
    int operands_least, operands_most;    /* COMMAND_OPERANDS_ANY: no bound */
    enum exit_status (*run)(const struct arguments *arguments);
};

/* The last value given for an option (GNU: the later one counts), else that of its environment
 * variable unless empty; NULL when there is none. */
const char *argument_value(const struct arguments *a, const char *option);
/* The environment variable that stands for an option where it is not given; NULL: none does. */
const char *command_variable(const char *option);
bool argument_given(const struct arguments *a, const char *option);

/* "troth check: …" on stderr, and how to get help. Returns EXIT_UNABLE. */
enum exit_status command_usage_error(const struct command *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* "troth check: …" on stderr. Returns EXIT_UNABLE. */
enum exit_status command_failed(const struct command *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void command_help(const struct command *c);

/* All of `troth`: finds the command, reads its arguments, runs it. The caller returns the result
 * from main(). Output that cannot be written is EXIT_UNABLE. */
int command_main(int argc, char **argv);

/* Ends with NULL, in the order of `troth help`. */
extern const struct command *const commands[];

extern const struct command command_check;
extern const struct command command_format;
extern const struct command command_explain;
extern const struct command command_replay;
extern const struct command command_serve;
extern const struct command command_token;
extern const struct command command_staff;
extern const struct command command_audit;
extern const struct command command_openapi;
extern const struct command command_demo;
extern const struct command command_backup;
extern const struct command command_restore;
extern const struct command command_db;

#endif
