/* Sessions of people in a browser, and the one-time links that begin them. The database holds
 * hashes only, so a restart ends nothing and whoever reads the database cannot use it. */
#ifndef TROTH_FEATURE_ACCESS_SESSION_H
#define TROTH_FEATURE_ACCESS_SESSION_H

#include "feature/access/token.h"

enum { LINKS_MAX = 1000, SESSIONS_MAX = 10000 };
#define LINK_LIFE_US (10 * MINUTE_US)
#define SESSION_LIFE_US (7 * DAY_US)
#define SESSION_SEEN_STEP_US HOUR_US /* how far `seen` may lag behind */

extern const struct statement_table session_statements;

struct session {
    int64_t id; /* of its hash, over 0 */
    unsigned char hash[TOKEN_HASH_BYTES];
    int64_t created_us, expires_us;
    int64_t seen_us;    /* as the database has it */
    int64_t revoked_us; /* MOMENT_NEVER: it is not */
};

/* A code that lets one browser in, once, before now_us + LINK_LIFE_US. ERR_LIMIT. */
enum err session_link(struct database *db, int64_t now_us, char ret_code[TOKEN_TEXT_SIZE],
                      struct err_info *info);
/* Uses the code up and begins a session whose secret is ret_cookie. ERR_FORBIDDEN: not known, used
 * or too old. */
enum err session_enter(struct database *db, struct text code, int64_t now_us,
                       char ret_cookie[TOKEN_TEXT_SIZE], struct err_info *info);
/* ERR_NOT_FOUND. Revoking again changes nothing. */
enum err session_revoke(struct database *db, int64_t id, int64_t now_us, struct err_info *info);
enum err session_seen(struct database *db, int64_t id, int64_t now_us, struct err_info *info);
/* Those that have not expired, the newest first. */
enum err session_list(struct database *db, int64_t now_us, struct arena *arena,
                      struct session **ret, size_t *ret_count, struct err_info *info);

#endif
