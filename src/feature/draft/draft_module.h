/* Changing the Code with care: a draft is written, compared with the version in force promise by
 * promise, rehearsed over the past, and approved by a second person, who thereby publishes it.
 * Behind "code" and "ledger" in the list of modules. */
#ifndef TROTH_FEATURE_DRAFT_DRAFT_MODULE_H
#define TROTH_FEATURE_DRAFT_DRAFT_MODULE_H

#include "server/server.h"

extern const struct module draft_module; /* "draft" */

#endif
