#include "cli/admin_call.h"

#include "cli/admin.h"

struct text admin_member(const struct json *object, const char *name)
{
    const struct json *value = json_get(object, name);
    return value && value->type == JSON_TEXT ? value->text : (struct text){0};
}

enum err admin_call(const char *database, const char *method, struct text path, struct text body,
                    struct arena *arena, const struct json **ret, struct err_info *info)
{
    unsigned status;
    struct text reply_text;
    const struct json *reply = NULL;
    enum err e = admin_request(database, method, arena_text(arena, path).ptr, body, arena, &status,
                               &reply_text, info);
    if (e) {
        return e;
    }
    if (status != 204 && json_parse(arena, reply_text, &json_default_limits, &reply, NULL)) {
        return err_set(info, ERR_IO, "the server gave no answer that can be read");
    }
    if (status >= 400) {
        return err_set(info, ERR_INVALID, "%.*s", TEXT_ARG(admin_member(reply, "detail")));
    }
    *ret = reply;
    return ERR_NONE;
}
