/* Inside of this feature: calling an endpoint. */
#ifndef TROTH_FEATURE_WEBHOOK_DELIVERY_H
#define TROTH_FEATURE_WEBHOOK_DELIVERY_H

#include "feature/outbox/carrier.h"
#include "feature/webhook/endpoint.h"
#include "feature/webhook/guard.h"

/* An address that may be an endpoint: https://… or http://… with a host, without a user, and not
 * plainly inside. Where a name leads is judged when it is called. */
enum err delivery_check_url(const struct guard *guard, struct text url, struct err_info *info);

/* Prepares the handle; *ret_context comes back in delivery_end(). */
enum err delivery_begin(const struct guard *guard, const struct endpoint *e,
                        const struct outbox_row *row, struct arena *arena, CURL *curl,
                        void **ret_context, struct err_info *info);
void delivery_end(void *context, struct arena *arena, CURL *curl, CURLcode code,
                  struct delivery *ret);

#endif
