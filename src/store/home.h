/* Where a row lives, on tables that are spread over machines or partitions: a number made of what
 * the row is about and nothing else, so that who knows the key knows the home. All touches of a
 * thread, its states, obligations and entries have one home. SQL has the same function under the
 * same name while migrations run (SQLite: always). docs/scale.md */
#ifndef TROTH_STORE_HOME_H
#define TROTH_STORE_HOME_H

#include "base/text.h"

static inline int64_t home_of(struct text about)
{
    return (int64_t)(text_hash(about) >> 1);
}

#endif
