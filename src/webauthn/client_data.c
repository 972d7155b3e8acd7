#include "webauthn/client_data.h"

#include "base/json.h"

static const char *const types[] = {
    [WEBAUTHN_CREATE] = "webauthn.create",
    [WEBAUTHN_GET] = "webauthn.get",
};

static struct text member(const struct json *object, const char *name)
{
    const struct json *j = json_get(object, name);
    return j && j->type == JSON_TEXT ? j->text : TEXT("");
}

enum err webauthn_client_data_read(struct text json, enum webauthn_ceremony ceremony,
                                   struct arena *arena, struct webauthn_client_data *ret,
                                   struct err_info *info)
{
    const struct json *doc;
    if (json.len > WEBAUTHN_CLIENT_DATA_MAX ||
        json_parse(arena, json, &json_default_limits, &doc, NULL) || doc->type != JSON_OBJECT ||
        !text_is(member(doc, "type"), types[ceremony])) {
        return err_field(info, ERR_INVALID, "client_data",
                         "This is not what a browser says of this step. Begin again.");
    }
    const struct json *across = json_get(doc, "crossOrigin");
    if (across && (across->type != JSON_BOOL || across->boolean)) {
        return err_field(info, ERR_INVALID, "client_data",
                         "A passkey is used on a page of this server alone.");
    }
    *ret = (struct webauthn_client_data){member(doc, "challenge"), member(doc, "origin")};
    return ERR_NONE;
}
