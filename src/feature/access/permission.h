/* Permissions: what a token or a role allows, by name; the words that routes declare. The names are
 * stored and told; a set of them is held as bits. */
#ifndef TROTH_FEATURE_ACCESS_PERMISSION_H
#define TROTH_FEATURE_ACCESS_PERMISSION_H

#include "base/arena.h"
#include "base/err.h"

#include <stdint.h>

/* NULL-terminated, with what each allows: "touch:write", … The last one, admin, is all of them. */
struct permission_word {
    const char *name, *doc;
};
extern const struct permission_word permissions[];

typedef uint64_t permission_set;

/* Words with spaces or commas between; unknown ones are left out. */
permission_set permission_parse(struct text words);
/* The same, refusing unknown words and the empty set; field: what the error names. */
enum err permission_check(struct text words, const char *field, permission_set *ret,
                          struct err_info *info);
/* Bit of admin. */
permission_set permission_admin(void);
/* With admin: every bit. */
permission_set permission_in_force(permission_set set);
/* Whether who holds `mine` may give `given` to others: nobody gives more than they have. */
bool permission_may_give(permission_set mine, permission_set given);
/* In the order of the list, a space between. */
struct text permission_words(struct arena *arena, permission_set set);

#endif
