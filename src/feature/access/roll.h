/* Inside of this feature: the tokens and sessions in force, by hash, as the loops look them up, and
 * the people whose sessions these are.
 * Read whole from the database and replaced whole. */
#ifndef TROTH_FEATURE_ACCESS_ROLL_H
#define TROTH_FEATURE_ACCESS_ROLL_H

#include "feature/access/people.h"
#include "feature/access/session.h"

#include <stdatomic.h>

struct roll_session {
    struct session session;   /* first: found by its hash */
    _Atomic(int64_t) seen_us; /* written by any loop */
};
struct roll_token {
    struct token token;       /* first: found by its hash */
    _Atomic(int64_t) used_us; /* written by any loop */
};
struct roll {
    struct arena arena;
    struct roll_token *tokens;
    struct roll_session *sessions;
    size_t token_count, session_count;
    struct people people;
};

/* Whether the database is to hear of a time later than the one it has; MOMENT_BEFORE_ALL: of any.
 */
static inline bool roll_is_news(int64_t now_us, int64_t known_us, int64_t step_us)
{
    return known_us == MOMENT_BEFORE_ALL ? now_us != known_us : now_us - known_us >= step_us;
}

enum err roll_read(struct database *db, int64_t now_us, struct roll **ret, struct err_info *info);
void roll_free(struct roll **roll);
/* NULL: not known, revoked or expired. */
struct roll_token *roll_token(const struct roll *roll, struct text secret, int64_t now_us);
struct roll_session *roll_session(const struct roll *roll, struct text secret, int64_t now_us);
/* The database hears how far `seen` and `used` have come, where it lags by their steps. */
enum err roll_write_seen(const struct roll *roll, struct database *db, struct err_info *info);

#endif
