/* The pages that need no script: the public Code, what src/feature/page draws filled with what is,
 * and the door of sign-in links. Behind "access" and "code" in the list of modules. */
#ifndef TROTH_FEATURE_DESK_DESK_H
#define TROTH_FEATURE_DESK_DESK_H

#include "server/server.h"

extern const struct module desk_module; /* "desk" */

#endif
