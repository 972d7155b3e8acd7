/* Load: drives an HTTP/1.1 server with keep-alive connections, one request at a time on each, and
 * counts what comes back. Requests are written by the caller; replies need a Content-Length. */
#ifndef TROTH_BENCH_LOAD_H
#define TROTH_BENCH_LOAD_H

#include "base/err.h"
#include "base/text.h"

/* Latencies: buckets of 2 % width from 1 us to over a minute. */
enum { LOAD_BUCKETS = 1024 };
struct load_histogram {
    uint64_t counts[LOAD_BUCKETS];
    uint64_t total;
    int64_t longest_us;
};
void load_histogram_add(struct load_histogram *h, int64_t us);
/* The latency that this share (0 to 1) of requests did not exceed. */
int64_t load_histogram_at(const struct load_histogram *h, double share);

enum { LOAD_PORTS_MAX = 8 };
struct load_plan {
    const char *address;            /* NULL: 127.0.0.1 */
    uint16_t ports[LOAD_PORTS_MAX]; /* up to the first 0: connections are dealt out over them */
    unsigned connections;
    int64_t duration_us;
    /* Appends the whole next request (head and body); n counts from 0 over all connections. */
    void (*write)(void *self, unsigned connection, uint64_t n, struct buf *out);
    /* May be NULL. Called for every complete reply. */
    void (*read)(void *self, unsigned connection, uint64_t n, unsigned status, struct text body);
    void *self;
};
struct load_result {
    uint64_t replies;
    uint64_t statuses[6]; /* by first digit */
    uint64_t broken;      /* connections that ended early; they are opened anew */
    int64_t elapsed_us;
    double per_second;
    struct load_histogram latency;
};

/* Runs on the calling thread. When the time is over, replies still to come are waited for, and the
 * rate counts that time in. ERR_IO when nothing answers. */
enum err load_run(const struct load_plan *plan, struct load_result *ret, struct err_info *info);

#endif
