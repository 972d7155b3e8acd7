/* Versions after they were published. Behind "code", "ledger", "outbox" and "draft" in the list of
 * modules. */
#ifndef TROTH_FEATURE_VERSION_VERSION_MODULE_H
#define TROTH_FEATURE_VERSION_VERSION_MODULE_H

#include "server/server.h"

extern const struct module version_module; /* "version" */

#endif
