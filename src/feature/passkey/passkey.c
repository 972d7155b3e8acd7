#include "feature/passkey/passkey.h"

#include "feature/passkey/passkey_parts.h"

static enum err open_passkey(struct server *server, struct database *db, void **ret_self,
                             struct err_info *info)
{
    (void)db, (void)info;
    *ret_self = server_module(server, "signin");
    return ERR_NONE;
}

const struct module passkey_module = {
    .name = "passkey",
    .routes = passkey_routes,
    .route_count = PASSKEY_ROUTES,
    .statements = &passkey_statements,
    .open = open_passkey,
};
