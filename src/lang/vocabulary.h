/* What an editor offers while a Code is written: the words of the language and where each may
 * stand, and the names that Codes use already. */
#ifndef TROTH_LANG_VOCABULARY_H
#define TROTH_LANG_VOCABULARY_H

#include "lang/code.h"

/* A word that begins a block ("" in `block`), or a clause of such a block ("promise"), or stands
 * within a clause ("*"). In the order in which they are best offered; ended by a NULL word. */
struct keyword {
    const char *word, *block, *doc;
};
extern const struct keyword keywords[];

enum name_kind {
    NAME_PROMISE,
    NAME_PRINCIPLE,
    NAME_TABLE,
    NAME_CALENDAR,
    NAME_GROUP,
    NAME_CHANNEL,
    NAME_EVENT,
    NAME_ATTRIBUTE,
    NAME_ROLE,
    NAME_TEAM /* a literal that `team` is compared with */
};
const char *name_kind_word(enum name_kind kind); /* "promise", … */

struct code_name {
    enum name_kind kind;
    struct text name;
    struct text words; /* what it is, as published or in short; may be empty */
};

/* Every name in these Codes once, by kind and then as they come. In the arena; views of the Codes.
 * Returns how many. */
size_t code_names(struct arena *arena, const struct code *const *codes, size_t code_count,
                  struct code_name **ret);

#endif
