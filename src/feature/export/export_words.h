/* Inside of this feature: what an export says besides values. Without a language: the stable names
 * that programs read. */
#ifndef TROTH_FEATURE_EXPORT_EXPORT_WORDS_H
#define TROTH_FEATURE_EXPORT_EXPORT_WORDS_H

#include "engine/engine.h"
#include "words/language.h"

enum { EXPORT_COLUMNS = 17 }; /* in their order; 9 to 12 are moments */

struct export_words {
    const char *file; /* its name, without the ending */
    const char *page; /* of a spreadsheet */
    const char *columns[EXPORT_COLUMNS];
    const char *states[STATE_VOID + 1];
};
extern const struct export_words export_names; /* for programs */
const struct export_words *export_words(enum language l);

#endif
