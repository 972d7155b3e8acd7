#include "server/metrics.h"

#include <inttypes.h>

/* -- the format -- */

void metric_head(struct buf *out, const char *name, const char *type, const char *help)
{
    buf_addf(out, "# HELP troth_%s %s\n# TYPE troth_%s %s\n", name, help, name, type);
}

void metric_value(struct buf *out, const char *name, const char *labels, uint64_t value)
{
    bool any = labels[0] != '\0';
    buf_addf(out, "troth_%s%s%s%s %" PRIu64 "\n", name, any ? "{" : "", labels, any ? "}" : "",
             value);
}

static void seconds(struct buf *out, const char *name, int64_t us)
{
    buf_addf(out, "troth_%s %" PRId64 ".%06" PRId64 "\n", name, us / 1000000, us % 1000000);
}

void metric_histogram(struct buf *out, const char *name, const char *labels,
                      const struct histogram_figures *figures)
{
    const char *comma = labels[0] ? "," : "";
    uint64_t total = 0;
    for (int i = 0; i < HISTOGRAM_CLASSES - 1; i++) {
        total += figures->counts[i];
        buf_addf(out, "troth_%s_bucket{%s%sle=\"%g\"} %" PRIu64 "\n", name, labels, comma,
                 (double)histogram_bounds_us[i] / 1e6, total);
    }
    total += figures->counts[HISTOGRAM_CLASSES - 1];
    buf_addf(out, "troth_%s_bucket{%s%sle=\"+Inf\"} %" PRIu64 "\n", name, labels, comma, total);
    const char *open = labels[0] ? "{" : "", *close = labels[0] ? "}" : "";
    buf_addf(out, "troth_%s_sum%s%s%s %.6f\n", name, open, labels, close,
             (double)figures->sum_us / 1e6);
    buf_addf(out, "troth_%s_count%s%s%s %" PRIu64 "\n", name, open, labels, close, total);
}

void metric_label(struct buf *labels, const char *name, struct text value)
{
    buf_addf(labels, "%s%s=\"", labels->len ? "," : "", name);
    for (size_t i = 0; i < value.len; i++) {
        char c = value.ptr[i];
        if (c == '\n') {
            buf_add_str(labels, "\\n");
            continue;
        }
        if (c == '"' || c == '\\') {
            buf_add_char(labels, '\\');
        }
        buf_add_char(labels, c);
    }
    buf_add_char(labels, '"');
}

static void one(struct buf *out, const char *name, const char *type, const char *help,
                uint64_t value)
{
    metric_head(out, name, type, help);
    metric_value(out, name, "", value);
}

/* -- HTTP -- */

static const char *const classes[] = {"dropped", "1xx", "2xx", "3xx", "4xx", "5xx"};

static void write_routes(struct buf *out, const struct http_server *server)
{
    static const char *const methods[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};
    struct http_route_figures f;
    metric_head(out, "http_request_seconds", "histogram",
                "From the request line to the reply, by route; route none: no address of ours.");
    for (size_t n = 0; http_route_figures(server, n, &f); n++) {
        if (histogram_total(&f.took) == 0) {
            continue;
        }
        struct buf labels CLEANUP(buf_release) = {0};
        metric_label(&labels, "method", text_of(f.route ? methods[f.route->method] : "any"));
        metric_label(&labels, "route", text_of(f.route ? f.route->path : "none"));
        metric_label(&labels, "status", text_of(classes[f.status_class]));
        metric_histogram(out, "http_request_seconds", labels.ptr, &f.took);
    }
}

static void write_http(struct buf *out, const struct http_server *server)
{
    struct http_figures f = http_figures(server);
    metric_head(out, "http_requests_total", "counter", "Requests by the class of their status.");
    for (int i = 0; i < 6; i++) {
        struct buf labels CLEANUP(buf_release) = {0};
        metric_label(&labels, "status", text_of(classes[i]));
        metric_value(out, "http_requests_total", labels.ptr, f.requests[i]);
    }
    write_routes(out, server);
    one(out, "http_connections", "gauge", "Open connections.", f.connections);
    one(out, "http_suspended", "gauge", "Requests that wait for the database.", f.suspended);
    one(out, "http_streams", "gauge", "Open event streams.", f.streams);
    one(out, "http_streams_dropped_total", "counter", "Streams cut because the client was slow.",
        f.streams_dropped);
    one(out, "http_timeouts_total", "counter", "Requests that took too long.", f.timeouts);
    one(out, "http_body_bytes_total", "counter", "Bytes of bodies received.", f.bodies_bytes);
    metric_head(out, "http_loop_turn_seconds", "histogram",
                "How long a loop works before it listens again: meanwhile its clients wait.");
    metric_histogram(out, "http_loop_turn_seconds", "", &f.turns);
    metric_head(out, "http_loop_turn_longest_seconds", "gauge", "The longest since the start.");
    seconds(out, "http_loop_turn_longest_seconds", f.longest_turn_us);
}

/* -- clerk and readers -- */

static void write_batches(struct buf *out, const struct clerk_figures *f)
{
    metric_head(out, "clerk_batch_jobs", "histogram", "Writes in one commit.");
    uint64_t total = 0;
    for (int i = 0; i < 10; i++) {
        total += f->batch_sizes[i];
        buf_addf(out, "troth_clerk_batch_jobs_bucket{le=\"%d\"} %" PRIu64 "\n", 1 << i, total);
    }
    total += f->batch_sizes[10];
    buf_addf(out, "troth_clerk_batch_jobs_bucket{le=\"+Inf\"} %" PRIu64 "\n", total);
    buf_addf(out, "troth_clerk_batch_jobs_sum %" PRIu64 "\n", f->jobs);
    buf_addf(out, "troth_clerk_batch_jobs_count %" PRIu64 "\n", total);
}

static void write_clerk(struct buf *out, const struct clerk_figures *f)
{
    one(out, "clerk_jobs_total", "counter", "Writes.", f->jobs);
    one(out, "clerk_jobs_failed_total", "counter", "Writes that were refused or failed.",
        f->failed_jobs);
    one(out, "clerk_ticks_total", "counter", "Turns of what was due.", f->ticks);
    one(out, "clerk_queued", "gauge", "Writes that wait.", f->queued);
    one(out, "clerk_commits_failed_total", "counter", "Batches that were rolled back.",
        f->failed_batches);
    metric_head(out, "clerk_wait_seconds", "histogram", "How long a write waited for the clerk.");
    metric_histogram(out, "clerk_wait_seconds", "", &f->waits);
    metric_head(out, "clerk_commit_seconds", "histogram", "How long COMMIT took.");
    metric_histogram(out, "clerk_commit_seconds", "", &f->commits);
    write_batches(out, f);
}

static void write_lanes(struct buf *out, const char *name, const char *type, const char *help,
                        const uint64_t by_lane[2])
{
    metric_head(out, name, type, help);
    metric_value(out, name, "lane=\"quick\"", by_lane[READ_QUICK]);
    metric_value(out, name, "lane=\"slow\"", by_lane[READ_SLOW]);
}

static void write_readers(struct buf *out, const struct readers_figures *f)
{
    write_lanes(out, "reads_total", "counter", "Reads by lane.", f->jobs);
    write_lanes(out, "reads_failed_total", "counter", "Reads that failed or took too long.",
                f->failed);
    write_lanes(out, "reads_queued", "gauge", "Reads that wait.", f->queued);
    metric_head(out, "read_wait_seconds", "histogram", "How long a read waited for a reader.");
    metric_histogram(out, "read_wait_seconds", "lane=\"quick\"", &f->waits[READ_QUICK]);
    metric_histogram(out, "read_wait_seconds", "lane=\"slow\"", &f->waits[READ_SLOW]);
}

void metrics_write(struct buf *out, const struct http_server *http,
                   const struct clerk_figures *clerk, const struct readers_figures *readers)
{
    write_http(out, http);
    write_clerk(out, clerk);
    write_readers(out, readers);
}
