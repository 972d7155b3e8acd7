/* Inside of this room: one call of a provider. Bounded in time and size; follows no redirect, so
 * what was named is what is asked. */
#ifndef TROTH_OIDC_WEB_H
#define TROTH_OIDC_WEB_H

#include "base/arena.h"
#include "base/err.h"

enum { WEB_CONNECT_MS = 3000, WEB_WHOLE_MS = 6000, WEB_BYTES_MAX = 256 * 1024, WEB_URL_MAX = 2000 };

struct web_ask {
    struct text url;
    struct text form;           /* to be posted; empty: GET */
    struct text user, password; /* for Authorization: Basic; empty user: none */
    struct text bearer;         /* for Authorization: Bearer; empty: none */
};
struct web_answer {
    unsigned status;
    struct text body;
};
/* ERR_IO: out of reach, too slow, or a longer answer than WEB_BYTES_MAX. */
enum err web_call(const struct web_ask *ask, struct arena *arena, struct web_answer *ret,
                  struct err_info *info);

/* https, or http on this very machine; without user, password and fragment. */
bool web_is_safe_url(struct text url);

/* For queries and forms: all but letters, digits and -._~ as %XX. */
void web_escape(struct buf *out, struct text t);
void web_add_pair(struct buf *out, const char *name, struct text value); /* "&name=value" */

#endif
