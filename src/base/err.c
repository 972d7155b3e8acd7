#include "base/err.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

enum err err_set(struct err_info *info, enum err e, const char *format, ...)
{
    if (info) {
        *info = (struct err_info){0};
        va_list args;
        va_start(args, format);
        vsnprintf(info->text, sizeof(info->text), format, args);
        va_end(args);
    }
    return e;
}

enum err err_field(struct err_info *info, enum err e, const char *field, const char *format, ...)
{
    if (info) {
        *info = (struct err_info){0};
        va_list args;
        va_start(args, format);
        vsnprintf(info->text, sizeof(info->text), format, args);
        va_end(args);
        snprintf(info->field, sizeof(info->field), "%s", field);
    }
    return e;
}

const char *err_name(enum err e)
{
    static const char *const names[] = {
        [ERR_NONE] = "none",           [ERR_INVALID] = "invalid",
        [ERR_LIMIT] = "limit",         [ERR_NOT_FOUND] = "not-found",
        [ERR_CONFLICT] = "conflict",   [ERR_UNAUTHENTICATED] = "unauthenticated",
        [ERR_FORBIDDEN] = "forbidden", [ERR_BUSY] = "busy",
        [ERR_STORAGE] = "storage",     [ERR_IO] = "io",
        [ERR_INTERNAL] = "internal",
    };
    return names[e];
}
