/* The pages: what src/feature/page draws, filled with what is. Behind "access", "code" and "ledger"
 * in the list of modules. */
#ifndef TROTH_FEATURE_DESK_DESK_H
#define TROTH_FEATURE_DESK_DESK_H

#include "server/server.h"

extern const struct module desk_module; /* "desk" */

#endif
