/* Which private addresses webhooks may call, as `troth serve` is told. */
#ifndef TROTH_CLI_SERVE_WEBHOOK_H
#define TROTH_CLI_SERVE_WEBHOOK_H

#include "base/err.h"
#include "cli/command.h"
#include "feature/webhook/webhook.h"

#define SERVE_WEBHOOK_OPTION                                                         \
    {                                                                                \
        "webhook-allow", 0, "RANGES",                                                \
            "private addresses that webhooks may call, such as 10.1.0.0/16,fd00::/8" \
    }

/* Ranges with commas between; w: NULL to check them only. NULL ranges: none. */
enum err serve_webhook_allow(struct webhooks *w, const char *ranges, struct err_info *info);

#endif
