/* What the program says to people, in their language. Where something is wrong, code says so in
 * English and knows nothing of languages; the sentence is translated where it leaves for somebody
 * who reads another. The key of a sentence is the English format as it stands in the source, so
 * that what was stored, or is told within another sentence, can be translated as well. tests/words
 * fails when a sentence has no translation. */
#ifndef TROTH_WORDS_SAID_H
#define TROTH_WORDS_SAID_H

#include "base/json.h"
#include "words/language.h"

struct saying {
    const char *english; /* as in the source: "%s must be a number." */
    /* In these, {1} is the first value: "{1} precisa ser um número." A value of several words that
     * is a sentence of ours is translated, too; with {1w} also a single word. */
    const char *portuguese, *spanish;
};
struct sayings {
    const struct saying *list;
    size_t count;
};
/* Sentences by where they are said, one file each: said_http.c, … */
extern const struct sayings said_http;
extern const struct sayings said_store;
extern const struct sayings said_code;
extern const struct sayings said_ledger;
extern const struct sayings said_staff;
extern const struct sayings said_entry;
extern const struct sayings said_settings;
extern const struct sayings said_mistakes;        /* in a Code */
extern const struct sayings said_advice;          /* how to mend them */
extern const struct sayings *const all_sayings[]; /* ends with NULL */

/* Appends the sentence in that language; as it is where it has no translation. */
void say(struct buf *out, enum language l, struct text english);
void say_json(struct json_writer *w, enum language l, struct text english); /* as a text */

#endif
