/* Proxies whose word is taken: networks named by the operator. Only from these are X-Forwarded-For,
 * X-Forwarded-Proto and X-Forwarded-Host believed; from anybody else they are words of a stranger.
 */
#ifndef TROTH_HTTP_PROXY_H
#define TROTH_HTTP_PROXY_H

#include "base/err.h"
#include "base/text.h"

enum { PROXY_NETWORKS_MAX = 16 };

struct proxy_network {
    unsigned char bytes[16]; /* IPv6, or IPv4 as ::ffff:a.b.c.d */
    unsigned bits;           /* how many of them count */
};
/* "10.0.0.0/8", "192.0.2.7", "2001:db8::/32". */
enum err proxy_network_parse(struct text words, struct proxy_network *ret, struct err_info *info);
/* Whether an address, as text, lies within; false for what is no address. */
bool proxy_network_has(const struct proxy_network *networks, size_t count, struct text address);
/* Who is behind: of "client, proxy, proxy", from the right, the first that is not in the networks;
 * `peer` where the header tells nothing to be believed. */
struct text proxy_client(const struct proxy_network *networks, size_t count, struct text forwarded,
                         struct text peer);

#endif
