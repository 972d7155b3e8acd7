/* The company's people: who they are, their teams and roles; each one's own account. Behind
 * "access" in the list of modules. */
#ifndef TROTH_FEATURE_STAFF_STAFF_H
#define TROTH_FEATURE_STAFF_STAFF_H

#include "server/server.h"

extern const struct module staff_module; /* "staff"; its self is access's */

#endif
