#include "feature/oidc/oidc.h"

#include "base/id.h"
#include "feature/oidc/oidc_parts.h"
#include "feature/oidc/provider_identity.h"

#include <stdlib.h>

struct text oidc_return_url(struct oidc *o, struct request *r, int64_t provider_id)
{
    char id[ID_TEXT_SIZE];
    return arena_printf(request_arena(r), "%.*s/sign-in/back/%s",
                        TEXT_ARG(signin_origin(o->signin, r)), id_format(provider_id, "idp", id));
}

const char *trouble_word(enum trouble trouble)
{
    static const char *const words[] = {
        [TROUBLE_NONE] = "",
        [TROUBLE_EXPIRED] = "expired",
        [TROUBLE_DECLINED] = "declined",
        [TROUBLE_DOWN] = "provider-down",
        [TROUBLE_ANSWER] = "provider-answer",
        [TROUBLE_UNKNOWN] = "unknown",
        [TROUBLE_DISABLED] = "disabled",
        [TROUBLE_ADDRESS] = "no-address",
        [TROUBLE_DOMAIN] = "domain",
        [TROUBLE_TAKEN] = "taken",
        [TROUBLE_OTHERS] = "others",
        [TROUBLE_SECOND] = "second",
    };
    return words[trouble];
}

static enum err open_oidc(struct server *server, struct database *db, void **ret_self,
                          struct err_info *info)
{
    enum err e = database_prepare(db, &provider_identity_statements, info);
    if (e) {
        return e;
    }
    struct oidc *o = calloc(1, sizeof(*o));
    if (!o) {
        abort();
    }
    o->signin = server_module(server, "signin");
    cache_init(&o->cache);
    *ret_self = o;
    return ERR_NONE;
}

static void close_oidc(void *self)
{
    struct oidc *o = self;
    cache_release(&o->cache);
    free(o);
}

const struct module oidc_module = {
    .name = "oidc",
    .routes = oidc_routes,
    .route_count = OIDC_ROUTES,
    .statements = &provider_statements,
    .open = open_oidc,
    .close = close_oidc,
};
