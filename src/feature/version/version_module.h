/* Versions after they were published. Behind "code", "ledger", "outbox" and "draft" in the list of
 * modules. */
#ifndef TROTH_FEATURE_VERSION_VERSION_MODULE_H
#define TROTH_FEATURE_VERSION_VERSION_MODULE_H

#include "server/server.h"

struct versions;

extern const struct module version_module; /* "version"; its self is the struct versions */

/* How people reach this server: for links in mails. As signin_set_url(). */
void version_set_url(struct versions *versions, const char *url);

#endif
