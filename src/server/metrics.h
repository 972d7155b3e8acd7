/* Inside of the server: what it counts, in the text format of Prometheus. */
#ifndef TROTH_SERVER_METRICS_H
#define TROTH_SERVER_METRICS_H

#include "http/server.h"
#include "store/clerk.h"
#include "store/readers.h"

void metrics_write(struct buf *out, const struct http_figures *http,
                   const struct clerk_figures *clerk, const struct readers_figures *readers);

#endif
