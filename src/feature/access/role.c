#include "feature/access/role.h"

const struct role roles_built_in[ROLES_BUILT_IN] = {
    {ROLE_ADMINISTRATOR, "administrator", "admin"},
    {ROLE_MANAGER, "manager",
     "ledger:read ledger:excuse code:read code:draft code:approve code:write code:comment "
     "measure:read events:read customer:read customer:write export staff:read audit:read"},
    {ROLE_LEAD, "lead",
     "ledger:read ledger:excuse code:read code:draft code:comment measure:read events:read "
     "customer:read customer:write export staff:read"},
    {ROLE_AGENT, "agent",
     "ledger:read code:read code:comment measure:read events:read customer:read"},
    {ROLE_ANALYST, "analyst",
     "ledger:read code:read code:draft code:comment measure:read events:read customer:read "
     "export"},
    {ROLE_PRIVACY_OFFICER, "privacy officer",
     "ledger:read code:read code:comment measure:read events:read customer:read customer:write "
     "export staff:read audit:read restricted:read"},
};

const struct role *role_built_in(int64_t id)
{
    return id >= 1 && id <= ROLES_BUILT_IN ? &roles_built_in[id - 1] : NULL;
}

const struct role *role_built_in_named(struct text name)
{
    for (size_t i = 0; i < ROLES_BUILT_IN; i++) {
        if (text_is(name, roles_built_in[i].name)) {
            return &roles_built_in[i];
        }
    }
    return NULL;
}
