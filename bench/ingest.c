/* Load for running servers: touches of many new threads over HTTP, as they happen. Every connection
 * tells of threads of its own (asked, answered, closed), each touch once; names are spread as those
 * of a hash, so that no index grows at its end only.
 *   ingest PORT[,PORT]… TOKEN single|batch|past CONNECTIONS SECONDS
 * past: in batches, and years ago, so that most come after the clock has decided what they are
 * about. Prints touches a second acknowledged, the latencies in milliseconds that half and 99 of
 * 100 did not exceed, bytes a touch that were sent. */
#include "load.h"

#include "base/moment.h"

#include <stdio.h>
#include <stdlib.h>

enum { TOUCHES_A_BATCH = 1000, TOUCHES_A_THREAD = 3, CONNECTIONS_MAX = 1024 };

struct ingest {
    const char *token;
    bool batch;
    int64_t ago_us;
    uint64_t run; /* tells the threads of this run from those of others */
    uint64_t told[CONNECTIONS_MAX];
    uint64_t touches, bytes;
};

/* splitmix64's finish: every number has another one. */
static uint64_t spread(uint64_t n)
{
    n = (n ^ (n >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    n = (n ^ (n >> 27)) * UINT64_C(0x94d049bb133111eb);
    return n ^ (n >> 31);
}

/* The n-th touch of a connection. A batch tells many threads one step further, one touch each, in
 * the order in which that happened. */
static void write_touch(const struct ingest *in, unsigned connection, uint64_t n, struct buf *out)
{
    static const char *const events[] = {"message.received", "message.sent", "thread.closed"};
    uint64_t abreast = in->batch ? TOUCHES_A_BATCH : 1;
    uint64_t step = n / abreast % TOUCHES_A_THREAD;
    uint64_t thread = n / abreast / TOUCHES_A_THREAD * abreast + n % abreast;
    uint64_t place = in->run + ((uint64_t)connection << 32);
    char at[MOMENT_TEXT_SIZE];
    buf_addf(
        out,
        "{\"source\":\"bench\",\"id\":\"%016llx\",\"event\":\"%s\",\"occurred\":\"%s\","
        "\"thread\":\"%016llx\",\"customer\":\"%016llx\",\"channel\":\"email\",\"actor\":\"%s\"",
        (unsigned long long)spread(~(place + n)), events[step],
        moment_format(moment_now() - in->ago_us, at), (unsigned long long)spread(place + thread),
        (unsigned long long)spread(place + thread / 3), step ? "staff" : "customer");
    buf_add_str(out, step ? ",\"person\":\"ana\",\"team\":\"support\"}" : "}");
}

static void write_request(void *self, unsigned connection, uint64_t n, struct buf *out)
{
    (void)n;
    struct ingest *in = self;
    struct buf body CLEANUP(buf_release) = {0};
    uint64_t count = in->batch ? TOUCHES_A_BATCH : 1;
    for (uint64_t i = 0; i < count; i++) {
        if (in->batch) {
            buf_add_str(&body, i ? "," : "[");
        }
        write_touch(in, connection, in->told[connection]++, &body);
    }
    if (in->batch) {
        buf_add_char(&body, ']');
    }
    size_t before = out->len;
    buf_addf(out,
             "POST /api/v1/touches HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n"
             "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
             in->token, body.len);
    buf_add_text(out, buf_text(&body));
    in->touches += count;
    in->bytes += out->len - before;
}

static bool read_ports(const char *words, struct load_plan *plan)
{
    size_t count = 0;
    for (const char *p = words; *p && count < LOAD_PORTS_MAX;) {
        char *end;
        plan->ports[count++] = (uint16_t)strtoul(p, &end, 10);
        p = *end == ',' ? end + 1 : end;
        if (p == end && *end) {
            return false;
        }
    }
    return count > 0;
}

int main(int argc, char **argv)
{
    struct load_plan plan = {.write = write_request};
    unsigned long connections = argc == 6 ? strtoul(argv[4], NULL, 10) : 0;
    if (!connections || connections > CONNECTIONS_MAX || !read_ports(argv[1], &plan)) {
        fprintf(stderr,
                "usage: ingest PORT[,PORT]... TOKEN single|batch|past CONNECTIONS SECONDS\n");
        return 2;
    }
    static struct ingest in;
    in.token = argv[2];
    in.batch = !text_is(text_of(argv[3]), "single");
    in.ago_us = text_is(text_of(argv[3]), "past") ? 2 * 365 * DAY_US : 0;
    in.run = spread((uint64_t)moment_now());
    plan.connections = (unsigned)connections;
    plan.duration_us = (int64_t)(strtod(argv[5], NULL) * 1e6);
    plan.self = &in;
    struct load_result r;
    struct err_info info = {0};
    if (load_run(&plan, &r, &info) != ERR_NONE || r.replies != r.statuses[2]) {
        fprintf(stderr, "ingest: %s; %llu of %llu replies were refusals\n", info.text,
                (unsigned long long)(r.replies - r.statuses[2]), (unsigned long long)r.replies);
        return 1;
    }
    printf("%.0f %.2f %.2f %.0f\n", r.per_second * (in.batch ? TOUCHES_A_BATCH : 1),
           (double)load_histogram_at(&r.latency, 0.5) / 1000,
           (double)load_histogram_at(&r.latency, 0.99) / 1000,
           (double)in.bytes / (double)in.touches);
    return 0;
}
