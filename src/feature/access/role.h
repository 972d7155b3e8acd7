/* Roles that are built in: constants, so that a newer Troth can give one a new permission. Roles
 * that a company makes are rows of the table `role`, with ids far above these. */
#ifndef TROTH_FEATURE_ACCESS_ROLE_H
#define TROTH_FEATURE_ACCESS_ROLE_H

#include "base/text.h"

#include <stddef.h>
#include <stdint.h>

enum role_id {
    ROLE_ADMINISTRATOR = 1,
    ROLE_MANAGER,
    ROLE_LEAD,
    ROLE_AGENT,
    ROLE_ANALYST,
    ROLE_PRIVACY_OFFICER,
    ROLES_BUILT_IN = ROLE_PRIVACY_OFFICER
};
struct role {
    int64_t id;
    const char *name, *permissions; /* words with one space between */
};
extern const struct role roles_built_in[ROLES_BUILT_IN];
/* NULL: none of that id. */
const struct role *role_built_in(int64_t id);
/* NULL: none of that name. */
const struct role *role_built_in_named(struct text name);

#endif
