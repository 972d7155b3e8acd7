#include "oidc/discovery.h"

#include "base/json.h"
#include "oidc/web.h"

enum err oidc_check_issuer(struct text issuer, struct err_info *info)
{
    if (issuer.len > OIDC_ISSUER_MAX) {
        return err_field(info, ERR_LIMIT, "issuer", "An issuer has at most %d letters.",
                         OIDC_ISSUER_MAX);
    }
    if (!web_is_safe_url(issuer) || memchr(issuer.ptr, '?', issuer.len)) {
        return err_field(info, ERR_INVALID, "issuer",
                         "The issuer is the provider's address as it gives it, such as "
                         "https://login.example.com; http:// only on this machine.");
    }
    return ERR_NONE;
}

static enum err read_endpoint(const struct json *doc, const char *name, struct text *ret,
                              struct err_info *info)
{
    const struct json *j = json_get(doc, name);
    if (!j || j->type != JSON_TEXT || !web_is_safe_url(j->text)) {
        return err_set(info, ERR_INVALID, "The provider's description has no usable \"%s\".", name);
    }
    *ret = j->text;
    return ERR_NONE;
}

/* Without the member: client_secret_basic (Discovery 1.0, section 3). */
static bool reads_basic(const struct json *doc)
{
    const struct json *list = json_get(doc, "token_endpoint_auth_methods_supported");
    for (const struct json *j = list ? list->first : NULL; j; j = j->next) {
        if (j->type == JSON_TEXT && text_is(j->text, "client_secret_basic")) {
            return true;
        }
    }
    return !list;
}

enum err oidc_discovery_read(struct text json, struct text issuer, struct arena *arena,
                             struct oidc_discovery *ret, struct err_info *info)
{
    const struct json *doc;
    struct oidc_discovery d = {0};
    if (json_parse(arena, json, &json_default_limits, &doc, NULL) || doc->type != JSON_OBJECT) {
        return err_set(info, ERR_INVALID, "What the provider says of itself is no JSON object.");
    }
    const struct json *own = json_get(doc, "issuer");
    if (!own || own->type != JSON_TEXT || !text_eq(own->text, issuer)) {
        return err_set(info, ERR_INVALID,
                       "The provider calls itself otherwise than the issuer that is set. They "
                       "must be the same to the letter.");
    }
    d.issuer = own->text;
    enum err e = read_endpoint(doc, "authorization_endpoint", &d.authorization_endpoint, info);
    e = e ? e : read_endpoint(doc, "token_endpoint", &d.token_endpoint, info);
    e = e ? e : read_endpoint(doc, "jwks_uri", &d.jwks_uri, info);
    if (!e && json_get(doc, "userinfo_endpoint")) {
        e = read_endpoint(doc, "userinfo_endpoint", &d.userinfo_endpoint, info);
    }
    const struct json *names = json_get(doc, "authorization_response_iss_parameter_supported");
    d.takes_basic = reads_basic(doc);
    d.names_itself = names && names->type == JSON_BOOL && names->boolean;
    if (!e) {
        *ret = d;
    }
    return e;
}

enum err oidc_discover(struct text issuer, struct arena *arena, struct text *ret_json,
                       struct err_info *info)
{
    struct web_answer answer;
    bool slash = issuer.len && issuer.ptr[issuer.len - 1] == '/';
    struct web_ask ask = {.url = arena_printf(arena, "%.*s%s.well-known/openid-configuration",
                                              TEXT_ARG(issuer), slash ? "" : "/")};
    enum err e = web_call(&ask, arena, &answer, info);
    if (!e && answer.status != 200) {
        e = err_set(info, ERR_IO, "The provider answered %u when asked what it is.", answer.status);
    }
    if (!e) {
        *ret_json = answer.body;
    }
    return e;
}
