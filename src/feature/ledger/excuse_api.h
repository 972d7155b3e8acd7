/* Inside of this feature: POST /api/v1/obligations/excuse. */
#ifndef TROTH_FEATURE_LEDGER_EXCUSE_API_H
#define TROTH_FEATURE_LEDGER_EXCUSE_API_H

#include "http/route.h"

enum { EXCUSE_MOST = 200, EXCUSE_REASON_LEAST = 3, EXCUSE_REASON_MOST = 1000 };

enum err excuse_prepare(struct request *r, struct err_info *info);
route_handler excuse_write;

#endif
