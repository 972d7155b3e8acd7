/* Inside of this feature: the running webhooks, for its routes. */
#ifndef TROTH_FEATURE_WEBHOOK_WEBHOOK_INSIDE_H
#define TROTH_FEATURE_WEBHOOK_WEBHOOK_INSIDE_H

#include "feature/outbox/outbox.h"
#include "feature/webhook/endpoint.h"
#include "feature/webhook/guard.h"
#include "feature/webhook/webhook.h"

enum { WEBHOOK_ROUTES = 10 };
extern const struct route webhook_routes[WEBHOOK_ROUTES];

struct outbox *webhook_outbox(struct webhooks *w);
const struct guard *webhook_guard(const struct webhooks *w);
/* In a job of the clerk that has changed endpoints: read them anew before the commit. */
void webhook_changed(struct webhooks *w);

#endif
