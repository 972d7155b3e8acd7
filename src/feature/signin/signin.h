/* Signing in: passwords, second factors, the first administrator, invitations and resets, one's own
 * sessions. Behind "access", "outbox" and "staff" in the list of modules. */
#ifndef TROTH_FEATURE_SIGNIN_SIGNIN_H
#define TROTH_FEATURE_SIGNIN_SIGNIN_H

#include "feature/access/session.h"
#include "server/server.h"

struct signin;

extern const struct module signin_module; /* "signin"; its self is the struct signin */

/* The code by which the first administrator is made; empty: there are people already. Lives as long
 * as the module. */
const char *signin_first_code(const struct signin *s);
/* How people reach this server ("https://promises.shop.example"): for links in mails. Before
 * requests come; must outlive the module. NULL: not known, no mail has a link. */
void signin_set_url(struct signin *s, const char *url);

#endif
