/* The module of measures: GET /api/v1/adherence. Behind "code" in the list of modules. */
#ifndef TROTH_FEATURE_MEASURE_MEASURE_API_H
#define TROTH_FEATURE_MEASURE_MEASURE_API_H

#include "server/server.h"

extern const struct module measure_module; /* "measure" */

#endif
