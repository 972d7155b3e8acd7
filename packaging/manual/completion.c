/* Completion scripts for bash, zsh and fish. */
#include "manual.h"

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || c == '-';
}

enum what value_kind(const char *value)
{
    static const char *const files[] = {"FILE", "PATH", "PLACE", "SECRET"};
    for (size_t i = 0; value && i < sizeof(files) / sizeof(files[0]); i++) {
        if (strcmp(value, files[i]) == 0) {
            return FILES;
        }
    }
    return NOTHING;
}

enum what operand_kind(const char *operands, struct buf *words)
{
    if (operands[0] == '\0') {
        return NOTHING;
    }
    if (!strchr(operands, '|')) {
        return FILES;
    }
    bool begins = true; /* the first word of an alternative */
    for (const char *p = operands; *p; p++) {
        if (begins && is_name(*p)) {
            size_t len = 0;
            while (is_name(p[len])) {
                len++;
            }
            buf_addf(words, "%.*s ", (int)len, p);
            p += len - 1;
            begins = false;
        } else if (*p == '|') {
            begins = true;
        }
    }
    return WORDS;
}

/* -- bash -- */

static void bash_command(struct buf *out, const struct command *c)
{
    struct buf words CLEANUP(buf_release) = {0};
    struct buf files CLEANUP(buf_release) = {0}, others CLEANUP(buf_release) = {0};
    enum what operands = operand_kind(c->operands, &words);
    buf_addf(out, "  %s)\n    options='", c->name);
    for (const struct command_option *o = c->options; o && o->name; o++) {
        buf_addf(out, "--%s ", o->name);
        if (o->value) {
            struct buf *list = value_kind(o->value) == FILES ? &files : &others;
            buf_addf(list, " --%s ", o->name);
            if (o->letter) {
                buf_addf(list, " -%c ", o->letter);
            }
        }
    }
    buf_addf(out, "--help'\n    of_files='%s'\n    of_words='%s'\n", files.len ? files.ptr : "",
             others.len ? others.ptr : "");
    buf_addf(out, "    words='%s'\n    operands=%s\n    ;;\n", words.len ? words.ptr : "",
             operands == FILES ? "files" : (operands == WORDS ? "words" : "none"));
}

void bash_completion(struct buf *out)
{
    buf_add_str(out,
                "# bash completion for troth; made from its commands, do not edit\n"
                "_troth() {\n"
                "  local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
                "  local options= of_files= of_words= words= operands=none\n"
                "  COMPREPLY=()\n"
                "  # --db=PATH comes as three words\n"
                "  if [[ $current == = ]]; then\n    current=\n"
                "  elif [[ $before == = ]]; then\n"
                "    before=${COMP_WORDS[COMP_CWORD-2]}\n  fi\n"
                "  if ((COMP_CWORD == 1)); then\n    COMPREPLY=($(compgen -W '");
    for (size_t i = 0; commands[i]; i++) {
        buf_addf(out, "%s ", commands[i]->name);
    }
    buf_add_str(out, "help --help --version' -- \"$current\"))\n    return\n  fi\n"
                     "  case ${COMP_WORDS[1]} in\n");
    for (size_t i = 0; commands[i]; i++) {
        bash_command(out, commands[i]);
    }
    buf_add_str(out, "  help)\n    operands=words\n    words='");
    for (size_t i = 0; commands[i]; i++) {
        buf_addf(out, "%s ", commands[i]->name);
    }
    buf_add_str(
        out,
        "'\n    ;;\n  *) return ;;\n  esac\n"
        "  if [[ $of_files == *\" $before \"* ]]; then\n    operands=files\n"
        "  elif [[ $of_words == *\" $before \"* ]]; then\n    return\n"
        "  elif [[ $current == -* ]]; then\n"
        "    COMPREPLY=($(compgen -W \"$options\" -- \"$current\"))\n    return\n  fi\n"
        "  case $operands in\n"
        "  files)\n    compopt -o filenames 2>/dev/null\n"
        "    mapfile -t COMPREPLY < <(compgen -f -- \"$current\")\n    ;;\n"
        "  words) ((COMP_CWORD > 2)) || COMPREPLY=($(compgen -W \"$words\" -- \"$current\")) ;;\n"
        "  esac\n}\n"
        "complete -F _troth troth\n");
}

/* -- zsh -- */

/* Within single quotes, inside _arguments' brackets. */
static void zsh_words(struct buf *out, const char *words)
{
    for (const char *p = words; *p; p++) {
        if (*p == '\'') {
            buf_add_str(out, "'\\''");
        } else {
            if (strchr("[]:\\", *p)) {
                buf_add_char(out, '\\');
            }
            buf_add_char(out, *p);
        }
    }
}

static void zsh_option(struct buf *out, const struct command_option *o)
{
    buf_add_str(out, "      ");
    if (o->letter) {
        buf_addf(out, "'*'{-%c,--%s}'[", o->letter, o->name);
    } else {
        buf_addf(out, "'*--%s[", o->name);
    }
    zsh_words(out, o->help);
    buf_add_char(out, ']');
    if (o->value) {
        buf_add_char(out, ':');
        zsh_words(out, o->value);
        buf_add_str(out, value_kind(o->value) == FILES ? ":_files" : ": ");
    }
    buf_add_str(out, "' \\\n");
}

static void zsh_command(struct buf *out, const struct command *c)
{
    struct buf words CLEANUP(buf_release) = {0};
    enum what operands = operand_kind(c->operands, &words);
    buf_addf(out, "    %s)\n      _arguments \\\n", c->name);
    for (const struct command_option *o = c->options; o && o->name; o++) {
        zsh_option(out, o);
    }
    buf_add_str(out, "      {-h,--help}'[show this help and end]'");
    if (operands == FILES) {
        buf_add_str(out, " \\\n      '*:file:_files'");
    } else if (operands == WORDS) {
        buf_addf(out, " \\\n      '1:what:(%.*s)'", (int)words.len - 1, words.ptr);
    }
    buf_add_str(out, "\n      ;;\n");
}

void zsh_completion(struct buf *out)
{
    buf_add_str(out, "#compdef troth\n# made from the commands of troth, do not edit\n"
                     "local curcontext=\"$curcontext\" state line\n"
                     "local -a commands\ncommands=(\n");
    for (size_t i = 0; commands[i]; i++) {
        buf_addf(out, "  '%s:", commands[i]->name);
        zsh_words(out, commands[i]->summary);
        buf_add_str(out, "'\n");
    }
    buf_add_str(out, "  'help:Show this help, or that of a command'\n)\n"
                     "_arguments -C {-h,--help}'[show this help and end]' \\\n"
                     "  {-V,--version}'[show the version and end]' \\\n"
                     "  '1: :->command' '*:: :->rest'\n"
                     "case $state in\n"
                     "command) _describe -t commands command commands ;;\n"
                     "rest)\n  case $line[1] in\n");
    for (size_t i = 0; commands[i]; i++) {
        zsh_command(out, commands[i]);
    }
    buf_add_str(out, "    help) _describe -t commands command commands ;;\n  esac\n  ;;\nesac\n");
}

/* -- fish -- */

static void fish_words(struct buf *out, const char *words)
{
    buf_add_char(out, '\'');
    for (const char *p = words; *p; p++) {
        if (*p == '\'' || *p == '\\') {
            buf_add_char(out, '\\');
        }
        buf_add_char(out, *p);
    }
    buf_add_char(out, '\'');
}

static void fish_command(struct buf *out, const struct command *c)
{
    struct buf words CLEANUP(buf_release) = {0};
    enum what operands = operand_kind(c->operands, &words);
    buf_addf(out, "complete -c troth -n __fish_use_subcommand -f -a %s -d ", c->name);
    fish_words(out, c->summary);
    buf_add_char(out, '\n');
    for (const struct command_option *o = c->options; o && o->name; o++) {
        buf_addf(out, "complete -c troth -n '__fish_seen_subcommand_from %s' -l %s", c->name,
                 o->name);
        if (o->letter) {
            buf_addf(out, " -s %c", o->letter);
        }
        if (o->value) {
            buf_add_str(out, value_kind(o->value) == FILES ? " -r -F" : " -x");
        }
        buf_add_str(out, " -d ");
        fish_words(out, o->help);
        buf_add_char(out, '\n');
    }
    if (operands == WORDS) {
        buf_addf(out, "complete -c troth -n '__fish_seen_subcommand_from %s' -f -a '%.*s'\n",
                 c->name, (int)words.len - 1, words.ptr);
    } else if (operands == NOTHING) {
        buf_addf(out, "complete -c troth -n '__fish_seen_subcommand_from %s' -f\n", c->name);
    }
}

void fish_completion(struct buf *out)
{
    buf_add_str(out, "# fish completion for troth; made from its commands, do not edit\n"
                     "complete -c troth -s h -l help -d 'show this help and end'\n"
                     "complete -c troth -n __fish_use_subcommand -s V -l version -d 'show the "
                     "version and end'\n"
                     "complete -c troth -n __fish_use_subcommand -f -a help -d 'Show this help, or "
                     "that of a command'\n");
    for (size_t i = 0; commands[i]; i++) {
        fish_command(out, commands[i]);
    }
}
