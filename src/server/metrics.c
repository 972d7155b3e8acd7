#include "server/metrics.h"

#include <inttypes.h>

static void head(struct buf *out, const char *name, const char *type, const char *help)
{
    buf_addf(out, "# HELP troth_%s %s\n# TYPE troth_%s %s\n", name, help, name, type);
}

static void one(struct buf *out, const char *name, const char *type, const char *help,
                uint64_t value)
{
    head(out, name, type, help);
    buf_addf(out, "troth_%s %" PRIu64 "\n", name, value);
}

static void write_requests(struct buf *out, const struct http_figures *f)
{
    static const char *const classes[] = {"dropped", "1xx", "2xx", "3xx", "4xx", "5xx"};
    head(out, "http_requests_total", "counter", "Requests by the class of their status.");
    for (int i = 0; i < 6; i++) {
        buf_addf(out, "troth_http_requests_total{status=\"%s\"} %" PRIu64 "\n", classes[i],
                 f->requests[i]);
    }
    head(out, "http_request_seconds", "histogram", "From the request line to the reply.");
    uint64_t total = 0;
    for (int i = 0; i < 20; i++) {
        total += f->latency[i];
        if (i < 19) {
            buf_addf(out, "troth_http_request_seconds_bucket{le=\"%g\"} %" PRIu64 "\n",
                     (double)(UINT64_C(16) << i) / 1e6, total);
        }
    }
    buf_addf(out, "troth_http_request_seconds_bucket{le=\"+Inf\"} %" PRIu64 "\n", total);
    buf_addf(out, "troth_http_request_seconds_sum %g\n", (double)f->latency_us_total / 1e6);
    buf_addf(out, "troth_http_request_seconds_count %" PRIu64 "\n", total);
}

static void write_http(struct buf *out, const struct http_figures *f)
{
    write_requests(out, f);
    one(out, "http_connections", "gauge", "Open connections.", f->connections);
    one(out, "http_suspended", "gauge", "Requests that wait for the database.", f->suspended);
    one(out, "http_streams", "gauge", "Open event streams.", f->streams);
    one(out, "http_streams_dropped_total", "counter", "Streams cut because the client was slow.",
        f->streams_dropped);
    one(out, "http_timeouts_total", "counter", "Requests that took too long.", f->timeouts);
    one(out, "http_body_bytes_total", "counter", "Bytes of bodies received.", f->bodies_bytes);
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
    head(out, "clerk_commit_seconds_total", "counter", "Time spent in COMMIT.");
    buf_addf(out, "troth_clerk_commit_seconds_total %g\n", (double)f->commit_us_total / 1e6);
    head(out, "clerk_batch_jobs", "histogram", "Writes in one commit.");
    uint64_t total = 0;
    for (int i = 0; i < 10; i++) {
        total += f->batch_sizes[i];
        buf_addf(out, "troth_clerk_batch_jobs_bucket{le=\"%d\"} %" PRIu64 "\n", 1 << i, total);
    }
    total += f->batch_sizes[10];
    buf_addf(out, "troth_clerk_batch_jobs_bucket{le=\"+Inf\"} %" PRIu64 "\n", total);
    buf_addf(out, "troth_clerk_batch_jobs_sum %" PRIu64 "\n", f->jobs);
    buf_addf(out, "troth_clerk_batch_jobs_count %" PRIu64 "\n", f->batches);
}

void metrics_write(struct buf *out, const struct http_figures *http,
                   const struct clerk_figures *clerk, const struct readers_figures *readers)
{
    static const char *const lanes[] = {[READ_QUICK] = "quick", [READ_SLOW] = "slow"};
    write_http(out, http);
    write_clerk(out, clerk);
    head(out, "reads_total", "counter", "Reads by lane.");
    for (int i = 0; i < 2; i++) {
        buf_addf(out, "troth_reads_total{lane=\"%s\"} %" PRIu64 "\n", lanes[i], readers->jobs[i]);
    }
    head(out, "reads_failed_total", "counter", "Reads that failed or took too long.");
    for (int i = 0; i < 2; i++) {
        buf_addf(out, "troth_reads_failed_total{lane=\"%s\"} %" PRIu64 "\n", lanes[i],
                 readers->failed[i]);
    }
    head(out, "reads_queued", "gauge", "Reads that wait.");
    for (int i = 0; i < 2; i++) {
        buf_addf(out, "troth_reads_queued{lane=\"%s\"} %" PRIu64 "\n", lanes[i],
                 readers->queued[i]);
    }
}
