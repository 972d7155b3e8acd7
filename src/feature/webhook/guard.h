/* Inside of this feature: which addresses may be called. An endpoint's name is resolved each time a
 * connection is made, and what it resolved to is judged then, so that no answer of a name server
 * leads inside (RFC 6890's special ranges, and IPv4 wherever it hides in IPv6). */
#ifndef TROTH_FEATURE_WEBHOOK_GUARD_H
#define TROTH_FEATURE_WEBHOOK_GUARD_H

#include "base/err.h"
#include "base/text.h"

#include <netinet/in.h>
#include <sys/socket.h>

enum { GUARD_RANGES_MAX = 32 };
struct guard_range {
    unsigned char bytes[16]; /* IPv4 as ::ffff:a.b.c.d */
    unsigned bits;
};
/* What the operator allows all the same. */
struct guard {
    struct guard_range ranges[GUARD_RANGES_MAX];
    size_t count;
};

/* "10.1.0.0/16", "fd00::/8", "127.0.0.1". ERR_INVALID; ERR_LIMIT. */
enum err guard_allow(struct guard *g, const char *range, struct err_info *info);

enum guard_verdict {
    GUARD_PUBLIC,  /* anyone's */
    GUARD_ALLOWED, /* private, and allowed by name */
    GUARD_REFUSED
};
/* Of what a name has resolved to; other families are refused. */
enum guard_verdict guard_judge(const struct guard *g, const struct sockaddr *address);
/* Of the host of an address as it was typed, nothing being resolved: "10.0.0.1", "[::1]",
 * "localhost". GUARD_PUBLIC: an address outside, or a name that may lead anywhere. */
enum guard_verdict guard_judge_host(const struct guard *g, struct text host);
/* For messages: "10.0.0.1". */
void guard_words(const struct sockaddr *address, char ret[INET6_ADDRSTRLEN]);

#endif
