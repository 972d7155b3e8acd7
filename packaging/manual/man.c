/* Pages in the man macros that groff and mandoc share (man(7)). */
#include "manual.h"

#include <ctype.h>
#include <stdio.h>

/* One character that roff or its output devices would turn into something else. */
static void add_char(struct buf *out, char c)
{
    switch (c) {
    case '\\':
        buf_add_str(out, "\\e");
        break;
    case '-':
        buf_add_str(out, "\\-"); /* a bare one becomes a typographic hyphen: it cannot be copied */
        break;
    case '\'':
        buf_add_str(out, "\\(aq");
        break;
    case '`':
        buf_add_str(out, "\\(ga");
        break;
    case '^':
        buf_add_str(out, "\\(ha");
        break;
    case '~':
        buf_add_str(out, "\\(ti");
        break;
    default:
        buf_add_char(out, c);
    }
}

static void add_words(struct buf *out, struct text words)
{
    if (words.len > 0 && words.ptr[0] == '.') {
        buf_add_str(out, "\\&"); /* else it is a request */
    }
    for (size_t i = 0; i < words.len; i++) {
        add_char(out, words.ptr[i]);
    }
}

static void add_sentence(struct buf *out, const char *words, const char *end)
{
    add_words(out, text_of(words));
    buf_add_str(out, end);
}

static void add_bold(struct buf *out, const char *words)
{
    buf_add_str(out, "\\fB");
    add_words(out, text_of(words));
    buf_add_str(out, "\\fR");
}

static void add_head(struct buf *out, const struct edition *edition, const char *title,
                     const char *name, const char *summary)
{
    buf_addf(out, ".TH %s 1 %s \"troth %s\" \"Troth\"\n.SH NAME\n", title, edition->date,
             edition->version);
    add_words(out, text_of(name));
    buf_addf(out, " \\- %c", tolower((unsigned char)summary[0]));
    add_sentence(out, summary + 1, "\n.SH SYNOPSIS\n");
}

static void add_option(struct buf *out, char letter, const char *name, const char *value,
                       const char *help)
{
    buf_add_str(out, ".TP\n");
    if (letter) {
        buf_addf(out, "\\fB\\-%c\\fR, ", letter);
    }
    buf_add_str(out, "\\fB\\-\\-");
    add_sentence(out, name, "\\fR");
    if (value) {
        buf_add_str(out, " \\fI");
        add_sentence(out, value, "\\fR");
    }
    buf_add_char(out, '\n');
    add_sentence(out, help, "\n");
}

/* Where the text after a tag begins ("create  prints …"), 0: the line has no tag. */
static size_t after_tag(struct text line)
{
    for (size_t i = 0; i + 2 < line.len; i++) {
        if (line.ptr[i] == ' ' && line.ptr[i + 1] == ' ') {
            size_t after = i;
            while (after < line.len && line.ptr[after] == ' ') {
                after++;
            }
            return i == 0 ? 0 : after;
        }
    }
    return 0;
}

static void add_line(struct buf *out, struct text line)
{
    size_t after = after_tag(line);
    if (after > 0) {
        buf_add_str(out, ".TP\n\\fB");
        add_words(out, text_trim((struct text){line.ptr, after}));
        buf_add_str(out, "\\fR\n");
    }
    add_words(out, text_trim((struct text){line.ptr + after, line.len - after}));
    buf_add_char(out, '\n');
}

/* The help's paragraphs. Lines of a tag and its text become a list; other lines are filled. */
static void add_details(struct buf *out, const char *details)
{
    bool gap = true;
    for (const char *at = details; *at;) {
        const char *end = strchr(at, '\n');
        size_t len = end ? (size_t)(end - at) : strlen(at);
        if (len == 0) {
            gap = true;
        } else {
            struct text line = {at, len};
            if (gap && after_tag(line) == 0) {
                buf_add_str(out, ".PP\n");
            }
            gap = false;
            add_line(out, line);
        }
        at += end ? len + 1 : len;
    }
}

static void add_environment(struct buf *out, const struct command *c)
{
    const char *heading = ".SH ENVIRONMENT\n";
    for (const struct command_option *o = c->options; o && o->name; o++) {
        const char *variable = command_variable(o->name);
        if (!variable) {
            continue;
        }
        buf_addf(out, "%s.TP\n", heading);
        heading = "";
        add_bold(out, variable);
        buf_add_str(out, "\nstands for \\fB\\-\\-");
        add_sentence(out, o->name, "\\fR where that is not given\n");
    }
}

static const char exit_status[] =
    ".SH EXIT STATUS\n.TP\n\\fB0\\fR\nall is well\n"
    ".TP\n\\fB1\\fR\nit ran and the answer is no (a Code with errors)\n"
    ".TP\n\\fB2\\fR\nit could not run (wrong options, a file that cannot be read)\n";

void man_command(struct buf *out, const struct edition *edition, const struct command *c)
{
    char title[64], name[64];
    snprintf(name, sizeof(name), "troth-%s", c->name);
    snprintf(title, sizeof(title), "%s", name);
    for (char *p = title; *p; p++) {
        *p = (char)toupper((unsigned char)*p);
    }
    add_head(out, edition, title, name, c->summary);
    buf_add_str(out, "\\fBtroth ");
    add_words(out, text_of(c->name));
    buf_add_str(out, "\\fR [\\fIOPTION\\fR]…");
    if (c->operands[0]) {
        buf_add_str(out, " \\fI");
        add_sentence(out, c->operands, "\\fR");
    }
    buf_add_str(out, "\n.SH DESCRIPTION\n");
    add_sentence(out, c->summary, ".\n");
    if (c->details) {
        add_details(out, c->details);
    }
    buf_add_str(out, ".SH OPTIONS\n");
    for (const struct command_option *o = c->options; o && o->name; o++) {
        add_option(out, o->letter, o->name, o->value, o->help);
    }
    add_option(out, 'h', "help", NULL, "show this help and end");
    add_environment(out, c);
    buf_add_str(out, exit_status);
    buf_add_str(out, ".SH SEE ALSO\n.BR troth (1),\n.BR troth\\-code (5)\n");
}

void man_all(struct buf *out, const struct edition *edition)
{
    add_head(out, edition, "TROTH", "troth", "Turn a Customer Code into running software");
    buf_add_str(out, "\\fBtroth\\fR \\fICOMMAND\\fR [\\fIOPTION\\fR]… [\\fIFILE\\fR]…\n"
                     ".SH DESCRIPTION\n"
                     "A company writes down what it promises its customers in one text file, a "
                     "\\fICustomer Code\\fR.\nTroth checks and explains it, judges past touches "
                     "by it, and serves it: it opens an\nobligation each time a promise applies, "
                     "and keeps a ledger of how each one ended.\n.SH COMMANDS\n");
    for (size_t i = 0; commands[i]; i++) {
        buf_add_str(out, ".TP\n\\fBtroth\\-");
        add_sentence(out, commands[i]->name, "\\fR(1)\n");
        add_sentence(out, commands[i]->summary, "\n");
    }
    buf_add_str(out, ".TP\n\\fBhelp\\fR [\\fICOMMAND\\fR]\nShow the help, or that of a command\n"
                     ".SH OPTIONS\n");
    add_option(out, 'h', "help", NULL, "show this help and end");
    add_option(out, 'V', "version", NULL, "show the version and end");
    buf_add_str(out, exit_status);
    buf_add_str(out, ".SH SEE ALSO\n");
    for (size_t i = 0; commands[i]; i++) {
        buf_add_str(out, ".BR troth\\-");
        add_sentence(out, commands[i]->name, " (1),\n");
    }
    buf_add_str(out, ".BR troth\\-code (5)\n");
}
