/* The audit trail: every change by a person, a token, a command, a visitor or a rule, with before
 * and after, and the reads of what is not open to all staff. Each server writes a chain of its own
 * in which every row's hash covers the row before it; from time to time it notes the ends of the
 * others' chains in its own, so that the end of one cannot be cut off unseen. The words of a row
 * (names, before, after) are covered by a salted digest and may be erased.
 *
 * Changes through the API come here by themselves (http_config.audit); their handlers say more with
 * request_changed(). */
#ifndef TROTH_FEATURE_AUDIT_AUDIT_H
#define TROTH_FEATURE_AUDIT_AUDIT_H

#include "http/request.h"
#include "server/server.h"

extern const struct module audit_module; /* "audit" */

struct audit_note {
    enum identity_kind actor; /* IDENTITY_NONE: a rule of Troth's own */
    int64_t actor_id;
    struct text actor_name;
    struct text action, subject;
    struct text before, after; /* JSON; empty: none */
};
/* In the transaction of the change: for rules and commands. */
enum err audit_write(struct database *db, const struct audit_note *note, int64_t now_us,
                     struct err_info *info);

/* Takes away the words of every row about a subject; returns how many. The chain still holds. */
enum err audit_erase(struct database *db, struct text subject, int64_t *ret_count,
                     struct err_info *info);

#endif
