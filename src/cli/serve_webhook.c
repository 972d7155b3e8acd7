#include "cli/serve_webhook.h"

#include <stdio.h>
#include <string.h>

enum err serve_webhook_allow(struct webhooks *w, const char *ranges, struct err_info *info)
{
    enum err e = ERR_NONE;
    while (ranges && *ranges && !e) {
        char range[80];
        size_t len = strcspn(ranges, ",");
        snprintf(range, sizeof(range), "%.*s", (int)len, ranges);
        e = w ? webhook_allow(w, range, info) : webhook_check_range(range, info);
        ranges += len + (ranges[len] == ',');
    }
    return e;
}
