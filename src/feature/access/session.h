/* Sessions of people in a browser, and the one-time links that begin them. The database holds
 * hashes only, so a restart ends nothing and whoever reads the database cannot use it. */
#ifndef TROTH_FEATURE_ACCESS_SESSION_H
#define TROTH_FEATURE_ACCESS_SESSION_H

#include "feature/access/token.h"

enum { LINKS_MAX = 2000, SESSIONS_MAX = 100000, SESSION_AGENT_MAX = 200 };
#define LINK_LIFE_US (10 * MINUTE_US) /* of one that lets in */
#define LINK_INVITE_LIFE_US (7 * DAY_US)
#define LINK_RESET_LIFE_US HOUR_US
#define SESSION_LIFE_US (7 * DAY_US)
#define SESSION_SEEN_STEP_US HOUR_US /* how far `seen` may lag behind */

extern const struct statement_table session_statements;

struct session {
    int64_t id; /* of its hash, over 0 */
    int64_t staff_id;
    unsigned char hash[TOKEN_HASH_BYTES];
    int64_t created_us, expires_us;
    int64_t seen_us;                    /* as the database has it */
    int64_t revoked_us;                 /* MOMENT_NEVER: it is not */
    struct text agent, address, method; /* as they were when it began */
};
/* How and where a session begins. */
struct session_start {
    int64_t staff_id;
    const char *method; /* "link", "password", … constant */
    struct text agent;  /* the browser's words about itself; cut to SESSION_AGENT_MAX bytes */
    struct text address;
};

/* What a link is for: each opens its own door alone. */
enum link_purpose {
    LINK_ENTER,  /* lets in with one browser */
    LINK_INVITE, /* a new member chooses a password */
    LINK_RESET   /* another password */
};
/* How long one is good. */
int64_t link_life_us(enum link_purpose purpose);
/* A code for that person, good once. ERR_LIMIT. */
enum err link_make(struct database *db, int64_t staff_id, enum link_purpose purpose, int64_t now_us,
                   char ret_code[TOKEN_TEXT_SIZE], struct err_info *info);
/* Whose it is, as long as it is good. ERR_FORBIDDEN: not known, used or too old. */
enum err link_find(struct database *db, struct text code, enum link_purpose purpose, int64_t now_us,
                   int64_t *ret_staff_id, struct err_info *info);
/* Uses it up. */
enum err link_use(struct database *db, struct text code, enum link_purpose purpose, int64_t now_us,
                  int64_t *ret_staff_id, struct err_info *info);
/* All links of a person, whatever they are for. */
enum err link_forget(struct database *db, int64_t staff_id, struct err_info *info);

/* A link that lets in. */
static inline enum err session_link(struct database *db, int64_t staff_id, int64_t now_us,
                                    char ret_code[TOKEN_TEXT_SIZE], struct err_info *info)
{
    return link_make(db, staff_id, LINK_ENTER, now_us, ret_code, info);
}
static inline enum err session_link_use(struct database *db, struct text code, int64_t now_us,
                                        int64_t *ret_staff_id, struct err_info *info)
{
    return link_use(db, code, LINK_ENTER, now_us, ret_staff_id, info);
}

/* A new session whose secret is ret_cookie; *ret_id may be NULL. Whoever changes what they may do
 * gets a new one, so that a secret from before is worth nothing. */
enum err session_begin(struct database *db, const struct session_start *start, int64_t now_us,
                       char ret_cookie[TOKEN_TEXT_SIZE], int64_t *ret_id, struct err_info *info);
/* ERR_NOT_FOUND; one that has ended is found as long as it is kept. */
enum err session_find(struct database *db, int64_t id, struct arena *arena, struct session *ret,
                      struct err_info *info);
/* ERR_NOT_FOUND. Revoking again changes nothing. */
enum err session_revoke(struct database *db, int64_t id, int64_t now_us, struct err_info *info);
/* All sessions of a person but one (0: all). */
enum err session_revoke_all(struct database *db, int64_t staff_id, int64_t but_id, int64_t now_us,
                            struct err_info *info);
enum err session_seen(struct database *db, int64_t id, int64_t now_us, struct err_info *info);
/* Those of one person that are open, the newest first. */
enum err session_list_of(struct database *db, int64_t staff_id, int64_t now_us, struct arena *arena,
                         struct session **ret, size_t *ret_count, struct err_info *info);
/* Those that have not expired, the newest first. */
enum err session_list(struct database *db, int64_t now_us, struct arena *arena,
                      struct session **ret, size_t *ret_count, struct err_info *info);

#endif
