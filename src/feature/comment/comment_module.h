/* Comments in the API and on the public page. Behind "code" and "ledger" in the list of modules. */
#ifndef TROTH_FEATURE_COMMENT_COMMENT_MODULE_H
#define TROTH_FEATURE_COMMENT_COMMENT_MODULE_H

#include "server/server.h"

extern const struct module comment_module; /* "comment" */

#endif
