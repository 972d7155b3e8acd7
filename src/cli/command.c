#include "cli/command.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* getopt_long returns this plus the option's place for long options, so that an option without a
 * letter has a code too. */
enum { LONG_OPTION = 1000, HELP_OPTION = LONG_OPTION + COMMAND_OPTIONS_MAX };

/* Options that a service sets by its environment. */
static const struct {
    const char *option, *variable;
} variables[] = {{"db", "TROTH_DB"},
                 {"listen", "TROTH_LISTEN"},
                 {"mail-from", "TROTH_MAIL_FROM"},
                 {"smtp", "TROTH_SMTP"},
                 {"smtp-password-file", "TROTH_SMTP_PASSWORD_FILE"},
                 {"smtp-ca", "TROTH_SMTP_CA"},
                 {"webhook-allow", "TROTH_WEBHOOK_ALLOW"},
                 {"url", "TROTH_URL"},
                 {"trusted-proxy", "TROTH_TRUSTED_PROXY"},
                 {"rate", "TROTH_RATE"}};

const char *command_variable(const char *option)
{
    for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
        if (strcmp(variables[i].option, option) == 0)
            return variables[i].variable;
    return NULL;
}

static const char *given_value(const struct arguments *a, const char *option)
{
    const char *value = NULL;
    for (size_t i = 0; i < a->given_count; i++)
        if (strcmp(a->given[i].option->name, option) == 0)
            value = a->given[i].value;
    return value;
}

const char *argument_value(const struct arguments *a, const char *option)
{
    const char *value = given_value(a, option), *variable = command_variable(option);
    if (value || !variable)
        return value;
    value = getenv(variable);
    return value && value[0] ? value : NULL;
}

bool argument_given(const struct arguments *a, const char *option)
{
    return given_value(a, option) != NULL;
}

__attribute__((format(printf, 2, 0))) static void say(const struct command *c, const char *format,
                                                      va_list args)
{
    fprintf(stderr, "troth%s%s: ", c ? " " : "", c ? c->name : "");
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
}

enum exit_status command_failed(const struct command *c, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(c, format, args);
    va_end(args);
    return EXIT_UNABLE;
}

enum exit_status command_usage_error(const struct command *c, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(c, format, args);
    va_end(args);
    if (c)
        fprintf(stderr, "Try 'troth %s --help'.\n", c->name);
    else
        fprintf(stderr, "Try 'troth help'.\n");
    return EXIT_UNABLE;
}

static void option_help(char letter, const char *name, const char *value, const char *help)
{
    char left[64];
    char dash[8] = "    ";
    if (letter)
        snprintf(dash, sizeof dash, "-%c, ", letter);
    snprintf(left, sizeof left, "%s--%s%s%s", dash, name, value ? " " : "", value ? value : "");
    printf("  %-26s %s\n", left, help);
}

void command_help(const struct command *c)
{
    bool has_operands = c->operands[0] != '\0';
    printf("Usage: troth %s [OPTION]…%s%s\n%s.\n", c->name, has_operands ? " " : "", c->operands,
           c->summary);
    if (c->details)
        printf("\n%s\n", c->details);
    printf("\nOptions:\n");
    for (const struct command_option *o = c->options; o && o->name; o++)
        option_help(o->letter, o->name, o->value, o->help);
    option_help('h', "help", NULL, "show this help and end");
    const char *heading = "\nEnvironment:\n";
    for (const struct command_option *o = c->options; o && o->name; o++) {
        const char *variable = command_variable(o->name);
        if (!variable)
            continue;
        printf("%s  %-26s stands for --%s where that is not given\n", heading, variable, o->name);
        heading = "";
    }
}

static void all_help(void)
{
    printf("Usage: troth COMMAND [OPTION]… [FILE]…\n"
           "Turns a company's Customer Code into running software.\n\nCommands:\n");
    for (size_t i = 0; commands[i]; i++)
        printf("  %-10s %s\n", commands[i]->name, commands[i]->summary);
    printf("  %-10s %s\n", "help", "Show this help, or that of a command: troth help COMMAND");
    printf("\nOptions:\n");
    option_help('h', "help", NULL, "show this help and end");
    option_help('V', "version", NULL, "show the version and end");
    printf("\nEnds with 0 when all is well, 1 when the answer is no (a Code with errors), "
           "2 when it could not run.\n");
}

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; commands[i]; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

/* The command's options in the form of getopt_long. Options and operands may be mixed. */
static void options_for_getopt(const struct command *c, struct option longs[], char letters[])
{
    size_t letter_count = 0;
    letters[letter_count++] = ':';
    letters[letter_count++] = 'h';
    size_t i = 0;
    for (const struct command_option *o = c->options; o && o->name; o++, i++) {
        int takes = o->value ? required_argument : no_argument;
        longs[i] = (struct option){o->name, takes, NULL, LONG_OPTION + (int)i};
        if (!o->letter)
            continue;
        letters[letter_count++] = o->letter;
        if (o->value)
            letters[letter_count++] = ':';
    }
    longs[i++] = (struct option){"help", no_argument, NULL, HELP_OPTION};
    longs[i] = (struct option){0};
    letters[letter_count] = '\0';
}

static const struct command_option *option_of(const struct command *c, int code)
{
    if (code >= LONG_OPTION)
        return &c->options[code - LONG_OPTION];
    for (const struct command_option *o = c->options; o && o->name; o++)
        if (o->letter == code)
            return o;
    return NULL;
}

static enum exit_status wrong_option(const struct command *c, int code, char **argv)
{
    const char *word = argv[optind - 1];
    if (code == ':')
        return command_usage_error(c, "option '%s' needs a value", word);
    if (optopt && optopt < LONG_OPTION)
        return command_usage_error(c, "unknown option '-%c'", optopt);
    if (optopt)
        return command_usage_error(c, "option '%s' takes no value", word);
    return command_usage_error(c, "unknown option '%s'", word);
}

static enum exit_status check_operands(const struct command *c, const struct arguments *a)
{
    int count = (int)a->operand_count;
    if (count < c->operands_least)
        return command_usage_error(c, "it needs %s", c->operands);
    if (c->operands_most != COMMAND_OPERANDS_ANY && count > c->operands_most)
        return command_usage_error(c, "too many arguments: '%s'", a->operands[c->operands_most]);
    return EXIT_OK;
}

static enum exit_status run_command(const struct command *c, int argc, char **argv)
{
    struct option longs[COMMAND_OPTIONS_MAX + 2];
    char letters[2 * COMMAND_OPTIONS_MAX + 4];
    struct arguments a = {.command = c};
    options_for_getopt(c, longs, letters);
    int code;
    while ((code = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
        if (code == ':' || code == '?')
            return wrong_option(c, code, argv);
        if (code == 'h' || code == HELP_OPTION) {
            command_help(c);
            return EXIT_OK;
        }
        if (a.given_count == COMMAND_GIVEN_MAX)
            return command_usage_error(c, "more than %d options", COMMAND_GIVEN_MAX);
        a.given[a.given_count++] = (struct given){option_of(c, code), optarg ? optarg : ""};
    }
    a.operands = argv + optind;
    a.operand_count = (size_t)(argc - optind);
    enum exit_status status = check_operands(c, &a);
    return status == EXIT_OK ? c->run(&a) : status;
}

static enum exit_status run_help(int argc, char **argv)
{
    if (argc < 2) {
        all_help();
        return EXIT_OK;
    }
    const struct command *c = find_command(argv[1]);
    if (!c)
        return command_usage_error(NULL, "there is no command '%s'", argv[1]);
    command_help(c);
    return EXIT_OK;
}

static enum exit_status dispatch(int argc, char **argv)
{
    opterr = 0; /* the words are ours */
    if (argc < 2) {
        all_help();
        return EXIT_UNABLE;
    }
    const char *name = argv[1];
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
        all_help();
        return EXIT_OK;
    }
    if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
        printf("troth %s\n", TROTH_VERSION);
        return EXIT_OK;
    }
    if (strcmp(name, "help") == 0)
        return run_help(argc - 1, argv + 1);
    const struct command *c = find_command(name);
    if (!c)
        return command_usage_error(NULL, "there is no command '%s'", name);
    return run_command(c, argc - 1, argv + 1);
}

int command_main(int argc, char **argv)
{
    enum exit_status status = dispatch(argc, argv);
    /* A full disk must not look like success: `troth format FILE >other` would lose the text. */
    if (fflush(stdout) != 0 || ferror(stdout))
        status = command_failed(NULL, "the output could not be written");
    return (int)status;
}
