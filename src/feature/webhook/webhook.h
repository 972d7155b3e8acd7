/* Webhooks: what happens is told to other programs, as Standard Webhooks 1.0 says: signed, with an
 * id that stays the same over all tries. An endpoint is an address with the events it wants. What
 * it is told are rows of the outbox, which tries, remembers and shows them; an endpoint that has
 * failed for five days is disabled, and its contact told so by mail. */
#ifndef TROTH_FEATURE_WEBHOOK_WEBHOOK_H
#define TROTH_FEATURE_WEBHOOK_WEBHOOK_H

#include "server/server.h"

struct webhooks;

extern const struct module
    webhook_module; /* "webhook"; its self is the struct webhooks. Behind "outbox" and "ledger" */

/* A range of private addresses that may be called: "10.1.0.0/16". Before requests come. */
enum err webhook_allow(struct webhooks *w, const char *range, struct err_info *info);
/* For command lines, before there is a server. */
enum err webhook_check_range(const char *range, struct err_info *info);

#endif
