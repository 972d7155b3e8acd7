/* What the server counts, in the text format of Prometheus (0.0.4); for modules that count too. */
#ifndef TROTH_SERVER_METRICS_H
#define TROTH_SERVER_METRICS_H

#include "http/server.h"
#include "store/clerk.h"
#include "store/readers.h"

/* The lines HELP and TYPE of troth_NAME; its values follow at once. type: "counter", "gauge",
 * "histogram". */
void metric_head(struct buf *out, const char *name, const char *type, const char *help);
/* labels: `state="open"` without braces, values escaped by metric_label(); empty: none. */
void metric_value(struct buf *out, const char *name, const char *labels, uint64_t value);
void metric_histogram(struct buf *out, const char *name, const char *labels,
                      const struct histogram_figures *figures);
/* `name="value"`, escaped, after a comma where something stands before it. */
void metric_label(struct buf *labels, const char *name, struct text value);

/* Inside of the server. */
void metrics_write(struct buf *out, const struct http_server *http,
                   const struct clerk_figures *clerk, const struct readers_figures *readers);

#endif
