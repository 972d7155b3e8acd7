/* Who may come in: tokens of programs, sessions of people, and how much of each. */
#ifndef TROTH_FEATURE_ACCESS_ACCESS_H
#define TROTH_FEATURE_ACCESS_ACCESS_H

#include "feature/access/session.h"
#include "server/server.h"

struct access;

extern const struct module access_module; /* "access"; its self is the struct access */

#define ACCESS_COOKIE "troth_session"                    /* server_config.session_cookie */
enum { ACCESS_RATE = 50000, ACCESS_RATE_UNKNOWN = 500 }; /* requests a second */

extern const struct noun token_noun; /* struct token, without its secret, for the audit trail */

/* A secret of scope `admin`, known to this process alone: for commands on the same machine. Lives
 * as long as the module. */
const char *access_admin_secret(const struct access *a);
/* Requests a second for each token and session, and for each address without one; 0: no bound. Any
 * thread. */
void access_set_rates(struct access *a, uint32_t known, uint32_t unknown);

/* Whether a role of theirs asks for a second factor. Any thread. */
bool access_wants_second_factor(struct access *a, int64_t staff_id);

/* In a job of the clerk that has changed tokens or sessions: read them anew before the commit. */
void access_changed(struct access *a);

#endif
