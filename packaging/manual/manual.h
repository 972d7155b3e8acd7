/* The man pages and the shell completion of `troth`, made from the tables of src/cli/command.h: one
 * source, so they say what `--help` says. */
#ifndef TROTH_MANUAL_H
#define TROTH_MANUAL_H

#include "base/text.h"
#include "cli/command.h"

/* At the head and foot of every page. */
struct edition {
    const char *version, *date; /* "0.1.0", "2026-01-31" */
};

/* troth(1), and troth-NAME(1), in roff with the man macros. */
void man_all(struct buf *out, const struct edition *edition);
void man_command(struct buf *out, const struct edition *edition, const struct command *c);

/* Completion scripts; each loads by itself, without the shells' helper packages. */
void bash_completion(struct buf *out);
void zsh_completion(struct buf *out);
void fish_completion(struct buf *out);

/* What is there to complete, by the words of the help. */
enum what { NOTHING, FILES, WORDS };
/* The value of an option; NULL: it takes none. */
enum what value_kind(const char *value);
/* Operands: FILES, or WORDS when the help names alternatives ("create|list|revoke ID"), which are
 * then added to `words`, each ended by a space. */
enum what operand_kind(const char *operands, struct buf *words);

#endif
