/* Lists as files: GET /api/v1/exports/…. The server writes one slice by slice into a file without a
 * name, which the kernel then sends: memory does not grow with it, nothing is left behind, and a
 * client that leaves ends the work. Behind "ledger" and "customer" in the list of modules. */
#ifndef TROTH_FEATURE_EXPORT_EXPORT_H
#define TROTH_FEATURE_EXPORT_EXPORT_H

#include "server/server.h"

enum { EXPORT_ROWS_MOST = 100000 };

extern const struct module export_module; /* "export" */

#endif
